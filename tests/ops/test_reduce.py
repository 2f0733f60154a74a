"""Reductions: ties, infinities, no elements, and wrong inputs."""

import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says


def test_elements_that_tie_share_the_gradient():
    x = tg.dmatrix("x")
    value = np.array([[1.0, 3.0, 3.0], [2.0, 0.0, 1.0]])
    slope = tg.grad(tg.sum(tg.max(x, 1)), x).eval({x: value})
    np.testing.assert_array_equal(slope, [[0, 0.5, 0.5], [1, 0, 0]])
    slope = tg.grad(tg.min(x * 0.0), x).eval({x: value})
    np.testing.assert_allclose(slope, np.zeros((2, 3)))


@pytest.mark.parametrize("value", [[2.0, 3.0, 4.0], [0.0, 3.0, 4.0], [0.0, 0.0, 4.0]])
def test_gradient_of_a_product_is_the_product_of_the_others(value):
    x = tg.dvector("x")
    slope = tg.grad(tg.prod(x), x).eval({x: np.array(value)})
    others = [np.prod(np.delete(value, i)) for i in range(3)]
    np.testing.assert_allclose(slope, others)


def test_gradient_of_logsumexp_is_the_softmax():
    x = tg.dmatrix("x")
    value = np.array([[0.0, 1000.0], [-1000.0, -1001.0], [-np.inf, 2.0]])
    slope = tg.grad(tg.sum(tg.logsumexp(x, 1)), x).eval({x: value})
    np.testing.assert_allclose(slope, scipy.special.softmax(value, 1), rtol=1e-14)


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_a_row_of_minus_infinities_has_no_weight_and_no_gradient(mode):
    x = tg.dmatrix("x")
    total = tg.logsumexp(x, 1)
    f = tg.function([x], [total, tg.grad(tg.sum(tg.exp(total)), x)], mode=mode)
    values, slope = f(np.array([[-np.inf, -np.inf], [0.0, -np.inf]]))
    np.testing.assert_array_equal(values, [-np.inf, 0.0])
    np.testing.assert_array_equal(slope, [[0.0, 0.0], [1.0, 0.0]])


def test_printing(capsys):
    x = tg.dmatrix("x")
    tg.dprint(tg.max(tg.prod(x, 1)), id_type="")
    tg.dprint(tg.all(x > 0, (0, 1)), id_type="", depth=0)
    out = capsys.readouterr().out
    assert out == "Max{axis=0}\n └─ Prod{axis=1}\n    └─ x\nAll{axes=[0, 1]}\n"


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_the_largest_of_no_elements_is_an_error(mode):
    x = tg.dmatrix("x")
    f = tg.function([x], tg.max(x, 1), mode=mode)
    assert f(np.zeros((0, 2))).shape == (0,)
    with pytest.raises((ShapeError, ValueError), match=r"no elements|zero-size"):
        f(np.zeros((2, 0)))


x = tg.tensor("x", "float64", (2, 0))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.max(x, 1), ShapeError, ["max of no elements", "(2, 0)", "axis=1"]),
        (lambda: tg.min(x), ShapeError, ["min of no elements"]),
        (lambda: tg.logsumexp(x, 1), ShapeError, ["no elements"]),
        (lambda: tg.argmax(x, 1), ShapeError, ["no elements"]),
        (lambda: tg.max(x, 2), ShapeError, ["max", "axis 2", "rank 2"]),
        (lambda: tg.prod(x, (0, 0)), ShapeError, ["prod", "twice"]),
        (lambda: tg.mean(x, -3), ShapeError, ["axis -3", "rank 2"]),
        (lambda: tg.all(x, 5), ShapeError, ["all", "axis 5"]),
        (lambda: tg.softmax(x, 2), ShapeError, ["softmax", "axis 2"]),
        (lambda: tg.std(x, 2), ShapeError, ["axis 2"]),
        (lambda: tg.argmin(x, 2), ShapeError, ["axis 2"]),
        (lambda: tg.max("a"), DTypeError, ["'a'"]),
        (lambda: tg.max([1, [2, 3]]), DTypeError, ["stack"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_an_initial_value_stands_for_no_elements():
    x, n = tg.dmatrix("x"), tg.ivector("n")
    outputs = [tg.max(x, 1, initial=-1.0), tg.min(x, initial=2.0), tg.max(n, initial=0)]
    values = [{x: np.zeros((2, 0)), n: []}, {x: [[3.0, -3.0]], n: [-4, -5]}]
    expected = [([-1.0, -1.0], 2.0, 0), ([3.0], -3.0, 0)]
    for given, wanted in zip(values, expected, strict=True):
        given = {v: v.type.convert(np.array(a, v.type.dtype)) for v, a in given.items()}
        found = [y.eval(given) for y in outputs]
        for y, got, want in zip(
            interpreted(outputs, given), found, wanted, strict=True
        ):
            np.testing.assert_array_equal(got, want)
            np.testing.assert_array_equal(y, want)
