"""Indices as lists of items, one for each axis, which rules carry from op to op."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze, shape_of
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.indexing.slices import Parts, grouped, number_of, sliced_length
from tensorgraph.ops.indexing.subtensor import BasicIndexing, Subtensor
from tensorgraph.ops.shaping.shape import SpecifyShape
from tensorgraph.ops.tensor import Length, as_tensor
from tensorgraph.rewrites.lengths import length_of
from tensorgraph.rewrites.ranges import range_of

Item = tuple[str, Any]
"""A word with its value: ``"i"`` with an integer, ``"a"`` with a vector of them, or the
word of a slice with its parts.
"""
Items = list[Item]

WHOLE: Item = (":", (None, None, None))
FEW_USERS = 4
"""So many indexings of one array may each compute their own part of it."""


# -- reading and writing indices -------------------------------------------------------


def items_of(node: Apply) -> Items:
    """The index of a basic indexing, or of one by a vector, an item for each axis."""
    x, *values = node.inputs
    if isinstance(node.op, AdvancedSubtensor):
        found = [WHOLE] * x.type.ndim
        found[node.op.axes[0]] = ("a", values[0])
        return found
    assert isinstance(node.op, BasicIndexing)
    return items_from(node.op, x.type.ndim, values)


def items_from(op: BasicIndexing, ndim: int, values: Sequence[Variable]) -> Items:
    """The items of an op on `ndim` axes, from the values of its words."""
    words = op.padded(ndim)
    return list(zip(words, grouped(words, values), strict=True))


def words_of(items: Sequence[Item]) -> tuple[tuple[str, ...], list[Variable]]:
    """The words and the values of an index of integers and slices."""
    words = [word for word, _ in items]
    while words and words[-1] == ":":
        words.pop()
    values: list[Variable] = []
    for word, value in items[: len(words)]:
        values += [value] if word == "i" else [p for p in value if p is not None]
    return tuple(words), values


def take(x: Variable, items: Sequence[Item]) -> Variable:
    """`x` indexed by items; nothing is done where all is taken."""
    vectors = [(axis, value) for axis, (word, value) in enumerate(items) if word == "a"]
    if vectors:
        ((axis, index),) = vectors
        rest = [WHOLE if word == "a" else (word, value) for word, value in items]
        (place,) = moved((axis,), rest)
        return AdvancedSubtensor((place,))(take(x, rest), index)
    words, values = words_of(items)
    return Subtensor(words)(x, *values) if words else x


def slice_item(start: Any, stop: Any, step: Any = None) -> Item:
    """The item of a slice whose parts are ints, integer scalars, or None."""
    step = None if step is not None and number_of(as_tensor(step)) == 1 else step
    word = ":".join(
        name if part is not None else ""
        for name, part in (("start", start), ("stop", stop), ("step", step))
    )
    word = word if step is not None else word[:-1]
    parts = (start, stop, step)
    return word, tuple(None if p is None else as_tensor(p) for p in parts)


def integer_axes(items: Sequence[Item]) -> list[int]:
    """The axes that integers remove."""
    return [axis for axis, (word, _) in enumerate(items) if word == "i"]


def moved(axes: Sequence[int], items: Sequence[Item]) -> tuple[int, ...]:
    """Where axes stand once the integers among the items have removed theirs."""
    gone = integer_axes(items)
    return tuple(a - len([g for g in gone if g < a]) for a in axes)


def with_whole(items: Items, axes: Sequence[int]) -> Items:
    """The items with axes between them that are taken whole; `axes` count these too."""
    found = list(items)
    for axis in sorted(axes):
        found.insert(axis, WHOLE)
    return found


# -- what may move ---------------------------------------------------------------------


def below(node: Apply, *ops: type) -> Apply | None:
    """What computed the indexed array, if it is of these classes."""
    x = node.inputs[0]
    return x.owner if x.owner is not None and isinstance(x.owner.op, ops) else None


def is_vector_index(node: Apply) -> bool:
    """Whether an index has items: it is basic, or one vector of integers."""
    if not isinstance(node.op, AdvancedSubtensor):
        return True
    return len(node.inputs) == 2 and node.inputs[1].type.ndim == 1


def saves_work(node: Apply, graph: Any) -> bool:
    """Whether it is less work to index before the op below than after it.

    Nothing else may need the whole array, and a gather must take fewer elements.
    """
    if not is_vector_index(node):
        return False
    if isinstance(node.op, AdvancedSubtensor) and not takes_fewer(node):
        return False
    x = node.inputs[0]
    assert x.owner is not None
    if any(graph.use_count(v) for v in x.owner.outputs if v is not x):
        return False
    return graph.use_count(x) == 1 or _is_used_in_parts(x, graph)


def moving(node: Apply, graph: Any) -> tuple[Items, Items] | None:
    """What of an index may move before the op below, and what stays behind it.

    All may move that saves work; otherwise what every use of the array has in common.
    """
    items = items_of(node) if is_vector_index(node) else []
    if saves_work(node, graph):
        return items, []
    shared = _shared(node, graph)
    if shared is None or all(item == WHOLE for item in shared):
        return None
    stays = [
        item if common == WHOLE else WHOLE
        for item, common in zip(items, shared, strict=True)
        if common[0] != "i"
    ]
    return shared, stays


def _shared(node: Apply, graph: Any) -> Items | None:
    """The items that all uses of an array have, if only basic indexings use it."""
    x = node.inputs[0]
    users = graph.users[x]
    if x in graph.pinned or len(users) > 2 * FEW_USERS or x.owner is None:
        return None
    if any(graph.use_count(v) for v in x.owner.outputs if v is not x):
        return None
    found: Items | None = None
    for user in users:
        base, *values = map(graph.find, user.inputs)
        if not isinstance(user.op, Subtensor) or base is not x or x in values:
            return None
        items = items_from(user.op, x.type.ndim, values)
        pairs = zip(items, found or items, strict=True)
        found = [a if same_item(a, b) else WHOLE for a, b in pairs]
    return found


def same_item(a: Item, b: Item) -> bool:
    """Whether two items are one, equal numbers included."""
    if a[0] != b[0]:
        return False
    pairs = [(a[1], b[1])] if a[0] == "i" else list(zip(a[1], b[1], strict=True))
    return all(x is y or _is_one_number(x, y) for x, y in pairs)


def _is_one_number(x: Any, y: Any) -> bool:
    if x is None or y is None:
        return False
    return number_of(x) is not None and number_of(x) == number_of(y)


def takes_fewer(node: Apply) -> bool:
    """Whether a gather by a vector is proven to take fewer elements than there are."""
    x, index = node.inputs
    (axis,) = node.op.axes  # type: ignore[attr-defined]
    have, want = x.type.shape[axis], index.type.shape[0]
    if index.owner is not None and index.index in getattr(
        index.owner.op, "distinct", ()
    ):
        return not (isinstance(have, int) and have == want)
    return isinstance(have, int) and isinstance(want, int) and want < have


def _is_used_in_parts(x: Variable, graph: Any) -> bool:
    """Whether only a few basic indexings use an array, and less than half of it."""
    users = graph.users[graph.find(x)]
    if x in graph.pinned or len(users) > FEW_USERS:
        return False
    if any(not isinstance(u.op, Subtensor) or u.inputs[0] is not x for u in users):
        return False
    sizes = [_size(v) for v in (x, *[u.outputs[0] for u in users])]
    if None in sizes:
        return False
    return 2 * sum(sizes[1:]) < sizes[0]  # type: ignore[arg-type, operator]


def _size(x: Variable) -> int | None:
    found = 1
    for length in x.type.shape:
        if not isinstance(length, int):
            return None
        found *= length
    return found


# -- operands that broadcast -----------------------------------------------------------


def take_alike(
    operands: Sequence[Variable], items: Items, shape: Sequence[Length]
) -> list[Variable]:
    """Operands that broadcast to a shape, each indexed by the items of the result.

    Lengths that had to agree, and of which only a part is left, are still checked.
    """
    found = list(operands)
    for axis, (word, _) in enumerate(items):
        if word != ":":
            found = _of_one_length(found, axis)
    return [take_repeated(v, items, shape) for v in found]


def _of_one_length(operands: list[Variable], axis: int) -> list[Variable]:
    """The operands, with a check of the lengths that are not proven to be equal."""
    wide = [v for v in operands if v.type.shape[axis] != 1]
    lengths = {length_of(v, axis) for v in wide}
    if len(lengths) < 2:
        return operands
    known = [v for v in wide if isinstance(v.type.shape[axis], int)]
    leader = (known or wide)[0]
    length = as_tensor(shape_of(leader)[axis], dtype="int64")
    return [
        v
        if v.type.shape[axis] == 1 or length_of(v, axis) == length_of(leader, axis)
        else SpecifyShape((axis,))(v, length)
        for v in operands
    ]


def take_repeated(x: Variable, items: Items, shape: Sequence[Length]) -> Variable:
    """An operand indexed; along axes that it is repeated on, its one element stays."""
    pairs = zip(x.type.shape, shape, strict=True)
    repeated = [have == 1 and want != 1 for have, want in pairs]
    own = [
        WHOLE if again else item for again, item in zip(repeated, items, strict=True)
    ]
    single = [axis for axis in integer_axes(items) if repeated[axis]]
    found = take(x, own)
    return Squeeze(moved(single, own))(found) if single else found


# -- what is known of integers ---------------------------------------------------------


def is_place(value: Variable, length: Length) -> bool:
    """Whether an integer is proven to lie in an axis, counted from either end."""
    if not isinstance(length, int):
        return False
    low, high = limits(value)
    return -length <= low and high < length


def is_from_start(value: Any) -> bool:
    """Whether an integer, or a part of a slice, is absent or proven not negative."""
    return value is None or limits(value)[0] >= 0


def limits(value: Variable) -> tuple[float, float]:
    """Bounds of an integer."""
    found = range_of(value)
    return found.low, found.high


def is_sure(items: Sequence[Item], shape: Sequence[Length]) -> bool:
    """Whether an index is proven to lie inside of an array."""
    return all(
        word != "i" or is_place(value, length)
        for (word, value), length in zip(items, shape, strict=True)
    )


def checked(value: Variable, x: Variable, items: Sequence[Item]) -> Variable:
    """A value, once the integers of an index are known to lie inside of `x`.

    Where that is not proven, the value is indexed as if it were repeated along such
    axes: nothing is computed for it, but an index outside is an error as before.
    """
    unsure = [
        (axis, item)
        for axis, item in enumerate(items)
        if item[0] == "i" and not is_place(item[1], x.type.shape[axis])
    ]
    if not unsure:
        return value
    lengths = [*[shape_of(x)[axis] for axis, _ in unsure], *shape_of(value)]
    wide = ExpandDims(tuple(range(len(unsure))))(value)
    whole = BroadcastTo()(wide, *[as_tensor(n, dtype="int64") for n in lengths])
    return take(whole, [*[item for _, item in unsure], *[WHOLE] * value.type.ndim])


def static_range(item: Item, length: Length) -> range | None:
    """The places that an integer or a slice takes, where all is known."""
    word, value = item
    if not isinstance(length, int):
        return None
    if word == "i":
        place = number_of(value)
        if place is None or not -length <= place < length:
            return None
        return range(place % length, place % length + 1)
    numbers = [number_of(part) for part in value]
    known = [n is None for n in numbers] == [part is None for part in value]
    return range(length)[slice(*numbers)] if known else None


def takes_all(item: Item, x: Variable, axis: int) -> bool:
    """Whether a slice takes every element of an axis, in order."""
    word, parts = item
    return word == ":" or (word not in "ia" and _reaches(parts, x, axis))


def _reaches(parts: Parts, x: Variable, axis: int) -> bool:
    start, stop, step = parts
    if step is not None and number_of(step) != 1:
        return False
    if start is not None and number_of(start) != 0:
        return False
    length = x.type.shape[axis]
    if stop is None or (
        isinstance(length, int) and sliced_length(length, parts) == length
    ):
        return True
    return _is_length(stop, x, axis)


def _is_length(scalar: Variable, x: Variable, axis: int) -> bool:
    """Whether a scalar is the length of an axis."""
    node = scalar.owner
    if node is None or not isinstance(node.op, Shape):
        return False
    return length_of(node.inputs[0], node.op.axis) == length_of(x, axis)
