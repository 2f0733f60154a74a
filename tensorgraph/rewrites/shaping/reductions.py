"""Reductions: sums, products and extrema over fewer elements, and in one pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Squeeze, Sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.math import add, logical_and, maximum, minimum, mul
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.reducing.reduce import All, Extremum, Max, Min, Prod, Reduction
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.shaping.shape import Reshape, Transpose, transpose
from tensorgraph.rewrites.facts import is_op, is_real_float
from tensorgraph.rewrites.lengths import Source, length_of, scalar_length
from tensorgraph.rewrites.shaping.shapes import expand, squeeze

reductions = Rules("reductions")
rule, node_rule = reductions.rule, reductions.node_rule

x = hole("x")
axes, inner = hole("axes"), hole("inner")


@node_rule(Sum, Reduction, among=(ExpandDims,))
def a_reduction_comes_before_new_axes(node: Apply) -> Any:
    """A new axis has one element, which is the sum, product or extremum over it."""
    x, op = node.inputs[0], node.op
    if not is_op(x, ExpandDims):
        return None
    inside, new = x.owner.inputs[0], x.owner.op.axes
    over = places_of(op.axes, new)
    left = places_of(new, op.axes)
    small = reduced(op, inside, over)
    return expand(cast(small, node.outputs[0].type.dtype), left)


@rule(Pattern.of(Sum, (x,), axes=axes))
def a_sum_over_axes_of_length_one_is_none(
    x: Variable, axes: tuple[int, ...], out: Variable
) -> Any:
    """A sum of one element is the element."""
    single = tuple(a for a in axes if x.type.shape[a] == 1)
    if not single:
        return None
    places = [a for a in range(x.type.ndim) if a not in single]
    over = tuple(i for i, a in enumerate(places) if a in axes)
    y = cast(Squeeze(single)(x), out.type.dtype)
    return Sum(over)(y) if over else y


@rule(Pattern.of(Sum, (Pattern.of(Sum, (x,), axes=inner),), axes=axes), rounding=True)
def sums_of_sums_are_one(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """One pass over the elements."""
    places = [a for a in range(x.type.ndim) if a not in inner]
    return Sum(tuple(sorted((*inner, *(places[a] for a in axes)))))(x)


@rule(
    Pattern.of(Sum, (Pattern.of(Transpose, (x,), axes=inner),), axes=axes),
    rounding=True,
)
def a_sum_needs_no_order_of_axes(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """The axes are found before the permutation; the others keep their order."""
    over = tuple(sorted(inner[a] for a in axes))
    kept = [a for a in range(x.type.ndim) if a not in over]
    left = [kept.index(a) for a in inner if a not in over]
    return transpose(Sum(over)(x), left)


def _not_finite(values: list[Any]) -> bool:
    """Infinity times a length of zero is nan, an empty sum is zero."""
    return not all(np.isfinite(x).all() for x in values)


@node_rule(Sum, among=(BroadcastTo,), rounding=True, exempt=_not_finite)
def a_sum_of_repeated_elements_is_a_product(node: Apply) -> Any:
    """Adding the same element n times is multiplying it by n."""
    v, axes = node.inputs[0], node.op.axes
    if not is_op(v, BroadcastTo):
        return None
    x, *lengths = v.owner.inputs
    single = [a for a in axes if x.type.shape[a] == 1]
    if not single:
        return None
    dtype = node.outputs[0].type.dtype
    count: Any = lengths[single[0]]
    for a in single[1:]:
        count = count * lengths[a]
    rest = [lengths[a] for a in range(x.type.ndim) if a not in single]
    small = (
        BroadcastTo()(squeeze(x, tuple(single)), *rest)
        if rest
        else squeeze(x, tuple(single))
    )
    places = [a for a in range(x.type.ndim) if a not in single]
    over = tuple(i for i, a in enumerate(places) if a in axes)
    small = cast(small, dtype)
    return (Sum(over)(small) if over else small) * cast(count, dtype)


# -- products, extrema, truths ---------------------------------------------------------


@node_rule(Reduction)
def a_reduction_of_one_element_is_the_element(node: Apply) -> Any:
    """Over axes of length 1 there is nothing to combine."""
    x, axes = node.inputs[0], node.op.axes
    single = tuple(a for a in axes if x.type.shape[a] == 1)
    if not single:
        return None
    y = cast(Squeeze(single)(x), node.outputs[0].type.dtype)
    return reduced(node.op, y, places_of(axes, single))


@node_rule(Reduction, among=(Reduction,), rounding=True, moderate=True)
def reductions_of_reductions_are_one(node: Apply) -> Any:
    """One pass over the elements."""
    inner, outer = node.inputs[0].owner, node.op
    if inner is None or inner.op != replace(outer, axes=inner.op.axes):
        return None
    x = inner.inputs[0]
    places = [a for a in range(x.type.ndim) if a not in inner.op.axes]
    both = (*inner.op.axes, *(places[a] for a in outer.axes))
    return replace(outer, axes=tuple(sorted(both)))(x)


@node_rule(Reduction, among=(Transpose,), rounding=True, moderate=True)
def a_reduction_needs_no_order_of_axes(node: Apply) -> Any:
    """The axes are found before the permutation; the others keep their order."""
    inner, axes = node.inputs[0].owner, node.op.axes
    if inner is None or not isinstance(inner.op, Transpose):
        return None
    order = inner.op.axes
    over = tuple(sorted(order[a] for a in axes))
    kept = [a for a in range(len(order)) if a not in over]
    left = [kept.index(a) for a in order if a not in over]
    return transpose(replace(node.op, axes=over)(inner.inputs[0]), left)


@node_rule(Extremum, All, among=(BroadcastTo,))
def repeated_elements_need_one_look(node: Apply) -> Any:
    """What is repeated adds nothing new; no axis of it is empty."""
    v = node.inputs[0]
    if not is_op(v, BroadcastTo):
        return None
    x, *lengths = v.owner.inputs
    single = [a for a in node.op.axes if x.type.shape[a] == 1 and _has_some(v, a)]
    if not single:
        return None
    rest = [lengths[a] for a in range(x.type.ndim) if a not in single]
    small = squeeze(x, tuple(single))
    small = BroadcastTo()(small, *rest) if rest else small
    return reduced(node.op, small, places_of(node.op.axes, single))


def _has_some(v: Variable, axis: int) -> bool:
    length = v.type.shape[axis]
    return isinstance(length, int) and length > 0


EXPENSIVE = 5
"""From this cost on, a function is worth more than a look at its elements."""


@node_rule(Extremum, among=(Elementwise,), rounding=True, widens=True)
def a_function_that_grows_is_computed_of_the_largest(node: Apply, graph: Any) -> Any:
    """Once, and not for each element; the largest becomes the smallest if it falls."""
    inner = node.inputs[0].owner
    if inner is None or len(inner.inputs) != 1 or not is_real_float(inner.inputs[0]):
        return None
    op = inner.op
    if not isinstance(op, Elementwise) or not op.monotone or op.cost < EXPENSIVE:
        return None
    if graph.use_count(node.inputs[0]) != 1:
        return None
    other = Min if isinstance(node.op, Max) else Max
    extremum = node.op if op.monotone > 0 else other(node.op.axes, node.op.open)
    return None if node.op.open else op(extremum(inner.inputs[0]))


# -- reductions of reshaped and joined arrays ------------------------------------------


@node_rule(Sum, Reduction, among=(Reshape,), rounding=True, moderate=True)
def a_reduction_of_everything_needs_no_shape(node: Apply) -> Any:
    """The elements are the same ones."""
    v = node.inputs[0]
    if not is_op(v, Reshape) or len(node.op.axes) != v.type.ndim:
        return None
    x = v.owner.inputs[0]
    if not x.type.ndim or not _is_sure(v.owner):
        return None
    return replace(node.op, axes=tuple(range(x.type.ndim)))(x)


def _is_sure(reshape: Apply) -> bool:
    """Whether a reshape is proven to have as many elements as the array."""
    x, *lengths = reshape.inputs
    have = [length_of(x, a) for a in range(x.type.ndim)]
    factors = [n for v in lengths for n in _factors(v)]
    known = [[n for n in some if isinstance(n, int)] for some in (have, factors)]
    open_ = [[n for n in some if not isinstance(n, int)] for some in (have, factors)]
    return np.prod(known[0]) == np.prod(known[1]) and Counter(open_[0]) == Counter(
        open_[1]
    )


def _factors(length: Variable) -> list[Any]:
    """The lengths whose product a length is."""
    found, stack = [], [length]
    while stack and len(found) <= MOST_PARTS:
        v = stack.pop()
        if is_op(v, mul):
            stack.extend(v.owner.inputs)
            continue
        one = scalar_length(v)
        whole = isinstance(one, Source) and one.axis >= 0
        found.append(length_of(*one) if whole else one)
    return found


MOST_PARTS = 8
"""More joined parts are reduced where they were joined."""
TOGETHER = {Sum: add, Prod: mul, Max: maximum, Min: minimum, All: logical_and}
"""How the results of parts are combined."""


@node_rule(Sum, Reduction, among=(Join,), rounding=True, absolute=True, moderate=True)
def a_reduction_of_joined_parts_is_one_of_each(node: Apply) -> Any:
    """Nothing has to be joined."""
    inner, op = node.inputs[0].owner, node.op
    if not isinstance(inner.op if inner else None, Join) or type(op) not in TOGETHER:
        return None
    axis, parts = inner.op.axis, inner.inputs
    if axis not in op.axes or len(parts) > MOST_PARTS:
        return None
    if isinstance(op, Extremum) and not all(_has_some(p, axis) for p in parts):
        return None
    others = [a for a in op.axes if a != axis]
    if any(length_of(p, a) != length_of(parts[0], a) for p in parts for a in others):
        return None
    return reduce(TOGETHER[type(op)], [op(p) for p in parts])


def reduced(op: Any, x: Variable, axes: tuple[int, ...]) -> Variable:
    """`x` reduced as by `op` but over other axes, if there are any."""
    return replace(op, axes=axes)(x) if axes else x


def places_of(axes: Sequence[int], gone: Sequence[int]) -> tuple[int, ...]:
    """The numbers of axes after some were removed."""
    return tuple(a - sum(g < a for g in gone) for a in axes if a not in gone)
