"""Updates: what is read after it was written, and writes that nobody sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import broadcast_like
from tensorgraph.ops.creating.create import zeros
from tensorgraph.ops.indexing.gather import (
    AdvancedIncSubtensor,
    AdvancedSetSubtensor,
    AdvancedSubtensor,
    ArrayUpdate,
)
from tensorgraph.ops.indexing.slices import sliced_length
from tensorgraph.ops.indexing.subtensor import (
    BasicUpdate,
    IncSubtensor,
    IntoZeros,
    SetSubtensor,
    Subtensor,
)
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.tensor import Length, as_tensor, static_value
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    Item,
    Items,
    below,
    checked,
    is_sure,
    items_from,
    items_of,
    limits,
    same_item,
    slice_item,
    static_range,
    take,
    takes_all,
)
from tensorgraph.rewrites.lengths import length_of

updates = Rules("updates")
node_rule = updates.node_rule


@dataclass(frozen=True)
class Write:
    """A basic update, or a write into zeros: the array before (None: zeros), the value,
    and where it goes.
    """

    x: Variable | None
    value: Variable
    items: Items
    adds: bool

    @classmethod
    def of(cls, node: Apply) -> Write:
        """What a node writes."""
        ndim = node.outputs[0].type.ndim
        if isinstance(node.op, IntoZeros):
            value, *rest = node.inputs
            places, _ = node.op.values_and_lengths(rest)
            return cls(None, value, items_from(node.op, ndim, places), False)
        x, value, *places = node.inputs
        adds = isinstance(node.op, IncSubtensor)
        return cls(x, value, items_from(node.op, ndim, places), adds)

    def fits(self, out: Variable) -> bool:
        """Whether the value repeats, or is proven to have the lengths of its places."""
        kept = [axis for axis, (word, _) in enumerate(self.items) if word != "i"]
        return all(
            have == 1 or self._has_length(place, axis, out)
            for place, (axis, have) in enumerate(
                zip(kept, self.value.type.shape, strict=True)
            )
        )

    def _has_length(self, place: int, axis: int, out: Variable) -> bool:
        if self.items[axis] == WHOLE:
            return length_of(self.value, place) == length_of(out, axis)
        want = sliced_length(out.type.shape[axis], self.items[axis][1])
        return isinstance(want, int) and want == self.value.type.shape[place]


# -- reads -----------------------------------------------------------------------------


@node_rule(Subtensor, among=(BasicUpdate, IntoZeros))
def a_read_of_what_was_written_is_the_value(node: Apply) -> Any:
    """x.at[i].set(v)[i] is v: the array is neither copied nor read."""
    inner = below(node, BasicUpdate, IntoZeros)
    if inner is None:
        return None
    write, read, out = Write.of(inner), items_of(node), node.inputs[0]
    if not write.fits(out) or (
        write.x is None and not is_sure(write.items, out.type.shape)
    ):
        return None
    inside = [
        _inside(w, r, length)
        for w, r, length in zip(write.items, read, out.type.shape, strict=True)
    ]
    if None in inside:
        return None
    kept = [i for i, (word, _) in zip(inside, write.items, strict=True) if word != "i"]
    found = _taken_of(write.value, kept, node.outputs[0])
    if found is None:
        return None
    if write.adds:
        assert write.x is not None
        return take(write.x, read) + found  # type: ignore[operator]
    return found if write.x is None else checked(found, write.x, write.items)


def _inside(written: Item, read: Item, length: Length) -> Item | None:
    """What a read takes of what was written along an axis, if it takes nothing else."""
    if same_item(written, read):
        return WHOLE
    if written == WHOLE:
        return read
    places, wanted = (static_range(item, length) for item in (written, read))
    if places is None or not wanted or not _contains(places, wanted):
        return None
    first, step = places.index(wanted[0]), wanted.step // places.step
    if read[0] == "i":
        return ("i", as_tensor(first)) if written[0] != "i" else WHOLE
    if written[0] == "i":
        return None
    stop = first + step * len(wanted)
    return slice_item(first, None if stop < 0 else stop, step)


def _contains(places: range, wanted: range) -> bool:
    ends = wanted[0] in places and wanted[-1] in places
    return ends and (len(wanted) == 1 or wanted.step % places.step == 0)


def _taken_of(value: Variable, items: Items, out: Variable) -> Variable | None:
    """A part of a value, which may be repeated along axes of length 1."""
    own: Items = []
    gone = []
    for axis, (item, length) in enumerate(zip(items, value.type.shape, strict=True)):
        repeats = length == 1 and item != WHOLE
        own.append(WHOLE if repeats and item[0] != "i" else item)
        if repeats and item[0] == "i":
            own[-1] = ("i", as_tensor(0))
        gone += [axis] if item[0] == "i" else []
    found = take(value, own)
    repeated = any(
        have == 1 and want != 1 and not isinstance(want, int)
        for have, want in zip(found.type.shape, out.type.shape, strict=True)
    )
    return None if repeated else found


@node_rule(Subtensor, among=(BasicUpdate, IntoZeros))
def a_read_beside_what_was_written_is_of_the_array(node: Apply) -> Any:
    """x.at[i].set(v)[j] is x[j] where i and j are proven to differ."""
    inner = below(node, BasicUpdate, IntoZeros)
    if inner is None:
        return None
    write, read, out = Write.of(inner), items_of(node), node.inputs[0]
    triples = zip(write.items, read, out.type.shape, strict=True)
    if not write.fits(out) or not any(_apart(*t) for t in triples):
        return None
    if write.x is not None:
        return checked(take(write.x, read), write.x, write.items)
    shape = node.outputs[0].type.shape
    known = all(isinstance(n, int) for n in shape) and is_sure(read, out.type.shape)
    if not known or not is_sure(write.items, out.type.shape):
        return None
    return zeros(shape, out.type.dtype)


def _apart(written: Item, read: Item, length: Length) -> bool:
    """Whether a read takes nothing of what was written along an axis."""
    first, second = (static_range(item, length) for item in (written, read))
    if first is not None and second is not None:
        return _are_disjoint(first, second)
    if written[0] != "i" or read[0] != "i":
        return False
    (low, high), (least, most) = limits(written[1]), limits(read[1])
    one_side = (low >= 0 and least >= 0) or (high < 0 and most < 0)
    return one_side and (high < least or most < low)


def _are_disjoint(a: range, b: range) -> bool:
    if not a or not b:
        return True
    if max(a[0], a[-1]) < min(b[0], b[-1]) or max(b[0], b[-1]) < min(a[0], a[-1]):
        return True
    return (a.start - b.start) % gcd(a.step, b.step) != 0


@node_rule(AdvancedSubtensor, among=(AdvancedSetSubtensor,))
def a_gather_of_what_was_written_is_the_value(node: Apply) -> Any:
    """The value was written to these very places, each of them once."""
    inner = below(node, AdvancedSetSubtensor)
    if inner is None or inner.op.axes != node.op.axes:  # type: ignore[attr-defined]
        return None
    x, value, *indices = inner.inputs
    same = all(a is b for a, b in zip(indices, node.inputs[1:], strict=True))
    if not same or not _are_places(indices, x.type.shape, inner.op.axes):
        return None
    known = all(isinstance(n, int) for n in value.type.shape)
    return value if known and value.type.shape == node.outputs[0].type.shape else None


def _are_places(
    indices: Sequence[Variable], shape: Sequence[Length], axes: Sequence[int]
) -> bool:
    """Whether one constant index names different places inside of an axis."""
    known = static_value(indices[0])
    length = shape[axes[0]]
    if len(indices) != 1 or known is None or not isinstance(length, int):
        return False
    return np.unique(known.astype("int64") % max(length, 1)).size == known.size


# -- writes over writes ----------------------------------------------------------------


@node_rule(SetSubtensor, among=(BasicUpdate,))
def the_last_write_to_a_place_is_what_stays(node: Apply) -> Any:
    """What was written there before is never seen."""
    inner = below(node, BasicUpdate)
    if inner is None:
        return None
    first, second = Write.of(inner), Write.of(node)
    if not _all_same(first.items, second.items) or not first.fits(node.outputs[0]):
        return None
    return node.op(first.x, *node.inputs[1:])


@node_rule(AdvancedSetSubtensor, among=(ArrayUpdate,))
def the_last_write_to_indices_is_what_stays(node: Apply) -> Any:
    """What was written there before is never seen."""
    inner = below(node, ArrayUpdate)
    if inner is None or not _same_indices(inner, node):
        return None
    return node.op(inner.inputs[0], *node.inputs[1:])


@node_rule(IncSubtensor, among=(IncSubtensor,), rounding=True, absolute=True)
def increments_of_a_place_are_added_up(node: Apply, graph: Any) -> Any:
    """The array is updated once."""
    inner = below(node, IncSubtensor)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    if not _all_same(Write.of(inner).items, Write.of(node).items):
        return None
    return _added_up(inner, node)


@node_rule(
    AdvancedIncSubtensor, among=(AdvancedIncSubtensor,), rounding=True, absolute=True
)
def increments_at_indices_are_added_up(node: Apply, graph: Any) -> Any:
    """The indices are read once, and the array is updated once."""
    inner = below(node, AdvancedIncSubtensor)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    return _added_up(inner, node) if _same_indices(inner, node) else None


def _added_up(inner: Apply, node: Apply) -> Any:
    first, second = inner.inputs[1], node.inputs[1]
    known = all(isinstance(n, int) for n in first.type.shape)
    if first.type.dtype == "bool" or not known or first.type.shape != second.type.shape:
        return None
    return node.op(inner.inputs[0], first + second, *node.inputs[2:])  # type: ignore[operator]


def _same_indices(inner: Apply, node: Apply) -> bool:
    """Whether two updates are at the same index arrays, with values that fit them."""
    indices = node.inputs[2:]
    if inner.op.axes != node.op.axes or len(inner.inputs) != len(node.inputs):  # type: ignore[attr-defined]
        return False
    want = inner.op.indexed_shape(inner.inputs[0], indices)  # type: ignore[attr-defined]
    fits = all(
        have == 1 or (isinstance(have, int) and have == n)
        for have, n in zip(inner.inputs[1].type.shape, want, strict=True)
    )
    return fits and all(a is b for a, b in zip(inner.inputs[2:], indices, strict=True))


# -- writes that change nothing, or everything -----------------------------------------


@node_rule(SetSubtensor, among=(Subtensor,))
def writing_what_is_there_changes_nothing(node: Apply) -> Any:
    """x.at[i].set(x[i]) is x."""
    write, source = Write.of(node), node.inputs[1].owner
    if source is None or not isinstance(source.op, Subtensor):
        return None
    if source.inputs[0] is not write.x or not _all_same(items_of(source), write.items):
        return None
    return checked(write.x, write.x, write.items)


@node_rule(IncSubtensor)
def adding_zeros_changes_nothing(node: Apply) -> Any:
    """x.at[i].add(0) is x."""
    write = Write.of(node)
    if write.x is None or number_of(write.value) != 0 or not write.fits(write.x):
        return None
    return checked(write.x, write.x, write.items)


@node_rule(BasicUpdate)
def an_update_of_everything_is_none(node: Apply) -> Any:
    """x.at[:].set(v) is v, repeated to the shape of x, and x.at[:].add(v) is x + v."""
    write, out = Write.of(node), node.outputs[0]
    if not all(takes_all(item, out, axis) for axis, item in enumerate(write.items)):
        return None
    if write.adds and out.type.dtype != "bool":
        return write.x + write.value  # type: ignore[operator]
    whole = Write(write.x, write.value, [WHOLE] * out.type.ndim, write.adds)
    if write.adds or write.x is None or not whole.fits(write.x):
        return None
    return broadcast_like(write.value, write.x)


@node_rule(IntoZeros)
def zeros_that_are_all_overwritten_are_none(node: Apply) -> Any:
    """The cotangent of x[:] is that of x."""
    write, out = Write.of(node), node.outputs[0]
    whole = all(takes_all(item, out, axis) for axis, item in enumerate(write.items))
    return write.value if whole and write.value.type == out.type else None


def _all_same(a: Sequence[Item], b: Sequence[Item]) -> bool:
    return all(same_item(x, y) for x, y in zip(a, b, strict=True))
