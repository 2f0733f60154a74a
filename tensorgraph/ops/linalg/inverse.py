"""Inverses of matrices, and of tensors as matrices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.lu import solve_general
from tensorgraph.ops.linalg.routine import square
from tensorgraph.ops.linalg.solve import solve
from tensorgraph.ops.shaping.shape import moveaxis, reshape
from tensorgraph.ops.tensor import as_tensor


def inv(a: Any, on_error: str = "nan") -> Any:
    """The inverse of a square matrix, or of a stack of them.

    A singular matrix gives nan, or with `on_error="raise"` a `FactorizationError`. To
    solve a system use `solve`, which is faster and more accurate. Raises `ShapeError`
    unless a is square. The gradient is Giles, Collected matrix derivative results
    (2008), section 2.2.3.

    >>> inv([[2.0, 0.0], [0.0, 4.0]]).eval()
    array([[0.5 , 0.  ],
           [0.  , 0.25]])
    """
    a = square("inv", a)
    inverse = solve_general(a, eye(shape_of(a)[-1], dtype=a.type.dtype))
    return settled(inverse, on_error, "inv: a matrix is singular")


def tensorinv(a: Any, ind: int = 2, on_error: str = "nan") -> Any:
    """The inverse of `a` as a matrix of its first `ind` axes by the others.

    These have as many elements. A singular matrix does as in `inv`. The identity is
    tensordot(tensorinv(a, ind), a, ind).

    >>> import numpy as np
    >>> tensorinv(2 * np.eye(4).reshape(2, 2, 4), 2).type
    Tensor3(float64, shape=(4, 2, 2))
    """
    a = as_tensor(a)
    if not 0 < ind < a.type.ndim:
        raise ShapeError(
            f"tensorinv: ind is {ind!r}, for a tensor of rank {a.type.ndim}.",
            remedy="It is the number of axes that form the rows.",
        )
    rows, columns = shape_of(a)[:ind], shape_of(a)[ind:]
    inverse = inv(_as_matrix(a, rows, columns), on_error)
    return reshape(inverse, (*columns, *rows))


def tensorsolve(
    a: Any, b: Any, axes: Sequence[int] | None = None, on_error: str = "nan"
) -> Any:
    """The x with tensordot(a, x, x.ndim) = b: a as a matrix of b's axes by x's.

    `axes` of `a` are moved to its end first. A singular matrix does as in `solve`.

    >>> import numpy as np
    >>> tensorsolve(2 * np.eye(6).reshape(2, 3, 2, 3), np.ones((2, 3))).eval()
    array([[0.5, 0.5, 0.5],
           [0.5, 0.5, 0.5]])
    """
    a, b = as_tensor(a), as_tensor(b)
    if axes is not None:
        last = range(a.type.ndim - len(axes), a.type.ndim)
        a = moveaxis(a, list(axes), list(last))
    rows, columns = shape_of(a)[: b.type.ndim], shape_of(a)[b.type.ndim :]
    if not columns:
        raise ShapeError(f"tensorsolve: {a.type} has no more axes than {b.type}.")
    x = solve(_as_matrix(a, rows, columns), reshape(b, (-1,)), on_error=on_error)
    return reshape(x, columns)


def _as_matrix(a: Any, rows: Sequence[Any], columns: Sequence[Any]) -> Any:
    return reshape(a, (_product(rows), _product(columns)))


def _product(lengths: Sequence[Any]) -> Any:
    result: Any = 1
    for length in lengths:
        result = length * result
    return result
