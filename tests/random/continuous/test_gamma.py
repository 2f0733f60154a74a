"""Gamma against SciPy and NumPy."""

import numpy as np
from scipy import stats

import tensorgraph as tg
from tensorgraph.random import Gamma
from tensorgraph.testing.distributions import check_distribution


def test_gamma():
    check_distribution(
        Gamma,
        scipy=lambda shape, scale: stats.gamma(shape, scale=scale),
        numpy=lambda rng, shape, scale, size: rng.gamma(shape, scale, size),
        also=[(0.3, 1.0), (1.0, 2.0), (200.0, 0.01)],
    )


def test_other_parameters_by_keyword():
    canonical = tg.random.gamma(4.0, 0.5, size=5, rng=1).eval()
    by_rate = tg.random.gamma(4.0, rate=2.0, size=5, rng=1).eval()
    by_moments = tg.random.gamma(mean=2.0, sd=1.0, size=5, rng=1).eval()
    np.testing.assert_array_equal(by_rate, canonical)
    np.testing.assert_array_equal(by_moments, canonical)
