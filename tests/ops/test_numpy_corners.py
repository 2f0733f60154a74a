"""Corners of NumPy's functions: complex and empty arrays, scalars, least integers."""

import warnings

import numpy as np
import pytest
from scipy import special

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GradientError, ParameterError, ShapeError
from tests.ops.wrong import says

RNG = np.random.default_rng(11)
Z = RNG.normal(size=(3, 4)).round(1) + 1j * RNG.normal(size=(3, 4))
BROKEN = np.array(
    [complex(np.nan, 1), complex(np.inf, -np.inf), 2.5 + 3.5j, -0.0 - 1.5j]
)


@pytest.fixture(params=["C", "NUMBA", "PYTHON"])
def mode(request):
    return request.param


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


def same(found, expected):
    expected = np.asarray(expected)
    assert found.dtype == expected.dtype and found.shape == expected.shape
    np.testing.assert_array_equal(found, expected)


def test_complex_numbers_in_every_mode(mode):
    z, b = tg.zmatrix("z"), tg.zvector("b")
    outputs = [
        tg.rint(b), tg.round(z, 1), tg.nan_to_num(b), tg.nan_to_num(b, nan=2, posinf=3),
        tg.median(z), tg.median(z, 0), tg.median(z, 1, keepdims=True),
    ]  # fmt: skip
    expected = [
        np.rint(BROKEN), np.round(Z, 1), np.nan_to_num(BROKEN),
        np.nan_to_num(BROKEN, nan=2, posinf=3), np.median(Z), np.median(Z, 0),
        np.median(Z, 1, keepdims=True),
    ]  # fmt: skip
    some = 4 if mode == "NUMBA" else None  # which compiles sorts of them for seconds
    found = tg.function([z, b], outputs[:some], mode=mode)(Z, BROKEN)
    for got, want in zip(found, expected[:some], strict=True):
        same(got, want)


def test_medians_and_quantiles_of_a_length_that_turns_out_to_be_zero(mode):
    x, m = tg.dvector("x"), tg.dmatrix("m")
    outputs = [
        tg.median(x), tg.nanmedian(x), tg.median(m, 1), tg.nanmedian(m, 1),
        tg.nanquantile(x, 0.3), tg.nanpercentile(m, [10.0, 50.0], 1),
    ]  # fmt: skip
    f = tg.function([x, m], outputs, mode=mode)
    for got, shape in zip(
        f(np.ones(0), np.ones((2, 0))), [(), (), 2, 2, (), (2, 2)], strict=True
    ):
        np.testing.assert_array_equal(got, np.full(shape, np.nan))
    for size in (1, 2, 5, 6):
        value = RNG.normal(size=size)
        value[size // 3 :: 4] = [np.nan] if size == 6 else value[size // 3]
        rows = np.stack([value, value[::-1]])
        expected = [
            np.median(value), np.nanmedian(value), np.median(rows, 1),
            np.nanmedian(rows, 1), np.nanquantile(value, 0.3),
            np.nanpercentile(rows, [10.0, 50.0], 1),
        ]  # fmt: skip
        for got, want in zip(f(value, rows), expected, strict=True):
            np.testing.assert_allclose(got, want, 1e-14)


@pytest.mark.parametrize("dtype", ["int8", "int64"])
def test_division_of_the_least_integer(mode, dtype):
    least = np.iinfo(dtype).min
    a = np.array([least, least, 7, -7, least, 0, least], dtype)
    b = np.array([-1, 0, 0, 2, 1, 0, least], dtype)
    x, y = tg.tensor("x", dtype, (None,)), tg.tensor("y", dtype, (None,))
    outputs = [x // y, x % y, tg.fmod(x, y), abs(x), -x]
    found = tg.function([x, y], outputs, mode=mode)(a, b)
    for got, want in zip(
        found, [a // b, a % b, np.fmod(a, b), abs(a), -a], strict=True
    ):
        same(got, want)


def test_axes_of_a_scalar():
    two = np.array(2.0)
    names = "sum prod max min all any argmax argmin ptp count_nonzero nansum"
    for name in names.split():
        for axis in (0, -1, None):
            found = getattr(tg, name)(two, axis=axis).eval()
            same(found, getattr(np, name)(two, axis=axis))
        says(ShapeError, lambda n=name: getattr(tg, n)(two, axis=1), "axis 1", "rank 0")
    same(tg.squeeze(two, 0).eval(), np.squeeze(two, 0))
    for name in ("mean", "var", "median"):
        says(ShapeError, lambda n=name: getattr(tg, n)(two, axis=0), "axis 0", "rank 0")
    for value in (two, np.array(0)):
        same(tg.argwhere(value).eval(), np.argwhere(value))


def test_arguments_that_numpy_also_takes():
    x = RNG.normal(size=(2, 3))
    row = np.array([1, 2, 3])
    same(tg.concatenate([x, row, 5.0], axis=None).eval(),
         np.concatenate([x, row, 5.0], axis=None))  # fmt: skip
    same(tg.broadcast_to(2.0, 3).eval(), np.broadcast_to(2.0, 3))
    same(tg.permute_dims(x).eval(), np.permute_dims(x))
    for function, theirs in ((tg.tril, np.tril), (tg.triu, np.triu)):
        for k in (-1, 0, 1):
            same(function(row, k).eval(), theirs(row, k))
    assert tg.var(x, 0, correction=1).eval() == pytest.approx(np.var(x, 0, ddof=1))
    assert tg.std(x, correction=1).eval() == pytest.approx(np.std(x, ddof=1))
    same(tg.bincount(np.array([1, 2], "uint64")).eval(), np.bincount([1, 2]))
    same(tg.histogram_bin_edges(row, 2, weights=row).eval(),
         np.histogram_bin_edges(row, 2, weights=row))  # fmt: skip


def test_triangles_of_lengths_that_only_the_call_tells():
    x, n = tg.dmatrix("x"), tg.lscalar("n")
    value = np.arange(12.0).reshape(3, 4)
    for ours, theirs in (
        (tg.tril_indices_from, np.tril_indices_from),
        (tg.triu_indices_from, np.triu_indices_from),
    ):
        for k in (-1, 0, 2):
            for got, want in zip(ours(x, k), theirs(value, k), strict=True):
                same(got.eval({x: value}), want)
    for got, want in zip(tg.triu_indices(n, 1), np.triu_indices(4, 1), strict=True):
        same(got.eval({n: 4}), want)


def test_dtypes_beside_python_numbers():
    for dtype in ("int8", "uint8", "uint64", "float32", "float16"):
        x = np.array([0, 3, 7], dtype)
        if dtype[0] != "f":
            same(tg.lcm(x, 2).eval(), np.lcm(x, 2))
        same(tg.heaviside(x, 2.5).eval(), np.heaviside(x, 2.5))
        same(tg.heaviside(2, x).eval(), np.heaviside(2, x))
    least = np.array([-128], "int8")
    same(tg.lcm(least, np.array([1])).eval(), np.lcm(least, np.array([1])))
    assert tg.log_expit(np.array([3], "uint8")).eval().dtype == "float64"
    assert tg.huber(np.ones(2, "float32"), 2).type.dtype == "float32"
    assert tg.pseudo_huber(1.0, np.ones(2, "float32")).type.dtype == "float32"
    assert tg.chdtr(np.ones(2, "float32"), 2).type.dtype == "float32"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.gradient(np.ones((2, 2)), axis=(0, 0)), ShapeError, ["twice"]),
        (lambda: tg.var([1.0], ddof=1, correction=1), ValueError, ["ddof", "one"]),
        (lambda: tg.pad(2.0, -1), ShapeError, ["negative", "-1"]),
        (lambda: tg.pad(2.0, 1.5), ShapeError, ["integer", "1.5"]),
        (
            lambda: tg.histogram([1.0, np.nan])[1].eval(), ParameterError,
            ["histogram", "finite"],
        ),
        (lambda: tg.heaviside(1j, 2.0), DTypeError, ["heaviside", "complex128"]),
    ],
)  # fmt: skip
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_names_of_pytensor():
    x, order = RNG.normal(size=(2, 3)), np.array([2, 0, 1])
    same(tg.permute_row_elements(x, order).eval(), x[:, order])
    same(tg.permute_row_elements(x[0], order, inverse=True).eval(), x[0][[1, 2, 0]])
    both = np.stack([order, order[::-1]])
    expected = np.take_along_axis(x, both, -1)
    same(tg.permute_row_elements(x, both).eval(), expected)
    assert tg.as_tensor_variable is tg.as_tensor
    assert tg.ftensor7("t").type.shape == (None,) * 7
    assert [t.type.ndim for t in tg.dtensor5s("a b")] == [5, 5]
    says(ShapeError, lambda: tg.permute_row_elements(1.0, order), "vectors")


