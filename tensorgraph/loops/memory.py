"""The memory plan: one workspace, its pieces shared by buffers that never live
together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import DTYPES, Buffer, Const, Expr, Placement

ALIGNMENT = 64


def buffer_bytes(buffer: Buffer) -> Expr:
    """The bytes of a buffer, rounded up to the alignment."""
    bytes_ = at.times(at.product(buffer.extents), at.integer(DTYPES[buffer.dtype]))
    if isinstance(bytes_, Const):
        return at.integer(-(-bytes_.value // ALIGNMENT) * ALIGNMENT)
    padded = at.plus(bytes_, at.integer(ALIGNMENT - 1))
    return at.times(at.quotient(padded, at.integer(ALIGNMENT)), at.integer(ALIGNMENT))


def place_buffers(
    lives: Mapping[Buffer, Sequence[int]],
) -> tuple[tuple[Placement, ...], Expr]:
    """Place workspace buffers by the steps between which each lives; and the total.

    Buffers of equal size whose lives do not meet share their place.
    """
    free: dict[Expr, list[tuple[int, int]]] = {}  # size -> (step when free, slot)
    slots: list[Expr] = []
    chosen: list[tuple[Buffer, int]] = []
    work = [b for b in lives if b.role == "workspace"]
    for buffer in sorted(work, key=lambda b: lives[b][0]):
        first, last = lives[buffer]
        size = buffer_bytes(buffer)
        open_slots = free.setdefault(size, [])
        ready = next((entry for entry in open_slots if entry[0] < first), None)
        if ready is None:
            slot = len(slots)
            slots.append(size)
        else:
            open_slots.remove(ready)
            slot = ready[1]
        open_slots.append((last, slot))
        chosen.append((buffer, slot))
    offsets: list[Expr] = [at.ZERO]
    for size in slots:
        offsets.append(at.plus(offsets[-1], size))
    placed = tuple(Placement(buffer, offsets[slot]) for buffer, slot in chosen)
    return placed, offsets[-1]
