"""Determinants and their logarithms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.creating.diagonal import eye, matrix_diagonal
from tensorgraph.ops.linalg.lu import LUFactor, Solve
from tensorgraph.ops.linalg.routine import square
from tensorgraph.ops.reducing.reduce import prod
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType


@dataclass(frozen=True)
class OfFactors(SignatureOp):
    """A function of A, which is not read, that is computed already, from its factors.

    Inputs: A, the value, the factors and the order of rows from `LUFactor`. Gradients
    are those with respect to A: by solving with the factors, not through them.
    """

    signature = "(n,n),(),(n,n),(n)->()"

    def infer(self, a: Variable, value: Variable, *factors: Variable) -> TensorType:
        return value.type

    def evaluate(self, xp: Any, a: Any, value: Any, *factors: Any) -> Any:
        if a.shape[-1] != a.shape[-2]:
            raise ShapeError(f"A determinant needs a square matrix, not {a.shape}.")
        return xp.broadcast_to(value, np.broadcast_shapes(a.shape[:-2], value.shape))

    def lower(self, loop: Any, a: Any, value: Any, *factors: Any) -> Any:
        loop.unify(a.extents[-2], a.extents[-1], "determinant")
        return value

    def slope(self, a: Any, packed: Any, order: Any) -> Any:
        """The transposed inverse."""
        return Solve(True)(a, packed, order, eye(shape_of(a)[0], dtype=a.type.dtype))


@dataclass(frozen=True)
class Det(OfFactors):
    """The determinant."""

    def pullback(
        self, a: Any, value: Any, packed: Any, order: Any, y: Any, g: Any
    ) -> Any:
        return self.slope(a, packed, order) * (g * y), None, None, None


@dataclass(frozen=True)
class LogAbsDet(OfFactors):
    """The logarithm of the size of the determinant."""

    def pullback(
        self, a: Any, value: Any, packed: Any, order: Any, y: Any, g: Any
    ) -> Any:
        return self.slope(a, packed, order) * g, None, None, None


def _parity(pivots: Any) -> Any:
    """-1 for an odd number of exchanges, else 1."""
    steps = arange(shape_of(pivots)[-1])
    exchanges = sum(cast(math.neq(pivots, steps), "int64"), axis=-1)
    return 1 - 2 * (exchanges % 2)


def det(a: Any) -> Any:
    """The determinant of a square matrix, or of each of a stack; 1 of an empty one.

    Raises `ShapeError` unless a is square. The gradient is Giles, Collected matrix
    derivative results (2008), section 2.2.4: nan for a singular matrix.

    >>> det([[1.0, 2.0], [3.0, 4.0]]).eval().round(12)
    np.float64(-2.0)
    """
    a = square("det", a)
    packed, pivots, order = LUFactor()(a)
    value = prod(matrix_diagonal(packed), axis=-1) * cast(_parity(pivots), a.type.dtype)
    return Det()(a, value, packed, order)


def slogdet(a: Any) -> tuple[Any, Any]:
    """The sign of the determinant, and the logarithm of its size: without overflow.

    The sign is 1, -1, or 0 with a logarithm of -inf. Raises `ShapeError` unless a is
    square. The gradient of the logarithm is the transposed inverse: nan for a singular
    matrix.

    >>> [v.eval().item() for v in slogdet([[0.0, 1.0], [1.0, 0.0]])]
    [-1.0, 0.0]
    """
    a = square("slogdet", a)
    packed, pivots, order = LUFactor()(a)
    u = matrix_diagonal(packed)
    sign = prod(math.sign(u), axis=-1) * cast(_parity(pivots), a.type.dtype)
    logarithm = sum(math.log(math.abs(u)), axis=-1)
    return sign, LogAbsDet()(a, logarithm, packed, order)
