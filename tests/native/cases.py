"""The functions of the math library: what mpmath says they are, and where to look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from mpmath import mp, mpf
from scipy import special

from tests.native.vector_math import points

Arrays = tuple[np.ndarray, ...]

MAX, TINY, LEAST = 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324
LN2, PI, ROOT_HALF = 0.6931471805599453, 3.141592653589793, 0.7071067811865476
ROOT = 1.4616321449683622  # of digamma


@dataclass(frozen=True)
class Case:
    """A function of one argument, its value, its places, and its worst error in ULP.

    There are as many random points around the landmarks as elsewhere.
    """

    name: str
    exact: Callable[[mpf], mpf]
    low: float
    high: float
    landmarks: tuple[float, ...] = ()
    ulp: float = 2.0
    size: float = 0.0

    def arguments(self, count: int) -> Arrays:
        """At least so many points."""
        return (points(self.low, self.high, self.landmarks, count),)

    def __str__(self) -> str:
        return f"{self.name}[{self.low},{self.high}]"


@dataclass(frozen=True)
class PairCase:
    """A function of two arguments; near roots, errors are in ULP of `size`."""

    name: str
    exact: Callable[[mpf, mpf], mpf]
    draw: Callable[[np.random.Generator, int], Arrays]
    ulp: float = 2.0
    size: float = 0.0

    def arguments(self, count: int) -> Arrays:
        """At least so many points."""
        return self.draw(np.random.default_rng(20240229), count)

    def __str__(self) -> str:
        return self.name


def _log_gamma(x: mpf) -> mpf:
    if x <= 0:
        return mp.inf if mp.isint(x) else mp.log(abs(mp.gamma(x)))
    return mp.loggamma(x)


def _log1mexp(x: mpf) -> mpf:
    return mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))


def _normal_quantile(p: mpf) -> mpf:
    "Newton's iteration on the logarithm of the tail, from SciPy's value."
    if p == 0.5:
        return mpf(0)
    tail, x = min(p, 1 - p), mpf(abs(special.ndtri(float(min(p, 1 - p)))))
    for _ in range(4):
        found = mp.erfc(x / mp.sqrt(2)) / 2
        x += mp.log(found / tail) * found * mp.sqrt(2 * mp.pi) * mp.exp(x * x / 2)
    return x if p > 0.5 else -x


def _erfcx(x: mpf) -> mpf:
    "The product, or beyond 9 its asymptotic series."
    if x < 9:
        return mp.exp(x * x) * mp.erfc(x)
    total, term = mpf(1), mpf(1)
    for n in range(1, 80):
        term *= -(2 * n - 1) / (2 * x * x)
        total += term
        if abs(term) < mpf("1e-30"):
            break
    return total / (x * mp.sqrt(mp.pi))


def _cube_root(x: mpf) -> mpf:
    return mp.sign(x) * mp.cbrt(abs(x))


def _ndtr(x: mpf) -> mpf:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _log_ndtr(x: mpf) -> mpf:
    if x > 0:
        return mp.log1p(-_ndtr(-x))
    return mp.log(_erfcx(-x / mp.sqrt(2)) / 2) - x * x / 2


def _log2(x: mpf) -> mpf:
    return mp.log(x) / mp.ln2


def _trigamma(x: mpf) -> mpf:
    return mp.psi(1, x)


def _sigmoid(x: mpf) -> mpf:
    return 1 / (1 + mp.exp(-x))


def _logit(p: mpf) -> mpf:
    return mp.log(p / (1 - p))


def _softplus(x: mpf) -> mpf:
    return max(x, mpf(0)) + mp.log1p(mp.exp(-abs(x)))


SINGLES = [
    Case("exp", mp.exp, -746.0, 709.78, (0.0, LN2 / 2, -708.4, -745.1)),
    Case("expm1", mp.expm1, -60.0, 709.78, (0.0, LN2 / 2, -LN2 / 2, 1.5 * LN2)),
    Case("exp2", lambda x: mpf(2) ** x, -1075.0, 1023.99, (0.0, 0.5, -0.5, -1022.0)),
    Case("log", mp.log, LEAST, MAX, (1.0, ROOT_HALF, 2 * ROOT_HALF, TINY)),
    Case("log1p", mp.log1p, -1 + 2.0**-53, MAX, (0.0, -0.29289, 0.41421, 2.0**53)),
    Case("log2", _log2, LEAST, MAX, (1.0, ROOT_HALF, 2 * ROOT_HALF, 8.0)),
    Case("log10", mp.log10, LEAST, MAX, (1.0, ROOT_HALF, 2 * ROOT_HALF, 1000.0)),
    Case("log1mexp", _log1mexp, -745.0, -LEAST, (-LN2, -1.2279, -37.0)),
    Case("sigmoid", _sigmoid, -745.0, 745.0, (0.0, -LN2, -36.0, 36.0)),
    Case("logit", _logit, LEAST, 1 - 2.0**-53, (0.5, 0.41421, 0.58578, 1.0, 0.0)),
    Case("softplus", _softplus, -745.0, MAX, (0.0, -LN2, -0.8814, 0.8814, 36.0)),
    Case("tanh", mp.tanh, -40.0, 40.0, (0.0, 0.6, -0.6, 19.0, 22.0)),
    Case("sinh", mp.sinh, -710.4, 710.4, (0.0, 1.0, -1.0, LN2 / 2)),
    Case("cosh", mp.cosh, -710.4, 710.4, (0.0, 1.0, LN2 / 2, 1.5 * LN2)),
    Case("asinh", mp.asinh, -MAX, MAX, (0.0, 0.35, -1.0, 2.0**28, 2.0**-28)),
    Case("acosh", mp.acosh, 1.0, MAX, (1.0, 1.06, 1.25, 2.0**28)),
    Case("atanh", mp.atanh, -1 + 2.0**-53, 1 - 2.0**-53, (0.0, 0.17, -0.33, 1.0, -1.0)),
    Case("cbrt", _cube_root, -MAX, MAX, (0.0, 1.0, -2.0, 4.0, 8.0, TINY)),
    Case("sin", mp.sin, -MAX, MAX, (0.0, PI / 4, PI, 63661 * PI / 2, 1e5)),
    Case("cos", mp.cos, -MAX, MAX, (0.0, PI / 4, PI / 2, 63662 * PI / 2, 1e5)),
    Case("tan", mp.tan, -MAX, MAX, (0.0, PI / 4, PI / 2, 63661 * PI / 2, 1e5)),
    Case("asin", mp.asin, -1.0, 1.0, (0.0, 0.5, -0.5, 1.0, -1.0)),
    Case("acos", mp.acos, -1.0, 1.0, (0.0, 0.5, -0.5, 1.0, -1.0)),
    Case("atan", mp.atan, -MAX, MAX, (0.0, 0.41421, 1.0, 2.41421)),
    Case("erf", mp.erf, -7.0, 7.0, (0.0, 1.0, -1.0, 6.0)),
    Case("erfc", mp.erfc, -7.0, 27.3, (0.0, 0.8, 1.0625, 1.3, 26.5)),
    Case("erfcx", _erfcx, -26.6, MAX, (0.0, -1.0, 4.0, 1e8)),
    Case("ndtr", _ndtr, -37.5, 9.0, (0.0, -1.0)),
    Case("log_ndtr", _log_ndtr, -1e5, 37.5, (0.0, -1.0, 1.0)),
    Case("erfinv", mp.erfinv, -1 + 2.0**-53, 1 - 2.0**-53, (0.0, 0.76, -0.76)),
    Case("ndtri", _normal_quantile, 1e-310, 1 - 2.0**-53, (0.5, 0.12, 0.88, 1e-16)),
    Case("lgamma", _log_gamma, 1e-320, 2.5e305, (1.0, 2.0, ROOT, 2.3, 3.3)),
    Case("lgamma", _log_gamma, -200.5, -0.01, (-0.5, -1.0, -3.0, -25.5)),
    Case(
        "lgamma", _log_gamma, -5.0, -2.0, (-2.4570247382208006, -2.7476826467274), 4.0
    ),
    Case("digamma", mp.digamma, 1e-300, 1e300, (ROOT, 1.0, 2.3, 3.3)),
    Case("digamma", mp.digamma, -1000.5, -0.01, (-0.5, -1.1, -1.5734984731623904)),
    Case("digamma", mp.digamma, -0.505, -0.504, (-0.5040830082644554,), 32.0),
    Case("trigamma", _trigamma, 1e-150, 1e150, (1.0, 2.3, 3.0), 2.5),
    Case("trigamma", _trigamma, -1000.3, -0.01, (-0.5, -1.1)),
]


# -- functions of two arguments --------------------------------------------------------


def _sizes(random: np.random.Generator, count: int, spread: float) -> np.ndarray:
    signs = random.choice([-1.0, 1.0], count)
    return signs * np.exp(random.uniform(-spread, spread, count))


def _plane(random: np.random.Generator, count: int) -> Arrays:
    "Near each other, of unlike sizes, of all sizes, subnormal."
    part = count // 4 + 1
    x = _sizes(random, 4 * part, 700.0)
    y = _sizes(random, 4 * part, 700.0)
    near = random.normal(size=(2, 2 * part))
    near[0, part:] *= np.exp(random.uniform(-40.0, 40.0, part))
    x[: 2 * part], y[: 2 * part] = near
    x[3 * part :], y[3 * part :] = random.normal(size=(2, part)) * 1e-308
    return x, y


def _powers(random: np.random.Generator, count: int) -> Arrays:
    "What neither over- nor underflows: any bases, bases near 1, whole exponents."
    found: list[np.ndarray] = []
    while sum(x.shape[1] for x in found) < count:
        part = count // 3 + 20
        x, y = np.empty((2, 3 * part))
        x[:part] = np.exp(random.uniform(-300.0, 300.0, part))
        x[part : 2 * part] = 1.0 + random.normal(size=part) / 1e4
        x[2 * part :] = np.rint(random.uniform(-50.0, 50.0, part))
        y[:part] = random.uniform(-2.0, 2.0, part)
        y[part : 2 * part] = random.uniform(-7e5, 7e5, part)
        y[2 * part :] = np.rint(random.uniform(-40.0, 200.0, part))
        x[:2], y[:2] = (10.0, 0.5), (22.0, 1074.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            log = y * np.log(np.abs(x))
        found.append(np.array([x, y])[:, (log > -745.0) & (log < 709.0)])
    return tuple(np.ascontiguousarray(a) for a in np.concatenate(found, axis=1))


def _logarithms(random: np.random.Generator, count: int) -> Arrays:
    "Near each other, far apart, and around the roots."
    part = count // 3 + 1
    x, y = random.normal(size=(2, 3 * part))
    x[:part] *= 100.0
    y[:part] *= 100.0
    x[part : 2 * part] *= 4.0
    close = -np.abs(x[2 * part :])
    y[2 * part :] = np.log(-np.expm1(close)) + _sizes(random, part, 36.0) * 1e-16
    x[2 * part :] = close
    return x, y


def _logaddexp(a: mpf, b: mpf) -> mpf:
    return max(a, b) + mp.log1p(mp.exp(-abs(a - b)))


def _power(x: mpf, y: mpf) -> mpf:
    return mp.re(x**y)


def _products(random: np.random.Generator, count: int) -> Arrays:
    "Any factor with logarithms near their root, and of all sizes."
    x, y = _sizes(random, 2 * count, 300.0), np.abs(_sizes(random, 2 * count, 700.0))
    y[:count] = random.uniform(0.0, 3.0, count)
    y[: count // 2] = 1.0 + _sizes(random, count // 2, 36.0) * 2.0**-53
    y = y[y > 0]
    return x[: len(y)], y


def _products_beside_one(random: np.random.Generator, count: int) -> Arrays:
    x, y = _products(random, count)
    y[::2] = np.maximum(y[::2] - 1.0, -1.0 + 2.0**-53)
    return x, y


def _xlogy(x: mpf, y: mpf) -> mpf:
    return x * mp.log(y)


def _xlog1py(x: mpf, y: mpf) -> mpf:
    return x * mp.log1p(y)


PAIRS = [
    PairCase("pow", _power, _powers),
    PairCase("hypot", mp.hypot, _plane),
    PairCase("atan2", mp.atan2, _plane),
    PairCase("xlogy", _xlogy, _products),
    PairCase("xlog1py", _xlog1py, _products_beside_one),
    PairCase("logaddexp", _logaddexp, _logarithms, 2.0, 0.1),
]
CASES: list[Case | PairCase] = [*SINGLES, *PAIRS]
