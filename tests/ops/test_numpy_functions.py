"""Elementwise functions against NumPy's of the same name: values and dtypes."""

import itertools

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, TensorGraphError
from tensorgraph.ops.tensor import TensorType
from tests.ops.wrong import says

ONE = (
    "acos acosh absolute asin asinh atan atanh arccos arccosh arcsin arcsinh arctan "
    "arctanh around bitwise_count bitwise_invert bitwise_not cbrt ceil cos cosh "
    "deg2rad degrees exp exp2 expm1 fabs fix floor frexp invert isfinite isinf isnan "
    "isneginf isposinf log log10 log1p log2 logical_not modf nan_to_num negative "
    "positive rad2deg radians rint round sign signbit sin sinc sinh spacing sqrt "
    "square tan tanh trunc"
).split()
TWO = (
    "add arctan2 atan2 bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift "
    "bitwise_xor copysign divide divmod equal float_power floor_divide fmax fmin fmod "
    "gcd greater greater_equal heaviside hypot isclose lcm ldexp left_shift less "
    "less_equal logaddexp logaddexp2 logical_and logical_or logical_xor maximum "
    "minimum mod multiply nextafter not_equal power remainder right_shift subtract "
    "true_divide"
).split()
FLOATS = [
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.5, -2.5, 3.7, 1e-300, 5e-324, -1e-20, 1e20,
    -700.3, 1e300, 0.49999999999999994, np.inf, -np.inf, np.nan,
]  # fmt: skip
INTEGERS = [0, 1, -1, 2, -2, 3, 7, -7, 12, 63, 64, 65, 100, 127, -128, 2**62]
STRANGE = {
    ("spacing", "int8"),  # NumPy has the wrong sign for negative float16
    ("spacing", "float16"),
    ("positive", "bool"),  # harmless, but refused by NumPy
    *(("power", f"int{bits}") for bits in (8, 32, 64)),  # negative powers raise
}
"""Where we are not NumPy."""


def values_of(dtype):
    if dtype == "bool":
        return np.array([False, True])
    if dtype[0] == "f":
        with np.errstate(over="ignore"):
            return np.array(FLOATS).astype(dtype)
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    return np.array([v for v in [*INTEGERS, low, high] if low <= v <= high], dtype)


def cases(dtype):
    "Each name with tensors, their values, and what NumPy makes of these."
    values = values_of(dtype)
    pairs = np.array(list(itertools.product(values, values)), dtype)
    for name in [*ONE, *TWO]:
        arrays = [values] if name in ONE else [pairs[:, 0].copy(), pairs[:, 1].copy()]
        if (name, dtype) in STRANGE:
            continue
        with np.errstate(all="ignore"):
            try:
                expected = getattr(np, name)(*arrays)
            except TypeError:
                expected = None
        yield name, [TensorType(dtype, (None,))() for _ in arrays], arrays, expected


DTYPES = [
    "float64",
    "float32",
    "float16",
    "int64",
    "int32",
    "int8",
    "uint8",
    "uint64",
    "bool",
]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("mode", ["PYTHON", "C"])
def test_values_and_dtypes_are_numpys(dtype: str, mode: str):
    inputs, given, outputs, expected = [], [], [], []
    for name, variables, arrays, theirs in cases(dtype):
        if theirs is None:
            with pytest.raises(TensorGraphError):
                getattr(tg, name)(*variables)
            continue
        ours = getattr(tg, name)(*variables)
        inputs, given = inputs + variables, given + arrays
        pieces = zip(as_tuple(ours), as_tuple(theirs), strict=True)
        for y, e in pieces:
            outputs.append(y)
            expected.append((name, arrays, e))
    found = tg.function(inputs, outputs, mode=mode, on_unused_input="ignore")(*given)
    wrong = [
        text
        for got, (name, arrays, e) in zip(found, expected, strict=True)
        if (text := difference(name, arrays, got, e))
    ]
    assert not wrong, "\n".join(wrong)


def as_tuple(y):
    return y if isinstance(y, tuple) else (y,)


def difference(name, arrays, got, expected):
    if got.dtype != expected.dtype:
        return f"{name} is {got.dtype}, not {expected.dtype}"
    same = got == expected
    if expected.dtype.kind == "f":
        # NumPy takes the sine of a float32 in which pi x is already rounded.
        ulps = 4 if name != "sinc" or expected.dtype == "float64" else np.inf
        with np.errstate(all="ignore"):
            near = abs(got - expected) <= ulps * np.spacing(abs(expected))
        signs = np.signbit(got) == np.signbit(expected)
        signs |= expected.dtype == "float16"  # whose extrema of two zeros are any zero
        same = (same & signs) | (near & (expected != 0) & np.isfinite(expected))
        same |= np.isnan(got) & np.isnan(expected)
    if np.all(same):
        return ""
    k = int(np.argmin(same))
    at = [a[k] for a in arrays]
    return f"{name}{at} is {got[k]!r}, not {expected[k]!r}; {np.sum(~same)} differ"


