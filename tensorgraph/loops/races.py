"""Whether the iterations of a loop stay out of each other's memory.

A loop whose iterations may run in any order must give each iteration a slab of every
buffer that it writes: along one axis, or along the flat positions, iteration k touches
only ``start + stride * k`` up to ``start + stride * k + stride - 1``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tensorgraph.loops.ir import Buffer
from tensorgraph.loops.polynomial import ONE, ZERO, Polynomial
from tensorgraph.loops.proof import Facts

Slab = tuple[Buffer | None, int, Polynomial, Polynomial]
"""A view and its axis, or None for flat positions; the stride; where slab 0 starts."""


@dataclass
class LoopScope:
    """One loop being verified: its counter, and how its body touches what it writes."""

    order: str
    counter: int
    writes: frozenset[Buffer]
    slabs: dict[Buffer, set[Slab]] = field(default_factory=dict)

    def touch(
        self, facts: Facts, buffer: Buffer, subscripts: tuple[Polynomial, ...]
    ) -> bool:
        """Note an access; False if it fits no slab that earlier accesses fit."""
        memory = buffer.memory
        if self.order != "any" or memory not in self.writes:
            return True
        found = set(self._slabs(facts, buffer, subscripts))
        known = self.slabs.setdefault(memory, found)
        known &= found
        return bool(known)

    def touch_whole(self, buffer: Buffer) -> bool:
        """Note an access to every element."""
        return self.order != "any" or buffer.memory not in self.writes

    def _slabs(
        self, facts: Facts, buffer: Buffer, subscripts: tuple[Polynomial, ...]
    ) -> Iterable[Slab]:
        position = ZERO
        for axis, (subscript, extent) in enumerate(
            zip(subscripts, buffer.extents, strict=True)
        ):
            position = position * facts.value(extent) + subscript
            yield from self._slab(facts, subscript, buffer, axis)
        yield from self._slab(facts, position, None, 0)

    def _slab(
        self, facts: Facts, subscript: Polynomial, view: Buffer | None, axis: int
    ) -> Iterable[Slab]:
        stride, rest = subscript.split(self.counter)
        if stride == ZERO or stride.newest >= self.counter:
            return
        start = rest.older(self.counter)
        inner = rest - start
        width = stride if facts.prove(stride) else -stride
        if inner == ZERO:
            apart = facts.prove(width - ONE)
        else:
            apart = facts.prove(inner) and facts.prove(width - ONE - inner)
        if apart:
            yield (view, axis, stride, start)
