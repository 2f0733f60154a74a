"""Joined arrays: where their parts lie, and which are made in the memory of another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Expr
from tensorgraph.loops.values import Placed, Subscripts, Value


def placed_parts(value: Placed) -> list[tuple[Value, Subscripts]]:
    """The operands that are put one after another, and where each of them begins."""
    found: list[tuple[Value, Subscripts]] = []
    offset: Expr = at.ZERO
    for part in value.operands:
        place = (offset if a == value.axis else at.ZERO for a in range(value.ndim))
        found.append((part, tuple(place)))
        offset = at.plus(offset, part.extents[value.axis])
    return found


def parts_of_parts(
    values: Sequence[Value], outputs: Sequence[Value]
) -> dict[Value, tuple[Placed, Subscripts]]:
    """Joined arrays that only another one reads: they are made in its memory.

    Each with the one it is a part of, and where it begins in it.
    """
    if not any(isinstance(value, Placed) for value in values):
        return {}
    uses = Counter(v for value in values for v in value.operands)
    uses.update(outputs)
    return {
        part: (value, place)
        for value in values
        if isinstance(value, Placed)
        for part, place in placed_parts(value)
        if isinstance(part, Placed) and uses[part] == 1 and part.scope is value.scope
    }