@pytest.mark.parametrize("decimals", [0, 1, 3, -1, -2])
def test_rounding_to_decimals(decimals):
    for x in ([0.25, 0.35, -1.005, 1234.5678, np.nan, -np.inf], [15, 25, -14, 1249]):
        x = np.array(x)
        found = tg.constant(x).round(decimals).eval()
        np.testing.assert_array_equal(found, np.round(x, decimals))
        assert found.dtype == x.dtype


def test_halves_away_from_zero():
    x = np.array([0.5, -0.5, 1.5, 2.5, -2.5, 0.49999999999999994, 2**52 + 0.5, np.inf])
    expected = [1.0, -1.0, 2.0, 3.0, -3.0, 0.0, 2**52 + 0.5 + 0.0, np.inf]
    np.testing.assert_array_equal(tg.round_half_away_from_zero(x).eval(), expected)
    assert tg.iround(x[:-1], "half_away_from_zero").eval().dtype == "int64"
    with pytest.raises(ValueError, match="mode is 'up'"):
        tg.iround(x, "up")


@pytest.mark.parametrize(
    "bounds", [(0, 3), (None, 2), (1, None), (2, 1), ([0, 1, 2, 3, 4], 3.5)]
)
def test_clip(bounds):
    for x in (np.arange(-2, 3), np.array([-2.5, -0.0, np.nan, 7.0, np.inf])):
        expected = np.clip(x, *bounds)
        found = tg.clip(x, *bounds).eval()
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == expected.dtype
    assert tg.clip(5, min=1, max=3).eval() == 3


def test_replacing_what_is_not_finite():
    x = np.array([1.5, np.nan, np.inf, -np.inf])
    for options in ({}, {"nan": 1.0}, {"posinf": 2.0, "neginf": -3.0}):
        for dtype in ("float64", "float32"):
            found = tg.nan_to_num(x.astype(dtype), **options).eval()
            expected = np.nan_to_num(x.astype(dtype), **options)
            np.testing.assert_array_equal(found, expected)
            assert found.dtype == dtype
    assert tg.nan_to_num([True, False]).eval().dtype == bool


def test_closeness():
    a = np.array([1.0, 1.0, np.inf, np.inf, np.nan, 1e-9])
    b = np.array([1.0 + 1e-6, 1.1, np.inf, -np.inf, np.nan, 0.0])
    for options in ({}, {"equal_nan": True}, {"rtol": 0.5, "atol": 0.0}):
        found = tg.isclose(a, b, **options).eval()
        np.testing.assert_array_equal(found, np.isclose(a, b, **options))
        assert tg.allclose(a, b, **options).eval() == np.allclose(a, b, **options)
    assert tg.allclose(np.zeros(0), 1.0).eval()


def test_operators_of_integers_are_bitwise():
    x, y = tg.lvector(), tg.bvector()
    given = {x: np.array([12, -7]), y: np.array([3, 1], "int8")}
    a, b = given.values()
    pairs = [
        (x & y, a & b), (x | 8, a | 8), (6 ^ x, 6 ^ a), (~x, ~a), (x << y, a << b),
        (x >> y, a >> b), (1 << y, 1 << b), (99 >> y, 99 >> b), (9 & y, 9 & b),
        (16 | y, 16 | b), (x ^ y, a ^ b), *zip(divmod(x, y), divmod(a, b), strict=True),
        *zip(divmod(70, x), divmod(70, a), strict=True),
    ]  # fmt: skip
    for ours, theirs in pairs:
        found = ours.eval(given)
        np.testing.assert_array_equal(found, theirs)
        assert found.dtype == theirs.dtype


def test_pytensor_names():
    x = np.array([7, -7, 6])
    np.testing.assert_array_equal(tg.ceil_intdiv(x, 3).eval(), [3, -2, 2])
    np.testing.assert_array_equal(tg.int_div(x, 3).eval(), x // 3)
    assert tg.and_(6, 3).eval() == 2 and tg.or_(6, 3).eval() == 7
    assert tg.xor(6, 3).eval() == 5
    assert tg.sgn is tg.sign and tg.expit is tg.sigmoid and tg.psi is tg.digamma


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tg.bitwise_and(1.5, 2), "bitwise_and is not defined for float64"),
        (lambda: tg.dscalar() << 1, "left_shift is not defined for float64 and int8"),
        (lambda: tg.gcd(2.0, 4.0), "gcd is not defined for float64"),
        (lambda: tg.invert(1.0), "invert is not defined for float64"),
        (lambda: tg.bitwise_count(1.0), "bitwise_count is not defined for float64"),
        (lambda: tg.ldexp(1.0, 2.0), "ldexp is not defined for float64 and float64"),
        (lambda: tg.fabs(1j), "fabs is not defined for complex128"),
        (lambda: tg.lcm(1.5, 2), "lcm is not defined for float64 and int64"),
        (lambda: tg.heaviside(1j, 2), "heaviside is not defined for complex128"),
        (lambda: tg.clip(np.ones(1, "uint8"), -1, 5), "-1 does not fit into uint8"),
        (lambda: tg.fmod(1j, 2), "fmod is not defined for complex128"),
        (lambda: tg.round(["a"]), "Cannot make a tensor of ['a']"),
    ],
)
def test_wrong_inputs(call, words):
    says(DTypeError, call, words)
