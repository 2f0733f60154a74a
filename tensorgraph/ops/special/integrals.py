"""Exponential, sine and cosine integrals, the dilogarithm, and Owen's T."""

from __future__ import annotations

from math import inf, pi, sqrt
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import cos, eq, erf, exp, log, log1p, lt, sin, sqr, where
from tensorgraph.ops.pointwise.trigonometry import cosh, sinc
from tensorgraph.ops.special.logarithms import exprel

_positive = (0.0, inf)
_plane = ((-inf, inf), (-inf, inf))

expi = elementwise(
    "expi", routine=Routine("expi", "special"), kind="float", cost=60, domain=_positive,
    derivative=lambda x, y: exp(x) / x,
)  # fmt: skip
exp1 = elementwise(
    "exp1", routine=Routine("exp1", "special"), kind="float", cost=60, domain=_positive,
    derivative=lambda x, y: -exp(-x) / x,
)  # fmt: skip
expn = elementwise(
    "expn", routine=Routine("expn", "special"), kind="float", cost=100,
    domain=((1.0, 4.0), _positive),
    derivative=("orders are integers", lambda n, x, y: _expn_slope(n, x, y)),
)  # fmt: skip
spence = elementwise(
    "spence", routine=Routine("spence", "special"), kind="float", cost=60,
    domain=_positive, derivative=lambda x, y: _spence_slope(x),
)  # fmt: skip
_si = elementwise(
    "sine_integral", routine=Routine("tg_sine_integral", "tg"),
    reference="tg_sine_integral", kind="float", cost=100,
    derivative=lambda x, y: sinc(x / pi),
)  # fmt: skip
_ci = elementwise(
    "cosine_integral", routine=Routine("tg_cosine_integral", "tg"),
    reference="tg_cosine_integral", kind="float", cost=100, domain=_positive,
    derivative=lambda x, y: cos(x) / x,
)  # fmt: skip
_shi = elementwise(
    "hyperbolic_sine_integral", routine=Routine("tg_hyperbolic_sine_integral", "tg"),
    reference="tg_hyperbolic_sine_integral", kind="float", cost=100, domain=_positive,
    derivative=lambda x, y: 0.5 * (exprel(x) + exprel(-x)),
)  # fmt: skip
_chi = elementwise(
    "hyperbolic_cosine_integral",
    routine=Routine("tg_hyperbolic_cosine_integral", "tg"),
    reference="tg_hyperbolic_cosine_integral", kind="float", cost=100,
    domain=_positive, derivative=lambda x, y: cosh(x) / x,
)  # fmt: skip
_fresnel_s = elementwise(
    "fresnel_sine", routine=Routine("tg_fresnel_sine", "tg"),
    reference="tg_fresnel_sine", kind="float", cost=150,
    derivative=lambda x, y: sin((pi / 2) * sqr(x)),
)  # fmt: skip
_fresnel_c = elementwise(
    "fresnel_cosine", routine=Routine("tg_fresnel_cosine", "tg"),
    reference="tg_fresnel_cosine", kind="float", cost=150,
    derivative=lambda x, y: cos((pi / 2) * sqr(x)),
)  # fmt: skip
owens_t = elementwise(
    "owens_t", routine=Routine("owens_t", "special"), kind="float", cost=100,
    domain=_plane, derivative=(
        lambda h, a, y: (-0.5 / sqrt(2 * pi)) * exp(-0.5 * sqr(h))
        * erf(sqrt(0.5) * a * h),
        lambda h, a, y: exp(-0.5 * sqr(h) * (1 + sqr(a))) / (2 * pi * (1 + sqr(a))),
    ),
)  # fmt: skip


def sici(x: Any) -> tuple[Any, Any]:
    """The integrals of sin(t) / t from 0 and of cos(t) / t from infinity.

    For x < 0 the second is that of abs(x).

    >>> [v.eval().round(6) for v in sici([0.0, 1.0])]
    [array([0.      , 0.946083]), array([    -inf, 0.337404])]
    """
    return _si(x), _ci(x)


def fresnel(x: Any) -> tuple[Any, Any]:
    """The integrals of sin(pi t**2 / 2) and of cos(pi t**2 / 2) from 0 to x.

    >>> [v.eval().round(6) for v in fresnel([0.0, 1.0])]
    [array([0.      , 0.438259]), array([0.      , 0.779893])]
    """
    return _fresnel_s(x), _fresnel_c(x)


def shichi(x: Any) -> tuple[Any, Any]:
    """The hyperbolic sine and cosine integrals; for x < 0 the second of abs(x).

    >>> [v.eval().round(6) for v in shichi([0.0, 1.0])]
    [array([0.      , 1.057251]), array([    -inf, 0.837867])]
    """
    return _shi(x), _chi(x)


def _expn_slope(n: Any, x: Any, y: Any) -> Any:
    """-expn(n - 1, x); for n = 0 that of exp(-x) / x."""
    first = lt(n, 1)
    return where(first, -y * (1 + 1 / x), -expn(where(first, 0.0, n - 1), x))


def _spence_slope(x: Any) -> Any:
    """-log(x) / (x - 1), which is -1 at 1."""
    u = x - 1
    here, logarithm = eq(u, 0), where(lt(x, 0.5), log(x), log1p(u))
    return -where(here, 1 - 0.5 * u, logarithm / where(here, 1.0, u))
