"""Eigenvalues and eigenvectors of any square matrices, which are complex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GradientError
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.linalg.lu import solve_general
from tensorgraph.ops.linalg.routine import RoutineOp, lapack, square
from tensorgraph.ops.pointwise.parts import complex
from tensorgraph.ops.shaping.join import concatenate


@dataclass(frozen=True)
class Eigenvalues(RoutineOp):
    """The real and the imaginary parts of the eigenvalues."""

    signature = "(n,n)->(n),(n)"
    name: ClassVar[str] = "eigenvalues"
    helpers = lapack("geev")
    work = {"nn": 1, "n": 68}

    def reference(self, xp: Any, a: Any) -> Any:
        w = np.linalg.eigvals(a)
        return w.real, w.imag

    def pullback(self, a: Any, real: Any, imaginary: Any, *bars: Any) -> Any:
        _, _, v_real, v_imaginary = Eigen()(a)
        return _pulled(v_real, v_imaginary, *bars)


@dataclass(frozen=True)
class Eigen(RoutineOp):
    """The same, and those of eigenvectors in columns, as LAPACK normalizes them."""

    signature = "(n,n)->(n),(n),(n,n),(n,n)"
    name: ClassVar[str] = "eig"
    helpers = lapack("geev")
    work = {"nn": 2, "n": 68}

    def reference(self, xp: Any, a: Any) -> Any:
        w, v = np.linalg.eig(a)
        return w.real, w.imag, v.real, v.imag

    def pullback(self, a: Any, *rest: Any) -> Any:
        _, _, v_real, v_imaginary, *bars = rest
        if bars[2] is not None or bars[3] is not None:
            raise GradientError(
                "eig has no gradient of its eigenvectors: their lengths and phases are "
                "free.",
                remedy="Use eigvals, or eigh for symmetric matrices.",
            )
        return _pulled(v_real, v_imaginary, *bars[:2])

    def __str__(self) -> str:
        return "Eig"


def _pulled(p: Any, q: Any, real_bar: Any, imaginary_bar: Any) -> Any:
    """The real part of inv(V*) diag(g) V* for V = p + i q, where * is the adjoint.

    Giles, Collected matrix derivative results (2008), section 3.1, as a system of real
    equations.
    """
    g = p[0].zeros_like() if real_bar is None else real_bar
    h = p[0].zeros_like() if imaginary_bar is None else imaginary_bar
    g, h, p, q = g[:, None], h[:, None], p.mT, q.mT
    above, below = concatenate([p, q], axis=1), concatenate([-q, p], axis=1)
    sides = concatenate([g * p + h * q, h * p - g * q], axis=0)
    x = solve_general(concatenate([above, below], axis=0), sides)
    return x[: shape_of(p)[0]]


def eig(a: Any) -> tuple[Any, Any]:
    """The eigenvalues of a square matrix and eigenvectors in columns: complex tensors.

    The vectors have length 1, and their largest element is real; the order is LAPACK's.
    NumPy gives real arrays where all values are real. A matrix that is not finite gives
    nan. Values are differentiable where they differ, vectors are not.

    >>> w, v = eig([[0.0, -1.0], [1.0, 0.0]])
    >>> w.eval()
    array([0.+1.j, 0.-1.j])
    """
    real, imaginary, v_real, v_imaginary = Eigen()(square("eig", a))
    return complex(real, imaginary), complex(v_real, v_imaginary)


def eigvals(a: Any) -> Any:
    """The eigenvalues of a square matrix, a complex vector: `eig` without vectors.

    >>> eigvals([[0.0, -1.0], [1.0, 0.0]]).eval()
    array([0.+1.j, 0.-1.j])
    """
    return complex(*Eigenvalues()(square("eigvals", a)))
