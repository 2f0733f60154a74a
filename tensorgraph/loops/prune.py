"""Pruning: rows that a loop would stack and nobody reads are dropped."""

from __future__ import annotations

from collections.abc import Sequence

from tensorgraph.loops.values import Loop, Result, Value


def drop_unused_rows(outputs: Sequence[Value]) -> None:
    """Drop the rows of loops that no output needs, and renumber the results left."""
    used, loops, results = _reached(outputs)
    for loop in loops:
        first = len(loop.state)
        kept = [i for i in range(len(loop.rows)) if (loop, first + i) in used]
        places = {first + old: first + new for new, old in enumerate(kept)}
        rows = tuple(loop.rows[i] for i in kept)
        head = loop.operands[: first + len(loop.next)]
        loop.rows, loop.operands = rows, (*head, *rows)
        for result in results:
            if result.operands[0] is loop and result.number in places:
                result.number = places[result.number]


def _reached(
    outputs: Sequence[Value],
) -> tuple[set[tuple[Value, int]], list[Loop], list[Result]]:
    """Results that are read, and the loops and results reached from the outputs."""
    used: set[tuple[Value, int]] = set()
    seen: set[Value] = set()
    loops: list[Loop] = []
    results: list[Result] = []
    stack = list(outputs)
    while stack:
        value = stack.pop()
        if isinstance(value, Result) and value not in seen:
            results.append(value)
            source = value.operands[0]
            used.add((source, value.number))
            if isinstance(source, Loop) and value.number >= len(source.state):
                stack.append(source.rows[value.number - len(source.state)])
        if value in seen:
            continue
        seen.add(value)
        if isinstance(value, Loop):
            loops.append(value)
            stack.extend(value.operands[: len(value.state) + len(value.next)])
        else:
            stack.extend(value.operands)
    return used, loops, results
