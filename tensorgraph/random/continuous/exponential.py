"""Exponential: the time to the first of events that come at a constant rate."""

from tensorgraph.ops.math import log, log1mexp, log1p, sqr
from tensorgraph.random.constraint import nonnegative, positive
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution, parametrization
from tensorgraph.random.draws import numpy_draw


class Exponential(Distribution):
    """Exponential with mean `scale`, which is 1 / rate."""

    scale: positive = 1.0
    support = nonnegative
    draw = numpy_draw("exponential")

    @parametrization
    def by_rate(rate):
        return (1 / rate,)

    def logp(x, scale):
        return -x / scale - log(scale)

    def logcdf(x, scale):
        return log1mexp(-x / scale)

    def logccdf(x, scale):
        return -x / scale

    def icdf(p, scale):
        return -scale * log1p(-p)

    def support_point(scale):
        return scale

    def mean(scale):
        return scale

    def variance(scale):
        return sqr(scale)

    def entropy(scale):
        return 1 + log(scale)


exponential = constructor(Exponential)
