"""Cumulative reductions and differences: as NumPy's, ties, zeros, wrong inputs."""

import numpy as np
import pytest
import scipy.integrate
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.against_numpy import agree, arrays
from tests.ops.wrong import says


@pytest.mark.parametrize("name", ["cumsum", "cumprod", "nancumsum", "nancumprod"])
def test_sums_and_products_are_numpys(name):
    ours, theirs = getattr(tg, name), getattr(np, name)
    for array in arrays():
        for axis in [None, *range(-array.ndim, array.ndim)]:
            agree(ours, theirs, array, axis=axis)
        agree(ours, theirs, array, dtype="float32")
        agree(ours, theirs, array, dtype="int16")


@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_sums_with_what_comes_first(name):
    ours, theirs = getattr(tg, name), getattr(np, name)
    for array in arrays("float64", "int8", "bool"):
        for axis in [None, *range(array.ndim)]:
            agree(ours, theirs, array, axis=axis, include_initial=True)


def test_extrema_are_numpys():
    for array in arrays():
        for axis in range(array.ndim):
            agree(tg.cummax, np.maximum.accumulate, array, axis=axis)
            agree(tg.cummin, np.minimum.accumulate, array, axis=axis)


def test_differences_integrals_and_slopes_are_numpys():
    for array in arrays():
        for axis in range(array.ndim):
            agree(tg.diff, np.diff, array, axis=axis)
            agree(tg.diff, np.diff, array, axis=axis, n=2, prepend=1, append=0)
            agree(tg.trapezoid, np.trapezoid, array, axis=axis, dx=0.5)
    for array in arrays("float64", "float32", "int8"):
        agree(tg.ediff1d, np.ediff1d, array, to_begin=1, to_end=[2, 3])
        for axis in range(array.ndim):
            agree(tg.gradient, np.gradient, array, axis=axis)
            agree(tg.gradient, np.gradient, array, axis=axis, edge_order=2)


def test_angles_without_jumps_are_numpys():
    for array in arrays("float64", "float32", "int8"):
        for axis in range(array.ndim):
            agree(tg.unwrap, np.unwrap, 3 * array, axis=axis)
            agree(tg.unwrap, np.unwrap, 3 * array, axis=axis, period=4)
            agree(tg.unwrap, np.unwrap, 3 * array, axis=axis, period=5, discont=3)
    x = tg.dvector("x")
    slope = tg.grad(tg.sum(tg.unwrap(x) * [1.0, 2.0, 3.0]), x)
    np.testing.assert_array_equal(slope.eval({x: [0.0, 6.0, 1.0]}), [1, 2, 3])


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_sums_have_the_bits_of_numpys(mode):
    "Each element is rounded after its own step, in order."
    x, v = tg.dmatrix("x"), tg.dvector("v")
    rng = np.random.default_rng(3)
    a, b = rng.normal(size=(50, 7)), rng.normal(size=1000)
    f = tg.function(
        [x, v], [tg.cumsum(x, 0), tg.cumsum(x, 1), tg.cumprod(v)], mode=mode
    )
    for got, want in zip(f(a, b), [a.cumsum(0), a.cumsum(1), b.cumprod()], strict=True):
        np.testing.assert_array_equal(got, want)
    got = f(a[::-2, ::3], -b[::-1])[0]
    np.testing.assert_array_equal(got, a[::-2, ::3].cumsum(0))


def test_the_last_extremum_has_the_gradient_of_the_extremum():
    x = tg.dvector("x")
    for value in ([1.0, 3.0, 3.0, 2.0], [0.0, 0.0], [np.nan, 1.0], [5.0]):
        for running, whole in ((tg.cummax, tg.max), (tg.cummin, tg.min)):
            got, want = (
                tg.grad(y, x).eval({x: np.array(value)})
                for y in (running(x)[-1], whole(x))
            )
            np.testing.assert_array_equal(got, want)


