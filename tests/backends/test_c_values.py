"""Dtypes, memory and control flow in C."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest

from tensorgraph.backends.c.printer import print_program
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Carry,
    Cast,
    Const,
    Fill,
    Load,
    Name,
    Placement,
    Plan,
    Program,
    ScalarFunction,
    Select,
    Set,
    Size,
    Store,
    Update,
    While,
)
from tests.backends.c_programs import BACKEND, EXP, N, compiled
from tests.backends.calling import Returned, run
from tests.loops.pieces import (
    GREATER,
    ZERO,
    I,
    J,
    add,
    array,
    given,
    loop,
    mul,
    number,
    numbers,
    op,
    program,
    result,
)

# -- dtypes ----------------------------------------------------------------------------

EXTREMES = [
    0.0, -0.0, 0.9, -0.9, 1.5, -1.5, 127.9, -129.0, 2.0**31 - 1, 2.0**31, -(2.0**31),
    -(2.0**31) - 1, 2.0**32, 2.0**62, 2.0**63, -(2.0**63), 2.0**64, 1e300, -1e300,
    np.inf, -np.inf, np.nan, 5e-324,
]  # fmt: skip


def cast_from(source: str, targets: tuple[str, ...]) -> Program:
    x = given("x", source, 0, 1)
    outs = tuple(result(f"as_{t}", t, N) for t in targets)
    body = loop("i", N, *(Store(o, (I,), Cast(Load(x, (I,)), o.dtype)) for o in outs))
    return program("cast", (x,), outs, body)


def test_floats_become_integers_by_dropping_the_fraction() -> None:
    built = cast_from("float64", ("int64", "int32", "int8", "uint8", "bool", "float32"))
    data = np.array(EXTREMES * 3)
    as64, as32, as8, as_u8, as_bool, as_float = run(BACKEND.link(built), built, (data,))
    for value, wide, half in zip(data, as64, as32, strict=True):
        fits = abs(value) < 2.0**63 or value == -(2.0**63)
        assert wide == (int(value) if fits else -(2**63))
        fits = -(2.0**31) - 1 < value < 2.0**31
        assert half == (int(value) if fits else -(2**31))
    np.testing.assert_array_equal(as8, as64.astype("int8"))
    np.testing.assert_array_equal(as_u8, as64.astype("uint8"))
    np.testing.assert_array_equal(as_bool, data != 0)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(as_float, data.astype("float32"))


@pytest.mark.parametrize(
    "source", ["int64", "uint8", "int16", "uint32", "uint64", "bool"]
)
def test_integers_cast_as_numpy_casts_them(source: str) -> None:
    targets = ("int64", "int32", "int16", "int8", "uint64", "uint32", "uint8",
               "float64", "float32", "bool")  # fmt: skip
    built = cast_from(source, targets)
    values = np.array(
        [0, 1, 2, 127, 128, 255, 256, 2**31, 2**53 + 1, -1, -129], "int64"
    )
    data = values.astype(source)
    for target, got in zip(
        targets, run(BACKEND.link(built), built, (data,)), strict=True
    ):
        np.testing.assert_array_equal(got, data.astype(target))


def test_constants_keep_their_bits() -> None:
    rng = np.random.default_rng(3)
    values = [*EXTREMES, *(rng.normal(size=40) * 10.0 ** rng.integers(-300, 300, 40))]
    out = result("out", "float64", Const(len(values)))
    halves = result("halves", "float32", Const(len(values)))
    integers = [0, -1, 2**31, -(2**31), 2**53 + 1, 2**63 - 1, -(2**63)]
    ints = result("ints", "int64", Const(len(integers)))
    with np.errstate(over="ignore"):
        narrow = np.array(values).astype("float32")
    built = program(
        "constants",
        (),
        (out, halves, ints),
        *(Store(out, (Const(k),), number(float(v))) for k, v in enumerate(values)),
        *(
            Store(halves, (Const(k),), Const(float(v), "float32"))
            for k, v in enumerate(narrow)
        ),
        *(Store(ints, (Const(k),), Const(v)) for k, v in enumerate(integers)),
    )
    got, got_halves, got_ints = run(BACKEND.link(built), built, ())
    assert got.tobytes() == np.array(values).tobytes()
    assert got_halves.tobytes() == narrow.tobytes()
    assert got_ints.tolist() == integers


def test_constant_products_do_not_overflow_an_int() -> None:
    out = result("out", "int64")
    large = op(ar.MUL, Const(100_000), Const(100_000))
    built = program("large", (), (out,), Store(out, (), large))
    assert compiled(built)[0] == 10**10


def test_float32_is_rounded_at_each_step() -> None:
    x, out = given("x", "float32", 0, 1), result("out", "float32", N)
    a = Load(x, (I,))
    step = add(mul(a, a), mul(a, Const(0.1, "float32")))
    built = program("half", (x,), (out,), loop("i", N, Store(out, (I,), op(EXP, step))))
    data = numbers(100).astype("float32")
    exact = data * data + data * np.float32(0.1)
    got = run(BACKEND.link(built), built, (data,))[0]
    np.testing.assert_array_equal(
        got, np.exp(exact.astype("float64")).astype("float32")
    )


# -- memory ----------------------------------------------------------------------------


def test_temporaries_that_share_memory_in_one_loop() -> None:
    """A buffer that ends in a nest gives its place to one that begins there."""
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    first, second = (array(s, "float64", N) for s in ("first", "second"))
    size = ar.times(ar.plus(N, Const(8)), Const(64))
    plan = Plan((), ((N,),), size)
    body = (
        loop("i", N, Store(first, (I,), mul(Load(x, (I,)), number(2.0)))),
        loop("i", N, Store(second, (I,), add(Load(first, (I,)), number(1.0)))),
        loop("i", N, Store(out, (I,), Load(second, (I,)))),
    )
    places = (Placement(first, ZERO), Placement(second, ZERO))
    built = Program("shared", (x,), (out,), plan, body, places)
    source = print_program(built).source
    assert (
        "double *restrict second"
        not in source.partition("nest_2")[2].partition("nest_3")[0]
    )
    data = numbers(50)
    np.testing.assert_array_equal(compiled(built, data)[0], 2 * data + 1)


def test_an_offset_that_is_a_choice_is_added_as_a_whole() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    t = array("t", "float64", N)
    offset = ar.minimum(ar.times(N, Const(64)), Const(640))
    plan = Plan((), ((N,),), ar.plus(offset, ar.times(N, Const(8))))
    body = (
        loop("i", N, Store(t, (I,), Load(x, (I,)))),
        loop("i", N, Store(out, (I,), Load(t, (I,)))),
    )
    built = Program("choice", (x,), (out,), plan, body, (Placement(t, offset),))
    for n in (1, 9, 10, 11, 50):
        data = numbers(n)
        np.testing.assert_array_equal(compiled(built, data)[0], data)


@pytest.mark.parametrize("dtype", ["float64", "int16", "bool", "uint8"])
def test_strided_inputs(dtype: str) -> None:
    x = given("x", dtype, 0, 2, strided=True)
    out = result("out", dtype, N, Size(0, 1))
    body = loop("i", N, loop("j", Size(0, 1), Store(out, (I, J), Load(x, (I, J)))))
    built = program("copy", (x,), (out,), body)
    whole = (numbers(12, 10) * 5).astype(dtype)
    record = np.zeros((4, 3), np.dtype([("pad", "int8"), ("value", dtype)]))
    record["value"] = whole[:4, :3]
    for view in (
        whole, whole.T, whole[::3, ::-2], whole[::-1].T, whole[:0], whole[2:3, 4:5],
        np.broadcast_to(whole[0], (5, 10)), record["value"],
    ):  # fmt: skip
        np.testing.assert_array_equal(run(BACKEND.link(built), built, (view,))[0], view)


def test_updates_of_every_kind() -> None:
    x, where = given("x", "float64", 0, 1), given("where", "int64", 1, 1)
    kinds = ("add", "mul", "max", "min")
    outs = tuple(result(k, "float64", Const(4)) for k in kinds)
    at = Load(where, (I,))
    body = loop(
        "i",
        N,
        *(Update(o, (at,), o.name, Load(x, (I,))) for o in outs),
        order="in_order",
    )
    fills = (
        Fill(o, number(float(v))) for o, v in zip(outs, (0, 1, -9, 9), strict=True)
    )
    built = program("updates", (x, where), outs, *fills, body)
    data, places = numbers(60), np.random.default_rng(4).integers(0, 4, 60)
    got = compiled(built, data, places)
    for function, start, result_ in zip(
        (np.add, np.multiply, np.maximum, np.minimum),
        (0.0, 1.0, -9.0, 9.0),
        got,
        strict=True,
    ):
        expected = np.full(4, start)
        function.at(expected, places, data)
        np.testing.assert_array_equal(result_, expected)
    data[7] = np.nan
    got = compiled(built, data, places)
    assert all(np.isnan(g[places[7]]) for g in got)


def test_selected_elements_and_functions_of_the_c_library() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    floor = ScalarFunction("floor", "floor({0})", "floor({0})", np.floor)
    a = Load(x, (I,))
    large = op(GREATER, a, number(0.0), dtype="bool")
    built = program(
        "floors",
        (x,),
        (out,),
        loop("i", N, Store(out, (I,), Select(large, op(floor, a), a))),
    )
    data = numbers(40) * 3
    np.testing.assert_array_equal(
        compiled(built, data)[0], np.where(data > 0, np.floor(data), data)
    )


# -- plans and stopping ----------------------------------------------------------------


def test_the_plan_reads_inputs() -> None:
    count = given("count", "int64", 0, 0)
    out = result("out", "int64", Load(count, ()))
    body = loop("i", Load(count, ()), Store(out, (I,), mul(I, I)))
    built = program("arange", (count,), (out,), body)
    np.testing.assert_array_equal(compiled(built, np.int64(7))[0], np.arange(7) ** 2)


def never_ending(kind: str) -> Program:
    x, out = given("x", "float64", 0, 1), result("out", "float64")
    h = Name("h")
    step = Set("h", add(mul(h, number(0.5)), number(1.0)))
    if kind == "while":
        endless = While(op(GREATER, number(1.0), number(0.0), dtype="bool"), (step,))
    elif kind == "for":
        endless = loop("i", Const(2**62), step, order="in_order")
    else:
        endless = loop(
            "i", Const(2**62), loop("j", N, step, order="in_order"), order="in_order"
        )
    return program(
        "endless", (x,), (out,), Carry("h", number(0.0)), endless, Store(out, (), h)
    )


@pytest.mark.parametrize("kind", ["while", "for", "nested"])
def test_long_loops_stop_when_they_are_asked_to(kind: str) -> None:
    built = never_ending(kind)
    with pytest.raises(Returned) as caught:
        run(BACKEND.link(built), built, (numbers(3),), stop=ctypes.c_int32(1))
    assert caught.value.args == (-1,)


def test_workspace_whose_places_depend_on_an_input() -> None:
    count, out = given("count", "int64", 0, 0), result("out", "int64", Const(1))
    length = Load(count, ())
    first, second = (array(s, "int64", length) for s in ("first", "second"))
    offset = ar.times(ar.quotient(ar.plus(length, Const(7)), Const(8)), Const(64))
    plan = Plan((), ((Const(1),),), ar.times(offset, Const(2)))
    body = (
        loop("i", length, Store(first, (I,), I), Store(second, (I,), mul(I, I))),
        Accumulator("s", "add", "int64"),
        loop("i", length, Accumulate("s", "add", Load(first, (I,)))),
        loop("i", length, Accumulate("s", "add", Load(second, (I,)))),
        Store(out, (ZERO,), Name("s", "int64")),
    )
    places = (Placement(first, ZERO), Placement(second, offset))
    built = Program("places", (count,), (out,), plan, body, places)
    for n in (0, 1, 20, 700):
        assert compiled(built, np.int64(n))[0] == sum(k + k * k for k in range(n))
