"""Reverse mode: gradients and pullbacks, by the `pullback` rule of each op."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.errors import DisconnectedError, GradientError, TensorGraphError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.place import Place, inherit
from tensorgraph.graph.traverse import applies

WHEN_DISCONNECTED = {
    "raise": "raise",
    "zero": "zero",
    "ignore": "zero",
    "warn": "warn",
}
"""What `disconnected` may say, PyTensor's words included, and what it means."""

Cotangents = dict[Variable, Variable]


def grad(
    cost: Variable | None,
    wrt: Variable | Sequence[Variable],
    consider_constant: Iterable[Variable] | None = None,
    known_grads: Mapping[Variable, Variable] | None = None,
    disconnected: str = "raise",
    *,
    disconnected_inputs: str | None = None,
) -> Any:
    """The gradient of a scalar `cost` with respect to one variable or a list of them.

    Each gradient has the dtype and shape of its variable. For a complex z = x + iy it
    is df/dx - i df/dy: the cost changes by the real part of gradient * dz, as in JAX;
    PyTensor gives the conjugate, which points uphill. `consider_constant` are
    variables that are held fixed. `known_grads` gives the gradients of some cost with
    respect to intermediate variables; they stand in for what lies above them, and
    `cost` may then be None. A variable that the cost does not depend on raises
    `DisconnectedError`, or gets zeros when `disconnected` is "zero" (or "warn"); one
    that it depends on only through steps (comparisons, rounding, lengths) gets zeros.
    `disconnected_inputs` is PyTensor's name for the same choice. Raises `GradientError`
    when the cost is no real scalar, when `wrt` is not continuous, or when an op on the
    way has no derivative.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.grad((x * x).sum(), x).eval({x: [1.0, 2.0]})
    array([2., 4.])
    """
    single = isinstance(wrt, Variable)
    variables = [wrt] if isinstance(wrt, Variable) else list(wrt)
    start = dict(known_grads or {})
    fixed = set(start)
    if cost is not None and cost not in start:
        _check_cost(cost)
        start[cost] = cost.ones_like()  # type: ignore[attr-defined]
    elif not start:
        raise GradientError("grad needs a cost or known_grads.")
    found = pull_all(
        start, variables, consider_constant, fixed, disconnected_inputs or disconnected
    )
    return found[0] if single else found


def pullback(
    outputs: Variable | Sequence[Variable],
    wrt: Variable | Sequence[Variable],
    cotangents: Variable | Sequence[Variable],
    consider_constant: Iterable[Variable] | None = None,
    disconnected: str = "raise",
    *,
    disconnected_inputs: str | None = None,
) -> Any:
    """The cotangents of `wrt` from those of the outputs: times the transposed Jacobian.

    A cotangent has the dtype and shape of its output. The other arguments and the
    errors are those of `grad`. PyTensor calls this `Lop`.

    >>> import tensorgraph as tg
    >>> x, v = tg.dvector("x"), tg.dvector("v")
    >>> tg.pullback(x * x, x, v).eval({x: [1.0, 2.0], v: [10.0, 1.0]})
    array([20.,  4.])
    """
    single = isinstance(wrt, Variable)
    start: Cotangents = {}
    for output, cotangent in zip(_listed(outputs), _listed(cotangents), strict=True):
        if not output.type.agrees(cotangent.type):
            raise GradientError(
                f"The cotangent of {output!r} has type {cotangent.type}, "
                f"not {output.type}."
            )
        _accumulate(start, output, cotangent)
    found = pull_all(
        start, _listed(wrt), consider_constant, (), disconnected_inputs or disconnected
    )
    return found[0] if single else found


def pull_all(
    start: Mapping[Variable, Variable],
    wrt: Sequence[Variable],
    constant: Iterable[Variable] | None = None,
    fixed: Iterable[Variable] = (),
    disconnected: str = "raise",
) -> list[Any]:
    """The cotangents of `wrt`, from those of `start`; those in `fixed` are final."""
    _check_arguments(wrt, disconnected)
    constant = set(constant or ())
    dependent = set(wrt) - constant
    nodes = nodes_between(start, dependent, constant)
    cotangents = dict(start)
    _propagate(nodes, cotangents, dependent, set(fixed))
    connected = {v for node in nodes for v in node.inputs}.union(start) - constant
    return [
        cotangents[v] if v in cotangents and v not in constant
        else _without_path(v, v in connected, disconnected)
        for v in wrt
    ]  # fmt: skip


