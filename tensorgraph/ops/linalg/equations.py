"""Matrix equations: Sylvester, Lyapunov, Riccati."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import GraphError
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.linalg.failure import settled
from tensorgraph.ops.linalg.lu import solve_general
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.linalg.routine import RoutineOp, as_floats, blas, lapack, square
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
    finite = False

    def reference(self, xp: Any, a: Any, b: Any, q: Any) -> Any:
        if not q.size:
            return q
        if not (np.isfinite(a).all() and np.isfinite(b).all()):
            raise np.linalg.LinAlgError("not finite")
        right, v = xp.linalg.schur(a.T)
        left, u = xp.linalg.schur(b.T)
        y, scale, info = xp.linalg.lapack.dtrsyl(left, right, u.T @ q.T @ v)
        if info:
            raise np.linalg.LinAlgError("singular")
        return (u @ (y / scale) @ v.T).T

    def pullback(self, a: Any, b: Any, q: Any, x: Any, g: Any) -> Any:
        back = Sylvester()(a.mT, b.mT, g)
        return -matmul(back, x.mT), -matmul(x.mT, back), back


@dataclass(frozen=True)
class DiscreteRiccati(RoutineOp):
    """The stabilizing symmetric X of X = Q + A' X inv(I + G X) A, for symmetric G, Q.

    By doubling: Chu, Fan, Lin and Wang (2004). With F = inv(I + G X) A, a change dX is
    F' dX F plus dQ + dA' X F + F' X dA - F' X dG X F.
    """

    signature = "(n,n),(n,n),(n,n)->(n,n)"
    name: ClassVar[str] = "discrete_riccati"
    helpers = (*blas("gemm"), *lapack("gesv"))
    work = {"nn": 6}

    def reference(self, xp: Any, a: Any, g: Any, q: Any) -> Any:
        x = q
        for _ in range(60):
            inverse = np.linalg.inv(np.eye(len(a)) + g @ x)
            change = a.T @ x @ inverse @ a
            x, g, a = x + change, g + a @ inverse @ g @ a.T, a @ inverse @ a
            if not np.isfinite(x).all():
                break
            if not a.size or np.abs(change).max() <= 1e-16 * np.abs(x).max():
                return x
        raise np.linalg.LinAlgError("no convergence")

    def pullback(self, a: Any, g: Any, q: Any, x: Any, x_bar: Any) -> Any:
        n = shape_of(a)[0]
        closed = solve_general(eye(n, dtype=a.type.dtype) + matmul(g, x), a)
        seed = (x_bar + x_bar.mT) / 2
        s = solve_discrete_lyapunov(closed, seed)
        forward = matmul(x, closed)
        first = matmul(forward, s)
        return 2 * first, -matmul(first, forward.mT), s


def solve_sylvester(a: Any, b: Any, q: Any, on_error: str = "nan") -> Any:
    """The x of a x + x b = q, for stacks too.

    Where an eigenvalue of a is one of -b there is none, and it is nan, or with
    `on_error="raise"` a `FactorizationError`. By Schur forms (Bartels and Stewart
    1972); the gradient solves the equation with transposed a and b.

    >>> solve_sylvester([[1.0]], [[2.0]], [[6.0]]).eval()
    array([[2.]])
    """
    x = Sylvester()(*as_floats("solve_sylvester", a, b, q))
    return settled(x, on_error, "solve_sylvester: an equation has no solution")


def solve_continuous_lyapunov(a: Any, q: Any, on_error: str = "nan") -> Any:
    """The x of a x + x a' = q; failures as in `solve_sylvester`.

    >>> solve_continuous_lyapunov([[1.0]], [[6.0]]).eval()
    array([[3.]])
    """
    a = square("solve_continuous_lyapunov", a)
    return solve_sylvester(a, a.mT, q, on_error)


def solve_discrete_lyapunov(a: Any, q: Any, method: str | None = None) -> Any:
    """The x of a x a' - x + q = 0; nan where a product of two eigenvalues of a is 1.

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
    a, q = as_floats("solve_discrete_lyapunov", a, q)
    n = shape_of(a)[-1]
    if method == "direct" or (method is None and isinstance(n, int) and n < SMALL):
        return _direct(a, q, n)
    one = eye(n, dtype=a.type.dtype)
    right = solve_general(a.mT + one, a.mT - one)
    inner = solve_general(a + one, solve_general(a + one, q).mT).mT
    return solve_continuous_lyapunov(right.mT, -2 * inner)


def _direct(a: Any, q: Any, n: Any) -> Any:
    """The system (I - a x a) vec(x) = vec(q), with Kronecker's product x."""
    product = a[..., :, None, :, None] * a[..., None, :, None, :]
    stack = shape_of(product)[:-4]
    matrix = eye(n * n, dtype=a.type.dtype) - reshape(product, (*stack, n * n, n * n))
    x = solve_general(matrix, reshape(q, (*shape_of(q)[:-2], n * n, 1)))
    return reshape(x, (*shape_of(x)[:-2], n, n))


def solve_discrete_are(a: Any, b: Any, q: Any, r: Any, on_error: str = "nan") -> Any:
    """The stabilizing x of a' x a - x - a' x b inv(r + b' x b) b' x a + q = 0.

    q and r are symmetric, r is invertible. Where there is no such x it is nan, or with
    `on_error="raise"` a `FactorizationError`. By doubling (Chu, Fan, Lin and Wang
    2004); the gradient solves a discrete Lyapunov equation.

    >>> x = solve_discrete_are([[0.0]], [[1.0]], [[3.0]], [[1.0]])
    >>> x.eval()
    array([[3.]])
    """
    a, b, q, r = as_floats("solve_discrete_are", a, b, q, r)
    spread = matmul(b, solve_general(r, b.mT))
    x = DiscreteRiccati()(a, spread, q)
    return settled(x, on_error, "solve_discrete_are: an equation has no solution")
