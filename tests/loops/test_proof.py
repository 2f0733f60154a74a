"""What the prover proves, and that it proves nothing false."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given as given_
from hypothesis import settings
from hypothesis import strategies as st

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Carry,
    Cast,
    Check,
    Const,
    Expr,
    Fill,
    For,
    If,
    Index,
    Let,
    Load,
    Name,
    Program,
    Scalar,
    Select,
    Set,
    Size,
    Update,
    While,
)
from tensorgraph.loops.polynomial import ONE as POLY_ONE
from tensorgraph.loops.proof import Facts
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


# -- nothing false is proven -----------------------------------------------------------

LIMIT = 4
"""Sizes up to this are tried out one by one."""

LEAVES = st.sampled_from([N, M, I, J, Name("k", "int64"), *map(Const, range(-2, 5))])


def combinations(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    functions = st.sampled_from([ar.plus, ar.minus, ar.times, ar.minimum, ar.maximum])
    divisions = st.sampled_from([ar.quotient, ar.remainder])
    natural = st.sampled_from([N, M, I, J, ar.plus(ar.times(I, M), J)])
    selected = st.builds(
        lambda a, b, c, d: Select(ar.less(a, b), c, d), inner, inner, inner, inner
    )
    return st.one_of(
        st.builds(lambda f, a, b: f(a, b), functions, inner, inner),
        st.builds(
            lambda f, a, b: f(a, Const(b)), divisions, natural, st.integers(1, 3)
        ),
        selected,
    )


GOALS = st.recursive(LEAVES, combinations, max_leaves=6)


def known_facts() -> Facts:
    """i < n, j < m, and a loaded k with -1 <= k <= n."""
    facts = Facts()
    n, m = facts.size(0, 0), facts.size(0, 1)
    for name, limit in (("i", n), ("j", m)):
        index = facts.names[name] = facts.fresh()
        facts.learn((index, limit - POLY_ONE - index, limit - POLY_ONE))
    k = facts.names["k"] = facts.fresh()
    facts.learn((k + POLY_ONE, n - k))
    return facts


def worlds() -> list[dict[str, int]]:
    """All values that these facts allow, for small sizes."""
    return [
        {"n": n, "m": m, "i": i, "j": j, "k": k}
        for n in range(1, LIMIT)
        for m in range(1, LIMIT)
        for i in range(n)
        for j in range(m)
        for k in range(-1, n + 1)
    ]


def value_in(world: dict[str, int], expr: Expr) -> int:
    match expr:
        case Const(value):
            return int(value)
        case Name(name) | Index(name):
            return world[name]
        case Size(_, axis):
            return world["nm"[axis]]
        case Select(condition, a, b):
            return value_in(world, a if value_in(world, condition) else b)
        case Scalar(function, arguments):
            return int(function.reference(*(value_in(world, a) for a in arguments)))
    raise TypeError(expr)


@settings(max_examples=400, deadline=None)
@given_(GOALS)
def test_what_is_proven_is_true(goal: Expr) -> None:
    facts = known_facts()
    if facts.prove(facts.value(goal)):
        assert all(value_in(world, goal) >= 0 for world in worlds())


def test_that_something_is_proven() -> None:
    facts = known_facts()
    true = [
        ar.minus(ar.times(N, M), ar.plus(ar.flat((I, J), (N, M)), ONE)),
        ar.minus(I, ar.remainder(I, Const(3))),
        ar.minus(Const(2), ar.remainder(ar.plus(I, J), Const(3))),
        ar.minus(ar.maximum(N, M), ar.plus(J, ONE)),
        ar.plus(Select(ar.less(Name("k", "int64"), ZERO), N, Name("k", "int64")), I),
    ]
    assert all(facts.prove(facts.value(goal)) for goal in true)
    assert all(value_in(w, goal) >= 0 for goal in true for w in worlds())


def test_facts_are_forgotten() -> None:
    facts = known_facts()
    i, mark = facts.names["i"], facts.mark()
    facts.learn((i - POLY_ONE,))
    assert facts.prove(i - POLY_ONE)
    facts.forget(mark)
    assert facts.prove(i) and not facts.prove(i - POLY_ONE)
