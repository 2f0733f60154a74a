"""Quotients, remainders and powers in C against NumPy, corner cases included."""

import ctypes
import itertools

import numpy as np
import pytest

from tensorgraph.native import load_math

LIMITS = np.iinfo("int64")
INTEGERS = [0, 1, -1, 2, -2, 3, -3, 7, -7, 10**12, -(10**12), LIMITS.max, LIMITS.min]
FLOATS = [
    0.0, -0.0, 1.0, -1.0, 0.1, -0.1, 0.3, 2.0, -2.0, 7.0, -7.5, 1e300, -1e300, 5e-324,
    1e17, np.inf, -np.inf, np.nan,
]  # fmt: skip


def function(name, kind):
    found = getattr(load_math(), name)
    found.restype, found.argtypes = kind, [kind, kind]
    return found


@pytest.mark.parametrize(
    ("name", "reference"),
    [("tg_floordiv", np.floor_divide), ("tg_imod", np.remainder)],
)
def test_division_of_integers(name, reference):
    divide = function(name, ctypes.c_int64)
    for a, b in itertools.product(INTEGERS, INTEGERS):
        with np.errstate(all="ignore"):
            expected = reference(np.int64(a), np.int64(b))
        assert divide(a, b) == expected, (a, b)


@pytest.mark.parametrize(
    ("name", "reference"),
    [("tg_floor_divide", np.floor_divide), ("tg_mod", np.remainder)],
)
def test_division_of_floats(name, reference):
    divide = function(name, ctypes.c_double)
    rng = np.random.default_rng(0)
    random = [*zip(rng.normal(size=999), rng.normal(size=999) / 64, strict=True)]
    for a, b in [*itertools.product(FLOATS, FLOATS), *random]:
        with np.errstate(all="ignore"):
            expected = reference(np.float64(a), np.float64(b))
        found = divide(a, b)
        np.testing.assert_array_equal(found, expected, err_msg=f"{a}, {b}")
        assert np.signbit(found) == np.signbit(expected) or np.isnan(found), (a, b)


def test_powers_of_integers_wrap_around():
    power = function("tg_ipow", ctypes.c_int64)
    for a, n in itertools.product(INTEGERS, [0, 1, 2, 3, 10, 62, 63, 64, 1000]):
        with np.errstate(all="ignore"):
            assert power(a, n) == np.int64(a) ** np.int64(n), (a, n)


def test_negative_powers_of_integers_are_cut_to_integers():
    power = function("tg_ipow", ctypes.c_int64)
    for a, n in itertools.product([1, -1, 2, -2, 100], [-1, -2, -63]):
        assert power(a, n) == int(float(a) ** n), (a, n)
