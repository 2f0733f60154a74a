"""Examples of systems of linear equations, inverses and determinants."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.declare import dmatrix, dvector, tensor
from tensorgraph.ops.linalg.banded import solve_banded
from tensorgraph.ops.linalg.determinant import det, slogdet
from tensorgraph.ops.linalg.factor import cho_factor, cho_solve
from tensorgraph.ops.linalg.inverse import inv, tensorinv, tensorsolve
from tensorgraph.ops.linalg.lu import lu, lu_factor, lu_solve, pivot_to_permutation
from tensorgraph.ops.linalg.solve import solve
from tensorgraph.ops.linalg.triangular import solve_triangular
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def general_systems(rng: Rng) -> Example:
    a, b, c = dmatrix("a"), dvector("b"), dmatrix("c")
    values = p, q, r = [rng.normal(size=s) for s in ((3, 3), (3,), (3, 2))]
    outputs = [solve(a, b), solve(a, c, transposed=True)]
    expected = [np.linalg.solve(p, q), np.linalg.solve(p.T, r)]
    return Example(dict(zip((a, b, c), values, strict=True)), outputs, expected)


@example
def systems_of_stacks(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (2, 1, 2, 2)), dmatrix("b")
    p, q = rng.normal(size=(2, 1, 2, 2)), rng.normal(size=(2, 2))
    outputs = [solve(a, b, b_ndim=1), solve(a, b[:, :1])]
    expected = [np.linalg.solve(p, q[..., None])[..., 0], np.linalg.solve(p, q[:, :1])]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def positive_and_symmetric_systems(rng: Rng) -> Example:
    x, b = tensor("x", "float64", (3, 3)), dmatrix("b")
    p, q = rng.normal(size=(3, 3)), rng.normal(size=(3, 2))
    a, value = x @ x.mT + eye(3), p @ p.T + np.eye(3)
    outputs = [
        solve(a, b, assume_a="pos"),
        solve(x + x.mT, b, assume_a="sym", lower=True),
        cho_solve(cho_factor(a), b),
    ]
    solution = np.linalg.solve(value, q)
    expected = [solution, np.linalg.solve(p + p.T, q), solution]
    return Example({x: p, b: q}, outputs, expected, order=1)


@example
def structured_systems(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (3, 3)), tensor("b", "float64", (3, 2))
    p, q = rng.normal(size=(3, 3)) + 3 * np.eye(3), rng.normal(size=(3, 2))
    kinds = {
        "tridiagonal": np.triu(np.tril(p, 1), -1),
        "diagonal": np.diag(np.diagonal(p)),
        "upper triangular": np.triu(p),
    }
    outputs = [solve(a, b, assume_a=kind) for kind in kinds]
    outputs.append(solve_triangular(a, b, lower=True, unit_diagonal=True))
    unit = np.tril(p, -1) + np.eye(3)
    expected = [np.linalg.solve(m, q) for m in (*kinds.values(), unit)]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def banded_systems(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (4, 3)), tensor("b", "float64", (3, 2))
    p, q = rng.normal(size=(4, 3)), rng.normal(size=(3, 2))
    p[1] += 4
    outputs = [solve_banded((2, 1), a, b)]
    return Example({a: p, b: q}, outputs, [scipy.linalg.solve_banded((2, 1), p, q)])


@example
def lu_factors(rng: Rng) -> Example:
    a, b = tensor("a", "float64", ("n", "n")), dvector("b")
    p, q = rng.normal(size=(3, 3)), rng.normal(size=3)
    packed, pivots = scipy.linalg.lu_factor(p)
    factors = lu_factor(a)
    outputs = [*lu(a), *factors, lu_solve(factors, b)]
    solution = np.linalg.solve(p, q)
    expected = [*scipy.linalg.lu(p), packed, pivots.astype("int64"), solution]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def lu_factors_of_matrices_that_are_not_square(rng: Rng) -> Example:
    a, b = dmatrix("a"), tensor("b", "float64", (2, 3))
    p, q = rng.normal(size=(3, 2)), rng.normal(size=(2, 3))
    outputs = [*lu(a, permute_l=True), *lu(b, p_indices=True)[1:]]
    expected = [*scipy.linalg.lu(p, permute_l=True), *scipy.linalg.lu(q)[1:]]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def permutations_of_pivots(rng: Rng) -> Example:
    pivots = tensor("pivots", "int32", (None,))
    value = np.array([2, 2, 3, 3], dtype="int32")
    outputs = [
        pivot_to_permutation(pivots),
        pivot_to_permutation(pivots, inverse=True),
    ]
    order = np.array([2, 0, 3, 1])
    return Example({pivots: value}, outputs, [order, np.argsort(order)])


@example
def inverses_and_determinants(rng: Rng) -> Example:
    a = dmatrix("a")
    p = rng.normal(size=(2, 2))
    outputs = [inv(a), det(a), slogdet(a)[1]]
    expected = [np.linalg.inv(p), np.linalg.det(p), np.linalg.slogdet(p)[1]]
    return Example({a: p}, outputs, expected)


@example
def signs_of_determinants(rng: Rng) -> Example:
    a = tensor("a", "float64", (4, 2, 2))
    p = rng.normal(size=(4, 2, 2))
    p[1] = [[1, 2], [2, 4]]
    outputs = [*slogdet(a), det(a)]
    expected = [*np.linalg.slogdet(p), np.linalg.det(p)]
    return Example({a: p}, outputs, expected, gradient=False)


@example
def tensors_as_matrices(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (4, 2, 2)), dvector("b")
    p = rng.normal(size=(4, 2, 2)) + 2 * np.eye(4).reshape(4, 2, 2)
    q = rng.normal(size=4)
    outputs = [tensorinv(a, 1), tensorsolve(a, b)]
    expected = [np.linalg.tensorinv(p, 1), np.linalg.tensorsolve(p, q)]
    return Example({a: p, b: q}, outputs, expected, order=1)


@example
def systems_without_a_solution_give_nan(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (3, 2, 2)), dvector("b")
    p = np.array([[[1.0, 2], [2, 4]], [[np.nan, 0], [0, 1]], [[2.0, 0], [0, 4]]])
    q = np.array([2.0, 4.0])
    outputs = [solve(a, b, b_ndim=1), inv(a), solve(a, b, assume_a="pos", b_ndim=1)]
    bad = np.full((2, 2), np.nan)
    ok = np.array([1.0, 1.0])
    vectors = np.stack([*bad, ok])
    inverses = np.stack([bad, bad, np.diag([0.5, 0.25])])
    expected = [vectors, inverses, vectors]
    return Example({a: p, b: q}, outputs, expected, gradient=False, batch=False)
