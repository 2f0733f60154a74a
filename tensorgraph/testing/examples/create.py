"""Examples of new tensors, casts and diagonals."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import (
    arange,
    full,
    full_like,
    ones_like,
    zeros,
    zeros_like,
)
from tensorgraph.ops.creating.diagonal import (
    diag,
    diagonal,
    eye,
    matrix_diagonal,
    trace,
    tril,
    triu,
)
from tensorgraph.ops.declare import dvector, lscalar, tensor
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.math import exp
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def cast_to_float32_and_back(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None))
    value = rng.integers(-8, 8, (2, 3)) / 4
    wide = cast(cast(x, "float32") * 2, "float64")
    return Example({x: value}, wide, value * 2, order=1, gradient=False)


@example
def cast_to_integers_and_bools(rng: Rng) -> Example:
    x = dvector("x")
    value = np.array([-1.5, -0.5, 0.0, 0.5, 2.9])
    outputs = [cast(x, "int32"), cast(x, "bool")]
    expected = [value.astype("int32"), value.astype("bool")]
    return Example({x: value}, outputs, expected, gradient=False)


@example
def full_of_a_variable_to_a_symbolic_length(rng: Rng) -> Example:
    x, n = tensor("x", "float64", ()), lscalar("n")
    outputs = full((2, n), exp(x))
    return Example({x: 0.4, n: 3}, outputs, np.full((2, 3), np.exp(0.4)), batch=False)


@example
def like_another_tensor(rng: Rng) -> Example:
    x = tensor("x", "float64", ("n", 2))
    value = rng.normal(size=(3, 2))
    outputs = [x + ones_like(x), zeros_like(x, "int32"), full_like(x, 7)]
    expected = [value + 1, np.zeros((3, 2), "int32"), np.full((3, 2), 7.0)]
    return Example({x: value}, outputs, expected)


@example
def arange_to_a_symbolic_length(rng: Rng) -> Example:
    n = lscalar("n")
    outputs = [arange(n), arange(2, n, 3), arange(n, -1, -2), arange(n, 2)]
    expected = [np.arange(9), np.arange(2, 9, 3), np.arange(9, -1, -2), np.arange(9, 2)]
    return Example({n: 9}, outputs, expected, gradient=False, batch=False)


@example
def arange_of_a_length_times_a_vector(rng: Rng) -> Example:
    x = dvector("x")
    value = rng.normal(size=4)
    return Example({x: value}, x * x * arange(x.shape[0]), value**2 * np.arange(4))


@example
def arange_of_negative_and_float_steps(rng: Rng) -> Example:
    x = dvector("x")
    outputs = [
        x * arange(7, 0, -2),
        x * arange(0.0, 1.0, 0.25),
        x * arange(4, dtype="int8"),
    ]
    value = rng.normal(size=4)
    steps = [np.arange(7, 0, -2), np.arange(0.0, 1.0, 0.25), np.arange(4)]
    return Example({x: value}, outputs, [value * s for s in steps])


@example
def eye_with_an_offset(rng: Rng) -> Example:
    x = tensor("x", "float64", ())
    outputs = [x * eye(2, 3, k=1), x * eye(3, k=-2), eye(2, dtype="int32")]
    expected = [0.5 * np.eye(2, 3, 1), 0.5 * np.eye(3, k=-2), np.eye(2, dtype="int32")]
    return Example({x: 0.5}, outputs, expected)


@example
def triangles_of_a_stack(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, 4))
    value = rng.normal(size=(2, 3, 4))
    outputs = [tril(x), triu(x * x, 1), tril(x, -1)]
    return Example(
        {x: value}, outputs, [np.tril(value), np.triu(value**2, 1), np.tril(value, -1)]
    )


@example
def diagonals_of_a_matrix(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, None))
    value = rng.normal(size=(3, 4))
    outputs = [diagonal(x), diagonal(x * x, 2), diagonal(x, -1), trace(x)]
    expected = [
        value.diagonal(),
        (value**2).diagonal(2),
        value.diagonal(-1),
        value.trace(),
    ]
    return Example({x: value}, outputs, expected)


@example
def diagonal_of_a_stack_of_square_matrices(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, "n", "n"))
    value = rng.normal(size=(2, 3, 3))
    outputs = [diagonal(x * x, 0, 1, 2), matrix_diagonal(x), diagonal(x, 1, -1, 0)]
    square = (value**2).diagonal(0, 1, 2)
    expected = [square, value.diagonal(0, 1, 2), value.diagonal(1, -1, 0)]
    return Example({x: value}, outputs, expected)


@example
def diagonal_matrices_of_a_vector(rng: Rng) -> Example:
    x = dvector("x")
    value = rng.normal(size=3)
    outputs = [diag(x * x), diag(x, 1), diag(x, -2)]
    return Example(
        {x: value}, outputs, [np.diag(value**2), np.diag(value, 1), np.diag(value, -2)]
    )


@example
def values_that_stop_the_gradient(rng: Rng) -> Example:
    x = dvector("x")
    value = rng.normal(size=3)
    return Example({x: value}, x * stop_gradient(zeros(3) + 2.0), value * 2)
