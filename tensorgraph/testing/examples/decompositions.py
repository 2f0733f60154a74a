"""Examples of QR, singular values, eigenvalues, least squares, norms."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.declare import dmatrix, tensor
from tensorgraph.ops.linalg.eigen import eigh, eigvalsh
from tensorgraph.ops.linalg.eigen_general import eig, eigvals
from tensorgraph.ops.linalg.least_squares import lstsq, pinv
from tensorgraph.ops.linalg.norm import cond, matrix_norm, norm, vector_norm
from tensorgraph.ops.linalg.qr import qr
from tensorgraph.ops.linalg.svd import matrix_rank, svd, svdvals
from tensorgraph.ops.pointwise.parts import imag, real
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def qr_factors(rng: Rng) -> Example:
    a = tensor("a", "float64", (3, 2))
    p = rng.normal(size=(3, 2))
    expected = [*np.linalg.qr(p), np.linalg.qr(p, "r")]
    return Example({a: p}, [*qr(a), qr(a, mode="r")], expected, order=1)


@example
def qr_factors_of_any_shape(rng: Rng) -> Example:
    a = dmatrix("a")
    p = rng.normal(size=(2, 3))
    return Example({a: p}, list(qr(a)), list(np.linalg.qr(p)), order=1)


@example
def complete_qr_factors(rng: Rng) -> Example:
    a, b = dmatrix("a"), tensor("b", "float64", (2, 3))
    p, q = rng.normal(size=(3, 2)), rng.normal(size=(2, 3))
    outputs = [*qr(a, mode="complete"), *qr(b, mode="complete")]
    expected = [*np.linalg.qr(p, "complete"), *np.linalg.qr(q, "complete")]
    return Example({a: p, b: q}, outputs, expected, gradient=False)


@example
def complete_qr_factors_of_a_wide_matrix(rng: Rng) -> Example:
    b = tensor("b", "float64", (2, 3))
    q = rng.normal(size=(2, 3))
    expected = list(np.linalg.qr(q, "complete"))
    return Example({b: q}, list(qr(b, mode="complete")), expected, order=1)


@example
def singular_values_and_vectors(rng: Rng) -> Example:
    "Signs of vectors are free: squares, and products of both sides, are not."
    a = tensor("a", "float64", (3, 2))
    p = rng.normal(size=(3, 2))
    u, s, vt = svd(a, full_matrices=False)
    left, values, right = np.linalg.svd(p, full_matrices=False)
    outputs = [u * u, s, vt * vt, (u * s**2) @ vt]
    expected = [left**2, values, right**2, (left * values**2) @ right]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def singular_vectors_of_any_shape(rng: Rng) -> Example:
    a = dmatrix("a")
    p = rng.normal(size=(2, 3))
    u, _, vt = svd(a, full_matrices=False)
    left, _, right = np.linalg.svd(p, full_matrices=False)
    return Example({a: p}, u @ vt, left @ right, order=1, rtol=1e-11)


@example
def all_singular_vectors(rng: Rng) -> Example:
    a = dmatrix("a")
    p = rng.normal(size=(2, 4))
    u, s, vt = svd(a)
    left, values, right = np.linalg.svd(p)
    outputs = [u * u, s, vt * vt, svd(a @ a.mT, compute_uv=False, hermitian=True)]
    expected = [left**2, values, right**2, values**2]
    return Example({a: p}, outputs, expected, gradient=False, rtol=1e-11)


@example
def singular_values_alone(rng: Rng) -> Example:
    a = tensor("a", "float64", (3, 2))
    p = rng.normal(size=(3, 2))
    outputs = [svdvals(a), matrix_rank(a), matrix_rank(a, tol=100.0)]
    expected = [np.linalg.svdvals(p), np.int64(2), np.int64(0)]
    return Example({a: p}, outputs, expected)


@example
def eigenvalues_of_symmetric_matrices(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, 3))
    p = rng.normal(size=(3, 3))
    w, v = eigh(x + x.mT)
    outputs = [w, v * v, (v * w**2) @ v.mT, eigvalsh(x + x.mT, UPLO="U")]
    values, vectors = np.linalg.eigh(p + p.T)
    square = (p + p.T) @ (p + p.T)
    expected = [values, vectors**2, square, values]
    return Example({x: p}, outputs, expected, order=1, rtol=1e-11)


@example
def generalized_eigenvalues(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, 2))
    p = rng.normal(size=(2, 2))
    a, b = x + x.mT, x @ x.mT + eye(2)
    w, v = eigh(a, b=b)
    values, vectors = scipy.linalg.eigh(p + p.T, p @ p.T + np.eye(2))
    outputs = [w, v * v, eigvalsh(a, b=b)]
    return Example({x: p}, outputs, [values, vectors**2, values], order=1, rtol=1e-11)


@example
def eigenvalues_of_any_matrices(rng: Rng) -> Example:
    a = tensor("a", "float64", (3, 3))
    p = np.array([[0.5, -2.0, 0.3], [1.5, 0.2, 0.1], [0.4, -0.3, 2.0]])
    w, values = eig(a)[0], np.linalg.eigvals(p)
    outputs = [real(w), imag(w), real(eigvals(a)) ** 2]
    expected = [values.real, values.imag, values.real**2]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def eigenvectors_of_any_matrices(rng: Rng) -> Example:
    "Signs of vectors are free, their squares are not."
    a = dmatrix("a")
    p = rng.normal(size=(4, 4))
    w, v = eig(a)
    values, vectors = np.linalg.eig(p)
    expected = [vectors**2, np.abs(values)]
    return Example({a: p}, [v * v, abs(w)], expected, order=1, rtol=1e-11)


@example
def least_squares(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (4, 2)), tensor("b", "float64", (4, 2))
    p, q = rng.normal(size=(4, 2)), rng.normal(size=(4, 2))
    x, residuals, rank, s = np.linalg.lstsq(p, q)
    outputs = [*lstsq(a, b), lstsq(a, b[:, 0])[0], pinv(a)]
    expected = [x, residuals, np.int64(rank), s, x[:, 0], np.linalg.pinv(p)]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def least_squares_with_many_solutions(rng: Rng) -> Example:
    a, b = dmatrix("a"), tensor("b", "float64", (2,))
    p, q = rng.normal(size=(2, 3)), rng.normal(size=2)
    outputs = [lstsq(a, b)[0], pinv(a @ a.mT, hermitian=True)]
    expected = [np.linalg.pinv(p) @ q, np.linalg.inv(p @ p.T)]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def norms_of_vectors(rng: Rng) -> Example:
    x = dmatrix("x")
    p = rng.normal(size=(2, 3))
    orders = (None, 1, 2, 3, 0.5, -1.5, np.inf, -np.inf)
    outputs = [norm(x, order, axis=1) for order in orders]
    outputs += [vector_norm(x), vector_norm(x, axis=0, keepdims=True, ord=3)]
    expected = [np.linalg.norm(p, order, axis=1) for order in orders]
    expected += [np.linalg.norm(p), np.linalg.norm(p, 3, axis=0, keepdims=True)]
    return Example({x: p}, outputs, expected, order=1)


@example
def norms_of_matrices(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, 2, 2))
    p = rng.normal(size=(3, 2, 2))
    orders = ("fro", "nuc", 1, -1, 2, -2, np.inf, -np.inf)
    outputs = [matrix_norm(x, ord=order) for order in orders]
    outputs += [norm(x, 1, axis=(2, 0), keepdims=True), cond(x), cond(x, 1)]
    expected = [np.linalg.matrix_norm(p, ord=order) for order in orders]
    expected += [
        np.linalg.norm(p, 1, axis=(2, 0), keepdims=True),
        np.linalg.cond(p),
        np.linalg.cond(p, 1),
    ]
    return Example({x: p}, outputs, expected, order=1, rtol=1e-11)


@example
def the_gradient_of_a_norm_at_zero_is_zero(rng: Rng) -> Example:
    x = tensor("x", "float64", (3,))
    zero = np.zeros(3)
    return Example({x: zero}, [norm(x * x), norm(x * x, 3)], [0.0, 0.0], order=1)
