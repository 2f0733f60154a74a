"""QR factors: orthonormal columns times an upper triangle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GradientError, GraphError
from tensorgraph.loops.ir import Routine
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.diagonal import triu
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import lapack, own
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers
from tensorgraph.ops.linalg.solve import from_triangle
from tensorgraph.ops.linalg.triangular import SolveTriangular
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.shaping.join import concatenate

SIGNATURES = {
    "reduced": "(m,n)->(m,k),(k,n)",
    "complete": "(m,n)->(m,m),(m,n)",
    "r": "(m,n)->(k,n)",
}
ROUTINES = {"reduced": "qr", "complete": "qr_complete", "r": "qr_triangle"}


@dataclass(frozen=True)
class QR(RoutineOp):
    """Q and R with A = Q R, or R alone, by reflections; signs are LAPACK's."""

    mode: str

    name: ClassVar[str] = "qr"
    smaller = {"k": ("m", "n")}
    work = {"mn": 1, "m": 64, "n": 64, "k": 1}

    @property
    def signature(self) -> str:  # type: ignore[override]
        """The signature for this mode."""
        return SIGNATURES[self.mode]

    @property
    def routine(self) -> Routine:
        return own(ROUTINES[self.mode])

    @property
    def helpers(self) -> tuple[Routine, ...]:  # type: ignore[override]
        """The routines for R, and for Q where it is wanted."""
        return lapack("gelqf") if self.mode == "r" else lapack("gelqf", "orglq")

    def reference(self, xp: Any, a: Any) -> Any:
        return np.linalg.qr(a, self.mode)

    def pullback(self, a: Any, *rest: Any) -> Any:
        if self.mode == "r":
            q, r = QR("reduced")(a)
            return _pulled(a, q, r, None, rest[1])
        rows, columns = a.type.shape
        wide = isinstance(rows, int) and isinstance(columns, int) and rows <= columns
        if self.mode == "complete" and not (wide or rows == columns is not None):
            raise GradientError(
                f'qr with mode="complete" of a {a.type}, which may have more rows than '
                "columns, has no gradient: the columns of q beyond are any basis of "
                "what is left, which no formula for small changes determines.",
                remedy='Use mode="reduced", or specify_shape if there are never more '
                "rows than columns.",
            )
        return _pulled(a, *rest)

    def __str__(self) -> str:
        return f"QR{{mode={self.mode}}}"


def _pulled(a: Any, q: Any, r: Any, q_bar: Any, r_bar: Any) -> Any:
    """Walter and Lehmann, Algorithmic differentiation of linear algebra functions
    (2012), for at least as many rows as columns; columns beyond are Q* A2 = R2. For
    complex matrices Roberts and Roberts, QR and LQ decomposition matrix backpropagation
    algorithms (2020); LAPACK's R has a real diagonal.
    """
    rows, columns = a.type.shape
    tall = isinstance(rows, int) and isinstance(columns, int) and rows >= columns
    if tall or rows == columns is not None:
        return _tall_pulled(q, r, q_bar, r_bar)
    k = shape_of(r)[0]
    if r_bar is None:
        r_bar = r.zeros_like()
    more = matmul(conj(a[:, k:]), adjoint(r_bar[:, k:]))
    q_bar = more if q_bar is None else q_bar + more
    square = _tall_pulled(q, r[:, :k], q_bar, r_bar[:, :k])
    return concatenate([square, matmul(conj(q), r_bar[:, k:])], axis=1)


def _tall_pulled(q: Any, r: Any, q_bar: Any, r_bar: Any) -> Any:
    middle: Any = 0.0
    if r_bar is not None:
        middle = matmul(r, triu(r_bar).mT)
    if q_bar is not None:
        middle = middle - matmul(q_bar.mT, q)
    pulled = conj(matmul(q, from_triangle(middle)))
    pulled = pulled if q_bar is None else q_bar + pulled
    return SolveTriangular("upper", False)(r, pulled.mT).mT


def qr(a: Any, mode: str = "reduced", on_error: str = "nan") -> Any:
    """q and r with a = q r: q of orthonormal columns, r upper triangular.

    For a of m rows and n columns and k = min(m, n): "reduced" gives q of k columns and
    r of k rows, "complete" a square q and r of m rows, "r" r alone. The diagonal of r
    is real, its signs are LAPACK's. A matrix that is not finite gives nan, or with
    `on_error="raise"` a `FactorizationError`.

    Differentiable where the first k columns of a are independent (Walter and Lehmann
    2012), else nan; "complete" only for m <= n: else the last columns of q are any
    basis of what is left, so ask for "reduced".

    >>> [v.eval().round(3).tolist() for v in qr([[3.0], [4.0]])]
    [[[-0.6], [-0.8]], [[-5.0]]]
    """
    if mode not in SIGNATURES:
        raise GraphError(
            f"qr: mode is {mode!r}.", remedy=f"Use one of {', '.join(SIGNATURES)}."
        )
    (a,) = as_numbers(a)
    found = QR(mode)(a)
    found = [found] if mode == "r" else found
    q_and_r = [settled(v, on_error, "qr: a matrix is not finite") for v in found]
    return q_and_r[0] if mode == "r" else tuple(q_and_r)
