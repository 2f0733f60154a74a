"""Loss functions among the special ones: Huber's, and its smooth kin."""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.ops.cast import cast
from tensorgraph.ops.math import abs, le, lt, sqr, where
from tensorgraph.ops.pointwise.trigonometry import hypot
from tensorgraph.ops.shaping.join import operands


def huber(delta: Any, r: Any) -> Any:
    """r**2 / 2 for abs(r) <= delta, and delta (abs(r) - delta / 2) beyond.

    It is inf for a negative delta.

    >>> huber(1.0, [0.5, 3.0]).eval()
    array([0.125, 2.5  ])
    """
    delta, r = _floats(delta, r)
    size = abs(r)
    beyond = delta * (size - 0.5 * delta)
    return where(lt(delta, 0), inf, where(le(size, delta), 0.5 * sqr(r), beyond))


def pseudo_huber(delta: Any, r: Any) -> Any:
    """delta**2 (sqrt(1 + (r / delta)**2) - 1), without cancellation for a small r.

    It is inf for a negative delta and 0 for a delta of 0.

    >>> pseudo_huber(1.0, [0.0, 1e-9]).eval()
    array([0.e+00, 5.e-19])
    """
    delta, r = _floats(delta, r)
    flat = le(delta, 0)
    scale = where(flat, 1.0, delta)
    loss = r * (r / (1 + hypot(1.0, r / scale)))
    return where(lt(delta, 0), inf, where(flat, 0.0, loss))


def _floats(delta: Any, r: Any) -> list[Any]:
    """Both as floats; a Python number does not promote the other."""
    both = operands("huber", (delta, r))
    return [x if x.type.dtype[0] in "fc" else cast(x, "float64") for x in both]
