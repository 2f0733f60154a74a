"""Beta functions: values, all derivatives, inverses."""

import mpmath as mp
import numpy as np
import pytest
from scipy import special

import tensorgraph as tg
from tensorgraph.errors import GradientError
from tensorgraph.ops.special import beta as b
from tensorgraph.testing.gradients import verify_grad
from tests.random.tails import assert_precise


def log_beta(x, y):
    return mp.loggamma(x) + mp.loggamma(y) - mp.loggamma(x + y)


def test_beta_and_its_log_without_cancellation():
    points = [
        (1e10, 0.3),
        (0.3, 1e10),
        (1e-200, 3.0),
        (1e6, 2e6),
        (0.5, 0.5),
        (8731.7, 0.126),
    ]
    assert_precise(b.betaln, log_beta, points, 1e-14)
    assert_precise(b.beta, lambda x, y: mp.exp(log_beta(x, y)), points[:3], 1e-13)
    found, scipy = b.beta(8731.7, 0.126).eval(), special.beta(8731.7, 0.126)
    with mp.workdps(40):
        exact = float(mp.exp(log_beta(mp.mpf(8731.7), mp.mpf(0.126))))
    assert abs(found / exact - 1) < 1e-14 < abs(scipy / exact - 1)


def test_scipys_values_of_negative_arguments():
    values = np.array([-2.5, -2.0, -0.3, 0.0, 1.0, 4.0, 30.5])
    x, y = np.meshgrid(values, values)
    np.testing.assert_allclose(b.beta(x, y).eval(), special.beta(x, y), rtol=1e-12)
    np.testing.assert_allclose(
        b.betaln(x, y).eval(), special.betaln(x, y), 1e-12, 1e-13
    )


def test_gradient_of_the_log_of_beta_for_a_large_shape():
    x, y = tg.dscalars("x", "y")
    slope = tg.grad(b.betaln(x, y), x).eval({x: 1e12, y: 0.25})
    np.testing.assert_allclose(slope, -0.25e-12, rtol=1e-11)


def test_logs_of_binomials():
    n, k = np.array([0, 5, 52, 10**9]), np.array([0, 2, 5, 3])
    exact = [
        float(mp.log(mp.binomial(int(i), int(j)))) for i, j in zip(n, k, strict=True)
    ]
    np.testing.assert_allclose(b.log_binom(n, k).eval(), exact, rtol=1e-14, atol=1e-15)
    verify_grad(b.log_binom, [np.array([7.5, 20.0]), np.array([2.5, 3.0])])


def test_all_derivatives_of_the_incomplete_beta_function():
    x, y = np.array([0.3, 2.0, 40.0]), np.array([0.6, 7.0, 25.0])
    at = np.array([0.2, 0.3, 0.6])
    for function in (b.betainc, b.betaincc, b.betaincinv, b.betainccinv):
        verify_grad(function, [x, y, at], rtol=1e-6)


def test_inverses_come_back():
    x, y, p = (
        np.array([0.2, 3.0, 50.0]),
        np.array([4.0, 0.5, 60.0]),
        np.array([0.1, 0.5, 0.99]),
    )
    for inverse, function in [(b.betaincinv, b.betainc), (b.betainccinv, b.betaincc)]:
        np.testing.assert_allclose(
            function(x, y, inverse(x, y, p)).eval(), p, rtol=1e-11
        )


def test_second_derivatives_in_the_shapes_are_refused():
    x, y, z = tg.dscalars("x", "y", "z")
    slope = tg.grad(b.betainc(x, y, z), x)
    mixed = tg.grad(slope, z).eval({x: 2.0, y: 3.0, z: 0.4})
    with mp.workdps(30):
        exact = mp.diff(
            lambda a, t: mp.betainc(a, 3, 0, t, regularized=True), (2, 0.4), (1, 1)
        )
    np.testing.assert_allclose(mixed, float(exact), rtol=1e-12)
    with pytest.raises(GradientError, match="betainc_da has no derivative"):
        tg.grad(slope, y)


def test_the_density_keeps_its_digits_for_large_shapes():
    points = [
        (1e8, 2e8, 0.3333),
        (0.01, 1e6, 1e-9),
        (3.0, 0.5, 1e-300),
        (2.0, 1e-3, 0.5),
    ]
    assert_precise(b.beta_density, density, points, 3e-14)


def density(p, q, x):
    return mp.exp((p - 1) * mp.log(x) + (q - 1) * mp.log(1 - x) - log_beta(p, q))
