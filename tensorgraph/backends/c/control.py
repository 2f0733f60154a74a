"""Loops in order, branches and bodies of statements."""

from __future__ import annotations

from collections.abc import Sequence

from tensorgraph.backends.c import lanes, simple, vector
from tensorgraph.backends.c.expressions import plain
from tensorgraph.backends.c.function import Frame, Function
from tensorgraph.loops.ir import (
    BLOCK,
    LANES,
    Call,
    Const,
    Fill,
    For,
    If,
    Let,
    Stmt,
    While,
)
from tensorgraph.loops.walk import statements

POLL_LIGHT, POLL_HEAVY = 4095, 63
"""An outermost loop looks at the stop flag when these bits of its index are 0."""


def write(f: Function, statement: Stmt) -> None:
    """Add the lines of one statement."""
    match statement:
        case For() if vector.eligible(f, statement):
            vector.write(f, statement)
        case For():
            in_order(f, statement)
        case While():
            repeat(f, statement)
        case If():
            branch(f, statement)
        case _:
            simple.write(f, statement)


def body(f: Function, inner: Sequence[Stmt]) -> None:
    """Add the lines of several statements."""
    for statement in inner:
        write(f, statement)


def in_order(f: Function, loop: For) -> None:
    """A loop from start to stop; its sums go to lanes, block by block, all the same."""
    start, stop = vector.bounds(f, loop)
    arrays = lanes.declare(f, _totals(f, loop))
    iteration = _iteration(f.unit.scalar(loop.index), start, loop.step)
    frame = Frame(arrays, f"{iteration} & {LANES - 1}")
    long = not vector.at_most_one_block(loop.start, loop.stop) or loop.step != 1
    outermost = not f.frames
    with f.block(vector.head(f, loop, start, stop)), f.loop(frame):
        f.bind(loop.index, "int64")
        if outermost and long:
            _poll(f, loop)
        body(f, loop.body)
        if arrays and long:
            with f.block(f"if (({iteration} & {BLOCK - 1}) == {BLOCK - 1})"):
                lanes.flush(f, arrays)
    lanes.join(f, arrays)


def _totals(f: Function, loop: For) -> list[str]:
    """The compensated sums of a loop; other reductions are exact and need no lanes."""
    return [name for name in lanes.accumulated(loop) if f.binding(name).is_total]


def _iteration(index: str, start: str, step: int) -> str:
    """The number of the current iteration."""
    passed = index if start == "0" else f"({index} - {start})"
    return passed if step == 1 else f"({passed} / {step})"


def _poll(f: Function, loop: For) -> None:
    heavy = any(isinstance(s, For | While | Call | Fill) for s in statements(loop.body))
    mask = POLL_HEAVY if heavy and loop.step == 1 else POLL_LIGHT
    f.poll(f"!({f.unit.scalar(loop.index)} & {mask})")


def repeat(f: Function, loop: While) -> None:
    """A while loop, which looks at the stop flag each time."""
    with f.block("for (;;)"), f.loop(Frame({})):
        condition = plain(f, loop.condition)
        f.add(f"if (!({condition}))")
        f.add("    break;")
        f.poll()
        body(f, loop.body)


def branch(f: Function, statement: If) -> None:
    """One of two bodies."""
    condition = plain(f, statement.condition)
    with f.block(f"if ({condition})"):
        body(f, statement.then)
    if statement.otherwise:
        with f.block("else"):
            body(f, statement.otherwise)


def has_loop(statement: Stmt) -> bool:
    """Whether a statement deserves a function of its own."""
    if isinstance(statement, Const | Let):
        return False
    return any(isinstance(s, For | While) for s in statements((statement,)))
