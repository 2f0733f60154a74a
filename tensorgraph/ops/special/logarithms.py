"""Functions with logarithms and exponentials, exact where these alone are not."""

from __future__ import annotations

from math import factorial, inf
from math import log as _log
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import (
    abs,
    eq,
    erf,
    exp,
    expm1,
    ge,
    log,
    log1p,
    logical_and,
    lt,
    mul,
    pow,
    sin,
    softplus,
    sqr,
    where,
)
from tensorgraph.ops.special.error_functions import erfcx
from tensorgraph.ops.special.polynomial import polynomial
from tensorgraph.ops.tensor import as_tensor

_LOG_2, _LOG_10 = _log(2), _log(10)
_positive = (0.0, inf)
_line = (-inf, inf)

xlogy = elementwise(
    "xlogy", c="tg_xlogy({0}, {1})", python="tg_xlogy({0}, {1})",
    kind="float", cost=12, domain=(_line, _positive),
    derivative=(lambda x, y, z: log(y), lambda x, y, z: _ratio(x, y)),
)  # fmt: skip
xlog1py = elementwise(
    "xlog1py", c="tg_xlog1py({0}, {1})", python="tg_xlog1py({0}, {1})",
    kind="float", cost=14, domain=(_line, (-1.0, inf)),
    derivative=(lambda x, y, z: log1p(y), lambda x, y, z: _ratio(x, 1 + y)),
)  # fmt: skip
logit = elementwise(
    "logit", c="tg_logit({0})", python="tg_logit({0})", kind="float", cost=15,
    domain=(0.0, 1.0), derivative=lambda x, y: 1 / (x * (1 - x)),
)  # fmt: skip
exprel = elementwise(
    "exprel", kind="float", cost=20,
    c="({0} == 0 ? 1.0 : {0} > 717 ? tg_exp({0}) : tg_expm1({0}) / {0})",
    python="(1.0 if {0} == 0 else "
    "(tg_exp({0}) if {0} > 717 else tg_expm1({0}) / {0}))",
    derivative=lambda x, y: _exprel_slope(x, y),
)  # fmt: skip
exp10 = elementwise(
    "exp10", c="tg_pow(10.0, {0})", python="tg_pow(10.0, {0})", kind="float", cost=25,
    derivative=lambda x, y: _LOG_10 * y,
)  # fmt: skip
powm1 = elementwise(
    "powm1", routine=Routine("powm1", "special"), kind="float", cost=50,
    domain=(_positive, _line), derivative=(
        lambda x, y, z: y * pow(x, y - 1), lambda x, y, z: (1 + z) * log(x),
    ),
)  # fmt: skip
wrightomega = elementwise(
    "wrightomega", routine=Routine("wrightomega", "special"), kind="float", cost=80,
    derivative=lambda x, y: y / (1 + y),
)  # fmt: skip
rel_entr = elementwise(
    "rel_entr", routine=Routine("rel_entr", "special"), kind="float", cost=30,
    domain=(_positive, _positive),
    derivative=(lambda x, y, z: log(x / y) + 1, lambda x, y, z: -x / y),
)  # fmt: skip
kl_div = elementwise(
    "kl_div", routine=Routine("kl_div", "special"), kind="float", cost=30,
    domain=(_positive, _positive),
    derivative=(lambda x, y, z: log(x / y), lambda x, y, z: (y - x) / y),
)  # fmt: skip
boxcox = elementwise(
    "boxcox", routine=Routine("boxcox", "special"), kind="float", cost=40,
    domain=(_positive, _line), derivative=(
        lambda x, p, y: pow(x, p - 1), lambda x, p, y: _of_power(log(x), p),
    ),
)  # fmt: skip
boxcox1p = elementwise(
    "boxcox1p", routine=Routine("boxcox1p", "special"), kind="float", cost=40,
    domain=((-1.0, inf), _line), derivative=(
        lambda x, p, y: pow(1 + x, p - 1), lambda x, p, y: _of_power(log1p(x), p),
    ),
)  # fmt: skip
inv_boxcox = elementwise(
    "inv_boxcox", routine=Routine("inv_boxcox", "special"), kind="float", cost=40,
    domain=(_positive, _positive), derivative=(
        lambda y, p, x: x / (1 + p * y), lambda y, p, x: x * _of_inverse(y, p),
    ),
)  # fmt: skip
inv_boxcox1p = elementwise(
    "inv_boxcox1p", routine=Routine("inv_boxcox1p", "special"), kind="float", cost=40,
    domain=(_positive, _positive), derivative=(
        lambda y, p, x: (1 + x) / (1 + p * y),
        lambda y, p, x: (1 + x) * _of_inverse(y, p),
    ),
)  # fmt: skip


