"""Exponentials and logarithms in other bases, and of sums."""

from __future__ import annotations

from math import inf, log
from typing import Any

from tensorgraph.ops.elementwise import elementwise
from tensorgraph.ops.math import abs, eq, logical_and, sigmoid, where

LOG_2 = log(2)

_positive = (0.0, inf)

exp2 = elementwise(
    "exp2", c="tg_exp2({0})", python="tg_exp2({0})",
    complex="tg_cexp2({0})", cost=10,
    derivative=lambda x, y: LOG_2 * y,
)  # fmt: skip
log2 = elementwise(
    "log2", c="tg_log2({0})", python="tg_log2({0})",
    complex="tg_clog2({0})", cost=10, domain=_positive,
    derivative=lambda x, y: (1 / LOG_2) / x,
)  # fmt: skip
log10 = elementwise(
    "log10", c="tg_log10({0})", python="tg_log10({0})",
    complex="tg_clog10({0})", cost=10, domain=_positive,
    derivative=lambda x, y: (1 / log(10)) / x,
)  # fmt: skip
logaddexp = elementwise(
    "logaddexp", cost=25, domain=((-inf, inf), (-inf, inf)), symmetric=True,
    c="tg_logaddexp({0}, {1})", python="tg_logaddexp({0}, {1})",
    derivative=(lambda a, b, y: _weight(a, b), lambda a, b, y: _weight(b, a)),
)  # fmt: skip
_LARGER = "({0} > {1} ? {0} : {1})", "({0} if {0} > {1} else {1})"
_DISTANCE = (
    "({0} == {1} ? 0 : fabs({0} - {1}))", "(0.0 if {0} == {1} else abs({0} - {1}))"
)  # fmt: skip
"""Also of equal infinities; the choice is made before the calls, so loops vectorize."""
logaddexp2 = elementwise(
    "logaddexp2", cost=25, domain=((-inf, inf), (-inf, inf)), symmetric=True,
    c=f"({_LARGER[0]} + tg_log1p(tg_exp2(-{_DISTANCE[0]})) * {1 / LOG_2!r})",
    python=f"({_LARGER[1]} + tg_log1p(tg_exp2(-{_DISTANCE[1]})) * {1 / LOG_2!r})",
    derivative=(
        lambda a, b, y: _weight(a, b, LOG_2), lambda a, b, y: _weight(b, a, LOG_2),
    ),
)  # fmt: skip


def _weight(a: Any, b: Any, scale: float = 1.0) -> Any:
    """exp(a) / (exp(a) + exp(b)); a half for two equal infinities."""
    infinite = logical_and(eq(a, b), eq(abs(a), inf))
    return sigmoid(scale * where(infinite, 0.0, a - b))
