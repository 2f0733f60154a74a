"""Systems of linear equations: general, symmetric, positive definite, structured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GraphError
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops.ir import Routine
from tensorgraph.ops.creating.diagonal import matrix_diagonal, tril, triu
from tensorgraph.ops.linalg.banded import TridiagonalSolve
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import blas, own
from tensorgraph.ops.linalg.lu import Solve, solve_general
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers
from tensorgraph.ops.linalg.triangular import (
    SolveTriangular,
    as_columns,
    as_given,
    substituted,
)
from tensorgraph.ops.pointwise.parts import conj, is_complex

KINDS = {
    "gen": "general", "general": "general", "banded": "general",
    "sym": "symmetric", "symmetric": "symmetric",
    "her": "hermitian", "hermitian": "hermitian",
    "pos": "positive", "positive definite": "positive",
    "tridiagonal": "tridiagonal", "diagonal": "diagonal",
    "upper triangular": "upper", "lower triangular": "lower",
}  # fmt: skip
"""SciPy's names of what a matrix may be assumed to be."""


@dataclass(frozen=True)
class SolvePositive(RoutineOp):
    """The solution x of A x = b from the lower Cholesky factor of A.

    Inputs: A, which is not read, its factor, b. The derivative is with respect to a
    Hermitian A and b.
    """

    signature = "(n,n),(n,n),(n,k)->(n,k)"
    name: ClassVar[str] = "solve"
    unread = 1
    helpers = blas("trsm")
    finite = False

    @property
    def routine(self) -> Routine:
        return own("solve_positive")

    def reference(self, xp: Any, factor: Any, b: Any) -> Any:
        if np.isnan(factor).any():
            raise np.linalg.LinAlgError("not positive definite")
        if not b.size:
            return b
        half = substituted(xp, factor, b, True, False)
        return substituted(xp, factor.conj(), half, True, True)

    def pullback(self, a: Any, factor: Any, b: Any, x: Any, g: Any) -> Any:
        back = conj(SolvePositive()(a, factor, conj(g)))
        product = matmul(back, x.mT)
        return -(product + adjoint(product)) / 2, None, back


def mirrored(a: Any, lower: bool) -> Any:
    """The symmetric matrix of which one triangle is given; the other is not used."""
    return tril(a) + tril(a, -1).mT if lower else triu(a) + triu(a, 1).mT


def from_triangle(a: Any, lower: bool = True) -> Any:
    """The Hermitian matrix of which one triangle is given, with a real diagonal."""
    if not is_complex(a):
        return mirrored(a, lower)
    beside, whole = (tril(a, -1), tril(a)) if lower else (triu(a, 1), triu(a))
    half = (beside + whole) / 2
    return half + adjoint(half)


def solve(
    a: Any,
    b: Any,
    *,
    lower: bool = False,
    assume_a: str | None = "gen",
    transposed: bool = False,
    b_ndim: int | None = None,
    on_error: str = "nan",
) -> Any:
    """The solution x of a x = b for square a, and for stacks of them.

    `assume_a` says what is known of a, in SciPy's words: "gen", "sym", "her" and "pos"
    (symmetric, Hermitian, Hermitian positive definite: one triangle is read, the upper
    one unless `lower`; gradients are those of such a matrix), "tridiagonal",
    "diagonal", "upper triangular", "lower triangular" (the rest is not read). "banded"
    is solved as "gen": `solve_banded` uses the bands. `transposed` solves with the
    transpose of a, which is not conjugated. `b` is a vector if it has one axis,
    else a matrix; `b_ndim` of 1 or 2 says it for stacks.

    A singular matrix gives nan, or with `on_error="raise"` a `FactorizationError`. All
    solutions and gradients with one matrix share its factors. Raises `ShapeError`
    unless a is square and fits b. The gradient is Giles, Collected matrix derivative
    results (2008), section 2.3.1.

    >>> solve([[2.0, 1.0], [1.0, 3.0]], [3.0, 4.0]).eval()
    array([1., 1.])
    """
    if has_hole((a, b)):
        return Pattern.of(Solve, (a, b))
    kind = KINDS.get("gen" if assume_a is None else assume_a)
    if kind is None:
        raise GraphError(
            f"solve: assume_a is {assume_a!r}.",
            remedy=f"Use one of {', '.join(KINDS)}.",
        )
    columns, vectors = as_columns("solve", b, b_ndim)
    a, columns = as_numbers(a, columns)
    x = _solved(kind, a, columns, lower, transposed)
    return settled(as_given(x, vectors), on_error, "solve: a matrix is singular")


def _solved(kind: str, a: Any, b: Any, lower: bool, transposed: bool) -> Any:
    if a.type.ndim < 2:
        return solve_general(a, b)  # refuses it
    if kind == "symmetric":
        return solve_general(mirrored(a, lower), b)
    if kind == "hermitian":
        return solve_general(from_triangle(a, lower), b, transposed)
    if kind == "positive":
        a = conj(a) if transposed else a
        return SolvePositive()(a, Cholesky()(a if lower else adjoint(a)), b)
    if kind in ("upper", "lower"):
        return SolveTriangular(kind, transposed)(a, b)
    if kind == "diagonal":
        return b / matrix_diagonal(a)[..., None]
    if kind == "tridiagonal":
        a = a.mT if transposed else a
        return TridiagonalSolve()(*(matrix_diagonal(a, k) for k in (-1, 0, 1)), b)
    return solve_general(a, b, transposed)
