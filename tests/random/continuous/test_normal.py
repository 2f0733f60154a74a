"""Normal against SciPy, NumPy and mpmath."""

import mpmath as mp
from scipy import stats

from tensorgraph.random import Normal
from tensorgraph.testing.distributions import check_distribution
from tests.random.tails import assert_precise


def test_normal():
    check_distribution(
        Normal,
        scipy=lambda loc, scale: stats.norm(loc, scale),
        numpy=lambda rng, loc, scale, size: rng.normal(loc, scale, size),
        also=[(1e3, 1e-3), (-2.0, 1e4)],
    )


def test_both_tails_of_the_normal_are_precise():
    points = [
        -1e10,
        -1e3,
        -40.0,
        -25.001,
        -24.999,
        -8.0,
        -1.0,
        -0.1,
        0.0,
        0.1,
        1.0,
        8.0,
        37.0,
    ]

    def exact(x):
        return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2)

    rows = [(x,) for x in points]
    assert_precise(lambda x: Normal.logcdf(x, 0, 1), exact, rows, digits=400)
    assert_precise(lambda x: Normal.logccdf(-x, 0, 1), exact, rows, digits=400)


def test_quantiles_of_the_normal_are_precise():
    points = [
        1e-300,
        1e-20,
        1e-6,
        0.074,
        0.076,
        0.3,
        0.5 + 1e-9,
        0.7,
        0.9999,
        1 - 2.0**-40,
    ]

    def exact(p):
        return mp.sqrt(2) * mp.erfinv(2 * p - 1)

    rows = [(p,) for p in points]
    assert_precise(lambda p: Normal.icdf(p, 0, 1), exact, rows, 2e-15, digits=350)


def test_the_ends_of_the_quantiles_are_infinite():
    assert Normal.icdf(0.0, 1.0, 2.0).eval() == -float("inf")
    assert Normal.icdf(1.0, 1.0, 2.0).eval() == float("inf")