def xlogx(x: Any) -> Any:
    """x log(x), which is 0 at 0, for x >= 0.

    >>> xlogx([0.0, 1.0]).eval()
    array([0., 0.])
    """
    return xlogy(x, x)


def entr(x: Any) -> Any:
    """-x log(x), the entropy of a probability; 0 at 0 and -inf below.

    >>> entr([0.5, 0.0, -1.0]).eval()
    array([ 0.34657359, -0.        ,        -inf])
    """
    x = as_tensor(x)
    return where(lt(x, 0), -inf, -xlogy(x, x))


def cosm1(x: Any) -> Any:
    """cos(x) - 1, without cancellation for a small x.

    >>> cosm1(1e-9).eval()
    array(-5.e-19)
    """
    return -2 * sqr(sin(0.5 * as_tensor(x)))


def log_expit(x: Any) -> Any:
    """The logarithm of the logistic function, exact in both tails.

    >>> log_expit(-1000.0).eval()
    array(-1000.)
    """
    return -softplus(mul(-1.0, x))


def log1m_square(x: Any) -> Any:
    """log(1 - x**2), exact for a small x and near 1; nan beyond.

    >>> log1m_square(1e-9).eval()
    array(-1.e-18)
    """
    x = as_tensor(x)
    near = lt(abs(x), 0.7)
    far = where(near, 0.7, x)
    small = log1p(-sqr(where(near, x, 0.0)))
    return where(near, small, log((1 - far) * (1 + far)))


def log_cosh(x: Any) -> Any:
    """log(cosh(x)), without overflow, exact for a small x.

    >>> log_cosh([1e-9, -1000.0]).eval()
    array([5.00000000e-19, 9.99306853e+02])
    """
    x = as_tensor(x)
    near = lt(abs(x), 1.0)
    small, size = where(near, x, 0.0), abs(where(near, 1.0, x))
    less_one = 0.5 * sqr(expm1(small)) * exp(-small)
    return where(near, log1p(less_one), size + (softplus(-2.0 * size) - _LOG_2))


def log_erfc(x: Any) -> Any:
    """log(erfc(x)), without underflow, exact for a small x.

    >>> log_erfc([1e-20, 100.0]).eval()
    array([-1.12837917e-20, -1.00051776e+04])
    """
    x = as_tensor(x)
    far = ge(x, 1.0)
    large = where(far, x, 1.0)
    small = log1p(-erf(where(far, 0.0, x)))
    return where(far, log(erfcx(large)) - sqr(large), small)


def _ratio(x: Any, y: Any) -> Any:
    """x / y, which is 0 where both are."""
    both = logical_and(eq(x, 0), eq(y, 0))
    return where(both, 0.0, x / where(both, 1.0, y))


# -- (exp(u) - 1) / u and log(1 + u) / u, whose slopes cancel near 0 -------------------

_EXPREL_SLOPE = tuple((k + 1) / factorial(k + 2) for k in range(15))
_NEAR = 0.5


def _exprel_slope(u: Any, y: Any) -> Any:
    """(exp(u) - y) / u for y = exprel(u); a series near 0."""
    near = lt(abs(u), _NEAR)
    direct = (1 + (u - 1) * y) / where(near, 1.0, u)
    direct = where(lt(u, 0), direct, y - (y - 1) / where(near, 1.0, u))
    return where(near, polynomial(where(near, u, 0.0), _EXPREL_SLOPE), direct)


def _of_power(logarithm: Any, p: Any) -> Any:
    """The derivative of (exp(p l) - 1) / p with respect to p, for a logarithm l."""
    u = p * logarithm
    return sqr(logarithm) * _exprel_slope(u, exprel(u))


_LOG_SERIES = tuple((-1) ** (k + 1) * (k + 1) / (k + 2) for k in range(24))


def _of_inverse(y: Any, p: Any) -> Any:
    """The derivative of log(1 + p y) / p with respect to p; a series near p y = 0."""
    u = p * y
    near = lt(abs(u), 0.2)
    safe = where(near, 1.0, u)
    direct = (safe / (1 + safe) - log1p(safe)) / sqr(safe)
    series = polynomial(where(near, u, 0.0), _LOG_SERIES)
    return sqr(y) * where(near, series, direct)
