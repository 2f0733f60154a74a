"""The phases of complex eigenvectors and singular vectors, which are free."""

from __future__ import annotations

from typing import Any

from tensorgraph.ops import math
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.reducing.cumulative import cumsum
from tensorgraph.ops.reducing.moments import squared_size
from tensorgraph.ops.reducing.reduce import max

LARGE = 0.6
"""Not so near 1 that rounding chooses among elements of one size."""


def phases(v: Any) -> Any:
    """Numbers of size 1, one a column: times these its first large element is positive.

    Large are the elements whose squared size is 0.6 of the largest one or more.

    >>> from tensorgraph.ops.tensor import as_tensor
    >>> phases(as_tensor([[0.0, 1j], [-1j, 0.0]])).eval()
    array([[0.+1.j, 0.-1.j]])
    """
    sizes = squared_size(v)
    most = max(sizes, axis=-2, keepdims=True, initial=0.0)
    large = math.ge(sizes, LARGE * most)
    first = math.logical_and(large, math.eq(cumsum(large, axis=-2), 1))
    pivot = sum(math.where(first, v, 0.0), axis=-2, keepdims=True)
    return conj(pivot) / math.abs(pivot)
