"""Examples of linear algebra."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg

from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.declare import dmatrix, dtensor3, dvector, lmatrix, tensor
from tensorgraph.ops.linalg.factor import cholesky
from tensorgraph.ops.linalg.product import dot, matmul, outer
from tensorgraph.ops.linalg.triangular import solve_triangular
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def products_of_vectors_and_matrices(rng: Rng) -> Example:
    a, b, x, y = (
        dmatrix("a"),
        tensor("b", "float64", (3, "n")),
        dvector("x"),
        dvector("y"),
    )
    values = [rng.normal(size=s) for s in ((2, 3), (3, 4), (3,), (3,))]
    p, q, u, v = values
    outputs = [dot(x, y), a @ x, x @ b, a @ b, outer(x, y), dot(2.0, x)]
    expected = [u @ v, p @ u, u @ q, p @ q, np.outer(u, v), 2 * u]
    return Example(
        dict(zip((a, b, x, y), values, strict=True)), outputs, expected, rtol=1e-14
    )


@example
def products_of_stacks(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (2, 1, None, 3)), dtensor3("b")
    x, y = tensor("x", "float64", (3,)), tensor("y", "float64", (5, 2, 3))
    values = [rng.normal(size=s) for s in ((2, 1, 2, 3), (5, 3, 2), (3,), (5, 2, 3))]
    p, q, u, v = values
    outputs = [matmul(a, b), a @ x, x @ b, y @ b]
    expected = [p @ q, p @ u, u @ q, v @ q]
    inputs = dict(zip((a, b, x, y), values, strict=True))
    return Example(inputs, outputs, expected, order=1, rtol=1e-14)


@example
def product_of_large_matrices(rng: Rng) -> Example:
    a, b = dmatrix("a"), dmatrix("b")
    p, q = rng.normal(size=(17, 30)), rng.normal(size=(30, 23))
    outputs = [a @ b, (a * 2) @ b, b.T @ a.T]
    expected = [p @ q, (p * 2) @ q, q.T @ p.T]
    return Example({a: p, b: q}, outputs, expected, order=1, rtol=1e-12, gradient=False)


@example
def products_over_no_elements(rng: Rng) -> Example:
    a, b = dmatrix("a"), dmatrix("b")
    p, q = np.zeros((2, 0)), np.zeros((0, 3))
    outputs = [a @ b, a.sum(0), a[0] @ b]
    return Example({a: p, b: q}, outputs, [p @ q, np.zeros(0), p[0] @ q])


@example
def products_of_other_dtypes(rng: Rng) -> Example:
    a, b = lmatrix("a"), tensor("b", "float32", (None, None))
    c = tensor("c", "bool", (2, 2))
    p, q = rng.integers(-5, 5, (2, 3)), rng.normal(size=(2, 2)).astype("float32")
    r = np.array([[True, False], [True, True]])
    outputs = [a @ a.T, b @ b, a.T @ b, c @ c, a @ a[0]]
    expected = [p @ p.T, q @ q, p.T @ q, r @ r, p @ p[0]]
    return Example({a: p, b: q, c: r}, outputs, expected, gradient=False, rtol=1e-6)


def positive_definite(x: Any, n: int) -> Any:
    """A positive definite matrix of a free one."""
    return x @ x.mT + n * eye(n)


@example
def cholesky_factor(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, 3))
    value = rng.normal(size=(3, 3))
    factor = np.linalg.cholesky(value @ value.T + 3 * np.eye(3))
    outputs = [
        cholesky(positive_definite(x, 3)),
        cholesky(positive_definite(x, 3), lower=False),
    ]
    return Example({x: value}, outputs, [factor, factor.T])


@example
def cholesky_of_a_stack(rng: Rng) -> Example:
    x = tensor("x", "float64", (None, 2, 2))
    value = rng.normal(size=(3, 2, 2))
    expected = np.linalg.cholesky(value @ value.swapaxes(1, 2) + 2 * np.eye(2))
    return Example({x: value}, cholesky(positive_definite(x, 2)), expected, order=1)


@example
def cholesky_factor_used_in_a_quadratic_form(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (2, 2)), tensor("y", "float64", (2,))
    value, other = rng.normal(size=(2, 2)), rng.normal(size=2)
    whitened = solve_triangular(cholesky(positive_definite(x, 2)), y, lower=True)
    expected = other @ np.linalg.solve(value @ value.T + 2 * np.eye(2), other)
    return Example({x: value, y: other}, dot(whitened, whitened), expected)


@example
def cholesky_of_what_has_none_is_nan(rng: Rng) -> Example:
    x = dtensor3("x")
    value = np.array(
        [[[4.0, 9.0], [2.0, 5.0]], [[1.0, 2.0], [2.0, 1.0]], [[np.nan, 0], [0, 1]]]
    )
    expected = np.full((3, 2, 2), np.nan)
    expected[0] = [[2.0, 0.0], [1.0, 2.0]]
    return Example({x: value}, cholesky(x), expected, gradient=False, batch=False)


@example
def triangular_systems(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (2, 2)), tensor("b", "float64", (2, 2))
    p, q = rng.normal(size=(2, 2)) + 2 * np.eye(2), rng.normal(size=(2, 2))
    kinds = [{"lower": low, "trans": turn} for low in (True, False) for turn in (0, 1)]
    outputs = [solve_triangular(a, b, **kind) for kind in kinds]
    expected = [scipy.linalg.solve_triangular(p, q, **kind) for kind in kinds]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def triangular_systems_of_any_length(rng: Rng) -> Example:
    a, b = dmatrix("a"), dvector("b")
    p, q = rng.normal(size=(2, 2)) + 2 * np.eye(2), rng.normal(size=2)
    expected = scipy.linalg.solve_triangular(p, q, lower=True, trans=1)
    x = solve_triangular(a, b, lower=True, trans=1)
    return Example({a: p, b: q}, x, expected, order=1)


@example
def triangular_systems_of_stacks(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (2, 1, 2, 2)), dmatrix("b")
    p, q = rng.normal(size=(2, 1, 2, 2)) + 2 * np.eye(2), rng.normal(size=(3, 2))
    outputs = [
        solve_triangular(a, b, lower=True, b_ndim=1),
        solve_triangular(a[0], b[:2], b_ndim=2),
    ]
    lower = np.tril(p)
    expected = [
        np.linalg.solve(lower, q[..., None])[..., 0],
        np.linalg.solve(np.triu(p[0]), q[:2]),
    ]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def a_singular_triangular_matrix_gives_nan(rng: Rng) -> Example:
    a, b = dmatrix("a"), dvector("b")
    p, q = np.array([[1.0, 5.0], [2.0, 0.0]]), np.array([1.0, 2.0])
    expected = np.full(2, np.nan)
    outputs = solve_triangular(a, b, lower=True)
    return Example({a: p, b: q}, outputs, expected, gradient=False, batch=False)
