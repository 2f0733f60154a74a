"""Joined arrays: parts that are no parts, and parts that were one array before."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.indexing.items import WHOLE, items_of, slice_item, take
from tensorgraph.rewrites.lengths import Source, length_of

joins = Rules("joins")
node_rule = joins.node_rule


@node_rule(Join)
def a_join_of_one_part_is_the_part(node: Apply) -> Any:
    """There is nothing to join it to."""
    return node.inputs[0] if len(node.inputs) == 1 else None


@node_rule(Join, among=(Join,))
def joins_of_joins_are_one(node: Apply) -> Any:
    """Each element is copied once."""
    if not any(is_op(v, Join) and v.owner.op == node.op for v in node.inputs):
        return None
    parts: list[Variable] = []
    for v in node.inputs:
        inner = v.owner
        joined = inner is not None and inner.op == node.op
        parts.extend(inner.inputs if joined else [v])
    return node.op(*parts)


@node_rule(Join)
def empty_parts_are_not_joined(node: Apply) -> Any:
    """They have no elements; lengths of other axes are proven to agree."""
    axis = node.op.axis
    some = [v for v in node.inputs if v.type.shape[axis] != 0]
    if not some or len(some) == len(node.inputs):
        return None
    return node.op(*some) if _agree(node.inputs, axis) else None


def _agree(parts: Sequence[Variable], axis: int) -> bool:
    """Whether all parts are proven to have the same lengths along the other axes."""
    others = [a for a in range(parts[0].type.ndim) if a != axis]
    return all(length_of(v, a) == length_of(parts[0], a) for v in parts for a in others)


@node_rule(Join)
def equal_parts_of_length_one_are_repeated(node: Apply) -> Any:
    """A broadcast costs nothing."""
    x, axis = node.inputs[0], node.op.axis
    if x.type.shape[axis] != 1 or any(v is not x for v in node.inputs):
        return None
    lengths: list[Any] = [length_of(x, a) for a in range(x.type.ndim)]
    lengths[axis] = len(node.inputs)
    built = [n.build() if isinstance(n, Source) else n for n in lengths]
    if any(isinstance(n, str) for n in built):
        return None
    return BroadcastTo()(x, *[as_tensor(n, dtype="int64") for n in built])


class Piece(NamedTuple):
    """A run of `x` along the joined axis, from `start` to `stop`.

    Both are numbers from zero on, or what a user wrote; None is the end of `x`.
    """

    x: Variable
    start: Any
    stop: Any


@node_rule(Join, among=(Subtensor, ExpandDims))
def slices_that_follow_each_other_are_one(node: Apply) -> Any:
    """An array that was cut is put together again."""
    axis = node.op.axis
    parts: list[tuple[Variable, Piece | None]] = []
    for v in node.inputs:
        piece = _piece(v, axis)
        both = _together(parts[-1][1], piece) if parts else None
        if both is None:
            parts.append((v, piece))
        else:
            items = [WHOLE] * v.type.ndim
            items[axis] = slice_item(both.start or None, both.stop)
            parts[-1] = take(both.x, items), both
    if len(parts) == len(node.inputs):
        return None
    return node.op(*[v for v, _ in parts])


def _piece(v: Variable, axis: int) -> Piece | None:
    """The run that a part is, if it is one; an element with its axis is a run too."""
    node = v.owner
    if node is None:
        return None
    element = isinstance(node.op, ExpandDims) and node.op.axes == (axis,)
    inner = node.inputs[0].owner if element else node
    if inner is None or not isinstance(inner.op, Subtensor):
        return None
    x, items = inner.inputs[0], items_of(inner)
    if any(item != WHOLE for a, item in enumerate(items) if a != axis):
        return None
    word, value = items[axis]
    if element:
        place, length = number_of(value) if word == "i" else None, x.type.shape[axis]
        inside = place is not None and isinstance(length, int) and 0 <= place < length
        return Piece(x, int(place), int(place) + 1) if inside else None
    if word not in ("start:", ":stop", "start:stop"):
        return None
    start, stop = (_bound(part) for part in value[:2])
    return Piece(x, 0 if value[0] is None else start, stop)


def _bound(part: Variable | None) -> Any:
    """A bound as a number if it is one from zero on, else as it was written."""
    value = number_of(part) if part is not None else None
    return part if value is None or value < 0 else int(value)


def _together(first: Piece | None, second: Piece | None) -> Piece | None:
    """Two runs as one: the second begins where the first ends, wherever that is."""
    if first is None or second is None or first.x is not second.x:
        return None
    meet = first.stop is not None and first.stop == second.start
    if not meet:
        return None
    ends = (first.start, first.stop, second.stop)
    numbers = [n for n in ends if isinstance(n, int)]
    ordered = numbers == sorted(numbers) and len(numbers) + (second.stop is None) == 3
    whole = first.start == 0 and second.stop is None
    return Piece(first.x, first.start, second.stop) if ordered or whole else None
