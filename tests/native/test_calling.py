"""Tests of one call: what passes, what is converted, what is refused and why."""

import math
import tempfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tensorgraph.native import _native
from tests.native.kernels import (
    CheckFailed,
    Refused,
    addresses,
    build,
    compile_library,
    copier,
    scalar,
    vector,
)

DTYPES = [
    "bool",
    *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)),
    *("float16", "float32", "float64", "complex64", "complex128"),
]


def add_one(parameter=None):
    parameters, outputs = [parameter or scalar()], [("float64", 0, None)]
    return build("add_one", "plan_scalar", parameters, outputs, single=True)


def address_of(parameter):
    """A callable that tells where its argument's data lie."""
    outputs = [("int64", 0, None)]
    return build("address", "plan_scalar", [parameter], outputs, single=True)


def sum_and_product():
    parameters = [vector("x"), vector("y")]
    outputs = [("float64", 1, None)] * 2
    return build("sum_and_product", "plan_two", parameters, outputs)


# ---- what passes ----


@pytest.mark.parametrize(
    "value", [1.5, np.float64(1.5), np.array(1.5), np.float32(1.5), np.float16(1.5)]
)
def test_scalar_in_and_out(value):
    result = add_one()(value)
    assert type(result) is np.float64
    assert result == 2.5


def test_integers_and_booleans_become_floats():
    f = add_one()
    assert [f(3), f(True), f(np.int32(-4)), f(2**60)] == [4.0, 2.0, -3.0, 2.0**60]


def test_nan_and_infinity_pass():
    f = add_one()
    assert math.isnan(f(math.nan))
    assert f(-math.inf) == -math.inf


def test_several_outputs_are_a_list_of_fresh_arrays():
    x, y = np.arange(5.0), np.full(5, 2.0)
    total, product = sum_and_product()(x, y)
    np.testing.assert_array_equal(total, x + y)
    np.testing.assert_array_equal(product, x * y)
    assert total.flags.c_contiguous and total.flags.writeable and total.flags.owndata


def test_empty_arrays():
    total, product = sum_and_product()(np.zeros(0), [])
    assert total.shape == product.shape == (0,)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rank", [0, 1])
def test_every_dtype_passes_bit_for_bit(dtype, rank):
    f = copier(dtype, np.dtype(dtype).itemsize, rank)
    value = np.array([0, 1, 100, 1], dtype)
    for item in [value] if rank else value:
        result = f(item)
        assert result.dtype == dtype
        assert isinstance(result, np.ndarray if rank else np.generic)
        assert result.tobytes() == item.tobytes()


@pytest.mark.parametrize("dtype", DTYPES)
def test_other_dtypes_are_cast_exactly_when_numpy_calls_it_safe(dtype):
    vectors = copier(dtype, np.dtype(dtype).itemsize)
    numbers = copier(dtype, np.dtype(dtype).itemsize, rank=0)
    for other in [*DTYPES, "longlong", "longdouble", "U3", "M8[s]", "object"]:
        value = np.array([1, 0, 1]).astype(other)
        if not np.can_cast(other, dtype, "safe"):
            for f, argument in [(vectors, value), (numbers, value[0:1].reshape(()))]:
                with pytest.raises(Refused, match="must be"):
                    f(argument)
            continue
        np.testing.assert_array_equal(vectors(value), value.astype(dtype), strict=True)
        assert numbers(value[0]) == value.astype(dtype)[0]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("number", [True, 0, 1, -3, 200, 2**40, 2.5, 1e300, 2 - 1j])
def test_python_numbers_are_weak(dtype, number):
    f = copier(dtype, np.dtype(dtype).itemsize, rank=0)
    with np.errstate(over="ignore"):
        try:
            expected = np.zeros(1, dtype) + number
        except OverflowError:  # NumPy refuses integers that do not fit
            expected = np.zeros(1, "object")
        if expected.dtype == dtype:
            assert f(number) == expected[0]
            return
    with pytest.raises(Refused, match=r"argument 'x' must be an? \w+ number"):
        f(number)


# ---- what is copied, and what is not ----


def test_arrays_that_fit_are_not_copied():
    x = np.arange(6.0)
    where = address_of(vector())
    assert where(x) == x.ctypes.data
    assert where(x[2:]) == x.ctypes.data + 16
    readonly = x.copy()
    readonly.flags.writeable = False
    assert where(readonly) == readonly.ctypes.data
    number = np.array(1.0)
    assert address_of(scalar())(number) == number.ctypes.data


