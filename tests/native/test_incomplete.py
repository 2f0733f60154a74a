"""Gamma and beta functions of the math library against mpmath, from tail to tail."""

import ctypes
import math
from functools import cache

import mpmath as mp
import numpy as np
import pytest

from tensorgraph.native import load_math

TAIL = 1e-30
"""Smaller values are rounded exponents: their error grows with the exponent."""


@cache
def native(name, arity):
    function = load_math()[name]
    function.restype, function.argtypes = ctypes.c_double, [ctypes.c_double] * arity
    return function


@pytest.fixture(autouse=True)
def digits():
    with mp.workdps(40):
        yield


def error(found, expected):
    return float(abs(found / expected - 1)) if expected else abs(found)


def assert_close(name, cases, rtol, in_tail):
    "Cases are arguments and expected values; nothing below the normal numbers."
    for arguments, expected in cases:
        if not 1e-290 < abs(expected) < 1e290:
            continue
        found = native(name, len(arguments))(*arguments)
        limit = rtol if abs(expected) > TAIL else in_tail
        said = f"{name}{arguments} = {found!r}, not {mp.nstr(expected, 17)}"
        assert error(found, expected) <= limit, said


# -- incomplete gamma functions --------------------------------------------------------

SHAPES = [1e-10, 1e-3, 0.1, 0.124, 0.126, 0.5, 1.0, 2.5, 9.99, 10.0, 19.9, 20.0,
          35.0, 300.0, 1e4]  # fmt: skip


def around(a):
    "x in both tails, near the shape, and where one method takes over from another."
    spread = [a + k * math.sqrt(a) for k in (-6, -2, -0.3, 0.0, 0.3, 2, 6)]
    borders = [a - 0.51, a - 0.49, a + 0.49, a + 0.51, 1e-300, 1e-8, 0.1, 0.57, 3.0]
    parts = [a * f for f in (1e-3, 0.3, 0.8, 1.3, 3.0)]
    return [x for x in (*spread, *borders, *parts) if 0 < x < 700 + 2 * a]