def test_kummers_function_far_away_is_not_summed_for_minutes(mode):
    x = tg.dvector("x")
    value = np.array([-1e20, 2.0, 1e12, 1e300, np.inf, np.nan])
    outputs = [tg.hyp1f1(a, 2.5, x) for a in (1.5, -1.5)]
    outputs += [tg.hyp1f1(-2.0, 2.5, x[2:3]), tg.grad(outputs[0].sum(), x)]
    found = tg.function([x], outputs, mode=mode)(value)
    near = special.hyp1f1([[1.5], [-1.5]], 2.5, value[:2])
    np.testing.assert_allclose([f[:2] for f in found[:2]], near, 1e-13)
    for f in found[:2]:
        np.testing.assert_array_equal(f[2:], [np.inf, np.inf, np.inf, np.nan])
    np.testing.assert_allclose(found[2], special.hyp1f1(-2.0, 2.5, 1e12), 1e-13)
    slope = special.hyp1f1(2.5, 3.5, 2.0) * 0.6
    np.testing.assert_allclose(found[3][1], slope, 1e-13)
    np.testing.assert_array_equal(found[3][2:5], np.inf)


def test_gauss_function_of_nan_is_nan(mode):
    given = [tg.dvector(name) for name in "abcz"]
    rows = np.full((5, 4), 1e20)
    rows[range(4), range(4)], rows[4] = np.nan, [1.0, 1.0, 2.0, 0.5]
    found = tg.function(given, tg.hyp2f1(*given), mode=mode)(*rows.T)
    assert np.isnan(found[:4]).all()
    np.testing.assert_allclose(found[4], 2 * np.log(2), 1e-14)


def test_missing_derivatives_say_why():
    v = tg.dscalar("v")
    reasons = {
        tg.hyp0f1(v, 1.0): "z = 0.*iv", tg.hyperu(v, 1.0, 1.0): "no accurate formula",
        tg.expn(v, 1.0): "integers", tg.polygamma(v, 1.0): "integers",
    }  # fmt: skip
    for y, words in reasons.items():
        with pytest.raises(GradientError, match=f"operand 0: .*{words}"):
            tg.grad(y, v)
