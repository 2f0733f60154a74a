"""LU factors with exchanged rows, and systems solved with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import DTypeError
from tensorgraph.loops.ir import Routine
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.creating.diagonal import eye, tril, triu
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import blas, lapack, own, scipy_routine
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, as_numbers, pulled_by
from tensorgraph.ops.linalg.triangular import (
    SolveTriangular,
    as_columns,
    as_given,
    substituted,
    turned,
)
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.transforms.vectorize import vectorize


@dataclass(frozen=True)
class LUFactor(RoutineOp):
    """The factors of A with its rows exchanged: P A = L U, in one array, transposed.

    Outputs: the transpose of the array that holds U, and below its diagonal L, whose
    diagonal is of ones; the rows exchanged at each step; the order of the rows.
    """

    signature = "(m,n)->(n,m),(k),(m)"
    name: ClassVar[str] = "lu"
    helpers = lapack("getrf")
    kinds = "nii"
    smaller = {"k": ("m", "n")}
    work = {"k": 1}

    def reference(self, xp: Any, a: Any) -> Any:
        order = np.arange(a.shape[0])
        if not a.size:
            return a.T, np.zeros(0, "int64"), order
        packed, pivots, _ = scipy_routine(xp.linalg.lapack, "getrf", a)(a)
        for step, row in enumerate(pivots):
            order[[step, row]] = order[[row, step]]
        return packed.T, pivots, order

    def pullback(self, a: Any, packed: Any, *rest: Any) -> Any:
        return LUAdjoint()(packed, rest[1], rest[2])

    def __str__(self) -> str:
        return "LUFactor"


@dataclass(frozen=True)
class LUAdjoint(RoutineOp):
    """The cotangent of A from its factors, the order of its rows, and their cotangent.

    The differential of the square part is L (X strictly below + X on and above) U with
    L X U that of P A: Walter and Lehmann, Algorithmic differentiation of linear algebra
    functions (2012). Rows below it are A2 = L2 U, columns beside it A2 = L U2.
    """

    signature = "(n,m),(m),(n,m)->(m,n)"
    name: ClassVar[str] = "lu_adjoint"
    helpers = blas("gemm", "trmm", "trsm")
    smaller = {"k": ("m", "n")}
    work = {"mn": 1, "kk": 1}
    finite = False

    def reference(self, xp: Any, packed: Any, order: Any, g: Any) -> Any:
        lu, x, k = packed.T, g.T.copy(), min(packed.shape)
        if not k:
            return x
        square = lu[:k, :k]
        x[k:] = (
            substituted(xp, square, x[k:].T, False, False).T if len(x) > k else x[k:]
        )
        if g.shape[0] > k:
            x[:, k:] = substituted(xp, square, x[:, k:], True, True, True)
        x[:k, :k] -= np.triu(lu[k:, :k].T @ x[k:, :k])
        x[:k, :k] -= np.tril(x[:k, k:] @ lu[:k, k:].T, -1)
        lower, upper = np.tril(square, -1) + np.eye(k), np.triu(square)
        middle = np.tril(lower.T @ np.tril(x[:k, :k], -1), -1)
        middle += np.triu(np.triu(x[:k, :k]) @ upper.T)
        half = substituted(xp, square, middle, True, True, True)
        x[:k, :k] = substituted(xp, square, half.T, False, False).T
        pulled = np.empty_like(x)
        pulled[order] = x
        return pulled

    def pullback(self, packed: Any, order: Any, g: Any, a: Any, a_bar: Any) -> Any:
        found = pulled_by(lambda f, g: _adjoint(f.mT, g.mT), (packed, g), a_bar[order])
        return found[0], None, found[1]


def _adjoint(lu: Any, g: Any) -> Any:
    """The same before the order of rows, in words that can be differentiated."""
    rows, columns = lu.type.shape
    if rows == columns is not None:
        return _adjoint_of_square(lu, tril(g, -1), triu(g))
    k = math.minimum(*shape_of(lu))
    square, l_bar, u_bar = lu[:k, :k], tril(g[:k, :k], -1), triu(g[:k, :k])
    below = _over_upper(square, g[k:, :k])
    beside = _under_lower(square, g[:k, k:])
    l_bar = l_bar - tril(matmul(beside, lu[:k, k:].mT), -1)
    u_bar = u_bar - triu(matmul(lu[k:, :k].mT, below))
    first = concatenate([_adjoint_of_square(square, l_bar, u_bar), beside], axis=1)
    return concatenate([first, concatenate([below, g[k:, k:]], axis=1)], axis=0)


def _adjoint_of_square(lu: Any, l_bar: Any, u_bar: Any) -> Any:
    low = matmul(tril(lu, -1).mT, l_bar) + l_bar
    middle = tril(low, -1) + triu(matmul(u_bar, triu(lu).mT))
    return _over_upper(lu, _under_lower(lu, middle))


def _under_lower(lu: Any, x: Any) -> Any:
    """The inverse of L' times x."""
    return SolveTriangular("lower", True, True)(lu, x)


