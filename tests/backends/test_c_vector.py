"""Printed loops that the compiler turns into vector loops."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from tensorgraph.backends.c.compiler import compiler
from tensorgraph.backends.c.printer import print_program
from tensorgraph.backends.c.process import run
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Cast,
    Check,
    Const,
    Expr,
    Index,
    Let,
    Load,
    Name,
    Program,
    ScalarFunction,
    Select,
    Size,
    Stmt,
    Store,
    Update,
)
from tests.backends.c_programs import EXP, N, compiled
from tests.loops.pieces import (
    GREATER,
    INDEX_CHECK,
    SQRT,
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

pytestmark = pytest.mark.skipif(
    compiler().kind != "gcc", reason="only gcc says what it vectorized"
)

X, C = given("x", "float64", 0, 1), given("c", "int64", 1, 1)
OUT, TOTAL = result("out", "float64", N), result("total", "float64")
A = Load(X, (I,))
POSITIVE = op(GREATER, A, number(0.0), dtype="bool")
EXP_A = op(EXP, A)
FLOOR = ScalarFunction("floor", "floor({0})", "floor({0})", np.floor)
LARGER = ScalarFunction(
    "larger", "({0} > {1} || {0} != {0} ? {0} : {1})", "max({0}, {1})", np.maximum
)


def vectorized(built: Program, folder: Path, fast_compile: bool = False) -> int:
    """How many loops the compiler says it vectorized, epilogues not counted."""
    text = folder / "source.c"
    printed = print_program(built)
    text.write_text(printed.source)
    cc = compiler()
    given_flags = cc.flags(fast_compile, printed.small)
    flags = [f for f in given_flags if f not in ("-shared", "-pipe")]
    flags = [f for f in flags if not f.startswith("-Wl")]
    more = ("-fopt-info-vec-optimized", "-c", "-x", "c", "-", "-o", "/dev/null")
    status, said = run([*cc.command, *flags, *more], read=str(text))
    assert status == 0, said
    return len(set(re.findall(r"stdin>:(\d+):\d+: optimized: loop vectorized", said)))


def mapped(value: Expr, *before: Stmt) -> Program:
    body = loop("i", N, *before, Store(OUT, (I,), value))
    return program("mapped", (X,), (OUT,), body)


def summed(*body: Stmt) -> Program:
    return program(
        "summed",
        (X,),
        (OUT, TOTAL),
        Accumulator("s", "add", "float64"),
        loop("i", N, *body),
        Store(TOTAL, (), Name("s")),
    )


PROGRAMS: dict[str, tuple[Program, int]] = {
    "arithmetic": (mapped(mul(add(A, number(1.0)), A)), 1),
    "a function": (mapped(EXP_A), 1),
    "two functions": (mapped(op(EXP, op(SQRT, mul(A, A)))), 1),
    "a choice": (mapped(Select(POSITIVE, mul(A, A), A)), 1),
    "a choice of calls": (mapped(Select(POSITIVE, EXP_A, op(EXP, op(EXP, A)))), 1),
    "a maximum": (mapped(op(ar.MAX, A, mul(A, A))), 1),
    "a spelled maximum": (mapped(op(LARGER, A, mul(A, A))), 1),
    "a rounded number": (mapped(op(FLOOR, A)), 1),
    "a cast": (mapped(Cast(Cast(A, "int64"), "float64")), 1),
    "a sum": (summed(Accumulate("s", "add", A)), 1),
    "a sum of a function": (summed(Accumulate("s", "add", EXP_A)), 1),
    "a sum and a store": (
        summed(
            Let("e", EXP_A),
            Store(OUT, (I,), Name("e")),
            Accumulate("s", "add", mul(Name("e"), A)),
        ),
        1,
    ),
    "the largest": (
        program(
            "largest",
            (X,),
            (TOTAL,),
            Accumulator("m", "max", "float64"),
            loop("i", N, Accumulate("m", "max", A)),
            Store(TOTAL, (), Name("m")),
        ),
        1,
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_vectorized(name: str, tmp_path: Path) -> None:
    built, loops = PROGRAMS[name]
    assert vectorized(built, tmp_path) >= loops
    assert vectorized(built, tmp_path, fast_compile=True) >= loops


def test_a_checked_gather_is_two_vector_loops(tmp_path: Path) -> None:
    table = given("a", "float64", 2, 1)
    out = result("out", "float64", Size(1, 0))
    j = Name("j", "int64")
    built = program(
        "gather",
        (X, C, table),
        (out,),
        loop(
            "i",
            Size(1, 0),
            Let("j", Load(C, (I,))),
            Check(7, ar.between(ZERO, j, Size(2, 0)), (j, Size(2, 0))),
            Store(out, (I,), op(EXP, Load(table, (j,)))),
        ),
        checks=(INDEX_CHECK,),
    )
    assert vectorized(built, tmp_path) >= 2
    places = np.random.default_rng(0).integers(0, 6, 40)
    compiled(built, numbers(1), places, numbers(6))


def test_the_rows_of_a_matrix(tmp_path: Path) -> None:
    """eta = X b and g += r X', as regressions have them."""
    matrix, b = given("m", "float64", 0, 2), given("b", "float64", 1, 1)
    g, eta = result("g", "float64", Size(1, 0)), array("eta", "float64", N)
    built = program(
        "rows",
        (matrix, b),
        (g,),
        loop(
            "i",
            N,
            Accumulator("s", "add", "float64"),
            loop(
                "j",
                Size(1, 0),
                Accumulate("s", "add", mul(Load(matrix, (I, J)), Load(b, (J,)))),
            ),
            Store(eta, (I,), Name("s")),
        ),
        loop("j", Size(1, 0), Store(g, (J,), number(0.0))),
        loop(
            "i",
            N,
            loop(
                "j",
                Size(1, 0),
                Update(g, (J,), "add", mul(Load(eta, (I,)), Load(matrix, (I, J)))),
            ),
            order="in_order",
        ),
        workspace=(eta,),
    )
    assert vectorized(built, tmp_path) >= 2
    data, weights = numbers(30, 11), numbers(11)
    got = compiled(built, data, weights)[0]
    np.testing.assert_allclose(got, data.T @ (data @ weights), rtol=1e-13)


def test_strips(tmp_path: Path) -> None:
    """Costly work in a vector loop, the scatter after it in order."""
    strip, sums = (
        array("strip", "float64", Const(256)),
        result("g", "float64", Const(3)),
    )
    start, i = Index("i0"), Index("i")
    stop = ar.minimum(ar.plus(start, Const(256)), N)
    at = ar.minus(i, start)
    fill = loop("i", stop, Store(strip, (at,), op(EXP, Load(X, (i,)))), start=start)
    spread = loop(
        "i",
        stop,
        Update(sums, (op(ar.MOD, i, Const(3)),), "add", Load(strip, (at,))),
        start=start,
        order="in_order",
    )
    built = program(
        "strips",
        (X,),
        (sums,),
        loop("k", Const(3), Store(sums, (Index("k"),), number(0.0))),
        loop("i0", N, fill, spread, order="in_order", step=256),
        workspace=(strip,),
    )
    assert vectorized(built, tmp_path) >= 1
    compiled(built, numbers(700))
