"""Indexing: what is picked is picked as early as possible, so that less is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Squeeze, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.indexing.slices import grouped, number_of
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.reducing.reduce import Reduction
from tensorgraph.ops.shaping.shape import Transpose, transpose

indexing = Rules("indexing")
node_rule = indexing.node_rule

Items = list[tuple[str, Any]]
"""A word for each axis with its value: an integer, or the parts of a slice."""


def items_of(node: Apply) -> Items:
    """The index of a basic indexing, an item for each axis."""
    x, *values = node.inputs
    words = node.op.padded(x.type.ndim)
    return list(zip(words, grouped(words, values), strict=True))


def take(x: Variable, items: Sequence[tuple[str, Any]]) -> Variable:
    """`x` indexed by items; nothing is done where all is taken."""
    words = [word for word, _ in items]
    while words and words[-1] == ":":
        words.pop()
    if not words:
        return x
    values: list[Variable] = []
    for word, value in items[: len(words)]:
        values += [value] if word == "i" else [p for p in value if p is not None]
    return Subtensor(tuple(words))(x, *values)


def _below(node: Apply, *ops: type) -> Apply | None:
    """What computed the indexed array, if it is of these classes."""
    x = node.inputs[0]
    return x.owner if x.owner is not None and isinstance(x.owner.op, ops) else None


# -- through ops that keep axes --------------------------------------------------------


@node_rule(Subtensor)
def an_index_goes_through_elementwise_ops(node: Apply, graph: Any) -> Any:
    """Fewer elements are computed, where nothing else needs the others."""
    inner = _below(node, Elementwise, Cast)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    items, shape = items_of(node), node.inputs[0].type.shape
    taken = [_taken(v, items, shape) for v in inner.inputs]
    return None if None in taken else inner.op(*taken)


def _taken(x: Variable, items: Items, shape: Sequence[Any]) -> Variable | None:
    """An operand indexed; along axes that it is repeated on, its one element stays."""
    repeated = [
        n == 1 and want != 1 for n, want in zip(x.type.shape, shape, strict=True)
    ]
    whole: Items = [
        (":", (None, None, None)) if again else item
        for again, item in zip(repeated, items, strict=True)
    ]
    gone = [a for a, (word, _) in enumerate(items) if word == "i"]
    single = tuple(
        a - len([g for g in gone if g < a and not repeated[g]])
        for a in gone
        if repeated[a]
    )
    found = take(x, whole)
    return Squeeze(single)(found) if single else found


@node_rule(Subtensor)
def an_index_goes_through_new_axes(node: Apply) -> Any:
    """An integer on a new axis takes its one element; the rest is indexed before."""
    inner = _below(node, ExpandDims)
    if inner is None:
        return None
    axes, items = inner.op.axes, items_of(node)
    if any(not _takes_the_one(items[a]) for a in axes):
        return None
    x = inner.inputs[0]
    rest = [item for a, item in enumerate(items) if a not in axes]
    kept = [a for a, (word, _) in enumerate(items) if word != "i"]
    new = tuple(i for i, a in enumerate(kept) if a in axes)
    found = take(x, rest)
    return ExpandDims(new)(found) if new else found


def _takes_the_one(item: tuple[str, Any]) -> bool:
    """Whether an item takes the element of an axis of length 1."""
    word, value = item
    return word == ":" or (word == "i" and number_of(value) in (0, -1))


@node_rule(Subtensor)
def an_index_goes_through_removed_axes(node: Apply) -> Any:
    """The removed axes are taken whole, and removed afterwards."""
    inner = _below(node, Squeeze)
    if inner is None:
        return None
    items = items_of(node)
    for a in inner.op.axes:
        items.insert(a, (":", (None, None, None)))
    gone = [a for a, (word, _) in enumerate(items) if word == "i"]
    axes = tuple(a - len([g for g in gone if g < a]) for a in inner.op.axes)
    return Squeeze(axes)(take(inner.inputs[0], items))


@node_rule(Subtensor)
def an_index_goes_through_a_permutation(node: Apply) -> Any:
    """The axes are indexed where they were."""
    inner = _below(node, Transpose)
    if inner is None:
        return None
    items, axes = items_of(node), inner.op.axes
    before = [items[axes.index(a)] for a in range(len(axes))]
    kept = [a for a in range(len(axes)) if before[a][0] != "i"]
    order = [kept.index(a) for a in axes if a in kept]
    return transpose(take(inner.inputs[0], before), order)


@node_rule(Subtensor)
def an_index_goes_through_a_broadcast(node: Apply) -> Any:
    """An integer on a repeated axis takes its one element, if it is within the axis."""
    inner = _below(node, BroadcastTo)
    if inner is None:
        return None
    x, *lengths = inner.inputs
    shape, items = node.inputs[0].type.shape, items_of(node)
    for a, (word, value) in enumerate(items):
        repeated = x.type.shape[a] == 1 and shape[a] != 1
        if word != ":" and not (
            (word == "i" and _is_within(value, shape[a])) or not repeated
        ):
            return None
        if word not in ("i", ":"):
            return None
    found = _taken(x, items, shape)
    rest = [n for n, (word, _) in zip(lengths, items, strict=True) if word != "i"]
    return BroadcastTo()(found, *rest) if rest else found


def _is_within(value: Variable, length: Any) -> bool:
    position = number_of(value)
    return (
        isinstance(length, int)
        and position is not None
        and -length <= position < length
    )


@node_rule(Subtensor)
def an_index_goes_through_reductions(node: Apply, graph: Any) -> Any:
    """Only what is picked has to be reduced."""
    inner = _below(node, Sum, Reduction)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    items = items_of(node)
    for a in inner.op.axes:
        items.insert(a, (":", (None, None, None)))
    gone = [a for a, (word, _) in enumerate(items) if word == "i"]
    axes = tuple(a - len([g for g in gone if g < a]) for a in inner.op.axes)
    return replace(inner.op, axes=axes)(take(inner.inputs[0], items))


# -- indices of indices ----------------------------------------------------------------


@node_rule(Subtensor)
def an_index_of_everything_is_none(node: Apply) -> Any:
    """Every axis is taken whole."""
    return node.inputs[0] if all(word == ":" for word in node.op.words) else None


@node_rule(Subtensor)
def an_index_goes_through_a_gather(node: Apply, graph: Any) -> Any:
    """Of the gathered rows only those that are picked are gathered."""
    inner = _below(node, AdvancedSubtensor)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    x, *indices = inner.inputs
    if len(indices) != 1 or indices[0].type.ndim != 1:
        return None
    items, axis = items_of(node), inner.op.axes[0]
    rows = take(indices[0], [items[axis]])
    if items[axis][0] != "i":
        rest = [*items[:axis], (":", (None, None, None)), *items[axis + 1 :]]
        if any(word != ":" for word, _ in rest):
            return None
        return inner.op(x, rows)
    return take(x, [*items[:axis], ("i", rows), *items[axis + 1 :]])


@node_rule(Subtensor)
def an_integer_of_integers_is_one_index(node: Apply) -> Any:
    """x[i][j] is x[i, j], where integers come first."""
    inner = _below(node, Subtensor)
    if inner is None:
        return None
    before, items = items_of(inner), iter(items_of(node))
    if any(word not in ("i", ":") for word, _ in before):
        return None
    merged = [item if item[0] == "i" else next(items) for item in before]
    return take(inner.inputs[0], merged)
