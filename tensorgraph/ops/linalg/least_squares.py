"""Least squares, and the pseudo-inverse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import lapack
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers
from tensorgraph.ops.linalg.solve import from_triangle
from tensorgraph.ops.linalg.svd import SVD
from tensorgraph.ops.linalg.triangular import as_columns, as_given
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.reducing.moments import squared_size


@dataclass(frozen=True)
class LeastSquares(RoutineOp):
    """The shortest x that minimizes |A x - b|, the rank of A, its singular values.

    Singular values up to the largest times `rcond` count as 0; a negative `rcond` is
    multiplied by the larger length first, and stands for its absolute value.
    """

    rcond: float

    signature = "(m,n),(m,k)->(n,k),(),(j)"
    name: ClassVar[str] = "lstsq"
    helpers = lapack("gelsd")
    kinds = "nir"
    smaller = {"j": ("m", "n")}
    work = {"mn": 1, "mk": 1, "nk": 1, "jk": 1, "j": 450, "m": 73, "n": 73, "k": 72,
            "": 704}  # fmt: skip
    complex_work = {"jk": 1, "j": 200, "k": 40, "": 360}

    def options(self) -> Sequence[float]:
        return (self.rcond,)

    def reference(self, xp: Any, a: Any, b: Any) -> Any:
        if not a.size:
            return np.zeros((a.shape[1], b.shape[1])), 0, np.zeros(min(a.shape))
        sides = b if b.shape[1] else np.zeros((len(b), 1))
        try:
            x, _, rank, s = np.linalg.lstsq(a, sides, self._cut(a))
        except ValueError:
            raise np.linalg.LinAlgError("no convergence") from None
        return x[:, : b.shape[1]], rank, s

    def pullback(self, a: Any, b: Any, x: Any, rank: Any, s: Any, *bars: Any) -> Any:
        """Golub and Pereyra, The differentiation of pseudo-inverses (1973): for
        matrices of one rank around a. The inverses are solutions by this op.
        """
        g, _, s_bar = bars
        pulled: Any = 0.0
        if s_bar is not None:
            u, _, vt = SVD(False)(a)
            pulled = conj(matmul(u * s_bar, vt))
        if g is None:
            return pulled, None
        along = LeastSquares(self.rcond)
        seed = conj(g)
        back, *_ = along(adjoint(a), seed)
        outside, *_ = along(a, back)
        source, *_ = along(adjoint(a), x)
        residual, lost = b - matmul(a, x), seed - matmul(adjoint(a), back)
        turned = matmul(residual, adjoint(outside)) + matmul(source, adjoint(lost))
        return pulled + conj(turned - matmul(back, adjoint(x))), conj(back)

    def _cut(self, a: np.ndarray) -> float:
        return self.rcond if self.rcond >= 0 else -self.rcond * max(a.shape)

    def __str__(self) -> str:
        return "LeastSquares"


def _threshold(what: str, rcond: Any, x: Variable) -> float:
    """The option of `LeastSquares` for a number, or for None."""
    if rcond is None:
        return -float(np.finfo(x.type.dtype).eps)
    if isinstance(rcond, Variable) or not 0 <= rcond < np.inf:
        raise DTypeError(
            f"{what}: rcond is {rcond!r}, not a number from 0 on.",
            remedy="Leave it out for the rounding error of the dtype.",
        )
    return float(rcond)


def lstsq(
    a: Any,
    b: Any,
    rcond: float | None = None,
    b_ndim: int | None = None,
    on_error: str = "nan",
) -> Any:
    """x, residuals, rank, s: the shortest x that minimizes the length of b - a x.

    `residuals` are the squared lengths, one for each column of b (also where NumPy
    gives an empty array), `s` the singular values of a; those up to the largest times
    `rcond` count as 0, by default the larger length of a times the rounding error of
    the dtype. `b` is a vector if it has one axis, else a matrix; `b_ndim` of 1 or 2
    says it for stacks. A matrix that is not finite gives nan, or with
    `on_error="raise"` a `FactorizationError`.

    The gradient is that of matrices of the same rank (Golub and Pereyra 1973).

    >>> lstsq([[1.0], [1.0]], [1.0, 3.0])[0].eval()
    array([2.])
    """
    columns, vectors = as_columns("lstsq", b, b_ndim)
    a, columns = as_numbers(a, columns)
    x, rank, s = LeastSquares(_threshold("lstsq", rcond, a))(a, columns)
    x = settled(x, on_error, "lstsq: a matrix is not finite")
    residuals = sum(squared_size(columns - matmul(a, x)), axis=-2, keepdims=vectors)
    return as_given(x, vectors), as_given(residuals, vectors), rank, s


def pinv(
    a: Any, rcond: float | None = None, hermitian: bool = False, on_error: str = "nan"
) -> Any:
    """The pseudo-inverse of Moore and Penrose: for m rows and n columns, n by m.

    Singular values up to the largest times `rcond` count as 0, by default the larger
    length times the rounding error of the dtype. With `hermitian` only the lower
    triangle is read. A matrix that is not finite gives nan, or with `on_error="raise"`
    a `FactorizationError`. The gradient is that of matrices of the same rank (Golub and
    Pereyra 1973).

    >>> pinv([[1.0], [1.0]]).eval()
    array([[0.5, 0.5]])
    """
    (a,) = as_numbers(a)
    a = from_triangle(a) if hermitian else a
    if a.type.ndim < 2:
        raise ShapeError(f"pinv takes a matrix, not a {a.type}.")
    sides = eye(shape_of(a)[-2], dtype=a.type.dtype)
    inverse, *_ = LeastSquares(_threshold("pinv", rcond, a))(a, sides)
    return settled(inverse, on_error, "pinv: a matrix is not finite")
