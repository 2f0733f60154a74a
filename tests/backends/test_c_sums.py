"""Reductions in C: one meaning, whatever the loop around them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Carry,
    Const,
    If,
    Let,
    Load,
    Name,
    Program,
    Set,
    Store,
    While,
)
from tests.backends.c_programs import BACKEND, EXP, N, compiled
from tests.backends.calling import run
from tests.loops.pieces import (
    GREATER,
    ZERO,
    I,
    given,
    loop,
    mul,
    number,
    numbers,
    op,
    program,
    result,
)


def slow_sum(terms: list[float]) -> float:
    """Eight lanes, blocks of 256, a fixed tree, Neumaier: written out once more."""
    total = rest = 0.0
    for start in range(0, len(terms), 256):
        s = [0.0] * 8
        for k, term in enumerate(terms[start : start + 256]):
            s[k % 8] += term
        block = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))
        new = total + block
        if math.isfinite(new):
            larger, smaller = (
                (total, block) if abs(total) >= abs(block) else (block, total)
            )
            rest += (larger - new) + smaller
        total = new
    return total + rest


def summed(order: str = "any", start: int = 0) -> Program:
    """The sum of x[start:], in a vector loop or in a loop in order."""
    x, out = given("x", "float64", 0, 1), result("out", "float64")
    return program(
        "summed",
        (x,),
        (out,),
        Accumulator("s", "add", "float64"),
        loop(
            "i",
            N,
            Accumulate("s", "add", Load(x, (I,))),
            start=Const(start),
            order=order,
        ),
        Store(out, (), Name("s")),
    )


@pytest.mark.parametrize("order", ["any", "in_order"])
@pytest.mark.parametrize("start", [0, 3])
def test_sums_have_one_meaning(order: str, start: int) -> None:
    built = summed(order, start)
    linked = BACKEND.link(built)
    for n in [*range(3, 40), 255, 256, 257, 263, 264, 265, 511, 512, 513, 2000, 4999]:
        for data in (numbers(n), numbers(n) * 10.0 ** (30 * numbers(n, seed=2))):
            got = run(linked, built, (data,))[0]
            assert (
                got.tobytes() == np.float64(slow_sum(data[start:].tolist())).tobytes()
            )


def test_a_million_terms_are_exact_to_rounding() -> None:
    linked = BACKEND.link(built := summed())
    data = -0.5 * numbers(1_000_000) ** 2
    got = float(run(linked, built, (data,))[0])
    assert abs(got - math.fsum(data)) <= np.spacing(abs(got))


@pytest.mark.parametrize(
    "special, expected",
    [
        ([np.inf], np.inf),
        ([-np.inf], -np.inf),
        ([np.inf, -np.inf], np.nan),
        ([np.nan], np.nan),
        ([np.nan, np.inf], np.nan),
        ([1e308, 1e308], np.inf),
    ],
)
@pytest.mark.parametrize("n", [5, 8, 300, 1000])
def test_sums_with_special_values(
    special: list[float], expected: float, n: int
) -> None:
    linked = BACKEND.link(built := summed())
    for place in (0, n // 2, n):
        data = np.insert(numbers(n), place, special)
        np.testing.assert_equal(float(run(linked, built, (data,))[0]), expected)


def test_a_term_has_the_same_bits_at_every_position() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64", N)
    total = result("total", "float64")
    e = op(EXP, Load(x, (I,)))
    built = program(
        "exps",
        (x,),
        (out, total),
        Accumulator("s", "add", "float64"),
        loop(
            "i",
            N,
            Let("e", e),
            Store(out, (I,), Name("e")),
            Accumulate("s", "add", Name("e")),
        ),
        Store(total, (), Name("s")),
    )
    linked = BACKEND.link(built)
    data = numbers(64)
    whole = run(linked, built, (data,))[0]
    np.testing.assert_allclose(whole, np.exp(data), rtol=3e-16)
    for start in range(20):
        for n in range(20):
            part, sum_ = run(linked, built, (data[start : start + n],))
            assert part.tobytes() == whole[start : start + n].tobytes()
            assert sum_ == slow_sum(part.tolist())


def test_largest_and_smallest_with_nan_at_every_position() -> None:
    x = given("x", "float64", 0, 1)
    outs = {c: result(c, "float64") for c in ("max", "min")}
    built = program(
        "ends",
        (x,),
        tuple(outs.values()),
        *(Accumulator(c, c, "float64") for c in outs),
        loop("i", N, *(Accumulate(c, c, Load(x, (I,))) for c in outs)),
        *(Store(out, (), Name(c)) for c, out in outs.items()),
    )
    linked = BACKEND.link(built)
    for n in (1, 7, 8, 9, 20, 300):
        data = numbers(n)
        got = run(linked, built, (data,))
        np.testing.assert_array_equal(got, [data.max(), data.min()])
        for place in {*range(min(n, 20)), n // 2, n - 1}:
            data[place], kept = np.nan, data[place]
            assert np.isnan(run(linked, built, (data,))).all()
            data[place] = kept


def test_a_sum_in_a_while_loop_in_a_branch_and_across_loops() -> None:
    x, out = given("x", "float64", 0, 1), result("out", "float64")
    k = Name("k", "int64")
    positive = op(GREATER, Load(x, (I,)), number(0.0), dtype="bool")
    built = program(
        "everywhere",
        (x,),
        (out,),
        Accumulator("s", "add", "float64"),
        Carry("k", ZERO),
        loop("i", N, If(positive, (Accumulate("s", "add", Load(x, (I,))),))),
        While(
            ar.less(k, N),
            (Accumulate("s", "add", Load(x, (k,))), Set("k", ar.plus(k, Const(3)))),
        ),
        loop("i", N, Accumulate("s", "add", mul(Load(x, (I,)), Name("s0")))),
        Store(out, (), Name("s")),
    )
    built = Program(
        built.name, built.inputs, built.outputs, built.plan,
        (Let("s0", number(0.5)), *built.body),
    )  # fmt: skip
    for n in (0, 5, 300, 900):
        compiled(built, numbers(n))
