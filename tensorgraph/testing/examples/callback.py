"""Examples of Python functions as ops."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.declare import dscalar, dvector
from tensorgraph.ops.extending.wrap_py import wrap_py
from tensorgraph.ops.math import cos, sin
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator
SQUARE = TensorType("float64", ("n", "n"))
COLUMN = TensorType("float64", ("n",))


def sine_cotangents(inputs: Any, outputs: Any, cotangents: Any) -> Any:
    return [cotangents[0] * cos(inputs[0])]


@wrap_py([COLUMN], [COLUMN], pullback=sine_cotangents)
def sine(x: np.ndarray) -> np.ndarray:
    return np.sin(x)


def quadratic_cotangents(inputs: Any, outputs: Any, cotangents: Any) -> Any:
    (a, x), (g, h) = inputs, cotangents
    return [g * x[:, None] * x, g * (a + a.T) @ x + h[:-1] + h[-1]]


def quadratic_shapes(shapes: Any) -> Any:
    return [(), (shapes[1][0] + 1,)]


@wrap_py([SQUARE, COLUMN], [dscalar, dvector], quadratic_shapes, quadratic_cotangents)
def quadratic(a: np.ndarray, x: np.ndarray) -> Any:
    "x'Ax, and x with its sum behind it."
    return x @ a @ x, np.append(x, x.sum())


@example
def a_python_function_of_a_vector(rng: Rng) -> Example:
    x = TensorType("float64", (None,))("x")
    value = rng.normal(size=3)
    expected = [np.sin(np.sin(value) * 2), np.sin([1.0, 2.0])]
    return Example({x: value}, [sine(2 * sine(x)), sine([1.0, 2.0])], expected)


@example
def a_python_function_with_two_results(rng: Rng) -> Example:
    a = TensorType("float64", (2, 2))("a")
    x = TensorType("float64", (None,))("x")
    p, q = rng.normal(size=(2, 2)), rng.normal(size=2)
    value, longer = quadratic(a, x)
    expected = [q @ p @ q, np.append(q, q.sum()), q.sum() + q.sum()]
    return Example({a: p, x: q}, [value, longer, sum(longer)], expected)


@example
def a_python_function_of_nothing_and_of_an_empty_vector(rng: Rng) -> Example:
    "No arguments at all, and lengths of 0."
    ten = wrap_py([], [dscalar], name="ten")(lambda: 10.0)
    x = TensorType("float64", (0,))("x")
    return Example({x: np.ones(0)}, [ten() + sum(x), sine(x)], [10.0, np.ones(0)])


def put_cotangents(inputs: Any, outputs: Any, cotangents: Any) -> Any:
    return [None, put_positive(inputs[0], cotangents[0])]


def take_cotangents(inputs: Any, outputs: Any, cotangents: Any) -> Any:
    return [None, take_positive(inputs[0], cotangents[0])]


@wrap_py([COLUMN, COLUMN], [dvector], pullback=put_cotangents)
def take_positive(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return y[x > 0]


@wrap_py([COLUMN, dvector], [COLUMN], pullback=take_cotangents)
def put_positive(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    result = np.zeros_like(x)
    result[x > 0] = y
    return result


@example
def a_python_function_that_decides_a_length(rng: Rng) -> Example:
    "The elements where x is positive: how many there are, only the function knows."
    x = TensorType("float64", (None,))("x")
    value = np.array([0.5, -1.0, 2.0, -0.3])
    taken = take_positive(x, sin(x))
    expected = [np.cos(np.sin(value[value > 0])), np.sin([0.5, 2.0]).sum()]
    return Example({x: value}, [cos(taken), sum(taken)], expected, batch=False)
