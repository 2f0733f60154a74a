"""Tests of `out`: arrays of the caller that a kernel writes, and those it may not."""

import gc
import sys
import threading

import numpy as np
import pytest

from tensorgraph.native import _native
from tests.native.kernels import (
    CheckFailed,
    RefusedOutput,
    build,
    copier,
    scalar,
    vector,
)
from tests.native.test_calling import DTYPES, add_one, sum_and_product


def reverse(**more):
    outputs = [("float64", 1, None)]
    return build("reverse", "plan_work", [vector()], outputs, single=True, **more)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("rank", [0, 1])
def test_results_are_written_into_the_given_array(dtype, rank):
    f = copier(dtype, np.dtype(dtype).itemsize, rank)
    value = np.array([0, 1, 100, 1], dtype)[slice(None) if rank else 2]
    out = np.zeros(np.shape(value), dtype)
    assert f(value, out=out) is out
    np.testing.assert_array_equal(out, value, strict=True)
    assert f(x=value, out=out) is out


def test_none_asks_for_a_fresh_array():
    f, x, y = sum_and_product(), np.arange(3.0), np.full(3, 2.0)
    for out in (None, [None, None], (None, None)):
        total, product = f(x, y, out=out)
        assert (total.tolist(), product.tolist()) == ([2, 3, 4], [0, 2, 4])
    mine = np.zeros(3)
    total, product = f(x, y=y, out=[None, mine])
    assert product is mine and mine.tolist() == [0, 2, 4]
    assert total.tolist() == [2, 3, 4]


def test_both_integer_types_of_64_bits_are_one():
    out = np.zeros(3, np.longlong)
    assert copier("int64", 8)(np.arange(3), out=out) is out
    assert out.tolist() == [0, 1, 2]


def test_a_call_with_out_leaves_the_next_ones_alone():
    f, number = add_one(), np.zeros(())
    for k in range(4):
        assert f(float(k), out=number) is number and number == k + 1
        result = f(10.0)
        assert type(result) is np.float64 and result == 11 and number == k + 1
    g, out = reverse(), np.zeros(3)
    g(np.arange(3.0), out=out)
    fresh = g(np.zeros(3))
    assert out.tolist() == [2, 1, 0] and not np.shares_memory(fresh, out)


def test_a_parameter_called_out_keeps_its_name():
    f = copier("float64", 8)
    named = build(
        "copy_8", "plan_vector", [vector("out")], [("float64", 1, None)], single=True
    )
    x = np.arange(3.0)
    result = named(out=x)
    assert result.tolist() == [0, 1, 2] and not np.shares_memory(result, x)
    with pytest.raises(TypeError, match="'out' twice"):
        named(x, out=x)
    with pytest.raises(TypeError, match="missing 1 argument: x"):
        f(out=np.zeros(3))


def swapped(n):
    return np.zeros(n, ">f8")


def unaligned(n):
    return np.zeros(8 * n + 1, "uint8")[1:].view("float64")


def frozen(n):
    array = np.zeros(n)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros(2),
        np.zeros(4),
        np.zeros((3, 1)),
        np.zeros(()),
        np.zeros(3, "float32"),
        np.zeros(3, "int64"),
        np.zeros(6)[::2],
        np.zeros(3)[::-1],
        np.ma.array(np.zeros(3)),
        swapped(3),
        unaligned(3),
        frozen(3),
        [1.0, 2.0, 3.0],
        [np.zeros(3)],
        "abc",
        7,
    ],
    ids=repr,
)
def test_arrays_that_do_not_fit_are_refused(wrong):
    x = np.arange(3.0)
    with pytest.raises(RefusedOutput) as caught:
        reverse()(x, out=wrong)
    number, value, shape, arrays = caught.value.args
    assert (number, shape) == (0, (3,)) and value is wrong
    assert len(arrays) == 1 and arrays[0] is x


@pytest.mark.parametrize("out", [[], [None], [None] * 3, {}, np.zeros(2), "ab", 1])
def test_lists_of_another_length_are_refused(out):
    with pytest.raises(RefusedOutput) as caught:
        sum_and_product()(np.zeros(2), np.zeros(2), out=out)
    number, given, *_ = caught.value.args
    assert number == -1 and given is out


