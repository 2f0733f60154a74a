"""The verifier passes every example and catches each way to break one, by its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tensorgraph.errors import VerificationError
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Address,
    Call,
    Carry,
    Cast,
    Check,
    Const,
    Fill,
    If,
    Let,
    Load,
    Name,
    Placement,
    Plan,
    Program,
    Scalar,
    Select,
    Set,
    Size,
    Store,
    Update,
)
from tensorgraph.loops.verify import verify
from tensorgraph.record import changed as replace
from tests.loops.control import (
    autoregression,
    called,
    fibonacci,
    radon,
    strips,
)
from tests.loops.pieces import (
    GREATER,
    INDEX_CHECK,
    ONE,
    ZERO,
    I,
    J,
    K,
    add,
    array,
    loop,
    number,
    op,
    program,
    result,
)
from tests.loops.programs import EXAMPLES
from tests.loops.sketches import (
    COPY,
    LONG,
    POSITIVE,
    ROW,
    SCALAR,
    SMALL_WORK,
    STRIDED,
    TABLE,
    WORK,
    A,
    C,
    M,
    N,
    S,
    X,
    Y,
    columns,
    exchanged,
    gathered,
    in_any_order,
    of_gather,
    of_matrix,
    rows,
    s_calls,
    s_is,
    store,
    without,
)


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_pass(name: str) -> None:
    verify(EXAMPLES[name]().program)


def test_radon_passes() -> None:
    verify(radon())


WIDE = result("wide", "float64", N, ar.plus(M, ONE))

BROKEN: dict[str, tuple[str, Callable[[], Program]]] = {
    # names
    "an undeclared name": ("names", lambda: of_matrix(rows(store(I, value=S)))),
    "an index after its loop": (
        "names",
        lambda: of_matrix(rows(store(I)), store(I)),
    ),
    "a name after its body": (
        "names",
        lambda: of_matrix(rows(Let("s", number(1.0))), rows(store(I, value=S))),
    ),
    "a name declared twice": (
        "names",
        lambda: of_matrix(Let("s", number(1.0)), Let("s", number(2.0))),
    ),
    "an index hidden by another": (
        "names",
        lambda: of_matrix(rows(loop("i", M, store(I)))),
    ),
    "a Let that is set": (
        "names",
        lambda: of_matrix(Let("s", number(1.0)), Set("s", number(2.0))),
    ),
    "an accumulator without declaration": (
        "names",
        lambda: of_matrix(rows(Accumulate("s", "add", number(1.0)))),
    ),
    "an axis that no input has": (
        "names",
        lambda: of_matrix(loop("i", Size(0, 2), store(I))),
    ),
    "a buffer of another program": (
        "names",
        lambda: of_matrix(rows(store(I, into=result("other", "float64", N)))),
    ),
    "an input that is written": (
        "names",
        lambda: of_matrix(rows(store(I, into=Y))),
    ),
    "a loop in an unknown order": (
        "names",
        lambda: of_matrix(rows(store(I), order="sideways")),
    ),
    # ranks
    "too few subscripts": (
        "ranks",
        lambda: of_matrix(rows(store(I, value=Load(X, (I,))))),
    ),
    "too many subscripts": ("ranks", lambda: of_matrix(rows(store(I, ZERO)))),
    "a view larger than its memory": (
        "ranks",
        lambda: of_matrix(
            store(ZERO, into=array("v", "float64", ar.plus(N, ONE), alias_of=ROW))
        ),
    ),
    # dtypes
    "a store of another dtype": (
        "dtypes",
        lambda: of_matrix(rows(store(I, value=number(1.0, "float32")))),
    ),
    "a fill of another dtype": ("dtypes", lambda: of_matrix(Fill(ROW, ONE))),
    "a sum of two dtypes": (
        "dtypes",
        lambda: of_matrix(rows(store(I, value=add(Load(Y, (I,)), ONE)))),
    ),
    "a comparison that is a number": (
        "dtypes",
        lambda: of_matrix(rows(store(I, value=op(GREATER, number(1.0), number(2.0))))),
    ),
    "a condition that is a number": (
        "dtypes",
        lambda: of_matrix(If(number(1.0), (Fill(ROW, number(1.0)),))),
    ),
    "a selection of two dtypes": (
        "dtypes",
        lambda: of_matrix(rows(store(I, value=Select(POSITIVE, number(1.0), ONE)))),
    ),
    "a subscript that is no integer": (
        "dtypes",
        lambda: of_matrix(rows(store(Cast(I, "float64")))),
    ),
    "a name of another dtype": (
        "dtypes",
        lambda: of_matrix(Let("s", ONE), rows(store(I, value=S))),
    ),
    "a function of too few arguments": (
        "dtypes",
        lambda: of_matrix(
            Let("s", number(1.0)), rows(store(I, value=Scalar(ar.ADD, (S,), "float64")))
        ),
    ),
    "a fraction as an integer": (
        "dtypes",
        lambda: of_matrix(rows(store(I, value=Cast(Const(0.5), "float64")))),
    ),
    "an unknown dtype": (
        "dtypes",
        lambda: of_matrix(rows(store(I, value=Cast(ONE, "float63")))),
    ),
    "a carried value of another dtype": (
        "dtypes",
        lambda: of_matrix(Carry("s", number(1.0)), Set("s", ONE)),
    ),
    "an and of floats": (
        "dtypes",
        lambda: of_matrix(Accumulator("s", "and", "float64")),
    ),
    # reads
    "an output read before it is written": (
        "reads",
        lambda: of_matrix(rows(store(I, value=Load(ROW, (I,))))),
    ),
    "an update of nothing": (
        "reads",
        lambda: without(radon(), Fill),
    ),
    "workspace written in one arm only": (
        "reads",
        lambda: of_matrix(
            rows(If(POSITIVE, (Fill(WORK, number(1.0)),)), order="in_order"),
            rows(store(I, value=Load(WORK, (I,)))),
        ),
    ),
    "a call on memory without content": (
        "reads",
        lambda: of_matrix(
            Call(COPY, (Address(ROW, (ZERO,)),), (ROW,), (ROW,)), routines=(COPY,)
        ),
    ),
    # bounds
    "a gather without its check": (
        "bounds",
        lambda: of_gather(gathered(Load(C, (I,)))),
    ),
    "a gather whose check is too late": (
        "bounds",
        lambda: of_gather(
            gathered(Load(C, (I,))),
            Check(7, ar.between(ZERO, Load(C, (I,)), Size(1, 0))),
        ),
    ),
    "a gather with a check of half": (
        "bounds",
        lambda: of_gather(
            Check(7, ar.less(Load(C, (I,)), Size(1, 0))), gathered(Load(C, (I,)))
        ),
    ),
    "a check of the wrong extent": (
        "bounds",
        lambda: of_gather(
            Check(7, ar.between(ZERO, Load(C, (I,)), N)), gathered(Load(C, (I,)))
        ),
    ),
    "a check in another scope": (
        "bounds",
        lambda: of_gather(
            If(
                ar.less(I, Const(3)),
                (Check(7, ar.between(ZERO, Load(C, (I,)), Size(1, 0))),),
            ),
            gathered(Load(C, (I,))),
        ),
    ),
    "one past the end": ("bounds", lambda: of_matrix(rows(store(ar.plus(I, ONE))))),
    "one before the start": (
        "bounds",
        lambda: of_matrix(rows(store(ar.minus(I, ONE)))),
    ),
    "rows for columns": (
        "bounds",
        lambda: of_matrix(rows(columns(store(I, value=Load(X, (J, I)))))),
    ),
    "the first of perhaps nothing": ("bounds", lambda: of_matrix(store(ZERO))),
    "the wrong side of a reshape": (
        "bounds",
        lambda: of_matrix(
            loop("k", ar.times(N, M), store(*ar.unflat(K, (M, N)), into=TABLE)),
            outputs=(TABLE,),
        ),
    ),
    "a strip that is too long": (
        "bounds",
        lambda: exchanged(
            strips().program,
            lambda s: replace(s, stop=Size(0, 0)) if s_is(s, "n") else s,
        ),
    ),
    "lengths that no check compares": (
        "bounds",
        lambda: replace(
            strips().program, plan=replace(strips().program.plan, checks=())
        ),
    ),
    "a subscript that changed since its check": (
        "bounds",
        lambda: of_gather(
            Carry("k", ZERO),
            Check(7, ar.less(Name("k", "int64"), Size(1, 0))),
            Set("k", ar.plus(Name("k", "int64"), ONE)),
            gathered(Name("k", "int64")),
        ),
    ),
    "a position that a loop moves on": (
        "bounds",
        lambda: of_matrix(
            Carry("k", ZERO),
            loop(
                "i",
                N,
                store(Name("k", "int64")),
                Set("k", ar.plus(Name("k", "int64"), ONE)),
                order="in_order",
            ),
        ),
    ),
    # races
    "a scatter in any order": (
        "races",
        lambda: in_any_order(radon()),
    ),
    "a recurrence in any order": ("races", lambda: in_any_order(fibonacci().program)),
    "a carried scalar in any order": (
        "races",
        lambda: in_any_order(autoregression().program),
    ),
    "one place for all iterations": (
        "races",
        lambda: of_matrix(rows(store(into=SCALAR)), outputs=(SCALAR,)),
    ),
    "a fill in any order": (
        "races",
        lambda: of_matrix(rows(Fill(ROW, number(1.0)))),
    ),
    "rows summed in any order": (
        "races",
        lambda: of_matrix(
            Fill(ROW, number(0.0)),
            columns(rows(Update(ROW, (I,), "add", Load(X, (I, J))))),
        ),
    ),
    "a neighbour that is read": (
        "races",
        lambda: of_matrix(
            Fill(ROW, number(0.0)),
            loop("i", N, store(I, value=Load(ROW, (ar.minus(I, ONE),))), start=ONE),
        ),
    ),
    "a mirror image that is read": (
        "races",
        lambda: of_matrix(
            Fill(ROW, number(0.0)),
            rows(store(I, value=Load(ROW, (ar.minus(ar.minus(N, ONE), I),)))),
        ),
    ),
    "two lists that overlap": (
        "races",
        lambda: of_matrix(
            rows(columns(
                store(I, J, into=WIDE), store(I, ar.plus(J, ONE), into=WIDE)
            )),
            outputs=(WIDE,),
        ),
    ),
    "one strip for all": (
        "races",
        lambda: exchanged(
            strips().program,
            lambda s: replace(s, order="any") if s_is(s, "n0") else s,
        ),
    ),
    "a temporary that iterations share": (
        "races",
        lambda: of_matrix(
            rows(
                Fill(SMALL_WORK, number(1.0)),
                store(I, value=Load(SMALL_WORK, (ZERO,))),
            )
        ),
    ),
    "rows that overlap": (
        "races",
        lambda: program(
            "broken",
            (Y, A),
            (LONG,),
            rows(loop("j", Size(1, 0), store(ar.plus(I, J), into=LONG))),
        ),
    ),
    "a call on shared memory": (
        "races",
        lambda: of_matrix(
            rows(Call(COPY, (I,), (), (ROW,))), routines=(COPY,)
        ),
    ),
    # sums
    "a sum read too early": (
        "sums",
        lambda: of_matrix(
            Accumulator("s", "add", "float64"),
            rows(Accumulate("s", "add", number(1.0)), store(I, value=S)),
        ),
    ),
    "another combination": (
        "sums",
        lambda: of_matrix(
            Accumulator("s", "add", "float64"), Accumulate("s", "max", number(1.0))
        ),
    ),
    # calls
    "an undeclared routine": ("calls", lambda: replace(called().program, routines=())),
    "memory that a call does not declare": (
        "calls",
        lambda: exchanged(
            called().program,
            lambda s: replace(s, writes=()) if isinstance(s, Call) else s,
        ),
    ),
    "the address of a strided input": (
        "calls",
        lambda: program(
            "broken",
            (STRIDED,),
            (),
            Call(COPY, (Address(STRIDED, (ZERO,)),), (STRIDED,)),
            routines=(COPY,),
        ),
    ),
    "a call without the result it has": (
        "calls",
        lambda: exchanged(
            called().program,
            lambda s: replace(s, result="r") if s_calls(s, "memcpy") else s,
        ),
    ),
    # checks
    "a check without a message": ("checks", lambda: replace(radon(), checks=())),
    "a check with too many values": (
        "checks",
        lambda: of_matrix(
            Check(7, ar.less(ZERO, N), (N,) * 9), checks=(INDEX_CHECK,)
        ),
    ),
    # memory
    "workspace without a place": (
        "memory",
        lambda: of_matrix(
            Fill(WORK, number(0.0)), workspace=(array("other", "float64", N),)
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_programs_are_caught(name: str) -> None:
    check, build = BROKEN[name]
    with pytest.raises(VerificationError, match=f"^{check}: "):
        verify(build())


def test_reading_what_another_buffer_overwrote_is_refused() -> None:
    out, a, b = result("out", "float64"), *(array(s, "float64", Const(4)) for s in "ab")
    read = Store(out, (), Load(a, (Const(0),)))
    body = (Fill(a, number(1.0)), Fill(b, number(2.0)), read)
    places = (Placement(a, Const(0)), Placement(b, Const(0)))
    built = Program("overlap", (), (out,), Plan((), ((),), Const(64)), body, places)
    with pytest.raises(VerificationError, match="a is read before it is written"):
        verify(built)
    verify(replace(built, body=(body[1], body[0], read)))


def test_message_shows_the_statement() -> None:
    with pytest.raises(VerificationError) as caught:
        verify(of_matrix(rows(store(ar.plus(I, ONE)))))
    assert str(caught.value) == (
        "bounds: i + 1 is not proven to be < n.\n"
        "  In `row[i + 1] = 1` of kernel broken."
    )
