"""Partitions against NumPy."""

from itertools import pairwise

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ParameterError, ShapeError
from tensorgraph.testing.gradients import check_gradient
from tests.ops.wrong import says

value = np.random.default_rng(0).normal(size=(4, 7))
x = tg.dmatrix("x")


def test_partitions_put_the_kth_element_in_its_place():
    for axis, kth in ((1, 3), (0, [1, 2]), (-1, -1), (None, 9)):
        part = tg.partition(x, kth, axis).eval({x: value})
        order = tg.argpartition(x, kth, axis).eval({x: value})
        want = np.partition(value, kth, axis)
        k = np.atleast_1d(kth)
        at = 0 if axis is None else axis
        np.testing.assert_array_equal(np.take(part, k, at), np.take(want, k, at))
        flat = value.ravel() if axis is None else value
        np.testing.assert_array_equal(np.take_along_axis(flat, order, at), part)


def _rows(dtype, n):
    rng = np.random.default_rng(n)
    if dtype[0] == "f":
        special = rng.choice([np.nan, np.inf, -np.inf, 0.0, -0.0], (3, n))
        return np.where(rng.random((3, n)) < 0.3, special, rng.normal(size=(3, n)))
    low = 0 if dtype[0] == "u" else -100
    rows = rng.integers(low, 100, (3, n)).astype(dtype)
    rows[0] = rows[0, :1]
    return rows


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_every_element_is_on_its_side(mode):
    types = ["float64", "float32", "int64", "uint64", "int8", "bool"]
    inputs = [tg.tensor(t, t, (None, None)) for t in types]
    k = tg.tensor("k", "int64", (3,))
    outputs = [f(v, k) for v in inputs for f in (tg.partition, tg.argpartition)]
    f = tg.function([*inputs, k], outputs, mode=mode)
    for n in (1, 2, 9, 700):
        rows = [_rows(t, n).astype(t) for t in types]
        kth = np.array([n // 2, -1, n // 3])
        found = f(*rows, kth)
        for row, y, order in zip(rows, found[::2], found[1::2], strict=True):
            ordered = np.sort(row, 1)
            np.testing.assert_array_equal(y[:, kth], ordered[:, kth])
            np.testing.assert_array_equal(np.take_along_axis(row, order, 1), y)
            ends = [0, *sorted(kth % n), n]
            for a, b in pairwise(ends):
                part = np.sort(y[:, a:b], 1)
                np.testing.assert_array_equal(part, ordered[:, a:b])


def test_elements_of_a_part_keep_their_order():
    y = tg.partition([5, 1, 4, 2, 3, 2, 0], 3)
    assert y.eval().tolist() == [1, 0, 2, 2, 5, 4, 3]
    assert tg.argpartition([1, 1, 0, 1], 2).eval().tolist() == [2, 0, 1, 3]


def test_many_places_are_a_whole_sort():
    kth = tg.lvector("kth")
    many = np.array([*range(7), -1, -2])
    for y, given in ((tg.partition(x, many), {}), (tg.partition(x, kth), {kth: many})):
        np.testing.assert_array_equal(y.eval({x: value, **given}), np.sort(value))


def test_the_gradient_goes_back_to_where_elements_came_from():
    check_gradient(tg.partition(x, 2) ** 2, {x: value})


def test_wrong_inputs():
    says(BoundsError, lambda: tg.partition(value, 7), "partition", "kth=7", "7")
    says(BoundsError, lambda: tg.argpartition(value, [0, -5], 0), "kth=-5", "4")
    says(BoundsError, lambda: tg.partition(value, 28, None), "28")
    says(DTypeError, lambda: tg.partition(value, 0.5), "integers", "float64")
    says(ShapeError, lambda: tg.partition(value, [[1]]), "an integer or a vector")
    k = tg.lscalar("k")
    for mode in ("C", "PYTHON"):
        f = tg.function([x, k], tg.partition(x, k), mode=mode)
        says(ParameterError, lambda f=f: f(value, 7), "kth is within the axis", "7")
