"""Matrix equations: Sylvester, Lyapunov, Riccati."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GraphError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.library import blas, lapack, scipy_routine
from tensorgraph.ops.linalg.lu import solve_general
from tensorgraph.ops.linalg.norm import matrix_norm
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, adjoint, as_numbers, square
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.shaping.shape import reshape

SMALL = 10
"""SciPy solves discrete Lyapunov equations directly below this length."""


@dataclass(frozen=True)
class Sylvester(RoutineOp):
    """The X of A X + X B = Q: Bartels and Stewart (1972); nan unless there is one."""

    signature = "(m,m),(n,n),(m,n)->(m,n)"
    name: ClassVar[str] = "sylvester"
    helpers = (*blas("gemm"), *lapack("gees", "trsyl"))
    work = {"mm": 2, "nn": 2, "mn": 1, "m": 66, "n": 66}
    complex_work = {"m": 1, "n": 1}
    finite = False

    def reference(self, xp: Any, a: Any, b: Any, q: Any) -> Any:
        if not q.size:
            return q
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise np.linalg.LinAlgError("not finite")
        right, v = xp.linalg.schur(a.T)
        left, u = xp.linalg.schur(b.T)
        solved = scipy_routine(xp.linalg.lapack, "trsyl", a)
        y, scale, info = solved(left, right, u.conj().T @ q.T @ v)
        if info:
            raise np.linalg.LinAlgError("singular")
        return (u @ (y / scale) @ v.conj().T).T

    def pullback(self, a: Any, b: Any, q: Any, x: Any, g: Any) -> Any:
        back = Sylvester()(a.mT, b.mT, g)
        return -matmul(back, x.mT), -matmul(x.mT, back), back


@dataclass(frozen=True)
class DiscreteRiccati(RoutineOp):
    """The stabilizing Hermitian X of X = Q + A* X inv(I + G X) A, for Hermitian G, Q.

    By doubling: Chu, Fan, Lin and Wang (2004). With F = inv(I + G X) A, a change dX is
    F* dX F plus dQ + dA* X F + F* X dA - F* X dG X F.
    """

    signature = "(n,n),(n,n),(n,n)->(n,n)"
    name: ClassVar[str] = "discrete_riccati"
    helpers = (*blas("gemm"), *lapack("gesv"))
    work = {"nn": 6}

    def reference(self, xp: Any, a: Any, g: Any, q: Any) -> Any:
        x = q
        for _ in range(60):
            inverse = np.linalg.inv(np.eye(len(a)) + g @ x)
            change = a.conj().T @ x @ inverse @ a
            x, g, a = x + change, g + a @ inverse @ g @ a.conj().T, a @ inverse @ a
            if not np.isfinite(x).all():
                break
            if not a.size or np.abs(change).max() <= 1e-16 * np.abs(x).max():
                return x
        raise np.linalg.LinAlgError("no convergence")

    def pullback(self, a: Any, g: Any, q: Any, x: Any, x_bar: Any) -> Any:
        n = shape_of(a)[0]
        closed = solve_general(eye(n, dtype=a.type.dtype) + matmul(g, x), a)
        seed = (conj(x_bar) + x_bar.mT) / 2
        s = solve_discrete_lyapunov(closed, seed)
        forward = matmul(x, closed)
        first = matmul(forward, s)
        return conj(2 * first), conj(-matmul(first, adjoint(forward))), conj(s)


def solve_sylvester(a: Any, b: Any, q: Any, on_error: str = "nan") -> Any:
    """The x of a x + x b = q, for stacks too.

    Where an eigenvalue of a is one of -b there is none, and it is nan, or with
    `on_error="raise"` a `FactorizationError`. By Schur forms (Bartels and Stewart
    1972); the gradient solves the equation with transposed a and b.

    >>> solve_sylvester([[1.0]], [[2.0]], [[6.0]]).eval()
    array([[2.]])
    """
    x = Sylvester()(*as_numbers(a, b, q))
    return settled(x, on_error, "solve_sylvester: an equation has no solution")


def solve_continuous_lyapunov(a: Any, q: Any, on_error: str = "nan") -> Any:
    """The x of a x + x a* = q, where a* is the conjugate transpose of a.

    Failures are as in `solve_sylvester`.

    >>> solve_continuous_lyapunov([[1.0]], [[6.0]]).eval()
    array([[3.]])
    """
    a = square("solve_continuous_lyapunov", a)
    return solve_sylvester(a, adjoint(a), q, on_error)


def solve_discrete_lyapunov(
    a: Any, q: Any, method: str | None = None, on_error: str = "nan"
) -> Any:
    """The x of a x a* - x + q = 0, where a* is the conjugate transpose of a.

    Where an eigenvalue of a times the conjugate of one is 1 there is none, and it is
    nan, or with `on_error="raise"` a `FactorizationError`.

    "direct" solves a system of n**2 equations; "bilinear" a continuous equation, and
    fails for an eigenvalue of -1. By default "direct" for a length known to be less
    than 10, as SciPy, else "bilinear".

    >>> solve_discrete_lyapunov([[0.5]], [[3.0]]).eval()
    array([[4.]])
    """
    if method not in (None, "direct", "bilinear"):
        raise GraphError(
            f"solve_discrete_lyapunov: method is {method!r}.",
            remedy='Use "direct" or "bilinear".',
        )
    a = square("solve_discrete_lyapunov", a)
    a, q = as_numbers(a, q)
    n = shape_of(a)[-1]
    short = isinstance(n, int) and n < SMALL
    solved = _direct if method == "direct" or (method is None and short) else _bilinear
    failure = "solve_discrete_lyapunov: an equation has no solution"
    return settled(solved(a, q, n), on_error, failure)


def _bilinear(a: Any, q: Any, n: Any) -> Any:
    """By a continuous equation."""
    one = eye(n, dtype=a.type.dtype)
    right = solve_general(adjoint(a) + one, adjoint(a) - one)
    inner = adjoint(solve_general(a + one, adjoint(solve_general(a + one, q))))
    return solve_continuous_lyapunov(adjoint(right), -2 * inner)


def _direct(a: Any, q: Any, n: Any) -> Any:
    """The system (I - a x a) vec(x) = vec(q), with Kronecker's product x."""
    product = a[..., :, None, :, None] * conj(a)[..., None, :, None, :]
    stack = shape_of(product)[:-4]
    matrix = eye(n * n, dtype=a.type.dtype) - reshape(product, (*stack, n * n, n * n))
    x = solve_general(matrix, reshape(q, (*shape_of(q)[:-2], n * n, 1)))
    return reshape(x, (*shape_of(x)[:-2], n, n))


