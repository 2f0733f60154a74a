"""Diagonals and triangles: eye, diagonal, diag, fill_diagonal, trace, tril, triu."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Const, Expr, Select
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    broadcast_to,
    normalize_axes,
    refuse_batched,
    shape_of,
    static_length,
    sum,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_shape
from tensorgraph.ops.indexing.index import update_at
from tensorgraph.ops.shaping.shape import moveaxis, ravel
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    constant,
    unify_lengths,
)


def eye(n: Any, m: Any = None, k: int = 0, dtype: Any = "float64") -> Any:
    """An n by m matrix (square by default) with ones on its k-th diagonal.

    >>> eye(2, 3, k=1).eval()
    array([[0., 1., 0.],
           [0., 0., 1.]])
    """
    rows, columns = as_shape((n, n if m is None else m), "eye")
    return cast(math.eq(arange(rows)[:, None] + k, arange(columns)), dtype)


def identity(n: Any, dtype: Any = "float64") -> Any:
    """The n by n matrix with ones on its diagonal.

    >>> identity(2).eval()
    array([[1., 0.],
           [0., 1.]])
    """
    return eye(n, dtype=dtype)


def identity_like(x: Any, dtype: Any = None) -> Any:
    """Ones on the diagonal of a matrix like `x`, of its dtype by default.

    >>> identity_like([[5, 6, 7], [8, 9, 1]]).eval()
    array([[1, 0, 0],
           [0, 1, 0]])
    """
    x = _with_matrix("identity_like", x)
    return eye(*shape_of(x)[-2:], dtype=dtype or x.type.dtype)


def _below(x: Variable, k: int) -> Any:
    """True on and below the k-th diagonal of the last two axes of `x`."""
    rows, columns = shape_of(x)[-2:]
    return math.ge(arange(rows)[:, None] + k, arange(columns))


def tril(x: Any, k: int = 0) -> Any:
    """`x` with zeros above the k-th diagonal of its last two axes.

    A vector becomes a square matrix, each row the vector. Raises `ShapeError` for a
    scalar.

    >>> tril([[1.0, 2.0], [3.0, 4.0]]).eval()
    array([[1., 0.],
           [3., 4.]])
    """
    x = _with_rows("tril", x)
    return math.where(_below(x, k), x, constant(0, x.type.dtype))


def triu(x: Any, k: int = 0) -> Any:
    """`x` with zeros below the k-th diagonal of its last two axes.

    >>> triu([[1.0, 2.0], [3.0, 4.0]]).eval()
    array([[1., 2.],
           [0., 4.]])
    """
    x = _with_rows("triu", x)
    return math.where(_below(x, k - 1), constant(0, x.type.dtype), x)


def _with_rows(what: str, x: Any) -> Variable:
    x = as_tensor(x)
    if x.type.ndim == 1:
        x = broadcast_to(x, (*shape_of(x), *shape_of(x)))
    return _with_matrix(what, x)


def _with_matrix(what: str, x: Any) -> Variable:
    x = as_tensor(x)
    if x.type.ndim < 2:
        raise ShapeError(f"{what} needs a matrix, not {x.type}.")
    return x


def diagonal(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of two axes of `x`, as the last axis of the result.

    It starts `offset` places along `axis2`; a negative offset so many along `axis1`.
    Raises `ShapeError` for fewer than two axes, and for one axis named twice.

    >>> diagonal([[1.0, 2.0], [3.0, 4.0]]).eval()
    array([1., 4.])
    """
    return matrix_diagonal(_matrices("diagonal", x, axis1, axis2), offset)


def _matrices(what: str, x: Any, axis1: int, axis2: int) -> Variable:
    """`x` with two axes moved to the end."""
    x = _with_matrix(what, x)
    axes = normalize_axes((axis1, axis2), x.type.ndim, what)
    if axes == (x.type.ndim - 2, x.type.ndim - 1) and axis1 % x.type.ndim == axes[0]:
        return x
    return moveaxis(x, (axis1, axis2), (-2, -1))


