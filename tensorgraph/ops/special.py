"""Special functions composed of elementwise ones, accurate far out in the tails."""

from __future__ import annotations

from math import log as _log
from math import pi
from math import sqrt as _sqrt
from typing import Any

from tensorgraph.ops.math import (
    abs,
    eq,
    erfc,
    gammaln,
    log,
    log1p,
    sqr,
    sqrt,
    where,
)
from tensorgraph.ops.tensor import as_tensor

HALF_LOG_TWO_PI = 0.5 * _log(2 * pi)


def xlogy(x: Any, y: Any) -> Any:
    """x log(y), which is 0 where x is 0 whatever y is.

    >>> xlogy(0.0, 0.0).eval()
    array(0.)
    """
    zero = eq(x, 0)
    return where(zero, 0.0, x * log(where(zero, 1.0, y)))


def xlog1py(x: Any, y: Any) -> Any:
    """x log(1 + y), which is 0 where x is 0 whatever y is.

    >>> xlog1py(0.0, -1.0).eval()
    array(0.)
    """
    zero = eq(x, 0)
    return where(zero, 0.0, x * log1p(where(zero, 1.0, y)))


def polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """A polynomial by Horner's rule, from the constant coefficient up.

    >>> polynomial(as_tensor(2.0), (1.0, 0.0, 3.0)).eval()
    array(13.)
    """
    *rest, result = coefficients
    total: Any = result
    for coefficient in reversed(rest):
        total = total * x + coefficient
    return total


# -- the normal distribution -----------------------------------------------------------

TAIL = -25.0
"""Below this the tail of the normal is an asymptotic series, accurate to 1e-15."""
_TAIL_SERIES = (1.0, -1.0, 3.0, -15.0, 105.0, -945.0, 10395.0)


def ndtr(x: Any) -> Any:
    """The cumulative distribution function of the standard normal.

    >>> ndtr(0.0).eval()
    array(0.5)
    """
    return 0.5 * erfc(as_tensor(x) * -_sqrt(0.5))


def log_ndtr(x: Any) -> Any:
    """The logarithm of `ndtr`, accurate in both tails.

    >>> log_ndtr(-40.0).eval().round(10)
    np.float64(-804.6084420138)
    """
    x = as_tensor(x)
    far = where(x < TAIL, x, TAIL)
    series = polynomial(1 / sqr(far), _TAIL_SERIES)
    tail = -0.5 * sqr(far) - log(-far) - HALF_LOG_TWO_PI + log(series)
    below = log(ndtr(where(x < TAIL, TAIL, where(x > 0, 0.0, x))))
    above = log1p(-ndtr(where(x > 0, -x, 0.0)))
    return where(x > 0, above, where(x < TAIL, tail, below))


_CENTRE = (
    (
        3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
        1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
        3.3430575583588128105e4, 2.5090809287301226727e3,
    ),
    (
        1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
        2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)  # fmt: skip
_MIDDLE = (
    (
        1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
        3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
        2.27238449892691845833e-2, 7.74545014278341407640e-4,
    ),
    (
        1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
        6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
        5.47593808499534494600e-4, 1.05075007164441684324e-9,
    ),
)  # fmt: skip
_FAR = (
    (
        6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
        2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
        2.71155556874348757815e-5, 2.01033439929228813265e-7,
    ),
    (
        1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
        1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
        1.42151175831644588870e-7, 2.04426310338993978564e-15,
    ),
)  # fmt: skip


def ndtri(p: Any) -> Any:
    """The inverse of `ndtr`: quantiles of the standard normal, for 0 <= p <= 1.

    >>> ndtri(0.975).eval().round(12)
    np.float64(1.95996398454)
    """
    p = as_tensor(p)
    return ndtri_around(p - 0.5, where(p < 0.5, p, 1 - p))


def ndtri_around(offset: Any, tail: Any) -> Any:
    """`ndtri(1/2 + offset)`, where `tail` is 1/2 - abs(offset) without cancellation.

    Wichura, Algorithm AS 241 (1988), to about 16 digits.
    """
    near = abs(offset) <= 0.425
    centre = where(near, offset, 0.0)
    middle = centre * _rational(0.180625 - sqr(centre), _CENTRE)
    r = sqrt(-log(where(near, 0.25, tail)))
    outside = where(r <= 5, _rational(r - 1.6, _MIDDLE), _rational(r - 5, _FAR))
    outside = where(eq(tail, 0), float("inf"), outside)
    return where(near, middle, where(offset < 0, -outside, outside))


def _rational(x: Any, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> Any:
    above, below = coefficients
    return polynomial(x, above) / polynomial(x, below)


# -- the gamma function ----------------------------------------------------------------

LARGE = 16.0
"""From here on a ratio of gammas is an asymptotic series, accurate to 1e-15."""
_RATIO_SERIES = (-1 / 8, 1 / 192, -1 / 640, 17 / 14336, -31 / 18432)


def log_gamma_ratio(x: Any) -> Any:
    """log(gamma(x + 1/2) / gamma(x)) for x > 0, without cancellation for large x.

    >>> log_gamma_ratio(1e10).eval().round(10)
    np.float64(11.512925465)
    """
    x = as_tensor(x)
    small = where(x < LARGE, x, LARGE)
    large = where(x < LARGE, LARGE, x)
    series = polynomial(1 / sqr(large), _RATIO_SERIES) / large
    direct = gammaln(small + 0.5) - gammaln(small)
    return where(x < LARGE, direct, 0.5 * log(large) + series)
