"""Special functions against SciPy and mpmath, with their gradients."""

import mpmath as mp
import numpy as np
import pytest
from scipy import special as theirs

import tensorgraph as tg
from tensorgraph.ops import special
from tensorgraph.ops.math import log1mexp, trigamma
from tensorgraph.testing.gradients import verify_grad
from tests.random.tails import assert_precise

Z = [-1e5, -100.0, -25.0001, -24.9999, -5.0, -0.5, 0.0, 1e-9, 0.5, 5.0, 9.0]


def test_the_normal_distribution_function():
    def exact(x):
        return mp.erfc(-x / mp.sqrt(2)) / 2

    # A rounded argument z is a relative error of z**2 roundings in the tail.
    assert_precise(special.ndtr, exact, [(z,) for z in Z[2:]], 2e-13)


def test_its_logarithm():
    def exact(x):
        return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)

    for mode in ("C", "PYTHON"):
        assert_precise(special.log_ndtr, exact, [(z,) for z in Z], digits=80, mode=mode)


def test_the_slope_of_its_logarithm():
    def slope(z):
        return tg.grad(special.log_ndtr(z).sum(), z)

    def exact(z):
        return mp.exp(-z * z / 2) / mp.sqrt(mp.pi / 2) / mp.erfc(-z / mp.sqrt(2))

    assert_precise(slope, exact, [(z,) for z in Z], 1e-13, digits=80)


def test_quantiles_of_the_normal():
    p = np.array([1e-300, 1e-10, 0.02, 0.0749, 0.0751, 0.4, 0.5, 0.9, 0.999999])
    np.testing.assert_allclose(special.ndtri(p).eval(), theirs.ndtri(p), rtol=4e-15)
    verify_grad(special.ndtri, [np.array([0.05, 0.3, 0.5, 0.7, 0.97])])


@pytest.mark.parametrize("name", ["xlogy", "xlog1py"])
def test_products_with_a_logarithm(name):
    x, y = np.array([0.0, 0.0, 2.0, -1.5]), np.array([0.0, np.inf, 0.5, 3.0])
    found = getattr(special, name)(x, y).eval()
    np.testing.assert_allclose(found, getattr(theirs, name)(x, y), rtol=1e-15)
    verify_grad(getattr(special, name), [x[2:], y[2:]], order=2)


def test_a_product_that_is_zero_has_a_slope_of_zero():
    y = tg.dscalar("y")
    assert tg.grad(special.xlogy(0.0, y), y).eval({y: 0.0}) == 0.0


def test_ratios_of_gammas_for_any_size():
    points = [(x,) for x in (1e-3, 0.5, 1.0, 15.99, 16.01, 1e3, 1e8, 1e15)]
    assert_precise(
        special.log_gamma_ratio,
        lambda x: mp.loggamma(x + mp.mpf(1) / 2) - mp.loggamma(x), points, 1e-13,
    )  # fmt: skip
    verify_grad(special.log_gamma_ratio, [np.array([0.7, 3.0, 40.0])], order=2)


def test_the_second_derivative_of_the_log_gamma_function():
    points = [(x,) for x in (1e-5, 0.3, 1.0, 2.5, 10.0, 1e3, 1e12)]
    assert_precise(trigamma, lambda x: mp.psi(1, x), points)
    verify_grad(tg.digamma, [np.array([0.4, 2.0, 7.0])], order=2)


def test_the_logarithm_of_a_complement():
    points = [(x,) for x in (-1e-300, -1e-9, -0.6, -0.7, -3.0, -700.0)]
    assert_precise(log1mexp, lambda x: mp.log(-mp.expm1(x)), points)
    verify_grad(log1mexp, [np.array([-0.1, -1.0, -5.0])], order=2)


def test_polynomials_from_the_constant_up():
    x = np.array([0.5, -2.0])
    found = special.polynomial(tg.constant(x), (1.0, 2.0, 3.0)).eval()
    np.testing.assert_array_equal(found, 1 + 2 * x + 3 * x**2)
