"""HalfCauchy against SciPy and mpmath."""

import mpmath as mp
from scipy import stats

from tensorgraph.random import HalfCauchy
from tensorgraph.testing.distributions import check_distribution
from tests.random.tails import assert_precise


def test_halfcauchy():
    check_distribution(
        HalfCauchy,
        scipy=lambda loc, scale: stats.halfcauchy(loc, scale),
        numpy=lambda rng, loc, scale, size: (
            loc + scale * abs(rng.standard_cauchy(size))
        ),
        also=[(0.0, 25.0)],
    )


def test_both_tails_are_precise():
    points = [(x,) for x in (1e-200, 1e-9, 0.5, 1.0, 2.0, 1e9, 1e100)]
    assert_precise(
        lambda x: HalfCauchy.logcdf(x, 0, 1),
        lambda x: mp.log(2 / mp.pi * mp.atan(x)), points, 1e-13, digits=250,
    )  # fmt: skip
    assert_precise(
        lambda x: HalfCauchy.logccdf(x, 0, 1),
        lambda x: mp.log(2 / mp.pi * mp.atan(1 / x)), points, 1e-13, digits=250,
    )  # fmt: skip


def test_quantiles_are_precise_at_both_ends():
    points = [(p,) for p in (1e-300, 1e-6, 0.4, 0.6, 1 - 1e-9, 1 - 2.0**-52)]
    assert_precise(
        lambda p: HalfCauchy.icdf(p, 0, 1), lambda p: mp.tan(mp.pi * p / 2), points
    )
