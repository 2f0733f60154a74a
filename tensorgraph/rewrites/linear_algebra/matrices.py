"""How a matrix is written: as a transpose, an identity, blocks, a Kronecker product."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, Shape, Squeeze
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.check import Check
from tensorgraph.ops.creating.create import ARange
from tensorgraph.ops.creating.diagonal import Diagonal, IntoDiagonal
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.linalg.routine import RoutineOp
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.reducing.reduce import all as all_true
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.shaping.shape import Reshape, Transpose, transpose
from tensorgraph.ops.tensor import TensorType
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.lengths import length_of, scalar_length

MOST_STEPS = 8
"""Lengths are followed through so many ops at most, beside those that keep axes."""
LARGEST = 10_000
"""Constants with more elements are not looked at."""


def is_matrix(v: Variable) -> bool:
    """Whether `v` is a matrix, or a stack of them, of real floats."""
    kind = v.type
    return isinstance(kind, TensorType) and kind.ndim > 1 and kind.dtype[0] == "f"


def is_square(v: Variable) -> bool:
    """Whether the last two lengths are proven to be equal."""
    return bool(extent(v, -2) == extent(v, -1))


def fits(a: Variable, b: Variable) -> bool:
    """Whether a product of two matrices, or of a matrix and a vector, is proven to be.

    Then it may be replaced by what does not look at the lengths.
    """
    return bool(extent(a, -1) == extent(b, max(-2, -b.type.ndim)))


def extent(v: Variable, axis: int) -> Any:
    """`length_of` an axis counted from the last, followed through linear algebra."""
    for _ in range(MOST_STEPS):
        found = length_of(v, axis % v.type.ndim)
        before = _before(found)
        if before is None:
            return found
        v, axis = before
        if axis >= 0:
            axis -= v.type.ndim
    return found


def _before(found: Any) -> tuple[Variable, int] | None:
    """The axis that an axis of a matrix or of numbers in order has its length from."""
    if isinstance(found, int | str):
        return None
    v, axis = found
    node = v.owner
    if node is None or axis < 0:
        return None
    axis -= v.type.ndim
    if isinstance(node.op, ARange):
        return _axis_of(node.inputs[0])
    if isinstance(node.op, IntoDiagonal) and axis >= -2:
        return _axis_of(node.inputs[3 + axis])
    if isinstance(node.op, Dot):
        left = node.op.left == 2 and (axis == -2 or node.op.right == 1)
        x = node.inputs[0 if left else 1]
        return (x, -2) if left else (x, -1)
    if isinstance(node.op, RoutineOp) and axis >= -2:
        return _before_routine(node, axis)
    return None


def _axis_of(scalar: Variable) -> tuple[Variable, int] | None:
    """The axis whose length a scalar is; a range may take it as max(length, 0)."""
    node = scalar.owner
    if node is not None and node.op is math.maximum:
        scalar, bound = node.inputs
        node = scalar.owner if number_of(bound) == 0 else None
    if node is None or not isinstance(node.op, Shape):
        return None
    return node.inputs[0], node.op.axis


def _before_routine(node: Apply, axis: int) -> tuple[Variable, int] | None:
    """Of square factors and of solutions."""
    name = node.op.name
    if name in ("solve", "solve_triangular") and axis == -1:
        return node.inputs[-1], -1
    square = ("solve", "solve_triangular", "cholesky", "expm", "logm", "sqrtm")
    return (node.inputs[0], -1) if name in square else None


def routine(v: Variable) -> str:
    """The name of the routine of linear algebra that computes `v`, or nothing."""
    op = v.owner.op if v.owner is not None else None
    return op.name if isinstance(op, RoutineOp) else ""


# -- transposes, identities, diagonals -------------------------------------------------


def turned(v: Variable) -> Variable | None:
    """The matrix of which `v` is the transpose, if it is written as one."""
    if not is_op(v, Transpose):
        return None
    rank = v.type.ndim
    swapped = (*range(rank - 2), rank - 1, rank - 2)
    return v.owner.inputs[0] if v.owner.op.axes == swapped else None


def transposed(v: Variable) -> Variable:
    """The transpose of a matrix, or of each of a stack."""
    below, rank = turned(v), v.type.ndim
    if below is not None:
        return below
    return transpose(v, (*range(rank - 2), rank - 1, rank - 2))


def is_transpose(a: Variable, b: Variable) -> bool:
    """Whether one matrix is written as the transpose of the other."""
    return turned(a) is b or turned(b) is a


class Numbers(NamedTuple):
    """A matrix whose elements are numbers of its rows, or of its columns, and more."""

    rows: bool
    start: int


def numbers(v: Variable) -> Numbers | None:
    """What matrix of numbers of rows or of columns `v` is, if it is one."""
    start, rows = 0, False
    while v.owner is not None:
        op, given = v.owner.op, v.owner.inputs
        if isinstance(op, ExpandDims) and v.type.ndim == 2:
            rows, (v,) = op.axes == (1,), given
        elif op is math.add and any(number_of(x) is not None for x in given):
            x, n = given if number_of(given[0]) is None else given[::-1]
            start, v = start + int(number_of(n)), x
        else:
            break
    if isinstance(v, Constant) and v.value.ndim and v.value.size:
        rows = v.type.shape[0] != 1 if v.value.ndim == 2 else rows
        values = v.value.ravel()
        in_order = (values == values[0] + np.arange(values.size)).all()
        return Numbers(rows, start + int(values[0])) if in_order else None
    return Numbers(rows, start) if is_op(v, ARange) else None


def band(v: Variable, op: Any) -> int | None:
    """The k of a mask, for a matrix, of where row + k op column, written so."""
    while is_op(v, ExpandDims) and v.owner.op.axes == tuple(range(v.type.ndim - 2)):
        (v,) = v.owner.inputs
    if not is_op(v, op) or v.type.ndim != 2:
        return None
    first, second = map(numbers, v.owner.inputs)
    if first is None or second is None or not first.rows or second.rows:
        return None
    return first.start - second.start


def is_eye(v: Variable) -> bool:
    """Whether `v` is written as an identity matrix, or is a stack of them."""
    if isinstance(v, Constant):
        x = v.value
        square = x.ndim > 1 and x.shape[-1] == x.shape[-2] and x.size <= LARGEST
        return bool(square and (x == np.eye(x.shape[-1])).all())
    rank = v.type.ndim
    if is_op(v, ExpandDims) and rank > 2 and max(v.owner.op.axes) < rank - 2:
        return is_eye(v.owner.inputs[0])
    square = is_op(v, Cast) and is_square(v)
    return square and band(v.owner.inputs[0], math.eq) == 0


def diagonal_of(v: Variable) -> Any:
    """The diagonal of a square matrix."""
    if is_op(v, IntoDiagonal) and v.owner.op.offset == 0:
        return v.owner.inputs[0]
    return Diagonal(0)(v)


# -- scalars and vectors in matrices ---------------------------------------------------


def is_narrow(v: Variable, *axes: int) -> bool:
    """Whether `v` is repeated along these of the last two axes, -2 and -1."""
    shape = v.type.shape
    return len(shape) > 1 and all(shape[a] == 1 for a in axes)


def as_scalar(v: Variable) -> Variable:
    """A stack of matrices of one element without their axes."""
    rank = v.type.ndim
    return Squeeze((rank - 2, rank - 1))(v)


def scaled(v: Variable) -> tuple[Variable, Variable, Any] | None:
    """A factor, one for each matrix, the matrix, and how they meet: mul or true_div."""
    node = v.owner
    if node is None or (node.op is not math.mul and node.op is not math.true_div):
        return None
    a, b = node.inputs
    pairs = [(b, a), (a, b)] if node.op is math.mul else [(b, a)]
    for factor, x in pairs:
        if is_narrow(factor, -2, -1) and x.type == v.type and not is_narrow(x, -2, -1):
            return factor, x, node.op
    return None


def outer_of(v: Variable) -> tuple[Variable, Variable] | None:
    """A column and a row, stacks of (n, 1) and (1, n), whose product is `v`."""
    node = v.owner
    if node is None or node.op is not math.mul or not is_matrix(v):
        return None
    for column, row in (node.inputs, node.inputs[::-1]):
        if is_narrow(column, -1) and is_narrow(row, -2):
            wide = column.type.shape[-2] != 1 and row.type.shape[-1] != 1
            return (column, row) if wide else None
    return None


# -- Kronecker's products, blocks ------------------------------------------------------


def kron_of(v: Variable) -> tuple[Variable, Variable] | None:
    """The matrices whose Kronecker product is `v`, if it is written as `kron` does.

    They have the dtype of `v`: what is asked of them is computed in as many digits.
    """
    if not is_op(v, Reshape) or v.type.ndim != 2 or not is_matrix(v):
        return None
    outer, *lengths = v.owner.inputs
    if not is_op(outer, math.mul) or outer.type.ndim != 4:
        return None
    for a, b in (outer.owner.inputs, outer.owner.inputs[::-1]):
        if _has_axes(a, (1, 3)) and _has_axes(b, (0, 2)):
            a, b = a.owner.inputs[0], b.owner.inputs[0]
            both = [_is_product(n, a, b, axis) for axis, n in enumerate(lengths)]
            dtype = v.type.dtype  # type: ignore[attr-defined]
            return (cast(a, dtype), cast(b, dtype)) if all(both) else None
    return None


def _has_axes(v: Variable, axes: tuple[int, ...]) -> bool:
    return is_op(v, ExpandDims) and v.owner.op.axes == axes


def _is_product(length: Variable, a: Variable, b: Variable, axis: int) -> bool:
    """Whether a length is proven to be that of `a` times that of `b` along an axis."""
    first, second = length_of(a, axis), length_of(b, axis)
    known = scalar_length(length)
    if isinstance(known, int):
        pair = isinstance(first, int) and isinstance(second, int)
        return pair and known == first * second
    if is_op(length, math.sqr):
        one = _length_behind(length.owner.inputs[0])
        return one == first == second
    if not is_op(length, math.mul):
        return False
    found = [_length_behind(n) for n in length.owner.inputs]
    return found in ([first, second], [second, first])


def _length_behind(scalar: Variable) -> Any:
    found = scalar_length(scalar)
    if isinstance(found, tuple) and found.axis >= 0:
        return length_of(*found)
    return found


def blocks_of(v: Variable) -> list[Variable] | None:
    """The square matrices along the diagonal of `v`, written as `block_diag` does.

    Their lengths are known.
    """
    if not is_op(v, Join) or v.owner.op.axis != 0 or v.type.ndim != 2:
        return None
    found, start = [], 0
    for rows in v.owner.inputs:
        place = _only_block(rows, v.type.shape[1])
        if place is None or place[0] != start:
            return None
        found.append(place[1])
        start += place[1].type.shape[0]
    return found if start == v.type.shape[1] else None


def _only_block(rows: Variable, width: Any) -> tuple[int, Variable] | None:
    """Where a square block stands in some rows that are zero elsewhere, and it."""
    joined = is_op(rows, Join) and rows.owner.op.axis == 1
    parts = rows.owner.inputs if joined else [rows]
    column, found = 0, None
    for part in parts:
        height, length = part.type.shape
        if not isinstance(length, int) or not isinstance(height, int):
            return None
        number = number_of(part)
        if length and (number is None or number != 0):
            if found is not None or height != length:
                return None
            found = column, part
        column += length
    return found if column == width else None


# -- solutions -------------------------------------------------------------------------


def inverse_of(v: Variable) -> Apply | None:
    """What computes `v`, where it solves for all columns of an identity."""
    if routine(v) not in ("solve", "solve_triangular"):
        return None
    return v.owner if is_eye(v.owner.inputs[-1]) else None


def scaled_inverse_of(v: Variable) -> tuple[Apply, Variable | None, Any] | None:
    """As `inverse_of`, for a multiple of an inverse: also the factor, and its op."""
    solver = inverse_of(v)
    if solver is not None:
        return solver, None, None
    found = scaled(v)
    solver = None if found is None else inverse_of(found[1])
    if found is None or solver is None or found[0].type.ndim > 2:
        return None
    return solver, as_scalar(found[0]), found[2]


def with_columns(node: Apply, b: Variable) -> Variable:
    """The solution of the same system for another right-hand side."""
    return node.op(*node.inputs[:-1], b)


def if_finite(a: Variable, x: Any) -> Any:
    """`x`, a matrix that no longer needs `a`; nan where not all of `a` is finite."""
    finite = all_true(math.lt(math.abs(a), np.inf), axis=(-2, -1), keepdims=True)
    return math.where(finite, x, np.nan)


def is_checked(v: Variable, graph: Any) -> bool:
    """Whether somebody waits for a nan in `v`: then it must keep its failures."""
    for user in graph.users.get(v, ()):
        waits = isinstance(user.op, Check) or user.op is math.isnan
        if waits or (isinstance(user.op, Squeeze) and _is_looked_at(user, graph)):
            return True
    return False


def _is_looked_at(node: Apply, graph: Any) -> bool:
    users = graph.users.get(node.outputs[0], ())
    return any(isinstance(u.op, Check) or u.op is math.isnan for u in users)
