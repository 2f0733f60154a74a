"""Uniform against SciPy and NumPy."""

import numpy as np
import pytest
from scipy import stats

import tensorgraph as tg
from tensorgraph.errors import ParameterError
from tensorgraph.random import Uniform
from tensorgraph.testing.distributions import check_distribution


def test_uniform():
    check_distribution(
        Uniform,
        scipy=lambda low, high: stats.uniform(low, high - low),
        numpy=lambda rng, low, high, size: rng.uniform(low, high, size),
        also=[(1e6, 1e6 + 1)],
    )


def test_the_bounds_are_the_support():
    support = Uniform.support_of(-1.0, 2.0)
    assert (support.lower, support.upper) == (-1.0, 2.0)
    low = tg.dscalar("low")
    assert Uniform.support_of(low, 2.0).lower is low


@pytest.mark.parametrize("high", [1.0, 0.5, np.nan])
def test_bounds_out_of_order_are_refused(high):
    with pytest.raises(
        ParameterError, match=f"high > low does not hold: the value is {high}"
    ):
        tg.random.uniform(1.0, high).eval()
