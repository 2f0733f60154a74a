"""Loops whose iterations are independent: printed so that compilers vectorize them."""

from __future__ import annotations

from collections.abc import Iterator

from tensorgraph.backends.c import groups, guards, lanes, simple
from tensorgraph.backends.c.expressions import plain
from tensorgraph.backends.c.function import INDENT, Frame, Function
from tensorgraph.loops.arithmetic import ADD, MIN
from tensorgraph.loops.ir import (
    BLOCK,
    LANES,
    Accumulate,
    Carry,
    Check,
    Const,
    Expr,
    For,
    Let,
    Scalar,
    Set,
    Stmt,
    Store,
    Update,
)
from tensorgraph.loops.walk import called

STRAIGHT = (Let, Carry, Set, Store, Update, Accumulate, Check)


def eligible(f: Function, loop: For) -> bool:
    """Whether a loop can be printed as a vector loop."""
    if loop.order != "any" or loop.step != 1 or not loop.body:
        return False
    if not all(isinstance(s, STRAIGHT) for s in loop.body):
        return False
    if f.unit.program.routines and any(any(called(s)) for s in loop.body):
        return False
    if not guards.can_go_first(loop.body):
        return False
    carried = {s.name for s in loop.body if isinstance(s, Carry)}
    return all(_independent(f, s, carried) for s in loop.body)


def _independent(f: Function, statement: Stmt, carried: set[str]) -> bool:
    """False for what has to happen in order: outer variables, products of floats."""
    if isinstance(statement, Set):
        return statement.name in carried
    if isinstance(statement, Accumulate) and statement.combine == "mul":
        return f.binding(statement.name).dtype[0] not in "fc"
    return True


def at_most_one_block(start: Expr, stop: Expr) -> bool:
    """Whether a loop is known to have at most `BLOCK` iterations.

    >>> at_most_one_block(Const(0), Const(8))
    True
    """
    if isinstance(start, Const) and isinstance(stop, Const):
        return bool(stop.value - start.value <= BLOCK)
    match stop:
        case Scalar(function, (a, b)) if function == MIN:
            return at_most_one_block(start, a) or at_most_one_block(start, b)
        case Scalar(function, (a, Const(value=length))) if (
            function == ADD and a == start
        ):
            return bool(length <= BLOCK)
        case Scalar(function, (Const(value=length), a)) if (
            function == ADD and a == start
        ):
            return bool(length <= BLOCK)
    return False


def write(f: Function, loop: For) -> None:
    """Add the lines of an eligible loop."""
    start, stop = bounds(f, loop)
    checked = any(isinstance(s, Check) for s in loop.body)
    rest = tuple(s for s in loop.body if not isinstance(s, Check))
    sums = lanes.accumulated(loop)
    if checked and all(isinstance(s, Let) for s in rest):
        _guard(f, loop, start, stop)
    elif not checked and not sums:
        _without_sums(f, loop, rest, start, stop)
    else:
        for block, end in _blocks(f, loop, start, stop):
            if checked:
                _guard(f, loop, block, end)
            if sums:
                _in_lanes(f, loop, rest, block, end)
            else:
                _without_sums(f, loop, rest, block, end)


def bounds(f: Function, loop: For) -> tuple[str, str]:
    """Where a loop starts and stops, as names or numbers."""
    found = []
    index = f.unit.scalar(loop.index)
    for expr, end in ((loop.start, "start"), (loop.stop, "stop")):
        value = plain(f, expr)
        if value == index or not (value.isidentifier() or value.isdecimal()):
            name = f.unit.names.unique(f"{index}_{end}")
            f.add(f"const int64_t {name} = {value};")
            value = name
        found.append(value)
    return found[0], found[1]


def _blocks(f: Function, loop: For, start: str, stop: str) -> Iterator[tuple[str, str]]:
    """The blocks of the loop, one after another; a known short loop is one block."""
    if at_most_one_block(loop.start, loop.stop):
        with f.block(""):
            yield start, stop
        return
    with f.block(f"for (int64_t block = {start}; block < {stop}; block += {BLOCK})"):
        f.add(
            f"const int64_t end = block + {BLOCK} < {stop} ? block + {BLOCK} : {stop};"
        )
        yield "block", "end"


def head(f: Function, loop: For, start: str, stop: str) -> str:
    """The first line of a loop over the index."""
    index = f.unit.scalar(loop.index)
    step = f"{index}++" if loop.step == 1 else f"{index} += {loop.step}"
    return f"for (int64_t {index} = {start}; {index} < {stop}; {step})"


def _without_sums(
    f: Function, loop: For, body: tuple[Stmt, ...], start: str, stop: str
) -> None:
    if all(_groups(start, stop)) and groups.worthwhile(body):
        groups.write(f, loop, body, start, stop, {})
        return
    f.add("#pragma omp simd")
    with f.block(head(f, loop, start, stop)), f.vector_loop():
        f.bind(loop.index, "int64")
        for statement in body:
            simple.write(f, statement)


def _guard(f: Function, loop: For, start: str, stop: str) -> None:
    """Leave if any check fails; after it, every check of the loop holds."""
    first = head(f, loop, start, stop)
    for group in guards.passes(loop.body):
        flag = guards.test(f, group, first, loop.index)
        with f.block(f"if ({flag})"):
            guards.locate(f, loop.body, first, loop.index)


def _in_lanes(
    f: Function, loop: For, body: tuple[Stmt, ...], start: str, stop: str
) -> None:
    """Whole groups of lanes as vectors, then the rest one by one, in the same lanes."""
    arrays = lanes.declare(f, lanes.accumulated(loop))
    whole, rest = _groups(start, stop)
    if whole and rest and groups.worthwhile(body):
        groups.write(f, loop, body, start, stop, arrays)
        lanes.join(f, arrays)
        return
    index = f.unit.scalar(loop.index)
    frame = Frame(arrays, "lane")
    with f.captured() as lines, f.inside(), f.loop(frame), f.vector_loop():
        f.bind(loop.index, "int64")
        f.add(f"const int64_t {index} = base + lane;")
        for statement in body:
            simple.write(f, statement)
    f.add(f"int64_t base = {start};")
    if whole:
        with f.block(f"for (; base + {LANES} <= {stop}; base += {LANES})"):
            f.add(f"#pragma omp simd simdlen({LANES})")
            _paste(f, f"for (int lane = 0; lane < {LANES}; lane++)", lines)
    if rest:
        _paste(f, f"for (int lane = 0; base + lane < {stop}; lane++)", lines)
    lanes.join(f, arrays, "scalars" if rest else "vectors")


def _groups(start: str, stop: str) -> tuple[bool, bool]:
    """Whether a loop may have whole groups of lanes, and iterations besides them.

    >>> _groups("0", "8"), _groups("0", "5"), _groups("0", "n")
    ((True, False), (False, True), (True, True))
    """
    if not (start.isdecimal() and stop.isdecimal()):
        return True, True
    length = int(stop) - int(start)
    return length >= LANES, length % LANES != 0


def _paste(f: Function, first: str, lines: list[str]) -> None:
    f.add(first + " {")
    f.lines.extend(INDENT * f.depth + line for line in lines)
    f.add("}")
