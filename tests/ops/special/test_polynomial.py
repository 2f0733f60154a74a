"""Polynomials against NumPy."""

import numpy as np

import tensorgraph as tg
from tensorgraph.ops.special.polynomial import polynomial


def test_polynomials_from_the_constant_up():
    x = np.array([0.5, -2.0])
    found = polynomial(tg.constant(x), (1.0, 2.0, 3.0)).eval()
    np.testing.assert_array_equal(found, 1 + 2 * x + 3 * x**2)
