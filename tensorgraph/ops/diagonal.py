"""Diagonals and triangles: eye, diagonal, diag, trace, tril, triu."""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.create import arange, as_shape, zeros
from tensorgraph.ops.index import get, update_at
from tensorgraph.ops.tensor import as_tensor


def eye(n: Any, m: Any = None, k: int = 0, dtype: Any = "float64") -> Any:
    """An n by m matrix (square by default) with ones on its k-th diagonal.

    >>> eye(2, 3, k=1).eval()
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """
    rows, columns = as_shape((n, n if m is None else m), "eye")
    return cast(math.eq(arange(rows)[:, None] + k, arange(columns)), dtype)


def _below(x: Variable, k: int) -> Any:
    """True on and below the k-th diagonal of the last two axes of `x`."""
    rows, columns = shape_of(x)[-2:]
    return math.ge(arange(rows)[:, None] + k, arange(columns))


def tril(x: Any, k: int = 0) -> Any:
    """`x` with zeros above the k-th diagonal of its last two axes.

    Raises `ShapeError` if it has fewer than two.

    >>> tril([[1.0, 2.0], [3.0, 4.0]]).eval()
    array([[1., 0.],
           [3., 4.]])
    """
    x = _with_matrix("tril", x)
    return math.where(_below(x, k), x, 0)


def triu(x: Any, k: int = 0) -> Any:
    """`x` with zeros below the k-th diagonal of its last two axes.

    >>> triu([[1.0, 2.0], [3.0, 4.0]]).eval()
    array([[1., 2.],
           [0., 4.]])
    """
    x = _with_matrix("triu", x)
    return math.where(_below(x, k - 1), 0, x)


def _with_matrix(what: str, x: Any) -> Variable:
    x = as_tensor(x)
    if x.type.ndim < 2:
        raise ShapeError(f"{what} needs a matrix, not {x.type}.")
    return x


def diagonal(x: Any, offset: int = 0) -> Any:
    """The diagonal of the last two axes of `x`, from `offset` columns to the right.

    A negative offset goes that many rows down. Raises `ShapeError` for fewer than two
    axes.

    >>> diagonal([[1.0, 2.0], [3.0, 4.0]]).eval()
    array([1., 4.])
    """
    x = _with_matrix("diagonal", x)
    rows, columns = shape_of(x)[-2:]
    same = offset == 0 and x.type.shape[-2] == x.type.shape[-1] is not None
    length = rows if same else _length(rows, columns, offset)
    steps = arange(length)
    return get(x, (..., steps + max(-offset, 0), steps + max(offset, 0)))


def _length(rows: Any, columns: Any, offset: int) -> Any:
    down, right = rows - max(-offset, 0), columns - max(offset, 0)
    if isinstance(down, int) and isinstance(right, int):
        return max(min(down, right), 0)
    return math.maximum(math.minimum(down, right), 0)


def diag(x: Any, k: int = 0) -> Any:
    """A square matrix with the vector `x` on a diagonal; of a matrix, its diagonal.

    >>> diag([1.0, 2.0]).eval()
    array([[1., 0.],
           [0., 2.]])
    """
    x = as_tensor(x)
    if x.type.ndim != 1:
        return diagonal(x, k)
    size = shape_of(x)[0] + abs(k)
    steps = arange(shape_of(x)[0])
    places = (steps + max(-k, 0), steps + max(k, 0))
    return update_at(zeros((size, size), x.type.dtype), places, x, "set")


def trace(x: Any, offset: int = 0) -> Any:
    """The sum of a diagonal of the last two axes.

    >>> trace([[1.0, 2.0], [3.0, 4.0]]).eval()
    array(5.)
    """
    return sum(diagonal(x, offset), axis=-1)
