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
