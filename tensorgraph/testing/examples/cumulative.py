"""Examples of cumulative reductions, recurrences, differences and integrals."""

from __future__ import annotations

import numpy as np
import scipy.integrate

from tensorgraph.ops.declare import dmatrix, dvector, tensor
from tensorgraph.ops.reducing.cumulative import (
    cummax,
    cummin,
    cumprod,
    cumsum,
    cumulative_prod,
    cumulative_sum,
    logcumsumexp,
)
from tensorgraph.ops.reducing.differences import (
    cumulative_trapezoid,
    diff,
    ediff1d,
    gradient,
    trapezoid,
)
from tensorgraph.ops.reducing.running import Cumulative, Recurrence
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def cumulative_sums(rng: Rng) -> Example:
    x = tensor("x", "float64", ("n", 3, None))
    value = rng.normal(size=(2, 3, 2))
    outputs = [cumsum(x), cumsum(x, 1), cumsum(x, -1), cumulative_sum(x, axis=0)]
    expected = [np.cumsum(value, a) for a in (None, 1, 2, 0)]
    return Example({x: value}, outputs, expected)


@example
def cumulative_sums_backwards(rng: Rng) -> Example:
    x = tensor("x", "float64", (None, 3))
    value = rng.normal(size=(2, 3))
    outputs = [Cumulative(a, "add", reverse=True)(x) for a in (0, 1)]
    expected = [np.flip(np.cumsum(np.flip(value, a), a), a) for a in (0, 1)]
    return Example({x: value}, outputs, expected)


@example
def cumulative_sums_of_integers(rng: Rng) -> Example:
    x, y = tensor("x", "int8", (None, 2)), tensor("y", "bool", (3,))
    a = rng.integers(-100, 100, (3, 2), "int8")
    b = np.array([True, False, True])
    outputs = [cumsum(x, 0), cumprod(x, 1), cummax(x, 0), cumsum(y), cummin(y)]
    outputs.append(cumsum(x, 0, dtype="int16"))
    expected = [
        a.cumsum(0), a.cumprod(1), np.maximum.accumulate(a, 0), b.cumsum(),
        np.minimum.accumulate(b), a.cumsum(0, "int16"),
    ]  # fmt: skip
    return Example({x: a, y: b}, outputs, expected, gradient=False)


@example
def cumulative_products_beside_zeros(rng: Rng) -> Example:
    x = dmatrix("x")
    value = np.array([[1.5, 0.0, -3.0, 2.0], [0.0, 2.0, 0.0, -1.0]])
    outputs = [cumprod(x, 1), cumulative_prod(x, 0, include_initial=True)]
    expected = [
        value.cumprod(1),
        np.cumulative_prod(value, axis=0, include_initial=True),
    ]
    return Example({x: value}, outputs, expected)


@example
def cumulative_products_backwards(rng: Rng) -> Example:
    x = dvector("x")
    value = np.array([2.0, 0.0, -3.0, 0.5])
    expected = value[::-1].cumprod()[::-1]
    return Example({x: value}, Cumulative(0, "mul", reverse=True)(x), expected)


@example
def cumulative_extrema(rng: Rng) -> Example:
    x = tensor("x", "float64", ("n", 4))
    value = rng.permutation(12).reshape(3, 4) / 2
    outputs = [cummax(x, 0), cummin(x, 1), Cumulative(1, "max", reverse=True)(x)]
    expected = [
        np.maximum.accumulate(value, 0), np.minimum.accumulate(value, 1),
        np.maximum.accumulate(value[:, ::-1], 1)[:, ::-1],
    ]  # fmt: skip
    return Example({x: value}, outputs, expected)


@example
def cumulative_extrema_with_nan_and_ties(rng: Rng) -> Example:
    x = dmatrix("x")
    value = np.array([[1.0, 1.0, np.nan, 2.0], [-np.inf, -np.inf, np.inf, 3.0]])
    outputs = [cummax(x, 1), cummin(x, 0)]
    expected = [np.maximum.accumulate(value, 1), np.minimum.accumulate(value, 0)]
    return Example({x: value}, outputs, expected, gradient=False)


