"""Programs with order: carried values, branches, strips, calls, and their results."""

from __future__ import annotations

import numpy as np

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Address,
    Call,
    Carry,
    Check,
    CheckInfo,
    Const,
    Expr,
    Fill,
    If,
    Index,
    Let,
    Load,
    Name,
    Placement,
    Plan,
    Program,
    Routine,
    RoutineAddress,
    Select,
    Set,
    Size,
    Stmt,
    Store,
    Update,
    While,
)
from tests.loops.pieces import (
    DIVIDE,
    GREATER,
    INDEX_CHECK,
    LIBC,
    LIBM,
    NEGATE,
    ONE,
    SQRT,
    ZERO,
    Example,
    I,
    add,
    address,
    array,
    compare_doubles,
    given,
    loop,
    mul,
    number,
    numbers,
    op,
    program,
    result,
)


def autoregression(n: int = 50) -> Example:
    """A carried scalar and a carried array, as a scan has them."""
    x = given("x", "float64", 0, 1)
    out, last = result("path", "float64", Size(0, 0)), result("last", "float64")
    data = numbers(n)
    expected, h = np.empty(n), 0.0
    for t in range(n):
        h = 0.5 * h + data[t]
        expected[t] = h
    return Example(
        program(
            "autoregression",
            (x,),
            (out, last),
            Carry("h", number(0.0)),
            loop(
                "i",
                Size(0, 0),
                Set("h", add(mul(number(0.5), Name("h")), Load(x, (I,)))),
                Store(out, (I,), Name("h")),
                order="in_order",
            ),
            Store(last, (), Name("h")),
        ),
        (data,),
        (expected, h),
    )


def fibonacci(n: int = 12) -> Example:
    """A loop that reads what earlier iterations stored."""
    x = given("like", "float64", 0, 1)
    out = result("f", "int64", Size(0, 0))
    previous = lambda k: Load(out, (ar.minus(I, Const(k)),))  # noqa: E731
    few = Check(3, ar.less_equal(Const(2), Size(0, 0)), (Size(0, 0),))
    expected = [1, 1]
    while len(expected) < n:
        expected.append(expected[-1] + expected[-2])
    return Example(
        program(
            "fibonacci",
            (x,),
            (out,),
            Store(out, (ZERO,), ONE),
            Store(out, (ONE,), ONE),
            loop(
                "i",
                Size(0, 0),
                Store(out, (I,), add(previous(1), previous(2))),
                start=Const(2),
                order="in_order",
            ),
            entry=(few,),
            checks=(CheckInfo(3, "shape", "at least two are needed, not {0}"),),
        ),
        (np.zeros(n),),
        (np.array(expected),),
    )


def newton(value: float = 2.0) -> Example:
    """A square root by iteration until it stands still, and its steps."""
    x = given("x", "float64", 0, 0)
    root, steps = result("root", "float64"), result("steps", "int64")
    guess, before, count = Name("guess"), Name("before"), Name("count", "int64")
    better = mul(number(0.5), add(guess, op(DIVIDE, Load(x, ()), guess)))
    moving = op(GREATER, before, guess, dtype="bool")
    few = ar.less(count, Const(60))
    a, b, k = value + 1.0, np.inf, 0
    while b > a and k < 60:
        a, b, k = 0.5 * (a + value / a), a, k + 1
    return Example(
        program(
            "newton",
            (x,),
            (root, steps),
            Carry("guess", add(Load(x, ()), number(1.0))),
            Carry("before", number(np.inf)),
            Carry("count", ZERO),
            While(
                ar.both(moving, few),
                (
                    Set("before", guess),
                    Set("guess", better),
                    Set("count", ar.plus(count, ONE)),
                ),
            ),
            Store(root, (), guess),
            Store(steps, (), count),
        ),
        (np.float64(value),),
        (a, k),
    )


def branches(n: int = 30) -> Example:
    """Both arms of If in a loop, one of them without an else, and sums in a branch."""
    x = given("x", "float64", 0, 1)
    out, above = result("out", "float64", Size(0, 0)), result("above", "float64")
    v = Load(x, (I,))
    positive = op(GREATER, v, number(0.0), dtype="bool")
    large = op(GREATER, v, number(1.0), dtype="bool")
    data = numbers(n)
    expected = np.where(data > 0, data * data, -data)
    expected[data > 1] += 1.0
    return Example(
        program(
            "branches",
            (x,),
            (out, above),
            Accumulator("s", "add", "float64"),
            loop(
                "i",
                Size(0, 0),
                If(
                    positive,
                    (Store(out, (I,), mul(v, v)), Accumulate("s", "add", v)),
                    (Store(out, (I,), op(NEGATE, v)),),
                ),
                If(large, (Update(out, (I,), "add", number(1.0)),)),
            ),
            Store(above, (), Name("s")),
        ),
        (data,),
        (expected, data[data > 0].sum()),
        exact=False,
    )


