"""Gathers: indices by arrays that are slices in disguise, and gathers of gathers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Squeeze
from tensorgraph.ops.creating.create import ARange, arange
from tensorgraph.ops.indexing.gather import (
    AdvancedSubtensor,
    ArrayIndexing,
    ArrayUpdate,
)
from tensorgraph.ops.indexing.nonzero import Positions
from tensorgraph.ops.indexing.subtensor import UPDATES, Subtensor
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.tensor import as_tensor, static_value
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    Item,
    below,
    is_place,
    is_vector_index,
    items_of,
    moved,
    slice_item,
    take,
    words_of,
)
from tensorgraph.rewrites.lengths import length_of, scalar_length

gathers = Rules("gathers")
node_rule = gathers.node_rule


# -- slices in disguise ----------------------------------------------------------------


@node_rule(AdvancedSubtensor)
def indices_in_a_row_are_a_slice(node: Apply) -> Any:
    """x[[2, 3, 4]] is the view x[2:5], and arange(len(x)) takes all."""
    item = _slice_of(node)
    return None if item is None else take(node.inputs[0], _items(node, item))


@node_rule(ArrayUpdate)
def an_update_at_indices_in_a_row_is_one_of_a_slice(node: Apply) -> Any:
    """No index is read, and no place is written twice."""
    item = _slice_of(node)
    op = UPDATES.get(node.op.how)  # type: ignore[attr-defined]
    if item is None or op is None:
        return None
    words, values = words_of(_items(node, item))
    return op(words)(*node.inputs[:2], *values)


def _items(node: Apply, item: Item) -> list[Item]:
    items = [WHOLE] * node.inputs[0].type.ndim
    items[node.op.axes[0]] = item  # type: ignore[attr-defined]
    return items


def _slice_of(node: Apply) -> Item | None:
    """The slice that takes the same as the one index vector, which is inside."""
    assert isinstance(node.op, ArrayIndexing)
    x, index = node.inputs[0], node.inputs[-1]
    if len(node.op.axes) != 1 or index.type.ndim != 1:
        return None
    (axis,) = node.op.axes
    if index.type.shape == (0,):
        return slice_item(0, 0)
    if index.owner is not None and isinstance(index.owner.op, ARange):
        have, want = length_of(x, axis), scalar_length(index.owner.inputs[0])
        if isinstance(have, int) and isinstance(want, int) and want < have:
            return slice_item(None, want)
        return WHOLE if have == want or have == length_of(index, 0) else None
    places, length = static_value(index), x.type.shape[axis]
    if places is None or not isinstance(length, int) or not places.size:
        return None
    return _run_of(places, length)


def _run_of(places: np.ndarray, length: int) -> Item | None:
    """The slice of places at equal distances; most others are refused at a glance."""
    places = places.astype("int64")
    first, last = (int(p) % length for p in (places[0], places[-1]))
    gaps, rest = divmod(last - first, max(places.size - 1, 1))
    if rest or (gaps == 0 and places.size > 1):
        return None
    step = gaps or 1
    if int(places[places.size // 2]) % length != first + step * (places.size // 2):
        return None
    if (places % length != first + step * np.arange(places.size)).any():
        return None
    stop = last + (1 if step > 0 else -1)
    return slice_item(first, None if stop < 0 else stop, step)


@node_rule(ArrayUpdate)
def an_update_at_no_index_is_none(node: Apply) -> Any:
    """There is no place that it changes.

    A value whose lengths are not known is left: they must fit all the same.
    """
    x, value, *indices = node.inputs
    lengths = [*x.type.shape, *value.type.shape]
    fits = all(n == 1 for n in value.type.shape) or not any(
        n is None or isinstance(n, str) for n in lengths
    )
    return x if fits and any(0 in i.type.shape for i in indices) else None


@node_rule(Positions)
def a_mask_that_is_true_everywhere_takes_all(node: Apply) -> Any:
    """The places of its elements are 0, 1, 2, ..."""
    mask = node.inputs[0]
    if number_of(mask) != True:  # noqa: E712 (a NumPy bool)
        return None
    return arange(mask.shape[0])  # type: ignore[attr-defined]


# -- arrays that repeat one index ------------------------------------------------------


@node_rule(AdvancedSubtensor, among=(ExpandDims,))
def an_index_that_is_the_same_everywhere_is_an_integer(node: Apply) -> Any:
    """x[rows, j] is x[:, j][rows]: a view, and one array of indices less."""
    x, *indices = node.inputs
    axes = node.op.axes  # type: ignore[attr-defined]
    single = [i.type.shape == (1,) * i.type.ndim for i in indices]
    if len(axes) < 2 or not any(single) or all(single):
        return None
    items: list[Item] = [WHOLE] * x.type.ndim
    for axis, index, alone in zip(axes, indices, single, strict=True):
        if alone:
            ones = tuple(range(index.type.ndim))
            items[axis] = "i", Squeeze(ones)(index) if ones else index
    rest = [i for i, alone in zip(indices, single, strict=True) if not alone]
    left = [a for a, alone in zip(axes, single, strict=True) if not alone]
    gone = [a for a in axes if a not in left]
    op = AdvancedSubtensor(tuple(a - len([g for g in gone if g < a]) for a in left))
    return op(take(x, items), *rest) if op.place == node.op.place else None  # type: ignore[attr-defined]


# -- indices of gathers ----------------------------------------------------------------


@node_rule(Subtensor, AdvancedSubtensor, among=(AdvancedSubtensor,))
def an_index_goes_through_a_gather(node: Apply, graph: Any) -> Any:
    """Of the gathered rows only those that are picked are gathered."""
    inner = below(node, AdvancedSubtensor)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    if not (is_vector_index(node) and is_vector_index(inner)):
        return None
    x, index = inner.inputs
    items, axis = items_of(node), inner.op.axes[0]
    picked, rest = items[axis], [*items[:axis], WHOLE, *items[axis + 1 :]]
    seen = take(x, rest)
    if picked == WHOLE:
        if isinstance(node.op, AdvancedSubtensor) and node.op.axes[0] > axis:
            return None  # of two axes, the first is gathered first
        (place,) = moved((axis,), rest)
        return AdvancedSubtensor((place,))(seen, index) if seen is not x else None
    rows = take(index, [picked])
    return take(
        x, [*rest[:axis], ("i" if picked[0] == "i" else "a", rows), *rest[axis + 1 :]]
    )


@node_rule(AdvancedSubtensor, among=(BroadcastTo,))
def a_gather_of_equal_rows_is_a_broadcast(node: Apply) -> Any:
    """Every row is the one that is repeated, if the indices lie inside."""
    inner = below(node, BroadcastTo)
    if inner is None or not is_vector_index(node):
        return None
    x, *lengths = inner.inputs
    (axis,), index = node.op.axes, node.inputs[1]  # type: ignore[attr-defined]
    if x.type.shape[axis] != 1 or not is_place(index, node.inputs[0].type.shape[axis]):
        return None
    lengths[axis] = index.shape[0]  # type: ignore[attr-defined]
    return BroadcastTo()(x, *[as_tensor(n, dtype="int64") for n in lengths])
