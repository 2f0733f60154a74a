"""Homes: where the elements of each root live between being made and being read.

A value that is read only in the iteration that makes it lives in a register; one that
later phases of the same nest read lives in a strip; all others in whole buffers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Buffer, Expr, Index
from tensorgraph.loops.roots import OPAQUE, Root, letter_of, output_buffer
from tensorgraph.loops.schedule import Nest, Schedule
from tensorgraph.loops.values import (
    Branch,
    Loop,
    Placed,
    Reshaped,
    Result,
    Scattered,
    Subscripts,
    Value,
)

STRIP = 256
"""Iterations of one phase before the next phase runs."""
ROW_STRIP = 64
"""The same where rows of a matrix should stay in the cache between phases."""


@dataclass(slots=True, eq=False)
class Home:
    """A register (`name`), or a buffer that keeps some axes of the value.

    With `strip`, the first kept axis holds only the running strip of that nest. With
    `start` the value is a part of what the buffer holds, and begins there.
    """

    name: str | None = None
    buffer: Buffer | None = None
    axes: tuple[int, ...] = ()
    strip: Expr | None = None
    start: Subscripts = ()

    def place(self, subscripts: Sequence[Expr]) -> Subscripts:
        """The subscripts in the buffer of an element of the value."""
        if self.start:
            subscripts = tuple(map(at.plus, subscripts, self.start))
        kept = [subscripts[a] for a in self.axes]
        if self.strip is not None:
            kept[0] = at.minus(kept[0], self.strip)
        return tuple(kept)


def strip_length(nest: Nest) -> int:
    """How many iterations a strip of this nest has."""
    return ROW_STRIP if any(p.kind == "row" for p in nest.phases) else STRIP


class Homes:
    """The home of every root value of a schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.homes: dict[Value, Home] = {}
        self.outputs: list[Buffer] = []
        self.results: dict[Value, list[Home]] = {}  # of each opaque root
        self._count = 0
        self._nests = {
            id(n): n for block in schedule.blocks.values() for n in _all_nests(block)
        }
        self._readers = self._find_readers()
        self._ends = _ends_of_bodies(schedule.values)
        for number, value in enumerate(schedule.outputs):
            buffer = output_buffer(number, value)
            self.outputs.append(buffer)
            if value.ndim:
                self.homes[value] = whole(buffer)
            if isinstance(value, Reshaped):
                self._make_under(value.operands[0], buffer)
        for root in schedule.roots:
            if root.into is None:
                self._assign(root)
        for value in reversed(schedule.values):
            if value not in self.homes and isinstance(value, Placed):
                self.homes[value] = self._place_of(value)

    def _place_of(self, value: Placed) -> Home:
        """A buffer of its own, or a place in the one that the value is a part of."""
        if value not in self.schedule.inside:
            return whole(self.fresh(value.dtype, value.extents))
        outer, begin = self.schedule.inside[value]
        home = self.homes[outer]
        return Home(None, home.buffer, home.axes, start=home.place(begin))

    def _make_under(self, value: Value, output: Buffer) -> None:
        """Let a value be made in the memory of an output with other extents."""
        name = self.fresh_name("a")
        seen = Buffer(name, value.dtype, value.extents, "output", output)
        self.homes[value] = whole(seen)

    def __getitem__(self, value: Value) -> Home:
        return self.homes[value]

    def fresh_name(self, prefix: str = "v") -> str:
        """A name that is not used yet."""
        self._count += 1
        return f"{prefix}{self._count}"

    def fresh(self, dtype: str, extents: Subscripts) -> Buffer:
        """New workspace."""
        return Buffer(self.fresh_name("w"), dtype, extents)

    def _find_readers(self) -> dict[Value, list[Root]]:
        readers: dict[Value, list[Root]] = {}
        for root in self.schedule.roots:
            for value, _ in root.reads:
                readers.setdefault(value, []).append(root)
        return readers

    def _assign(self, root: Root) -> None:
        value = root.value
        if isinstance(value, OPAQUE):
            self._assign_results(value)
        elif value not in self.homes:
            self.homes[value] = self._home(root)

    def _assign_results(self, value: Value) -> None:
        wanted: dict[int, Value] = {
            v.number: v
            for v in self.schedule.values
            if isinstance(v, Result) and v.operands[0] is value
        }
        for number, (extents, dtype) in enumerate(getattr(value, "results", ())):
            result = wanted.get(number)
            home = self.homes.get(result) if result is not None else None
            rank0 = not extents and isinstance(value, Loop | Branch)
            if home is None:
                home = (
                    Home(name=self.fresh_name("c"))
                    if rank0
                    else whole(self.fresh(dtype, extents))
                )
            if result is not None:
                self.homes[result] = home
            if isinstance(value, Loop) and number < len(value.state):
                self.homes[value.state[number]] = home
            self.results.setdefault(value, []).append(home)

    def _home(self, root: Root) -> Home:
        value = root.value
        if (
            isinstance(value, Scattered) or root.reduces_early
            or value in self.schedule.in_memory or (value.ndim and value in self._ends)
        ):  # fmt: skip
            return whole(self.fresh(value.dtype, value.extents))
        shared, strip = self._sharing(root)
        outer = [a for a in root.axes if a is not None]
        if shared >= len(outer):
            return Home(name=self.fresh_name())
        axes = tuple(outer[shared:])
        extents = [value.extents[a] for a in axes]
        start: Expr | None = None
        if strip is not None:
            extents[0] = at.integer(strip_length(strip))
            start = Index(letter_of(shared) + "0")
        return Home(None, self.fresh(value.dtype, tuple(extents)), axes, start)

    def _sharing(self, root: Root) -> tuple[int, Nest | None]:
        """How many loops all readers share with the root, and the nest they share
        after.
        """
        readers = self._readers.get(root.value, [])
        same = [r for r in readers if r.scope is root.scope]
        if len(same) != len(readers):
            return 0, None
        shared = len(root.path)
        for reader in readers:
            common = 0
            for mine, other in zip(root.path, reader.path, strict=False):
                if mine != other:
                    break
                common += 1
            shared = min(shared, common)
        if shared >= len(root.path):
            return shared, None
        nest = root.path[shared][0]
        together = all(
            len(r.path) > shared and r.path[shared][0] == nest for r in readers
        )
        return shared, self._nests[nest] if together else None


def _ends_of_bodies(values: Sequence[Value]) -> set[Value]:
    """What loops carry or stack, and what branches end in."""
    ends: set[Value] = set()
    for v in values:
        if isinstance(v, Loop):
            ends.update(v.next, v.rows)
        elif isinstance(v, Branch):
            ends.update(v.then, v.otherwise)
    return ends


def whole(buffer: Buffer) -> Home:
    """A home with all axes of the value."""
    return Home(None, buffer, tuple(range(len(buffer.extents))))


def _all_nests(block: Sequence[Nest]) -> list[Nest]:
    found = list(block)
    for nest in block:
        for phase in nest.phases:
            found.extend(_all_nests(phase.inner))
    return found