def solve_discrete_are(a: Any, b: Any, q: Any, r: Any, on_error: str = "nan") -> Any:
    """The stabilizing x of a* x a - x - a* x b inv(r + b* x b) b* x a + q = 0.

    q and r are Hermitian, r is invertible. Where there is no such x it is nan, or with
    `on_error="raise"` a `FactorizationError`. By doubling (Chu, Fan, Lin and Wang
    2004); the gradient solves a discrete Lyapunov equation.

    >>> x = solve_discrete_are([[0.0]], [[1.0]], [[3.0]], [[1.0]])
    >>> x.eval()
    array([[3.]])
    """
    a, b, q, r = as_numbers(a, b, q, r)
    spread = matmul(b, solve_general(r, adjoint(b)))
    x = DiscreteRiccati()(a, spread, q)
    return settled(x, on_error, "solve_discrete_are: an equation has no solution")


def solve_continuous_are(a: Any, b: Any, q: Any, r: Any, on_error: str = "nan") -> Any:
    """The stabilizing x of a* x + x a - x b inv(r) b* x + q = 0.

    q and r are Hermitian, r is invertible. Where there is no such x it is nan, or with
    `on_error="raise"` a `FactorizationError`. Cayley's transform makes it a discrete
    equation (Chu, Fan and Lin 2005), a step of Newton's method repairs its rounding
    (Kleinman 1968).

    >>> solve_continuous_are([[0.0]], [[1.0]], [[4.0]], [[1.0]]).eval().round(12)
    array([[2.]])
    """
    a, b, q, r = as_numbers(a, b, q, r)
    spread = matmul(b, solve_general(r, adjoint(b)))
    rough = _transformed(a, spread, q)
    closed = a - matmul(spread, rough)
    right = q + matmul(rough, matmul(spread, rough))
    x = solve_continuous_lyapunov(adjoint(closed), -right)
    return settled(x, on_error, "solve_continuous_are: an equation has no solution")


def _transformed(a: Any, g: Any, q: Any) -> Any:
    """The solution by a discrete equation; it does not depend on the shift."""
    one = eye(shape_of(a)[-1], dtype=a.type.dtype)
    sizes = [matrix_norm(x, keepdims=True) for x in (a, g, q)]
    shift = stop_gradient(1.0 + sizes[0] + math.sqrt(sizes[1] * sizes[2]))
    moved = a - shift * one
    first = solve_general(moved, g)
    second = adjoint(moved) + matmul(q, first)
    inverse = solve_general(second, one)
    last = solve_general(moved.mT, matmul(inverse, q).mT).mT
    return DiscreteRiccati()(
        one + 2 * shift * adjoint(inverse),
        2 * shift * matmul(first, inverse),
        2 * shift * last,
    )
