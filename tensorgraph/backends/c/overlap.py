"""Which workspace buffers may lie in one place while one loop nest uses both."""

from __future__ import annotations

from collections.abc import Sequence

from tensorgraph.loops.ir import DTYPES, Buffer, Const, Placement


def sharing(
    placements: Sequence[Placement], used: Sequence[set[Buffer]]
) -> set[Buffer]:
    """The buffers whose pointers must not be `restrict`.

    `used` lists the buffers of each step of the program. A plan of memory may give the
    place of a buffer that ends in a step to one that begins there.
    """
    placed = {p.buffer: p for p in placements}
    first: dict[Buffer, int] = {}
    last: dict[Buffer, int] = {}
    for step, buffers in enumerate(used):
        for buffer in buffers & placed.keys():
            first.setdefault(buffer, step)
            last[buffer] = step
    found: set[Buffer] = set()
    for a in first:
        for b in last:
            if a is not b and first[a] == last[b] and not _apart(placed[a], placed[b]):
                found |= {a, b}
    return found


def _apart(a: Placement, b: Placement) -> bool:
    """Whether two placements are known not to overlap."""
    one, other = _span(a), _span(b)
    if one is None or other is None:
        return False
    return one[1] <= other[0] or other[1] <= one[0]


def _span(placement: Placement) -> tuple[int, int] | None:
    """The first and last byte of a buffer whose place and extents are constants."""
    size = DTYPES[placement.buffer.dtype]
    for extent in placement.buffer.extents:
        if not isinstance(extent, Const):
            return None
        size *= extent.value
    start = placement.offset
    return (start.value, start.value + size) if isinstance(start, Const) else None
