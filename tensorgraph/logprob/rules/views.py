"""Views and casts: the same draws under other axes or another dtype."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.logprob.measurable import COUNTING, Density, Derivation, Refusal, rule
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Squeeze
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.check import Check
from tensorgraph.ops.tensor import as_tensor


def _outside_event(node: Any, inner: Density, axes: tuple[int, ...]) -> None:
    ndim = node.outputs[0].type.ndim
    if any(a >= ndim - inner.event_ndim for a in axes) and inner.event_ndim:
        raise Refusal(f"{node.op} changes the axes of one event")


def _through(
    inner: Density, back: Callable[[Any], Any], ahead: Callable[[Any], Any]
) -> Density:
    """The density with values taken back and results brought ahead."""

    def over(function: Any) -> Any:
        return None if function is None else lambda value: ahead(function(back(value)))

    return replace(
        inner, logp=over(inner.logp), logcdf=over(inner.logcdf),
        logccdf=over(inner.logccdf), icdf=over(inner.icdf),
    )  # fmt: skip


@rule(ExpandDims)
def new_axes_change_no_density(derivation: Derivation, variable: Variable) -> Density:
    """The value loses the new axes and the result gets them."""
    node = variable.owner
    assert node is not None and isinstance(node.op, ExpandDims)
    inner, axes = derivation.attempt(node.inputs[0]), node.op.axes
    _outside_event(node, inner, axes)
    return _through(
        inner, lambda v: Squeeze(axes)(as_tensor(v)), lambda r: ExpandDims(axes)(r)
    )


@rule(Squeeze)
def removed_axes_change_no_density(
    derivation: Derivation, variable: Variable
) -> Density:
    """The value gets the axes back and the result loses them."""
    node = variable.owner
    assert node is not None and isinstance(node.op, Squeeze)
    inner, axes = derivation.attempt(node.inputs[0]), node.op.axes
    _outside_event(node, inner, axes)
    return _through(
        inner, lambda v: ExpandDims(axes)(as_tensor(v)), lambda r: Squeeze(axes)(r)
    )


@rule(BroadcastTo)
def a_broadcast_that_repeats_nothing_changes_no_density(
    derivation: Derivation, variable: Variable
) -> Density:
    """One draw repeated along an axis is the same noise many times: no density."""
    node = variable.owner
    assert node is not None
    inner, x = derivation.attempt(node.inputs[0]), node.inputs[0]
    pairs = zip(x.type.storage()[1], variable.type.storage()[1], strict=True)
    for axis, (have, want) in enumerate(pairs):
        if have == 1 and want != 1:
            raise Refusal(
                f"axis {axis} repeats one draw {want} times, so the elements are "
                "equal noise"
            )
    return inner


@rule(Cast)
def a_cast_of_integers_changes_no_density(
    derivation: Derivation, variable: Variable
) -> Density:
    """Integers become other integers or floats without loss; floats only floats."""
    node = variable.owner
    assert node is not None and isinstance(node.op, Cast)
    inner = derivation.attempt(node.inputs[0])
    kinds = node.inputs[0].type.storage()[0][0], node.op.dtype[0]
    if inner.base != COUNTING and kinds != ("f", "f"):
        raise Refusal(f"{node.op} rounds a continuous variable")
    if kinds[1] == "b" and not (inner.support.lower == 0 and inner.support.upper == 1):
        raise Refusal(f"{node.op} merges values of the support {inner.support!r}")
    return _through(inner, lambda v: as_tensor(v), lambda r: r)


@rule(Check)
def a_check_changes_no_density(derivation: Derivation, variable: Variable) -> Density:
    """The checked value is the value."""
    node = variable.owner
    assert node is not None
    return derivation.attempt(node.inputs[0])
