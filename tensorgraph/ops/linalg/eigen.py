"""Eigenvalues and eigenvectors of symmetric matrices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GraphError
from tensorgraph.ops.linalg.factor import cholesky
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, as_floats, lapack
from tensorgraph.ops.linalg.solve import mirrored
from tensorgraph.ops.linalg.svd import gaps
from tensorgraph.ops.linalg.triangular import SolveTriangular


@dataclass(frozen=True)
class SymmetricEigenvalues(RoutineOp):
    """The eigenvalues of the symmetric matrix whose lower triangle is given."""

    signature = "(n,n)->(n)"
    name: ClassVar[str] = "eigenvalues_symmetric"
    helpers = lapack("syevd")
    work = {"nn": 3, "n": 76, "": 4}
    finite = False

    def reference(self, xp: Any, a: Any) -> Any:
        return _decomposed(xp, a, 0)[0]

    def pullback(self, a: Any, w: Any, g: Any) -> Any:
        _, v = SymmetricEigen()(a)
        return matmul(v * g, v.mT)


@dataclass(frozen=True)
class SymmetricEigen(RoutineOp):
    """Eigenvalues, from small to large, and eigenvectors in columns; as above."""

    signature = "(n,n)->(n),(n,n)"
    name: ClassVar[str] = "eigh"
    helpers = lapack("syevd")
    work = {"nn": 2, "n": 76, "": 4}
    finite = False

    def reference(self, xp: Any, a: Any) -> Any:
        return _decomposed(xp, a, 1)

    def pullback(self, a: Any, w: Any, v: Any, w_bar: Any, v_bar: Any) -> Any:
        """Giles, Collected matrix derivative results (2008), section 3.1."""
        pulled = 0.0 if w_bar is None else matmul(v * w_bar, v.mT)
        if v_bar is not None:
            inner = matmul(v.mT, v_bar) / gaps(w)
            turned = matmul(matmul(v, inner), v.mT)
            pulled = pulled + (turned + turned.mT) / 2
        return pulled

    def __str__(self) -> str:
        return "Eigh"


def _decomposed(xp: Any, a: Any, vectors: int) -> Any:
    """LAPACK's decomposition of the transpose, as compiled code calls it."""
    lower = np.tril(a)
    if not a.size:
        return np.zeros(0), a
    if not np.isfinite(lower).all():
        raise np.linalg.LinAlgError("not finite")
    w, v, info = xp.linalg.lapack.dsyevd(lower.T, compute_v=vectors, lower=0)
    if info:
        raise np.linalg.LinAlgError("no convergence")
    return w, v


def eigh(
    a: Any, UPLO: str = "L", b: Any = None, on_error: str = "nan"
) -> tuple[Any, Any]:
    """The eigenvalues of a symmetric matrix, from small to large, and eigenvectors.

    Column i of the second output belongs to value i; its sign is LAPACK's. Only the
    lower triangle of `a` is read, or with UPLO="U" the upper one. With a positive
    definite `b`, a v = w b v, and the vectors have v' b v = 1. Where the matrix is not
    finite, or b not positive definite, it is nan, or with `on_error="raise"` a
    `FactorizationError`.

    The gradient is that of a symmetric matrix: of vectors, defined where the values
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
        v = SolveTriangular("lower", True)(factor, v)
    return settled(w, on_error, failure), settled(v, on_error, failure)


def eigvalsh(a: Any, UPLO: str = "L", b: Any = None, on_error: str = "nan") -> Any:
    """The eigenvalues of a symmetric matrix, from small to large: as of `eigh`.

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
    (a,) = as_floats(what, a)
    return a.mT if uplo == "U" and a.type.ndim > 1 else a


def _reduced(what: str, a: Any, uplo: str, b: Any) -> tuple[Any, Any]:
    """The factor L of b, and the matrix inv(L) a inv(L') with the same eigenvalues."""
    a, b = as_floats(what, _one_triangle(what, a, uplo), _one_triangle(what, b, uplo))
    factor = cholesky(b)
    lower = SolveTriangular("lower", False)
    half = lower(factor, mirrored(a, True))
    return factor, lower(factor, half.mT)
