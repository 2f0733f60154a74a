"""Examples of control flow: scan and ifelse."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.ops.branch import ifelse
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.math import exp, log, sin, tanh
from tensorgraph.ops.scan import scan
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def scan_of_a_running_sum(rng: Rng) -> Example:
    x = TensorType("float64", (None,))("x")
    value = rng.normal(size=4)
    found = scan(lambda now, total: total + now, [x], [0.0])
    return Example({x: value}, found, np.cumsum(value))


@example
def scan_of_an_autoregression(rng: Rng) -> Example:
    "x[t] = a x[t-1] + sin(e[t]), from a given start."
    e = TensorType("float64", ("n",))("e")
    a = TensorType("float64", ())("a")
    start = TensorType("float64", ())("start")
    noise, state, expected = rng.normal(size=3), 0.4, []
    for shock in noise:
        state = 0.8 * state + np.sin(shock)
        expected.append(state)
    found = scan(lambda shock, state: a * state + sin(shock), [e], [start])
    return Example({e: noise, a: 0.8, start: 0.4}, found, np.array(expected))


@example
def scan_of_a_recurrent_network(rng: Rng) -> Example:
    "A carried vector, a matrix from outside, and a row beside the state."
    inputs = TensorType("float64", (None, 2))("inputs")
    weights = TensorType("float64", (2, 2))("weights")
    start = TensorType("float64", (2,))("start")
    values = [rng.normal(size=shape) for shape in [(3, 2), (2, 2), (2,)]]
    states, energies, state = [], [], values[2]
    for row in values[0]:
        state = np.tanh(values[1] @ state + row)
        states.append(state)
        energies.append((state * state).sum())

    def step(row, state):
        after = tanh(matmul(weights, state) + row)
        return after, sum(after * after)

    found = scan(step, [inputs], [start, None])
    given = dict(zip([inputs, weights, start], values, strict=True))
    return Example(given, found, [np.array(states), np.array(energies)])


@example
def scan_of_rows_alone(rng: Rng) -> Example:
    x = TensorType("float64", (None, 3))("x")
    value = rng.normal(size=(2, 3))
    found = scan(lambda row: sum(exp(row)), [x], [None])
    return Example({x: value}, found, np.exp(value).sum(1))


@example
def ifelse_takes_one_arm(rng: Rng) -> Example:
    x: Any = TensorType("float64", (None,))("x")
    first = ifelse(sum(x) > 0, log(x), x * x)
    other = ifelse(sum(x) < 0, log(x), x * x)
    value = rng.uniform(0.5, 2.0, size=3)
    return Example({x: value}, [first, other], [np.log(value), value * value])
