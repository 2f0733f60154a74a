"""Joining and splitting: static shapes, promotion, and wrong inputs."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.wrong import names_the_line, says


def test_static_shapes():
    a, b = tg.dmatrix("a", shape=(2, "n")), tg.dmatrix("b", shape=(3, None))
    assert tg.concatenate([a, b]).type.shape == (5, "n")
    assert tg.concatenate([a, a], 1).type.shape == (2, None)
    assert tg.stack([a, a], -1).type.shape == (2, "n", 2)
    assert [v.type.shape for v in tg.split(b, 3)] == [(1, None)] * 3
    assert tg.concatenate([a]) is a


def test_python_numbers_do_not_promote():
    f = tg.fscalar("f")
    assert tg.stack([f, 1, 2.5]).type.dtype == "float32"
    assert tg.stack([1, 2]).type.dtype == "int64"
    assert tg.stack([True, False]).type.dtype == "bool"


def test_printing(capsys):
    a, b = tg.dscalars("a b")
    tg.dprint(tg.stack([a, b]), id_type="")
    assert (
        capsys.readouterr().out
        == """\
Join{axis=0}
 ├─ ExpandDims{axis=0}
 │  └─ a
 └─ ExpandDims{axis=0}
    └─ b
"""
    )


def test_five_hundred_scalars_and_their_gradient():
    q = tg.dvector("q", shape=500)
    packed = tg.stack([q[i] * i for i in range(500)])
    slope = tg.grad(tg.sum(packed * packed), q)
    value = np.linspace(-1, 1, 500)
    found = slope.eval({q: value})
    np.testing.assert_allclose(found, 2 * value * np.arange(500) ** 2)


a = tg.dmatrix("a", shape=(2, 3))
v = tg.dvector("v")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.concatenate([]), ShapeError, ["at least one"]),
        (lambda: tg.concatenate([a, v]), ShapeError, ["ranks are 2, 1", "stack"]),
        (lambda: tg.concatenate([1.0, 2.0]), ShapeError, ["ranks are 0, 0", "stack"]),
        (lambda: tg.concatenate([a, a.T]), ShapeError, ["(2, 3)", "(3, 2)", "axis 1"]),
        (lambda: tg.concatenate([a, a], 2), ShapeError, ["axis 2", "rank 2"]),
        (lambda: tg.stack([a, v]), ShapeError, ["(2, 3)", "(?,)"]),
        (lambda: tg.stack([a, a.T]), ShapeError, ["(2, 1, 3)", "axis"]),
        (lambda: tg.stack([v, v], 2), ShapeError, ["stack", "axis 2"]),
        (lambda: tg.stack([v, "a"]), DTypeError, ["'a'"]),
        (lambda: tg.split(a, 2, 1), ShapeError, ["axis 1", "length 3", "2", "indices"]),
        (lambda: tg.split(a, 0), ShapeError, ["0"]),
        (lambda: tg.split(a, [1], 2), ShapeError, ["axis 2"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_errors_name_the_line():
    assert names_the_line(says(ShapeError, lambda: tg.concatenate([a, a.T])), __file__)


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_lengths_that_differ_on_the_call(mode):
    u, w = tg.dmatrix("u"), tg.dmatrix("w")
    f = tg.function([u, w], tg.concatenate([u, w]), mode=mode)
    assert f(np.zeros((1, 2)), np.zeros((0, 2))).shape == (1, 2)
    with pytest.raises((ShapeError, ValueError), match="concatenat"):
        f(np.zeros((1, 2)), np.zeros((1, 3)))
