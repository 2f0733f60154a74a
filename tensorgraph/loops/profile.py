"""Programs that time themselves: the clock is read between loop nests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Buffer, Call, Const, Load, Name, Program, Stmt
from tensorgraph.loops.schedule import Nest
from tensorgraph.loops.show import show_expression, size_names
from tensorgraph.loops.walk import statements
from tensorgraph.record import changed, record

CLOCK = ir.Routine("tg_clock", "tg", "int64")
"""Nanoseconds since some moment."""

Span = tuple[Nest, int, int]
"""A nest, and where its statements begin and end in the body of the program."""


@record
class Timed:
    """A part of a program that is timed: its loops, and the user's lines in it.

    `lines` has the cost of each line, in additions an iteration.
    """

    title: str
    lines: dict[Any, int]


def with_clock(
    program: Program, spans: Sequence[Span]
) -> tuple[Program, tuple[Timed, ...]]:
    """The program with counters, and what they count.

    The counters are one more input and one more output, an int64 vector each: how often
    the program has run, then the nanoseconds spent in each nest.
    """
    kept = [span for span in spans if span[1] < span[2]]
    extents = (Const(len(kept) + 1),)
    before = Buffer("counters", "int64", extents, "input")
    after = Buffer("counted", "int64", extents, "output")
    body = [_counted(after, before, 0, Const(1)), _read_clock(0)]
    for number, (_, start, stop) in enumerate(kept, start=1):
        body += [*program.body[start:stop], _read_clock(number)]
        passed = at.minus(_moment(number), _moment(number - 1))
        body.append(_counted(after, before, number, passed))
    body += program.body[kept[-1][2] if kept else 0 :]
    plan = changed(program.plan, output_extents=(*program.plan.output_extents, extents))
    timed = changed(
        program, inputs=(*program.inputs, before), outputs=(*program.outputs, after),
        plan=plan, body=tuple(body), routines=(*program.routines, CLOCK),
    )  # fmt: skip
    names = size_names(program)
    return timed, tuple(
        Timed(_title(program.body[start:stop], names), _lines(nest))
        for nest, start, stop in kept
    )


def _read_clock(number: int) -> Stmt:
    return Call(CLOCK, (), result=_moment(number).name)


def _moment(number: int) -> Name:
    return Name(f"clock{number}", "int64")


def _counted(after: Buffer, before: Buffer, number: int, more: ir.Expr) -> Stmt:
    place = (Const(number),)
    return ir.Store(after, place, at.plus(Load(before, place), more))


def _title(body: tuple[Stmt, ...], names: Any) -> str:
    """The loops, without those over a strip; the routines; or that there are none."""
    found: dict[str, None] = {}
    for statement in statements(body):
        if isinstance(statement, ir.For) and statement.start == at.ZERO:
            stop = show_expression(statement.stop, names)
            found[f"{statement.index.rstrip('0')} in {stop}"] = None
        elif isinstance(statement, Call):
            found[statement.routine.name] = None
    return ", ".join(found) or "scalars"


def _lines(nest: Nest) -> dict[Any, int]:
    """The cost of each of the user's lines in one iteration."""
    found: dict[Any, int] = {}
    for root in nest.members:
        for value in dict.fromkeys((root.value, *(v for v, _ in root.inlined))):
            cost = getattr(value, "cost", 1)
            for place in value.places if cost else ():
                found[place] = found.get(place, 0) + cost
    return found