def _over_upper(lu: Any, x: Any) -> Any:
    """x times the inverse of U'."""
    return SolveTriangular("upper", False)(lu, x.mT).mT


@dataclass(frozen=True)
class Solve(RoutineOp):
    """The solution x of A x = b, of A' x = b if `transposed`, from the factors of A.

    Inputs: A, which is not read, its factors and the order of rows from `LUFactor`, b.
    The derivative is with respect to A and b: the factors are computed once, for all
    right-hand sides and for all gradients.
    """

    transposed: bool

    signature = "(n,n),(n,n),(n),(n,k)->(n,k)"
    name: ClassVar[str] = "solve"
    unread = 1
    helpers = blas("trsm")
    work = {"nk": 1}
    finite = False

    @property
    def routine(self) -> Routine:
        return own("solve_general")

    def options(self) -> Sequence[int]:
        return (self.transposed,)

    def reference(self, xp: Any, packed: Any, order: Any, b: Any) -> Any:
        lu = packed.T
        if not np.diagonal(lu).all():
            raise np.linalg.LinAlgError("singular")
        if not b.size:
            return b
        if not self.transposed:
            half = substituted(xp, lu, b[order], True, False, True)
            return substituted(xp, lu, half, False, False)
        half = substituted(xp, lu, b, False, True)
        x = np.empty_like(b)
        x[order] = substituted(xp, lu, half, True, True, True)
        return x

    def pullback(self, a: Any, packed: Any, order: Any, b: Any, x: Any, g: Any) -> Any:
        back = Solve(not self.transposed)(a, packed, order, g)
        first, second = (x, back) if self.transposed else (back, x)
        return -matmul(first, second.mT), None, None, back

    def __str__(self) -> str:
        return "Solve{trans=1}" if self.transposed else "Solve"


def solve_general(a: Any, b: Any, transposed: bool = False) -> Any:
    """The solution of a x = b for matrices, by the factors of a."""
    packed, _, order = LUFactor()(a)
    return Solve(transposed)(a, packed, order, b)


@dataclass(frozen=True)
class PivotToPermutation(RoutineOp):
    """The order of the rows after exchanges of row i with row pivots[i]."""

    inverse: bool

    signature = "(n)->(n)"
    name: ClassVar[str] = "permutation"
    kinds = "i"
    work = {"n": 1}

    def options(self) -> Sequence[int]:
        return (self.inverse,)

    def reference(self, xp: Any, pivots: Any) -> Any:
        order = np.arange(len(pivots))
        for step, row in enumerate(pivots):
            if 0 <= row < len(order):
                order[[step, row]] = order[[row, step]]
        return np.argsort(order) if self.inverse else order

    def pullback(self, pivots: Any, order: Any, g: Any) -> Any:
        return None


