"""Pieces: indices that fall into one part of a join, or one block of a reshape."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from math import prod
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.indexing.slices import number_of
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.shaping.shape import Reshape
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    Items,
    below,
    integer_axes,
    items_of,
    moved,
    saves_work,
    slice_item,
    static_range,
    take,
)
from tensorgraph.rewrites.lengths import given_length, length_of

pieces = Rules("pieces")
node_rule = pieces.node_rule


# -- joins -----------------------------------------------------------------------------


@node_rule(Subtensor, AdvancedSubtensor, among=(Join,))
def an_index_of_other_axes_goes_through_a_join(node: Apply, graph: Any) -> Any:
    """Each part is indexed, and less is copied."""
    inner = below(node, Join)
    if inner is None or not saves_work(node, graph):
        return None
    items, axis = items_of(node), inner.op.axis
    if items[axis] != WHOLE or not _agree(inner.inputs, items):
        return None
    return Join(moved((axis,), items)[0])(*[take(v, items) for v in inner.inputs])


def _agree(parts: Sequence[Variable], items: Items) -> bool:
    """Whether the lengths of indexed axes are proven to be equal in all parts."""
    return all(
        item == WHOLE or len({length_of(v, axis) for v in parts}) == 1
        for axis, item in enumerate(items)
    )


def _beside(items: Items, axis: int) -> Items:
    """Items that stand for all axes but one, whose lengths a join checks."""
    return [WHOLE if a == axis else ("i", None) for a in range(len(items))]


@node_rule(Subtensor, among=(Join,))
def an_element_of_a_join_is_one_of_a_part(node: Apply) -> Any:
    """The parts need not be put together to read one of them."""
    inner = below(node, Join)
    if inner is None:
        return None
    items, axis, parts = items_of(node), inner.op.axis, list(inner.inputs)
    place = number_of(items[axis][1]) if items[axis][0] == "i" else None
    if place is None or not _agree(parts, _beside(items, axis)):
        return None
    found = _part_at(parts, axis, place)
    if found is None:
        return None
    part, position = found
    return take(part, [*items[:axis], ("i", as_tensor(position)), *items[axis + 1 :]])


def _part_at(parts: list[Variable], axis: int, place: int) -> Any:
    """The part that a place falls into, and the place in it, counted from its end."""
    forwards = place >= 0
    *others, last = parts if forwards else parts[::-1]
    for part in others:
        length = part.type.shape[axis]
        if not isinstance(length, int):
            return None
        if -length <= place < length:
            return part, place
        place = place - length if forwards else place + length
    return last, place


@node_rule(Subtensor, among=(Join,))
def a_slice_of_a_join_is_one_of_its_parts(node: Apply, graph: Any) -> Any:
    """Parts that the slice leaves out need not be computed."""
    inner = below(node, Join)
    if inner is None:
        return None
    items, axis, parts = items_of(node), inner.op.axis, inner.inputs
    lengths = [v.type.shape[axis] for v in parts]
    if items[axis][0] in ("i", ":") or not all(isinstance(n, int) for n in lengths):
        return None
    places = static_range(items[axis], sum(lengths))
    if not places or places.step != 1 or not _agree(parts, _beside(items, axis)):
        return None
    found = _cut(parts, lengths, places, axis)
    alone = len(found) == 1 or graph.use_count(node.inputs[0]) == 1
    if len(found) == len(parts) or not alone:
        return None
    joined = found[0] if len(found) == 1 else Join(axis)(*found)
    return take(joined, [*items[:axis], WHOLE, *items[axis + 1 :]])


def _cut(
    parts: Sequence[Variable], lengths: Sequence[int], places: range, axis: int
) -> list[Variable]:
    """What a run of places takes of each part that it meets."""
    found = []
    for part, length, stop in zip(parts, lengths, accumulate(lengths), strict=True):
        start = stop - length
        first, last = max(places.start, start), min(places.stop, stop)
        if first >= last:
            continue
        whole = (first, last) == (start, stop)
        item = WHOLE if whole else slice_item(first - start, last - start)
        found.append(take(part, [*[WHOLE] * axis, item]))
    return found


# -- reshapes --------------------------------------------------------------------------


@node_rule(Subtensor, among=(Reshape,))
def an_index_goes_through_a_reshape_of_other_axes(node: Apply) -> Any:
    """The first axes are the same before and after."""
    inner = below(node, Reshape)
    if inner is None:
        return None
    (x, *lengths), items = inner.inputs, items_of(node)
    same = 0
    for axis in range(min(x.type.ndim, len(lengths))):
        if length_of(x, axis) != given_length(lengths[axis]):
            break
        same += 1
    first, rest = items[:same], items[same:]
    if all(item == WHOLE for item in first):
        return None
    found = take(x, [*first, *[WHOLE] * (x.type.ndim - same)])
    left = shape_of(found)[: same - len(integer_axes(first))]
    kept = [as_tensor(n, dtype="int64") for n in left]
    shaped = Reshape()(found, *kept, *lengths[same:])
    return take(shaped, [*[WHOLE] * len(left), *rest])


@node_rule(Subtensor, among=(Reshape,))
def an_element_of_a_reshape_is_one_of_the_array(node: Apply) -> Any:
    """Where lengths are known, so is its place before; a row is a slice of a vector."""
    inner = below(node, Reshape)
    if inner is None:
        return None
    x, items = inner.inputs[0], items_of(node)
    shape, before = node.inputs[0].type.shape, x.type.shape
    places = _leading_places(items, shape)
    if not places or not all(isinstance(n, int) for n in (*shape, *before)):
        return None
    count = prod(shape[len(places) :])
    start = count * int(np.ravel_multi_index(places, shape[: len(places)]))
    if len(places) == len(shape):
        where = np.unravel_index(start, before)
        return take(x, [("i", as_tensor(int(i))) for i in where])
    if x.type.ndim != 1:
        return None
    block = take(x, [slice_item(start, start + count)])
    left = [as_tensor(n, dtype="int64") for n in shape[len(places) :]]
    return take(Reshape()(block, *left), items[len(places) :])


def _leading_places(items: Items, shape: Sequence[Any]) -> list[int]:
    """The first items as places, as long as they are integers that are known."""
    found: list[int] = []
    for item, length in zip(items, shape, strict=True):
        places = static_range(item, length) if item[0] == "i" else None
        if places is None:
            break
        found.append(places[0])
    return found
