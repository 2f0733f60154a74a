"""Graphs evaluated by mpmath with many digits: the truth that rounding is held to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import mpmath
import numpy as np

from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.namespace import numpy_namespace

DIGITS = 400
"""Enough for one plus the smallest double."""

FAR = mpmath.mpf(10) ** 12
"""Beyond, a function that has a limit is taken to have reached it."""

Noise = Callable[[], float]


def _divide(a: Any, b: Any) -> Any:
    if b:
        return a / b
    return mpmath.nan if not a or mpmath.isnan(a) else mpmath.sign(a) * mpmath.inf


def _log(x: Any) -> Any:
    if x == 0:
        return -mpmath.inf
    return mpmath.log(x) if x > 0 else mpmath.nan


def _sqrt(x: Any) -> Any:
    return mpmath.sqrt(x) if x >= 0 else mpmath.nan


def _power(a: Any, b: Any) -> Any:
    if b == 0 or a == 1:
        return mpmath.mpf(1)
    if mpmath.isnan(a) or mpmath.isnan(b):
        return mpmath.nan
    if a == 0:
        return mpmath.mpf(0) if b > 0 else mpmath.inf
    if a < 0 and not mpmath.isint(b):
        return (
            mpmath.nan
            if mpmath.isfinite(a)
            else (mpmath.inf if b > 0 else mpmath.mpf(0))
        )
    return mpmath.power(a, b)


def _bounded(
    function: Callable[[Any], Any], low: Any, high: Any, far: Any = FAR
) -> Callable[[Any], Any]:
    """A function with its limits at minus and plus infinity, reached at `far`."""

    def evaluate(x: Any) -> Any:
        if abs(x) > far or mpmath.isinf(x):
            return mpmath.mpf(high if x > 0 else low)
        return x if mpmath.isnan(x) else function(x)

    return evaluate


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + mpmath.exp(-x))


def _softplus(x: Any) -> Any:
    return mpmath.log1p(mpmath.exp(x))


def _extremum(choose: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def evaluate(a: Any, b: Any) -> Any:
        return a + b if mpmath.isnan(a) or mpmath.isnan(b) else choose(a, b)

    return evaluate


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "true_divide": _divide,
    "negative": lambda x: -x,
    "absolute": abs,
    "sign": lambda x: x if mpmath.isnan(x) else mpmath.sign(x),
    "reciprocal": lambda x: _divide(mpmath.mpf(1), x),
    "square": lambda x: x * x,
    "sqrt": _sqrt,
    "power": _power,
    "maximum": _extremum(max),
    "minimum": _extremum(min),
    "exp": _bounded(mpmath.exp, 0, mpmath.inf),
    "expm1": _bounded(mpmath.expm1, -1, mpmath.inf),
    "log": _log,
    "log1p": lambda x: _log(1 + x),
    "sin": _bounded(mpmath.sin, mpmath.nan, mpmath.nan, mpmath.inf),
    "cos": _bounded(mpmath.cos, mpmath.nan, mpmath.nan, mpmath.inf),
    "tanh": _bounded(mpmath.tanh, -1, 1),
    "arctan": mpmath.atan,
    "sigmoid": _bounded(_sigmoid, 0, 1),
    "softplus": _bounded(_softplus, 0, mpmath.inf),
    "erf": _bounded(mpmath.erf, -1, 1),
    "erfc": _bounded(mpmath.erfc, 2, 0),
    "gammaln": _bounded(
        lambda x: mpmath.loggamma(x).real, mpmath.inf, mpmath.inf, mpmath.inf
    ),
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b,
    "where": lambda c, a, b: a if c else b,
    "isnan": mpmath.isnan,
}
"""Elementwise functions on numbers of mpmath, with NumPy's values at their limits."""


LOGICAL = ("where", "equal", "not_equal")
"""Functions that take bools as they are."""


class Unknown(NotImplementedError):
    """The truth is not known here: a function or dtype that this file does not have."""


def exact_values(
    outputs: Sequence[Variable],
    given: Mapping[Variable, np.ndarray],
    noise: Noise | None = None,
) -> list[np.ndarray]:
    """The outputs with `DIGITS` digits, floats as arrays of mpmath's numbers.

    With `noise`, every result of an op that rounds is changed by so many units of its
    dtype's rounding error: what floating point does, at random.
    """
    with mpmath.workdps(DIGITS):
        values: dict[Variable, Any] = {v: to_exact(x) for v, x in given.items()}
        for node in applies(outputs):
            for v in node.inputs:
                if isinstance(v, Constant):
                    values[v] = to_exact(v.value)
            found = _run(node, [values[v] for v in node.inputs])
            if noise is not None and _rounds(node):
                unit = float(np.finfo(node.outputs[0].type.dtype).eps) / 2
                found = _map(partial(_disturbed, noise, unit), found)
            values[node.outputs[0]] = found
        return [values[v] if v in values else to_exact(v.value) for v in outputs]


def _disturbed(noise: Noise, unit: float, x: Any) -> Any:
    return x * (1 + mpmath.mpf(unit * noise()))


def to_exact(value: Any) -> Any:
    """An array of floats as mpmath's numbers; others as they are."""
    array = np.asarray(value)
    return (
        _map(mpmath.mpf, array.astype("float64")) if array.dtype.kind == "f" else array
    )


def _rounds(node: Apply) -> bool:
    moves = getattr(node.op, "moves_elements", False)
    exact = isinstance(node.op, Elementwise) and node.op.name in (
        "neg",
        "abs",
        "where",
        "maximum",
    )
    return node.outputs[0].type.dtype[0] == "f" and not moves and not exact


def _run(node: Apply, inputs: Sequence[Any]) -> Any:
    if len(node.outputs) != 1:
        raise Unknown(str(node.op))
    floats = (
        any(x.dtype == object for x in inputs) or node.outputs[0].type.dtype[0] == "f"
    )
    if isinstance(node.op, Elementwise) and floats:
        function = FUNCTIONS.get(node.op.reference)
        if function is None:
            raise Unknown(node.op.name)
        logical = node.op.reference in LOGICAL
        return _map(
            function,
            *[x if logical and x.dtype == bool else _as_numbers(x) for x in inputs],
        )
    if isinstance(node.op, Cast) and floats:
        if node.op.dtype[0] != "f":
            raise Unknown(str(node.op))
        return _as_numbers(inputs[0])
    return np.asarray(node.op.evaluate(numpy_namespace, *inputs))


def _as_numbers(x: np.ndarray) -> np.ndarray:
    return x if x.dtype == object else _map(lambda e: mpmath.mpf(int(e)), x)


def _map(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    spread = np.broadcast_arrays(*arrays)
    found = np.empty(spread[0].shape, object)
    for place in np.ndindex(found.shape):
        found[place] = function(*[a[place] for a in spread])
    if found.size and all(type(e) is bool for e in found.flat):
        return found.astype(bool)
    return found