def test_both_integer_types_of_64_bits_are_one():
    x = np.arange(3, dtype=np.longlong)
    assert address_of(vector("x", "int64"))(x) == x.ctypes.data


def test_arrays_that_do_not_fit_are_copied():
    where, same = address_of(vector()), copier("float64", 8)
    base = np.arange(12.0)
    bytes_ = np.zeros(12 * 8 + 1, "uint8")
    unaligned = bytes_[1:].view("float64")
    unaligned[:] = base
    for x in [base[::2], base[::-1], base.astype(">f8"), unaligned]:
        assert where(x) != x.ctypes.data
        np.testing.assert_array_equal(same(x), x)


def test_copies_are_made_where_the_last_one_was():
    where, same = address_of(vector()), copier("float64", 8)
    base = np.arange(12.0)
    first = where(base[::2])
    for x in [base[1::2], base[:6].astype(">f8"), np.arange(6), [1, 2, 3, 4, 5, 6]]:
        assert where(x) == first
    for n in (3, 6, 5000, 0, 3):
        x = np.arange(3.0 * n)[::-3]
        np.testing.assert_array_equal(same(x), x)
        np.testing.assert_array_equal(same(list(range(n))), np.arange(float(n)))


def test_copies_that_somebody_holds_are_never_written_again():
    cell = _native.Cell(np.arange(6.0)[::2])
    hidden, outputs = [(cell, vector("h"))], [("float64", 1, None)]
    f = build("reverse", "plan_work", [], outputs, hidden=hidden, single=True)
    _, (held,), *_ = f.pointers()
    cell.value = np.zeros(6)[::2]
    assert f().tolist() == [0, 0, 0]
    assert held.tolist() == [0, 2, 4]
    held.flags.writeable = False
    del held
    assert [f().tolist() for _ in range(3)] == [[0, 0, 0]] * 3


layouts = hnp.arrays("float64", hnp.array_shapes(min_dims=2, max_dims=2, max_side=5))


@settings(max_examples=60, deadline=None)
@given(layouts, st.data())
def test_strided_parameters_are_read_in_place(x, data):
    steps = st.sampled_from([1, 2, -1, -2])
    view = x[:: data.draw(steps), :: data.draw(steps)]
    view = view.T if data.draw(st.booleans()) else view
    matrix = ("x", "float64", ("n", "m"), True)
    assert address_of(matrix)(view) == view.ctypes.data
    f = build("gather", "plan_matrix", [matrix], [("float64", 2, None)], single=True)
    np.testing.assert_array_equal(f(view), view)
    np.testing.assert_array_equal(f(view.astype(">f8")), view)


def test_broadcast_views_are_read_in_place():
    matrix = ("x", "float64", (3, None), True)
    f = build("gather", "plan_matrix", [matrix], [("float64", 2, None)], single=True)
    x = np.broadcast_to(np.arange(4.0), (3, 4))
    np.testing.assert_array_equal(f(x), x)


def test_anything_that_numpy_reads_is_taken():
    class Column:
        def __array__(self, dtype=None, copy=None):
            return np.array([1.0, 2.0])

    f = copier("float64", 8)
    for value in [[1, 2.0], (1, 2), range(1, 3), Column(), np.array([1, 2], "int8")]:
        np.testing.assert_array_equal(f(value), [1.0, 2.0])
    np.testing.assert_array_equal(f(memoryview(np.array([1.0, 2.0]))), [1.0, 2.0])


# ---- results ----


def test_results_that_somebody_holds_are_never_written_again():
    f = copier("float64", 8)
    results = [f(np.full(4, float(k))) for k in range(20)]
    views = [f(np.full(4, float(k)))[1:] for k in range(20)]
    buffers = [memoryview(f(np.full(4, float(k)))) for k in range(20)]
    for k in range(20):
        assert results[k].tolist() == [k] * 4
        assert views[k].tolist() == [k] * 3
        assert buffers[k].tolist() == [k] * 4


def test_numbers_that_somebody_holds_are_never_written_again():
    f = add_one()
    assert [f(k) for k in range(20)] == [k + 1.0 for k in range(20)]
    value = 0.0
    for _ in range(20):
        value = f(value)
    assert value == 20


