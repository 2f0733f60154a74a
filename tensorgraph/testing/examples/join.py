"""Examples of joining and splitting."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.declare import dmatrix, dscalars, lvector, tensor
from tensorgraph.ops.shaping.join import concatenate, split, stack
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def concatenate_known_and_unknown_lengths(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (2, None)), tensor("y", "float64", (None, 3))
    z = tensor("z", "float64", (1, "n"))
    values = [rng.normal(size=(2, 3)), rng.normal(size=(4, 3)), rng.normal(size=(1, 3))]
    outputs = concatenate([x * x, y, z * 2], 0)
    expected = np.concatenate([values[0] ** 2, values[1], values[2] * 2])
    return Example(dict(zip((x, y, z), values, strict=True)), outputs, expected)


@example
def concatenate_along_the_last_axis(rng: Rng) -> Example:
    x, y = dmatrix("x"), dmatrix("y")
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 0))
    return Example(
        {x: a, y: b}, concatenate([x, y, x * x], -1), np.concatenate([a, b, a * a], -1)
    )


@example
def concatenate_promotes(rng: Rng) -> Example:
    x, y = tensor("x", "float32", (2,)), lvector("y")
    a, b = np.array([0.5, 1.5], "float32"), np.array([7, 8])
    return Example(
        {x: a, y: b}, concatenate([x, y]), np.concatenate([a, b]), gradient=False
    )


@example
def stack_scalars_and_numbers(rng: Rng) -> Example:
    a, b = dscalars("a b")
    return Example(
        {a: 0.5, b: -2.0}, stack([a, b, 3, a * b]), np.array([0.5, -2.0, 3.0, -1.0])
    )


@example
def stack_along_a_middle_axis(rng: Rng) -> Example:
    x, y = dmatrix("x"), dmatrix("y")
    a, b = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    outputs = [stack([x, y * y], 1), stack([x, y], -1)]
    return Example(
        {x: a, y: b}, outputs, [np.stack([a, b * b], 1), np.stack([a, b], -1)]
    )


@example
def split_and_use_the_pieces(rng: Rng) -> Example:
    x = tensor("x", "float64", (6, None))
    value = rng.normal(size=(6, 4))
    a, b, c = split(x, [1, 4])
    d, e = split(x, 2, axis=1)
    expected = [*np.split(value, [1, 4]), *np.split(value, 2, 1)]
    return Example(
        {x: value}, [a, b * b, c, d, e], [expected[0], expected[1] ** 2, *expected[2:]]
    )


@example
def unpack_and_pack_a_vector(rng: Rng) -> Example:
    q = tensor("q", "float64", (9,))
    value = rng.normal(size=9)
    mu, tau, z = q[0], q[1], q[2:5]
    outputs = concatenate([stack([tau, mu]), mu + tau * z, q[5:]])
    expected = np.concatenate(
        [value[[1, 0]], value[0] + value[1] * value[2:5], value[5:]]
    )
    return Example({q: value}, outputs, expected)
