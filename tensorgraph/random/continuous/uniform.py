"""Uniform: every number of an interval alike."""

from tensorgraph.ops.math import log, sqr
from tensorgraph.random.constraint import above, interval, real
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw


class Uniform(Distribution):
    """Uniform from `low` to `high`."""

    low: real = 0.0
    high: above("low") = 1.0
    support = interval
    draw = numpy_draw("uniform", routine_arguments=lambda low, high: (low, high - low))

    def logp(x, low, high):
        return -log(high - low)

    def logcdf(x, low, high):
        return log((x - low) / (high - low))

    def logccdf(x, low, high):
        return log((high - x) / (high - low))

    def icdf(p, low, high):
        return low + (high - low) * p

    def support_point(low, high):
        return 0.5 * low + 0.5 * high

    def mean(low, high):
        return 0.5 * low + 0.5 * high

    def variance(low, high):
        return sqr(high - low) / 12

    def entropy(low, high):
        return log(high - low)


uniform = constructor(Uniform)
