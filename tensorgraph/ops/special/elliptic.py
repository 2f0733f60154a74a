"""Complete elliptic integrals, of the parameter m."""

from __future__ import annotations

from math import pi
from typing import Any

from tensorgraph.loops.ir import Routine
from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import abs, lt, where
from tensorgraph.ops.special.polynomial import polynomial

ellipk = elementwise(
    "ellipk", routine=Routine("ellipk", "special"), kind="float", cost=60,
    domain=(-1.0, 1.0), derivative=lambda m, k: _ellipk_slope(m, 1 - m, k),
)  # fmt: skip
ellipkm1 = elementwise(
    "ellipkm1", routine=Routine("ellipkm1", "special"), kind="float", cost=60,
    domain=(0.0, 2.0), derivative=lambda p, k: -_ellipk_slope(1 - p, p, k),
)  # fmt: skip
ellipe = elementwise(
    "ellipe", routine=Routine("ellipe", "special"), kind="float", cost=60,
    domain=(-1.0, 1.0), derivative=lambda m, e: _ellipe_slope(m, e),
)  # fmt: skip


def _coefficients(count: int) -> list[float]:
    """((2n - 1)!! / (2n)!!)**2: the power series of 2 K(m) / pi."""
    found = [1.0]
    for n in range(1, count):
        found.append(found[-1] * ((2 * n - 1) / (2 * n)) ** 2)
    return found


_NEAR = 0.1
_SERIES = list(enumerate(_coefficients(18)))[1:]
_K_SLOPE = tuple(pi / 2 * n * c for n, c in _SERIES)
_E_SLOPE = tuple(pi / 2 * n / (1 - 2 * n) * c for n, c in _SERIES)


def _ellipk_slope(m: Any, p: Any, k: Any) -> Any:
    """(E - p K) / (2 m p) for p = 1 - m; a series near 0, where it cancels."""
    near = lt(abs(m), _NEAR)
    direct = (ellipe(m) / p - k) / (2 * where(near, 1.0, m))
    return where(near, polynomial(where(near, m, 0.0), _K_SLOPE), direct)


def _ellipe_slope(m: Any, e: Any) -> Any:
    """(E - K) / (2 m); a series near 0, where it cancels."""
    near = lt(abs(m), _NEAR)
    direct = (e - ellipk(m)) / (2 * where(near, 1.0, m))
    return where(near, polynomial(where(near, m, 0.0), _E_SLOPE), direct)
