"""Examples of functions of matrices, matrix equations, matrices made of vectors."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.declare import dmatrix, dvector, tensor
from tensorgraph.ops.linalg.chain import matrix_dot, multi_dot
from tensorgraph.ops.linalg.equations import (
    solve_continuous_are,
    solve_continuous_lyapunov,
    solve_discrete_are,
    solve_discrete_lyapunov,
    solve_sylvester,
)
from tensorgraph.ops.linalg.functions import expm, logm, matrix_power, sqrtm
from tensorgraph.ops.linalg.special_matrices import (
    block_diag,
    circulant,
    companion,
    hankel,
    toeplitz,
)
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def exponentials_of_matrices(rng: Rng) -> Example:
    a = dmatrix("a")
    p = rng.normal(size=(3, 3))
    outputs = [expm(a), expm(4 * a)]
    return Example({a: p}, outputs, [scipy.linalg.expm(p), scipy.linalg.expm(4 * p)])


@example
def powers_of_matrices(rng: Rng) -> Example:
    a = tensor("a", "float64", (2, 2, 2))
    p = rng.normal(size=(2, 2, 2))
    powers = (0, 1, 5, -2)
    outputs = [matrix_power(a, n) for n in powers]
    expected = [np.linalg.matrix_power(p, n) for n in powers]
    return Example({a: p}, outputs, expected, order=1, rtol=1e-11)


@example
def roots_and_logarithms_of_matrices(rng: Rng) -> Example:
    a = tensor("a", "float64", (2, 2))
    p = rng.normal(size=(2, 2)) / 4
    value = p + 2 * np.eye(2)
    outputs = [sqrtm(a + 2 * eye(2)), logm(a + 2 * eye(2))]
    expected = [scipy.linalg.sqrtm(value), scipy.linalg.logm(value)]
    return Example({a: p}, outputs, expected, order=1)


@example
def matrices_without_a_root_give_nan(rng: Rng) -> Example:
    a = tensor("a", "float64", (4, 2, 2))
    p = np.array([-np.eye(2), [[0, 1], [0, 0]], [[np.inf, 0], [0, 1]], np.eye(2)])
    bad = np.full((3, 2, 2), np.nan)
    expected = [np.append(bad, [np.eye(2)], 0), np.append(bad, [np.zeros((2, 2))], 0)]
    return Example({a: p}, [sqrtm(a), logm(a)], expected, gradient=False, batch=False)


@example
def sylvester_equations(rng: Rng) -> Example:
    a, b, q = dmatrix("a"), dmatrix("b"), dmatrix("q")
    values = p, r, s = [rng.normal(size=n) for n in ((3, 3), (2, 2), (3, 2))]
    outputs = [solve_sylvester(a, b, q), solve_continuous_lyapunov(b, b.mT)]
    expected = [
        scipy.linalg.solve_sylvester(p, r, s),
        scipy.linalg.solve_continuous_lyapunov(r, r.T),
    ]
    given = dict(zip((a, b, q), values, strict=True))
    return Example(given, outputs, expected, order=1, rtol=1e-11)


@example
def discrete_lyapunov_equations(rng: Rng) -> Example:
    a, q = tensor("a", "float64", (2, 2)), dmatrix("q")
    p, r = rng.normal(size=(2, 2)) / 2, rng.normal(size=(2, 2))
    outputs = [solve_discrete_lyapunov(a, q, m) for m in (None, "bilinear")]
    expected = [scipy.linalg.solve_discrete_lyapunov(p, r)] * 2
    return Example({a: p, q: r}, outputs, expected, order=1, rtol=1e-11)


@example
def riccati_equations(rng: Rng) -> Example:
    a, b = tensor("a", "float64", (2, 2)), dmatrix("b")
    q, r = tensor("q", "float64", (2, 2)), tensor("r", "float64", (1, 1))
    values = [rng.normal(size=n) for n in ((2, 2), (2, 1), (2, 2), (1, 1))]
    x = solve_discrete_are(a, b, q @ q.mT + eye(2), r @ r.mT + eye(1))
    p, s, u, v = values
    expected = scipy.linalg.solve_discrete_are(
        p, s, u @ u.T + np.eye(2), v @ v.T + np.eye(1)
    )
    given = dict(zip((a, b, q, r), values, strict=True))
    return Example(given, x, expected, order=1, rtol=1e-11)


@example
def continuous_riccati_equations(rng: Rng) -> Example:
    "Its gradient is in the tests of complex matrices: here it takes long to compile."
    a, b = tensor("a", "float64", (2, 2)), dmatrix("b")
    p, q = rng.normal(size=(2, 2)), rng.normal(size=(2, 1))
    x = solve_continuous_are(a, b, a @ a.mT + eye(2), eye(1))
    one = np.eye(2), np.eye(1)
    expected = scipy.linalg.solve_continuous_are(p, q, p @ p.T + one[0], one[1])
    return Example({a: p, b: q}, x, expected, gradient=False, rtol=1e-10)


@example
def matrices_of_vectors(rng: Rng) -> Example:
    x, y = dvector("x"), dvector("y")
    p, q = rng.normal(size=4), rng.normal(size=3)
    make = scipy.linalg
    outputs = [toeplitz(x), toeplitz(x, y), hankel(x), hankel(x, y), circulant(x)]
    expected = [make.toeplitz(p), make.toeplitz(p, q), make.hankel(p)]
    expected += [make.hankel(p, q), make.circulant(p), make.companion(p)]
    return Example({x: p, y: q}, [*outputs, companion(x)], expected, order=1)


@example
def block_diagonal_matrices_and_chains(rng: Rng) -> Example:
    x, a = tensor("x", "float64", (3,)), tensor("a", "float64", (2, 3))
    p, q = rng.normal(size=3), rng.normal(size=(2, 3))
    outputs = [block_diag(x, a, 2.0), multi_dot([a, a.mT, a, x]), matrix_dot(x, a.mT)]
    expected = [scipy.linalg.block_diag(p, q, 2.0), q @ q.T @ q @ p, p @ q.T]
    return Example({x: p, a: q}, outputs, expected, order=1)
