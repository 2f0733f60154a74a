"""Checks in vector loops: a first pass finds out whether any fails."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tensorgraph.backends.c import simple
from tensorgraph.backends.c.expressions import text
from tensorgraph.backends.c.function import Function
from tensorgraph.loops.ir import Check, Expr, Let, Load, Name, Stmt, Store, Update
from tensorgraph.loops.walk import expressions, loads, postorder

Slice = tuple[Stmt, ...]
"""A check and the Lets that its condition needs."""


def slices(body: Sequence[Stmt]) -> list[Slice]:
    """For each check of a body, the Lets that its condition needs and itself."""
    lets = {s.name: s for s in body if isinstance(s, Let)}
    return [(*_needed(lets, (s.condition,)), s) for s in body if isinstance(s, Check)]


def can_go_first(body: Sequence[Stmt]) -> bool:
    """Whether no check needs what the body itself writes or changes."""
    checks = [s for s in body if isinstance(s, Check)]
    if not checks:
        return True
    written = {s.buffer.memory for s in body if isinstance(s, Store | Update)}
    lets = {s.name: s for s in body if isinstance(s, Let)}
    own = {s.name for s in body if hasattr(s, "name") and not isinstance(s, Let)}
    for check in checks:
        for statement in (*_needed(lets, (check.condition, *check.values)), check):
            if any(load.buffer.memory in written for load in loads(statement)):
                return False
            if own & set(_names(statement)):
                return False
    return True


def passes(body: Sequence[Stmt]) -> list[list[Slice]]:
    """The checks in groups; all of a group may be tested before any is known to hold.

    A check that reads through another loaded value waits for the checks before it.
    """
    groups: list[list[Slice]] = []
    for piece in slices(body):
        if groups and not any(_depends_on_loads(s, piece) for s in piece):
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def test(f: Function, group: Sequence[Slice], head: str, index: str) -> str:
    """Print a vector loop that tests a group of checks; the name of its flag."""
    flag = f.unit.names.unique("bad")
    f.add(f"int64_t {flag} = 0;")
    f.add(f"#pragma omp simd reduction(|:{flag})")
    with f.block(head), f.vector_loop():
        f.bind(index, "int64")
        for statement in dict.fromkeys(s for piece in group for s in piece):
            if isinstance(statement, Check):
                f.add(f"{flag} |= !{_wrapped(text(f, statement.condition))};")
            else:
                simple.write(f, statement)
    return flag


def locate(f: Function, body: Sequence[Stmt], head: str, index: str) -> None:
    """Print a plain loop that leaves at the first check that fails."""
    lets = {s.name: s for s in body if isinstance(s, Let)}
    checks = [s for s in body if isinstance(s, Check)]
    roots = [e for check in checks for e in (check.condition, *check.values)]
    kept = {id(s) for s in (*_needed(lets, roots), *checks)}
    with f.block(head):
        f.bind(index, "int64")
        for statement in body:
            if id(statement) in kept:
                simple.write(f, statement)


def _wrapped(condition: str) -> str:
    return condition if condition.startswith("(") else f"({condition})"


def _needed(lets: dict[str, Let], roots: Sequence[Expr]) -> list[Let]:
    """The Lets that some expressions need, in the order of the body."""
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        for node in postorder(waiting.pop()):
            if isinstance(node, Name) and node.name in lets and node.name not in found:
                found.add(node.name)
                waiting.append(lets[node.name].expr)
    return [let for name, let in lets.items() if name in found]


def _names(statement: Stmt) -> Iterator[str]:
    for expr in expressions(statement):
        for node in postorder(expr):
            if isinstance(node, Name):
                yield node.name


def _depends_on_loads(statement: Stmt, piece: Slice) -> bool:
    """Whether a subscript of a load needs another load."""
    lets = {s.name: s for s in piece if isinstance(s, Let)}
    for load in loads(statement):
        needed = _needed(lets, load.subscripts)
        inner = [*load.subscripts, *(let.expr for let in needed)]
        if any(isinstance(node, Load) for expr in inner for node in postorder(expr)):
            return True
    return False
