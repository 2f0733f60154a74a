"""Systems of linear equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address
from tensorgraph.ops.cast import cast
from tensorgraph.ops.diagonal import tril, triu
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.stacks import each_core, stack_extents
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType, as_tensor, show_shape, unify_lengths

TRSM = ir.Routine("dtrsm", "blas")
SOLVE = ir.Routine("tg_solve_triangular", "tg")
TRANSPOSED = {0: False, "N": False, 1: True, "T": True}


def float_dtype(what: str, *operands: Variable) -> str:
    """The dtype to compute in: float32 for floats up to that, else float64."""
    dtypes = [x.type.dtype for x in operands]
    if any(d[0] == "c" for d in dtypes):
        raise DTypeError(f"{what} takes real matrices, not complex ones.")
    wide = [np.float64 if d[0] in "biu" else d for d in dtypes]
    return np.result_type(*wide, np.float32).name


def square_length(what: str, a: Variable) -> Any:
    """The length of the axes of a core matrix; raises unless it is square."""
    try:
        return unify_lengths(*a.type.shape)
    except ValueError:
        raise ShapeError(
            f"{what} needs a square matrix, not one of shape "
            f"{show_shape(a.type.shape)}."
        ) from None


@dataclass(frozen=True)
class SolveTriangular(SignatureOp):
    """The solution x of A x = b, or of A' x = b if `transposed`, for b of rank `rank`.

    Only one triangle of A is read. A matrix with a zero on its diagonal gives nan.
    """

    triangle: str
    transposed: bool
    rank: int

    @property
    def signature(self) -> str:  # type: ignore[override]
        """The signature for a right-hand side of this rank."""
        return "(n,n),(n)->(n)" if self.rank == 1 else "(n,n),(n,k)->(n,k)"

    def infer(self, a: Variable, b: Variable) -> TensorType:
        length = square_length("solve_triangular", a)
        try:
            length = unify_lengths(length, b.type.shape[0])
        except ValueError:
            raise ShapeError(
                f"solve_triangular: a matrix of shape {show_shape(a.type.shape)} and a "
                f"right-hand side of shape {show_shape(b.type.shape)} do not fit."
            ) from None
        return b.type.with_shape((length, *b.type.shape[1:]))

    def evaluate(self, xp: Any, a: Any, b: Any) -> Any:
        lower = (self.triangle == "lower") != self.transposed
        a = np.swapaxes(a, -1, -2) if self.transposed else a
        x = xp.solve_triangular(a, b[..., None] if self.rank == 1 else b, lower)
        return x[..., 0] if self.rank == 1 else x

    def pullback(self, a: Any, b: Any, x: Any, g: Any) -> Any:
        back = SolveTriangular(self.triangle, not self.transposed, self.rank)(a, g)
        first, second = (x, back) if self.transposed else (back, x)
        if self.rank == 1:
            product = first[:, None] * second
        else:
            product = matmul(first, second.mT)
        keep = tril if self.triangle == "lower" else triu
        return keep(-product), back

    def lower(self, loop: Any, a: Any, b: Any) -> Any:
        dtype = loop.dtype
        length = loop.unify(a.extents[-2], a.extents[-1], "solve_triangular")
        length = loop.unify(length, b.extents[-self.rank], "solve_triangular")
        stack = stack_extents(loop, "solve_triangular", (a, b), (2, self.rank))
        columns = b.extents[-1] if self.rank == 2 else at.ONE
        extents = (*stack, length, *([columns] if self.rank == 2 else []))
        flags = at.integer(self.triangle == "lower"), at.integer(self.transposed)

        def solve(a: Address, b: Address, x: Address) -> ir.Call:
            return ir.Call(
                SOLVE, (a, b, x, length, columns, *flags, ir.RoutineAddress(TRSM)),
                reads=(a.buffer, b.buffer), writes=(x.buffer,),
            )  # fmt: skip

        result = loop.call(
            [loop.cast(v, "float64") for v in (a, b)], [(extents, "float64")],
            lambda inputs, outputs, scratch: each_core(
                stack, (*inputs, *outputs), (2, self.rank, self.rank), solve
            ),
            routines=(SOLVE, TRSM),
        )[0]  # fmt: skip
        return loop.cast(result, dtype)

    def __str__(self) -> str:
        transposed = ", trans=1" if self.transposed else ""
        return f"SolveTriangular{{lower={self.triangle == 'lower'}{transposed}}}"


def solve_triangular(
    a: Any, b: Any, trans: Any = 0, lower: bool = False, b_ndim: int | None = None
) -> Any:
    """The solution x of a x = b for triangular a, and for stacks of them.

    `a` is upper triangular unless `lower`; its other triangle is not read. `trans` of 1
    or "T" solves with the transpose of a. `b` is a vector if it has one axis, else a
    matrix; `b_ndim` of 1 or 2 says it for stacks. A zero on the diagonal gives nan.
    Raises `ShapeError` unless a is square and fits b.

    >>> solve_triangular([[2.0, 0.0], [1.0, 1.0]], [2.0, 3.0], lower=True).eval()
    array([1., 2.])
    """
    if has_hole((a, b)):
        return Pattern.of(SolveTriangular, (a, b))
    if trans not in TRANSPOSED:
        raise ShapeError(
            f"solve_triangular: trans is {trans!r}.", remedy='Use 0 or "N", 1 or "T".'
        )
    a, b = as_tensor(a), as_tensor(b)
    rank = (1 if b.type.ndim == 1 else 2) if b_ndim is None else b_ndim
    if rank not in (1, 2):
        raise ShapeError(
            f"solve_triangular: b_ndim is {b_ndim!r}.",
            remedy="Use 1 for stacks of vectors, 2 for stacks of matrices.",
        )
    dtype = float_dtype("solve_triangular", a, b)
    triangle = "lower" if lower else "upper"
    return SolveTriangular(triangle, TRANSPOSED[trans], rank)(
        cast(a, dtype), cast(b, dtype)
    )
