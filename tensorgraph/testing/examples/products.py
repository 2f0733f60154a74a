"""Examples of einsum, tensordot and their kin."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.declare import dmatrix, dvector, tensor
from tensorgraph.ops.linalg.einsum import einsum
from tensorgraph.ops.linalg.product import dot
from tensorgraph.ops.linalg.products import (
    cross,
    inner,
    kron,
    matvec,
    tensordot,
    vdot,
    vecdot,
    vecmat,
)
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def einsum_of_two(rng: Rng) -> Example:
    x, y, v = tensor("x", "float64", (2, "n", 4)), dmatrix("y"), dvector("v")
    a, b, c = rng.normal(size=(2, 3, 4)), rng.normal(size=(3, 4)), rng.normal(size=4)
    both = ["ijk,jk->i", "ijk,lk->jil", "ijk,jk", "ijk,jk->kji", "i...,k...->ki..."]
    outputs = [*(einsum(s, x, y) for s in both), einsum("ij,j->i", y, v)]
    expected = [*(np.einsum(s, a, b) for s in both), b @ c]
    return Example({x: a, y: b, v: c}, outputs, expected, order=1)


@example
def einsum_of_several_by_a_path(rng: Rng) -> Example:
    x, y, v = tensor("x", "float64", (2, 3)), dmatrix("y"), dvector("v")
    a, b, c = rng.normal(size=(2, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    subscripts = "ij,jk,kl,l->i"
    square = b.T @ b
    outputs = [einsum(subscripts, x, y, y.T @ y, v), einsum("ij,ij,kj->", x, x, x)]
    expected = [a @ b @ square @ c, np.einsum("ij,ij,kj->", a, a, a)]
    return Example({x: a, y: b, v: c}, outputs, expected)


@example
def einsum_with_diagonals_and_lengths_of_one(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (3, None)), tensor("y", "float64", (1, None))
    a, b = rng.normal(size=(3, 3)), rng.normal(size=(1, 2))
    outputs = [einsum("ii->i", x), einsum("ii", x * x), einsum("ij,jk->ik", x, y)]
    expected = [np.diag(a), np.trace(a * a), np.einsum("ij,jk->ik", a, b)]
    return Example({x: a, y: b}, outputs, expected)


@example
def sums_over_pairs_of_axes(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (2, None, 4)), tensor("y", "float64", (4, 3, None))
    a, b = rng.normal(size=(2, 3, 4)), rng.normal(size=(4, 3, 2))
    pairs = [((1, 2), (1, 0)), 1]
    z, c = y.swapaxes(0, 1), b.swapaxes(0, 1)
    outputs = [*(tensordot(x, y, axes=p) for p in pairs), inner(x[0], x[1]), dot(x, z)]
    expected = [*(np.tensordot(a, b, axes=p) for p in pairs), np.inner(a[0], a[1])]
    return Example({x: a, y: b}, outputs, [*expected, np.dot(a, c)], order=1)


@example
def products_of_stacks_of_vectors(rng: Rng) -> Example:
    x, y, z = tensor("x", "float64", (2, None, 3)), dmatrix("y"), dvector("z")
    a, b, c = rng.normal(size=(2, 3, 3)), rng.normal(size=(2, 3)), rng.normal(size=3)
    outputs = [matvec(x, y), vecmat(y, x), vecdot(x, z, axis=-1), vdot(x, x)]
    expected = [np.matvec(a, b), np.vecmat(b, a), np.vecdot(a, c), np.vdot(a, a)]
    return Example({x: a, y: b, z: c}, outputs, expected)


@example
def products_of_kronecker_and_cross_products(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (None, 3)), tensor("y", "float64", (2, 3))
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    outputs = [kron(x, y), kron(x[0], y), cross(x, y), cross(x, y.T, axisb=0, axisc=0)]
    expected = [np.kron(a, b), np.kron(a[0], b), np.cross(a, b), np.cross(a, b).T]
    return Example({x: a, y: b}, outputs, expected, order=1)
