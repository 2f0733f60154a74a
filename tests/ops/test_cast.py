"""Casts against NumPy, for every pair of dtypes."""

import itertools

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError
from tensorgraph.ops.tensor import DTYPES
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says


@pytest.mark.parametrize(("start", "stop"), [*itertools.product(DTYPES, DTYPES)])
def test_every_pair(start, stop):
    value = np.array([0, 1, 2, 100], start)
    x = tg.tensor("x", start, (None,))
    if start[0] == "c" and stop[0] not in "cb":
        says(DTypeError, lambda: tg.cast(x, stop), start, stop, "imaginary", "real(z)")
        return
    y = tg.cast(x, stop)
    for found in (y.eval({x: value}), interpreted([y], {x: value})[0]):
        assert found.dtype == stop
        np.testing.assert_array_equal(found, value.astype(stop))


def test_pairs_with_a_half_or_a_complex_number_compiled():
    values = {tg.tensor(None, d, (None,)): np.array([0, 1, 2, 100], d) for d in DTYPES}
    pairs = [
        (x, stop)
        for x, stop in itertools.product(values, DTYPES)
        if {x.type.dtype, stop} & {"float16", "complex64", "complex128"}
        and (x.type.dtype[0] != "c" or stop[0] in "cb")
    ]
    outputs = [tg.cast(x, stop) for x, stop in pairs]
    found = tg.function(list(values), outputs, mode="FAST_COMPILE")(*values.values())
    for (x, stop), got in zip(pairs, found, strict=True):
        assert got.dtype == stop
        np.testing.assert_array_equal(got, values[x].astype(stop), f"{x.type}")


def test_the_same_dtype_is_no_node():
    x = tg.dvector("x")
    assert tg.cast(x, "float64") is x
    assert x.astype(np.float32).type.dtype == "float32"


def test_the_gradient_comes_back_in_the_dtype_of_the_input():
    x = tg.fvector("x")
    slope = tg.grad(tg.sum(tg.cast(x, "float64") ** 2), x)
    assert slope.type.dtype == "float32"
    np.testing.assert_array_equal(slope.eval({x: np.float32([1, 2])}), [2.0, 4.0])


@pytest.mark.parametrize(
    "dtype", ["float65", "object", str, "U3", None, 3, "datetime64"]
)
def test_unknown_dtypes(dtype):
    if dtype is None:
        pytest.skip("NumPy's default")
    says(DTypeError, lambda: tg.cast(tg.dvector("x"), dtype), "Use one of")


def test_complex_numbers_do_not_become_real():
    z = tg.zvector("z")
    says(DTypeError, lambda: tg.cast(z, "float64"), "complex128", "imaginary")
    assert tg.cast(z, "complex64").type.dtype == "complex64"