def test_results_may_be_changed_by_their_owner():
    f = copier("float64", 8)
    x = np.arange(6.0)

    def freeze(result):
        result.flags.writeable = False

    def reshape(result):
        result.resize((2, 3), refcheck=False)

    for change in (freeze, reshape):
        for _ in range(4):
            result = f(x)
            assert result.shape == (6,) and result.flags.writeable
            np.testing.assert_array_equal(result, x)
            change(result)


def test_lengths_may_change_from_call_to_call():
    f = copier("float64", 8)
    for n in [3, 0, 5000, 1, 3, 100_000, 3]:
        np.testing.assert_array_equal(f(np.arange(float(n))), np.arange(float(n)))


def test_outputs_never_alias_inputs():
    f = copier("float64", 8)
    x = f(np.arange(4.0))
    for _ in range(4):
        y = f(x)
        assert not np.shares_memory(x, y)
        x = y


def test_plan_may_read_values():
    f = build("reverse", "plan_work", [vector()], [("float64", 1, None)], single=True)
    for n in [1, 1000, 7, 20_000]:
        np.testing.assert_array_equal(f(np.arange(float(n))), np.arange(float(n))[::-1])
    g = build("report_code", "plan_length", [scalar("n", "int64")], [("int8", 1, None)])
    assert g(0)[0].shape == (0,)


def test_routines_reach_the_kernel():
    parameters, outputs = [scalar()], [("float64", 0, None)]
    half = addresses()["half"]
    f = build("call_routine", "plan_scalar", parameters, outputs, routines=[half])
    assert f(3.0) == [1.5]


# ---- positions, keywords, defaults ----


def three():
    parameters = [vector("x"), vector("y"), scalar("unused", "float64", 7.0)]
    outputs = [("float64", 1, None)] * 2
    return build("sum_and_product", "plan_two", parameters, outputs)


def test_keywords_and_defaults():
    f, x, y = three(), np.ones(2), np.full(2, 3.0)
    for result in [f(x, y), f(x, y=y), f(y=y, x=x), f(x, y, 1.0), f(x, y, unused=1)]:
        assert result[0].tolist() == [4.0, 4.0]
    fresh_name = "".join(["u", "nused"])  # equal to the parameter's, another object
    assert f(x, y, **{fresh_name: 1})[1].tolist() == [3.0, 3.0]


@pytest.mark.parametrize(
    ("args", "keywords", "message"),
    [
        ((), {}, "f() is missing 2 arguments: x, y"),
        ((), {"x": 1}, "f() is missing 1 argument: y"),
        ((1, 2, 3, 4), {}, "f() takes 3 arguments (x, y, unused) but got 4"),
        ((1,), {"x": 1}, "f() got 'x' twice, by position and by name (x, y, unused)"),
        ((1,), {"z": 1}, "f() has no parameter 'z'; its parameters are: x, y, unused"),
    ],
)
def test_arguments_that_do_not_match(args, keywords, message):
    with pytest.raises(TypeError) as caught:
        three()(*args, **keywords)
    assert str(caught.value) == message


def test_parameters_without_a_name_of_their_own():
    outputs = [("float64", 0, None)]
    f = build("add_one", "plan_scalar", [scalar(None)], outputs)
    with pytest.raises(TypeError, match="missing 1 argument: argument 1"):
        f()
    with pytest.raises(TypeError, match="has no parameter 'None'"):
        f(**{"None": 1})
    twins = [scalar("a"), scalar("a")]
    g = build("add_one", "plan_scalar", twins, outputs)
    assert g(1.0, 2.0) == [2.0]
    with pytest.raises(TypeError, match="several parameters named 'a'"):
        g(1.0, a=2.0)


# ---- what kernels report ----


def test_failed_checks_reach_python_with_their_values():
    outputs = [("float64", 0, None)]
    f = build("check_positive", "plan_scalar", [scalar()], outputs, single=True)
    assert f(2.0) == 2.0
    with pytest.raises(CheckFailed) as caught:
        f(-3.0)
    assert caught.value.number == 5
    assert caught.value.values[:2] == [-3.0, 0.5]
    with pytest.raises(CheckFailed) as caught:
        build("add_one", "plan_fails", [scalar()], outputs)(1.0)
    assert caught.value.number == 7


