"""searchsorted and digitize against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ParameterError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says

DTYPES = ["bool", "int8", "uint64", "int64", "float32", "float64"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_dtypes_meet_as_in_numpy(side):
    rng = np.random.default_rng(0)
    given, outputs, expected = {}, [], []
    for first in DTYPES:
        for second in DTYPES:
            a = np.sort(rng.integers(0, 2, size=9).astype(first))
            v = rng.normal(size=(2, 3)).astype(second)
            x, y = tg.tensor("a", first, (None,)), tg.tensor("v", second, (2, None))
            given |= {x: a, y: v}
            outputs.append(tg.searchsorted(x, y, side))
            expected.append(np.searchsorted(a, v, side))
    for found in ([y.eval(given) for y in outputs], interpreted(outputs, given)):
        for got, want in zip(found, expected, strict=True):
            assert got.dtype == "int64"
            np.testing.assert_array_equal(got, want)


def test_large_integers_are_not_rounded():
    a = np.array([2**63, 2**63 + 1], "uint64")
    assert tg.searchsorted(a, np.uint64(2**63 + 1)).eval() == 1
    a = np.array([2**62, 2**62 + 1])
    assert tg.searchsorted(a, 2**62 + 1, "right").eval() == 2


def test_no_elements():
    assert tg.searchsorted(np.zeros(0), [1.0, np.nan]).eval().tolist() == [0, 0]
    assert tg.searchsorted([1.0], np.zeros((2, 0))).eval().shape == (2, 0)
    assert tg.searchsorted([1.0, 2.0], 1.5).eval() == 1


def test_a_sorter():
    a = np.array([3.0, 1.0, 2.0])
    x = tg.dvector("x")
    found = tg.searchsorted(x, [1.5, 2.5], sorter=tg.argsort(x)).eval({x: a})
    np.testing.assert_array_equal(found, np.searchsorted(np.sort(a), [1.5, 2.5]))


def test_rows_have_vectors_of_their_own():
    a, v = np.sort(np.random.default_rng(0).normal(size=(3, 5))), np.array([0.0, 1.0])
    x, y = tg.dvector("x"), tg.dvector("y")
    many = tg.dmatrix("many")
    found = tg.vectorize_graph(tg.searchsorted(x, y), {x: many})
    want = [np.searchsorted(row, v) for row in a]
    np.testing.assert_array_equal(found.eval({many: a, y: v}), want)


@pytest.mark.parametrize("bins", [[], [1.0], [1.0, 1.0], [0.0, 1.0, 1.0, 3.0]])
def test_bins_up_and_down(bins):
    x, edges = np.array([-1.0, 0.0, 1.0, 2.0, 3.0, np.nan]), tg.dvector("edges")
    for known in (np.array(bins), np.array(bins[::-1])):
        for right in (False, True):
            want = np.digitize(x, known, right)
            np.testing.assert_array_equal(tg.digitize(x, known, right).eval(), want)
            found = tg.digitize(x, edges, right).eval({edges: known})
            np.testing.assert_array_equal(found, want)


def test_wrong_inputs():
    x, v = tg.dmatrix("x"), tg.dvector("v")
    says(ShapeError, lambda: tg.searchsorted(x, v), "sorted vector", "vectorize")
    with pytest.raises(ValueError, match="middle"):
        tg.searchsorted(v, v, "middle")
    says(DTypeError, lambda: tg.searchsorted([1j], v), "complex")
    says(DTypeError, lambda: tg.searchsorted(v, v, sorter=[0.5]), "0.5")
    says(ParameterError, lambda: tg.digitize(v, [0.0, 2.0, 1.0]), "neither", "Sort")
    symbolic = tg.digitize([0.5], v)
    says(ParameterError, lambda: symbolic.eval({v: [0.0, 2.0, 1.0]}), "ascend")
