"""Eigenvalues and eigenvectors of symmetric and Hermitian matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GraphError
from tensorgraph.ops.linalg.factor import cholesky
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import lapack, scipy_routine
from tensorgraph.ops.linalg.phase import phases
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers
from tensorgraph.ops.linalg.solve import from_triangle
from tensorgraph.ops.linalg.svd import gaps
from tensorgraph.ops.linalg.triangular import SolveTriangular
from tensorgraph.ops.pointwise.parts import conj, is_complex


@dataclass(frozen=True)
class SymmetricEigenvalues(RoutineOp):
    """The eigenvalues of the Hermitian matrix whose lower triangle is given."""

    signature = "(n,n)->(n)"
    name: ClassVar[str] = "eigenvalues_symmetric"
    helpers = lapack("syevd")
    kinds = "r"
    work = {"nn": 3, "n": 76, "": 4}
    complex_work = {"nn": 1, "n": 36, "": 1}
    finite = False

    def reference(self, xp: Any, a: Any) -> Any:
        return _decomposed(xp, a, 0)[0]

    def pullback(self, a: Any, w: Any, g: Any) -> Any:
        _, v = SymmetricEigen()(a)
        return conj(matmul(v * g, adjoint(v)))


@dataclass(frozen=True)
class SymmetricEigen(RoutineOp):
    """Eigenvalues, from small to large, and eigenvectors in columns; as above.

    Complex vectors may be turned by any phase; the gradient is one for which they do
    not turn, so it holds for functions that no phase changes.
    """

    signature = "(n,n)->(n),(n,n)"
    name: ClassVar[str] = "eigh"
    helpers = lapack("syevd")
    kinds = "rn"
    work = {"nn": 2, "n": 76, "": 4}
    complex_work = {"nn": 1, "n": 36, "": 1}
    finite = False

    def reference(self, xp: Any, a: Any) -> Any:
        return _decomposed(xp, a, 1)

    def pullback(self, a: Any, w: Any, v: Any, w_bar: Any, v_bar: Any) -> Any:
        """Giles, Collected matrix derivative results (2008), section 3.1."""
        pulled = 0.0 if w_bar is None else matmul(v * w_bar, adjoint(v))
        if v_bar is not None:
            inner = matmul(adjoint(v), conj(v_bar)) / gaps(w)
            turned = matmul(matmul(v, inner), adjoint(v))
            pulled = pulled + (turned + adjoint(turned)) / 2
        return conj(pulled)

    def __str__(self) -> str:
        return "Eigh"


def _decomposed(xp: Any, a: Any, vectors: int) -> Any:
    """LAPACK's decomposition of the transpose, as compiled code calls it."""
    lower = np.tril(a)
    if not a.size:
        return np.zeros(0), a
    if not np.isfinite(lower).all():
        raise np.linalg.LinAlgError("not finite")
    decomposed = scipy_routine(xp.linalg.lapack, "syevd", a)
    w, v, info = decomposed(lower.T, compute_v=vectors, lower=0)
    if info:
        raise np.linalg.LinAlgError("no convergence")
    return w, v.conj()


def eigh(
    a: Any, UPLO: str = "L", b: Any = None, on_error: str = "nan"
) -> tuple[Any, Any]:
    """The eigenvalues of a Hermitian matrix, from small to large, and eigenvectors.

    Column i of the second output belongs to value i. Its sign is LAPACK's; if it is
    complex, its first large element (see `phases`) is positive. Only the lower triangle
    of `a` is read, or with UPLO="U" the upper one, and of the diagonal the real part.
    With a positive definite `b`, a v = w b v, and the vectors have v* b v = 1. Where
    the matrix is not finite, or b not positive definite, it is nan, or with
    `on_error="raise"` a `FactorizationError`.

    The gradient is that of a Hermitian matrix: of vectors, defined where the values
    differ, else nan; of functions of the values that do not care about their order,
    everywhere (Giles 2008).

    >>> [v.eval().round(3).tolist() for v in eigh([[2.0, 0.0], [0.0, 1.0]])]
    [[1.0, 2.0], [[0.0, 1.0], [1.0, 0.0]]]
    """
    failure = "eigh: a matrix has no eigenvalues"
    if b is None:
        w, v = SymmetricEigen()(_one_triangle("eigh", a, UPLO))
    else:
        factor, reduced = _reduced("eigh", a, UPLO, b)
        w, v = SymmetricEigen()(reduced)
        v = SolveTriangular("lower", True)(conj(factor), v)
    if is_complex(v):
        v = v * phases(v)
    return settled(w, on_error, failure), settled(v, on_error, failure)


def eigvalsh(a: Any, UPLO: str = "L", b: Any = None, on_error: str = "nan") -> Any:
    """The eigenvalues of a Hermitian matrix, from small to large: as of `eigh`.

    >>> eigvalsh([[2.0, 0.0], [0.0, 1.0]]).eval()
    array([1., 2.])
    """
    if b is None:
        matrix = _one_triangle("eigvalsh", a, UPLO)
    else:
        matrix = _reduced("eigvalsh", a, UPLO, b)[1]
    w = SymmetricEigenvalues()(matrix)
    return settled(w, on_error, "eigvalsh: a matrix has no eigenvalues")


def _one_triangle(what: str, a: Any, uplo: str) -> Any:
    if uplo not in ("L", "U"):
        raise GraphError(f"{what}: UPLO is {uplo!r}.", remedy='Use "L" or "U".')
    (a,) = as_numbers(a)
    return adjoint(a) if uplo == "U" and a.type.ndim > 1 else a


def _reduced(what: str, a: Any, uplo: str, b: Any) -> tuple[Any, Any]:
    """The factor L of b, and the matrix inv(L) a inv(L*) with the same eigenvalues."""
    a, b = as_numbers(_one_triangle(what, a, uplo), _one_triangle(what, b, uplo))
    factor = cholesky(b)
    lower = SolveTriangular("lower", False)
    half = lower(factor, from_triangle(a))
    return factor, lower(factor, adjoint(half))