def test_logarithms_of_sums_are_accurate_everywhere():
    x = tg.dvector("x")
    value = np.random.default_rng(0).normal(size=300) * 200
    want = [scipy.special.logsumexp(value[: i + 1]) for i in range(300)]
    y, rows = tg.logcumsumexp(x), tg.grad(tg.logcumsumexp(x)[-1], x)
    got, slope = tg.function([x], [y, rows])(value)
    np.testing.assert_allclose(got, want, rtol=1e-14)
    np.testing.assert_allclose(slope, scipy.special.softmax(value), rtol=1e-13)


def test_minus_infinity_adds_nothing_and_has_no_slope():
    x = tg.dvector("x")
    value = np.array([-np.inf, -np.inf, 0.0, -np.inf])
    y = tg.logcumsumexp(x)
    np.testing.assert_array_equal(y.eval({x: value}), [-np.inf, -np.inf, 0.0, 0.0])
    slope = tg.grad(tg.sum(tg.exp(y)), x).eval({x: value})
    np.testing.assert_array_equal(slope, [0.0, 0.0, 2.0, 0.0])


def test_cumulative_trapezoids_are_scipys():
    y, x = np.random.default_rng(1).normal(size=(2, 3, 4))
    theirs = scipy.integrate.cumulative_trapezoid
    for options in ({}, {"axis": 0}, {"dx": 0.5, "initial": 0}):
        got = tg.cumulative_trapezoid(y, **options).eval()
        np.testing.assert_allclose(got, theirs(y, **options), rtol=1e-14)
    got = tg.cumulative_trapezoid(y, np.cumsum(x**2, 1)).eval()
    np.testing.assert_allclose(got, theirs(y, np.cumsum(x**2, 1)), rtol=1e-13)


def test_printing(capsys):
    x = tg.dmatrix("x")
    tg.dprint(tg.grad(tg.sum(tg.cumsum(tg.cummax(x, 1), 0)), x), id_type="", depth=2)
    tg.dprint(tg.cumsum(x, 0), id_type="")
    out = capsys.readouterr().out
    assert out.endswith("Cumsum{axis=0}\n └─ x\n")


x = tg.dmatrix("x")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.cumsum(x, 2), ShapeError, ["cumsum", "axis 2", "rank 2"]),
        (lambda: tg.cumsum(x, 0.5), ShapeError, ["integer", "0.5"]),
        (lambda: tg.cumsum(x, (0, 1)), ShapeError, ["one axis", "(0, 1)"]),
        (lambda: tg.diff(x, axis=None), ShapeError, ["one axis", "None"]),
        (lambda: tg.cummax(x, -3), ShapeError, ["cummax", "axis -3"]),
        (lambda: tg.cumulative_sum(x), ShapeError, ["axis", "2 axes"]),
        (lambda: tg.cumulative_prod(x), ShapeError, ["cumprod", "Give the axis"]),
        (lambda: tg.cumprod(x, 0, "word"), DTypeError, ["word"]),
        (lambda: tg.logcumsumexp(x, 5), ShapeError, ["logcumsumexp", "axis 5"]),
        (lambda: tg.diff(1.0), ShapeError, ["diff", "scalar"]),
        (lambda: tg.diff(x, -1), ShapeError, ["n >= 0", "-1"]),
        (lambda: tg.diff(x, prepend=[1.0]), ShapeError, ["rank"]),
        (lambda: tg.ediff1d([True]), DTypeError, ["bool"]),
        (lambda: tg.trapezoid(x, x=x[None]), ShapeError, ["trapezoid", "rank 3"]),
        (lambda: tg.gradient([1.0]), ShapeError, ["length 1", "2 values"]),
        (lambda: tg.gradient([1.0, 2.0], edge_order=3), ShapeError, ["1 or 2", "3"]),
        (lambda: tg.gradient(x, 1.0, 2.0, 3.0), ShapeError, ["3 spacings", "2 axes"]),
        (lambda: tg.gradient([1.0, 2.0], x), ShapeError, ["vector", "Matrix"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)
