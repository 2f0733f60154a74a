"""What the prover proves, and that it proves nothing false."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Carry,
    Cast,
    Check,
    Const,
    Fill,
    For,
    If,
    Index,
    Let,
    Load,
    Name,
    Program,
    Select,
    Set,
    Size,
    Update,
    While,
)
from tensorgraph.loops.verify import verify
from tests.loops.pieces import (
    INDEX_CHECK,
    ONE,
    ZERO,
    I,
    J,
    K,
    loop,
    mul,
    number,
    program,
    result,
)
from tests.loops.sketches import (
    C32,
    LIST,
    LONG,
    ROW,
    TABLE,
    A,
    B,
    C,
    M,
    N,
    X,
    Y,
    columns,
    gathered,
    of_gather,
    of_matrix,
    rows,
    store,
)

TWICE = mul(Load(TABLE, (I, J)), number(2.0))

WIDE = result("wide", "float64", N, ar.plus(ar.times(Const(2), M), ONE))

SOUND: dict[str, Callable[[], Program]] = {
    "negative positions count from the end": lambda: of_gather(
        Let("k", Load(C, (I,))),
        Check(7, ar.both(
            ar.less_equal(ar.minus(ZERO, Size(1, 0)), Name("k", "int64")),
            ar.less(Name("k", "int64"), Size(1, 0)),
        )),
        Let("at", Select(
            ar.less(Name("k", "int64"), ZERO),
            ar.plus(Name("k", "int64"), Size(1, 0)),
            Name("k", "int64"),
        )),
        gathered(Name("at", "int64")),
    ),
    "positions of 32 bits": lambda: program(
        "sound",
        (C32, A),
        (ROW,),
        rows(
            Let("k", Cast(Load(C32, (I,)), "int64")),
            Check(7, ar.between(ZERO, Name("k", "int64"), Size(1, 0))),
            gathered(Name("k", "int64")),
        ),
        checks=(INDEX_CHECK,),
    ),
    "clipped positions": lambda: of_gather(
        If(
            ar.less(ZERO, Size(1, 0)),
            (gathered(ar.maximum(ZERO, ar.minimum(
                Load(C, (I,)), ar.minus(Size(1, 0), ONE)))),),
            (store(I),),
        ),
    ),
    "a flag that was named": lambda: of_gather(
        Let("ok", ar.between(ZERO, Load(C, (I,)), Size(1, 0))),
        Check(7, Name("ok", "bool")),
        gathered(Load(C, (I,))),
    ),
    "a matrix as a list": lambda: of_matrix(
        loop(
            "k",
            ar.times(N, M),
            store(K, value=Load(X, ar.unflat(K, (N, M))), into=LIST),
        ),
        outputs=(LIST,),
    ),
    "a list as a matrix": lambda: of_matrix(
        rows(columns(store(ar.flat((I, J), (N, M)), into=LIST))), outputs=(LIST,)
    ),
    "rows turned around": lambda: of_matrix(rows(store(ar.minus(ar.minus(N, ONE), I)))),
    "two lists, one after the other": lambda: program(
        "sound",
        (Y, B),
        (LONG,),
        rows(store(I, into=LONG)),
        loop("j", Size(1, 0), store(ar.plus(N, J), into=LONG)),
    ),
    "two lists in one loop": lambda: of_matrix(
        rows(columns(
            store(I, J, into=WIDE), store(I, ar.plus(ar.plus(M, ONE), J), into=WIDE)
        )),
        outputs=(WIDE,),
    ),
    "every second element": lambda: of_matrix(
        loop("i", ar.quotient(N, Const(2)), store(ar.times(Const(2), I)))
    ),
    "a triangle": lambda: of_matrix(
        Fill(TABLE, number(0.0)),
        rows(loop("j", ar.minimum(ar.plus(I, ONE), M), store(I, J, into=TABLE))),
        outputs=(TABLE,),
    ),
    "a count that a while loop checks": lambda: of_matrix(
        Carry("k", ZERO),
        While(
            ar.less(Name("k", "int64"), N),
            (store(Name("k", "int64")), Set("k", ar.plus(Name("k", "int64"), ONE))),
        ),
    ),
    "strips in any order": lambda: of_matrix(
        loop("n0", N, For(
            "i",
            Index("n0"),
            ar.minimum(ar.plus(Index("n0"), Const(256)), N),
            (store(I),),
        ), step=256),
    ),
    "a slab for each iteration": lambda: of_matrix(
        Fill(TABLE, number(0.0)),
        rows(
            columns(Update(TABLE, (I, J), "add", Load(X, (I, J))), order="in_order"),
            columns(store(I, J, value=TWICE, into=TABLE)),
        ),
        outputs=(TABLE,),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_sound_programs_pass(name: str) -> None:
    verify(SOUND[name]())
