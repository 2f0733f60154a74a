"""Examples of broadcasting and its adjoint."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.broadcast import ExpandDims, Squeeze, broadcast_to, shape_of, sum
from tensorgraph.ops.math import exp, mul
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def expand_dims_around_an_axis(rng: Rng) -> Example:
    x = TensorType("float64", ("n",))("x")
    value = rng.normal(size=3)
    return Example({x: value}, ExpandDims((0, 2))(x), value[None, :, None])


@example
def squeeze_two_axes(rng: Rng) -> Example:
    x = TensorType("float64", (1, None, 1))("x")
    value = rng.normal(size=(1, 3, 1))
    return Example({x: value}, Squeeze((0, 2))(x), value[0, :, 0])


@example
def broadcast_to_known_and_unknown_lengths(rng: Rng) -> Example:
    x = TensorType("float64", (None, 1))("x")
    y = TensorType("float64", (None, 4))("y")
    a, b = rng.normal(size=(2, 1)), rng.normal(size=(5, 4))
    spread = broadcast_to(x, (shape_of(y)[0], 2, 4))
    expected = np.broadcast_to(a, (5, 2, 4))
    return Example({x: a, y: b}, [spread, y], [expected, b])


@example
def broadcast_a_scalar_to_a_named_size(rng: Rng) -> Example:
    x = TensorType("float64", ())("x")
    y = TensorType("float64", ("n",))("y")
    b = rng.normal(size=3)
    outputs = [broadcast_to(exp(x), shape_of(y)), y]
    return Example({x: 0.3, y: b}, outputs, [np.full(3, np.exp(0.3)), b])


@example
def the_length_of_an_axis_as_a_number(rng: Rng) -> Example:
    x = TensorType("float64", (2, None))("x")
    value = rng.normal(size=(2, 5))
    return Example({x: value}, mul(x, shape_of(x)[1]), value * 5)


@example
def sum_over_the_middle_axis(rng: Rng) -> Example:
    x = TensorType("float64", (2, None, "k"))("x")
    value = rng.normal(size=(2, 3, 5))
    return Example({x: value}, sum(mul(x, x), axis=1), (value * value).sum(1))


@example
def sum_over_all_axes_keeping_them(rng: Rng) -> Example:
    x = TensorType("float64", (None, 3))("x")
    value = rng.normal(size=(2, 3))
    expected = value.sum(keepdims=True)
    return Example({x: value}, sum(x, keepdims=True), expected, rtol=1e-14)


@example
def sum_of_nothing_is_zero(rng: Rng) -> Example:
    x = TensorType("float64", (None, 2))("x")
    return Example({x: np.zeros((0, 2))}, sum(x, axis=0), np.zeros(2))


@example
def sum_of_integers_is_wide(rng: Rng) -> Example:
    x = TensorType("int8", (None,))("x")
    value = np.array([100, 100, -3], "int8")
    return Example({x: value}, sum(x), value.sum(), gradient=False)


@example
def product_of_a_row_and_a_column(rng: Rng) -> Example:
    x = TensorType("float64", ("n",))("x")
    y = TensorType("float64", (None, 1))("y")
    a, b = rng.normal(size=3), rng.normal(size=(2, 1))
    return Example({x: a, y: b}, exp(mul(x, y)), np.exp(a * b))
