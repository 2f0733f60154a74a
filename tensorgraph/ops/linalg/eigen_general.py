"""Eigenvalues and eigenvectors of any square matrices, which are complex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.creating.diagonal import diag, eye
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import lapack
from tensorgraph.ops.linalg.lu import solve_general
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, square
from tensorgraph.ops.linalg.svd import gaps
from tensorgraph.ops.pointwise.parts import complex, conj, imag, is_complex, real
from tensorgraph.ops.reducing.moments import squared_size
from tensorgraph.ops.reducing.reduce import max

FAILURE = "a matrix is not finite"
SINGULAR = 0.05
"""Vectors are dependent if the inverse has a row as long as this over the precision."""


@dataclass(frozen=True)
class Eigenvalues(RoutineOp):
    """The eigenvalues, which are complex."""

    signature = "(n,n)->(n)"
    name: ClassVar[str] = "eigenvalues"
    helpers = lapack("geev")
    kinds = "c"
    work = {"nn": 1, "n": 70}
    complex_work = {"n": 1}

    def reference(self, xp: Any, a: Any) -> Any:
        return np.linalg.eigvals(a)

    def pullback(self, a: Any, w: Any, g: Any) -> Any:
        return _pulled(a, Eigen()(a)[1], diag(g))


@dataclass(frozen=True)
class Eigen(RoutineOp):
    """The same, and eigenvectors in columns as LAPACK normalizes them.

    Their length is 1, and the imaginary part of their largest element is 0.
    """

    signature = "(n,n)->(n),(n,n)"
    name: ClassVar[str] = "eig"
    helpers = lapack("geev")
    kinds = "cc"
    work = {"nn": 2, "n": 70}
    complex_work = {"n": 1}

    def reference(self, xp: Any, a: Any) -> Any:
        return np.linalg.eig(a)

    def pullback(self, a: Any, w: Any, v: Any, w_bar: Any, v_bar: Any) -> Any:
        inner = 0.0 if w_bar is None else diag(w_bar)
        if v_bar is not None:
            inner = inner + matmul(v.mT, _of_any_length(v, v_bar)) / gaps(w)
        return _pulled(a, v, inner)

    def __str__(self) -> str:
        return "Eig"


def _pulled(a: Any, v: Any, inner: Any) -> Any:
    """Boeddeker, Hanebrink, Drude, Heymann and Haeb-Umbach, On the computation of
    complex-valued gradients (2017), section 4.2: inv(V') inner V'. It is nan where V is
    singular but for rounding.
    """
    sides = solve_general(v.mT, eye(shape_of(v)[0], dtype=v.type.dtype))
    most = SINGULAR / float(np.finfo(v.type.dtype).eps)
    small = math.lt(sum(squared_size(sides), axis=0), most**2)
    found = matmul(math.where(small, sides, np.nan), matmul(inner, v.mT))
    return found if is_complex(a) else real(found)


def _of_any_length(v: Any, v_bar: Any) -> Any:
    """The cotangent of vectors of any length and phase that are normalized to v."""
    along = sum(v * v_bar, axis=0)
    sizes = math.where(math.eq(imag(v), 0), squared_size(v), 0.0)
    pivot = math.eq(sizes, max(sizes, axis=0))
    turned = math.where(pivot, complex(0.0, imag(along) / real(v)), 0.0)
    return v_bar - real(along) * conj(v) - turned


def eig(a: Any, on_error: str = "nan") -> tuple[Any, Any]:
    """The eigenvalues of a square matrix and eigenvectors in columns: complex tensors.

    The vectors have length 1, and their largest element is real; the order is LAPACK's.
    NumPy gives real arrays where all values are real. A matrix that is not finite gives
    nan, or with `on_error="raise"` a `FactorizationError`.

    The gradient of values is defined where the vectors are independent, for functions
    that do not care which of several equal values is which; that of vectors where all
    values differ; else it is nan. It is that of this very normalization (Boeddeker et
    al. 2017); where two elements of a vector are largest, the phase jumps, and it is
    that of functions which no phase changes.

    >>> w, v = eig([[0.0, -1.0], [1.0, 0.0]])
    >>> w.eval()
    array([0.+1.j, 0.-1.j])
    """
    w, v = Eigen()(square("eig", a))
    return settled(w, on_error, f"eig: {FAILURE}"), settled(
        v, on_error, f"eig: {FAILURE}"
    )


def eigvals(a: Any, on_error: str = "nan") -> Any:
    """The eigenvalues of a square matrix, a complex vector: `eig` without vectors.

    >>> eigvals([[0.0, -1.0], [1.0, 0.0]]).eval()
    array([0.+1.j, 0.-1.j])
    """
    w = Eigenvalues()(square("eigvals", a))
    return settled(w, on_error, f"eigvals: {FAILURE}")