def matrix_diagonal(x: Any, offset: int = 0) -> Any:
    """The diagonals of a stack of matrices, which are the last two axes of `x`.

    >>> matrix_diagonal([[[1.0, 2.0], [3.0, 4.0]]], 1).eval()
    array([[2.]])
    """
    return Diagonal(_as_offset("diagonal", offset))(_with_matrix("diagonal", x))


def _as_offset(what: str, offset: Any) -> int:
    if not isinstance(offset, int | np.integer):
        raise DTypeError(f"{what}: an offset must be an int, not {offset!r}.")
    return int(offset)


def _static_length(rows: Length, columns: Length, offset: int) -> Length:
    """What is known of the length of a diagonal."""
    if isinstance(rows, int) and isinstance(columns, int):
        return max(min(rows - max(-offset, 0), columns - max(offset, 0)), 0)
    return rows if rows == columns and offset == 0 else None


@dataclass(frozen=True)
class Diagonal(TensorOp):
    """The diagonal of the last two axes that starts `offset` columns to the right."""

    offset: int
    moves_elements = True

    @property
    def start(self) -> tuple[int, int]:
        """The row and the column of its first element."""
        return max(-self.offset, 0), max(self.offset, 0)

    def infer(self, x: Variable) -> TensorType:
        *stack, rows, columns = x.type.shape
        return x.type.with_shape((*stack, _static_length(rows, columns, self.offset)))

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.diagonal(x, self.offset, -2, -1)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        lengths = [as_tensor(n, dtype="int64") for n in shape_of(x)[-2:]]
        return IntoDiagonal(self.offset)(g, *lengths)

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return self(x)

    def lower(self, loop: Any, x: Any) -> Any:
        row, column = map(at.integer, self.start)
        *stack, rows, columns = x.extents
        return loop.view(
            x, (*stack, diagonal_extent(rows, columns, self.start)),
            lambda s: (*s[:-1], at.plus(s[-1], row), at.plus(s[-1], column)),
        )  # fmt: skip


def diagonal_extent(rows: Expr, columns: Expr, start: tuple[int, int]) -> Expr:
    """How many elements the diagonal has that starts at this row and column."""
    if start == (0, 0) and rows == columns:
        return rows
    down, right = (
        at.minus(n, at.integer(i)) for n, i in zip((rows, columns), start, strict=True)
    )
    return at.maximum(at.minimum(down, right), at.ZERO)


@dataclass(frozen=True)
class IntoDiagonal(TensorOp):
    """Zeros with vectors on a diagonal of their last two axes: adjoint of `Diagonal`.

    Inputs: the vectors, then the lengths of the two axes.
    """

    offset: int
    moves_elements = True
    pads_with_zeros = True

    def infer(self, v: Variable, *lengths: Variable) -> TensorType:
        rows, columns = map(static_length, lengths)
        length = _static_length(rows, columns, self.offset)
        try:
            unify_lengths(v.type.shape[-1], length)
        except ValueError:
            raise ShapeError(
                f"diag: a vector of length {v.type.shape[-1]} does not fit a diagonal "
                f"of length {length}."
            ) from None
        return v.type.with_shape((*v.type.shape[:-1], rows, columns))

    def evaluate(self, xp: Any, v: Any, *lengths: Any) -> Any:
        shape = (*v.shape[:-1], *map(int, lengths))
        zero = xp.broadcast_to(xp.asarray(0, dtype=v.dtype), shape)
        row, column = Diagonal(self.offset).start
        steps = xp.arange(v.shape[-1])
        return xp.at_update(zero, (..., steps + row, steps + column), v, "set")

    def pullback(self, v: Variable, *rest: Variable) -> Any:
        return Diagonal(self.offset)(rest[-1]), None, None

    def batch(self, batched: Sequence[bool], v: Variable, *lengths: Variable) -> Any:
        refuse_batched("diag", "the lengths of the matrix", batched[1:])
        return self(v, *lengths)

    def lower(self, loop: Any, v: Any, *lengths: Any) -> Any:
        rows, columns = (loop.as_extent(n) for n in lengths)
        start = Diagonal(self.offset).start
        have = diagonal_extent(rows, columns, start)
        length = loop.unify(v.extents[-1], have, "diag")
        extents = (*v.extents[:-1], rows, columns)
        zero = Const(v.dtype != "bool" and 0, v.dtype)
        if rows == columns == length:
            return loop.map(
                extents, v.dtype, (v,),
                lambda s: Select(at.equal(s[-2], s[-1]), loop.read(v, s[:-1]), zero),
            )  # fmt: skip
        row, column = map(at.integer, start)
        return loop.scatter(
            loop.map(extents, v.dtype, (), lambda s: zero), "set",
            (*v.extents[:-1], length), (v,),
            lambda s: (*s[:-1], at.plus(s[-1], row), at.plus(s[-1], column)),
            lambda s: loop.read(v, s),
        )  # fmt: skip


