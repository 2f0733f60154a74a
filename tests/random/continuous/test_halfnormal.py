"""HalfNormal against SciPy and mpmath."""

import mpmath as mp
from scipy import stats

from tensorgraph.random import HalfNormal
from tensorgraph.testing.distributions import check_distribution
from tests.random.tails import assert_precise


def test_halfnormal():
    check_distribution(
        HalfNormal,
        scipy=lambda loc, scale: stats.halfnorm(loc, scale),
        numpy=lambda rng, loc, scale, size: (
            loc + scale * abs(rng.standard_normal(size))
        ),
        also=[(0.0, 1.0)],
    )


def test_both_tails_are_precise():
    points = [(x,) for x in (1e-200, 1e-9, 0.3, 1.0, 4.0, 30.0, 1e5)]
    assert_precise(
        lambda x: HalfNormal.logcdf(x, 0, 1), lambda x: mp.log(mp.erf(x / mp.sqrt(2))),
        points[:-1],
    )  # fmt: skip
    assert_precise(
        lambda x: HalfNormal.logccdf(x, 0, 1),
        lambda x: mp.log(mp.erfc(x / mp.sqrt(2))), points[2:],
    )  # fmt: skip


def test_quantiles_are_precise_at_both_ends():
    points = [(p,) for p in (1e-15, 1e-3, 0.4, 0.9, 1 - 2.0**-45)]
    assert_precise(
        lambda p: HalfNormal.icdf(p, 0, 1),
        lambda p: mp.sqrt(2) * mp.erfinv(p),
        points,
        3e-15,
    )
