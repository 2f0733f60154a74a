"""Factorizations of matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.create import arange
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.solve import float_dtype, solve_triangular, square_length
from tensorgraph.ops.linalg.stacks import each_core
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType, as_tensor

POTRF = ir.Routine("dpotrf", "lapack")
CHOLESKY = ir.Routine("tg_cholesky", "tg")


@dataclass(frozen=True)
class Cholesky(SignatureOp):
    """The lower factor L of a symmetric positive definite A = L L'; nan without one.

    Only the lower triangle of A is read; gradients are those of a symmetric A.
    """

    signature = "(n,n)->(n,n)"

    def infer(self, a: Variable) -> TensorType:
        length = square_length("cholesky", a)
        return a.type.with_shape((length, length))

    def evaluate(self, xp: Any, a: Any) -> Any:
        return xp.cholesky(a)

    def pullback(self, a: Any, l: Any, g: Any) -> Any:  # noqa: E741
        """Murray, Differentiation of the Cholesky decomposition (2016), equation 10."""
        rows = arange(shape_of(l)[0])
        below, on = math.gt(rows[:, None], rows), math.eq(rows[:, None], rows)
        product = matmul(l.mT, g)
        middle = math.where(below, product, math.where(on, product / 2, 0.0))
        half = solve_triangular(l, middle, trans=1, lower=True)
        whole = solve_triangular(l, half.mT, trans=1, lower=True)
        return (whole + whole.mT) / 2

    def lower(self, loop: Any, a: Any) -> Any:
        dtype = loop.dtype
        length = loop.unify(a.extents[-2], a.extents[-1], "cholesky")
        stack = a.extents[:-2]

        def factorize(a: Address, factor: Address) -> ir.Call:
            return ir.Call(
                CHOLESKY, (a, factor, length, ir.RoutineAddress(POTRF)),
                reads=(a.buffer,), writes=(factor.buffer,),
            )  # fmt: skip

        result = loop.call(
            [loop.cast(a, "float64")], [((*stack, length, length), "float64")],
            lambda inputs, outputs, scratch: each_core(
                stack, (*inputs, *outputs), (2, 2), factorize
            ),
            routines=(CHOLESKY, POTRF),
        )[0]  # fmt: skip
        return loop.cast(result, dtype)

    def __str__(self) -> str:
        return "Cholesky{lower=True}"


def cholesky(a: Any, lower: bool = True) -> Any:
    """The Cholesky factor of a symmetric positive definite matrix, or of a stack.

    L with L L' = a, or its transpose if not `lower`. Only the lower triangle of `a` is
    read. A matrix that is not positive definite gives nan. Raises `ShapeError` unless a
    is square.

    >>> cholesky([[4.0, 2.0], [2.0, 5.0]]).eval()
    array([[2., 0.],
           [1., 2.]])
    """
    if has_hole((a,)):
        return Pattern.of(Cholesky, (a,))
    a = as_tensor(a)
    factor = Cholesky()(cast(a, float_dtype("cholesky", a)))
    return factor if lower else factor.mT
