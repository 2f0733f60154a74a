"""Cotangents of indices: what is written into zeros is computed before it is written.

The gradient of x[i] is zero but for one place. Products, sums and products of matrices
with it need that place only, and what they are made of is picked in turn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, Sum, expand_left, shape_of
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.indexing.slices import sliced_length
from tensorgraph.ops.indexing.subtensor import IntoZeros, Subtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.tensor import as_tensor, constant
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    Item,
    Items,
    is_sure,
    items_from,
    items_of,
    moved,
    same_item,
    take,
    take_repeated,
    with_whole,
    words_of,
)
from tensorgraph.rewrites.indexing.slices import one_item
from tensorgraph.rewrites.lengths import Source, given_length, length_of

cotangents = Rules("cotangents")
node_rule = cotangents.node_rule


def _not_finite(values: list[Any]) -> bool:
    """Zero times infinity is nan; what does not matter has a derivative of zero."""
    return not all(np.isfinite(x).all() for x in values)


def _not_finite_or_zero(values: list[Any]) -> bool:
    """Zero over zero is nan as well."""
    return _not_finite(values) or any((x == 0).any() for x in values)


def parts_of(node: Apply) -> tuple[Variable, Items, list[Variable]]:
    """The value, the items and the lengths of what is written into zeros."""
    assert isinstance(node.op, IntoZeros)
    value, *rest = node.inputs
    places, lengths = node.op.values_and_lengths(rest)
    return value, items_from(node.op, len(lengths), places), list(lengths)


def into_zeros(value: Variable, items: Items, lengths: Sequence[Variable]) -> Variable:
    """Zeros of these lengths with a value at an index."""
    words, places = words_of(items)
    return IntoZeros(words)(value, *places, *lengths)


# -- elementwise -----------------------------------------------------------------------


@node_rule(
    math.mul, math.true_div, among=(IntoZeros,), moderate=True,
    exempt=_not_finite_or_zero,
)  # fmt: skip
def a_product_with_zeros_is_one_where_they_are_not(node: Apply) -> Any:
    """A cotangent of zero stays zero: only the elements that were read are computed."""
    x, y = node.inputs
    if not is_op(x, IntoZeros):
        if node.op is math.true_div or not is_op(y, IntoZeros):
            return None
        x, y = y, x
    assert x.owner is not None
    value, items, lengths = parts_of(x.owner)
    shape = node.outputs[0].type.shape
    for axis, (have, want) in enumerate(zip(x.type.shape, shape, strict=True)):
        if have == 1 and want != 1:
            lengths[axis] = as_tensor(shape_of(y)[axis], dtype="int64")
            if items[axis] != WHOLE:
                return None
    if not _has_lengths(y, lengths, items):
        return None
    return into_zeros(node.op(value, take_repeated(y, items, shape)), items, lengths)


def _has_lengths(x: Variable, lengths: Sequence[Variable], items: Items) -> bool:
    """Whether an operand repeats or has these lengths on the axes that are indexed."""
    return all(
        item == WHOLE or n == 1 or length_of(x, axis) == given_length(length)
        for axis, (n, length, item) in enumerate(
            zip(x.type.shape, lengths, items, strict=True)
        )
    )


@node_rule(math.neg, Cast, among=(IntoZeros,))
def signs_and_dtypes_of_zeros_do_not_matter(node: Apply) -> Any:
    """Only what is written into the zeros is negated or cast."""
    x = node.inputs[0]
    if not is_op(x, IntoZeros) or node.outputs[0].type.dtype == "bool":
        return None
    assert x.owner is not None
    value, items, lengths = parts_of(x.owner)
    return into_zeros(node.op(value), items, lengths)


@node_rule(math.where, among=(IntoZeros,))
def a_choice_of_zeros_is_made_where_they_are_not(node: Apply) -> Any:
    """where(c, g, 0), as gradients have it, where most of g is zero."""
    condition, *branches = node.inputs
    shape = node.outputs[0].type.shape  # type: ignore[attr-defined]
    for number, x in enumerate(branches):
        other = branches[1 - number]
        if not is_op(x, IntoZeros) or number_of(other) != 0 or x.type.shape != shape:
            continue
        assert x.owner is not None
        value, items, lengths = parts_of(x.owner)
        if not _has_lengths(condition, lengths, items):
            return None
        parts = [value, number_like(value, 0)]
        chosen = take_repeated(condition, items, shape)
        found = node.op(chosen, *(parts if number == 0 else parts[::-1]))
        return into_zeros(found, items, lengths)
    return None


def number_like(x: Variable, value: Any) -> Variable:
    """A number with the dtype and rank of a tensor."""
    return expand_left(constant(value, x.type.dtype), x.type.ndim)


@node_rule(math.add, among=(IntoZeros,))
def zeros_with_values_in_one_place_are_added_there(node: Apply) -> Any:
    """Integers that both indices have in common select the part that is added."""
    x, y = node.inputs
    alike = is_op(x, IntoZeros) and is_op(y, IntoZeros) and x.type == y.type
    if not alike or x.owner is None or y.owner is None:
        return None
    value, items, lengths = parts_of(x.owner)
    other, own, others = parts_of(y.owner)
    pairs = list(zip(items, own, strict=True))
    shared = [a if a[0] == "i" and same_item(a, b) else WHOLE for a, b in pairs]
    equal = zip(lengths, others, strict=True)
    if all(item == WHOLE for item in shared) or any(
        given_length(a) != given_length(b) for a, b in equal
    ):
        return None
    left = [a for a, item in enumerate(shared) if item == WHOLE]
    sizes = [lengths[a] for a in left]
    first, second = (
        _less_zeros(v, [found[a] for a in left], sizes)
        for v, found in ((value, items), (other, own))
    )
    return into_zeros(node.op(first, second), shared, lengths)


def _less_zeros(value: Variable, items: Items, lengths: list[Variable]) -> Variable:
    """A value among zeros, if it is not all that there is."""
    if all(item == WHOLE for item in items):
        return value
    return into_zeros(value, items, lengths)


# -- axes ------------------------------------------------------------------------------


@node_rule(ExpandDims, among=(IntoZeros,))
def new_axes_of_zeros_are_new_axes_of_the_value(node: Apply) -> Any:
    """The value is written once, with all its axes."""
    x, axes = node.inputs[0], node.op.axes  # type: ignore[attr-defined]
    if not is_op(x, IntoZeros):
        return None
    assert x.owner is not None
    value, items, lengths = parts_of(x.owner)
    for axis in axes:
        lengths.insert(axis, as_tensor(1))
    items = with_whole(items, axes)
    return into_zeros(ExpandDims(moved(axes, items))(value), items, lengths)


@node_rule(Sum, among=(IntoZeros,), rounding=True)
def a_sum_of_zeros_and_a_value_is_a_sum_of_the_value(node: Apply) -> Any:
    """The zeros need not be counted."""
    x, axes = node.inputs[0], node.op.axes  # type: ignore[attr-defined]
    if not is_op(x, IntoZeros):
        return None
    assert x.owner is not None
    value, items, lengths = parts_of(x.owner)
    over = [items[a] for a in axes]
    sure = is_sure(over, [x.type.shape[a] for a in axes])
    if not sure or not _fills(value, items, x, axes):
        return None
    summed = moved([a for a in axes if items[a][0] != "i"], items)
    found = Sum(summed)(value) if summed else value
    kept = [a for a in range(len(items)) if a not in axes]
    if all(items[a] == WHOLE for a in kept):
        return found
    return into_zeros(found, [items[a] for a in kept], [lengths[a] for a in kept])


def _fills(value: Variable, items: Items, x: Variable, axes: Sequence[int]) -> bool:
    """Whether a value has one element for each place that it is written to."""
    kept = [axis for axis, (word, _) in enumerate(items) if word != "i"]
    return all(
        axis not in axes or have != 1 or _places(x, axis, items[axis]) == 1
        for axis, have in zip(kept, value.type.shape, strict=True)
    )


def _places(x: Variable, axis: int, item: Item) -> Any:
    """How many places of an axis an item takes."""
    length = x.type.shape[axis]
    return length if item == WHOLE else sliced_length(length, item[1])


@node_rule(IntoZeros, among=(IntoZeros,))
def zeros_around_zeros_are_written_once(node: Apply) -> Any:
    """The cotangent of an index of an index is that of one index."""
    inner = node.inputs[0].owner
    if inner is None or not isinstance(inner.op, IntoZeros):
        return None
    value, after, own = parts_of(inner)
    _, before, lengths = parts_of(node)
    merged: Items = []
    rest, seen = iter(after), iter(own)
    for axis, item in enumerate(before):
        one: Item | None = item
        if item[0] != "i":
            length = node.outputs[0].type.shape[axis]
            fits = _is_length_of(next(seen), item, lengths[axis], length)
            one = one_item(item, next(rest), length) if fits else None
        if one is None:
            return None
        merged.append(one)
    return into_zeros(value, merged, lengths)


def _is_length_of(scalar: Variable, item: Item, length: Variable, known: Any) -> bool:
    """Whether a scalar is the length of what an item takes of an axis."""
    found = given_length(scalar)
    if item == WHOLE:
        return found == given_length(length)
    if not isinstance(found, Source):
        return found == sliced_length(known, item[1])
    node = found.variable.owner
    if node is None or not isinstance(node.op, Subtensor) or found.axis < 0:
        return False
    items = items_of(node)
    axis = [a for a, (word, _) in enumerate(items) if word != "i"][found.axis]
    same = length_of(node.inputs[0], axis) == given_length(length)
    return same and items[axis] == item


# -- products of matrices --------------------------------------------------------------


@node_rule(Dot, among=(IntoZeros,), rounding=True, moderate=True, exempt=_not_finite)
def rows_of_zeros_stay_rows_of_zeros_in_products(node: Apply) -> Any:
    """Only the rows that are not zero are multiplied."""
    x, y = node.inputs
    if node.op.left != 2 or x.type.ndim != 2 or not is_op(x, IntoZeros):  # type: ignore[attr-defined]
        return None
    assert x.owner is not None
    value, (row, column), lengths = parts_of(x.owner)
    if column != WHOLE or row == WHOLE or not _fills(value, [row, column], x, (1,)):
        return None
    right = node.op.right  # type: ignore[attr-defined]
    found = Dot(value.type.ndim, right)(value, y)
    columns = [y.shape[1]] if right == 2 else []  # type: ignore[attr-defined]
    more = [as_tensor(n, dtype="int64") for n in columns]
    return into_zeros(found, [row, *[WHOLE] * len(more)], [lengths[0], *more])


@node_rule(Dot, among=(IntoZeros,), rounding=True, moderate=True, exempt=_not_finite)
def zeros_that_meet_rows_leave_them_out_of_products(node: Apply) -> Any:
    """Only what meets a row that is not zero is multiplied."""
    x, y = node.inputs
    if y.type.ndim > 2 or x.type.ndim > 2 or not is_op(y, IntoZeros):
        return None
    assert y.owner is not None
    value, (row, *column), lengths = parts_of(y.owner)
    last = x.type.ndim - 1
    if row == WHOLE or any(c != WHOLE for c in column):
        return None
    rows = [row, *column]
    if not _has_lengths_at(x, last, lengths[0]) or not _fills(value, rows, y, (0,)):
        return None
    part = take(x, [*[WHOLE] * last, row])
    if row[0] != "i":
        return Dot(x.type.ndim, y.type.ndim)(part, value)
    left = ExpandDims((1,))(part) if last and column else part
    right = ExpandDims((0,))(value) if column and last else value
    return left * right  # type: ignore[operator]


def _has_lengths_at(x: Variable, axis: int, length: Variable) -> bool:
    return length_of(x, axis) == given_length(length)
