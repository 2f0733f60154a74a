"""Shapes: axes that come and go, broadcasts that nobody needs, lengths, reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze, Sum
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.reducing.reduce import Extremum
from tensorgraph.ops.shaping.shape import Reshape, Transpose, transpose
from tensorgraph.rewrites.facts import is_number, is_op
from tensorgraph.rewrites.lengths import Source, length_of, must_agree, scalar_length

shapes = Rules("shapes")
rule, node_rule = shapes.rule, shapes.node_rule

x = hole("x")
axes, inner = hole("axes"), hole("inner")


def expand(x: Variable, axes: tuple[int, ...]) -> Variable:
    """`x` with new axes, if there are any."""
    return ExpandDims(axes)(x) if axes else x


def squeeze(x: Variable, axes: tuple[int, ...]) -> Variable:
    """`x` without some axes of length 1, if there are any."""
    return Squeeze(axes)(x) if axes else x


# -- axes of length 1 ------------------------------------------------------------------


@rule(Pattern.of(Squeeze, (Pattern.of(ExpandDims, (x,), axes=inner),), axes=axes))
def axes_that_come_and_go(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """An axis that is added and removed again was never needed."""
    both = set(inner) & set(axes)
    if not both:
        return None
    places = [a for a in range(x.type.ndim + len(inner)) if a not in both]
    left = tuple(i for i, a in enumerate(places) if a in inner)
    gone = tuple(i for i, a in enumerate(places) if a in axes)
    return squeeze(expand(x, left), gone)


@rule(Pattern.of(ExpandDims, (Pattern.of(Squeeze, (x,), axes=axes),), axes=axes))
def axes_that_go_and_come(x: Variable) -> Any:
    """The same axes are removed and added again."""
    return x


@rule(Pattern.of(ExpandDims, (Pattern.of(ExpandDims, (x,), axes=inner),), axes=axes))
def new_axes_are_added_at_once(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """One op in place of two."""
    places = [a for a in range(x.type.ndim + len(inner) + len(axes)) if a not in axes]
    return ExpandDims(tuple(sorted((*axes, *(places[a] for a in inner)))))(x)


@rule(Pattern.of(Squeeze, (Pattern.of(Squeeze, (x,), axes=inner),), axes=axes))
def axes_are_removed_at_once(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """One op in place of two."""
    places = [a for a in range(x.type.ndim) if a not in inner]
    return Squeeze(tuple(sorted((*inner, *(places[a] for a in axes)))))(x)


@rule(Pattern.of(Transpose, (Pattern.of(Transpose, (x,), axes=inner),), axes=axes))
def axes_are_permuted_at_once(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """One permutation in place of two, and none where they cancel."""
    return transpose(x, [inner[a] for a in axes])


@rule(
    Pattern.of(Transpose, (x,), axes=axes), when=lambda axes: list(axes) == sorted(axes)
)
def axes_in_order_are_not_permuted(x: Variable) -> Any:
    """The permutation is the identity."""
    return x


@rule(Pattern.of(Transpose, (Pattern.of(ExpandDims, (x,), axes=inner),), axes=axes))
def permuted_new_axes_are_added_elsewhere(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...]
) -> Any:
    """A new axis can be added where it is wanted."""
    kept = [a for a in range(x.type.ndim + len(inner)) if a not in inner]
    order = [kept.index(a) for a in axes if a not in inner]
    return ExpandDims(tuple(i for i, a in enumerate(axes) if a in inner))(
        transpose(x, order)
    )


@node_rule(Elementwise, among=(ExpandDims,))
def what_is_repeated_is_computed_before(node: Apply) -> Any:
    """Operands that all have the same new axes are combined without them."""
    wide = [v for v in node.inputs if not is_number(v)]
    if not wide or not all(is_op(v, ExpandDims) for v in wide):
        return None
    axes = wide[0].owner.op.axes
    if any(v.owner.op.axes != axes for v in wide):
        return None
    if any(v.type.shape[a] != 1 for v in node.inputs for a in axes):
        return None
    return ExpandDims(axes)(node.op(*[squeeze(v, axes) for v in node.inputs]))


@rule(Pattern.of(Cast, (Pattern.of(ExpandDims, (x,), axes=axes),), dtype=hole("dtype")))
def a_cast_comes_before_new_axes(x: Variable, axes: tuple[int, ...], dtype: str) -> Any:
    """Below, the new axis can meet others, and numbers are cast when compiling."""
    return ExpandDims(axes)(cast(x, dtype))


# -- casts -----------------------------------------------------------------------------


@rule(
    Pattern.of(Cast, (x,), dtype=hole("dtype")),
    when=lambda x, dtype: x.type.dtype == dtype,
)
def a_cast_to_the_same_dtype_is_no_cast(x: Variable) -> Any:
    """The elements are of that dtype."""
    return x


# -- broadcasts ------------------------------------------------------------------------


@node_rule(BroadcastTo)
def a_broadcast_to_the_same_lengths_is_none(node: Apply) -> Any:
    """Every length is proven to be what it becomes."""
    x, *lengths = node.inputs
    have = [length_of(x, a) for a in range(x.type.ndim)]
    return x if all(map(_same, have, lengths)) else None


def _same(have: Any, scalar: Variable) -> bool:
    want = scalar_length(scalar)
    if isinstance(want, Source) and want.axis >= 0:
        want = length_of(*want)
    return bool(have == want)


@node_rule(BroadcastTo, among=(BroadcastTo,))
def broadcasts_of_broadcasts_are_one(node: Apply) -> Any:
    """The last lengths are those that count, where the first agree with them."""
    x, *lengths = node.inputs
    if not is_op(x, BroadcastTo):
        return None
    first, *before = x.owner.inputs
    agree = all(
        n == 1 or _same(length_of(x, a), want)
        for a, (n, want) in enumerate(zip(x.type.shape, lengths, strict=True))
    )
    return (
        BroadcastTo()(first, *lengths)
        if agree and len(before) == len(lengths)
        else None
    )


@node_rule(Elementwise, among=(BroadcastTo,), proves_lengths=True)
def elementwise_ops_broadcast_by_themselves(node: Apply, graph: Any) -> Any:
    """A broadcast operand is repeated anyway, to the lengths that another one has."""
    for i, v in enumerate(node.inputs):
        others = [u for u in node.inputs if u is not v and not is_op(u, BroadcastTo)]
        if is_op(v, BroadcastTo) and any(must_agree(u, v, graph) for u in others):
            return node.op(*node.inputs[:i], v.owner.inputs[0], *node.inputs[i + 1 :])
    return None


@node_rule(Elementwise, Cast, among=(BroadcastTo,))
def what_is_broadcast_is_computed_before(node: Apply) -> Any:
    """A function of a broadcast array is the broadcast function of the array."""
    lengths = {tuple(v.owner.inputs[1:]) for v in node.inputs if is_op(v, BroadcastTo)}
    narrow = [v for v in node.inputs if not is_op(v, BroadcastTo)]
    if len(lengths) != 1 or any(n != 1 for v in narrow for n in v.type.shape):
        return None
    small = [v.owner.inputs[0] if is_op(v, BroadcastTo) else v for v in node.inputs]
    return BroadcastTo()(node.op(*small), *next(iter(lengths)))


# -- lengths ---------------------------------------------------------------------------


@node_rule(Shape)
def a_length_is_that_of_an_input(node: Apply) -> Any:
    """A length needs no values: it is that of the earliest axis it comes from."""
    v, axis = node.inputs[0], node.op.axis
    if is_op(v, BroadcastTo) and v.owner.inputs[0].type.shape[axis] == 1:
        return v.owner.inputs[1 + axis]
    length = length_of(v, axis)
    if isinstance(length, int):
        return length
    if isinstance(length, Source) and length.variable is not v:
        return length.build()
    return None


@node_rule(Shape)
def a_named_length_is_that_of_an_operand(node: Apply) -> Any:
    """An operand with the same named size has the same length."""
    v, axis = node.inputs[0], node.op.axis
    name = v.type.shape[axis]
    if not isinstance(name, str) or not is_op(v, Elementwise):
        return None
    return next(Shape(axis)(u) for u in v.owner.inputs if u.type.shape[axis] == name)


# -- reshape ---------------------------------------------------------------------------


@node_rule(Reshape, among=(Reshape,))
def a_reshape_of_a_reshape_is_one(node: Apply) -> Any:
    """Only the last lengths count."""
    x, *lengths = node.inputs
    return Reshape()(x.owner.inputs[0], *lengths) if is_op(x, Reshape) else None


@node_rule(Reshape)
def a_reshape_to_the_same_lengths_is_none(node: Apply) -> Any:
    """Every length is proven to be what it becomes."""
    x, *lengths = node.inputs
    if x.type.ndim != len(lengths):
        return None
    have = [length_of(x, a) for a in range(x.type.ndim)]
    return x if all(map(_same, have, lengths)) else None


# -- reductions ------------------------------------------------------------------------


@rule(Pattern.of(Sum, (Pattern.of(ExpandDims, (x,), axes=inner),), axes=axes))
def a_sum_over_new_axes_is_none(
    x: Variable, inner: tuple[int, ...], axes: tuple[int, ...], out: Variable
) -> Any:
    """A sum of one element is the element."""
    both = set(inner) & set(axes)
    if not both:
        return None
    places = [a for a in range(x.type.ndim + len(inner)) if a not in both]
    left = tuple(i for i, a in enumerate(places) if a in inner)
    over = tuple(i for i, a in enumerate(places) if a in axes)
    y = cast(expand(x, left), out.type.dtype)
    return Sum(over)(y) if over else y


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


@node_rule(Extremum)
def the_extremum_of_one_element_is_the_element(node: Apply) -> Any:
    """Over axes of length 1 there is nothing to choose."""
    x, axes = node.inputs[0], node.op.axes
    return Squeeze(axes)(x) if all(x.type.shape[a] == 1 for a in axes) else None
