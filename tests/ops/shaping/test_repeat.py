"""Repeating, rolling and turning against NumPy, and the loops that they become."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ParameterError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says

VALUES = [
    np.arange(6.0).reshape(2, 3), np.arange(5), np.zeros((0, 2)), np.array(3.0),
    np.arange(24.0).reshape(2, 3, 4)[::-1, :, ::2], np.array([[True, False]]),
]  # fmt: skip


def variables(value):
    "The value as a variable of known lengths, and of unknown ones."
    lengths = tuple(n if n == 1 else None for n in value.shape)
    return [tg.tensor("x", value.dtype, s) for s in (value.shape, lengths)]


def check(make, reference, value):
    expected = reference(value)
    for x in variables(value):
        found = make(x).eval({x: value})
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("value", VALUES, ids=lambda v: str(v.shape))
def test_of_any_shape(value):
    for reps in (0, 1, 3, (2, 1), (1, 2, 2, 1)):
        check(lambda x, r=reps: tg.tile(x, r), lambda v, r=reps: np.tile(v, r), value)
    for count in (0, 1, 3):
        check(
            lambda x, n=count: tg.repeat(x, n),
            lambda v, n=count: np.repeat(v, n),
            value,
        )
    for shift in (0, 1, -2, 7):
        check(lambda x, k=shift: tg.roll(x, k), lambda v, k=shift: np.roll(v, k), value)
    check(tg.flip, np.flip, value)
    for axis in range(value.ndim):
        check(
            lambda x, a=axis: tg.repeat(x, 2, a),
            lambda v, a=axis: np.repeat(v, 2, a),
            value,
        )
        check(
            lambda x, a=axis: tg.roll(x, -5, a),
            lambda v, a=axis: np.roll(v, -5, a),
            value,
        )
        check(lambda x, a=axis: tg.flip(x, a), lambda v, a=axis: np.flip(v, a), value)


def test_several_axes_and_turns():
    value = VALUES[0]
    moves = [((1, 1), (0, 1)), (1, (0, 1)), ((1, 2), (1, 1)), ((1, 2), 0), (2, ())]
    for shift, axis in moves:
        check(lambda x, m=(shift, axis): tg.roll(x, *m),
              lambda v, m=(shift, axis): np.roll(v, *m), value)  # fmt: skip
    for k in range(-3, 6):
        check(lambda x, k=k: tg.rot90(x, k), lambda v, k=k: np.rot90(v, k), value)
    check(tg.flipud, np.flipud, value)
    check(tg.fliplr, np.fliplr, value)


def test_counts_for_each_element():
    value = VALUES[0]
    for counts, axis in (([2, 0, 3], 1), ([1, 1], 0), ([4], 0), ([0, 0], 0)):
        check(lambda x, c=counts, a=axis: tg.repeat(x, c, a),
              lambda v, c=counts, a=axis: np.repeat(v, c, a), value)  # fmt: skip


def test_counts_and_shifts_that_are_variables():
    x, n = tg.dmatrix("x"), tg.lscalar("n")
    outputs = [tg.tile(x, (n, 2)), tg.repeat(x, n, 1), tg.roll(x, n, 0), tg.roll(x, -n)]
    for value in (VALUES[0], VALUES[2]):
        for k in (0, 1, 8):
            expected = [
                np.tile(value, (k, 2)), np.repeat(value, k, 1), np.roll(value, k, 0),
                np.roll(value, -k),
            ]  # fmt: skip
            found = interpreted(outputs, {x: value, n: k})
            for got, want, y in zip(found, expected, outputs, strict=True):
                np.testing.assert_array_equal(got, want)
                np.testing.assert_array_equal(y.eval({x: value, n: k}), want)


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_counts_that_only_the_call_tells(mode):
    x, counts = tg.dmatrix("x"), tg.lvector("counts")
    y = tg.repeat(x, counts, 1)
    f = tg.function([x, counts], [y, tg.grad(tg.sum(y * y), x)], mode=mode)
    value = VALUES[0]
    for given in ([2, 0, 3], [0, 0, 0], [1, 1, 1]):
        expected = np.repeat(value, given, 1)
        found, slope = f(value, given)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_allclose(slope, 2 * value * given)
    with pytest.raises(ParameterError, match="counts >= 0"):
        f(value, [2, -1, 3])
    with pytest.raises(ShapeError, match="length"):
        f(value, [2, 1])


def test_resizing():
    x, n = tg.dvector("x"), tg.lscalar("n")
    for value in (np.arange(3.0), np.arange(7.0), np.zeros(0)):
        for shape in ((2, 2), 0, 5, ()):
            expected = np.resize(value, shape)
            np.testing.assert_array_equal(tg.resize(value, shape).eval(), expected)
            if value.size:
                found = tg.resize(x, shape).eval({x: value})
                np.testing.assert_array_equal(found, expected)
        if value.size:
            found = tg.resize(x, (n, 2)).eval({x: value, n: 4})
            np.testing.assert_array_equal(found, np.resize(value, (4, 2)))


def test_static_shapes():
    x = tg.tensor("x", "float64", ("n", 4))
    assert tg.roll(x, 1, 0).type.shape == ("n", 4)
    assert tg.tile(x, (1, 2)).type.shape == ("n", 8)
    assert tg.tile(x, (3, 1)).type.shape == (None, 4)
    assert tg.tile(tg.zeros((1, 4)), (x.shape[0], 1)).type.shape == ("n", 4)
    assert tg.repeat(x, 2, 1).type.shape == ("n", 8)
    assert tg.roll(x, 0, 0) is x
    assert tg.roll(x, 4, 1) is x


def test_elements_are_moved_once():
    x = tg.dmatrix("x")
    for y in (tg.tile(x, (2, 3)), tg.repeat(x, 3, 0), tg.roll(x, (1, 1), (0, 1))):
        loops = str(tg.function([x], y).keepalive.loops)
        assert "w1" not in loops, loops


x = tg.tensor("x", "float64", (2, 3))
vector = tg.lvector("counts")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.repeat(x, -1), ShapeError, ["negative", "-1"]),
        (lambda: tg.repeat(x, 2.5), ShapeError, ["integer", "2.5"]),
        (lambda: tg.repeat(x, None), ShapeError, ["integer", "None"]),
        (lambda: tg.repeat(x, [1, 2], axis=1), ShapeError, ["2 counts", "length 3"]),
        (lambda: tg.repeat(x, [1, -2], axis=0), ShapeError, ["negative", "-2"]),
        (lambda: tg.repeat(x, [[1, 2]], axis=0), ShapeError, ["vector", "(1, 2)"]),
        (lambda: tg.repeat(x, vector * 0.5), ShapeError, ["counts", "float64"]),
        (lambda: tg.repeat(x, 2, axis=2), ShapeError, ["axis 2", "rank 2"]),
        (lambda: tg.tile(x, -1), ShapeError, ["tile", "negative"]),
        (lambda: tg.tile(x, (2, "a")), ShapeError, ["tile", "'a'"]),
        (lambda: tg.flip(x, (0, 0)), ShapeError, ["flip", "twice"]),
        (lambda: tg.rot90(x, 1, (0, 2)), ShapeError, ["rot90", "axis 2"]),
        (lambda: tg.rot90(x, 1, (0,)), ShapeError, ["two axes"]),
        (lambda: tg.rot90(x, 1.5), DTypeError, ["quarters", "1.5"]),
        (lambda: tg.rot90(x, tg.lscalar("k")), DTypeError, ["quarters", "k"]),
        (lambda: tg.roll(x, 1.5), DTypeError, ["shift", "1.5"]),
        (lambda: tg.roll(x, 1, 2), ShapeError, ["roll", "axis 2"]),
        (lambda: tg.roll(x, (1, 2, 3), (0, 1)), ShapeError, ["3 shifts", "2 axes"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)
