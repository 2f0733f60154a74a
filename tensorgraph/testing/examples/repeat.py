"""Examples of elements repeated and moved: tile, repeat, roll, flip, folded axes."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.declare import dmatrix, dvector, lscalar, tensor
from tensorgraph.ops.shaping.axes import atleast_3d, dimshuffle, rollaxis
from tensorgraph.ops.shaping.fold import (
    join_dims,
    pack,
    split_dims,
    unpack,
)
from tensorgraph.ops.shaping.repeat import repeat, tile
from tensorgraph.ops.shaping.roll import flip, roll, rot90
from tensorgraph.ops.shaping.shape import reshape
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def tiles_of_a_matrix(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None))
    a = rng.normal(size=(2, 3))
    reps = [2, (2, 3), (2, 1, 2), (0, 1)]
    outputs = [tile(x, r) for r in reps]
    return Example({x: a}, outputs, [np.tile(a, r) for r in reps])


@example
def repeats_along_axes(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, None))
    a = rng.normal(size=(3, 2))
    outputs = [repeat(x, 2), repeat(x, 3, axis=1), repeat(x, [2, 0, 1], axis=0)]
    expected = [np.repeat(a, 2), np.repeat(a, 3, axis=1), np.repeat(a, [2, 0, 1], 0)]
    return Example({x: a}, outputs, expected)


@example
def repeats_as_often_as_a_variable_says(rng: Rng) -> Example:
    x, n = dvector("x"), lscalar("n")
    a = rng.normal(size=3)
    outputs = [repeat(x, n), tile(x, (2, n)), roll(x, n + 5)]
    expected = [np.repeat(a, 2), np.tile(a, (2, 2)), np.roll(a, 7)]
    return Example({x: a, n: 2}, outputs, expected, batch=False)


@example
def rolls_of_known_and_unknown_lengths(rng: Rng) -> Example:
    x, y, z = tensor("x", "float64", (3, 4)), dmatrix("y"), tensor("z", "float64", "n")
    a, b, c = rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)
    outputs = [
        roll(x, 1),
        roll(x, -1, 1),
        roll(x, (2, -5), (1, 0)),
        roll(y * y, 1, (0, 1)),
    ]
    expected = [np.roll(a, 1), np.roll(a, -1, 1), np.roll(a, (2, -5), (1, 0))]
    expected.append(np.roll(b**2, 1, (0, 1)))
    step = roll(z, 1) - 2 * z + roll(z, -1)
    curved = np.roll(c, 1) - 2 * c + np.roll(c, -1)
    return Example({x: a, y: b, z: c}, [*outputs, step], [*expected, curved], order=1)


@example
def turns_and_mirrors(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, 4))
    a = rng.normal(size=(2, 3, 4))
    outputs = [flip(x), flip(x, (0, -1)), *(rot90(x, k, (2, 0)) for k in range(4))]
    expected = [
        np.flip(a),
        np.flip(a, (0, 2)),
        *(np.rot90(a, k, (2, 0)) for k in range(4)),
    ]
    return Example({x: a}, outputs, expected)


@example
def axes_shuffled_and_folded(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, 1, "n", 4))
    a = rng.normal(size=(2, 1, 3, 4))
    outputs = [
        dimshuffle(x, 2, "x", 0, 3), rollaxis(x, 3, 1), atleast_3d(x[0, 0]),
        join_dims(x, 1, 2), split_dims(x, (2, -1), 3), reshape(x, (4, -1), order="F"),
    ]  # fmt: skip
    expected = [
        a[:, 0].transpose(1, 0, 2)[:, None], np.rollaxis(a, 3, 1),
        np.atleast_3d(a[0, 0]), a.reshape(2, 3, 4), a.reshape(2, 1, 3, 2, 2),
        a.reshape(4, -1, order="F"),
    ]  # fmt: skip
    return Example({x: a}, outputs, expected)


@example
def arrays_packed_and_unpacked(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (2, 3)), tensor("y", "float64", (2, None, 2))
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3, 2))
    packed, shapes = pack(x, y * y, keep_axes=0)
    first, second = unpack(packed, shapes, keep_axes=0)
    flat = np.concatenate([a, (b**2).reshape(2, 6)], 1)
    return Example({x: a, y: b}, [packed, first, second * y], [flat, a, b**3])
