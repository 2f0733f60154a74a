"""Programs in a few words, for the tests of the verifier and the prover."""

from __future__ import annotations

from collections.abc import Callable

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    Buffer,
    Call,
    Const,
    Expr,
    For,
    If,
    Load,
    Name,
    Program,
    Routine,
    Size,
    Stmt,
    Store,
    While,
)
from tensorgraph.record import changed as replace
from tests.loops.pieces import (
    GREATER,
    INDEX_CHECK,
    I,
    array,
    given,
    loop,
    number,
    op,
    program,
    result,
)

N, M = Size(0, 0), Size(0, 1)
X = given("x", "float64", 0, 2)
Y = array("y", "float64", N, role="input")
C = given("c", "int64", 0, 1)
C32 = given("c", "int32", 0, 1)
A = given("a", "float64", 1, 1)
B = given("b", "float64", 1, 1)
STRIDED = given("strided", "float64", 0, 1, strided=True)
LONG = result("long", "float64", ar.plus(N, Size(1, 0)))
ROW = result("row", "float64", N)
TABLE = result("table", "float64", N, M)
LIST = result("list", "float64", ar.times(N, M))
SCALAR = result("scalar", "float64")
S = Name("s")


def of_matrix(
    *body: Stmt, outputs: tuple[Buffer, ...] = (ROW,), **rest: object
) -> Program:
    """A program over a matrix x with n rows and m columns."""
    return program("broken", (X, Y), outputs, *body, **rest)  # type: ignore[arg-type]


def rows(*body: Stmt, order: str = "any") -> For:
    return loop("i", N, *body, order=order)


def columns(*body: Stmt, order: str = "any") -> For:
    return loop("j", M, *body, order=order)


def store(*subscripts: Expr, value: Expr | None = None, into: Buffer = ROW) -> Store:
    return Store(into, subscripts, number(1.0) if value is None else value)


def of_gather(*body: Stmt) -> Program:
    """A program that reads 5 places of a table at loaded positions."""
    return program("broken", (C, A), (ROW,), rows(*body), checks=(INDEX_CHECK,))


def gathered(at: Expr) -> Store:
    return store(I, value=Load(A, (at,)))


def exchanged(built: Program, change: Callable[[Stmt], Stmt | None]) -> Program:
    """The program with each statement changed, or dropped for None."""

    def body(old: tuple[Stmt, ...]) -> tuple[Stmt, ...]:
        return tuple(new for s in old if (new := change(inner(s))) is not None)

    def inner(statement: Stmt) -> Stmt:
        if isinstance(statement, For | While):
            return replace(statement, body=body(statement.body))
        if isinstance(statement, If):
            then, otherwise = body(statement.then), body(statement.otherwise)
            return replace(statement, then=then, otherwise=otherwise)
        return statement

    return replace(built, body=body(built.body))


def without(built: Program, kind: type[Stmt]) -> Program:
    return exchanged(built, lambda s: None if isinstance(s, kind) else s)


def in_any_order(built: Program) -> Program:
    return exchanged(
        built, lambda s: replace(s, order="any") if isinstance(s, For) else s
    )


WORK = array("w", "float64", N)
SMALL_WORK = array("w", "float64", Const(8))
COPY = Routine("memcpy", "tg")
POSITIVE = op(GREATER, Load(Y, (I,)), number(0.0), dtype="bool")


def s_is(statement: Stmt, index: str) -> bool:
    return isinstance(statement, For) and statement.index == index


def s_calls(statement: Stmt, routine: str) -> bool:
    return isinstance(statement, Call) and statement.routine.name == routine
