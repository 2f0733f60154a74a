"""HalfCauchy: the upper half of a Cauchy distribution, with a heavy tail."""

from math import inf, pi
from math import log as log_

from tensorgraph.ops.math import arctan, cos, log, log1p, sin, sqr, where
from tensorgraph.random.constraint import at_least, positive, real
from tensorgraph.random.constructor import constructor
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.draws import numpy_draw

LOG_TWO_OVER_PI = log_(2 / pi)


def _log_mass_below(z):
    """The log-probability of less than z for the standard distribution."""
    small, large = where(z < 1, z, 1.0), where(z < 1, 1.0, z)
    below = LOG_TWO_OVER_PI + log(arctan(small))
    return where(z < 1, below, log1p(-2 / pi * arctan(1 / large)))


class HalfCauchy(Distribution):
    """Cauchy around `loc` with half-width `scale`, folded up at `loc`."""

    loc: real = 0.0
    scale: positive = 1.0
    draw = numpy_draw(
        "standard_cauchy", lambda loc, scale: (),
        transform=lambda z, loc, scale: loc + scale * abs(z),
    )  # fmt: skip

    def support(loc, scale):
        return at_least(loc)

    def logp(x, loc, scale):
        return LOG_TWO_OVER_PI - log(scale) - log1p(sqr((x - loc) / scale))

    def logcdf(x, loc, scale):
        return _log_mass_below((x - loc) / scale)

    def logccdf(x, loc, scale):
        return _log_mass_below(scale / (x - loc))

    def icdf(p, loc, scale):
        near = p < 0.5
        angle = where(near, p, 1 - p) * (pi / 2)
        return loc + scale * where(
            near, sin(angle) / cos(angle), cos(angle) / sin(angle)
        )

    def support_point(loc, scale):
        return loc + scale

    def mean(loc, scale):
        return inf

    def variance(loc, scale):
        return inf

    def entropy(loc, scale):
        return log_(2 * pi) + log(scale)


halfcauchy = constructor(HalfCauchy)
