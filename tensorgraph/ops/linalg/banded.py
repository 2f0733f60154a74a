"""Systems of linear equations with banded matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import lapack, scipy_routine
from tensorgraph.ops.linalg.routine import RoutineOp, as_numbers
from tensorgraph.ops.linalg.triangular import as_columns, as_given
from tensorgraph.ops.tensor import TensorType, show_shape


@dataclass(frozen=True)
class TridiagonalSolve(RoutineOp):
    """The solution x of A x = b for A of three diagonals: below, on, above.

    Its time is linear in the length. A singular matrix gives nan.
    """

    signature = "(m),(n),(m),(n,k)->(n,k)"
    name: ClassVar[str] = "solve_tridiagonal"
    helpers = lapack("gtsv")
    work = {"n": 3, "nk": 1}
    finite = False

    def reference(self, xp: Any, low: Any, middle: Any, high: Any, b: Any) -> Any:
        if not b.size:
            return b
        low, high = (v if v.size else np.zeros(1) for v in (low, high))
        *_, x, info = scipy_routine(xp.linalg.lapack, "gtsv", middle)(
            low, middle, high, b
        )
        if info:
            raise np.linalg.LinAlgError("singular")
        return x

    def pullback(
        self, low: Any, middle: Any, high: Any, b: Any, x: Any, g: Any
    ) -> Any:  # fmt: skip
        back = TridiagonalSolve()(high, middle, low, g)
        on = -(back * x).sum(1)
        below = -(back[1:] * x[:-1]).sum(1)
        above = -(back[:-1] * x[1:]).sum(1)
        return below, on, above, back


@dataclass(frozen=True)
class BandedSolve(RoutineOp):
    """The solution x of A x = b, of A' x = b if `transposed`, for A given by its bands.

    Element A[i, j] is row u + i - j, column j of the first input; so many rows stand
    below the row of the diagonal, and above it, which is row u.
    """

    below: int
    above: int
    transposed: bool

    signature = "(d,n),(n,k)->(n,k)"
    name: ClassVar[str] = "solve_banded"
    helpers = lapack("gbtrf", "gbtrs")
    finite = False

    @property
    def work(self) -> dict[str, int]:  # type: ignore[override]
        """The factors, which have more bands, the solution, the pivots."""
        return {"n": 2 * self.below + self.above + 2, "nk": 1}

    def options(self) -> Sequence[int]:
        return self.below, self.above, self.transposed

    def infer(self, *inputs: Variable) -> Sequence[TensorType]:
        bands = inputs[0].type.shape[0]
        if isinstance(bands, int) and bands != self.below + self.above + 1:
            raise ShapeError(
                f"solve_banded: {self.below} bands below the diagonal and "
                f"{self.above} above it are {self.below + self.above + 1} rows, not "
                f"{show_shape(inputs[0].type.shape)}."
            )
        return super().infer(*inputs)

    def lower(self, loop: Any, *values: Any) -> Any:
        rows = loop.length(self.below + self.above + 1)
        loop.unify(values[0].extents[-2], rows, "solve_banded")
        return super().lower(loop, *values)

    def reference(self, xp: Any, bands: Any, b: Any) -> Any:
        if not b.size:
            return b
        room = np.zeros((self.below, bands.shape[1]))
        factored = scipy_routine(xp.linalg.lapack, "gbtrf", bands)
        factors, pivots, info = factored(
            np.vstack([room, bands]), self.below, self.above
        )
        if info:
            raise np.linalg.LinAlgError("singular")
        trans = int(self.transposed)
        solved = scipy_routine(xp.linalg.lapack, "gbtrs", bands)
        return solved(factors, self.below, self.above, b, pivots, trans)[0]

    def pullback(self, bands: Any, b: Any, x: Any, g: Any) -> Any:
        back = BandedSolve(self.below, self.above, not self.transposed)(bands, g)
        first, second = (x, back) if self.transposed else (back, x)
        columns = arange(shape_of(b)[0])
        rows = columns + arange(-self.above, self.below + 1)[:, None]
        inside = math.logical_and(math.ge(rows, 0), math.lt(rows, shape_of(b)[0]))
        picked = first[math.where(inside, rows, 0)]
        return math.where(inside, -(picked * second).sum(2), 0.0), back


def solve_banded(
    l_and_u: tuple[int, int], ab: Any, b: Any, b_ndim: int | None = None,
    on_error: str = "nan",
) -> Any:  # fmt: skip
    """The solution x of a x = b for a with l bands below its diagonal and u above it.

    `ab` holds a diagonal in each row, the uppermost first: a[i, j] is ab[u + i - j, j];
    the corners are not used. `b` is a vector if it has one axis, else a matrix;
    `b_ndim` of 1 or 2 says it for stacks. A singular matrix gives nan, or with
    `on_error="raise"` a `FactorizationError`.

    >>> ab = [[0.0, 1.0, 1.0], [2.0, 2.0, 2.0], [1.0, 1.0, 0.0]]
    >>> solve_banded((1, 1), ab, [3.0, 4.0, 3.0]).eval()
    array([1., 1., 1.])
    """
    low, high = (int(n) for n in l_and_u)
    if low < 0 or high < 0:
        raise ShapeError(
            f"solve_banded: numbers of bands cannot be negative: {l_and_u}."
        )
    columns, vectors = as_columns("solve_banded", b, b_ndim)
    ab, columns = as_numbers(ab, columns)
    x = BandedSolve(low, high, False)(ab, columns)
    return settled(as_given(x, vectors), on_error, "solve_banded: a matrix is singular")
