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

Cut = tuple[Buffer | None, int, Polynomial]
"""Memory cut along an axis of a view, or by flat position (None); the stride."""
Starts = tuple[Polynomial, ...]
"""Where the slabs of the first iteration begin."""


@dataclass
class LoopScope:
    """One loop being verified: its counter, and how its body touches what it writes."""

    order: str
    counter: int
    writes: frozenset[Buffer]
    cuts: dict[Buffer, dict[Cut, Starts]] = field(default_factory=dict)

    def touch(
        self, facts: Facts, buffer: Buffer, subscripts: tuple[Polynomial, ...]
    ) -> bool:
        """Note an access; False if no cut keeps it apart from other iterations."""
        memory = buffer.memory
        if self.order != "any" or memory not in self.writes:
            return True
        found = dict(self._slabs(facts, buffer, subscripts))
        known = self.cuts.get(memory)
        if known is not None:
            found = self._joined(facts, known, found)
        self.cuts[memory] = found
        return bool(found)

    def touch_whole(self, buffer: Buffer) -> bool:
        """Note an access to every element."""
        return self.order != "any" or buffer.memory not in self.writes

    def _joined(
        self, facts: Facts, known: dict[Cut, Starts], found: dict[Cut, Starts]
    ) -> dict[Cut, Starts]:
        """The cuts that old and new accesses share, with all their starts."""
        joined = {}
        for cut in known.keys() & found.keys():
            (start,), starts = found[cut], known[cut]
            if start in starts:
                joined[cut] = starts
            elif all(self._apart(facts, cut[2], start, other) for other in starts):
                joined[cut] = (*starts, start)
        return joined

    def _apart(
        self, facts: Facts, stride: Polynomial, a: Polynomial, b: Polynomial
    ) -> bool:
        """Whether the slabs from one start end before those from the other."""
        span = stride * (Polynomial.unknown(self.counter) + ONE)
        return facts.prove(b - a - span) or facts.prove(a - b - span)

    def _slabs(
        self, facts: Facts, buffer: Buffer, subscripts: tuple[Polynomial, ...]
    ) -> Iterable[tuple[Cut, Starts]]:
        position = ZERO
        for axis, (subscript, extent) in enumerate(
            zip(subscripts, buffer.extents, strict=True)
        ):
            position = position * facts.value(extent) + subscript
            yield from self._slab(facts, subscript, buffer, axis)
        yield from self._slab(facts, position, None, 0)

    def _slab(
        self, facts: Facts, subscript: Polynomial, view: Buffer | None, axis: int
    ) -> Iterable[tuple[Cut, Starts]]:
        stride, rest = subscript.split(self.counter)
        if stride == ZERO or stride.newest >= self.counter:
            return
        start = rest.older(self.counter)
        inner = rest - start
        width = stride if facts.prove(stride) else -stride
        if inner == ZERO:
            whole = facts.prove(width - ONE)
        else:
            whole = facts.prove(inner) and facts.prove(width - ONE - inner)
        if whole:
            yield (view, axis, stride), (start,)
