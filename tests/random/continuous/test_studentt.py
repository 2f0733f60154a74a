"""StudentT against SciPy, NumPy and mpmath."""

import mpmath as mp
from scipy import stats

import tensorgraph as tg
from tensorgraph.random import StudentT
from tensorgraph.testing.distributions import check_distribution
from tests.random.tails import assert_precise


def test_studentt():
    check_distribution(
        StudentT,
        scipy=lambda df, loc, scale: stats.t(df, loc, scale),
        numpy=lambda rng, df, loc, scale, size: loc + scale * rng.standard_t(df, size),
        also=[(5.0, 0.0, 1.0), (300.0, 1.0, 2.0)],
    )


def test_the_log_density_is_precise_for_any_degrees_of_freedom():
    points = [
        (x, df)
        for x in (0.0, 0.5, 3.0, 1e3, 1e100)
        for df in (1e-3, 0.7, 1.0, 4.0, 31.9, 32.1, 1e3, 1e9, 1e14)
    ]

    def exact(x, df):
        height = (
            mp.loggamma((df + 1) / 2) - mp.loggamma(df / 2) - mp.log(df * mp.pi) / 2
        )
        return height - (df + 1) / 2 * mp.log1p(x * x / df)

    assert_precise(lambda x, df: StudentT.logp(x, df, 0.0, 1.0), exact, points, 1e-13)


def test_moments_that_do_not_exist():
    assert tg.isnan(StudentT.mean(1.0, 0.0, 1.0)).eval()
    assert StudentT.variance(1.5, 0.0, 1.0).eval() == float("inf")
    assert tg.isnan(StudentT.variance(1.0, 0.0, 1.0)).eval()


def test_both_names_make_the_same_distribution():
    assert tg.random.t is tg.random.studentt
    assert tg.random.studentt(4.0).owner.op.distribution is StudentT