def mixed_sums(n: int = 600) -> Example:
    """One sum fed from an outer loop, an inner loop, a while loop and outside."""
    x, out = given("x", "float64", 0, 1), result("out", "float64")
    data = numbers(n)
    count = Name("count", "int64")
    return Example(
        program(
            "mixed_sums",
            (x,),
            (out,),
            Accumulator("s", "add", "float64"),
            Accumulate("s", "add", number(1e16)),
            loop(
                "i",
                Size(0, 0),
                Accumulate("s", "add", Load(x, (I,))),
                loop("j", Const(3), Accumulate("s", "add", Load(x, (I,)))),
                Accumulate("s", "add", number(0.125)),
                order="in_order",
            ),
            Carry("count", ZERO),
            While(
                ar.less(count, Const(5)),
                (
                    Accumulate("s", "add", number(0.1)),
                    Set("count", ar.plus(count, ONE)),
                ),
            ),
            Accumulate("s", "add", number(-1e16)),
            Store(out, (), Name("s")),
        ),
        (data,),
        (4 * data.sum() + 0.125 * n + 0.5,),
        exact=False,
    )


def called() -> Example:
    """C functions of the standard library: one copies memory, one returns a number."""
    copy = Routine("memcpy", "tg")
    power = Routine("hypot", "tg", "float64")
    x, out = given("x", "float64", 0, 2), result("out", "float64", Size(0, 1))
    norm = result("norm", "float64")
    last = ar.minus(Size(0, 0), ONE)
    size = ar.times(Size(0, 1), Const(8))
    arguments = (Address(out, (ZERO,)), Address(x, (last, ZERO)), size)
    data = numbers(3, 4)
    return Example(
        program(
            "called",
            (x,),
            (out, norm),
            Call(copy, arguments, (x,), (out,)),
            Call(power, (number(3.0), number(4.0)), result="h"),
            Store(norm, (), Name("h")),
            routines=(copy, power),
            entry=(Check(1, ar.less_equal(ONE, Size(0, 0)), (Size(0, 0),)),),
            checks=(CheckInfo(1, "shape", "{0} rows are too few"),),
        ),
        (data,),
        (data[-1], 5.0),
        routines={"memcpy": address(LIBC.memcpy), "hypot": address(LIBM.hypot)},
    )


def sorted_by_call() -> Example:
    """qsort, which is given the address of another routine."""
    sort, compare = Routine("qsort", "tg"), Routine("compare", "tg", "int32")
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    start = Address(out, (ZERO,))
    data = numbers(20)
    return Example(
        program(
            "sorted_by_call",
            (x,),
            (out,),
            loop("i", Size(0, 0), Store(out, (I,), Load(x, (I,)))),
            Call(
                sort,
                (start, Size(0, 0), Const(8), RoutineAddress(compare)),
                (out,),
                (out,),
            ),
            routines=(sort, compare),
        ),
        (data,),
        (np.sort(data),),
        routines={"qsort": address(LIBC.qsort), "compare": address(compare_doubles)},
    )


def deep(length: int = 1200) -> Example:
    """x + 1 + 1 + ...: an expression as deep as it is long."""
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    value: Expr = Load(x, (I,))
    data, expected = numbers(3), numbers(3)
    for _ in range(length):
        value = add(value, number(1.0))
        expected = expected + 1.0
    body = loop("i", Size(0, 0), Store(out, (I,), value))
    return Example(program("deep", (x,), (out,), body), (data,), (expected,))


def shared(doublings: int = 40) -> Example:
    """Each node is used twice: small as a graph, vast as a tree."""
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    value: Expr = Load(x, (I,))
    data = numbers(3)
    for _ in range(doublings):
        value = add(value, value)
    body = loop("i", Size(0, 0), Store(out, (I,), value))
    return Example(
        program("shared", (x,), (out,), body), (data,), (data * 2.0**doublings,)
    )


def strips(n: int = 700) -> Example:
    """Costly work in strips of 256, scattered strip by strip."""
    y, c = given("y", "float64", 0, 1), given("c", "int64", 1, 1)
    out = result("sums", "float64", Const(5))
    strip, flag = array("strip", "float64", Const(256)), Index("n0")
    stop = ar.minimum(ar.plus(flag, Const(256)), Size(0, 0))
    row = Index("n")
    inside = ar.between(ZERO, Load(c, (row,)), Const(5))
    fill = loop(
        "n",
        stop,
        Store(strip, (ar.minus(row, flag),), op(SQRT, Load(y, (row,)))),
        start=flag,
    )
    spread = loop(
        "n",
        stop,
        Check(7, inside, (Load(c, (row,)), Const(5))),
        Update(out, (Load(c, (row,)),), "add", Load(strip, (ar.minus(row, flag),))),
        start=flag,
        order="in_order",
    )
    same = Check(8, ar.equal(Size(0, 0), Size(1, 0)), (Size(0, 0), Size(1, 0)))
    data, where = np.abs(numbers(n)), np.random.default_rng(2).integers(0, 5, n)
    expected = np.zeros(5)
    np.add.at(expected, where, np.sqrt(data))
    return Example(
        program(
            "strips",
            (y, c),
            (out,),
            Fill(out, number(0.0)),
            loop("n0", Size(0, 0), fill, spread, order="in_order", step=256),
            workspace=(strip,),
            entry=(same,),
            checks=(INDEX_CHECK, CheckInfo(8, "shape", "lengths {0} and {1} differ")),
        ),
        (data, where),
        (expected,),
    )


