"""Diagonals and triangles against NumPy, for every offset."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.ops.creating.diagonal import trace
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says

OFFSETS = [-4, -1, 0, 1, 5]


@pytest.mark.parametrize("shape", [(3, 3), (2, 4), (4, 2), (0, 3), (1, 1)])
def test_of_matrices(shape):
    value = np.arange(1.0, 1.0 + np.prod(shape)).reshape(shape)
    for lengths in (shape, (None, None)):
        x = tg.tensor("x", "float64", lengths)
        for k in OFFSETS:
            outputs = [tg.diagonal(x, k), trace(x, k), tg.tril(x, k), tg.triu(x, k)]
            expected = [
                value.diagonal(k), value.trace(k), np.tril(value, k), np.triu(value, k),
            ]  # fmt: skip
            found = interpreted(outputs, {x: value})
            for got, y, want in zip(found, outputs, expected, strict=True):
                np.testing.assert_array_equal(got, want)
                np.testing.assert_array_equal(y.eval({x: value}), want)


@pytest.mark.parametrize("k", OFFSETS)
def test_of_vectors_and_numbers(k):
    x, n = tg.dvector("x"), tg.lscalar("n")
    value = np.array([1.0, 2.0, 3.0])
    outputs = [tg.diag(x, k), tg.eye(n, k=k), tg.eye(2, n, k)]
    expected = [np.diag(value, k), np.eye(4, k=k), np.eye(2, 4, k)]
    for got, want in zip(interpreted(outputs, {x: value, n: 4}), expected, strict=True):
        np.testing.assert_array_equal(got, want)


def test_static_shapes():
    square = tg.dmatrix("x", shape=("n", "n"))
    assert tg.diagonal(square).type.shape == ("n",)
    assert tg.diagonal(tg.dmatrix("y", shape=(3, 5)), 3).type.shape == (2,)
    assert tg.diag(tg.dvector("v", shape=3), 1).type.shape == (4, 4)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tg.tril(tg.dscalar("x")), ["tril", "matrix", "Scalar"]),
        (lambda: tg.triu(1.0), ["triu", "matrix"]),
        (lambda: tg.diagonal([1.0]), ["diagonal", "matrix"]),
        (lambda: tg.diag(1.0), ["matrix", "Scalar"]),
        (lambda: tg.eye(-1), ["eye", "negative", "-1"]),
        (lambda: tg.eye(2.5), ["eye", "integer", "2.5"]),
        (lambda: tg.eye(2, "m"), ["eye", "'m'"]),
        (lambda: tg.eye(tg.dscalar("n")), ["eye", "float64"]),
    ],
)
def test_wrong_inputs(make, words):
    says(ShapeError, make, *words)
