"""Products of vectors and matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Expr
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast_cotangent
from tensorgraph.ops.linalg.stacks import behind_transpose, each_core, stack_extents
from tensorgraph.ops.shaping.shape import moveaxis, ravel, reshape
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType, as_tensor, show_shape, unify_lengths

ROUTINES = {
    "float64": (ir.Routine("tg_matmul", "tg"), ir.Routine("dgemm", "blas")),
    "float32": (ir.Routine("tg_matmul_float", "tg"), ir.Routine("sgemm", "blas")),
    "complex128": (ir.Routine("tg_matmul_complex", "tg"), ir.Routine("zgemm", "blas")),
    "complex64": (
        ir.Routine("tg_matmul_complex_float", "tg"), ir.Routine("cgemm", "blas")
    ),
}  # fmt: skip
"""Our product of two row-major matrices for each dtype, and what of BLAS it calls."""
SMALL_PRODUCT = 512
"""Up to so many multiplications a product of matrices is a loop like any other."""


@dataclass(frozen=True)
class Dot(SignatureOp):
    """A product of vectors or matrices, of ranks `left` and `right`."""

    left: int
    right: int
    name: ClassVar[str] = "matmul"

    @property
    def signature(self) -> str:  # type: ignore[override]
        """The signature for these ranks."""
        return {
            (1, 1): "(k),(k)->()", (2, 1): "(m,k),(k)->(m)",
            (1, 2): "(k),(k,n)->(n)", (2, 2): "(m,k),(k,n)->(m,n)",
        }[self.left, self.right]  # fmt: skip

    def infer(self, x: Variable, y: Variable) -> TensorType:
        rows, columns = x.type.shape[:-1], y.type.shape[1:]
        try:
            unify_lengths(x.type.shape[-1], y.type.shape[0])
        except ValueError:
            raise ShapeError(
                f"matmul: shapes {show_shape(x.type.shape)} and "
                f"{show_shape(y.type.shape)} do not fit: the lengths "
                f"{x.type.shape[-1]} and {y.type.shape[0]} must be equal.",
                remedy="Transpose an operand: x.T or x.mT.",
            ) from None
        dtype = np.result_type(x.type.dtype, y.type.dtype).name
        return TensorType(dtype, (*rows, *columns))

    def evaluate(self, xp: Any, x: Any, y: Any) -> Any:
        x = x[..., None, :] if self.left == 1 else x
        y = y[..., :, None] if self.right == 1 else y
        result = xp.matmul(x, y)
        result = result[..., 0] if self.right == 1 else result
        if self.left == 1:
            return result[..., 0] if self.right == 1 else result[..., 0, :]
        return result

    def pullback(self, x: Any, y: Any, z: Variable, g: Any) -> Any:
        if self.left == self.right == 1:
            pulled = g * y, x * g
        elif self.left == 1:
            pulled = matmul(y, g), x[:, None] * g
        elif self.right == 1:
            pulled = g[:, None] * y, matmul(g, x)
        else:
            pulled = matmul(g, y.mT), matmul(x.mT, g)
        return [cast_cotangent(v, x) for v, x in zip(pulled, (x, y), strict=True)]

    def lower(self, loop: Any, x: Any, y: Any) -> Any:
        x, y = loop.cast(x, loop.dtype), loop.cast(y, loop.dtype)
        inner = loop.unify(x.extents[-1], y.extents[-self.right], "matmul")
        stack = stack_extents(loop, "matmul", (x, y), (self.left, self.right))
        rows = x.extents[len(stack) : -1]
        columns = y.extents[len(stack) + 1 :]
        if self.left == self.right == 2 and loop.dtype in ROUTINES:
            count = [loop.known(n) for n in (*rows, inner, *columns)]
            if None in count or np.prod(count) > SMALL_PRODUCT:  # type: ignore[arg-type]
                return self._by_blas(loop, x, y, (*stack, *rows, *columns), inner)
        return self._by_loops(loop, x, y, stack, rows, columns, inner)

    def _by_loops(
        self, loop: Any, x: Any, y: Any, stack: Sequence[Expr], rows: Sequence[Expr],
        columns: Sequence[Expr], inner: Expr,
    ) -> Any:  # fmt: skip
        dtype = loop.dtype
        logical = dtype == "bool"
        times = at.AND if logical else at.MUL

        def element(outer: Sequence[Expr], over: Sequence[Expr]) -> Expr:
            place = outer[: len(stack)]
            row = outer[len(stack) : len(stack) + len(rows)]
            column = outer[len(outer) - len(columns) :]
            a = loop.read(x, (*_stacked(x, place), *row, *over))
            b = loop.read(y, (*_stacked(y, place), *over, *column))
            return ir.Scalar(times, (a, b), dtype)

        return loop.reduction(
            "or" if logical else "add", (*stack, *rows, *columns), dtype, (x, y),
            (inner,), element,
        )  # fmt: skip

    def _by_blas(
        self, loop: Any, x: Any, y: Any, extents: Sequence[Expr], inner: Expr
    ) -> Any:
        *stack, rows, columns = extents
        routine, helper = ROUTINES[loop.dtype]
        (x, x_turned), (y, y_turned) = behind_transpose(x), behind_transpose(y)
        numbers = (rows, inner, columns, at.integer(x_turned), at.integer(y_turned))

        def product(a: Address, b: Address, c: Address) -> ir.Call:
            return ir.Call(
                routine, (a, b, c, *numbers, ir.RoutineAddress(helper)),
                reads=(a.buffer, b.buffer), writes=(c.buffer,),
            )  # fmt: skip

        return loop.call(
            (x, y), [(extents, loop.dtype)],
            lambda inputs, outputs, scratch: each_core(
                stack, (*inputs, *outputs), (2, 2, 2), product
            ),
            routines=(routine, helper),
        )[0]  # fmt: skip

    def __str__(self) -> str:
        return "Dot"


def _stacked(value: Any, place: Sequence[Expr]) -> tuple[Expr, ...]:
    """Subscripts of the leading axes, which repeat where their extent is 1."""
    pairs = zip(value.extents, place, strict=False)
    return tuple(at.ZERO if extent == at.ONE else i for extent, i in pairs)


def matmul(x: Any, y: Any) -> Any:
    """The matrix product of NumPy: of vectors, matrices, and stacks of matrices.

    Raises `ShapeError` for scalars, and when the lengths that are summed over differ:
    at definition where both are known, else on the call.

    >>> matmul([[1.0, 2.0], [3.0, 4.0]], [1.0, 1.0]).eval()
    array([3., 7.])
    """
    if has_hole((x, y)):
        return Pattern.of(Dot, (x, y))
    x, y = as_tensor(x), as_tensor(y)
    for operand in (x, y):
        if operand.type.ndim == 0:
            raise ShapeError(
                f"matmul takes vectors and matrices, not a {operand.type}.",
                remedy="Use * to multiply by a scalar.",
            )
    left, right = (min(v.type.ndim, 2) for v in (x, y))
    return Dot(left, right)(x, y)


def dot(x: Any, y: Any) -> Any:
    """The product of scalars, vectors and matrices.

    Of more axes it sums over the last of `x` and the last but one of `y`, and the
    result has the other axes of both: every stack with every other. `matmul` takes
    stacks that go along with each other. Raises `ShapeError` as `matmul` does.

    >>> dot([1.0, 2.0], [3.0, 4.0]).eval()
    array(11.)
    """
    if has_hole((x, y)):
        return Pattern.of(Dot, (x, y))
    x, y = as_tensor(x), as_tensor(y)
    if x.type.ndim == 0 or y.type.ndim == 0:
        return x * y  # type: ignore[operator]
    if x.type.ndim == 1 or y.type.ndim <= 2:
        return matmul(x, y)
    columns = moveaxis(y, -2, 0)
    inner, *others = shape_of(columns)
    product = matmul(x, reshape(columns, (inner, -1)))
    return reshape(product, (*shape_of(x)[:-1], *others))


def outer(x: Any, y: Any) -> Any:
    """The matrix of all products of an element of `x` with one of `y`, in C order.

    >>> outer([1.0, 2.0], [3.0, 4.0]).eval()
    array([[3., 4.],
           [6., 8.]])
    """
    return ravel(x)[:, None] * ravel(y)
