"""Triangular systems against SciPy: both triangles, transposed, of all ranks."""

import numpy as np
import pytest
import scipy.linalg

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says

solve = tg.linalg.solve_triangular


@pytest.mark.parametrize("n", [1, 2, 30])
@pytest.mark.parametrize("columns", [None, 0, 1, 9])
def test_all_kinds(n, columns):
    rng = np.random.default_rng(n)
    p = rng.normal(size=(n, n)) + 2 * n * np.eye(n)
    q = rng.normal(size=(n,) if columns is None else (n, columns))
    a, b = tg.dmatrix("a"), tg.tensor("b", "float64", (None,) * q.ndim)
    for lower in (True, False):
        for trans in (0, 1, "N", "T"):
            x = solve(a, b, trans=trans, lower=lower)
            expected = scipy.linalg.solve_triangular(p, q, trans=trans, lower=lower)
            for found in (x.eval({a: p, b: q}), interpreted([x], {a: p, b: q})[0]):
                np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


def test_the_other_triangle_is_not_read():
    p = np.array([[2.0, np.nan], [1.0, 4.0]])
    a = tg.dmatrix("a")
    x = solve(a, np.array([2.0, 9.0]), lower=True)
    for found in (x.eval({a: p}), interpreted([x], {a: p})[0]):
        np.testing.assert_array_equal(found, [1.0, 2.0])


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_a_zero_on_the_diagonal_gives_nan_for_its_matrix(mode):
    a, b = tg.dtensor3("a"), tg.dvector("b")
    f = tg.function([a, b], solve(a, b, lower=True, b_ndim=1), mode=mode)
    found = f(np.stack([np.eye(2), np.zeros((2, 2))]), np.array([1.0, 2.0]))
    np.testing.assert_array_equal(found, [[1.0, 2.0], [np.nan, np.nan]])


def test_dtypes_shapes_and_printing(capsys):
    a, b = tg.fmatrix("a"), tg.fvector("b", shape="n")
    assert solve(a, b).type == tg.TensorType("float32", ("n",))
    assert solve(tg.lmatrix(), tg.lvector()).type.dtype == "float64"
    stack = tg.tensor("s", "float64", (5, 1, 3, 3))
    assert solve(stack, tg.tensor("b", "float64", (4, 3, 2))).type.shape == (5, 4, 3, 2)
    tg.dprint(solve(a, tg.fmatrix("b"), trans=1, lower=True), id_type="")
    expected = "SolveTriangular{lower=True, trans=1}\n ├─ a\n └─ b\n"
    assert capsys.readouterr().out == expected


a = tg.dmatrix("a", shape=(3, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (
            lambda: solve(np.zeros((2, 3)), np.zeros(2)),
            ShapeError,
            ["square", "(2, 3)"],
        ),
        (lambda: solve(a, np.zeros(2)), ShapeError, ["(3, 3)", "(2,)"]),
        (lambda: solve(a, np.zeros((2, 3))), ShapeError, ["(3, 3)", "(2, 3)"]),
        (lambda: solve(tg.dvector("v"), np.zeros(2)), ShapeError, ["rank 1"]),
        (lambda: solve(a, 1.0), ShapeError, ["rank 0"]),
        (lambda: solve(a, np.zeros(3), trans=3), ShapeError, ["trans", "3", '"T"']),
        (lambda: solve(a, np.zeros(3), b_ndim=3), ShapeError, ["b_ndim", "3"]),
        (lambda: solve(a, np.zeros(3), b_ndim=2), ShapeError, ["rank 1", "2"]),
        (lambda: solve(a, "b"), DTypeError, ["'b'"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_errors_name_the_line():
    assert names_the_line(says(ShapeError, lambda: solve(a, np.zeros(2))), __file__)


@pytest.mark.parametrize("mode", ["C", "NUMBA"])
def test_lengths_that_do_not_fit_on_the_call(mode):
    u, b = tg.dmatrix("u"), tg.dvector("b")
    f = tg.function([u, b], solve(u, b), mode=mode)
    with pytest.raises(ShapeError, match="solve_triangular"):
        f(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ShapeError, match="solve_triangular"):
        f(np.ones((2, 2)), np.ones(3))
