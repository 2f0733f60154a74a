"""Shapes: axes that come and go, broadcasts that nobody needs, lengths, reshapes."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.shaping.shape import Reshape, Transpose, transpose
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.facts import is_number, is_op
from tensorgraph.rewrites.lengths import Source, length_of, must_agree, scalar_length

shapes = Rules("shapes")
rule, node_rule = shapes.rule, shapes.node_rule

x = hole("x")
axes, inner = hole("axes"), hole("inner")
wide = hole("wide", lambda v: is_op(v, BroadcastTo))


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


@rule(Pattern.of(ExpandDims, (wide,), axes=axes))
def new_axes_come_before_a_broadcast(axes: tuple[int, ...], out: Variable) -> Any:
    """Outside, the broadcast can be left to what it is combined with."""
    x, *lengths = out.owner.inputs[0].owner.inputs
    known = iter(lengths)
    all_ = [1 if a in axes else next(known) for a in range(out.type.ndim)]
    return BroadcastTo()(
        ExpandDims(axes)(x), *[as_tensor(n, dtype="int64") for n in all_]
    )


@rule(Pattern.of(Squeeze, (wide,), axes=axes))
def axes_are_removed_before_a_broadcast(axes: tuple[int, ...], out: Variable) -> Any:
    """Outside, the broadcast can be left to what it is combined with."""
    x, *lengths = out.owner.inputs[0].owner.inputs
    rest = [n for a, n in enumerate(lengths) if a not in axes]
    return BroadcastTo()(Squeeze(axes)(x), *rest) if rest else Squeeze(axes)(x)


@rule(Pattern.of(Transpose, (wide,), axes=axes))
def axes_are_permuted_before_a_broadcast(axes: tuple[int, ...], out: Variable) -> Any:
    """Outside, the broadcast can be left to what it is combined with."""
    x, *lengths = out.owner.inputs[0].owner.inputs
    return BroadcastTo()(transpose(x, axes), *[lengths[a] for a in axes])


# -- permutations ----------------------------------------------------------------------


@node_rule(Elementwise, Cast, among=(Transpose,))
def what_is_permuted_is_computed_before(node: Apply) -> Any:
    """A function of permuted arrays is the permuted function of the arrays."""
    axes = {v.owner.op.axes for v in node.inputs if is_op(v, Transpose)}
    others = [v for v in node.inputs if not is_op(v, Transpose)]
    if len(axes) != 1 or any(n != 1 for v in others for n in v.type.shape):
        return None
    inside = [v.owner.inputs[0] if is_op(v, Transpose) else v for v in node.inputs]
    return transpose(node.op(*inside), next(iter(axes)))


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


@node_rule(ExpandDims, Squeeze, among=(Reshape,))
def axes_of_length_one_are_made_by_the_reshape(node: Apply) -> Any:
    """One op in place of two."""
    if not is_op(node.inputs[0], Reshape):
        return None
    x, *lengths = node.inputs[0].owner.inputs
    axes = node.op.axes
    if isinstance(node.op, Squeeze):
        return Reshape()(x, *[n for a, n in enumerate(lengths) if a not in axes])
    known, one = iter(lengths), as_tensor(1, dtype="int64")
    ndim = node.outputs[0].type.ndim
    return Reshape()(x, *[one if a in axes else next(known) for a in range(ndim)])


@node_rule(Reshape, among=(ExpandDims, Squeeze))
def a_reshape_forgets_axes_of_length_one(node: Apply) -> Any:
    """The elements are the same, in the same order."""
    x, *lengths = node.inputs
    seen = is_op(x, ExpandDims) or is_op(x, Squeeze)
    return Reshape()(x.owner.inputs[0], *lengths) if seen else None


@node_rule(Reshape)
def a_reshape_that_only_adds_axes_of_length_one_is_new_axes(node: Apply) -> Any:
    """New axes meet others, and need no check."""
    x, *lengths = node.inputs
    have = [length_of(x, a) for a in range(x.type.ndim)]
    gone = tuple(a for a, n in enumerate(have) if n == 1)
    new = tuple(a for a, n in enumerate(lengths) if scalar_length(n) == 1)
    kept = [n for a, n in enumerate(have) if a not in gone]
    wanted = [n for a, n in enumerate(lengths) if a not in new]
    if len(kept) != len(wanted) or not all(map(_same, kept, wanted)):
        return None
    return expand(squeeze(x, gone), new)
