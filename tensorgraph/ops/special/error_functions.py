"""The error function's relatives: scaled, inverse, imaginary, Dawson's."""

from __future__ import annotations

from math import inf, pi, prod, sqrt
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import abs, exp, ge, sqr, where
from tensorgraph.ops.special.polynomial import polynomial

_SLOPE = 2 / sqrt(pi)

erfcx = elementwise(
    "erfcx", c="tg_erfcx({0})", python="tg_erfcx({0})", kind="float", cost=20,
    derivative=lambda x, y: _erfcx_slope(x, y),
)  # fmt: skip
erfi = elementwise(
    "erfi", routine=Routine("erfi", "special"), kind="float", cost=30,
    derivative=lambda x, y: _SLOPE * exp(sqr(x)),
)  # fmt: skip
erfinv = elementwise(
    "erfinv", c="tg_erfinv({0})", python="tg_erfinv({0})", kind="float", cost=25,
    domain=(-1.0, 1.0), derivative=lambda x, y: (1 / _SLOPE) * exp(sqr(y)),
)  # fmt: skip
erfcinv = elementwise(
    "erfcinv", routine=Routine("erfcinv", "special"), kind="float", cost=40,
    domain=(0.0, 2.0), derivative=lambda x, y: (-1 / _SLOPE) * exp(sqr(y)),
)  # fmt: skip
dawsn = elementwise(
    "dawsn", routine=Routine("dawsn", "special"), kind="float", cost=30,
    derivative=lambda x, y: _dawsn_slope(x, y),
)  # fmt: skip

# From here on asymptotic series are accurate, and direct formulas cancel.
_FAR = 12.0
_TAIL = tuple(float(prod(range(1, 2 * n, 2))) for n in range(1, 14))


def _erfcx_slope(x: Any, y: Any) -> Any:
    """2 x erfcx(x) - 2 / sqrt(pi)."""
    far = ge(x, _FAR)
    near = 2 * where(far, 0.0, x) * y - _SLOPE
    signed = tuple((-1) ** n * c for n, c in enumerate(_TAIL))
    return where(far, -_SLOPE * _tail(x, far, signed), near)


def _dawsn_slope(x: Any, y: Any) -> Any:
    """1 - 2 x dawsn(x)."""
    far = ge(abs(x), _FAR)
    return where(far, -_tail(x, far, _TAIL), 1 - 2 * where(far, 0.0, x) * y)


def _tail(x: Any, far: Any, coefficients: tuple[float, ...]) -> Any:
    """The sum of (2n - 1)!! / (2 x**2)**n over n >= 1, with signs, where x is far."""
    u = 0.5 / sqr(where(far, x, inf))
    return u * polynomial(u, coefficients)
