"""Singular values and vectors, and what follows from them: rank and condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GradientError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.creating.diagonal import diag
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import lapack, scipy_routine
from tensorgraph.ops.linalg.phase import phases
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers
from tensorgraph.ops.linalg.solve import from_triangle
from tensorgraph.ops.pointwise.parts import complex, conj, imag, is_complex
from tensorgraph.ops.reducing.reduce import max
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.tensor import as_tensor


@dataclass(frozen=True)
class SingularValues(RoutineOp):
    """The singular values of a matrix, the largest first."""

    signature = "(m,n)->(k)"
    name: ClassVar[str] = "singular_values"
    kinds = "r"
    helpers = lapack("gesdd")
    smaller = {"k": ("m", "n")}
    work = {"mn": 1, "k": 16, "m": 72, "n": 72, "": 8}
    complex_work = {"k": 8}

    def reference(self, xp: Any, a: Any) -> Any:
        return _decomposed(xp, a, compute_uv=0)[1]

    def pullback(self, a: Any, s: Any, g: Any) -> Any:
        u, _, vt = SVD(False)(a)
        return conj(matmul(u * g, vt))


@dataclass(frozen=True)
class SVD(RoutineOp):
    """U, s and V* with A = U diag(s) V*; square U and V* if `full`.

    Each pair of complex vectors may be turned by any phase; the gradient is one for
    which that of V does not turn, so it holds for functions that no phase changes.
    """

    full: bool

    name: ClassVar[str] = "svd"
    helpers = lapack("gesdd")
    smaller = {"k": ("m", "n")}
    kinds = "nrn"
    work = {"mn": 1, "kk": 4, "k": 24, "m": 72, "n": 72, "": 8}
    complex_work = {"mn": 1, "kk": 3, "k": 4}

    @property
    def signature(self) -> str:  # type: ignore[override]
        """The signature with all vectors, or with as many as there are values."""
        rows, columns = ("m", "n") if self.full else ("k", "k")
        return f"(m,n)->(m,{rows}),(k),({columns},n)"

    def options(self) -> tuple[int, ...]:
        return (self.full,)

    def reference(self, xp: Any, a: Any) -> Any:
        if not a.size:
            rows, columns = a.shape if self.full else (0, 0)
            return np.eye(a.shape[0], rows), np.zeros(0), np.eye(columns, a.shape[1])
        v, s, ut = _decomposed(xp, a, full_matrices=self.full)
        return ut.T, s, v.T

    def pullback(self, a: Any, u: Any, s: Any, vt: Any, *bars: Any) -> Any:
        u_bar, s_bar, vt_bar = bars
        if self.full and not (a.type.shape[0] == a.type.shape[1] is not None):
            k = shape_of(s)[0]
            if u_bar is not None or vt_bar is not None:
                raise GradientError(
                    f"svd of a {a.type} with full_matrices=True has no gradient of its "
                    "vectors: those beyond the singular values are any basis of what "
                    "is left, which no formula for small changes determines.",
                    remedy="Use full_matrices=False; say so for square matrices of "
                    "unknown lengths too, or use specify_shape.",
                )
            u, vt = u[:, :k], vt[:k]
        return _pulled(u, s, vt, u_bar, s_bar, vt_bar)

    def __str__(self) -> str:
        return f"SVD{{full_matrices={self.full}}}"


def _decomposed(xp: Any, a: Any, **options: int) -> Any:
    """LAPACK's decomposition of the transpose, as compiled code calls it."""
    if not a.size:
        return None, np.zeros(0), None
    v, s, ut, info = scipy_routine(xp.linalg.lapack, "gesdd", a)(a.T, **options)
    if info:
        raise np.linalg.LinAlgError("no convergence")
    return v, s, ut


def _pulled(u: Any, s: Any, vt: Any, u_bar: Any, s_bar: Any, vt_bar: Any) -> Any:
    """Townsend, Differentiating the singular value decomposition (2016); for complex
    matrices Wan and Zhang, Automatic differentiation for complex valued SVD (2019).
    """
    result: Any = 0.0 if s_bar is None else matmul(u * s_bar, vt)
    if u_bar is None and vt_bar is None:
        return conj(result)
    apart = gaps(math.sqr(s))
    inner: Any = 0.0
    if u_bar is not None:
        seed = conj(u_bar)
        turned = matmul(adjoint(u), seed)
        inner = (turned - adjoint(turned)) / apart * s
        if is_complex(u):
            inner = inner + diag(complex(0.0, imag(diag(turned)) / s))
        rest = (seed - matmul(u, turned)) / s
        result = result + matmul(rest, vt)
    if vt_bar is not None:
        seed = conj(vt_bar)
        turned = matmul(seed, adjoint(vt))
        inner = inner + s[:, None] * ((adjoint(turned) - turned) / apart)
        rest = (seed - matmul(turned, vt)) / s[:, None]
        result = result + matmul(u, rest)
    return conj(result + matmul(matmul(u, inner), vt))