def diag(x: Any, k: int = 0) -> Any:
    """A square matrix with the vector `x` on a diagonal; of a matrix, its diagonal.

    >>> diag([1.0, 2.0]).eval()
    array([[1., 0.],
           [0., 2.]])
    """
    x = as_tensor(x)
    if x.type.ndim != 1:
        return diagonal(x, k)
    offset = _as_offset("diag", k)
    (length,) = shape_of(x)
    size = as_tensor(length + abs(offset) if offset else length, dtype="int64")
    return IntoDiagonal(offset)(x, size, size)


def diagflat(x: Any, k: int = 0) -> Any:
    """A square matrix with the elements of `x`, in C order, on a diagonal.

    >>> diagflat([[1.0], [2.0]]).eval()
    array([[1., 0.],
           [0., 2.]])
    """
    return diag(ravel(x), k)


def trace(x: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The sum of a diagonal of two axes; see `diagonal`.

    >>> trace([[1.0, 2.0], [3.0, 4.0]]).eval()
    array(5.)
    """
    return sum(diagonal(x, offset, axis1, axis2), axis=-1)


def matrix_trace(x: Any, offset: int = 0) -> Any:
    """The sums of the diagonals of a stack of matrices, the last two axes of `x`.

    >>> matrix_trace([[[1.0, 2.0], [3.0, 4.0]]]).eval()
    array([5.])
    """
    return sum(matrix_diagonal(x, offset), axis=-1)


def fill_diagonal(x: Any, value: Any) -> Any:
    """A copy of `x` with a value at the places whose indices are all equal.

    The value is a scalar, or for a matrix a vector as long as the diagonal. Raises
    `ShapeError` for fewer than two axes, and for more than two of different lengths.

    >>> fill_diagonal([[1.0, 2.0], [3.0, 4.0]], 0.0).eval()
    array([[0., 2.],
           [3., 0.]])
    """
    x = _with_matrix("fill_diagonal", x)
    if x.type.ndim == 2:
        return fill_diagonal_offset(x, value, 0)
    lengths = {n for n in x.type.shape if n is not None}
    if len(lengths) > 1:
        raise ShapeError(
            f"fill_diagonal: the lengths of {x.type} are not all equal.",
            remedy="Fill the diagonals of a stack of matrices one axis at a time.",
        )
    steps = arange(shape_of(x)[0])
    return update_at(x, (steps,) * x.type.ndim, value, "set")


def fill_diagonal_offset(x: Any, value: Any, offset: int) -> Any:
    """A copy of a matrix with a value on the diagonal `offset` columns to the right.

    The value is a scalar, or a vector as long as the diagonal; a negative offset goes
    so many rows down. Raises `ShapeError` for what is no matrix.

    >>> fill_diagonal_offset([[1.0, 2.0], [3.0, 4.0]], 0.0, 1).eval()
    array([[1., 0.],
           [3., 4.]])
    """
    x = _with_matrix("fill_diagonal_offset", x)
    if x.type.ndim != 2:
        raise ShapeError(f"fill_diagonal_offset needs a matrix, not {x.type}.")
    value = cast(as_tensor(value), x.type.dtype)
    rows, columns = shape_of(x)
    if value.type.ndim:
        row, column = Diagonal(offset).start
        steps = arange(shape_of(Diagonal(offset)(x))[0])
        return update_at(x, (steps + row, steps + column), value, "set")
    on = math.eq(arange(rows)[:, None] + offset, arange(columns))
    return math.where(on, value, x)
