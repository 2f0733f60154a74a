"""Incomplete gamma functions: values, both derivatives, inverses, in every backend."""

import mpmath as mp
import numpy as np
import pytest
from scipy import special, stats

import tensorgraph as tg
from tensorgraph.errors import GradientError
from tensorgraph.ops.special import incomplete_gamma as g
from tensorgraph.testing.gradients import verify_grad
from tests.random.tails import assert_precise


def test_never_worse_than_scipy():
    rng = np.random.default_rng(0)
    a = 10.0 ** rng.uniform(-4, 3, 300)
    x = a * np.exp(rng.normal(size=300) * np.minimum(1, 3 / np.sqrt(a)))
    found = tg.function([], [g.gammainc(a, x), g.gammaincc(a, x)], mode="C")()
    for ours, scipy, sides in zip(
        found, (special.gammainc, special.gammaincc), ((0, None), (None, mp.inf)),
        strict=True,
    ):  # fmt: skip
        exact = [
            mp.gammainc(
                s, sides[0] if sides[0] == 0 else t, sides[1] or t, regularized=True
            )
            for s, t in zip(a, x, strict=True)
        ]
        errors = [
            max(
                abs(float(v / e - 1))
                for v, e in zip(values, exact, strict=True)
                if e > 1e-30
            )
            for values in (ours, scipy(a, x))
        ]
        assert errors[0] < 3e-14 and errors[0] < errors[1]


def test_scipys_values_and_limits():
    special_values = np.array(
        [0.0, 1.0, -1.0, 0.5, 1e-300, 1e20, 700.0, np.inf, np.nan, 3]
    )
    a, x = np.meshgrid(special_values, special_values)
    for ours, scipy in [
        (g.gammainc, special.gammainc),
        (g.gammaincc, special.gammaincc),
    ]:
        np.testing.assert_allclose(
            ours(a, x).eval(), scipy(a, x), rtol=1e-13, atol=1e-300
        )


def test_inverses_come_back_and_have_both_derivatives():
    a = np.array([0.1, 0.7, 3.0, 40.0])
    p = np.array([0.03, 0.5, 0.9, 0.2])
    for inverse, function in [
        (g.gammaincinv, g.gammainc),
        (g.gammainccinv, g.gammaincc),
    ]:
        np.testing.assert_allclose(function(a, inverse(a, p)).eval(), p, rtol=1e-12)
        verify_grad(inverse, [a, p], rtol=1e-6)


def test_derivatives_far_out():
    "Of log Q in its shape, where Q is 1e-200: both factors are tiny, their ratio not."
    a, x = tg.dscalars("a", "x")
    slope = tg.grad(tg.log(g.gammaincc(a, x)), a)
    with mp.workdps(40):
        exact = mp.diff(
            lambda s: mp.log(mp.gammainc(s, 500, mp.inf, regularized=True)), 9
        )
    np.testing.assert_allclose(slope.eval({a: 9.0, x: 500.0}), float(exact), 1e-12)


def test_a_median_of_a_gamma_variate_is_differentiated():
    "By its shape, through the inverse; the third derivative is refused."
    a = tg.dscalar("a")
    median = g.gammaincinv(a, 0.5)
    step = 1e-5
    around = stats.gamma.ppf(0.5, [3.0 - step, 3.0 + step])
    slope = tg.grad(median, a)
    np.testing.assert_allclose(
        slope.eval({a: 3.0}), np.diff(around)[0] / 2 / step, 1e-8
    )
    curve = tg.grad(slope, a)
    assert np.isfinite(curve.eval({a: 3.0}))
    with pytest.raises(GradientError, match="gammainc_daa has no derivative"):
        tg.grad(curve, a)


def test_functions_made_of_them():
    a, x = np.array([0.5, 2.0, 7.5]), np.array([0.1, 3.0, 9.0])
    total = special.gamma(a)
    np.testing.assert_allclose(
        g.gammal(a, x).eval(), special.gammainc(a, x) * total, 1e-13
    )
    np.testing.assert_allclose(
        g.gammau(a, x).eval(), special.gammaincc(a, x) * total, 1e-13
    )
    np.testing.assert_allclose(g.chi2sf(x, a).eval(), stats.chi2.sf(x, a), 1e-13)
    np.testing.assert_allclose(g.chdtrc(a, x).eval(), special.chdtrc(a, x), 1e-13)
    np.testing.assert_allclose(g.chdtr(a, x).eval(), special.chdtr(a, x), 1e-13)


def test_the_density_keeps_its_digits_for_large_shapes():
    points = [(1e8, 1e8 + 3e4), (1e12, 1e12), (0.01, 1e-200), (3.0, 200.0)]
    assert_precise(
        g.gamma_density,
        lambda a, x: mp.exp((a - 1) * mp.log(x) - x - mp.loggamma(a)), points, 3e-14,
    )  # fmt: skip
