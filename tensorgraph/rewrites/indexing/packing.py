"""Packing: sums of pieces written into zeros become one joined vector.

The gradient of a flat vector that was taken apart by slices is such a sum; joined, each
piece is written once, to its place, and packing is linear in the number of pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import expand_left
from tensorgraph.ops.creating.create import zeros
from tensorgraph.ops.indexing.slices import grouped, number_of
from tensorgraph.ops.indexing.subtensor import IntoZeros
from tensorgraph.ops.shaping.join import concatenate

packing = Rules("packing")

Piece = tuple[int, int, Variable]
"""Where a piece starts and stops, and the piece as a vector."""
SUMS = (math.add, math.sub)


@packing.node_rule(*SUMS, needs=(IntoZeros,), rounding=True, absolute=True)
def pieces_written_into_zeros_are_joined(node: Apply, graph: Any) -> Any:
    """Adding up zeros reads and writes the whole vector once for each piece."""
    out = node.outputs[0]
    if out.type.ndim != 1 or not isinstance(out.type.shape[0], int):
        return None
    if any(user.op in SUMS for user in graph.users[out]):
        return None
    pieces: list[Piece] = []
    rest: Any = None
    for term, positive in _terms(node, graph):
        whole = term.type.shape == out.type.shape
        piece = _piece(term, positive, graph) if whole else None
        if piece is not None:
            pieces.append(piece)
        elif rest is None:
            rest = term if positive else -term
        else:
            rest = rest + term if positive else rest - term
    pieces.sort(key=lambda p: p[0])
    apart = all(a[1] <= b[0] for a, b in pairwise(pieces))
    if len(pieces) < 2 or not apart:
        return None
    joined = concatenate(_with_gaps(pieces, out.type.shape[0], out.type.dtype))
    return joined if rest is None else rest + joined


def _terms(node: Apply, graph: Any) -> list[tuple[Any, bool]]:
    """The terms of a sum and their signs, through sums that nothing else uses.

    These have its dtype: others round, or wrap, in their own.
    """
    out = node.outputs[0]
    dtype = out.type.dtype  # type: ignore[attr-defined]
    terms: list[tuple[Any, bool]] = []
    stack: list[tuple[Variable, bool]] = [(out, True)]
    while stack:
        v, positive = stack.pop()
        inner = v.owner
        inside = v is out or (graph.use_count(v) == 1 and v.type.dtype == dtype)
        if inner is not None and inner.op in SUMS and inside:
            first, second = inner.inputs
            stack.append((second, positive == (inner.op is math.add)))
            stack.append((first, positive))
        else:
            terms.append((v, positive))
    return terms


def _piece(term: Variable, positive: bool, graph: Any) -> Piece | None:
    node = term.owner
    if node is None or not isinstance(node.op, IntoZeros) or graph.use_count(term) != 1:
        return None
    values, _ = node.op.values_and_lengths(node.inputs[1:])
    if len(node.op.words) != 1:
        return None
    (word,), (given,) = node.op.words, grouped(node.op.words, values)
    length = term.type.shape[0]
    inside: Any = node.inputs[0] if positive else -node.inputs[0]
    if word == "i":
        place = number_of(given)
        if place is None:
            return None
        place %= length
        return place, place + 1, expand_left(inside, 1)
    bounds = [None if part is None else number_of(part) for part in given]
    if any(b is None and p is not None for b, p in zip(bounds, given, strict=True)):
        return None
    start, stop, step = slice(*bounds).indices(length)
    return (
        (start, stop, inside)
        if step == 1 and inside.type.shape == (stop - start,)
        else None
    )


def _with_gaps(pieces: Sequence[Piece], length: int, dtype: str) -> list[Variable]:
    """The pieces with zeros between them, over the whole length."""
    parts: list[Variable] = []
    reached = 0
    for start, stop, piece in [*pieces, (length, length, None)]:
        if start > reached:
            parts.append(zeros((start - reached,), dtype))
        if piece is not None:
            parts.append(piece)
        reached = stop
    return parts