def gaps(values: Any) -> Any:
    """values[j] - values[i], and infinity for i = j: what it divides is zero there."""
    length = arange(shape_of(values)[0])
    same = math.eq(length[:, None], length)
    return math.where(same, np.inf, values - values[:, None])


def svd(
    a: Any,
    full_matrices: bool = True,
    compute_uv: bool = True,
    hermitian: bool = False,
    on_error: str = "nan",
) -> Any:
    """u, s and vh with a = u diag(s) vh: singular vectors and values, largest first.

    For a of m rows and n columns and k = min(m, n): u has m columns and vh n rows, or
    both k unless `full_matrices`; without `compute_uv` the result is s alone. With
    `hermitian` only the lower triangle is read. Signs are LAPACK's; of complex vectors
    the first large element (see `phases`) in each column of u is positive. Where
    nothing converges, or the matrix is not finite, it is nan, or with
    `on_error="raise"` a `FactorizationError`.

    The gradient of s is defined where the values differ, a symmetric choice elsewhere;
    that of u and vh where they differ and none is 0, else it is nan. With
    `full_matrices` the vectors have one only for m = n: those beyond k are any basis of
    what is left, so ask for `full_matrices=False`. Townsend, Differentiating the
    singular value decomposition (2016), Wan and Zhang (2019) for complex matrices.

    >>> svd([[3.0, 0.0], [0.0, -4.0]], compute_uv=False).eval()
    array([4., 3.])
    """
    (a,) = as_numbers(a)
    a = from_triangle(a) if hermitian else a
    failure = "svd: a matrix is not finite"
    if not compute_uv:
        return settled(SingularValues()(a), on_error, failure)
    u, s, vh = SVD(bool(full_matrices))(a)
    if is_complex(a):
        u, vh = _in_phase(u, shape_of(s)[-1], vh)
    return tuple(settled(v, on_error, failure) for v in (u, s, vh))


def _in_phase(u: Any, k: Any, vh: Any) -> tuple[Any, Any]:
    """The vectors with a phase fixed for each of k pairs; those beyond as they are."""
    turns = phases(u[..., :k])
    left, right = u[..., :k] * turns, adjoint(turns) * vh[..., :k, :]
    return (
        concatenate([left, u[..., k:]], axis=-1),
        concatenate([right, vh[..., k:, :]], axis=-2),
    )


def svdvals(x: Any) -> Any:
    """The singular values of a matrix, the largest first: `svd` without its vectors.

    >>> svdvals([[3.0, 0.0], [0.0, -4.0]]).eval()
    array([4., 3.])
    """
    return svd(x, compute_uv=False)


def matrix_rank(
    A: Any, tol: Any = None, hermitian: bool = False, rtol: Any = None
) -> Any:
    """How many singular values of A are larger than `tol`, an int64 scalar.

    By default `tol` is the largest one times `rtol`, and `rtol` the larger length times
    the rounding error of the dtype. A vector has the rank 1, or 0 if it is zero.

    >>> matrix_rank([[1.0, 2.0], [2.0, 4.0]]).eval()
    array(1)
    """
    A = as_tensor(A)
    if A.type.ndim < 2:
        return cast(math.gt(sum(math.neq(A, 0)), 0), "int64")
    s = svd(A, compute_uv=False, hermitian=hermitian)
    if tol is None:
        rtol = rounding(s, *shape_of(A)[-2:]) if rtol is None else rtol
        tol = max(s, axis=-1, initial=0.0) * rtol
    tol = as_tensor(tol)
    return sum(cast(math.gt(s, tol[..., None]), "int64"), axis=-1)


def rounding(values: Any, rows: Any, columns: Any) -> Any:
    """The rounding error of the values' dtype times the larger of two lengths."""
    step = float(np.finfo(values.type.dtype).eps)
    if isinstance(rows, int) and isinstance(columns, int):
        return step * (rows if rows > columns else columns)
    return cast(math.maximum(rows, columns), values.type.dtype) * step
