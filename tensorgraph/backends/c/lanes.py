"""Sums in eight lanes: their arrays, and how a loop hands them over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tensorgraph.backends.c.function import Binding, Function
from tensorgraph.backends.c.prelude import lanes_of
from tensorgraph.backends.c.simple import joined
from tensorgraph.backends.c.spelling import neutral, scalar_type, suffix
from tensorgraph.loops.ir import LANES, Accumulate, Accumulator, For, If, Stmt

Arrays = dict[str, str]
"""The array of lanes of each accumulator."""


def own(body: Iterable[Stmt]) -> Iterator[Stmt]:
    """The statements that run once in each iteration: inner loops are left out."""
    for statement in body:
        yield statement
        if isinstance(statement, If):
            yield from own(statement.then)
            yield from own(statement.otherwise)


def accumulated(loop: For) -> list[str]:
    """The accumulators from outside to which the loop's own body adds."""
    inside = {s.name for s in own(loop.body) if isinstance(s, Accumulator)}
    names = (s.name for s in own(loop.body) if isinstance(s, Accumulate))
    return [name for name in dict.fromkeys(names) if name not in inside]


def declare(f: Function, names: Iterable[str]) -> Arrays:
    """Arrays of lanes, all at the start of their reduction."""
    arrays: Arrays = {}
    for name in names:
        binding = f.binding(name)
        assert binding.combine is not None
        arrays[name] = f.unit.names.unique(f"{binding.c}_lanes")
        start = lanes_of(neutral(binding.combine, binding.dtype))
        f.add(f"{_lane_type(binding)} {arrays[name]}[{LANES}] = {start};")
    return arrays


def join(f: Function, arrays: Arrays, stored_last: str = "scalars") -> None:
    """Join the lanes to their reductions.

    `stored_last` says what wrote the lanes, "scalars" or "vectors": a processor is slow
    to read as a vector what was just written as scalars, and the other way round.
    """
    how = "fold" if stored_last == "vectors" else "join"
    for name, array in arrays.items():
        binding = f.binding(name)
        if binding.is_total:
            _hand_over(f, how, binding, array)
        else:
            assert binding.combine is not None
            term = f"{array}[lane]"
            f.add(f"for (int lane = 0; lane < {LANES}; lane++)")
            f.add(f"    {joined(f, binding.combine, binding.dtype, binding.c, term)}")


def flush(f: Function, arrays: Arrays) -> None:
    """Join the lanes to their sums and start them again."""
    for name, array in arrays.items():
        _hand_over(f, "flush", f.binding(name), array)


def _hand_over(f: Function, how: str, binding: Binding, array: str) -> None:
    function = f"{how}_{suffix(binding.dtype)}"
    f.unit.prelude.need(function)
    f.add(f"tg_{function}(&{binding.c}, {array});")


def _lane_type(binding: Binding) -> str:
    """Lanes of a bool are as wide as a double's, so that both fit one vector loop."""
    return "int64_t" if binding.dtype == "bool" else scalar_type(binding.dtype)
