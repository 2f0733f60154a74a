"""The gamma family against mpmath, with its gradients."""

import mpmath as mp
import numpy as np
import pytest
from scipy import special

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GradientError
from tensorgraph.ops.math import polygamma, trigamma
from tensorgraph.ops.special import gamma
from tensorgraph.testing.gradients import verify_grad
from tests.random.tails import assert_precise


def test_ratios_of_gammas_for_any_size():
    points = [(x,) for x in (1e-3, 0.5, 1.0, 15.99, 16.01, 1e3, 1e8, 1e15)]
    assert_precise(
        gamma.log_gamma_ratio,
        lambda x: mp.loggamma(x + mp.mpf(1) / 2) - mp.loggamma(x), points, 1e-13,
    )  # fmt: skip
    verify_grad(gamma.log_gamma_ratio, [np.array([0.7, 3.0, 40.0])], order=2)


def test_the_second_derivative_of_the_log_gamma_function():
    points = [(x,) for x in (1e-5, 0.3, 1.0, 2.5, 10.0, 1e3, 1e12)]
    assert_precise(trigamma, lambda x: mp.psi(1, x), points)
    verify_grad(tg.digamma, [np.array([0.4, 2.0, 7.0])], order=2)


# -- gamma and factorials --------------------------------------------------------------


def test_gamma_and_its_reciprocal():
    rng = np.random.default_rng(0)
    points = [(x,) for x in (*rng.uniform(-170, 171, 200), 1e-300, -1e-10, 171.6, 0.5)]
    assert_precise(gamma.gamma, mp.gamma, points, 1e-15)
    assert_precise(gamma.rgamma, mp.rgamma, points, 1e-15)


def test_limits_of_gamma():
    x = np.array([0.0, -0.0, -3.0, 172.0, np.inf, -np.inf, np.nan])
    with np.errstate(all="ignore"):
        for name in ("gamma", "rgamma", "gammasgn"):
            ours, scipy = getattr(gamma, name), getattr(special, name)
            np.testing.assert_array_equal(ours(x).eval(), scipy(x))


def test_slope_of_the_reciprocal_of_gamma_at_its_zeros():
    x = tg.dvector("x")
    at = np.array([0.0, -1.0, -2.0, -3.0, 2.0, -1.5])
    expected = [float(mp.diff(mp.rgamma, v)) for v in at]
    slope = tg.grad(tg.sum(gamma.rgamma(x)), x)
    np.testing.assert_allclose(slope.eval({x: at}), expected, rtol=1e-12)


def test_log_of_gamma_of_real_numbers():
    x = np.array([-1.5, -1.0, 0.0, 1e-300, 0.5, 1.0, 1e10, np.inf, np.nan])
    np.testing.assert_allclose(
        gamma.loggamma(x).eval(), special.loggamma(x), rtol=1e-15
    )
    verify_grad(gamma.loggamma, [np.array([0.3, 2.0, 9.0])])


@pytest.mark.parametrize("d", [1, 2, 5])
def test_gamma_of_many_dimensions(d):
    a = np.array([2.1, 5.0, 50.0])
    found = gamma.multigammaln(a, d).eval()
    np.testing.assert_allclose(found, special.multigammaln(a, d), rtol=1e-14)
    verify_grad(lambda x: gamma.multigammaln(x, d), [a])


def test_gamma_of_many_dimensions_refuses():
    assert np.isnan(gamma.multigammaln(1.0, 3).eval())
    for wrong in (0, -1, 2.0, "2", None):
        with pytest.raises(ValueError, match="an integer d > 0, not"):
            gamma.multigammaln(3.0, wrong)


@pytest.mark.parametrize("name", ["gamma", "rgamma", "loggamma", "factorial", "binom"])
def test_what_they_refuse(name):
    function = getattr(gamma, name)
    rest = (2.0,) if name == "binom" else ()
    with pytest.raises(DTypeError, match=f"{name} is not defined for complex128"):
        function(2j, *rest)
    for wrong in ("2", None, {}):
        with pytest.raises(DTypeError, match="Cannot make a tensor of"):
            function(wrong, *rest)
    assert function(np.zeros((2, 0)), *rest).eval().shape == (2, 0)
    assert function(np.uint8(3), *rest).eval().dtype == "float64"
    assert function(True, *rest).eval().dtype == "float64"


def test_factorials():
    n = np.array([-2, -1, 0, 1, 5, 20, 170])
    np.testing.assert_allclose(gamma.factorial(n).eval(), special.factorial(n), 1e-15)
    x = np.array([-0.5, 0.5, 3.3])
    np.testing.assert_allclose(gamma.factorial(x).eval(), special.factorial(x), 1e-15)


def test_rising_factorials_and_binomials():
    rng = np.random.default_rng(1)
    points = list(
        zip(rng.uniform(0.1, 50, 100), rng.uniform(-0.09, 20, 100), strict=True)
    )
    assert_precise(gamma.poch, mp.rf, points, 1e-13)
    whole = [(float(n), float(k)) for n in range(0, 60, 7) for k in range(0, n + 1, 3)]
    assert_precise(gamma.binom, mp.binomial, whole, 1e-14)
    # log-derivatives of poch(z, m) cancel for a large z
    z, m = tg.dscalars("z", "m")
    y = gamma.poch(z, m)
    slope = (tg.grad(y, z) / y).eval({z: 1e10, m: 2.5})
    np.testing.assert_allclose(
        slope, float(mp.psi(0, 1e10 + 2.5) - mp.psi(0, 1e10)), 1e-6
    )
    np.testing.assert_allclose(slope, 2.5e-10, 1e-9)


# -- polygamma -------------------------------------------------------------------------


def test_polygamma_of_any_order_and_sign():
    points = [(n, x) for n in (0, 1, 2, 7) for x in (1e-5, 0.5, 3.0, 1e6, -0.3)]
    for n, x in points:
        found = float(polygamma(n, x).eval())
        with mp.workdps(40):
            expected = (
                float(mp.diff(lambda t: mp.digamma(t), x, n))
                if x < 0
                else float(mp.psi(n, mp.mpf(x)))
            )
        np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_polygamma_broadcasts_as_scipy_does():
    n, x = np.arange(4)[:, None], np.array([0.5, 2.0, 30.0])
    found = polygamma(n, x).eval()
    np.testing.assert_allclose(found, special.polygamma(n, x), rtol=1e-14)
    assert polygamma(2, np.float32(1.5)).type.dtype == "float32"
    assert np.isnan(polygamma(-1, 2.0).eval()) and np.isnan(polygamma(1.5, 2.0).eval())


def test_orders_have_no_derivative():
    n = tg.dscalar("n")
    with pytest.raises(GradientError, match="no derivative with respect to operand 0"):
        tg.grad(polygamma(n, 2.0), n)


def test_trigamma_has_every_derivative():
    x = tg.dscalar("x")
    third = tg.grad(tg.grad(tg.grad(tg.trigamma(x), x), x), x)
    np.testing.assert_allclose(third.eval({x: 1.7}), float(mp.psi(4, 1.7)), 1e-14)
