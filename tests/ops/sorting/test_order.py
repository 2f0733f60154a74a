"""The largest elements and inverse permutations against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tests.ops.wrong import says

value = np.random.default_rng(0).normal(size=(4, 7))
x = tg.dmatrix("x")


def test_the_largest_of_ties_is_the_first():
    ties = np.array([2.0, 5.0, np.nan, 5.0, 2.0])
    assert tg.argtopk(ties, 3).eval().tolist() == [2, 1, 3]
    assert tg.argtopk(ties, -2).eval().tolist() == [0, 4]
    assert tg.topk(ties, -2).eval().tolist() == [2.0, 2.0]
    assert tg.topk(ties, 0).eval().shape == (0,)
    assert tg.topk(x, 2, 0).type.shape == (None, None)
    assert tg.topk(value, 2, 0).type.shape == (2, 7)
    assert tg.topk(np.array([3, 9, 5], "uint8"), 1).eval().tolist() == [9]


def test_a_symbolic_number_of_the_largest():
    k = tg.lscalar("k")
    found = tg.topk(x, k, 1).eval({x: value, k: 3})
    np.testing.assert_array_equal(found, -np.sort(-value, 1)[:, :3])


def test_a_permutation_and_its_inverse():
    rows = np.array([[2, 0, 1], [0, 2, 1]])
    found = tg.inverse_permutation(rows).eval()
    np.testing.assert_array_equal(found, np.argsort(rows, 1))
    assert tg.inverse_permutation([]).eval().shape == (0,)


def test_wrong_inputs():
    says(ShapeError, lambda: tg.topk(x, 1, None), "one axis")
    says(DTypeError, lambda: tg.topk(x, 1.5), "topk", "1.5")
    says(DTypeError, lambda: tg.topk(x, None), "None")
    says(BoundsError, lambda: tg.topk(value, 8), "8 elements", "axis 1", "at most 7")
    says(DTypeError, lambda: tg.inverse_permutation([0.5]), "inverse_permutation")
    says(ShapeError, lambda: tg.inverse_permutation(1), "vector")
    says(BoundsError, lambda: tg.inverse_permutation([0, 3]), "index 3", "size 2")


@pytest.mark.parametrize("mode", ["C", "NUMBA"])
def test_the_largest_of_many_are_those_of_a_whole_sort(mode):
    k = tg.lscalar("k")
    y, z = tg.dmatrix("y"), tg.lmatrix("z")
    outputs = [*tg.topk_and_argtopk(y, k), *tg.topk_and_argtopk(z, -5)]
    f = tg.function([y, z, k], outputs, mode=mode)
    rng = np.random.default_rng(0)
    for n in (5, 100, 3000):
        a = np.where(rng.random((2, n)) < 0.1, np.nan, rng.normal(size=(2, n)).round(1))
        b = rng.integers(-9, 9, (2, n))
        for count in (0, 1, 5):
            top, places, low, low_places = f(a, b, count)
            order = n - 1 - np.argsort(a[:, ::-1], 1, kind="stable")[:, ::-1]
            np.testing.assert_array_equal(places, order[:, :count])
            np.testing.assert_array_equal(top, np.take_along_axis(a, places, 1))
            least = np.argsort(b, 1, kind="stable")[:, :5]
            np.testing.assert_array_equal(low_places, least)
            np.testing.assert_array_equal(low, np.take_along_axis(b, least, 1))