@pytest.mark.parametrize(
    ("code", "error"), [(-1, KeyboardInterrupt), (-2, MemoryError), (-9, RuntimeError)]
)
def test_negative_codes(code, error):
    f = build("report_code", "plan_scalar", [scalar("x", "int64")], [])
    assert f(0) == []
    with pytest.raises(error):
        f(code)
    assert f(0) == []


def test_impossible_sizes_are_errors():
    count = [scalar("n", "int64")]
    f = build("report_code", "plan_length", count, [("float64", 1, None)])
    with pytest.raises(ValueError, match="negative dimensions"):
        f(-5)
    with pytest.raises(MemoryError):
        f(2**58)
    g = build("report_code", "plan_workspace", count, [])
    with pytest.raises(MemoryError, match=f"no memory for {2**60} bytes"):
        g(2**60)
    assert g(0) == []


# ---- declarations, addresses, libraries ----


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"parameters": [("x", "longdouble", (), False)]}, TypeError, "do not know"),
        ({"parameters": [("x", ">f8", (), False)]}, TypeError, "do not know"),
        ({"parameters": [("x", "nonsense", (), False)]}, TypeError, "nonsense"),
        ({"parameters": [("x", "float64", (-1,), False)]}, ValueError, "not a length"),
        ({"parameters": [("x", "float64", (1.5,), False)]}, TypeError, "float"),
        ({"parameters": [(1, "float64", (), False)]}, TypeError, "name of a parameter"),
        ({"parameters": ["x"]}, TypeError, "a parameter is a tuple"),
        ({"hidden": [vector()]}, TypeError, "a hidden input is a tuple"),
        ({"outputs": [("float64", -1, None)]}, ValueError, "not the rank"),
        ({"outputs": ["float64"]}, TypeError, "an output is a tuple"),
        ({"outputs": [], "single": True}, ValueError, "of 0 returned outputs"),
        ({"kernel": 0}, ValueError, "address of the kernel is 0"),
        ({"routines": ["exp"]}, TypeError, "int"),
    ],
)
def test_wrong_declarations(change, error, message):
    right = {"name": "f", "parameters": [], "hidden": [], "outputs": [], "plan": 1}
    right |= {"kernel": 1, "routines": [], "keepalive": None, "fail": None}
    _native.Callable(**right)
    with pytest.raises(error, match=message):
        _native.Callable(**right | change)


def test_pointers_describe_a_call_without_running_it():
    shared, strided = np.arange(4.0), ("x", "float64", (None, 3), True)
    hidden = [(_native.Cell(shared), vector("h")), (_native.Cell(2.5), scalar("s"))]
    outputs = [("float64", 1, None)]
    f = build("reverse", "plan_work", [strided], outputs, hidden=hidden, routines=[11])
    x = np.zeros((5, 3))
    kernel, arrays, sizes, workspace, routines = f.pointers(x=x)
    assert kernel == f.kernel == addresses()["reverse"]
    assert f.plan == addresses()["plan_work"]
    assert arrays[0] is shared
    np.testing.assert_array_equal(arrays[1], 2.5, strict=True)
    np.testing.assert_array_equal(sizes, np.array([5, 3, 4, 24, 8]), strict=True)
    assert (workspace, routines) == (40, [11])
    with pytest.raises(Refused, match="2 axes instead of"):
        copier("float64", 8).pointers(x)


def test_attributes():
    keepalive = object()
    outputs = [("float64", 0, None)]
    f = build("add_one", "plan_scalar", [scalar()], outputs, keepalive=keepalive)
    assert (f.name, f.__name__, f.keepalive) == ("f", "f", keepalive)
    assert repr(f) == "<Callable f>"


def test_libraries_are_opened_or_refused_clearly():
    with pytest.raises(OSError, match=r"cannot load the shared library 'no/such\.so'"):
        _native.load("no/such.so", [])
    with tempfile.TemporaryDirectory() as folder:
        base = compile_library("int seven(void) { return 7; }", folder, "base")
        text = "int seven(void); int fourteen(void) { return 2 * seven(); }"
        user = compile_library(text, folder, "user")
        with pytest.raises(OSError, match=r"undefined symbol|not found"):
            _native.load(user, ["fourteen"])
        with pytest.raises(OSError, match="has no symbol 'eight'"):
            _native.load(base, ["seven", "eight"])
        _native.promote(base)
        (address,) = _native.load(user, ["fourteen"])
        assert address
