"""Products with logarithms, complements: values against SciPy and mpmath, slopes."""

import mpmath as mp
import numpy as np
import pytest
from scipy import special as theirs

import tensorgraph as tg
from tensorgraph.ops.math import log1mexp
from tensorgraph.ops.special import logarithms
from tensorgraph.testing.gradients import verify_grad
from tests.random.tails import assert_precise


@pytest.mark.parametrize("name", ["xlogy", "xlog1py"])
def test_products_with_a_logarithm(name):
    x, y = np.array([0.0, 0.0, 2.0, -1.5]), np.array([0.0, np.inf, 0.5, 3.0])
    found = getattr(logarithms, name)(x, y).eval()
    np.testing.assert_allclose(found, getattr(theirs, name)(x, y), rtol=1e-15)
    verify_grad(getattr(logarithms, name), [x[2:], y[2:]], order=2)


def test_a_product_that_is_zero_has_a_slope_of_zero():
    y = tg.dscalar("y")
    assert tg.grad(logarithms.xlogy(0.0, y), y).eval({y: 0.0}) == 0.0


def test_the_logarithm_of_a_complement():
    points = [(x,) for x in (-1e-300, -1e-9, -0.6, -0.7, -3.0, -700.0)]
    assert_precise(log1mexp, lambda x: mp.log(-mp.expm1(x)), points)
    verify_grad(log1mexp, [np.array([-0.1, -1.0, -5.0])], order=2)


def test_logarithms_that_are_exact_near_their_zeros_and_far_away():
    near = [(x,) for x in (1e-12, -1e-9, 0.3, -0.69, 0.71, 0.999, 1 - 1e-15)]
    assert_precise(logarithms.log1m_square, lambda x: mp.log1p(-x * x), near)
    points = [(x,) for x in (1e-12, -1e-9, 0.3, -0.99, 1.01, 5.0, -40.0, 1e5)]
    assert_precise(logarithms.log_cosh, lambda x: mp.log(mp.cosh(x)), points)
    points = [(x,) for x in (1e-20, -1e-9, 0.99, 1.01, 30.0, 1e4, -1.0, -30.0)]
    assert_precise(logarithms.log_erfc, lambda x: mp.log(mp.erfc(x)), points)


@pytest.mark.parametrize("name", ["log1m_square", "log_cosh", "log_erfc"])
def test_slopes_of_logarithms_with_branches(name):
    points = [np.array([-0.9, -0.3, 0.0, 0.2, 0.8, 0.95])]
    verify_grad(getattr(logarithms, name), points, order=2)


def test_logarithms_with_branches_at_their_limits():
    x = [np.inf, -np.inf, np.nan, 1.0, 2.0]
    with np.errstate(all="ignore"):
        expected = [np.nan, np.nan, np.nan, -np.inf, np.nan]
        np.testing.assert_array_equal(logarithms.log1m_square(x).eval(), expected)
        found = logarithms.log_cosh(x).eval()[:3], logarithms.log_erfc(x).eval()[:3]
    np.testing.assert_array_equal(found[0], [np.inf, np.inf, np.nan])
    np.testing.assert_array_equal(found[1], [-np.inf, np.log(2), np.nan])
