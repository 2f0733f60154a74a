"""StudentT: a bell curve with heavy tails."""

from math import inf, nan, pi
from math import log as log_

from tensorgraph.ops.math import digamma, log, log1p, sqr, where
from tensorgraph.ops.special.gamma import log_gamma_ratio
from tensorgraph.random.constraint import positive, real
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw

LOG_PI = log_(pi)


def _log_height(df):
    """The log-density of the standard distribution at 0."""
    return log_gamma_ratio(df / 2) - 0.5 * (log(df) + LOG_PI)


class StudentT(Distribution, name="t"):
    """Student's t with `df` degrees of freedom, around `loc`, `scale` wide."""

    df: positive
    loc: real = 0.0
    scale: positive = 1.0
    support = real
    draw = numpy_draw(
        "standard_t", lambda df, loc, scale: (df,),
        transform=lambda z, df, loc, scale: loc + scale * z,
    )  # fmt: skip

    def logp(x, df, loc, scale):
        tail = (df + 1) / 2 * log1p(sqr((x - loc) / scale) / df)
        return _log_height(df) - log(scale) - tail

    def support_point(df, loc, scale):
        return loc

    def mean(df, loc, scale):
        return where(df > 1, loc, nan)

    def variance(df, loc, scale):
        finite = sqr(scale) * df / (df - 2)
        return where(df > 2, finite, where(df > 1, inf, nan))

    def entropy(df, loc, scale):
        half = (df + 1) / 2
        return half * (digamma(half) - digamma(df / 2)) - _log_height(df) + log(scale)


t = studentt = constructor(StudentT)
