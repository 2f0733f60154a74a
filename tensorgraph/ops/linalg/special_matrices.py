"""Matrices made of a vector or of smaller ones: Toeplitz, block diagonal and others."""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.create import arange, zeros
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.tensor import as_tensor


def toeplitz(c: Any, r: Any = None) -> Any:
    """The matrix with constant diagonals: first column `c`, first row `r`.

    Without `r` it is symmetric; r[0] is not used. Stacks of vectors give stacks of
    matrices.

    >>> toeplitz([1.0, 2.0], [0.0, 5.0, 6.0]).eval()
    array([[1., 5., 6.],
           [2., 1., 5.]])
    """
    c = _vector("toeplitz", c)
    r = c if r is None else _vector("toeplitz", r)
    rows, columns = arange(shape_of(c)[-1])[:, None], arange(shape_of(r)[-1])
    below, beside = _first_known(c, rows - columns), _first_known(r, columns - rows)
    return math.where(math.ge(rows, columns), below, beside)


def _first_known(x: Any, places: Any) -> Any:
    """The elements at these places, and something where a place is negative."""
    return x[..., math.maximum(places, 0)]


def hankel(c: Any, r: Any = None) -> Any:
    """The matrix with constant antidiagonals: first column `c`, last row `r`.

    Without `r` zeros follow c; r[0] is not used.

    >>> hankel([1.0, 2.0], [0.0, 5.0, 6.0]).eval()
    array([[1., 2., 5.],
           [2., 5., 6.]])
    """
    c = _vector("hankel", c)
    r = c.zeros_like() if r is None else _vector("hankel", r)
    elements = concatenate([c, r[..., 1:]], axis=-1)
    rows, columns = shape_of(c)[-1], shape_of(r)[-1]
    return elements[..., arange(rows)[:, None] + arange(columns)]


def circulant(c: Any) -> Any:
    """The square matrix with first column `c`, each column the one before, turned.

    >>> circulant([1.0, 2.0, 3.0]).eval()
    array([[1., 3., 2.],
           [2., 1., 3.],
           [3., 2., 1.]])
    """
    c = _vector("circulant", c)
    length = shape_of(c)[-1]
    steps = arange(length)
    return c[..., math.mod(steps[:, None] - steps, length)]


def companion(a: Any) -> Any:
    """The matrix whose characteristic polynomial has the coefficients `a`.

    a[0], of the highest power, divides the others and must not be zero.

    >>> companion([1.0, -3.0, 2.0]).eval()
    array([[ 3., -2.],
           [ 1.,  0.]])
    """
    a = _vector("companion", a)
    length = a.type.shape[-1]
    if isinstance(length, int) and length < 2:
        raise ShapeError(f"companion needs two coefficients or more, not {length}.")
    first = -a[..., 1:] / a[..., 0][..., None]
    size = shape_of(first)[-1]
    rows, columns = arange(size)[:, None], arange(size)
    below = math.where(math.eq(rows, columns + 1), 1.0, 0.0)
    return math.where(math.eq(rows, 0), first[..., None, :], below)


def block_diag(*arrs: Any) -> Any:
    """The matrix with the given ones along its diagonal, zeros elsewhere.

    Vectors count as rows, scalars as matrices of one element.

    >>> block_diag([[1.0, 2.0]], 3.0).eval()
    array([[1., 2., 0.],
           [0., 0., 3.]])
    """
    blocks = [_matrix(x) for x in arrs]
    widths = [shape_of(x)[1] for x in blocks]
    if not blocks:
        return zeros((1, 0))
    bands = []
    for number, block in enumerate(blocks):
        rows = shape_of(block)[0]
        before, after = _total(widths[:number]), _total(widths[number + 1 :])
        parts = [zeros((rows, n), block.type.dtype) for n in (before, after)]
        bands.append(concatenate([parts[0], block, parts[1]], axis=1))
    return concatenate(bands, axis=0)


def _total(lengths: Any) -> Any:
    result: Any = 0
    for length in lengths:
        result = length + result
    return result


def _matrix(x: Any) -> Any:
    x = as_tensor(x)
    if x.type.ndim > 2:
        raise ShapeError(f"block_diag takes matrices, not a {x.type}.")
    return x if x.type.ndim == 2 else x[None, :] if x.type.ndim else x[None, None]


def _vector(what: str, x: Any) -> Any:
    x = as_tensor(x)
    if x.type.ndim < 1:
        raise ShapeError(f"{what} takes a vector, not a {x.type}.")
    return x
