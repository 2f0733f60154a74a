"""Polynomials with fixed coefficients."""

from __future__ import annotations

from typing import Any


def polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """A polynomial by Horner's rule, from the constant coefficient up.

    >>> polynomial(2.0, (1.0, 0.0, 3.0))
    13.0
    """
    *rest, result = coefficients
    total: Any = result
    for coefficient in reversed(rest):
        total = total * x + coefficient
    return total
