"""Declared variables: what their constructors take and refuse."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GraphError, ShapeError
from tests.ops.wrong import says


def test_prefixes_and_ranks():
    assert tg.scalar("x").type == tg.TensorType("float64", ())
    assert tg.bvector().type == tg.TensorType("int8", (None,))
    assert tg.imatrix().type == tg.TensorType("int32", (None, None))
    assert tg.frow().type == tg.TensorType("float32", (1, None))
    assert tg.dcol().type == tg.TensorType("float64", (None, 1))
    assert tg.ztensor3().type == tg.TensorType("complex128", (None,) * 3)
    assert tg.wtensor4().type == tg.TensorType("int16", (None,) * 4)
    assert tg.lvector("x", shape="n").type.shape == ("n",)
    assert tg.matrix("x", dtype="bool", shape=(2, None)).type.dtype == "bool"


def test_several_at_once():
    assert [v.name for v in tg.dscalars("a b")] == ["a", "b"]
    assert [v.name for v in tg.dvectors("a", "b, c")] == ["a", "b", "c"]
    assert [v.name for v in tg.fmatrices(2)] == [None, None]
    assert all(v.type.shape == (2, "n") for v in tg.matrices("a b", shape=(2, "n")))


def test_shared_keeps_a_copy_of_its_value():
    value = np.array([1.0, 2.0])
    s = tg.shared(value, "s")
    value[0] = 7
    assert s.type == tg.TensorType("float64", (None,))
    np.testing.assert_array_equal(s.get_value(), [1.0, 2.0])
    s.get_value()[0] = 9
    s.set_value(np.ones(3))
    np.testing.assert_array_equal((s * 2).eval(), [2.0, 2.0, 2.0])
    assert tg.shared(3).type.dtype == "int64"
    assert tg.shared(np.ones(2), shape=(2,)).type.shape == (2,)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.tensor("x", "float65", (2,)), DTypeError, ["float65", "float64"]),
        (lambda: tg.tensor("x"), ShapeError, ["shape", "rank"]),
        (lambda: tg.tensor("x", shape=(-1,)), ShapeError, ["-1"]),
        (lambda: tg.tensor("x", shape=(2.5,)), ShapeError, ["2.5"]),
        (lambda: tg.tensor("x", shape=("a b",)), ShapeError, ["a b"]),
        (lambda: tg.dvector(3), GraphError, ["name", "3", "constant"]),
        (lambda: tg.dvector("x", shape=(2, 3)), ShapeError, ["vector", "1", "2"]),
        (lambda: tg.dscalar("x", shape=(3,)), ShapeError, ["scalar"]),
        (lambda: tg.shared("text"), DTypeError, ["text"]),
        (lambda: tg.shared(np.ones(3), shape=(2,)), ShapeError, ["(2,)", "(3,)"]),
        (lambda: tg.shared([1.0]).set_value([[1.0]]), ShapeError, ["(1, 1)"]),
        (lambda: tg.shared([1]).set_value([1.5]), DTypeError, ["int64", "float64"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)
