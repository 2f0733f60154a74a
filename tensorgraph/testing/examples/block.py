"""Examples of arrays built of blocks and edited."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.creating.diagonal import (
    diagflat,
    eye,
    fill_diagonal,
    fill_diagonal_offset,
)
from tensorgraph.ops.creating.patterned import tri, tril_indices, vander
from tensorgraph.ops.declare import dmatrix, dvector, tensor
from tensorgraph.ops.shaping.block import (
    append,
    block,
    column_stack,
    concat_with_broadcast,
    dstack,
    hstack,
    stacklists,
    vstack,
)
from tensorgraph.ops.shaping.edit import delete, insert
from tensorgraph.ops.shaping.split import array_split, hsplit, unstack
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def stacks_of_vectors_and_matrices(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (2, 3)), tensor("v", "float64", (3,))
    a, b = rng.normal(size=(2, 3)), rng.normal(size=3)
    outputs = [
        vstack([x, v * v]), hstack([v, 1.0]), dstack([x, x]), column_stack([v, x.T]),
        append(x, v), stacklists([[v[0], v[1]], [x[0, 0], 7.0]]),
        concat_with_broadcast([x, v[0]], -1),
    ]  # fmt: skip
    expected = [
        np.vstack([a, b**2]), np.hstack([b, 1.0]), np.dstack([a, a]),
        np.column_stack([b, a.T]), np.append(a, b),
        np.array([[b[0], b[1]], [a[0, 0], 7.0]]),
        np.concatenate([a, np.full((2, 1), b[0])], -1),
    ]  # fmt: skip
    return Example({x: a, v: b}, outputs, expected)


@example
def blocks_of_unknown_lengths(rng: Rng) -> Example:
    x, v = dmatrix("x"), dvector("v")
    a, b = rng.normal(size=(2, 3)), rng.normal(size=5)
    whole = [[x, eye(2)], [v]]
    outputs = [block(whole) * 2, block([v, 1.0])]
    return Example(
        {x: a, v: b}, outputs, [np.block([[a, np.eye(2)], [b]]) * 2, [*b, 1.0]]
    )


@example
def pieces_of_a_matrix(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, None))
    a = rng.normal(size=(3, 7))
    outputs = [*array_split(x, 2, axis=1), *hsplit(x * x, [2]), *unstack(x[:2])]
    expected = [*np.array_split(a, 2, axis=1), *np.hsplit(a**2, [2]), *a[:2]]
    return Example({x: a}, outputs, expected)


@example
def elements_put_in_and_taken_out(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (3, 4)), dvector("v")
    a, b = rng.normal(size=(3, 4)), rng.normal(size=4)
    outputs = [
        delete(x, 1, 0), delete(x, [0, -1], 1), delete(x, slice(1, None, 2)),
        delete(v, -1), insert(x, 1, v, 0), insert(x, [0, 3], v[:2], 1),
        insert(v, 2, [8.0, 9.0]),
    ]  # fmt: skip
    expected = [
        np.delete(a, 1, 0), np.delete(a, [0, -1], 1), np.delete(a, slice(1, None, 2)),
        np.delete(b, -1), np.insert(a, 1, b, 0), np.insert(a, [0, 3], b[:2], 1),
        np.insert(b, 2, [8.0, 9.0]),
    ]  # fmt: skip
    return Example({x: a, v: b}, outputs, expected)


@example
def matrices_with_a_pattern(rng: Rng) -> Example:
    v, x = tensor("v", "float64", (3,)), tensor("x", "float64", (3, "n"))
    b, a = np.array([0.0, 1.5, -2.0]), rng.normal(size=(3, 4))
    filled = a.copy()
    np.fill_diagonal(filled, b)
    above = a.copy()
    above[np.arange(3), np.arange(1, 4)] = 7.0
    outputs = [
        vander(v), vander(v, 2, increasing=True), diagflat(v[:, None], -1),
        fill_diagonal(x, v), fill_diagonal_offset(x, 7.0, 1), x[tril_indices(3, -1)],
        v[0] * tri(2, 3, 1),
    ]  # fmt: skip
    expected = [
        np.vander(b), np.vander(b, 2, increasing=True), np.diagflat(b, -1), filled,
        above, a[np.tril_indices(3, -1)], b[0] * np.tri(2, 3, 1),
    ]  # fmt: skip
    return Example({v: b, x: a}, outputs, expected)
