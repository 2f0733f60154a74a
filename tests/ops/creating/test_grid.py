"""Spaced numbers, grids and windows against NumPy; and wrong inputs."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says


@pytest.mark.parametrize("name", ["linspace", "logspace", "geomspace"])
@pytest.mark.parametrize("endpoint", [True, False])
def test_spaced_numbers(name, endpoint):
    make, reference = getattr(tg, name), getattr(np, name)
    a, n = tg.dscalar("a"), tg.lscalar("n")
    for num in (0, 1, 2, 7):
        expected = reference(0.5, 3.0, num, endpoint=endpoint)
        known = make(0.5, 3.0, num, endpoint=endpoint)
        np.testing.assert_array_equal(known.eval(), expected)
        for count, given in ((num, {a: 0.5}), (n, {a: 0.5, n: num})):
            found = make(a, 3.0, count, endpoint=endpoint)
            np.testing.assert_allclose(found.eval(given), expected, 1e-14)
            if num > 1 and endpoint and name != "logspace":
                assert found.eval(given)[-1] == 3.0


def test_spaced_between_arrays():
    start, stop = np.array([1.0, 2.0]), np.array([[3.0], [4.0], [5.0]])
    a, b = tg.dvector("a"), tg.tensor("b", "float64", (None, 1))
    for name in ("linspace", "logspace", "geomspace"):
        for axis in (0, 1, -1):
            expected = getattr(np, name)(start, stop, 4, axis=axis)
            found = getattr(tg, name)(a, b, 4, axis=axis)
            np.testing.assert_allclose(found.eval({a: start, b: stop}), expected, 1e-14)
    found = tg.geomspace(tg.as_tensor(-1.0) * tg.dscalar("c"), -8.0, 4)
    assert tg.linspace(a, 1.0, 3, dtype="int32").type.dtype == "int32"
    values, step = tg.linspace(a, stop[0], 5, retstep=True)
    expected = np.linspace(start, stop[0], 5, retstep=True)
    np.testing.assert_allclose(values.eval({a: start}), expected[0], 1e-14)
    np.testing.assert_allclose(step.eval({a: start}), expected[1], 1e-14)
    assert tg.linspace(tg.fscalar("f"), 1, 3).type.dtype == "float32"
    assert found.type.shape == (4,)


def test_negative_numbers_and_rounding_down():
    a = tg.dscalar("a")
    found = tg.geomspace(a, -8.0, 4).eval({a: -1.0})
    np.testing.assert_allclose(found, np.geomspace(-1.0, -8.0, 4), 1e-14)
    found = tg.linspace(a, 7, 4, dtype="int64").eval({a: -3.0})
    np.testing.assert_array_equal(found, np.linspace(-3.0, 7, 4, dtype="int64"))


@pytest.mark.parametrize("indexing", ["xy", "ij"])
@pytest.mark.parametrize("sparse", [True, False])
def test_meshgrid(indexing, sparse):
    values = [np.arange(3.0), np.array([[1, 2]]), np.array(7)]
    for count in (1, 2, 3):
        given = values[:count]
        expected = np.meshgrid(*given, indexing=indexing, sparse=sparse)
        found = tg.meshgrid(*given, indexing=indexing, sparse=sparse)
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_array_equal(got.eval(), want)
            assert got.type.dtype == want.dtype
    assert tg.meshgrid() == []


def test_grids_by_slices():
    keys = [np.s_[0:3], np.s_[0:3, 1:7:2], np.s_[0:1:3j, 2:0:-1, 0:1:0.5], np.s_[:2]]
    for key in keys:
        np.testing.assert_array_equal(tg.mgrid[key].eval(), np.mgrid[key])
        found, expected = tg.ogrid[key], np.ogrid[key]
        if not isinstance(key, tuple):
            found, expected = [found], [expected]
        for got, want in zip(found, expected, strict=True):
            np.testing.assert_array_equal(got.eval(), want)
    n, a = tg.lscalar("n"), tg.dscalar("a")
    found = interpreted([tg.mgrid[0:n, a:1:3j]], {n: 2, a: 0.5})[0]
    np.testing.assert_allclose(found, np.mgrid[0:2, 0.5:1:3j], 1e-14)
    for sparse in (True, False):
        found = tg.indices((2, 3), sparse=sparse)
        for got, want in zip(found, np.indices((2, 3), sparse=sparse), strict=True):
            np.testing.assert_array_equal(got.eval(), want)


def test_open_mesh():
    value = np.arange(12).reshape(3, 4)
    keys = [([0, 2], [1, 3, 0]), ([True, False, True], [0]), ([], [1])]
    for key in keys:
        found = tg.as_tensor(value)[tg.ix_(*key)].eval()
        np.testing.assert_array_equal(found, value[np.ix_(*key)])


@pytest.mark.parametrize("name", ["bartlett", "hanning", "hamming", "blackman"])
def test_windows(name):
    n = tg.lscalar("n")
    window = getattr(tg, name)
    for length in (0, 1, 2, 7, 8):
        expected = getattr(np, name)(length)
        for found in (window(length).eval(), window(n).eval({n: length})):
            np.testing.assert_allclose(found, expected, 1e-13, 1e-15)


def test_kaiser():
    beta = tg.dscalar("beta")
    for length in (0, 1, 2, 7, 8):
        for value in (0.0, 2.5, 14.0):
            found = tg.kaiser(length, beta).eval({beta: value})
            np.testing.assert_allclose(found, np.kaiser(length, value), 1e-13)


def test_from_a_function():
    found = tg.fromfunction(lambda i, j: 10 * i + j, (2, 3), dtype="int64")
    expected = np.fromfunction(lambda i, j: 10 * i + j, (2, 3), dtype="int64")
    np.testing.assert_array_equal(found.eval(), expected)


x = tg.tensor("x", "float64", (2, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.linspace(0, 1, -1), ShapeError, ["linspace", "-1"]),
        (lambda: tg.linspace(0, 1, 2.5), ShapeError, ["linspace", "2.5"]),
        (lambda: tg.linspace("a", 1), DTypeError, ["'a'"]),
        (lambda: tg.linspace(x, 1, axis=3), ShapeError, ["axis 3", "rank 3"]),
        (lambda: tg.linspace(x, np.zeros(4)), ShapeError, ["(2, 3)", "4 and 3"]),
        (lambda: tg.linspace(0, 1, tg.dscalar("d")), ShapeError, ["integer scalar"]),
        (lambda: tg.mgrid[0], ShapeError, ["slices", "0:1:5j"]),
        (lambda: tg.mgrid[:], ShapeError, ["stop"]),
        (lambda: tg.mgrid[0:2:0], ShapeError, ["step is 0"]),
        (lambda: tg.mgrid[0 : tg.dscalar("d")], DTypeError, ["d of type"]),
        (lambda: tg.ix_(x), ShapeError, ["ix_", "Matrix"]),
        (lambda: tg.indices((-1, 2)), ShapeError, ["indices", "-1"]),
        (lambda: tg.bartlett(-1), ShapeError, ["bartlett", "-1"]),
        (lambda: tg.hanning(1.5), ShapeError, ["hanning", "1.5"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_another_indexing():
    with pytest.raises(ValueError, match="'xy' or 'ij', not 'kj'"):
        tg.meshgrid([1], [2], indexing="kj")
