"""Functions of square matrices: powers, exponential, square root, logarithm."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import DTypeError
from tensorgraph.ops.broadcast import broadcast_like, shape_of
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.linalg.equations import Sylvester
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.inverse import inv
from tensorgraph.ops.linalg.library import blas, lapack
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, pulled_by, square
from tensorgraph.ops.shaping.join import concatenate


def _slope(function: RoutineOp, a: Any, e: Any) -> Any:
    """The derivative of a function at A in the direction E, for analytic functions.

    It is the upper right block of the function of [[A, E], [0, A]]: Mathias, A chain
    rule for matrix functions (1996). The adjoint is the derivative at A' in the
    direction of the cotangent.
    """
    n = shape_of(a)[0]
    above = concatenate([a, e], axis=1)
    below = concatenate([a.zeros_like(), a], axis=1)
    return function(concatenate([above, below], axis=0))[:n, n:]


@dataclass(frozen=True)
class Expm(RoutineOp):
    """The exponential, by scaling and squaring: Higham (2005)."""

    signature = "(n,n)->(n,n)"
    name: ClassVar[str] = "expm"
    helpers = (*blas("gemm"), *lapack("gesv"))
    work = {"nn": 5}

    def reference(self, xp: Any, a: Any) -> Any:
        return xp.linalg.expm(a) if a.size else a

    def pullback(self, a: Any, y: Any, g: Any) -> Any:
        return ExpmDerivative()(a.mT, g)


@dataclass(frozen=True)
class ExpmDerivative(RoutineOp):
    """The derivative of the exponential at A in the direction E."""

    signature = "(n,n),(n,n)->(n,n)"
    name: ClassVar[str] = "expm_derivative"
    helpers = (*blas("gemm"), *lapack("gesv"))
    work = {"nn": 12}

    def reference(self, xp: Any, a: Any, e: Any) -> Any:
        return xp.linalg.expm_frechet(a, e, compute_expm=False) if a.size else a

    def pullback(self, a: Any, e: Any, y: Any, g: Any) -> Any:
        return pulled_by(lambda a, e: _slope(Expm(), a, e), (a, e), g)


@dataclass(frozen=True)
class Logm(RoutineOp):
    """The principal logarithm: roots until near the identity, then quadrature."""

    signature = "(n,n)->(n,n)"
    name: ClassVar[str] = "logm"
    helpers = (*blas("gemm"), *lapack("gesv"))
    work = {"nn": 5}

    def reference(self, xp: Any, a: Any) -> Any:
        return _principal(xp.linalg.logm, a) if a.size else a

    def pullback(self, a: Any, y: Any, g: Any) -> Any:
        return _slope(Logm(), a.mT, g)


@dataclass(frozen=True)
class Sqrtm(RoutineOp):
    """The principal square root, by the iteration of Denman and Beavers."""

    signature = "(n,n)->(n,n)"
    name: ClassVar[str] = "sqrtm"
    helpers = (*blas("gemm"), *lapack("gesv"))
    work = {"nn": 4}

    def reference(self, xp: Any, a: Any) -> Any:
        return _principal(xp.linalg.sqrtm, a) if a.size else a

    def pullback(self, a: Any, x: Any, g: Any) -> Any:
        return Sylvester()(x.mT, x.mT, g)


def _principal(function: Callable[[Any], Any], a: np.ndarray) -> Any:
    """The function of a matrix, unless an eigenvalue is 0 or negative: then raises."""
    values = np.linalg.eigvals(a)
    if ((values.real <= 0) & (values.imag == 0)).any():
        raise np.linalg.LinAlgError("no principal value")
    x = function(a)
    return x if np.iscomplexobj(a) else x.real


def expm(a: Any) -> Any:
    """The exponential of a square matrix, or of each of a stack.

    Scaling and squaring with Pade approximants (Higham 2005). A matrix that is not
    finite gives nan. The gradient is exact: that of the approximants is not taken.

    >>> expm([[0.0, 1.0], [0.0, 0.0]]).eval()
    array([[1., 1.],
           [0., 1.]])
    """
    return Expm()(square("expm", a))


def sqrtm(a: Any, on_error: str = "nan") -> Any:
    """The principal square root x of a square matrix: x x = a, spectrum to the right.

    With an eigenvalue that is 0 or a negative real number there is none, or none of its
    kind, and it is nan, or with `on_error="raise"` a `FactorizationError`. The gradient
    solves a Sylvester equation (Higham, Functions of matrices, 2008, section 6.1).

    >>> sqrtm([[4.0, 0.0], [0.0, 9.0]]).eval().round(12)
    array([[2., 0.],
           [0., 3.]])
    """
    root = Sqrtm()(square("sqrtm", a))
    return settled(root, on_error, "sqrtm: a matrix has no principal square root")


def logm(a: Any, on_error: str = "nan") -> Any:
    """The principal logarithm x of a square matrix: expm(x) = a.

    With an eigenvalue that is 0 or a negative real number there is none, or none of its
    kind, and it is nan, or with `on_error="raise"` a `FactorizationError`. By square
    roots and quadrature (Higham, Functions of matrices, 2008, section 11.5).

    >>> logm(np.exp(1.0) * np.eye(1)).eval().round(12)
    array([[1.]])
    """
    found = Logm()(square("logm", a))
    return settled(found, on_error, "logm: a matrix has no principal logarithm")


def matrix_power(a: Any, n: int) -> Any:
    """The product of n matrices a, by squaring; of inverses if n is negative.

    >>> matrix_power([[1.0, 1.0], [0.0, 1.0]], 5).eval()
    array([[1., 5.],
           [0., 1.]])
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer):
        raise DTypeError(
            f"matrix_power: the exponent is {n!r}, not an integer.",
            remedy="For others use expm(n * logm(a)).",
        )
    matrix = square("matrix_power", a)
    if n == 0:
        return broadcast_like(
            eye(shape_of(matrix)[-1], dtype=matrix.type.dtype), matrix
        )
    power = inv(matrix) if n < 0 else matrix
    result, rest = None, abs(int(n))
    while rest:
        if rest % 2:
            result = power if result is None else matmul(result, power)
        rest //= 2
        power = matmul(power, power) if rest else power
    return result
