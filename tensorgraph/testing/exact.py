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
from tensorgraph.testing.exact_matrices import ROUTINES, SUMMING, disturbed

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


def _gammaln(x: Any) -> Any:
    return mpmath.inf if x <= 0 and mpmath.isint(x) else mpmath.loggamma(x).real


def _in_range(function: Callable[..., Any], *values: Any) -> Callable[..., Any]:
    """An integral of mpmath, where it takes no time: of moderate positive numbers."""
    if not all(mpmath.mpf(0.01) < v < 100 for v in values):
        raise Unknown("an integral far out")
    return function


def _off_poles(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A kin of the gamma function, nan at its poles; unknown for huge numbers."""

    def evaluate(x: Any) -> Any:
        if mpmath.isfinite(x) and abs(x) > 1e4:
            raise Unknown("a huge number")
        pole = x == -mpmath.inf or (x <= 0 and mpmath.isint(x))
        with mpmath.workdps(100):
            return mpmath.nan if pole else function(x)

    return evaluate


def _log1mexp_far(x: Any) -> Any:
    """log(1 - exp(x)) of huge numbers: nothing on one side, nan on the other."""
    return mpmath.mpf(0) if x < 0 else mpmath.nan


def _arctanh_end(x: Any) -> Any:
    return x * mpmath.inf if abs(x) == 1 else mpmath.nan


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
    "tan": _bounded(mpmath.tan, mpmath.nan, mpmath.nan, mpmath.inf),
    "arcsin": lambda x: mpmath.asin(x) if abs(x) <= 1 else mpmath.nan,
    "arccos": lambda x: mpmath.acos(x) if abs(x) <= 1 else mpmath.nan,
    "sinh": _bounded(mpmath.sinh, -mpmath.inf, mpmath.inf),
    "cosh": _bounded(mpmath.cosh, mpmath.inf, mpmath.inf),
    "arcsinh": mpmath.asinh,
    "deg2rad": mpmath.radians,
    "rad2deg": mpmath.degrees,
    "arccosh": lambda x: mpmath.acosh(x) if x >= 1 else mpmath.nan,
    "arctanh": lambda x: mpmath.atanh(x) if abs(x) < 1 else _arctanh_end(x),
    "sigmoid": _bounded(_sigmoid, 0, 1),
    "softplus": _bounded(_softplus, 0, mpmath.inf),
    "erf": _bounded(mpmath.erf, -1, 1),
    "erfc": _bounded(mpmath.erfc, 2, 0),
    "log1mexp": lambda x: _log(-mpmath.expm1(x)) if abs(x) < FAR else _log1mexp_far(x),
    "logit": lambda x: _log(_divide(x, 1 - x)),
    "ndtr": _bounded(lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2, 0, 1),
    "log_ndtr": _bounded(
        lambda x: _log(mpmath.erfc(-x / mpmath.sqrt(2)) / 2), -mpmath.inf, 0
    ),
    "gammaln": _bounded(_gammaln, mpmath.inf, mpmath.inf, mpmath.inf),
    "psi": _off_poles(mpmath.digamma),
    "gamma": _off_poles(mpmath.gamma),
    "tg_gamma": _off_poles(mpmath.gamma),
    "binom": mpmath.binomial,
    "tg_beta": lambda a, b: _in_range(mpmath.beta, a, b)(a, b),
    "tg_gammainc": lambda a, x: _in_range(mpmath.gammainc, a, x)(a, 0, x, True),
    "tg_gammaincc": lambda a, x: _in_range(mpmath.gammainc, a, x)(
        a, x, mpmath.inf, True
    ),
    "betainc": lambda a, b, x: _in_range(mpmath.betainc, a, b, x)(a, b, 0, x, True),
    "betaincc": lambda a, b, x: _in_range(mpmath.betainc, a, b, x)(a, b, x, 1, True),
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
            given = [values[v] for v in node.inputs]
            if noise is not None and isinstance(node.op, SUMMING):
                pairs = zip(given, node.inputs, strict=True)
                given = [_near(x, v, noise) for x, v in pairs]
            found = _run(node, given)
            if noise is not None and _rounds(node):
                unit = float(np.finfo(node.outputs[0].type.dtype).eps) / 2
                change = partial(_disturbed, noise, unit)
                found = [_map(change, x) if x.dtype == object else x for x in found]
            values.update(zip(node.outputs, found, strict=True))
        return [values[v] if v in values else to_exact(v.value) for v in outputs]


def _near(x: Any, v: Variable, noise: Noise) -> Any:
    """An operand of linear algebra as floats know it."""
    if x.dtype != object or x.ndim < 1:
        return x
    return disturbed(x, float(np.finfo(v.type.dtype).eps) / 2, noise)


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


def _run(node: Apply, inputs: Sequence[Any]) -> list[Any]:
    """The outputs of a node."""
    routine = ROUTINES.get(type(node.op))
    if routine is not None:
        return routine(node.op, *inputs)
    if len(node.outputs) != 1:
        raise Unknown(str(node.op))
    return [_run_one(node, inputs)]


def _run_one(node: Apply, inputs: Sequence[Any]) -> Any:
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
