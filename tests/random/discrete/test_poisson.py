"""Poisson against SciPy and NumPy."""

import numpy as np
import pytest
from scipy import stats

import tensorgraph as tg
from tensorgraph.errors import ParameterError
from tensorgraph.random import Poisson
from tensorgraph.testing.distributions import check_distribution


def test_poisson():
    check_distribution(
        Poisson,
        scipy=lambda lam: stats.poisson(lam),
        numpy=lambda rng, lam, size: rng.poisson(lam, size),
        also=[(0.01,), (60.0,)],
    )


def test_a_mean_of_zero_gives_zeros():
    assert not tg.random.poisson(0.0, size=20, rng=1).eval().any()
    np.testing.assert_array_equal(Poisson.logp([0, 1], 0.0).eval(), [0.0, -np.inf])


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_mean_too_large_for_integers_is_refused(mode):
    draw = tg.function([], tg.random.poisson(1e300), mode=mode)
    with pytest.raises(ParameterError, match=r"lam <= 9.2\d*e\+18 does not hold"):
        draw()
