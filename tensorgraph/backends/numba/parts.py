"""Long bodies in several functions: for one, Numba takes quadratic time.

What parts share travels in a frame of 8-byte slots on the stack.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tensorgraph.backends.numba.expressions import bare
from tensorgraph.backends.numba.function import Binding, Function
from tensorgraph.backends.numba.spelling import (
    FLOATS,
    from_memory,
    in_memory,
    to_memory,
)
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Buffer,
    Call,
    Carry,
    Let,
    Name,
    Set,
    Stmt,
)
from tensorgraph.loops.walk import expressions, postorder, statements
from tensorgraph.loops.walk import mentioned as touched

MOST = 160
"""A part has about so many expressions."""

Body = tuple[Stmt, ...]


@dataclass(frozen=True)
class Slot:
    """Where a scalar lies in the frame: the first of its slots, in bytes."""

    offset: int
    dtype: str
    combine: str | None

    @property
    def count(self) -> int:
        """How many slots it takes: a compensated sum and a complex number take two."""
        total = self.combine == "add" and self.dtype in FLOATS
        return 2 if total or self.dtype == "complex128" else 1


def cut(body: Body) -> list[Body]:
    """The body in parts of about equal weight; a short body is one part."""
    parts: list[list[Stmt]] = [[]]
    room = MOST
    for statement in body:
        size = weight(statement)
        if parts[-1] and size > room:
            parts.append([])
            room = MOST
        parts[-1].append(statement)
        room -= size
    return [tuple(part) for part in parts]


def weight(statement: Stmt) -> int:
    """How many expressions a statement holds."""
    return sum(
        1 + sum(len(postorder(expr)) for expr in expressions(inner))
        for inner in statements((statement,))
    )


@dataclass(frozen=True)
class Frame:
    """What parts share: scalars, and the addresses of workspace buffers."""

    scalars: dict[str, Slot]
    addresses: dict[Buffer, int]
    count: int


def frame(parts: Sequence[Body]) -> Frame:
    """A frame with a slot for each address and for each scalar that parts share."""
    used = dict.fromkeys(
        buffer.memory
        for part in parts
        for statement in statements(part)
        for buffer in touched(statement)
        if buffer.memory.role == "workspace"
    )
    count = len(used)
    scalars: dict[str, Slot] = {}
    for number, part in enumerate(parts):
        later = {name for other in parts[number + 1 :] for name in mentioned(other)}
        for name, dtype, combine in declared(part):
            if name in later:
                scalars[name] = Slot(8 * count, dtype, combine)
                count += scalars[name].count
    return Frame(scalars, {b: k for k, b in enumerate(used)}, max(count, 1))


def declared(body: Body) -> Iterator[tuple[str, str, str | None]]:
    """The scalars that the statements of a body declare for those that follow."""
    for statement in body:
        match statement:
            case Let(name, expr) | Carry(name, expr):
                yield name, expr.dtype, None
            case Accumulator(name, combine, dtype):
                yield name, dtype, combine
            case Call(result=str() as name):
                yield name, statement.routine.result or "int64", None


def mentioned(body: Body) -> set[str]:
    """The scalars that a body reads or changes."""
    return {
        node.name
        for statement in statements(body)
        for expr in expressions(statement)
        for node in postorder(expr)
        if isinstance(node, Name)
    } | changed(body)


def changed(body: Body) -> set[str]:
    """The scalars that a body sets or adds to."""
    return {s.name for s in statements(body) if isinstance(s, Set | Accumulate)}


def enter(f: Function, body: Body, slots: dict[str, Slot]) -> None:
    """Take what a part needs from the frame."""
    own = {name for name, _, _ in declared(body)}
    for name in sorted(mentioned(body) & slots.keys() - own):
        slot = slots[name]
        binding = f.bind(name, slot.dtype, slot.combine)
        for place, variable in _places(binding, slot):
            f.add(f"{variable} = {bare(from_memory(place, slot.dtype))}")


def leave(f: Function, body: Body, slots: dict[str, Slot]) -> None:
    """Put what later parts need into the frame."""
    own = {name for name, _, _ in declared(body)}
    for name in sorted((own | changed(body)) & slots.keys()):
        for place, variable in _places(f.binding(name), slots[name]):
            f.add(f"{place} = {to_memory(variable, slots[name].dtype)}")


def _places(binding: Binding, slot: Slot) -> Iterator[tuple[str, str]]:
    at = f"{in_memory(slot.dtype)}_at(frame + {slot.offset})[0]"
    yield at, binding.name
    if binding.is_total:
        rest = f"{in_memory(slot.dtype)}_at(frame + {slot.offset + 8})[0]"
        yield rest, f"{binding.name}_rest"
