"""Dtypes of elementwise ops: NumPy's promotion, for every pair and every number."""

import itertools
import operator

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError
from tensorgraph.ops.tensor import DTYPES
from tests.ops.wrong import says

OPS = {
    "add": (tg.add, np.add), "sub": (tg.sub, np.subtract), "mul": (tg.mul, np.multiply),
    "true_div": (tg.true_div, np.true_divide), "pow": (tg.pow, np.power),
    "floor_div": (tg.floor_div, np.floor_divide), "mod": (tg.mod, np.remainder),
    "maximum": (tg.maximum, np.maximum), "eq": (tg.eq, np.equal),
    "lt": (tg.lt, np.less),
}  # fmt: skip
ORDERED = ("maximum", "lt")
NUMBERS = [
    True, False, 0, 1, -1, 3, 127, 128, 200, 255, 256, -129, 40000, 2**31, 2**40,
    2**63 - 1, -(2**63), 1.5, -2.5, 1e10, 1e300, np.inf, np.nan, 1j, 1e300j,
]  # fmt: skip
"""Python's own numbers: NumPy lets ints, floats and complex numbers promote weakly."""


def tensor(name, dtype):
    return tg.tensor(name, dtype, (2,))


def numpy_says(function, *operands):
    "NumPy's result, or the kind of its refusal."
    try:
        with np.errstate(all="ignore"):
            return function(*operands)
    except (TypeError, OverflowError):
        return None


def refuses_order(name, *dtypes):
    return name in ORDERED and "c" in {np.dtype(d).kind for d in dtypes}


@pytest.mark.parametrize("name", OPS)
def test_every_pair_of_dtypes(name):
    ours, numpys = OPS[name]
    for a, b in itertools.product(DTYPES, DTYPES):
        expected = numpy_says(numpys, np.ones(2, a), np.ones(2, b))
        if expected is None or refuses_order(name, a, b):
            says(DTypeError, lambda a=a, b=b: ours(tensor("x", a), tensor("y", b)),
                 f"{name} is not defined for")  # fmt: skip
        else:
            found = ours(tensor("x", a), tensor("y", b)).type.dtype
            assert found == expected.dtype, (a, b)


def test_every_pair_that_is_joined_or_chosen_from():
    for a, b in itertools.product(DTYPES, DTYPES):
        x, y, expected = tensor("x", a), tensor("y", b), np.result_type(a, b)
        chosen = tg.where(tg.constant([True, False]), x, y)
        for found in (chosen, tg.concatenate([x, y]), tg.dot(x, y)):
            assert found.type.dtype == expected, (a, b, found)


@pytest.mark.parametrize("name", OPS)
@pytest.mark.parametrize("turned", [False, True])
def test_every_dtype_with_every_python_number(name, turned):
    ours, numpys = OPS[name]
    for dtype, number in itertools.product(DTYPES, NUMBERS):
        turn = (lambda a, b: (b, a)) if turned else (lambda a, b: (a, b))
        value, x = np.ones(2, dtype), tensor("x", dtype)
        try:
            expected = numpy_says(numpys, *turn(value, number))
        except ValueError:  # integers to negative powers
            continue
        if expected is None or refuses_order(name, dtype, type(number)):
            says(DTypeError, lambda x=x, n=number, t=turn: ours(*t(x, n)))
            continue
        with np.errstate(over="ignore"):
            y = ours(*turn(x, number))
        assert y.type.dtype == expected.dtype, (dtype, number)
        found = y.eval({x: value})
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected, f"{dtype} and {number}")


def test_numbers_of_numpy_promote_as_arrays_do():
    for a, b in itertools.product(DTYPES, DTYPES):
        found = tensor("x", a) + np.dtype(b).type(1)
        assert found.type.dtype == np.result_type(a, b)


@pytest.mark.parametrize("mode", ["PYTHON", "FAST_COMPILE"])
def test_signed_and_unsigned_integers_compare_as_numbers(mode):
    u, s = tg.tensor("u", "uint64", (None,)), tg.lvector("s")
    big = np.array([0, 1, 5, 2**63 - 1, 2**63, 2**64 - 1], "uint64")
    a, b = (v.ravel() for v in np.meshgrid(big, [-(2**63), -1, 0, 1, 5, 2**63 - 1]))
    order = [operator.lt, operator.le, operator.gt, operator.ge]
    outputs = [f(u, s) for f in order] + [f(s, u) for f in order]
    outputs += [tg.eq(u, s), tg.neq(s, u), u < -1, u > 2**63 - 1, s < 2**63]
    expected = [f(a, b) for f in order] + [f(b, a) for f in order]
    expected += [a == b, b != a, a < -1, a > 2**63 - 1, b < 2**63]
    for got, want in zip(tg.function([u, s], outputs, mode=mode)(a, b), expected,
                         strict=True):  # fmt: skip
        np.testing.assert_array_equal(got, want)


def test_a_number_that_does_not_fit():
    says(DTypeError, lambda: tensor("x", "uint8") + 300, "300", "does not fit", "Cast")
    says(DTypeError, lambda: tensor("x", "uint64") * -1, "-1", "does not fit")
    says(DTypeError, lambda: tg.maximum(tensor("x", "int8"), 128), "128")


@pytest.mark.parametrize("name", ["lt", "le", "gt", "ge", "maximum", "minimum"])
def test_complex_numbers_have_no_order(name):
    z = tensor("z", "complex64")
    says(DTypeError, lambda: getattr(tg, name)(z, 0), f"{name} is not defined for",
         "complex64", "abs(z)")  # fmt: skip


@pytest.mark.parametrize("name", ["floor", "ceil", "erf", "gammaln", "sigmoid"])
def test_functions_of_real_numbers_refuse_complex_ones(name):
    z = tensor("z", "complex128")
    says(DTypeError, lambda: getattr(tg, name)(z), name, "only for real numbers",
         "real(z)")  # fmt: skip
