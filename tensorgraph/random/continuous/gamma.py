"""Gamma: sums of exponentials, and what lies between them."""

from tensorgraph.ops.math import digamma, gammaln, log, sqr
from tensorgraph.random.constraint import positive
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution, parametrization
from tensorgraph.random.draws import numpy_draw


class Gamma(Distribution):
    """Gamma with mean `shape` * `scale`; the scale is 1 / rate."""

    shape: positive
    scale: positive = 1.0
    support = positive
    draw = numpy_draw("gamma")

    @parametrization
    def by_rate(shape, rate):
        return shape, 1 / rate

    @parametrization
    def by_moments(mean, sd):
        return sqr(mean / sd), sqr(sd) / mean

    def logp(x, shape, scale):
        z = x / scale
        return (shape - 1) * log(z) - z - gammaln(shape) - log(scale)

    def support_point(shape, scale):
        return shape * scale

    def mean(shape, scale):
        return shape * scale

    def variance(shape, scale):
        return shape * sqr(scale)

    def entropy(shape, scale):
        return shape + log(scale) + gammaln(shape) + (1 - shape) * digamma(shape)


gamma = constructor(Gamma)
