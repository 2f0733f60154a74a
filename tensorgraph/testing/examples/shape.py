"""Examples of transposes, reshapes and their kin."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.declare import dmatrix, dscalar, dvector, lscalar, tensor
from tensorgraph.ops.math import exp
from tensorgraph.ops.shaping.shape import (
    broadcast_arrays,
    expand_dims,
    moveaxis,
    ravel,
    reshape,
    specify_shape,
    squeeze,
    swapaxes,
    transpose,
)
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def transpose_of_three_axes(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, "k"))
    value = rng.normal(size=(2, 3, 4))
    outputs = [transpose(x * x), transpose(x, (1, 2, 0)), swapaxes(x, -1, 0)]
    expected = [(value**2).T, value.transpose(1, 2, 0), value.swapaxes(-1, 0)]
    return Example({x: value}, outputs, expected)


@example
def moveaxis_back_and_forth(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, 3, 1, None))
    value = rng.normal(size=(2, 3, 1, 2))
    outputs = [moveaxis(x, 0, -1), moveaxis(x, (0, 1), (2, 0))]
    expected = [np.moveaxis(value, 0, -1), np.moveaxis(value, (0, 1), (2, 0))]
    return Example({x: value}, outputs, expected)


@example
def transpose_of_nothing(rng: Rng) -> Example:
    x = dmatrix("x")
    return Example({x: np.zeros((0, 3))}, x.T, np.zeros((3, 0)))


@example
def axes_of_length_one(rng: Rng) -> Example:
    x = tensor("x", "float64", (1, None, 1))
    value = rng.normal(size=(1, 3, 1))
    outputs = [squeeze(x), squeeze(x, -1), expand_dims(x, (0, -1))]
    expected = [value[0, :, 0], value[..., 0], value[None, ..., None]]
    return Example({x: value}, outputs, expected)


@example
def reshape_with_an_open_length(rng: Rng) -> Example:
    x = tensor("x", "float64", (None, 4))
    value = rng.normal(size=(3, 4))
    outputs = [
        reshape(x * x, (2, -1)),
        ravel(x),
        reshape(x, (-1, 2, 2)),
        reshape(x, (12,)),
    ]
    expected = [
        (value**2).reshape(2, -1),
        value.ravel(),
        value.reshape(-1, 2, 2),
        value.ravel(),
    ]
    return Example({x: value}, outputs, expected)


@example
def reshape_to_lengths_of_others(rng: Rng) -> Example:
    x, n, y = dvector("x"), lscalar("n"), dmatrix("y")
    value, other = rng.normal(size=6), rng.normal(size=(2, 3))
    outputs = [reshape(x, (n, -1)), reshape(x, y.shape) * y]
    expected = [value.reshape(2, 3), value.reshape(2, 3) * other]
    return Example({x: value, n: 2, y: other}, outputs, expected, batch=False)


@example
def reshape_of_a_transpose(rng: Rng) -> Example:
    x = tensor("x", "float64", ("n", 3))
    value = rng.normal(size=(2, 3))
    return Example({x: value}, reshape(x.T * 2, (-1,)), (value.T * 2).reshape(-1))


@example
def reshape_of_a_scalar_and_of_nothing(rng: Rng) -> Example:
    x, y = dscalar("x"), tensor("y", "float64", (0, 3))
    outputs = [reshape(x, (1, 1)), reshape(y, (3, 0)), reshape(exp(x)[None], ())]
    expected = [np.full((1, 1), 0.5), np.zeros((3, 0)), np.exp(0.5)]
    return Example({x: 0.5, y: np.zeros((0, 3))}, outputs, expected)


@example
def broadcast_arrays_of_three_shapes(rng: Rng) -> Example:
    x, y, z = dscalar("x"), tensor("y", "float64", (2, 1)), dvector("z")
    a, b = rng.normal(size=(2, 1)), rng.normal(size=3)
    expected = [v.copy() for v in np.broadcast_arrays(0.5, a, b)]
    return Example({x: 0.5, y: a, z: b}, broadcast_arrays(x, y, z), expected)


@example
def specify_shape_lets_it_broadcast(rng: Rng) -> Example:
    x, y = dmatrix("x"), dmatrix("y")
    a, b = rng.normal(size=(1, 3)), rng.normal(size=(2, 3))
    outputs = specify_shape(x, (1, None)) * specify_shape(y, (None, x.shape[1]))
    return Example({x: a, y: b}, outputs, a * b)
