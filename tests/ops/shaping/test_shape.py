"""Shapes: what is known of them, and what is refused, when written and when called."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.ops.shaping.shape import broadcast_arrays
from tests.ops.wrong import names_the_line, says


def test_static_shapes_of_reshapes():
    x = tg.tensor("x", "float64", ("n", 4))
    assert tg.reshape(x, (-1, 2, 2)).type.shape == ("n", 2, 2)
    assert tg.reshape(x, (x.shape[0], -1)).type.shape == ("n", 4)
    assert tg.reshape(x, (2, -1)).type.shape == (2, None)
    assert tg.reshape(x, (4, -1)).type.shape == (4, "n")
    y = tg.tensor("y", "float64", (2, 3))
    assert tg.reshape(y, (-1,)).type.shape == (6,)
    assert tg.ravel(y).type.shape == (6,)
    assert tg.reshape(y, (2, 3)) is y
    assert tg.transpose(y, (0, 1)) is y
    assert y.T.type.shape == (3, 2)
    assert tg.specify_shape(x, (None, 4)) is x
    assert tg.specify_shape(x, (3, None)).type.shape == (3, 4)


def test_printing(capsys):
    x = tg.dmatrix("x")
    tg.dprint(tg.specify_shape(x.T, (1, None)), id_type="")
    assert (
        capsys.readouterr().out
        == """\
SpecifyShape{axis=0}
 ├─ Transpose{axes=[1, 0]}
 │  └─ x
 └─ 1
"""
    )


x = tg.tensor("x", "float64", (2, 3))
u = tg.dmatrix("u")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tg.reshape(x, (4, 2)), ["(2, 3)", "(4, 2)", "-1"]),
        (lambda: tg.reshape(x, (-1, 4)), ["(2, 3)", "(?, 4)"]),
        (lambda: tg.reshape(x, (-1, -1)), ["only one", "-1"]),
        (lambda: tg.reshape(x, (-2, 3)), ["negative", "-2"]),
        (lambda: tg.reshape(x, (2.0, 3)), ["integer", "2.0"]),
        (lambda: tg.reshape(x, (tg.dscalar("d"), 3)), ["integer scalar", "float64"]),
        (lambda: tg.transpose(x, (0, 0)), ["axis", "twice"]),
        (lambda: tg.transpose(x, (0, 2)), ["axis 2", "rank 2"]),
        (lambda: tg.transpose(x, (1,)), ["axes (1,)", "each of the 2 axes"]),
        (lambda: tg.swapaxes(x, 0, 2), ["swapaxes", "axis 2"]),
        (lambda: tg.moveaxis(x, (0, 1), (0,)), ["moveaxis", "equally many"]),
        (lambda: tg.moveaxis(x, (0, 0), (0, 1)), ["moveaxis", "once"]),
        (lambda: tg.expand_dims(x, 4), ["expand_dims", "axis 4", "rank 3"]),
        (lambda: tg.expand_dims(x, (0, 0)), ["expand_dims", "twice"]),
        (lambda: tg.squeeze(x, 0), ["squeeze", "axis 0", "length 1", "specify_shape"]),
        (lambda: tg.squeeze(u, 1), ["axis 1", "(?, ?)", "specify_shape"]),
        (lambda: broadcast_arrays(x, np.zeros(4)), ["(2, 3)", "lengths 3 and 4"]),
        (lambda: tg.specify_shape(x, (3, None)), ["axis 0", "length 2", "3"]),
        (lambda: tg.specify_shape(x, (2,)), ["2 axes", "1 lengths", "None"]),
        (lambda: tg.specify_shape(x, ("n", None)), ["'n'"]),
    ],
)
def test_wrong_inputs(make, words):
    says(ShapeError, make, *words)


def test_errors_name_the_line():
    for make in (lambda: tg.reshape(x, (4, 2)), lambda: tg.squeeze(u, 1)):
        assert names_the_line(says(ShapeError, make), __file__)


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_lengths_that_do_not_fit_on_the_call(mode):
    n = tg.lscalar("n")
    folded = tg.function([u, n], tg.reshape(u, (n, -1)), mode=mode)
    assert folded(np.zeros((2, 3)), 3).shape == (3, 2)
    for wrong in (4, -1, 0):
        with pytest.raises(ShapeError, match=r"reshape|negative"):
            folded(np.zeros((2, 3)), wrong)
    single = tg.function([u], tg.specify_shape(u, (1, None)), mode=mode)
    assert single(np.zeros((1, 3))).shape == (1, 3)
    with pytest.raises(ShapeError, match="specify_shape") as found:
        single(np.zeros((2, 3)))
    assert "test_shape.py" in str(found.value)
