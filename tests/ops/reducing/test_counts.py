"""bincount and histogram against NumPy."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ParameterError, ShapeError
from tests.ops.wrong import names_the_line, says

i, w = tg.lvector("i"), tg.dvector("w")


def test_counts_of_known_integers_are_as_long_as_needed():
    for x in ([], [0], [3, 1, 3], np.array([2, 2], "uint8"), [True, False]):
        for least in (0, 2, 9):
            want = np.bincount(x, minlength=least)
            found = tg.bincount(x, minlength=least).eval()
            np.testing.assert_array_equal(found, want)
            assert found.dtype == want.dtype


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_counts_are_as_long_as_values_need(mode):
    f = tg.function([i, w], [tg.bincount(i), tg.bincount(i, w)], mode=mode)
    for x in (np.array([3, 1, 3]), np.zeros(0, int), np.array([0])):
        found = f(x, x / 2)
        for got, want in zip(
            found, (np.bincount(x), np.bincount(x, x / 2)), strict=True
        ):
            np.testing.assert_array_equal(got, want)


def test_sums_of_weights():
    x, weights = np.array([0, 2, 2, 1]), np.array([0.5, 1.0, -2.0, 4.0])
    n = tg.lscalar("n")
    found = tg.bincount(i, w, n).eval({i: x, w: weights, n: 4})
    np.testing.assert_array_equal(found, np.bincount(x, weights, 4))
    slope = tg.grad(tg.sum(tg.bincount(i, w, 3) ** 2), w)
    want = 2 * np.bincount(x, weights)[x]
    np.testing.assert_allclose(slope.eval({i: x, w: weights}), want)
    assert tg.bincount(i, weights.astype("float32"), 3).type.dtype == "float64"


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE", "NUMBA"])
def test_integers_outside_are_named(mode):
    f = tg.function([i], tg.bincount(i, minlength=3), mode=mode)
    for bad in (3, -1):
        error = says(BoundsError, lambda: f([0, bad]), f"index {bad}", "size 3")  # noqa: B023
        assert names_the_line(error, __file__)


def test_wrong_integers_and_weights():
    counted = tg.bincount(i)
    says(BoundsError, lambda: counted.eval({i: [1, -2]}), "index -2")
    says(ShapeError, lambda: tg.bincount([[1]]), "vector")
    says(DTypeError, lambda: tg.bincount(w), "integers", "float64", "astype")
    says(BoundsError, lambda: tg.bincount([1, -1]), "index -1")
    says(ShapeError, lambda: tg.bincount([1, 2], [1.0]), "length", "2")
    says(ShapeError, lambda: tg.bincount([1, 2], 1.0), "each element one weight")
    says(DTypeError, lambda: tg.bincount([1, 2], [1j, 2]), "complex")
    wrong = tg.bincount(i, w, 3)
    says(ShapeError, lambda: wrong.eval({i: [0, 1], w: [1.0]}), "length")


CASES = [
    {}, {"bins": 3}, {"bins": 4, "range": (-1, 1.5)}, {"bins": 1, "density": True},
    {"bins": [-1.0, 0.0, 0.0, 2.0]}, {"bins": [0, 1]}, {"bins": 5, "weights": True},
    {"bins": [-0.5, 0.5], "density": True, "weights": True}, {"bins": "sturges"},
]  # fmt: skip


@pytest.mark.parametrize("options", CASES)
@pytest.mark.filterwarnings("ignore:invalid value")
def test_histograms(options):
    rng = np.random.default_rng(0)
    for a in (
        rng.normal(size=40).round(1), rng.integers(-3, 3, size=(4, 5)), np.ones(3),
        np.array([[0.1, 0.7]], "float32"),
    ):  # fmt: skip
        given = dict(options)
        if "weights" in given:
            given["weights"] = rng.integers(1, 5, size=a.shape).astype(float)
        found, wanted = tg.histogram(a, **given), np.histogram(a, **given)
        for got, want in zip(found, wanted, strict=True):
            np.testing.assert_allclose(got.eval(), want, rtol=1e-6)
            assert got.type.dtype == want.dtype


def test_histograms_of_no_elements_and_of_nan():
    x = tg.dvector("x")
    for value, given in (([], {}), ([np.nan, 0.5], {"range": (0, 1)})):
        found = [y.eval({x: value}) for y in tg.histogram(x, 4, **given)]
        wanted = np.histogram(value, 4, **given)
        for got, want in zip(found, wanted, strict=True):
            np.testing.assert_array_equal(got, want)


def test_wrong_bins():
    x = tg.dvector("x")
    says(ParameterError, lambda: tg.histogram(x, 3, (1, 2, 3)), "two numbers")
    says(ParameterError, lambda: tg.histogram(x, 0), "at least 1", "0")
    says(ParameterError, lambda: tg.histogram(x, [1.0, 0.0]), "ascend", "Sort")
    says(ParameterError, lambda: tg.histogram(x, 3, (1, 0)), "(1, 0)")
    says(ShapeError, lambda: tg.histogram(x, [[1.0]]), "vector")
    says(ShapeError, lambda: tg.histogram(x, "auto"), "'auto'", "depends on values")
    says(ShapeError, lambda: tg.histogram(x, 2.5), "integer", "2.5")
    symbolic = tg.histogram([1.0], x)[0]
    says(ParameterError, lambda: symbolic.eval({x: [1.0, 0.0]}), "ascend")
