"""Systems of linear equations with a triangular matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops.creating.diagonal import tril, triu
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import blas, scipy_routine
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, as_numbers
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.shaping.shape import expand_dims, squeeze
from tensorgraph.ops.tensor import as_tensor

TRANS = {0: "N", "N": "N", 1: "T", "T": "T", 2: "C", "C": "C"}
"""What `trans` may be."""


@dataclass(frozen=True)
class SolveTriangular(RoutineOp):
    """The solution x of A x = b, or of A' x = b if `transposed`.

    Only one triangle of A is read; with `unit` its diagonal counts as ones. A zero on
    the diagonal gives nan. The gradient is that of `solve`, in this triangle.
    """

    triangle: str
    transposed: bool
    unit: bool = False

    signature = "(n,n),(n,k)->(n,k)"
    name: ClassVar[str] = "solve_triangular"
    helpers = blas("trsm")
    finite = False

    def options(self) -> Sequence[int]:
        return self.triangle == "lower", self.transposed, self.unit

    def reference(self, xp: Any, a: Any, b: Any) -> Any:
        if not self.unit and not np.diagonal(a).all():
            raise np.linalg.LinAlgError("singular")
        if not b.size:
            return b
        lower = self.triangle == "lower"
        return substituted(xp, a, b, lower, self.transposed, self.unit)

    def pullback(self, a: Any, b: Any, x: Any, g: Any) -> Any:
        back = SolveTriangular(self.triangle, not self.transposed, self.unit)(a, g)
        first, second = (x, back) if self.transposed else (back, x)
        product = -matmul(first, second.mT)
        if self.triangle == "lower":
            return tril(product, -int(self.unit)), back
        return triu(product, int(self.unit)), back

    def __str__(self) -> str:
        transposed = ", trans=1" if self.transposed else ""
        unit = ", unit_diagonal=True" if self.unit else ""
        return f"SolveTriangular{{lower={self.triangle == 'lower'}{transposed}{unit}}}"


def substituted(
    xp: Any, a: Any, b: Any, lower: bool, transposed: bool, unit: bool = False
) -> Any:
    """The solution for one core, by BLAS: LAPACK's dtrtrs waits for threads."""
    options = {"lower": lower, "trans_a": transposed, "diag": unit}
    return scipy_routine(xp.linalg.blas, "trsm", a, b)(1.0, a, b, **options)


def turned(what: str, a: Any, trans: Any) -> tuple[Any, bool]:
    """A matrix, and whether to transpose it, for `trans` as SciPy has it."""
    if trans not in TRANS:
        raise ShapeError(
            f"{what}: trans is {trans!r}.",
            remedy='Use 0 or "N", 1 or "T", 2 or "C" (conjugated too).',
        )
    return conj(a) if TRANS[trans] == "C" else a, TRANS[trans] != "N"


def as_columns(what: str, b: Any, b_ndim: int | None) -> tuple[Any, bool]:
    """A right-hand side as matrices, and whether it was vectors."""
    b = as_tensor(b)
    rank = (1 if b.type.ndim == 1 else 2) if b_ndim is None else b_ndim
    if rank not in (1, 2):
        raise ShapeError(
            f"{what}: b_ndim is {b_ndim!r}.",
            remedy="Use 1 for stacks of vectors, 2 for stacks of matrices.",
        )
    if b.type.ndim < rank:
        raise ShapeError(
            f"{what}: the right-hand side {b!r} of type {b.type} has rank "
            f"{b.type.ndim}, less than {rank}.",
            remedy="Give it the missing axis: b[:, None].",
        )
    return (expand_dims(b, -1), True) if rank == 1 else (b, False)


def as_given(x: Any, vectors: bool) -> Any:
    """Solutions in the form of the right-hand side."""
    return squeeze(x, -1) if vectors else x


def solve_triangular(
    a: Any,
    b: Any,
    trans: Any = 0,
    lower: bool = False,
    unit_diagonal: bool = False,
    b_ndim: int | None = None,
    on_error: str = "nan",
) -> Any:
    """The solution x of a x = b for triangular a, and for stacks of them.

    `a` is upper triangular unless `lower`; its other triangle is not read, nor with
    `unit_diagonal` its diagonal. `trans` of 1 or "T" solves with the transpose of a, 2
    or "C" with the conjugate transpose.
    `b` is a vector if it has one axis, else a matrix; `b_ndim` of 1 or 2 says it for
    stacks. A zero on the diagonal gives nan, or with `on_error="raise"` a
    `FactorizationError`. Raises `ShapeError` unless a is square and fits b.

    >>> solve_triangular([[2.0, 0.0], [1.0, 1.0]], [2.0, 3.0], lower=True).eval()
    array([1., 2.])
    """
    if has_hole((a, b)):
        return Pattern.of(SolveTriangular, (a, b))
    a, transposed = turned("solve_triangular", a, trans)
    columns, vectors = as_columns("solve_triangular", b, b_ndim)
    a, columns = as_numbers(a, columns)
    triangle = "lower" if lower else "upper"
    x = SolveTriangular(triangle, transposed, unit_diagonal)(a, columns)
    failure = "solve_triangular: a matrix is singular"
    return settled(as_given(x, vectors), on_error, failure)
