"""Partitions, the largest elements, and inverse permutations against NumPy."""

import numpy as np

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
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
    says(BoundsError, lambda: tg.partition(value, 7), "partition", "kth=7", "7")
    says(BoundsError, lambda: tg.argpartition(value, [0, -5], 0), "kth=-5", "4")
    says(BoundsError, lambda: tg.partition(value, 28, None), "28")
    says(DTypeError, lambda: tg.partition(value, 0.5), "integers", "float64")
    says(BoundsError, lambda: tg.topk(value, 8), "8 elements", "axis 1", "at most 7")
    says(DTypeError, lambda: tg.inverse_permutation([0.5]), "inverse_permutation")
    says(ShapeError, lambda: tg.inverse_permutation(1), "vector")
    says(BoundsError, lambda: tg.inverse_permutation([0, 3]), "index 3", "size 2")
