"""The normal distribution function and its relatives against mpmath and SciPy."""

import mpmath as mp
import numpy as np
from scipy import special as theirs

import tensorgraph as tg
from tensorgraph.ops.special import normal
from tensorgraph.testing.gradients import verify_grad
from tests.random.tails import assert_precise

Z = [-1e5, -100.0, -25.0001, -24.9999, -5.0, -0.5, 0.0, 1e-9, 0.5, 5.0, 9.0]


def test_the_normal_distribution_function():
    def exact(x):
        return mp.erfc(-x / mp.sqrt(2)) / 2

    assert_precise(normal.ndtr, exact, [(z,) for z in Z[2:]], 1e-15, mode="C")
    # SciPy's rounded argument is a relative error of z**2 roundings in the tail.
    assert_precise(normal.ndtr, exact, [(z,) for z in Z[2:]], 2e-13)


def test_its_logarithm():
    def exact(x):
        return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)

    for mode in ("C", "PYTHON"):
        assert_precise(normal.log_ndtr, exact, [(z,) for z in Z], digits=80, mode=mode)


def test_the_slope_of_its_logarithm():
    def slope(z):
        return tg.grad(normal.log_ndtr(z).sum(), z)

    def exact(z):
        return mp.exp(-z * z / 2) / mp.sqrt(mp.pi / 2) / mp.erfc(-z / mp.sqrt(2))

    assert_precise(slope, exact, [(z,) for z in Z], 1e-13, digits=80)


def test_quantiles_of_the_normal():
    p = np.array([0, 1e-300, 1e-10, 0.02, 0.075, 0.4, 0.5, 0.9, 0.999999, 1, np.nan])
    for mode in ("C", "PYTHON"):
        f = tg.function([], normal.ndtri(p), mode=mode)
        np.testing.assert_allclose(f(), theirs.ndtri(p), rtol=1e-15)
    verify_grad(normal.ndtri, [np.array([0.05, 0.3, 0.5, 0.7, 0.97])])


def test_quantiles_of_logarithms():
    y = np.array([-1e300, -1e5, -700.0, -3.0, -1e-5, -1e-300, 0.0])
    np.testing.assert_allclose(normal.ndtri_exp(y).eval(), theirs.ndtri_exp(y))
    inner = y[1:5]
    there = tg.function([], normal.log_ndtr(normal.ndtri_exp(inner)), mode="C")
    np.testing.assert_allclose(there(), inner, rtol=1e-11)