def softmax(n: int = 40) -> Example:
    """Two temporaries whose lives do not overlap share one place in the workspace."""
    x, out = given("x", "float64", 0, 1), result("out", "float64", Size(0, 0))
    first, second = (array(s, "float64", Size(0, 0)) for s in ("first", "second"))
    data = numbers(n)
    shifted = data - data.max()
    expected = shifted * shifted / (shifted * shifted).sum()
    body = (
        Accumulator("top", "max", "float64"),
        loop("i", Size(0, 0), Accumulate("top", "max", Load(x, (I,)))),
        loop(
            "i", Size(0, 0), Store(first, (I,), op(ar.SUB, Load(x, (I,)), Name("top")))
        ),
        Accumulator("s", "add", "float64"),
        loop(
            "i",
            Size(0, 0),
            Let("e", mul(Load(first, (I,)), Load(first, (I,)))),
            Store(out, (I,), Name("e")),
            Accumulate("s", "add", Name("e")),
        ),
        loop(
            "i", Size(0, 0), Store(second, (I,), op(DIVIDE, Load(out, (I,)), Name("s")))
        ),
        loop("i", Size(0, 0), Store(out, (I,), Load(second, (I,)))),
    )
    space = ar.times(
        ar.quotient(ar.plus(ar.times(Size(0, 0), Const(8)), Const(63)), Const(64)),
        Const(64),
    )
    plan = Plan((), ((Size(0, 0),),), space)
    places = (Placement(first, ZERO), Placement(second, ZERO))
    return Example(
        Program("softmax", (x,), (out,), plan, body, places),
        (data,),
        (expected,),
        exact=False,
    )


def long(blocks: int = 24) -> Example:
    """Many loops, with scalars of every kind that live across them."""
    x = given("x", "float64", 0, 1)
    outs = tuple(result(f"out{k}", "float64", Size(0, 0)) for k in range(blocks))
    sums = result("sums", "float64", Const(2))
    work = array("work", "float64", Size(0, 0))
    body: list[Stmt] = [
        Accumulator("s", "add", "float64"),
        Accumulator("top", "max", "float64"),
        Carry("h", number(1.0)),
        Let("few", ar.less(Size(0, 0), Const(1000))),
        loop("i", Size(0, 0), Store(work, (I,), Load(x, (I,)))),
    ]
    data = numbers(30)
    expected, scale, values = [], 1.0, data
    for k, out in enumerate(outs):
        value = mul(Load(work, (I,)), Name("h"))
        body += [
            loop(
                "i",
                Size(0, 0),
                Let("v", Select(Name("few", "bool"), value, number(0.0))),
                Store(out, (I,), add(Name("v"), number(float(k)))),
                Store(work, (I,), Name("v")),
                Accumulate("s", "add", Name("v")),
                Accumulate("top", "max", Name("v")),
            ),
            Set("h", mul(Name("h"), number(-0.75))),
        ]
        values = values * scale
        expected.append((values, values + float(k)))
        scale *= -0.75
    body += [Store(sums, (ZERO,), Name("s")), Store(sums, (ONE,), Name("top"))]
    total, top = (f([v for v, _ in expected]) for f in (np.sum, np.max))
    return Example(
        program("long", (x,), (*outs, sums), *body, workspace=(work,)),
        (data,),
        (*(out for _, out in expected), np.array([total, top])),
        exact=False,
    )


def radon() -> Program:
    """The row pass of a regression with a level for each group."""
    y, x = given("y", "float64", 0, 1), given("x", "float64", 1, 1)
    c, a = given("c", "int64", 2, 1), given("a", "float64", 3, 1)
    loss, ga = result("f", "float64"), result("ga", "float64", Size(3, 0))
    n, j = Index("n"), Name("j", "int64")
    fitted = mul(Load(a, (j,)), Load(x, (n,)))
    rows = Size(0, 0)
    entry = tuple(
        Check(k, ar.equal(rows, Size(k, 0)), (rows, Size(k, 0))) for k in (1, 2)
    )
    lengths = tuple(CheckInfo(k, "shape", "lengths {0} and {1} differ") for k in (1, 2))
    body = loop(
        "n",
        rows,
        Let("j", Load(c, (n,))),
        Check(7, ar.between(ZERO, j, Size(3, 0)), (j, Size(3, 0))),
        Let("r", op(ar.SUB, Load(y, (n,)), fitted)),
        Accumulate("rr", "add", mul(Name("r"), Name("r"))),
        Update(ga, (j,), "add", mul(Name("r"), Load(x, (n,)))),
        order="in_order",
    )
    return program(
        "radon",
        (y, x, c, a),
        (loss, ga),
        Fill(ga, number(0.0)),
        Accumulator("rr", "add", "float64"),
        body,
        Store(loss, (), op(NEGATE, mul(number(0.5), Name("rr")))),
        entry=entry,
        checks=(*lengths, INDEX_CHECK),
    )