def pivot_to_permutation(p: Any, inverse: bool = False) -> Any:
    """The order of the rows that a vector of pivots stands for, or its inverse.

    Pivots, as `lu_factor` gives them for square matrices, say with which row each row
    was exchanged, one after the other.

    >>> pivot_to_permutation([2, 2, 2]).eval()
    array([2, 0, 1])
    """
    p = as_tensor(p)
    if p.type.dtype[0] not in "iu":
        raise DTypeError(f"pivot_to_permutation takes integers, not {p.type}.")
    return PivotToPermutation(inverse)(cast(p, "int64"))


def lu_factor(a: Any) -> tuple[Any, Any]:
    """The LU factors of a, packed in one array of its shape, and the pivots.

    Row i was exchanged with row `pivots[i]`. U stands on and above the diagonal, L
    below it; its diagonal is of ones. Differentiable where no pivot is zero and none is
    about to change. Not finite: nan.

    >>> lu_factor([[1.0, 2.0], [2.0, 2.0]])[0].eval()
    array([[2. , 2. ],
           [0.5, 1. ]])
    """
    (a,) = as_numbers(a)
    packed, pivots, _ = LUFactor()(a)
    return packed.mT, pivots


def lu_solve(
    lu_and_piv: tuple[Any, Any], b: Any, trans: Any = 0, b_ndim: int | None = None,
    on_error: str = "nan",
) -> Any:  # fmt: skip
    """The solution x of a x = b from `lu_factor(a)`, a square; `trans=1` transposes a.

    `trans=2` also conjugates a. Shapes and `b_ndim` as in `solve_triangular`. A
    singular matrix gives nan, or with `on_error="raise"` a `FactorizationError`.

    >>> lu_solve(lu_factor([[1.0, 2.0], [2.0, 2.0]]), [3.0, 4.0]).eval()
    array([1., 1.])
    """
    lu, transposed = turned("lu_solve", lu_and_piv[0], trans)
    columns, vectors = as_columns("lu_solve", b, b_ndim)
    lu, columns = as_numbers(lu, columns)
    order = pivot_to_permutation(lu_and_piv[1], inverse=transposed)
    lower, upper = (SolveTriangular(*v) for v in
                    (("lower", transposed, True), ("upper", transposed)))  # fmt: skip
    if transposed:
        x = _rows(lower(lu, upper(lu, columns)), order)
    else:
        x = upper(lu, lower(lu, _rows(columns, order)))
    return settled(as_given(x, vectors), on_error, "lu_solve: a matrix is singular")


_rows = vectorize(lambda x, order: x[order], signature="(n,k),(n)->(n,k)")
"""The rows of matrices in the order given for each."""


def lu(a: Any, permute_l: bool = False, p_indices: bool = False) -> tuple[Any, ...]:
    """p, l, u with a = p l u: l lower triangular with a diagonal of ones, u upper.

    p is a permutation matrix, or with `p_indices` the indices with a = l[p] @ u; with
    `permute_l` the result is p l and u. For a of m rows and n columns, l has k = min(m,
    n) columns, u so many rows. Differentiable as `lu_factor`.

    >>> [v.eval().tolist() for v in lu([[1.0, 2.0], [2.0, 2.0]])]
    [[[0.0, 1.0], [1.0, 0.0]], [[1.0, 0.0], [0.5, 1.0]], [[2.0, 2.0], [0.0, 1.0]]]
    """
    (a,) = as_numbers(a)
    packed, pivots, order = LUFactor()(a)
    k = shape_of(pivots)[-1]
    lower = tril(packed.mT[..., :k], -1) + eye(shape_of(a)[-2], k, dtype=a.type.dtype)
    upper = triu(packed.mT[..., :k, :])
    rows = arange(shape_of(a)[-2])
    matrix = math.eq(rows[:, None], order[..., None, :])
    if permute_l:
        return matmul(cast(matrix, a.type.dtype), lower), upper
    if p_indices:
        return (matrix * rows).sum(-1), lower, upper
    return cast(matrix, a.type.dtype), lower, upper
