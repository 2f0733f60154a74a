"""Examples of linear algebra with complex matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.declare import tensor
from tensorgraph.ops.linalg.determinant import det, slogdet
from tensorgraph.ops.linalg.eigen import eigh, eigvalsh
from tensorgraph.ops.linalg.eigen_general import eig, eigvals
from tensorgraph.ops.linalg.equations import (
    solve_continuous_lyapunov,
    solve_discrete_are,
    solve_discrete_lyapunov,
    solve_sylvester,
)
from tensorgraph.ops.linalg.factor import cho_factor, cho_solve, cholesky
from tensorgraph.ops.linalg.functions import expm, logm, sqrtm
from tensorgraph.ops.linalg.inverse import inv
from tensorgraph.ops.linalg.least_squares import lstsq, pinv
from tensorgraph.ops.linalg.lu import lu, lu_factor, lu_solve
from tensorgraph.ops.linalg.norm import cond, norm
from tensorgraph.ops.linalg.qr import qr
from tensorgraph.ops.linalg.routine import adjoint
from tensorgraph.ops.linalg.solve import solve
from tensorgraph.ops.linalg.svd import svd, svdvals
from tensorgraph.ops.linalg.triangular import solve_triangular
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


def numbers(rng: Rng, *shape: int) -> np.ndarray:
    """Complex numbers."""
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def square(rng: Rng, *shape: int) -> tuple[Any, np.ndarray]:
    """A free square matrix and its value, or a stack of them."""
    return tensor("a", "complex128", shape), numbers(rng, *shape)


def hermitian(a: Any) -> Any:
    """The sum of a matrix and its adjoint: by tensorgraph or by NumPy."""
    return a + (a.conj().mT if isinstance(a, np.ndarray) else adjoint(a))


def positive(a: Any) -> Any:
    """A Hermitian positive definite matrix: by tensorgraph or by NumPy."""
    if isinstance(a, np.ndarray):
        return a @ a.conj().mT + np.eye(a.shape[-1])
    return a @ adjoint(a) + eye(a.type.shape[-1])


@example
def complex_cholesky_factors(rng: Rng) -> Example:
    a, p = square(rng, 3, 3)
    factor = np.linalg.cholesky(positive(p))
    outputs = [cholesky(positive(a)), cholesky(positive(a), lower=False)]
    return Example({a: p}, outputs, [factor, factor.conj().T], rtol=1e-11)


@example
def complex_systems(rng: Rng) -> Example:
    a, p = square(rng, 2, 3, 3)
    b, q = tensor("b", "complex128", (3, 1)), numbers(rng, 3, 1)
    outputs = [solve(a, b), inv(a), det(a), *slogdet(a)]
    expected = [np.linalg.solve(p, q), np.linalg.inv(p), np.linalg.det(p)]
    expected += [*np.linalg.slogdet(p)]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-11)


@example
def complex_systems_with_a_structure(rng: Rng) -> Example:
    a, p = square(rng, 3, 3)
    b, q = tensor("b", "complex128", (3, 2)), numbers(rng, 3, 2)
    given = {"her": hermitian, "pos": positive, "sym": lambda a: a + a.mT}
    outputs = [solve(made(a), b, assume_a=kind) for kind, made in given.items()]
    outputs += [cho_solve(cho_factor(positive(a)), b)]
    outputs += [solve_triangular(a, b, trans) for trans in (1, 2)]
    outputs += [solve(a, b, assume_a="tridiagonal")]
    expected = [np.linalg.solve(made(p), q) for made in given.values()]
    expected += [expected[1], *[scipy.linalg.solve_triangular(p, q, t) for t in (1, 2)]]
    expected += [np.linalg.solve(np.triu(np.tril(p, 1), -1), q)]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-11)


@example
def complex_lu_factors(rng: Rng) -> Example:
    a, p = square(rng, 3, 3)
    b, q = tensor("b", "complex128", (3,)), numbers(rng, 3)
    outputs = [*lu(a, permute_l=True), lu_solve(lu_factor(a), b, trans=2)]
    solution = np.linalg.solve(p.conj().T, q)
    expected = [*scipy.linalg.lu(p, permute_l=True), solution]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-11)


@example
def complex_qr_factors(rng: Rng) -> Example:
    a, b = (tensor("a", "complex128", (3, 2)), tensor("b", "complex128", (2, 3)))
    p, q = numbers(rng, 3, 2), numbers(rng, 2, 3)
    outputs, expected = [*qr(a), *qr(b)], [*np.linalg.qr(p), *np.linalg.qr(q)]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-11)


@example
def complex_singular_vectors(rng: Rng) -> Example:
    "Phases are ours: sizes, and products of both sides, are not."
    a, p = tensor("a", "complex128", (3, 2)), numbers(rng, 3, 2)
    u, s, vh = svd(a, full_matrices=False)
    left, values, right = np.linalg.svd(p, full_matrices=False)
    outputs = [abs(u), s, abs(vh), (u * s**2) @ vh, svdvals(a)]
    expected = [abs(left), values, abs(right), (left * values**2) @ right, values]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def eigenvectors_of_hermitian_matrices(rng: Rng) -> Example:
    a, p = square(rng, 3, 3)
    w, v = eigh(hermitian(a))
    values, vectors = np.linalg.eigh(hermitian(p))
    square_of = hermitian(p) @ hermitian(p)
    outputs = [w, abs(v), (v * w**2) @ adjoint(v), eigvalsh(hermitian(a), "U")]
    expected = [values, abs(vectors), square_of, values]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def phases_of_eigenvectors_are_differentiated(rng: Rng) -> Example:
    a, p = square(rng, 2, 2)
    (_, v), (u, _, vh) = eigh(hermitian(a)), svd(a)
    vectors, (left, _, right) = np.linalg.eigh(hermitian(p))[1], np.linalg.svd(p)
    turns = [x[np.argmax(abs(x) ** 2 >= 0.6 * (abs(x) ** 2).max(0), 0), [0, 1]]
             for x in (vectors, left)]  # fmt: skip
    first, second = (abs(turn) / turn for turn in turns)
    expected = [vectors * first, left * second, right / second[:, None]]
    return Example({a: p}, [v, u, vh], expected, order=1, rtol=1e-11)


@example
def eigenvectors_of_complex_matrices(rng: Rng) -> Example:
    a, p = square(rng, 3, 3)
    outputs, expected = [*eig(a), eigvals(a)], [*np.linalg.eig(p), np.linalg.eigvals(p)]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def complex_least_squares(rng: Rng) -> Example:
    a, p = tensor("a", "complex128", (4, 2)), numbers(rng, 4, 2)
    b, q = tensor("b", "complex128", (4, 2)), numbers(rng, 4, 2)
    x, residuals, rank, s = np.linalg.lstsq(p, q)
    outputs = [*lstsq(a, b), pinv(a.mT)]
    expected = [x, residuals, np.int64(rank), s, np.linalg.pinv(p.T)]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-11)


@example
def norms_of_complex_matrices(rng: Rng) -> Example:
    x, p = square(rng, 3, 3)
    orders = (None, "nuc", 1, 2, np.inf)
    outputs = [norm(x, order) for order in orders]
    outputs += [norm(x, 3, axis=0), cond(x)]
    expected = [np.linalg.norm(p, order) for order in orders]
    expected += [np.linalg.norm(p, 3, axis=0), np.linalg.cond(p)]
    return Example({x: p}, outputs, expected, order=1, rtol=1e-11)


@example
def functions_of_complex_matrices(rng: Rng) -> Example:
    a, p = square(rng, 2, 2)
    near = 3 * np.eye(2)
    outputs = [expm(a), sqrtm(a + near), logm(a + near)]
    expected = [scipy.linalg.expm(p), scipy.linalg.sqrtm(p + near)]
    expected += [scipy.linalg.logm(p + near)]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def complex_matrix_equations(rng: Rng) -> Example:
    a, p = square(rng, 2, 2)
    b, q = tensor("b", "complex128", (2, 2)), numbers(rng, 2, 2)
    outputs = [
        solve_sylvester(a, b, a),
        solve_continuous_lyapunov(a, b),
        solve_discrete_lyapunov(a / 4, b),
        solve_discrete_are(a / 3, b, positive(a), positive(b)),
    ]
    expected = [
        scipy.linalg.solve_sylvester(p, q, p),
        scipy.linalg.solve_continuous_lyapunov(p, q),
        scipy.linalg.solve_discrete_lyapunov(p / 4, q),
        scipy.linalg.solve_discrete_are(p / 3, q, positive(p), positive(q)),
    ]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-11)