def test_memory_that_is_read_is_refused():
    f, base = reverse(), np.arange(9.0)
    for x, out in [
        (base[:3], base[:3]),
        (base[:3], base[2:5]),
        (base[2:5], base[:3]),
        (base[:6:2], base[1:4]),  # read as a copy, but who would know
        (base[5:2:-1], base[3:6]),
        (memoryview(base[:3]), base[:3]),
    ]:
        before = base.copy()
        with pytest.raises(RefusedOutput):
            f(x, out=out)
        np.testing.assert_array_equal(base, before)
    assert f(base[:3], out=base[3:6]) is not None
    assert base[:6].tolist() == [0, 1, 2, 2, 1, 0]
    assert f(base[:0], out=base[:0]).shape == (0,)


def test_memory_of_cells_and_of_other_results_is_refused():
    cell = _native.Cell(np.arange(3.0))
    outputs = [("float64", 1, None)]
    hidden = [(cell, vector("h"))]
    f = build("reverse", "plan_work", [], outputs, hidden=hidden, single=True)
    with pytest.raises(RefusedOutput):
        f(out=cell.value)
    base = np.zeros(5)
    with pytest.raises(RefusedOutput) as caught:
        sum_and_product()(np.ones(3), np.ones(3), out=[base[:3], base[2:]])
    number, _, _, arrays = caught.value.args
    assert number == 1 and np.shares_memory(arrays[2], base)
    assert not base.any()


def test_updates_are_no_results():
    cell = _native.Cell(1.0)
    outputs = [("float64", 0, cell), ("float64", 0, None)]
    hidden = [(_native.Cell(5.0), scalar("b"))]
    parameters = [scalar("amount")]
    f = build(
        "transfer", "plan_long", parameters, outputs, hidden=[(cell, scalar()), *hidden]
    )
    number = np.zeros(())
    before = cell.value
    with pytest.raises(RefusedOutput):
        f(0.25, out=[np.zeros(1)])
    assert cell.value is before
    (result,) = f(0.25, out=[number])
    assert result is number
    assert cell.value is not number and isinstance(cell.value, np.ndarray)


def test_references_are_counted():
    f, x, out = reverse(), np.arange(50.0), np.zeros(50)
    wrong, start = [out], (sys.getrefcount(out), sys.getrefcount(x))
    for _ in range(100):
        f(x, out=out)
        with pytest.raises(RefusedOutput):
            f(x, out=x)
        with pytest.raises(RefusedOutput):
            f(x, out=wrong)
    gc.collect()
    assert (sys.getrefcount(out), sys.getrefcount(x)) == start


def test_a_failed_check_keeps_nothing():
    outputs = [("float64", 0, None)]
    f = build("check_positive", "plan_scalar", [scalar()], outputs, single=True)
    out = np.full((), 9.0)
    count = sys.getrefcount(out)
    with pytest.raises(CheckFailed):
        f(-1.0, out=out)
    assert sys.getrefcount(out) == count and out == 9
    assert f(2.0, out=out) is out and out == 2
    assert type(f(3.0)) is np.float64


def test_each_thread_writes_its_own():
    f, wrong = reverse(), []

    def work(k):
        x, out = (np.arange(40_000.0) + k)[::2], np.zeros(20_000)
        for _ in range(30):
            f(x, out=out)  # the input is read as a copy, which is the frame's own
            if not np.array_equal(out, x[::-1]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_the_workspace_grows_with_the_calls():
    f = reverse()
    assert f.workspace_bytes == 0
    for n, most in [(10, 80), (1000, 8000), (5, 8000)]:
        f(np.zeros(n))
        assert f.workspace_bytes == most


def test_pointers_take_no_out():
    with pytest.raises(TypeError, match="takes no arrays for results"):
        reverse().pointers(np.zeros(3), out=np.zeros(3))
    with pytest.raises(AttributeError):
        reverse().workspace_bytes = 3