def nodes_between(
    outputs: Iterable[Variable], dependent: set[Variable], constant: set[Variable]
) -> list[Apply]:
    """The applies on paths from `dependent`, which grows on the way, to the outputs."""
    found = []
    for node in applies(outputs, stop=constant):
        if not (node.op.disconnects or dependent.isdisjoint(node.inputs)):
            dependent.update(v for v in node.outputs if v not in constant)
            found.append(node)
    return found


def _propagate(
    nodes: Sequence[Apply],
    cotangents: Cotangents,
    dependent: set[Variable],
    fixed: set[Variable],
) -> None:
    """Pull the cotangents through the nodes, the last one first."""
    for node in reversed(nodes):
        given = [cotangents.get(v) for v in node.outputs]
        if all(g is None for g in given):
            continue
        wanted = [
            v in dependent and v not in fixed and v.type.differentiable
            for v in node.inputs
        ]
        with inherit(node.places):
            pulled = _pull(node, given, wanted)
            for v, g, want in zip(node.inputs, pulled, wanted, strict=True):
                if want and g is not None:
                    _accumulate(cotangents, v, g)


def _pull(node: Apply, given: Sequence[Any], wanted: Sequence[bool]) -> Sequence[Any]:
    try:
        pulled = node.op.differentiate(node, given, wanted)
    except TensorGraphError as error:
        error.places = error.places or node.places
        raise
    if len(pulled) != len(node.inputs):
        raise GradientError(
            f"The pullback of {node.op} returned {len(pulled)} cotangents "
            f"for {len(node.inputs)} inputs.",
            places=node.places,
        )
    for v, g in zip(node.inputs, pulled, strict=True):
        if g is not None and not v.type.agrees(g.type):
            raise GradientError(
                f"The pullback of {node.op} returned a cotangent of type {g.type} "
                f"for an input of type {v.type}.",
                places=node.places,
                remedy="This is a defect of the op: a cotangent has its input's type.",
            )
    return pulled


def _accumulate(cotangents: Cotangents, variable: Variable, more: Any) -> None:
    before = cotangents.get(variable)
    cotangents[variable] = more if before is None else before + more  # type: ignore[operator]


def _without_path(variable: Any, connected: bool, disconnected: str) -> Any:
    """Zeros for a variable that no cotangent reached, or the error."""
    if not connected and WHEN_DISCONNECTED[disconnected] != "zero":
        error = DisconnectedError(
            f"The cost does not depend on {variable!r} of type {variable.type}.",
            places=_places(variable),
            remedy='Leave it out of wrt, or pass disconnected="zero" to get zeros.',
        )
        if WHEN_DISCONNECTED[disconnected] == "raise":
            raise error
        warnings.warn(str(error), stacklevel=4)
    return variable.zeros_like()


def _check_cost(cost: Any) -> None:
    real = cost.type.differentiable and not cost.type.dtype.startswith("complex")
    if cost.type.ndim or not real:
        raise GradientError(
            f"The cost of a gradient is a real scalar, but {cost!r} is a {cost.type}.",
            places=_places(cost),
            remedy="Sum it (cost.sum()) or use jacobian; cast integers with astype.",
        )


def _check_arguments(wrt: Sequence[Variable], disconnected: str) -> None:
    if disconnected not in WHEN_DISCONNECTED:
        raise GradientError(
            f"disconnected is {disconnected!r}.",
            remedy=f"Use one of {', '.join(WHEN_DISCONNECTED)}.",
        )
    for v in wrt:
        if not isinstance(v, Variable):
            raise GradientError(
                f"Gradients are taken with respect to variables, not {v!r}."
            )
        if not v.type.differentiable:
            raise GradientError(
                f"{v!r} of type {v.type} is not continuous: it has no gradient.",
                places=_places(v),
                remedy="Differentiate with respect to a float: x.astype('float64').",
            )


def _places(variable: Variable) -> tuple[Place, ...]:
    return variable.owner.places if variable.owner is not None else ()


def _listed(variables: Variable | Sequence[Variable]) -> list[Variable]:
    return [variables] if isinstance(variables, Variable) else list(variables)
