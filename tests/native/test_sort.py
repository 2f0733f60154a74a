"""The C routines of sorting against NumPy, called as compiled code does."""

import ctypes

import numpy as np
import pytest

from tensorgraph.native import load_math

KINDS = {"float64": 0, "int64": 1, "uint64": 2}
LENGTHS = [0, 1, 2, 7, 8, 9, 17, 100, 299, 300, 301, 302, 5000]


def call(name, *arguments):
    "Call a routine: arrays by address, integers as int64."
    function = getattr(load_math(), name)
    function.restype = None
    function(*[
        a.ctypes.data_as(ctypes.c_void_p)
        if isinstance(a, np.ndarray) else ctypes.c_int64(a)
        for a in arguments
    ])  # fmt: skip


def scratch(words):
    "Words between two that no routine may touch, and a check that they were not."
    space = np.full(words + 2, 7, "uint64")
    return space[1:-1], lambda: space[0] == space[-1] == 7


def samples(dtype, n):
    "Arrays of n elements: all different, few different, sorted, reversed, special."
    rng = np.random.default_rng(n)
    if dtype == "float64":
        wide = rng.normal(size=n) * 10.0 ** rng.integers(-300, 300, size=n)
        few = rng.choice([0.0, -0.0, np.nan, np.inf, -np.inf, 1.0, 5e-324], size=n)
    else:
        low, high = (-(2**63), 2**63 - 1) if dtype == "int64" else (0, 2**64 - 1)
        wide = rng.integers(low, high, size=n, dtype=dtype, endpoint=True)
        few = rng.choice(np.array([low, high, 0, 1], dtype), size=n)
    return wide, few, np.sort(wide), np.sort(wide)[::-1].copy(), np.full(n, 3, dtype)


def same_bits(a, b):
    "Equal, zeros of equal sign; nan is nan."
    np.testing.assert_array_equal(a, b)
    if a.dtype == "float64":
        number = ~np.isnan(a)
        np.testing.assert_array_equal(np.signbit(a)[number], np.signbit(b)[number])


@pytest.mark.parametrize("dtype", KINDS)
def test_sorting_and_the_order_are_stable(dtype):
    for n in LENGTHS:
        for x in samples(dtype, n):
            result, order, before = np.empty_like(x), np.empty(n, "int64"), x.copy()
            space, untouched = scratch(4 * n)
            call("tg_sort", x, result, order, space, n, KINDS[dtype])
            assert untouched()
            same_bits(x, before)
            same_bits(result, np.sort(x, kind="stable"))
            np.testing.assert_array_equal(order, np.argsort(x, kind="stable"))


@pytest.mark.parametrize("dtype", KINDS)
def test_places(dtype):
    for n in LENGTHS:
        for x in samples(dtype, n):
            a, values = np.sort(x), np.concatenate(samples(dtype, 20))
            for right, side in enumerate(("left", "right")):
                places = np.empty(len(values), "int64")
                call("tg_searchsorted", a, values, places, n, len(values), right,
                     KINDS[dtype])  # fmt: skip
                np.testing.assert_array_equal(places, np.searchsorted(a, values, side))


def test_places_in_what_is_not_sorted_are_within_it():
    rng = np.random.default_rng(0)
    a, values = rng.normal(size=50), rng.normal(size=50)
    places = np.empty(50, "int64")
    call("tg_searchsorted", a, values, places, 50, 50, 0, 0)
    assert places.min() >= 0 and places.max() <= 50
