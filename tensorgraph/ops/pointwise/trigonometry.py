"""Angles and hyperbolic functions beyond those in `math`, and sinc."""

from __future__ import annotations

from math import inf, pi
from typing import Any

from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import abs, cos, lt, sqr, sqrt, where
from tensorgraph.ops.pointwise.parts import is_complex
from tensorgraph.ops.special.polynomial import polynomial

_unit = (-1.0, 1.0)
_plane = ((-inf, inf), (-inf, inf))

tan = elementwise(
    "tan", c="tg_tan({0})", python="tg_tan({0})",
    complex="tg_ctan({0})", cost=25, domain=(-1.5, 1.5),
    derivative=lambda x, y: 1 + sqr(y),
)  # fmt: skip
arcsin = elementwise(
    "arcsin", c="tg_asin({0})", python="tg_asin({0})",
    complex="tg_casin({0})", cost=20, domain=_unit,
    derivative=lambda x, y: 1 / sqrt((1 - x) * (1 + x)),
)  # fmt: skip
arccos = elementwise(
    "arccos", c="tg_acos({0})", python="tg_acos({0})",
    complex="tg_cacos({0})", cost=20, domain=_unit,
    derivative=lambda x, y: -1 / sqrt((1 - x) * (1 + x)),
)  # fmt: skip
hypot = elementwise(
    "hypot", c="tg_hypot({0}, {1})", python="tg_hypot({0}, {1})", cost=10,
    domain=_plane, symmetric=True, derivative=(
        lambda a, b, y: _share(a, y), lambda a, b, y: _share(b, y),
    ),
)  # fmt: skip
arctan2 = elementwise(
    "arctan2", c="tg_atan2({0}, {1})", python="tg_atan2({0}, {1})", cost=25,
    domain=((-inf, inf), (0.0, inf)), derivative=(
        lambda a, b, y: b / hypot(a, b) / hypot(a, b),
        lambda a, b, y: -a / hypot(a, b) / hypot(a, b),
    ),
)  # fmt: skip
sinh = elementwise(
    "sinh", c="tg_sinh({0})", python="tg_sinh({0})",
    complex="tg_csinh({0})", cost=20,
    derivative=lambda x, y: cosh(x),
)  # fmt: skip
cosh = elementwise(
    "cosh", c="tg_cosh({0})", python="tg_cosh({0})",
    complex="tg_ccosh({0})", cost=20,
    derivative=lambda x, y: sinh(x),
)  # fmt: skip
arcsinh = elementwise(
    "arcsinh", c="tg_asinh({0})", python="tg_asinh({0})",
    complex="tg_casinh({0})", cost=25,
    derivative=lambda x, y: 1 / (cosh(y) if is_complex(x) else hypot(1.0, x)),
)  # fmt: skip
arccosh = elementwise(
    "arccosh", c="tg_acosh({0})", python="tg_acosh({0})",
    complex="tg_cacosh({0})", cost=25, domain=(1.0, inf),
    derivative=lambda x, y: 1 / (sqrt(x - 1) * sqrt(x + 1)),
)  # fmt: skip
arctanh = elementwise(
    "arctanh", c="tg_atanh({0})", python="tg_atanh({0})",
    complex="tg_catanh({0})", cost=25, domain=_unit,
    derivative=lambda x, y: 1 / ((1 - x) * (1 + x)),
)  # fmt: skip
deg2rad = elementwise(
    "deg2rad", c=f"({{0}} * {pi / 180!r})", python=f"({{0}} * {pi / 180!r})",
    derivative=lambda x, y: pi / 180,
)  # fmt: skip
rad2deg = elementwise(
    "rad2deg", c=f"({{0}} * {180 / pi!r})", python=f"({{0}} * {180 / pi!r})",
    derivative=lambda x, y: 180 / pi,
)  # fmt: skip
sinc = elementwise(
    "sinc", c=f"({{0}} == 0 ? 1.0 : tg_sin({{0}} * {pi!r}) / ({{0}} * {pi!r}))",
    python=f"(1.0 if {{0}} == 0 else tg_sin({{0}} * {pi!r}) / ({{0}} * {pi!r}))",
    kind="float", cost=20, derivative=lambda x, y: _sinc_slope(x, y),
)  # fmt: skip


def _share(a: Any, length: Any) -> Any:
    """a / length: 0 for a vector of length 0, where no direction is better."""
    return a / where(lt(0, length), length, 1.0)


_NEAR = 0.125
_SINC_SLOPE = (-1 / 3, 1 / 30, -1 / 840, 1 / 45360, -1 / 3991680, 1 / 518918400)


def _sinc_slope(x: Any, y: Any) -> Any:
    """(cos(pi x) - sinc(x)) / x; a series near 0, where these cancel."""
    near = lt(abs(x), _NEAR)
    direct = (cos(pi * x) - y) / where(near, 1.0, x)
    series = pi**2 * x * polynomial(sqr(pi * x), _SINC_SLOPE)
    return where(near, series, direct)