@example
def cumulative_reductions_of_nothing_and_one(rng: Rng) -> Example:
    x, y, z = dvector("x"), dmatrix("y"), tensor("z", "float64", (1, 2))
    nothing, no_rows, one = np.zeros(0), np.zeros((2, 0)), rng.normal(size=(1, 2))
    outputs = [cumsum(x), cumprod(x), cumsum(y, 1), cumprod(y, 0), cummax(y, 1)]
    outputs += [logcumsumexp(x), cumprod(z, 0), cummin(z, 0), logcumsumexp(z, 0)]
    expected = [nothing, nothing, no_rows, no_rows, no_rows, nothing, one, one, one]
    return Example({x: nothing, y: no_rows, z: one}, outputs, expected, order=1)


@example
def logarithms_of_cumulative_sums_of_exponentials(rng: Rng) -> Example:
    x = tensor("x", "float64", (None, 3))
    value = rng.normal(size=(4, 3)) * 5
    outputs = [logcumsumexp(x, 0), logcumsumexp(x, 1), logcumsumexp(x)]
    expected = [np.logaddexp.accumulate(value, a) for a in (0, 1)]
    return Example(
        {x: value}, outputs, [*expected, np.logaddexp.accumulate(value.ravel())]
    )


@example
def logcumsumexp_of_the_huge_and_the_infinite(rng: Rng) -> Example:
    x = dmatrix("x")
    value = np.array(
        [[-np.inf, -np.inf, 1e4, 1e4], [-1e4, np.inf, 0, 3], [0.0, -np.inf, -1e4, 1e4]]
    )
    expected = np.logaddexp.accumulate(value, 1)
    return Example({x: value}, logcumsumexp(x, 1), expected, gradient=False)


@example
def recurrences(rng: Rng) -> Example:
    links, b = dmatrix("links"), tensor("b", "float64", (2, 4))
    a, value = rng.normal(size=(2, 3)), rng.normal(size=(2, 4))
    forward, backward = value.copy(), value.copy()
    for t in range(1, 4):
        forward[:, t] += a[:, t - 1] * forward[:, t - 1]
        backward[:, 3 - t] += a[:, 3 - t] * backward[:, 4 - t]
    outputs = [Recurrence(1)(links, b), Recurrence(1, reverse=True)(links, b)]
    return Example({links: a, b: value}, outputs, [forward, backward])


@example
def differences(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (None, 4)), dvector("y")
    a, b = rng.normal(size=(3, 4)), rng.normal(size=3)
    outputs = [diff(x), diff(x, 2, 0), diff(x, prepend=y[:, None], append=1.0)]
    outputs += [ediff1d(x, to_begin=y), diff(x > 0)]
    expected = [
        np.diff(a),
        np.diff(a, 2, 0),
        np.diff(a, prepend=b[:, None], append=1.0),
    ]
    expected += [np.ediff1d(a, to_begin=b), np.diff(a > 0)]
    return Example({x: a, y: b}, outputs, expected)


@example
def integrals_by_trapezoids(rng: Rng) -> Example:
    y, x = dmatrix("y"), tensor("x", "float64", (4,))
    value, places = rng.normal(size=(3, 4)), np.sort(rng.normal(size=4))
    outputs = [trapezoid(y, x), trapezoid(y, dx=0.5, axis=0), trapezoid(y, x + y)]
    outputs += [
        cumulative_trapezoid(y, x, initial=0.0),
        cumulative_trapezoid(y, axis=0),
    ]
    cumulated = scipy.integrate.cumulative_trapezoid
    expected = [
        np.trapezoid(value, places), np.trapezoid(value, dx=0.5, axis=0),
        np.trapezoid(value, places + value),
        cumulated(value, places, initial=0), cumulated(value, axis=0),
    ]  # fmt: skip
    return Example({y: value, x: places}, outputs, expected)


@example
def slopes(rng: Rng) -> Example:
    y, x = dmatrix("y"), dvector("x")
    value, places = rng.normal(size=(3, 4)), np.arange(4) + 0.3 * rng.uniform(size=4)
    outputs = [*gradient(y, 0.5), gradient(y, x, axis=1, edge_order=2)]
    outputs.append(gradient(y, 2.0, axis=0, edge_order=2))
    expected = [
        *np.gradient(value, 0.5),
        np.gradient(value, places, axis=1, edge_order=2),
    ]
    expected.append(np.gradient(value, 2.0, axis=0, edge_order=2))
    return Example({y: value, x: places}, outputs, expected)
