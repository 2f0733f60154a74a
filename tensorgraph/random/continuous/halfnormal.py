"""HalfNormal: the upper half of a normal, twice as high."""

from math import log as log_
from math import pi, sqrt

from tensorgraph.ops.math import erf, log, sqr
from tensorgraph.ops.special.error_functions import erfinv
from tensorgraph.ops.special.normal import log_ndtr
from tensorgraph.random.constraint import at_least, positive, real
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw

LOG_2 = log_(2)
HALF_LOG_HALF_PI = 0.5 * log_(pi / 2)


class HalfNormal(Distribution):
    """Normal around `loc` with standard deviation `scale`, folded up at `loc`."""

    loc: real = 0.0
    scale: positive = 1.0
    draw = numpy_draw(
        "standard_normal", lambda loc, scale: (),
        transform=lambda z, loc, scale: loc + scale * abs(z),
    )  # fmt: skip

    def support(loc, scale):
        return at_least(loc)

    def logp(x, loc, scale):
        return -0.5 * sqr((x - loc) / scale) - log(scale) - HALF_LOG_HALF_PI

    def logcdf(x, loc, scale):
        return log(erf((x - loc) / scale * sqrt(0.5)))

    def logccdf(x, loc, scale):
        return LOG_2 + log_ndtr((loc - x) / scale)

    def icdf(p, loc, scale):
        return loc + sqrt(2) * scale * erfinv(p)

    def support_point(loc, scale):
        return loc + scale

    def mean(loc, scale):
        return loc + sqrt(2 / pi) * scale

    def variance(loc, scale):
        return (1 - 2 / pi) * sqr(scale)

    def entropy(loc, scale):
        return 0.5 + HALF_LOG_HALF_PI + log(scale)


halfnormal = constructor(HalfNormal)
