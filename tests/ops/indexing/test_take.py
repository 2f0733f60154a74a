"""take, put, choose, select and compress against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tests.ops.wrong import says

value = np.random.default_rng(0).normal(size=(3, 4))
x, i = tg.dmatrix("x"), tg.lvector("i")


def test_take_in_every_mode():
    for indices in (0, -1, [2, 0], [[0, 1], [1, -2]], [], np.array([1], "uint8")):
        for axis in (None, 0, 1, -1):
            got = tg.take(x, indices, axis).eval({x: value})
            np.testing.assert_array_equal(
                got, np.take(value, np.array(indices, int), axis)
            )
    far = np.array([7, -9, 3])
    for mode in ("wrap", "clip"):
        for axis in (None, 0, 1):
            got = tg.take(x, i, axis, mode).eval({x: value, i: far * 2})
            np.testing.assert_array_equal(got, np.take(value, far * 2, axis, mode=mode))
    assert tg.take(5.0, 0).eval() == 5.0


def test_put_repeats_its_values():
    for v in (1.0, [1.0], [1.0, 2.0], [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]):
        for indices in ([0, 5, -1], [[3, 3]], 2):
            want = value.copy()
            np.put(want, indices, v)
            np.testing.assert_array_equal(tg.put(x, indices, v).eval({x: value}), want)


def test_values_at_a_mask():
    mask = value > 0
    b = tg.tensor("b", "bool", (None, None))
    for v in ([1.5], [1.0, 2.0], list(range(20)), [[1.0, 2.0], [3.0, 4.0]]):
        for ours, numpys in ((tg.putmask, np.putmask), (tg.place, np.place)):
            want = value.copy()
            numpys(want, mask, v)
            found = ours(x, b, v).eval({x: value, b: mask})
            np.testing.assert_array_equal(found, want)
    says(ShapeError, lambda: tg.place(x, b, []), "at least one value")
    says(DTypeError, lambda: tg.putmask([1, 2], [True, False], [0.5]), "float64")


def test_choices():
    options = [[1, 2, 3], 10, [[7.5], [8.5]]]
    for a in ([0, 1, 2], 1, [[2], [0]], [True, False, True]):
        want = np.choose(a, options)
        got = tg.choose(a, options).eval()
        np.testing.assert_array_equal(got, want)
        assert got.dtype == want.dtype
    table = np.arange(6).reshape(2, 3)
    np.testing.assert_array_equal(tg.choose([1, 0, 1], table).eval(), [3, 1, 5])


def test_selections():
    a = np.array([1, 2, 3, 4])
    for choices, default in (
        ([a, -a], 0),
        ([a, 0.5], 9),
        ([1, 2], 3),
        ([a * 1j, a], 1),
    ):
        want = np.select([a > 3, a > 1], choices, default)
        got = tg.select([a > 3, a > 1], choices, default).eval()
        np.testing.assert_array_equal(got, want)
        assert got.dtype == want.dtype, choices


def test_known_conditions():
    for condition, axis in (([1, 0, 1], 0), ([False, True], 1), ([True], None)):
        got = tg.compress(condition, x, axis).eval({x: value})
        np.testing.assert_array_equal(got, np.compress(condition, value, axis))
    mask = value > 0
    got = tg.extract(mask, x).eval({x: value})
    np.testing.assert_array_equal(got, np.extract(mask, value))


def test_an_index_at_an_axis():
    for axis in (0, 1, -1, -2):
        got = value[tg.slice_at_axis(slice(1, 3), axis)]
        np.testing.assert_array_equal(got, np.take(value, [1, 2], axis))


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_choices_outside_are_named(mode):
    f = tg.function([i], tg.choose(i, [1.0, 2.0]), mode=mode)
    for bad in (2, -1):
        says(BoundsError, lambda: f([bad]), "choose", f"index {bad}", "size 2")  # noqa: B023


def test_wrong_inputs():
    says(DTypeError, lambda: tg.take(x, None), "None")
    says(ShapeError, lambda: tg.take(x, 0, (0, 1)), "one axis", "(0, 1)")
    says(BoundsError, lambda: tg.take(value, 12), "index 12", "size 12")
    says(ShapeError, lambda: tg.take(x, 0, 2), "take", "axis 2")
    with pytest.raises(ValueError, match="around"):
        tg.take(x, 0, 0, "around")
    says(DTypeError, lambda: tg.take(x, 0.5), "0.5")
    says(BoundsError, lambda: tg.put(value, 12, 0.0), "index 12")
    says(DTypeError, lambda: tg.put([1, 2], 0, 0.5), "float64", "int64")
    says(ShapeError, lambda: tg.choose(i, []), "at least one")
    says(BoundsError, lambda: tg.choose([0, 3], [1, 2]), "index 3", "size 2")
    says(DTypeError, lambda: tg.choose(x, [1, 2]), "integers")
    says(DTypeError, lambda: tg.select([x], [1]), "bool", "comparison")
    says(ShapeError, lambda: tg.select([x > 0], [1, 2]), "1 conditions", "2 choices")
    says(ShapeError, lambda: tg.select([], []), "at least one")
    says(ShapeError, lambda: tg.compress([[True]], x, 0), "vector", "(1, 1)")
