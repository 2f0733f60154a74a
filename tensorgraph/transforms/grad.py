"""Reverse mode: gradients and pullbacks, by the `pullback` rule of each op."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.errors import DisconnectedError, GradientError, TensorGraphError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.place import inherit
from tensorgraph.graph.traverse import applies
from tensorgraph.transforms.asked import (
    WHEN_DISCONNECTED,
    check_asked,
    known_gradients,
    paired,
    places_of,
    seed,
    variables_of,
    when_disconnected,
)

Cotangents = dict[Variable, Variable]


def grad(
    cost: Variable | None,
    wrt: Variable | Sequence[Variable],
    consider_constant: Variable | Iterable[Variable] | None = None,
    disconnected: str = "raise",
    known_grads: Mapping[Variable, Any] | None = None,
    return_disconnected: str = "zero",
    null_gradients: str = "raise",
    *,
    disconnected_inputs: str | None = None,
) -> Any:
    """The gradient of a scalar `cost` with respect to one variable or a list of them.

    Each gradient has the dtype and shape of its variable. For a complex z = x + iy it
    is df/dx - i df/dy: the cost changes by the real part of gradient * dz, as in JAX;
    PyTensor gives the conjugate, which points uphill. `consider_constant` are
    variables that are held fixed. `known_grads` gives the gradients of some cost with
    respect to intermediate variables, as variables or values; they stand in for what
    lies above them, and `cost` may then be None.

    A variable that the cost does not depend on raises `DisconnectedError`, unless
    `disconnected` is "zero" (or "warn") for zeros, or "none" for None. One that it
    depends on only through steps (comparisons, rounding, lengths) gets zeros.
    `disconnected_inputs` and `return_disconnected` are PyTensor's names for the same
    choice. Raises `GradientError` when the cost is no real scalar, when `wrt` is not
    continuous, or when an op on the way has no derivative; with `null_gradients` of
    "return", the last comes as the gradient of the variables that it is about.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.grad((x * x).sum(), x).eval({x: [1.0, 2.0]})
    array([2., 4.])
    """
    variables, single = variables_of("wrt", wrt)
    start = known_gradients(known_grads or {})
    fixed = set(start)
    if cost is not None and not (isinstance(cost, Variable) and cost in start):
        start.update(_started(cost))
    elif not start:
        raise GradientError("grad needs a cost or known_grads.")
    how = when_disconnected(disconnected_inputs or disconnected, return_disconnected)
    if null_gradients not in ("raise", "return"):
        raise GradientError(
            f"null_gradients is {null_gradients!r}.", remedy="Use raise or return."
        )
    found = pull_all(
        start, variables, consider_constant, fixed, how, null_gradients == "return"
    )
    return found[0] if single else found


def pullback(
    outputs: Variable | Sequence[Variable],
    wrt: Variable | Sequence[Variable],
    cotangents: Any,
    consider_constant: Variable | Iterable[Variable] | None = None,
    disconnected: str = "raise",
    *,
    disconnected_inputs: str | None = None,
) -> Any:
    """The cotangents of `wrt` from those of the outputs: times the transposed Jacobian.

    A cotangent is a variable of the dtype and shape of its output, or a value. The
    other arguments and the errors are those of `grad`. PyTensor calls this `Lop`.

    >>> import tensorgraph as tg
    >>> x, v = tg.dvector("x"), tg.dvector("v")
    >>> tg.pullback(x * x, x, v).eval({x: [1.0, 2.0], v: [10.0, 1.0]})
    array([20.,  4.])
    """
    variables, single = variables_of("wrt", wrt)
    start: Cotangents = {}
    for output, cotangent in paired("cotangent", outputs, cotangents):
        _accumulate(start, output, cotangent)
    found = pull_all(
        start, variables, consider_constant, (), disconnected_inputs or disconnected
    )
    return found[0] if single else found


def subgraph_grad(
    wrt: Variable | Sequence[Variable],
    end: Variable | Sequence[Variable],
    start: Mapping[Variable, Any] | None = None,
    cost: Variable | None = None,
    details: bool = False,
) -> Any:
    """The gradients of a part of a graph, from `cost` or `start` down to `end`.

    `start` gives the gradients of some later cost by variables of the graph. What comes
    before the variables `end` is not looked at. Returns the gradients by `wrt` and
    those by `end`, two lists: the latter are the `start` of the part before, so that a
    network can be differentiated layer by layer. With `details`, what `start` and what
    `cost` contribute follow as two more lists, over `wrt` and then `end`, None for what
    was not given. A variable that nothing depends on has zeros. Raises what `grad`
    raises.

    >>> import tensorgraph as tg
    >>> x, w, v = tg.dscalars("x w v")
    >>> hidden = tg.tanh(w * x)
    >>> by_v, by_hidden = tg.subgraph_grad([v], [hidden], cost=(v * hidden) ** 2)
    >>> by_w, by_x = tg.subgraph_grad([w], [x], start={hidden: by_hidden[0]})
    >>> by_w[0].eval({x: 1.0, w: 0.5, v: 2.0}).round(6)
    np.float64(2.907448)
    """
    first, last = variables_of("wrt", wrt)[0], variables_of("end", end)[0]
    if cost is None and not start:
        raise GradientError("subgraph_grad needs a cost or start.")
    begun = [
        (known_gradients(start), start) if start else None,
        (_started(cost), ()) if cost is not None else None,
    ]
    parts = [
        part and pull_all(
            part[0], [*first, *last], fixed=part[1], disconnected="zero", stop=last
        )
        for part in begun
    ]  # fmt: skip
    given = [part for part in parts if part is not None]
    whole = (
        given[0] if len(given) == 1 else [a + b for a, b in zip(*given, strict=True)]
    )
    split = len(first)
    return (whole[:split], whole[split:], *(parts if details else ()))


def pull_all(
    start: Mapping[Variable, Variable],
    wrt: Sequence[Variable],
    constant: Variable | Iterable[Variable] | None = None,
    fixed: Iterable[Variable] = (),
    disconnected: str = "raise",
    keep_errors: bool = False,
    stop: Iterable[Variable] = (),
) -> list[Any]:
    """The cotangents of `wrt`, from those of `start`; those in `fixed` are final.

    With `keep_errors` a variable whose cotangent cannot be had gets the error. Nothing
    is pulled through what the variables of `stop` are computed by.
    """
    check_asked(wrt, disconnected)
    constant = set(
        variables_of("consider_constant", () if constant is None else constant)[0]
    )
    dependent = set(wrt) - constant
    nodes = nodes_between(start, dependent, constant, stop)
    pulled = _Pulled(start, dependent, set(fixed), keep_errors)
    pulled.propagate(nodes)
    connected = {v for node in nodes for v in node.inputs}.union(start) - constant
    return [
        pulled.broken[v] if v in pulled.broken
        else pulled.cotangents[v] if v in pulled.cotangents and v not in constant
        else _without_path(v, v in connected, disconnected)
        for v in wrt
    ]  # fmt: skip


def _started(cost: Any) -> Cotangents:
    begin = seed(cost)
    return {cost: begin}


def grad_undefined(op: Any, x_pos: int, x: Any, comment: str = "") -> GradientError:
    """What the pullback of an op returns for input `x_pos`, `x`, without a derivative.

    Asking for that derivative raises what is returned; other inputs have theirs.
    """
    return GradientError(
        f"The derivative of {op} by its input {x_pos}, {x!r}, is not defined"
        + (f": {comment}." if comment else ".")
    )


def grad_not_implemented(op: Any, x_pos: int, x: Any, comment: str = "") -> Any:
    """As `grad_undefined`, for a derivative that exists and that nobody has written."""
    return GradientError(
        f"The derivative of {op} by its input {x_pos}, {x!r}, is not written yet"
        + (f": {comment}." if comment else ".")
    )


def nodes_between(
    outputs: Iterable[Variable], dependent: set[Variable], constant: set[Variable],
    stop: Iterable[Variable] = (),
) -> list[Apply]:  # fmt: skip
    """The applies on paths from `dependent`, which grows on the way, to the outputs."""
    found = []
    for node in applies(outputs, stop=constant.union(stop)):
        if not (node.op.disconnects or dependent.isdisjoint(node.inputs)):
            dependent.update(v for v in node.outputs if v not in constant)
            found.append(node)
    return found


class _Pulled:
    """The cotangents that were pulled so far, and why some cannot be."""

    def __init__(
        self, start: Mapping[Variable, Variable], dependent: set[Variable],
        fixed: set[Variable], keep_errors: bool,
    ) -> None:  # fmt: skip
        self.cotangents = dict(start)
        self.dependent = dependent
        self.fixed = fixed
        self.keep_errors = keep_errors
        self.broken: dict[Variable, GradientError] = {}

    def propagate(self, nodes: Sequence[Apply]) -> None:
        """Pull the cotangents through the nodes, the last one first."""
        for node in reversed(nodes):
            given = [self.cotangents.get(v) for v in node.outputs]
            wanted = [
                v in self.dependent and v not in self.fixed and v.type.differentiable
                for v in node.inputs
            ]
            broken = [self.broken[v] for v in node.outputs if v in self.broken]
            if not broken and all(g is None for g in given):
                continue
            with inherit(node.places):
                pulled = broken * len(wanted) or self._pull(node, given, wanted)
                for v, g, want in zip(node.inputs, pulled, wanted, strict=False):
                    if want and g is not None:
                        self._add(node, v, g)

    def _pull(
        self, node: Apply, given: Sequence[Any], wanted: Sequence[bool]
    ) -> Sequence[Any]:
        try:
            return _pull(node, given, wanted)
        except GradientError as error:
            if not self.keep_errors:
                raise
            return [error] * len(wanted)

    def _add(self, node: Apply, variable: Variable, more: Any) -> None:
        if isinstance(more, GradientError):
            more.places = more.places or node.places
            if not self.keep_errors:
                raise more
            self.broken.setdefault(variable, more)
        else:
            _accumulate(self.cotangents, variable, more)


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
        if isinstance(g, GradientError):
            continue
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
    how = "zero" if connected else WHEN_DISCONNECTED[disconnected]
    if how in ("raise", "warn"):
        error = DisconnectedError(
            f"The cost does not depend on {variable!r} of type {variable.type}.",
            places=places_of(variable),
            remedy='Leave it out of wrt, or pass disconnected="zero" to get zeros.',
        )
        if how == "raise":
            raise error
        warnings.warn(str(error), stacklevel=4)
    return None if how == "none" else variable.zeros_like()
