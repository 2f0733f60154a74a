"""Normal: the bell curve."""

from tensorgraph.ops.math import log, sqr
from tensorgraph.ops.special.normal import HALF_LOG_TWO_PI, log_ndtr, ndtri
from tensorgraph.random.constraint import positive, real
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw


class Normal(Distribution):
    """Normal with mean `loc` and standard deviation `scale`."""

    loc: real = 0.0
    scale: positive = 1.0
    support = real
    draw = numpy_draw("normal")

    def logp(x, loc, scale):
        return -0.5 * sqr((x - loc) / scale) - log(scale) - HALF_LOG_TWO_PI

    def logcdf(x, loc, scale):
        return log_ndtr((x - loc) / scale)

    def logccdf(x, loc, scale):
        return log_ndtr((loc - x) / scale)

    def icdf(p, loc, scale):
        return loc + scale * ndtri(p)

    def support_point(loc, scale):
        return loc

    def mean(loc, scale):
        return loc

    def variance(loc, scale):
        return sqr(scale)

    def entropy(loc, scale):
        return 0.5 + HALF_LOG_TWO_PI + log(scale)


normal = constructor(Normal)
