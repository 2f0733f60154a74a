"""Bisection: which firing of a rule changed a value or a derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import GraphError, InputError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.trace import Firing, Trace
from tensorgraph.graph.traverse import graph_inputs
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.rewrites.phases import ALL, rewrite_graph
from tensorgraph.transforms.grad import pullback

Values = Mapping[Variable, Any]
Measure = Callable[[Sequence[Variable]], list[tuple[str, np.ndarray]]]


@dataclass(frozen=True)
class Finding:
    """What `bisect` found: the firing, which number, and what it changed.

    Without a `firing`, no rule changes anything: either nothing differs (`what` is
    empty), or the compiled code differs from the graph that it was made from.
    """

    firing: Firing | None
    number: int
    total: int
    what: str = ""
    before: Any = None
    after: Any = None

    def __str__(self) -> str:
        change = f"{self.what} was\n  {self.before}\nand is\n  {self.after}"
        if self.firing is not None:
            head = f"Firing {self.number} of {self.total}: {change}\nby the rule "
            return f"{head}{self.firing}"
        if not self.what:
            return f"None of {self.total} firings changes a value or a derivative."
        return f"No rule, but the compiled code: {change}"


def bisect(
    function: Any,
    inputs: Sequence[Any] | Mapping[Variable, Any],
    *,
    include: Iterable[Any] = ALL,
    exclude: Iterable[str] = (),
    rtol: float = 1e-6,
    atol: float = 1e-12,
) -> Finding:
    """The rule that changed a value or derivative of a function beyond a tolerance.

    `function` is a compiled function with the values of its arguments as `inputs`, or a
    graph (a variable or a list of them) with a mapping from its inputs to values. The
    graph is rewritten by ever fewer firings, and evaluated without compiling, until the
    first one is found after which an output, or the derivative of their sum, differs.
    `include` and `exclude` are those of `rewrite_graph`. If no rule changes anything,
    the compiled function itself is compared. Raises `InputError` for missing values.

    >>> import tensorgraph as tg
    >>> wrong, x = tg.Rules("wrong"), tg.dscalar("x")
    >>> @wrong.rule(tg.sqrt(tg.sqr(tg.hole("a"))))
    ... def the_root_of_a_square_is_x(a):
    ...     "Forgets negative numbers."
    ...     return a
    >>> y = tg.exp(tg.sqrt(tg.sqr(x)) + 1)
    >>> bisect(y, {x: -1.0}, include=[wrong]).firing.rule
    <Rule the_root_of_a_square_is_x>
    """
    outputs, values = _parts(function, inputs)
    words = {"include": tuple(include), "exclude": tuple(exclude)}
    full = Trace()
    rewritten = rewrite_graph(outputs, **words, trace=full)
    for measure in (_values(values), _derivatives(values)):
        truth = measure(outputs)
        if _difference(truth, measure(rewritten), rtol, atol) is None:
            continue
        good, bad = 0, len(full)
        while bad - good > 1:
            middle = (good + bad) // 2
            graph = rewrite_graph(outputs, **words, trace=Trace(middle))
            same = _difference(truth, measure(graph), rtol, atol) is None
            good, bad = (middle, bad) if same else (good, middle)
        trace = Trace(bad)
        found = measure(rewrite_graph(outputs, **words, trace=trace))
        change = _difference(truth, found, rtol, atol)
        return Finding(trace.firings[-1], bad, len(full), *(change or ()))
    code = _of_code(function, values, _values(values)(outputs), rtol, atol)
    return Finding(None, 0, len(full), *code)


def _parts(function: Any, inputs: Any) -> tuple[list[Variable], dict[Variable, Any]]:
    """The outputs of a function or graph, and the values of the inputs."""
    if isinstance(function, Variable):
        function = [function]
    graph = isinstance(function, list | tuple)
    if not graph and not hasattr(function, "wanted"):
        raise InputError(
            f"bisect takes a compiled function or a graph, not {function!r}.",
            remedy="Pass what tg.function returned, or a variable or a list of them.",
        )
    outputs = list(function) if graph else list(function.wanted)
    if isinstance(inputs, Mapping):
        values = dict(inputs)
    elif graph:
        raise InputError("A graph needs a mapping from its inputs to values.")
    else:
        values = dict(zip(function.inputs, inputs, strict=False))
    for v in graph_inputs(outputs):
        if v not in values:
            raise InputError(f"bisect needs a value for the input {v!r}.")
    given = {v: v.type.convert(x) for v, x in values.items()}  # type: ignore[attr-defined]
    return outputs, given


def _values(values: Values) -> Measure:
    """What gives the outputs of a graph."""

    def measure(outputs: Sequence[Variable]) -> list[tuple[str, np.ndarray]]:
        with np.errstate(all="ignore"):
            found = evaluate(outputs, values, numpy_namespace)
        return [(f"output {i}", np.asarray(x)) for i, x in enumerate(found)]

    return measure


def _derivatives(values: Values) -> Measure:
    """What gives the derivatives of the sum of the outputs."""
    wrt = [v for v in values if v.type.differentiable]

    def measure(outputs: Sequence[Variable]) -> list[tuple[str, np.ndarray]]:
        smooth: list[Any] = [v for v in outputs if v.type.differentiable]
        if not wrt or not smooth:
            return []
        ones = [v.ones_like() for v in smooth]
        graph = pullback(smooth, wrt, ones, disconnected="zero")
        with np.errstate(all="ignore"):
            found = evaluate(graph, values, numpy_namespace)
        names = [f"the derivative with respect to {v!r}" for v in wrt]
        return list(zip(names, map(np.asarray, found), strict=True))

    return measure


def _difference(
    truth: list[tuple[str, np.ndarray]], found: list[tuple[str, np.ndarray]],
    rtol: float, atol: float,
) -> tuple[str, Any, Any] | None:  # fmt: skip
    """The first result that differs: its name, before and after; None if none does."""
    for (what, a), (_, b) in zip(truth, found, strict=True):
        if a.shape != b.shape or not np.allclose(a, b, rtol, atol, equal_nan=True):
            return what, a, b
    return None


def _of_code(
    function: Any, values: Values, truth: Any, rtol: float, atol: float
) -> tuple[str, Any, Any] | tuple[()]:
    """How a compiled function differs from its graph, if it does."""
    if not callable(function):
        return ()
    found = function(*[values[v] for v in function.inputs])
    found = [found] if function.single else found
    if len(found) != len(truth):
        raise GraphError("The function does not return what its graph says.")
    pairs = [(what, np.asarray(x)) for (what, _), x in zip(truth, found, strict=True)]
    return _difference(truth, pairs, rtol, atol) or ()
