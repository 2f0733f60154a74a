"""The interpreter against NumPy, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tensorgraph.loops.interpret import CheckFailed, UnwrittenMemoryError, interpret
from tensorgraph.loops.ir import Const, Fill, Load, Placement, Plan, Program, Store
from tests.loops.programs import (
    EXAMPLES,
    Example,
    I,
    array,
    called,
    gather,
    given,
    loop,
    mixed_sums,
    number,
    numbers,
    program,
    result,
    softmax,
    total,
)


def run(example: Example) -> list[np.ndarray]:
    return interpret(example.program, example.inputs, example.routines)


@pytest.mark.parametrize("name", EXAMPLES)
def test_agrees_with_numpy(name: str) -> None:
    example = EXAMPLES[name]()
    if example.failure is not None:
        with pytest.raises(CheckFailed) as caught:
            run(example)
        assert (caught.value.number, caught.value.values) == example.failure
        return
    tolerance = 0 if example.exact else 1e-13
    for got, expected in zip(run(example), example.outputs, strict=True):
        single = got.dtype == "float32" and not example.exact
        assert got.dtype == np.asarray(expected).dtype
        np.testing.assert_allclose(got, expected, 1e-5 if single else tolerance)


@pytest.mark.parametrize("n", [1, 255, 256, 257, 5000])
def test_sums_are_exact_to_rounding(n: int) -> None:
    data = numbers(n) * 10.0 ** np.random.default_rng(3).integers(-8, 8, n)
    [got] = run(total(data))
    error = abs(got - math.fsum(data))
    assert error <= np.finfo(float).eps * np.abs(data).sum() * 4


def test_blocks_are_compensated() -> None:
    data = np.zeros(1024)
    data[[0, 256, 512]] = 1e16, 1.0, -1e16
    assert run(total(data)) == [1.0]
    assert abs(run(mixed_sums())[0] - mixed_sums().outputs[0]) < 1e-9


def test_lanes_are_chosen_by_the_index() -> None:
    data = np.zeros(16)
    data[[0, 8, 1, 4]] = 1e16, 1.0, -1e16, 1.0
    lane_0, lane_1, lane_4 = 1e16 + 1.0, -1e16, 1.0
    assert run(total(data)) == [((lane_0 + lane_4) + 0.0) + (lane_1 + 0.0)]


def test_python_routines_get_scalars_and_flat_memory() -> None:
    def memcpy(target: np.ndarray, source: np.ndarray, size: int) -> None:
        target[: size // 8] = source[: size // 8]

    example = called()
    out, norm = interpret(
        example.program, example.inputs, {"memcpy": memcpy, "hypot": math.hypot}
    )
    assert (out == example.outputs[0]).all() and norm == 5.0


def test_reading_outside_a_buffer_is_refused() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", Const(4))
    wild = program(
        "wild", (x,), (out,), loop("i", Const(4), Store(out, (I,), Load(x, (I,))))
    )
    with pytest.raises(IndexError, match=r"x\[3\] is outside the extents \[3\]"):
        interpret(wild, [numbers(3)])


def test_reading_unwritten_workspace_is_refused() -> None:
    out, t = result("out", "float64"), array("t", "float64", Const(4))
    some = loop("i", Const(3), Store(t, (I,), number(1.0)))
    built = program(
        "hole", (), (out,), some, Store(out, (), Load(t, (Const(3),))), workspace=(t,)
    )
    with pytest.raises(
        UnwrittenMemoryError, match=r"t\[3\] is read before it is written"
    ):
        interpret(built, [])


def test_reading_what_another_buffer_overwrote_is_refused() -> None:
    out, a, b = result("out", "float64"), *(array(s, "float64", Const(4)) for s in "ab")
    body = (
        Fill(a, number(1.0)),
        Fill(b, number(2.0)),
        Store(out, (), Load(a, (Const(0),))),
    )
    places = (Placement(a, Const(0)), Placement(b, Const(0)))
    built = Program("overlap", (), (out,), Plan((), ((),), Const(64)), body, places)
    with pytest.raises(UnwrittenMemoryError, match=r"a\[0\]"):
        interpret(built, [])


def test_buffers_stay_inside_the_workspace() -> None:
    built = softmax(40).program
    plan = Plan((), built.plan.output_extents, Const(64))
    small = Program(
        built.name, built.inputs, built.outputs, plan, built.body, built.placements
    )
    with pytest.raises(IndexError, match=r"first lies at 0\.\.320 of 64 bytes"):
        interpret(small, softmax(40).inputs)


def test_wrong_inputs_are_refused() -> None:
    example = gather(numbers(4), np.array([1]))
    with pytest.raises(TypeError, match="c is int64 with 1 axes, got float64 with 1"):
        interpret(example.program, (numbers(4), numbers(1)))
