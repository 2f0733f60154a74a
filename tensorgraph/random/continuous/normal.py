"""Normal: the bell curve."""

from math import log, pi, sqrt

from tensorgraph.ops.math import erfc, log as log_, sqr, where
from tensorgraph.random.constraint import positive, real
from tensorgraph.random.distribution import Distribution, constructor
from tensorgraph.random.draws import numpy_draw

HALF_LOG_TWO_PI = 0.5 * log(2 * pi)


class Normal(Distribution):
    """Normal with mean `loc` and standard deviation `scale`."""

    loc: real = 0.0
    scale: positive = 1.0
    support = real

    draw = numpy_draw("normal")

    def logp(x, loc, scale):
        return -0.5 * sqr((x - loc) / scale) - log_(scale) - HALF_LOG_TWO_PI

    def support_point(loc, scale):
        return loc + 0 * scale

    def mean(loc, scale):
        return loc + 0 * scale

    def variance(loc, scale):
        return 0 * loc + sqr(scale)

    def entropy(loc, scale):
        return 0 * loc + 0.5 + HALF_LOG_TWO_PI + log_(scale)


normal = constructor(Normal)
