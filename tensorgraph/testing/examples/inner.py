"""Examples of graphs used as ops, and of values whose gradients are changed."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.creating.create import ones_like
from tensorgraph.ops.extending.gradient import (
    disconnected_grad,
    grad_clip,
    grad_scale,
    undefined_grad,
)
from tensorgraph.ops.extending.inner import OpFromGraph, custom_gradient
from tensorgraph.ops.extending.printing import Print
from tensorgraph.ops.extending.raising import Assert
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.math import exp, log1p, sin
from tensorgraph.ops.scan import scan
from tensorgraph.ops.tensor import TensorType, constant
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def a_graph_as_an_op_with_two_outputs(rng: Rng) -> Example:
    "A matrix and a vector in, a vector and a scalar out; applied twice."
    a, b = TensorType("float64", (None, 2))("a"), TensorType("float64", (2,))("b")
    step = OpFromGraph([a, b], [sin(matmul(a, b)), sum(b * b)], name="Step")
    x, y = TensorType("float64", (2, 2))("x"), TensorType("float64", (2,))("y")
    once, total = step(x, y)
    twice, other = step(x, once)
    p, q = rng.normal(size=(2, 2)), rng.normal(size=2)
    first = np.sin(p @ q)
    expected = [np.sin(p @ first), (q * q).sum(), (first * first).sum()]
    return Example({x: p, y: q}, [twice, total, other], expected)


@example
def a_graph_with_a_gradient_of_its_own(rng: Rng) -> Example:
    "log(1 + exp(x)) written badly, with its true derivative given."
    x, w = TensorType("float64", (3,))("x"), TensorType("float64", ())("w")

    def slope(inputs, outputs, cotangents):
        (z,), (g,) = inputs, cotangents
        return [g * exp(z) / (1 + exp(z))]

    softplus = custom_gradient(lambda z: log1p(exp(z)), slope)
    value = rng.normal(size=3)
    given = {x: value, w: 0.5}
    return Example(given, softplus(w * x), np.log1p(np.exp(0.5 * value)))


@example
def a_gradient_of_its_own_leaves_an_input_out(rng: Rng) -> Example:
    "The pullback of a product with a matrix that has no derivative."
    k, z = TensorType("int64", (2,))("k"), TensorType("float64", (2,))("z")
    op = OpFromGraph(
        [k, z], k * z, pullback=lambda xs, ys, gs: [None, gs[0] * xs[0]], name="Times"
    )
    x = TensorType("float64", (2,))("x")
    value = rng.normal(size=2)
    return Example({x: value}, op([2, 3], op([4, 5], x)), [8, 15] * value)


@example
def a_graph_with_an_array_inside_a_scan(rng: Rng) -> Example:
    "Constant arrays stay inside, in the graph of an op and in the step of a scan."
    v = TensorType("float64", (20,))("v")
    weighted = OpFromGraph([v], sum(v * np.arange(20.0)), name="Weighted")
    rows = TensorType("float64", (None, 20))("rows")
    value = rng.normal(size=(3, 20))
    found = scan(lambda row: weighted(row) + constant(np.arange(20.0))[3], [rows])
    return Example({rows: value}, found, value @ np.arange(20.0) + 3)


@example
def an_assertion_that_holds(rng: Rng) -> Example:
    x = TensorType("float64", (None,))("x")
    value = rng.uniform(1, 2, size=3)
    checked = Assert("x is positive")(x, x > 0, sum(ones_like(x)) > -1)
    return Example({x: value}, checked * x, value * value)


@example
def gradients_that_are_left_as_they_are(rng: Rng) -> Example:
    "Clipped to bounds they never reach, scaled by 1, and printed without a word."
    x = TensorType("float64", (None,))("x")
    value = rng.normal(size=3)
    passed = Print("x", attrs=())(grad_scale(grad_clip(x, -1e9, 1e9), 1.0))
    return Example({x: value}, sin(passed), np.sin(value))


@example
def gradients_that_do_not_exist(rng: Rng) -> Example:
    x = TensorType("float64", (2,))("x")
    value = rng.normal(size=2)
    held = disconnected_grad(x) * undefined_grad(x, "tested elsewhere")
    return Example({x: value}, held, value * value, gradient=False)
