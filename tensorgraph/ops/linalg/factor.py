"""Cholesky factors, and systems solved with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import blas, lapack
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers, pulled_by
from tensorgraph.ops.linalg.triangular import (
    SolveTriangular,
    solve_triangular,
    substituted,
)
from tensorgraph.ops.pointwise.parts import real
from tensorgraph.ops.tensor import as_tensor


@dataclass(frozen=True)
class Cholesky(RoutineOp):
    """The lower factor L of a Hermitian positive definite A = L L*; nan without one.

    Only the lower triangle of A is read; gradients are those of a Hermitian A.
    """

    signature = "(n,n)->(n,n)"
    name: ClassVar[str] = "cholesky"
    helpers = lapack("potrf")
    finite = False

    def reference(self, xp: Any, a: Any) -> Any:
        if not a.size:
            return a
        factor = xp.linalg.cholesky(a, lower=True, check_finite=False)
        if np.isnan(np.diagonal(factor)).any():
            raise np.linalg.LinAlgError("not finite")
        return factor

    def pullback(self, a: Any, l: Any, g: Any) -> Any:  # noqa: E741
        return CholeskyAdjoint()(l, g)

    def __str__(self) -> str:
        return "Cholesky{lower=True}"


@dataclass(frozen=True)
class CholeskyAdjoint(RoutineOp):
    """The cotangent of a Hermitian A = L L* from L and the cotangent of L.

    A third of the arithmetic of solving with L twice: the blocked algorithm of Murray,
    Differentiation of the Cholesky decomposition (2016), section 4.
    """

    signature = "(n,n),(n,n)->(n,n)"
    name: ClassVar[str] = "cholesky_adjoint"
    helpers = (*blas("gemm"), *blas("trsm"))
    work = {"": 2304}
    finite = False

    def reference(self, xp: Any, l: Any, g: Any) -> Any:  # noqa: E741
        if not l.size:
            return l
        middle = np.tril(np.tril(l).T @ np.tril(g))
        diagonal = np.diagonal(middle)
        middle -= np.diag(diagonal - diagonal.real / 2)
        half = substituted(xp, l, middle, True, True)
        whole = substituted(xp, l, half.conj().T, True, True)
        return (whole + whole.conj().T) / 2

    def pullback(self, l: Any, g: Any, a: Any, g_bar: Any) -> Any:  # noqa: E741
        return pulled_by(_adjoint, (l, g), g_bar)


def _adjoint(l: Any, g: Any) -> Any:  # noqa: E741
    """The same in other words, which can be differentiated: Murray, equation 10."""
    rows = arange(shape_of(l)[0])
    below, on = math.gt(rows[:, None], rows), math.eq(rows[:, None], rows)
    product = matmul(l.mT, g)
    middle = math.where(below, product, math.where(on, real(product) / 2, 0.0))
    back = SolveTriangular("lower", True)
    whole = back(l, adjoint(back(l, middle)))
    return (whole + adjoint(whole)) / 2


def cholesky(a: Any, lower: bool = True, on_error: str = "nan") -> Any:
    """The Cholesky factor of a Hermitian positive definite matrix, or of a stack.

    L with L L* = a if `lower`, else U with U* U = a; the star is the conjugate
    transpose, for real matrices the transpose. Only that triangle of `a` is read, of
    its diagonal the real part; gradients are those of a Hermitian matrix (Murray 2016).
    A matrix that is not positive definite gives nan, or with `on_error="raise"` a
    `FactorizationError`. Raises `ShapeError` unless a is square.

    >>> cholesky([[4.0, 2.0], [2.0, 5.0]]).eval()
    array([[2., 0.],
           [1., 2.]])
    """
    if has_hole((a,)):
        return Pattern.of(Cholesky, (a,))
    (a,) = as_numbers(a)
    upper = not lower and a.type.ndim > 1
    factor = adjoint(Cholesky()(adjoint(a))) if upper else Cholesky()(a)
    return settled(factor, on_error, "cholesky: a matrix is not positive definite")


def cho_factor(a: Any, lower: bool = False, on_error: str = "nan") -> tuple[Any, bool]:
    """The Cholesky factor and whether it is the lower one, for `cho_solve`.

    SciPy leaves what it likes in the other triangle; here it is zero.

    >>> cho_factor([[4.0]])[0].eval()
    array([[2.]])
    """
    return cholesky(a, lower, on_error), lower


def cho_solve(
    c_and_lower: tuple[Any, bool],
    b: Any,
    b_ndim: int | None = None,
    on_error: str = "nan",
) -> Any:
    """The solution x of a x = b from `cho_factor(a)`: a factor, and if it is lower.

    Shapes and `b_ndim` as in `solve_triangular`; only that triangle of the factor is
    read. A zero on its diagonal, or nan, gives nan, or with `on_error="raise"` a
    `FactorizationError`.

    >>> cho_solve(([[2.0]], True), [8.0]).eval()
    array([2.])
    """
    factor, lower = c_and_lower
    factor = as_tensor(factor)
    first, second = ("N", "C") if lower else ("C", "N")
    half = solve_triangular(factor, b, trans=first, lower=lower, b_ndim=b_ndim)
    x = solve_triangular(factor, half, trans=second, lower=lower, b_ndim=b_ndim)
    return settled(x, on_error, "cho_solve: a factor is singular")
