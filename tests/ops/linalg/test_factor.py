"""Cholesky factors against NumPy, and their gradients against finite differences."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says


def positive_definite(n, rng):
    x = rng.normal(size=(n, n))
    return x @ x.T + n * np.eye(n)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 40])
def test_factors(n):
    value = positive_definite(n, np.random.default_rng(n))
    a = tg.dmatrix("a")
    factor = tg.linalg.cholesky(a)
    expected = np.linalg.cholesky(value)
    for found in (factor.eval({a: value}), interpreted([factor], {a: value})[0]):
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_one_failure_in_a_stack_leaves_the_others(mode):
    stack = np.stack([np.eye(2), -np.eye(2), [[1, 2], [2, 1]], [[np.nan, 0], [0, 1]]])
    a = tg.dtensor3("a")
    found = tg.function([a], tg.linalg.cholesky(a), mode=mode)(stack)
    np.testing.assert_array_equal(found[0], np.eye(2))
    assert np.isnan(found[1:]).all()


def test_only_the_lower_triangle_is_read():
    value = np.array([[4.0, np.nan], [2.0, 5.0]])
    found = tg.linalg.cholesky(tg.constant(value)).eval()
    np.testing.assert_array_equal(found, [[2.0, 0.0], [1.0, 2.0]])
    a = tg.dmatrix("a")
    found = interpreted([tg.linalg.cholesky(a)], {a: value})[0]
    np.testing.assert_array_equal(found, [[2.0, 0.0], [1.0, 2.0]])


def test_the_gradient_is_that_of_a_symmetric_matrix():
    "The log-determinant of a positive definite matrix has its inverse for gradient."
    value = positive_definite(4, np.random.default_rng(1))
    a = tg.dmatrix("a")
    half = tg.sum(tg.log(tg.diagonal(tg.linalg.cholesky(a))))
    slope = tg.grad(2 * half, a).eval({a: value})
    np.testing.assert_allclose(slope, np.linalg.inv(value), rtol=1e-12)


def test_dtypes_shapes_and_printing(capsys):
    assert tg.linalg.cholesky(tg.fmatrix()).type.dtype == "float32"
    assert tg.linalg.cholesky(tg.lmatrix()).type.dtype == "float64"
    a = tg.tensor("a", "float64", (5, "n", None))
    assert tg.linalg.cholesky(a).type.shape == (5, "n", "n")
    tg.dprint(tg.linalg.cholesky(tg.dmatrix("a")), id_type="")
    assert capsys.readouterr().out == "Cholesky{lower=True}\n └─ a\n"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (
            lambda: tg.linalg.cholesky(np.zeros((2, 3))),
            ShapeError,
            ["square", "(2, 3)"],
        ),
        (
            lambda: tg.linalg.cholesky(np.zeros((4, 2, 3))),
            ShapeError,
            ["square", "(2, 3)"],
        ),
        (lambda: tg.linalg.cholesky(tg.dvector("v")), ShapeError, ["rank 1", "2"]),
        (lambda: tg.linalg.cholesky(2.0), ShapeError, ["rank 0"]),
        (lambda: tg.linalg.cholesky("a"), DTypeError, ["'a'"]),
        (
            lambda: tg.linalg.cholesky(tg.dmatrix("a", shape=("n", "m"))),
            ShapeError,
            ["(n, m)"],
        ),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_errors_name_the_line():
    wrong = says(ShapeError, lambda: tg.linalg.cholesky(np.zeros((2, 3))))
    assert names_the_line(wrong, __file__)


@pytest.mark.parametrize("mode", ["C", "NUMBA"])
def test_a_matrix_that_is_not_square_on_the_call(mode):
    a = tg.dmatrix("a")
    f = tg.function([a], tg.linalg.cholesky(a), mode=mode)
    with pytest.raises(ShapeError, match="cholesky"):
        f(np.ones((2, 3)))
