"""Arrays as sets, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError

SAMPLES = [
    np.array([3.0, 1.0, np.nan, 3.0, -0.0, 0.0, np.nan]),
    np.array([[2, 2], [1, 5]]),
    np.zeros(0),
    np.array([7]),
    np.array([True, False, True]),
]


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
@pytest.mark.parametrize("value", SAMPLES, ids=str)
def test_unique_is_that_of_numpy(value, mode):
    x = tg.as_tensor(value).type.with_shape((None,) * value.ndim)("x")
    everything = tg.unique(x, True, True, True)
    found = tg.function([x], list(everything), mode=mode)(value)
    expected = np.unique(value, True, True, True)
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(one, other)
        assert one.shape == other.shape


def test_nan_may_differ_from_itself():
    x = tg.dvector("x")
    found = tg.unique(x, equal_nan=False).eval({x: SAMPLES[0]})
    np.testing.assert_array_equal(found, np.unique(SAMPLES[0], equal_nan=False))


@pytest.mark.parametrize(
    ("a", "b"), [([3, 1, 2, 3], [1, 5, 3]), ([], [1]), ([2, 2], []), ([1], [1])]
)
def test_sets_are_those_of_numpy(a, b):
    x, y = tg.lvectors("x y")
    names = ("union1d", "intersect1d", "setdiff1d", "setxor1d", "isin")
    outputs = [getattr(tg, name)(x, y) for name in names]
    a, b = np.array(a, "int64"), np.array(b, "int64")
    found = tg.function([x, y], [*outputs, tg.isin(x, y, invert=True)])(a, b)
    for name, one in zip(names, found, strict=False):
        np.testing.assert_array_equal(one, getattr(np, name)(a, b), err_msg=name)
    np.testing.assert_array_equal(found[-1], np.isin(a, b, invert=True))


def test_the_parts_along_an_axis_are_not_compared():
    with pytest.raises(ShapeError, match="not the parts along an axis"):
        tg.unique(tg.dmatrix(), axis=0)
