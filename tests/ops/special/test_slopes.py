"""Derivatives where direct formulas cancel, or no formula exists, against mpmath."""

import mpmath as mp
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GradientError
from tensorgraph.testing.gradients import verify_grad
from tests.ops.wrong import says
from tests.random.tails import assert_precise

ELLIPTIC = [-3.0, -0.09, 1e-9, 0.099, 0.101, 0.9]


def slope(function, number=0):
    "The derivative of a function of tensors with respect to one of its arguments."

    def derivative(*arguments):
        return tg.grad(function(*arguments).sum(), arguments[number])

    return derivative


def _erfcx_slope(x):
    return 2 * x * mp.exp(x * x) * mp.erfc(x) - 2 / mp.sqrt(mp.pi)


def _dawsn_slope(x):
    return 1 - x * mp.sqrt(mp.pi) * mp.exp(-x * x) * mp.erfi(x)


def _exprel_slope(x):
    return ((x - 1) * mp.exp(x) + 1) / x**2


def _sinc_slope(x):
    return (mp.cospi(x) - mp.sincpi(x)) / x


def _ndtri_exp_slope(y):
    x = _quantile(y)
    return mp.exp(y + x * x / 2) * mp.sqrt(2 * mp.pi)


def _quantile(y):
    with mp.workdps(60):
        start = -mp.sqrt(max(-2 * y, 0.1)) if y < -1 else mp.mpf(1)
        return mp.findroot(lambda x: mp.log(mp.erfc(-x / mp.sqrt(2)) / 2) - y, start)


@pytest.mark.parametrize(
    ("name", "exact", "points"),
    [
        ("erfcx", _erfcx_slope, [-3.0, 0.0, 1e-9, 1.0, 11.99, 12.01, 30.0, 1e5]),
        ("dawsn", _dawsn_slope, [-20.0, 0.0, 1e-9, 2.0, 11.99, 12.01, 30.0]),
        ("exprel", _exprel_slope, [-700.0, -0.51, -0.49, 1e-9, 0.49, 0.51, 3.0, 90.0]),
        ("sinc", _sinc_slope, [-3.3, 1e-9, 0.1249, 0.1251, 0.9, 40.2]),
        ("log1mexp", lambda x: -1 / mp.expm1(-x), [-1e-17, -1e-300, -0.7, -700.0]),
        ("ellipk", lambda m: mp.diff(mp.ellipk, m), ELLIPTIC),
        ("ellipe", lambda m: mp.diff(mp.ellipe, m), ELLIPTIC),
        ("spence", lambda x: -mp.log(x) / (x - 1), [1e-9, 0.5, 1 + 2.0**-40, 7.0]),
        ("ndtri_exp", _ndtri_exp_slope, [-700.0, -9.0, -0.1]),
    ],
)  # fmt: skip
def test_slopes_of_one_argument(name, exact, points):
    rows = [(x,) for x in points]
    assert_precise(slope(getattr(tg, name)), exact, rows, 3e-13, digits=1000)


ARGUMENTS = [0.01, 1.0, 5.99, 6.01, 30.1, 80.0]


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("jv", mp.besselj), ("yv", mp.bessely), ("iv", mp.besseli), ("kv", mp.besselk),
        ("ive", lambda v, x: mp.besseli(v, x) * mp.exp(-x)),
        ("kve", lambda v, x: mp.besselk(v, x) * mp.exp(x)),
    ],
)  # fmt: skip
def test_slopes_of_bessel_functions_in_their_orders(name, exact):
    def derivative(v, x):
        return mp.diff(lambda order: exact(order, x), v, h=mp.mpf(10) ** -25)

    rows = [(v, x) for v in (-1.3, 0.5, 2.0, 10.2) for x in ARGUMENTS]
    rows = [r for r in rows if name != "jv" or r != (10.2, 0.01)]
    assert_precise(slope(getattr(tg, name)), derivative, rows, 1e-11, digits=80)


PARAMETERS = [(0.3, 0.7, 1.2), (2.0, 3.0, 4.0), (-2.0, 0.7, 9.5), (5.5, -1.5, 4.0)]


@pytest.mark.parametrize("number", range(4))
def test_slopes_of_the_hypergeometric_function(number):
    def derivative(*arguments):
        moved = list(arguments)

        def along(t):
            moved[number] = t
            return mp.hyp2f1(*moved)

        return mp.diff(along, arguments[number], h=mp.mpf(10) ** -15)

    rows = [(*p, z) for p in PARAMETERS for z in (-30.0, -0.4, 1e-5, 0.5, 0.95)]
    assert_precise(slope(tg.hyp2f1, number), derivative, rows, 1e-11, digits=50)


@pytest.mark.parametrize("number", range(3))
def test_slopes_of_kummers_function(number):
    def derivative(*arguments):
        moved = list(arguments)

        def along(t):
            moved[number] = t
            return mp.hyp1f1(*moved)

        return mp.diff(along, arguments[number], h=mp.mpf(10) ** -20)

    rows = [(*p[:2], x) for p in PARAMETERS[:2] for x in (-30.0, -0.4, 0.5, 50.0)]
    assert_precise(slope(tg.hyp1f1, number), derivative, rows, 1e-11, digits=60)


def test_slopes_of_the_zeta_function():
    rows = [(s, q) for s in (1.01, 2.0, 7.3, 50.0) for q in (0.3, 1.0, 9.9, 20.0)]

    def derivative(s, q):
        return mp.diff(lambda t: mp.zeta(t, q), s)

    assert_precise(slope(tg.zeta), derivative, rows, 1e-12, digits=120)
    verify_grad(tg.zeta, [np.array([1.5, 3.0, 9.0])])


def test_slopes_of_power_transforms_near_their_logarithm():
    def derivative(x, p):
        u, log = p * mp.log(x), mp.log(x)
        return log**2 * _exprel_slope(u) if u else log**2 / 2

    rows = [(x, p) for x in (0.2, 3.0) for p in (-2.0, -1e-8, 0.0, 1e-3, 0.4, 3.0)]
    assert_precise(slope(tg.boxcox, 1), derivative, rows, 1e-13, digits=90)
    points = [np.array([0.3, 2.0, 2.0]), np.array([0.5, 1e-7, 0.09])]
    for function in (tg.inv_boxcox, tg.inv_boxcox1p, tg.boxcox1p):
        verify_grad(function, points)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda v: tg.expn(v, 1.0), "expn has no derivative with respect to operand 0"),
        (lambda v: tg.hyp0f1(v, 1.0), "hyp0f1 has no derivative with respect to oper"),
        (
            lambda v: tg.hyperu(1.0, v, 1.0),
            "hyperu has no derivative with respect to o",
        ),
    ],
)
def test_what_has_no_derivative_says_so(call, words):
    v = tg.dscalar("v")
    says(GradientError, lambda: tg.grad(call(v), v), words, "Make that operand a const")