def lower(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


def differentiated(function, at, step):
    "First and second derivative by central differences in 60 digits."
    with mp.workdps(70):
        at = mp.mpf(at)
        low, middle, high = function(at - step), function(at), function(at + step)
        return (high - low) / (2 * step), (high - 2 * middle + low) / step**2


@pytest.mark.parametrize("a", SHAPES)
def test_incomplete_gamma(a):
    p, q = (
        [((a, x), f(mp.mpf(a), mp.mpf(x))) for x in around(a)] for f in (lower, upper)
    )
    assert_close("tg_gammainc", p, 3e-14, 2e-13)
    assert_close("tg_gammaincc", q, 3e-14, 2e-13)


@pytest.mark.parametrize("a", SHAPES[:-1])
def test_incomplete_gamma_differentiated_by_the_shape(a):
    first, step = [], mp.mpf(10) ** -18 * min(a, 1)
    for x in around(a):
        far = x > a
        part = (lambda s, x=x: -upper(s, x)) if far else (lambda s, x=x: lower(s, x))
        once, twice = differentiated(part, a, step)
        first.append(((a, x), once))
        found = native("tg_gammainc_daa", 2)(a, x)
        scale = abs(twice) + (upper(a, x) if far else lower(a, x)) / mp.mpf(a)
        assert abs(found - twice) <= 1e-12 * scale + 1e-290, (a, x)
    assert_close("tg_gammainc_da", first, 3e-14, 2e-13)


def test_incomplete_gamma_of_a_huge_shape():
    "Against the normal limit and its next term: P(a, a) = 1/2 + 1/(3 sqrt(2 pi a))."
    for a in (1e8, 1e12):
        expected = 0.5 + 1 / (3 * math.sqrt(2 * math.pi * a))
        assert native("tg_gammainc", 2)(a, a) == pytest.approx(expected, rel=1e-13)
        slope = native("tg_gammainc_da", 2)(a, a) * math.sqrt(2 * math.pi * a)
        assert slope == pytest.approx(-1.0, rel=1 / a)


def test_density_of_gamma():
    rng = np.random.default_rng(1)
    cases = []
    for a in (*SHAPES, 1e8):
        for z in rng.normal(size=6) * 2:
            x = float(a * math.exp(z * min(2.0, 1 / math.sqrt(a))))
            if x > 0:
                log = (mp.mpf(a) - 1) * mp.log(x) - x - mp.loggamma(a)
                cases.append(((a, x), mp.exp(log)))
    assert_close("tg_gamma_density", cases, 1e-14, 2e-13)


@pytest.mark.parametrize("name, at", [
    ("gammainc", [(0.0, 1.0, 1.0), (0.0, 0.0, math.nan), (2.0, 0.0, 0.0),
                  (2.0, math.inf, 1.0), (math.inf, 2.0, 0.0), (-1.0, 2.0, math.nan),
                  (2.0, 1e300, 1.0), (5e-324, 0.5, 1.0), (math.nan, 1.0, math.nan)]),
    ("gammaincc", [(0.0, 1.0, 0.0), (2.0, 0.0, 1.0), (2.0, math.inf, 0.0)]),
    ("gammainc_da", [(2.0, 0.0, 0.0), (2.0, math.inf, 0.0), (-1.0, 1.0, math.nan),
                     (0.0, 1.0, -0.21938393439552029)]),
    ("gamma_density", [(0.5, 0.0, math.inf), (1.0, 0.0, 1.0), (2.0, 0.0, 0.0),
                       (2.0, math.inf, 0.0), (2.0, -1.0, math.nan)]),
])  # fmt: skip
def test_limits_of_incomplete_gamma(name, at):
    for *arguments, expected in at:
        found = native(f"tg_{name}", 2)(*arguments)
        assert found == pytest.approx(expected, rel=1e-15, nan_ok=True), arguments


# -- incomplete beta functions ---------------------------------------------------------


def beta_lower(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def beta_upper(a, b, x):
    return -mp.betainc(b, a, 0, 1 - mp.mpf(x), regularized=True)


def slope(function, at, *others):
    step = mp.mpf(10) ** -18 * at
    return differentiated(lambda s: function(s, *others), at, step)[0]


PAIRS = [1e-3, 0.05, 0.5, 1.9, 2.5, 60.0, 1000.0]


def between(a, b):
    mean, n = a / (a + b), a + b
    spread = math.sqrt(a * b / (n * n * (n + 1)))
    found = {mean + k * spread for k in (-4, -0.5, 0.5, 4)} | {0.01, 0.55, 0.7, 0.99}
    found |= {mean * f for f in (1e-12, 0.3, 0.95)}
    found |= {1 - (1 - mean) * f for f in (1e-9, 0.3, 0.95)}
    return sorted(x for x in found if 0 < x < 1)


@pytest.mark.parametrize("a", PAIRS)
def test_incomplete_beta_differentiated_by_the_shapes(a):
    by_a, by_b = [], []
    for b in PAIRS:
        for x in between(a, b):
            part = beta_upper if x > a / (a + b) else beta_lower
            by_a.append(((a, b, x), slope(lambda s, b, x, f=part: f(s, b, x), a, b, x)))
            by_b.append(((a, b, x), slope(lambda s, a, x, f=part: f(a, s, x), b, a, x)))
    assert_close("tg_betainc_da", by_a, 3e-12, 5e-13)
    assert_close("tg_betainc_db", by_b, 3e-12, 5e-13)


def test_density_of_beta():
    rng = np.random.default_rng(2)
    cases = []
    for a, b in 10.0 ** rng.uniform(-4, 8, (200, 2)):
        x = float(rng.beta(a, b))
        if 0 < x < 1:
            log = (a - 1) * mp.log(x) + (b - 1) * mp.log(1 - mp.mpf(x))
            norm = mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(mp.mpf(a) + b)
            cases.append(((float(a), float(b), x), mp.exp(log - norm)))
    assert_close("tg_beta_density", cases, 5e-14, 2e-13)


@pytest.mark.parametrize("name", ["betainc_da", "betainc_db"])
def test_limits_of_incomplete_beta(name):
    derivative = native(f"tg_{name}", 3)
    assert [derivative(2.0, 3.0, x) for x in (0.0, 1.0)] == [0.0, 0.0]
    wrong = [(-1.0, 2.0, 0.5), (1.0, 0.0, 0.5), (1.0, 2.0, 1.1), (1.0, 2.0, math.nan)]
    assert all(math.isnan(derivative(*arguments)) for arguments in wrong)
    huge = [
        derivative(a, b, 0.5) for a in (1e-300, 1e300) for b in (1e-300, 2.0, 1e300)
    ]
    assert all(math.isfinite(value) for value in huge)


# -- quotients of gamma functions ------------------------------------------------------


@cache
def pairs():
    rng = np.random.default_rng(3)
    near = 10.0 ** rng.uniform(-2, 3, (80, 2))
    far = 10.0 ** rng.uniform(-12, 12, (80, 2))
    tiny = [(5e-324, 1.0), (1e-310, 1e-310), (1e-300, 1e300), (1e300, 1e300)]
    return [(float(a), float(b)) for a, b in (*near, *far, *tiny)]


def log_beta(a, b):
    with mp.workdps(700 if max(a, b) > 1e100 else 60):
        a, b = mp.mpf(a), mp.mpf(b)
        return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def test_log_of_beta():
    "To rounding of the result, or of 1 where the result is small."
    for a, b in pairs():
        found, expected = native("tg_betaln", 2)(a, b), log_beta(a, b)
        assert abs(found - expected) <= 3e-15 * max(1, abs(expected)), (a, b)


def test_beta():
    cases = [((a, b), mp.exp(log_beta(a, b))) for a, b in pairs()]
    assert_close("tg_beta", cases, 5e-14, 5e-13)
    for a, b in [(-0.5, 0.3), (-2.5, 7.25), (-2.5, -1.75), (3.5, -12.25), (-0.3, 1e6)]:
        expected = mp.beta(mp.mpf(a), mp.mpf(b))
        assert error(native("tg_beta", 2)(a, b), expected) < 1e-13, (a, b)


def test_difference_of_digamma():
    cases = []
    for a, b in pairs()[:-4]:
        with mp.workdps(60):
            cases.append(((a, b), mp.digamma(a) - mp.digamma(mp.mpf(a) + b)))
    assert_close("tg_digamma_difference", cases, 1e-15, 1e-15)


ORDERS = {1: 2e-15, 2: 2e-15, 3: 2e-15, 10: 2e-15, 60: 2e-14, 170: 2e-14, 250: 3e-12}


@pytest.mark.parametrize("n, rtol", ORDERS.items())
def test_polygamma(n, rtol):
    rng = np.random.default_rng(n)
    positive = [1e-300, 0.5, 1.0, 1e10, *(10.0 ** rng.uniform(-3, 5, 30))]
    cases = [((float(n), float(x)), mp.psi(n, mp.mpf(x))) for x in positive]
    for x in (-0.5, -1e-20, *-rng.uniform(0, 20, 10)):
        with mp.workdps(200):
            steps = math.ceil(-x)
            terms = [(mp.mpf(x) + k) ** (-n - 1) for k in range(steps)]
            whole = mp.zeta(n + 1, mp.mpf(x) + steps) + sum(terms)
            expected = (-1) ** (n + 1) * mp.factorial(n) * whole
        cases.append(((float(n), float(x)), expected))
    assert_close("tg_polygamma", cases, rtol, rtol)
