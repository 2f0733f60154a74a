"""Exponential against SciPy, NumPy and mpmath."""

import mpmath as mp
import numpy as np
from scipy import stats

import tensorgraph as tg
from tensorgraph.random import Exponential
from tensorgraph.testing.distributions import check_distribution
from tests.random.tails import assert_precise


def test_exponential():
    check_distribution(
        Exponential,
        scipy=lambda scale: stats.expon(scale=scale),
        numpy=lambda rng, scale, size: rng.exponential(scale, size),
        also=[(1e-6,), (1e6,)],
    )


def test_both_ends_are_precise():
    points = [(x,) for x in (1e-300, 1e-9, 0.5, 0.7, 3.0, 700.0)]
    assert_precise(
        lambda x: Exponential.logcdf(x, 1.0), lambda x: mp.log(-mp.expm1(-x)), points
    )
    small = [(p,) for p in (1e-300, 1e-9, 0.5, 1 - 2.0**-50)]
    assert_precise(
        lambda p: Exponential.icdf(p, 2.0), lambda p: -2 * mp.log1p(-p), small
    )


def test_the_rate_is_one_over_the_scale():
    by_rate = tg.random.exponential(rate=[0.5, 4.0], size=(3, 2), rng=1)
    by_scale = tg.random.exponential([2.0, 0.25], size=(3, 2), rng=1)
    np.testing.assert_array_equal(by_rate.eval(), by_scale.eval())
