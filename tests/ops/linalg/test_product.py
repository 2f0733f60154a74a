"""Products against NumPy: all ranks, empty and large ones, and wrong inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.ops.linalg.product import outer
from tests.ops.interpreted import interpreted
from tests.ops.wrong import names_the_line, says


@st.composite
def operands(draw):
    "Two arrays that matmul takes: vectors, matrices, and stacks that broadcast."
    rows, inner, columns = (draw(st.integers(0, 12)) for _ in range(3))
    stack = tuple(draw(st.integers(1, 3)) for _ in range(draw(st.integers(0, 2))))
    left = [1 if draw(st.booleans()) else n for n in stack]
    right = [1 if draw(st.booleans()) else n for n in stack[draw(st.integers(0, 1)) :]]
    x = (inner,) if draw(st.booleans()) else (*left, rows, inner)
    y = (inner,) if draw(st.booleans()) else (*right, inner, columns)
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    return rng.normal(size=x), rng.normal(size=y)


@settings(max_examples=150, deadline=None)
@given(operands(), st.booleans())
def test_all_ranks(pair, known):
    expected = pair[0] @ pair[1]
    x, y = (
        tg.tensor("v", "float64", [n if known or n == 1 else None for n in value.shape])
        for value in pair
    )
    z = tg.matmul(x, y)
    values = dict(zip((x, y), pair, strict=True))
    for found in (z.eval(values), interpreted([z], values)[0]):
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)
        assert found.shape == expected.shape


def test_static_shapes_and_printing(capsys):
    a, x = tg.dmatrix("a", shape=("n", 3)), tg.dvector("x", shape=3)
    assert (a @ x).type.shape == ("n",)
    assert (a @ a.T).type.shape == ("n", "n")
    assert tg.matmul(tg.tensor("s", "float64", (5, 1, 2, 3)), a.T).type.shape == (
        5,
        1,
        2,
        "n",
    )
    tg.dprint(a @ x, id_type="")
    assert capsys.readouterr().out == "Dot\n ├─ a\n └─ x\n"


def test_dot_and_outer_as_numpy_has_them():
    a, b = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    np.testing.assert_array_equal(tg.dot(a, b).eval(), a.dot(b))
    np.testing.assert_array_equal(tg.dot(2, b).eval(), 2 * b)
    np.testing.assert_array_equal(outer(a, b[0]).eval(), np.outer(a, b[0]))
    np.testing.assert_array_equal(
        tg.dot(a, np.array([1, 2, 3])).eval(), a.dot([1, 2, 3])
    )


a = tg.dmatrix("a", shape=(2, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: a @ a, ShapeError, ["(2, 3)", "lengths 3 and 2", "Transpose"]),
        (lambda: a @ np.zeros(2), ShapeError, ["(2, 3)", "(2,)", "lengths 3 and 2"]),
        (lambda: np.zeros(3) @ a, ShapeError, ["lengths 3 and 2"]),
        (lambda: tg.dot(np.zeros(3), np.zeros(4)), ShapeError, ["lengths 3 and 4"]),
        (lambda: a @ 2.0, ShapeError, ["scalar", "*"]),
        (lambda: tg.matmul(1, a), ShapeError, ["matmul", "*"]),
        (lambda: np.zeros((2, 3, 3)) @ tg.tensor("s", "float64", (4, 3, 3)),
         ShapeError, ["2 and 4"]),
        (lambda: tg.matmul(a, "b"), DTypeError, ["'b'"]),
        (lambda: tg.dmatrix("u", shape=("n", "k")) @ tg.dvector("v", shape="n"),
         ShapeError, ["k and n"]),
    ],
)  # fmt: skip
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_errors_name_the_line():
    assert names_the_line(says(ShapeError, lambda: a @ a), __file__)


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_lengths_that_differ_on_the_call(mode):
    u, v = tg.dmatrix("u"), tg.dvector("v")
    f = tg.function([u, v], [u @ v, u @ u.T], mode=mode)
    assert f(np.ones((2, 3)), np.ones(3))[0].tolist() == [3.0, 3.0]
    with pytest.raises((ShapeError, ValueError), match="matmul"):
        f(np.ones((2, 3)), np.ones(4))
