"""Statistics: covariances, quantiles and reductions without nan, against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ParameterError, ShapeError
from tensorgraph.ops.reducing.quantiles import METHODS
from tests.ops.against_numpy import agree, arrays, axes
from tests.ops.wrong import says

WITHOUT_NAN = "nansum nanprod nanmax nanmin nanmean nanvar nanstd nanmedian".split()


@pytest.mark.parametrize("name", WITHOUT_NAN)
def test_reductions_without_nan_are_numpys(name):
    for array in arrays("float64", "float32", "int8"):
        for axis in axes(array):
            if axis != () or array.size:
                agree(getattr(tg, name), getattr(np, name), array, axis=axis)
        agree(getattr(tg, name), getattr(np, name), array, keepdims=True)


@pytest.mark.parametrize("name", ["nanargmax", "nanargmin"])
def test_positions_without_nan_are_numpys(name):
    for array in arrays("float64", "int8", "bool"):
        for axis in [None, *range(array.ndim)]:
            agree(getattr(tg, name), getattr(np, name), array, axis=axis)


def test_medians_are_numpys():
    for array in arrays("float64", "float32", "int8"):
        for axis in axes(array):
            if axis != () or array.size:
                agree(tg.median, np.median, array, axis=axis, keepdims=True)


@pytest.mark.parametrize("name", ["quantile", "nanquantile"])
def test_quantiles_are_numpys(name):
    ours, theirs = getattr(tg, name), getattr(np, name)
    for array in arrays("float64", "float32", "int8"):
        if not array.size:
            continue
        for axis in axes(array):
            agree(ours, theirs, array, q=0.3, axis=axis, keepdims=True)
            agree(ours, theirs, array, q=[0.0, 0.5, 1.0], axis=axis)
    agree(ours, theirs, np.arange(5.0), q=np.array(0.7))


@pytest.mark.parametrize("method", METHODS)
def test_every_method_is_numpys(method):
    shares = np.linspace(0, 1, 21)
    for array in arrays("float64", "int8"):
        if array.size and array.ndim < 3:
            agree(tg.quantile, np.quantile, array, q=shares, method=method)
            agree(tg.nanpercentile, np.nanpercentile, array, q=100 * shares,
                  method=method)  # fmt: skip


def test_weighted_quantiles_are_numpys():
    shares = [0.0, 0.1, 0.25, 0.5, 0.8, 1.0]
    for array in arrays("float64", "int8"):
        options = {"q": shares, "method": "inverted_cdf"}
        weights = np.arange(array.size).reshape(array.shape) % 3
        if array.size > 1:
            agree(tg.quantile, np.quantile, array, weights=weights, **options)
        if array.size > 1 == array.ndim:
            weights = np.arange(array.shape[-1]) + 0.5
            agree(tg.nanquantile, np.nanquantile, array, weights=weights, axis=-1,
                  **options)  # fmt: skip


def test_quantiles_of_unknown_lengths_and_shares():
    x, q = tg.dmatrix("x"), tg.dscalar("q")
    f = tg.function([x, q], [tg.quantile(x, q, 0), tg.median(x, 1), tg.nanmedian(x, 1)])
    value = np.array([[1.0, np.nan, 5.0, 2.0], [4.0, 3.0, np.inf, 0.0]])
    first, second, third = f(value, 0.25)
    np.testing.assert_array_equal(first, np.quantile(value, 0.25, 0))
    np.testing.assert_array_equal(second, np.median(value, 1))
    np.testing.assert_array_equal(third, np.nanmedian(value, 1))
    with pytest.raises(ParameterError, match="0 <= q <= 1"):
        f(value, 1.5)


def test_infinite_neighbours_do_not_spoil_a_quantile():
    "NumPy says nan here: 0 times inf."
    assert tg.quantile([1.0, 2.0, np.inf], 0.5).eval() == 2.0


def test_the_gradient_of_a_median_is_shared_by_the_middle():
    x = tg.dvector("x")
    g = tg.grad(tg.median(x), x)
    np.testing.assert_array_equal(g.eval({x: [5.0, 1.0, 3.0, 2.0]}), [0, 0, 0.5, 0.5])
    np.testing.assert_array_equal(g.eval({x: [5.0, 1.0, 3.0]}), [0, 0, 1])
    g = tg.grad(tg.nanmedian(x), x)
    np.testing.assert_array_equal(g.eval({x: [5.0, np.nan, 3.0]}), [0.5, 0, 0.5])


def test_covariances_are_numpys():
    for array in arrays("float64", "float32", "int8"):
        agree(tg.cov, np.cov, array)
        agree(tg.cov, np.cov, array, rowvar=False, ddof=0)
        agree(tg.average, np.average, array)
        if array.shape != (0, 3):  # NumPy drops the rows that there are not
            agree(tg.corrcoef, np.corrcoef, array)


def test_nothing_but_nan_has_no_position():
    x = tg.dmatrix("x")
    value = np.array([[np.nan, 1.0], [np.nan, np.nan]])
    assert tg.nanargmax(x).eval({x: value}) == 1
    for mode in ("C", "PYTHON"):
        f = tg.function([x], tg.nanargmax(x, 1), mode=mode)
        with pytest.raises(ParameterError, match=r"nanargmax.*no nan"):
            f(value)


x = tg.tensor("x", "float64", (2, 3))


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.quantile(x, 1.5), ParameterError, ["between 0 and 1", "1.5"]),
        (lambda: tg.quantile(x, 2), ParameterError, ["quantile", "it is 2.0"]),
        (lambda: tg.percentile(x, [50, 101]), ParameterError, ["percentile", "1.01"]),
        (lambda: tg.quantile(x, 0.5, method="best"), ValueError, ["'best'", "linear"]),
        (lambda: tg.quantile(x, 0.5, weights=x), ValueError, ["inverted_cdf"]),
        (lambda: tg.quantile([], 0.5), ShapeError, ["no elements", "nanquantile"]),
        (lambda: tg.quantile([True], 0.5), DTypeError, ["real numbers", "bool"]),
        (lambda: tg.quantile(x, 0.5, 2), ShapeError, ["quantile", "axis 2"]),
        (lambda: tg.median(x, (0, 0)), ShapeError, ["median", "twice"]),
        (lambda: tg.cov(np.ones((2, 2, 2))), ShapeError, ["matrix", "vectorize"]),
        (lambda: tg.cov(x, aweights=x), ShapeError, ["aweights", "vector"]),
        (lambda: tg.cov(x, [1.0, 2.0]), ShapeError, ["2", "3"]),
        (lambda: tg.nanmax(np.zeros((2, 0)), 1), ShapeError, ["no elements"]),
        (lambda: tg.nansum(x, where=[1]), DTypeError, ["bools"]),
    ],
)
def test_wrong_inputs(make, error, words):
    if error is ValueError:
        with pytest.raises(ValueError, match=f"(?s){words[0]}.*"):
            make()
    else:
        says(error, make, *words)


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_complex_numbers(mode):
    z = tg.tensor("z", "complex128", (2, None))
    rng = np.random.default_rng(0)
    value = rng.normal(size=(2, 4)) + 1j * rng.normal(size=(2, 4))
    names = "var std mean prod cov corrcoef cumsum cumprod count_nonzero".split()
    f = tg.function([z], [getattr(tg, name)(z) for name in names], mode=mode)
    for name, got in zip(names, f(value), strict=True):
        want = np.asarray(getattr(np, name)(value))
        assert got.dtype == want.dtype, name
        np.testing.assert_allclose(got, want, rtol=1e-13, err_msg=name)
