"""Bernoulli: a yes or no."""

from tensorgraph.ops.math import log, log1p, sigmoid, softplus, where
from tensorgraph.ops.special.logarithms import xlog1py, xlogy
from tensorgraph.random.constraint import boolean, real, unit_interval
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw


class Bernoulli(Distribution):
    """1 with probability `p`, else 0."""

    p: unit_interval
    support = boolean
    draw = numpy_draw(
        "random", lambda p: (), transform=lambda u, p: (u < p).astype("int64")
    )

    def logp(x, p):
        return where(x > 0, log(p), log1p(-p))

    def logcdf(x, p):
        return where(x < 1, log1p(-p), 0.0)

    def logccdf(x, p):
        return where(x < 1, log(p), float("-inf"))

    def icdf(q, p):
        return where(q > 1 - p, 1, 0)

    def support_point(p):
        return where(p < 0.5, 0, 1)

    def mean(p):
        return p

    def variance(p):
        return p * (1 - p)

    def entropy(p):
        return -xlogy(p, p) - xlog1py(1 - p, -p)


class BernoulliLogit(Distribution, name="bernoulli_logit"):
    """1 with log-odds `logit`, else 0: accurate, and fast, for log-odds of any size."""

    logit: real
    support = boolean
    draw = numpy_draw(
        "random", lambda logit: (),
        transform=lambda u, logit: (u < sigmoid(logit)).astype("int64"),
    )  # fmt: skip

    def logp(x, logit):
        return -softplus((1 - 2 * x) * logit)

    def logcdf(x, logit):
        return where(x < 1, -softplus(logit), 0.0)

    def logccdf(x, logit):
        return where(x < 1, -softplus(-logit), float("-inf"))

    def icdf(q, logit):
        return where(q > sigmoid(-logit), 1, 0)

    def support_point(logit):
        return where(logit < 0, 0, 1)

    def mean(logit):
        return sigmoid(logit)

    def variance(logit):
        return sigmoid(logit) * sigmoid(-logit)

    def entropy(logit):
        return softplus(logit) - logit * sigmoid(logit)


bernoulli = constructor(Bernoulli, BernoulliLogit)
