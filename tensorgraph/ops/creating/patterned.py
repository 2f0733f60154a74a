"""Matrices and indices with a pattern: tri, vander, tril_indices, diag_indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_length, as_shape, ones_like
from tensorgraph.ops.indexing.nonzero import nonzero
from tensorgraph.ops.shaping.join import stack
from tensorgraph.ops.tensor import as_tensor, constant


def tri(N: Any, M: Any = None, k: int = 0, dtype: Any = "float64") -> Any:
    """An N by M matrix (square by default) with ones on and below its k-th diagonal.

    >>> tri(2, 3, 1).eval()
    array([[1., 1., 0.],
           [1., 1., 1.]])
    """
    rows, columns = as_shape((N, N if M is None else M), "tri")
    return cast(math.ge(arange(rows)[:, None] + k, arange(columns)), dtype)


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Any, Any]:
    """The rows and columns of the elements on and below the k-th diagonal.

    They belong to an n by m matrix, square by default, with lengths that are ints or
    integer scalar variables.

    >>> [v.eval().tolist() for v in tril_indices(2)]
    [[0, 1, 1], [0, 0, 1]]
    """
    return _triangle("tril_indices", n, m, k, lower=True)


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Any, Any]:
    """The rows and columns of the elements on and above the k-th diagonal.

    They belong to an n by m matrix, square by default, with lengths that are ints or
    integer scalar variables.

    >>> [v.eval().tolist() for v in triu_indices(2)]
    [[0, 0, 1], [0, 1, 1]]
    """
    return _triangle("triu_indices", n, m, k, lower=False)


def tril_indices_from(x: Any, k: int = 0) -> tuple[Any, Any]:
    """`tril_indices` for the lengths of the matrix `x`.

    >>> [v.eval().tolist() for v in tril_indices_from([[1.0, 2.0], [3.0, 4.0]], -1)]
    [[1], [0]]
    """
    rows, columns = _matrix_shape("tril_indices_from", x)
    return tril_indices(rows, k, columns)


def triu_indices_from(x: Any, k: int = 0) -> tuple[Any, Any]:
    """`triu_indices` for the lengths of the matrix `x`.

    >>> [v.eval().tolist() for v in triu_indices_from([[1.0, 2.0], [3.0, 4.0]], 1)]
    [[0], [1]]
    """
    rows, columns = _matrix_shape("triu_indices_from", x)
    return triu_indices(rows, k, columns)


def _triangle(what: str, n: Any, m: Any, k: int, lower: bool) -> tuple[Any, Any]:
    rows, columns = (as_length(v, what) for v in (n, n if m is None else m))
    if isinstance(rows, int) and isinstance(columns, int):
        indices = np.tril_indices if lower else np.triu_indices
        i, j = indices(rows, k, columns)
        return constant(i), constant(j)
    below = tri(rows, columns, k if lower else k - 1, "bool")
    i, j = nonzero(below if lower else math.logical_not(below))
    return i, j


def _matrix_shape(what: str, x: Any) -> tuple[Any, ...]:
    x = as_tensor(x)
    if x.type.ndim != 2:
        raise ShapeError(f"{what} needs a matrix, not {x.type}.")
    return shape_of(x)


def diag_indices(n: Any, ndim: int = 2) -> tuple[Any, ...]:
    """Indices of the diagonal of an array with `ndim` axes of length `n`.

    >>> [v.eval().tolist() for v in diag_indices(2)]
    [[0, 1], [0, 1]]
    """
    return (arange(as_length(n, "diag_indices")),) * ndim


def diag_indices_from(x: Any) -> tuple[Any, ...]:
    """`diag_indices` for an array whose axes all have one length.

    >>> [v.eval().tolist() for v in diag_indices_from([[1.0, 2.0], [3.0, 4.0]])]
    [[0, 1], [0, 1]]
    """
    x = as_tensor(x)
    lengths = set(x.type.shape) - {None}
    if x.type.ndim < 2 or len(lengths) > 1:
        raise ShapeError(f"diag_indices_from: {x.type} has no axes of one length.")
    return diag_indices(shape_of(x)[0], x.type.ndim)


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:
    """The powers of the vector `x` from N - 1 down to 0 as the columns of a matrix.

    By default N is the length of `x`. With `increasing` they go up. The powers are
    repeated products, so that their gradients hold at zero too. Raises `ShapeError`
    for what is no vector, and for a length that is only known on the call.

    >>> vander([2.0, 3.0], 3).eval()
    array([[4., 2., 1.],
           [9., 3., 1.]])
    """
    x = as_tensor(x)
    if x.type.ndim != 1:
        raise ShapeError(f"vander needs a vector, not {x.type}.")
    count = x.type.shape[0] if N is None else as_length(N, "vander")
    if not isinstance(count, int):
        raise ShapeError(
            "vander: the number of columns is only known on the call.",
            remedy="Give it as an int: vander(x, N=3).",
        )
    x = cast(x, np.promote_types(x.type.dtype, "int64"))
    powers = [ones_like(x)]
    for _ in range(1, count):
        powers.append(powers[-1] * x)
    columns = powers[:count] if increasing else powers[:count][::-1]
    return stack(columns, 1) if columns else x[:, None][:, :0]
