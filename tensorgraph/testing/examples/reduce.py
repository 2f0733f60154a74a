"""Examples of reductions."""

from __future__ import annotations

import numpy as np
import scipy.special

from tensorgraph.ops.declare import dmatrix, dtensor3, dvector, fvector, tensor
from tensorgraph.ops.reducing.moments import mean, std, var
from tensorgraph.ops.reducing.positions import argmax, argmin
from tensorgraph.ops.reducing.reduce import all, any, max, min, prod
from tensorgraph.ops.reducing.softmax import log_softmax, logsumexp, softmax
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def extrema_of_a_matrix(rng: Rng) -> Example:
    x = tensor("x", "float64", ("n", 3))
    value = rng.permutation(6).reshape(2, 3) / 2
    outputs = [
        max(x),
        min(x, 0),
        max(x * x, -1, keepdims=True),
        min(x, (0, 1), keepdims=True),
    ]
    expected = [
        value.max(),
        value.min(0),
        (value**2).max(-1, keepdims=True),
        value.min(keepdims=True),
    ]
    return Example({x: value}, outputs, expected)


@example
def extrema_propagate_nan(rng: Rng) -> Example:
    x = dmatrix("x")
    value = np.array([[1.0, np.nan, -np.inf], [2.0, 3.0, np.inf]])
    outputs = [max(x, 1), min(x, 1), argmax(x, 1), argmin(x, 1)]
    expected = [value.max(1), value.min(1), value.argmax(1), value.argmin(1)]
    return Example({x: value}, outputs, expected, gradient=False, batch=False)


@example
def extrema_of_integers(rng: Rng) -> Example:
    x = tensor("x", "int32", (None,))
    value = np.array([-3, 7, 7, -9], "int32")
    outputs = [max(x), min(x), argmax(x), argmin(x), prod(x)]
    expected = [value.max(), value.min(), value.argmax(), value.argmin(), value.prod()]
    return Example({x: value}, outputs, expected, gradient=False)


@example
def products_with_and_without_zeros(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, None))
    value = np.array([[1.5, -2.0, 3.0], [0.0, 2.0, -1.0], [0.0, 0.0, 4.0]])
    return Example({x: value}, prod(x, 1), value.prod(1))


@example
def product_of_all_elements(rng: Rng) -> Example:
    x = dmatrix("x")
    value = rng.uniform(0.5, 2, (2, 3))
    return Example(
        {x: value}, prod(x, keepdims=True), value.prod(keepdims=True), rtol=1e-14
    )


@example
def truths(rng: Rng) -> Example:
    x = tensor("x", "bool", (None, 2))
    y = dvector("y")
    value, other = np.array([[True, False], [True, True]]), np.array([0.0, 2.0, np.nan])
    outputs = [all(x, 0), any(x, 1), all(x), any(x), all(y), any(y, 0, keepdims=True)]
    expected = [
        value.all(0), value.any(1), value.all(), value.any(), other.all(),
        other.any(0, keepdims=True),
    ]  # fmt: skip
    return Example({x: value, y: other}, outputs, expected, gradient=False)


@example
def truths_of_nothing(rng: Rng) -> Example:
    x = tensor("x", "bool", (None, 2))
    nothing = np.zeros((0, 2), "bool")
    outputs = [all(x, 0), any(x, 0)]
    return Example(
        {x: nothing}, outputs, [nothing.all(0), nothing.any(0)], gradient=False
    )


@example
def moments_over_axes(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, 4))
    value = rng.normal(size=(2, 3, 4))
    outputs = [mean(x), mean(x, 1), var(x, (0, -1)), std(x, 1, ddof=1, keepdims=True)]
    expected = [
        value.mean(),
        value.mean(1),
        value.var((0, -1)),
        value.std(1, ddof=1, keepdims=True),
    ]
    return Example({x: value}, outputs, expected)


@example
def moments_in_other_dtypes(rng: Rng) -> Example:
    x, y = fvector("x"), tensor("y", "int8", (None,))
    a, b = rng.normal(size=4).astype("float32"), np.array([100, 101, 27], "int8")
    outputs = [mean(x), var(x), mean(y), std(y)]
    expected = [a.mean(), a.var(), b.mean(), b.std()]
    return Example({x: a, y: b}, outputs, expected, gradient=False, rtol=1e-6)


@example
def positions_of_extrema(rng: Rng) -> Example:
    x = dtensor3("x")
    value = rng.integers(0, 4, (2, 3, 4)) / 2
    outputs = [argmax(x), argmax(x, 1), argmin(x, -1, keepdims=True), argmin(x, 0)]
    expected = [
        value.argmax(),
        value.argmax(1),
        value.argmin(-1, keepdims=True),
        value.argmin(0),
    ]
    return Example({x: value}, outputs, expected, gradient=False)


@example
def logsumexp_over_axes(rng: Rng) -> Example:
    x = tensor("x", "float64", (None, 3))
    value = rng.normal(size=(2, 3)) * 3
    outputs = [logsumexp(x), logsumexp(x, 0), logsumexp(x, 1, keepdims=True)]
    expected = [scipy.special.logsumexp(value, **k) for k in ({}, {"axis": 0})]
    expected.append(scipy.special.logsumexp(value, axis=1, keepdims=True))
    return Example({x: value}, outputs, expected)


@example
def logsumexp_of_the_huge_and_the_infinite(rng: Rng) -> Example:
    x = dmatrix("x")
    value = np.array(
        [[1e4, 1e4], [-1e4, -1e4], [-np.inf, -np.inf], [np.inf, 0], [0, -np.inf]]
    )
    expected = scipy.special.logsumexp(value, axis=1)
    return Example({x: value}, logsumexp(x, 1), expected, gradient=False)


@example
def softmax_over_rows(rng: Rng) -> Example:
    x = dmatrix("x")
    value = rng.normal(size=(2, 3))
    outputs = [softmax(x, 1), log_softmax(x, 0), softmax(x)]
    expected = [scipy.special.softmax(value, 1), scipy.special.log_softmax(value, 0)]
    return Example({x: value}, outputs, [*expected, scipy.special.softmax(value)])
