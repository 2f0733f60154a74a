"""Checks in compiled loops: the first failure is reported, nothing outside is read."""

from __future__ import annotations

import numpy as np
import pytest

from tensorgraph.backends.c.link import CBackend
from tensorgraph.backends.c.printer import print_program
from tensorgraph.backends.contract import Linked
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.interpret import CheckFailed, interpret
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Check,
    CheckInfo,
    Const,
    Expr,
    Fill,
    Index,
    Let,
    Load,
    Name,
    Program,
    Size,
    Stmt,
    Store,
    Update,
)
from tests.backends.calling import run
from tests.loops.pieces import (
    GREATER,
    ZERO,
    I,
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

BACKEND = CBackend()
FAR = (-1, -(2**40), -(2**63), 2**40, 2**63 - 1)
"""Indices that crash the process when somebody reads there."""

N, SIZE = Size(0, 0), Size(1, 0)
C, D, TABLE = (
    given("c", "int64", 0, 1),
    given("d", "int64", 2, 1),
    given("a", "float64", 1, 1),
)
OUT, TOTAL = result("out", "float64", N), result("total", "float64")
INFOS = tuple(
    CheckInfo(k, "index", "index {0} is out of bounds for {1}") for k in (1, 2, 3)
)


def outcome(
    built: Program, inputs: tuple[np.ndarray, ...], linked: Linked | None
) -> object:
    """Outputs as bytes, or the number and the values of the check that failed."""
    try:
        if linked is None:
            outputs = interpret(built, inputs)
        else:
            outputs = run(linked, built, inputs)
    except CheckFailed as failed:
        return failed.number, tuple(map(float, failed.values[:2]))
    return [np.asarray(o).tobytes() for o in outputs]


def inside(name: str, size: Expr = SIZE) -> Expr:
    return ar.between(ZERO, Name(name, "int64"), size)


def gathered(kind: str) -> Program:
    """Gathers a[c[i]] behind a check, in each form in which loops are printed."""
    j, i = Name("j", "int64"), I
    let, check = Let("j", Load(C, (i,))), Check(1, inside("j"), (j, SIZE))
    store = Store(OUT, (i,), mul(Load(TABLE, (j,)), number(2.0)))
    term = Accumulate("s", "add", Load(TABLE, (j,)))
    accumulator = Accumulator("s", "add", "float64")
    end = Store(TOTAL, (), Name("s"))
    bodies: dict[str, tuple[Stmt, ...]] = {
        "stores": (loop("i", N, let, check, store),),
        "sums": (loop("i", N, let, check, term),),
        "stores and sums": (loop("i", N, let, check, store, term),),
        "in order": (loop("i", N, let, check, store, term, order="in_order"),),
        "checks first": (loop("i", N, let, check), loop("i", N, let, store, term)),
        "strips": (strips(let, check, store, term),),
    }
    return program(
        kind, (C, TABLE), (OUT, TOTAL), Fill(OUT, number(0.0)), accumulator,
        *bodies[kind], end, checks=INFOS,
    )  # fmt: skip


def strips(*body: Stmt) -> Stmt:
    start = Index("i0")
    stop = ar.minimum(ar.plus(start, Const(256)), N)
    return loop(
        "i0", N, loop("i", stop, *body, start=start), order="in_order", step=256
    )


FORMS = ("stores", "sums", "stores and sums", "in order", "checks first", "strips")


@pytest.mark.parametrize("kind", FORMS)
def test_a_bad_index_at_every_position(kind: str) -> None:
    built = gathered(kind)
    linked = BACKEND.link(built)
    table = numbers(5)
    for n in (1, 7, 8, 9, 20, 256, 300):
        good = np.random.default_rng(n).integers(0, 5, n)
        assert outcome(built, (good, table), linked) == outcome(
            built, (good, table), None
        )
        for place in {*range(min(n, 20)), n // 2, n - 1}:
            for bad in (5, *FAR):
                c = good.copy()
                c[place] = bad
                assert outcome(built, (c, table), linked) == (1, (float(bad), 5.0))


@pytest.mark.parametrize("kind", FORMS)
def test_the_first_of_several_bad_indices_is_reported(kind: str) -> None:
    built = gathered(kind)
    linked = BACKEND.link(built)
    c = np.zeros(600, "int64")
    c[[290, 300, 599]] = -3, 77, 5
    assert outcome(built, (c, numbers(5)), linked) == (1, (-3.0, 5.0))


@pytest.mark.parametrize("kind", FORMS)
def test_an_empty_table_and_no_indices(kind: str) -> None:
    built = gathered(kind)
    linked = BACKEND.link(built)
    nothing, one = np.zeros(0, "int64"), np.zeros(1, "int64")
    table = np.zeros(0)
    assert outcome(built, (nothing, table), linked) == outcome(
        built, (nothing, table), None
    )
    assert outcome(built, (one, table), linked) == (1, (0.0, 0.0))


@pytest.mark.parametrize("order", ["any", "in_order"])
def test_checks_that_guard_later_checks(order: str) -> None:
    """out[i] = a[d[c[i]]]: the second check reads through the first index."""
    j, k = Name("j", "int64"), Name("k", "int64")
    built = program(
        "chained",
        (C, TABLE, D),
        (OUT,),
        loop(
            "i",
            N,
            Let("j", Load(C, (I,))),
            Check(1, inside("j", Size(2, 0)), (j, Size(2, 0))),
            Let("k", Load(D, (j,))),
            Check(2, inside("k"), (k, SIZE)),
            Store(OUT, (I,), Load(TABLE, (k,))),
            order=order,
        ),
        checks=INFOS,
    )
    linked = BACKEND.link(built)
    rng = np.random.default_rng(0)
    d, table = rng.integers(0, 5, 6), numbers(5)
    for place in range(20):
        for bad in (6, *FAR):
            c = rng.integers(0, 6, 20)
            c[place] = bad
            assert outcome(built, (c, table, d), linked) == (1, (float(bad), 6.0))
            c[place], worse = 2, d.copy()
            worse[2] = bad
            wanted = outcome(built, (c, table, worse), None)
            assert wanted == (2, (float(bad), 5.0))
            assert outcome(built, (c, table, worse), linked) == wanted
    c = np.array([1, 2, 9, 3])
    worse = np.array([0, 99, 0, 0, 0, 0])
    assert outcome(built, (c, table, worse), linked) == (2, (99.0, 5.0))


def test_two_checks_in_one_pass_report_in_the_order_of_the_loop() -> None:
    j, k = Name("j", "int64"), Name("k", "int64")
    sum_ = add(Load(TABLE, (j,)), Load(TABLE, (k,)))
    built = program(
        "pairs",
        (C, TABLE, D),
        (OUT,),
        loop(
            "i",
            N,
            Let("j", Load(C, (I,))),
            Check(1, inside("j"), (j, SIZE)),
            Let("k", Load(D, (I,))),
            Check(2, inside("k"), (k, SIZE)),
            Store(OUT, (I,), sum_),
        ),
        entry=(Check(3, ar.equal(N, Size(2, 0)), (N, Size(2, 0))),),
        checks=INFOS,
    )
    assert print_program(built).source.count("reduction(|:") == 1
    linked = BACKEND.link(built)
    table = numbers(5)
    for first in (3, 10, 11):
        for second in (2, 10, 12):
            c, d = np.zeros(20, "int64"), np.ones(20, "int64")
            c[first], d[second] = -1, 50
            wanted = outcome(built, (c, table, d), None)
            assert outcome(built, (c, table, d), linked) == wanted
    assert outcome(built, (c, table, d[:3]), linked) == (3, ())


def test_a_check_of_what_the_same_iteration_stored_stays_in_place() -> None:
    x = given("x", "float64", 0, 1)
    half = Load(OUT, (I,))
    built = program(
        "stored",
        (x,),
        (OUT,),
        loop(
            "i",
            N,
            Store(OUT, (I,), mul(Load(x, (I,)), number(0.5))),
            Check(1, op(GREATER, half, number(0.0), dtype="bool"), (half,)),
        ),
        checks=INFOS,
    )
    linked = BACKEND.link(built)
    data = np.abs(numbers(30)) + 0.1
    assert outcome(built, (data,), linked) == outcome(built, (data,), None)
    data[17] = -4.0
    assert outcome(built, (data,), linked) == (1, (-2.0, 0.0))


def test_a_scatter_behind_its_checks() -> None:
    sums = result("sums", "float64", Const(4))
    y = given("y", "float64", 1, 1)
    at = Load(C, (I,))
    built = program(
        "scatter",
        (C, y),
        (sums,),
        Fill(sums, number(0.0)),
        loop("i", N, Check(1, ar.between(ZERO, at, Const(4)), (at, Const(4)))),
        loop("i", N, Update(sums, (at,), "add", Load(y, (I,))), order="in_order"),
        checks=INFOS,
    )
    linked = BACKEND.link(built)
    for n in (1, 9, 300):
        c, data = np.random.default_rng(n).integers(0, 4, n), numbers(n)
        assert outcome(built, (c, data), linked) == outcome(built, (c, data), None)
        for bad in (4, *FAR):
            c[n // 2] = bad
            assert outcome(built, (c, data), linked) == (1, (float(bad), 4.0))


def test_more_values_than_the_runtime_holds() -> None:
    x, out = given("x", "float64", 0, 0), result("out", "float64")
    values = tuple(number(float(k)) for k in range(12))
    never = op(GREATER, Load(x, ()), number(0.0), dtype="bool")
    built = program(
        "many",
        (x,),
        (out,),
        Check(1, never, values),
        Store(out, (), Load(x, ())),
        checks=INFOS,
    )
    with pytest.raises(CheckFailed) as caught:
        run(BACKEND.link(built), built, (np.float64(-1),))
    assert caught.value.values == tuple(map(float, range(8)))


def test_what_a_check_says_stands_in_the_text() -> None:
    said = CheckInfo(1, "index", "bad */ {0}\nindex")
    built = gathered("stores")
    built = Program(
        built.name, built.inputs, built.outputs, built.plan, built.body, checks=(said,)
    )
    assert (
        "/* check 1: bad * / {0} index */\nstatic int32_t nest_1"
        in print_program(built).source
    )


def test_strips_share_their_workspace() -> None:
    """A buffer of 256 elements, filled in a vector loop and scattered in order."""
    strip, sums = array("strip", "float64", Const(256)), result("sums", "float64", SIZE)
    i, start = Index("i"), Index("i0")
    stop = ar.minimum(ar.plus(start, Const(256)), N)
    at, j = ar.minus(i, start), Name("j", "int64")
    fill = loop(
        "i", stop, Let("j", Load(C, (i,))), Check(1, inside("j"), (j, SIZE)),
        Store(strip, (at,), mul(Load(TABLE, (j,)), number(3.0))), start=start,
    )  # fmt: skip
    spread = loop(
        "i", stop, Update(sums, (Load(C, (i,)),), "add", Load(strip, (at,))),
        start=start, order="in_order",
    )  # fmt: skip
    built = program(
        "strips", (C, TABLE), (sums,), Fill(sums, number(0.0)),
        loop("i0", N, fill, spread, order="in_order", step=256),
        workspace=(strip,), checks=INFOS,
    )  # fmt: skip
    linked = BACKEND.link(built)
    for n in (0, 1, 255, 256, 257, 1000):
        c, table = np.random.default_rng(n).integers(0, 5, n), numbers(5)
        assert outcome(built, (c, table), linked) == outcome(built, (c, table), None)
        if n:
            c[n - 1] = 5
            assert outcome(built, (c, table), linked) == (1, (5.0, 5.0))
