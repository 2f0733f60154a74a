"""Indexing: what is picked is picked as early as possible, so that less is computed.

An index goes through an op when the op computes each picked element from picked ones.
It does so only where nothing else needs the whole, and a gather only where it takes
fewer elements than there are; ops that draw are left alone, so that draws stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.branch import IfElse
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.check import Check
from tensorgraph.ops.creating.diagonal import Diagonal
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.extending.detach import PassedOn
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.indexing.slices import number_of, sliced_length
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.reducing.reduce import Reduction
from tensorgraph.ops.scan import Scan
from tensorgraph.ops.shaping.shape import SpecifyShape, Transpose, transpose
from tensorgraph.ops.signature import SignatureOp, ranks_of
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    Item,
    Items,
    below,
    checked,
    integer_axes,
    is_from_start,
    is_place,
    is_vector_index,
    items_of,
    moved,
    moving,
    saves_work,
    take,
    take_alike,
    take_repeated,
    with_whole,
)
from tensorgraph.rewrites.lengths import given_length, length_of

lifting = Rules("lifting")
node_rule = lifting.node_rule


# -- through ops that compute each element by itself -----------------------------------


@node_rule(Subtensor, AdvancedSubtensor, among=(Elementwise, Cast), rounding=True)
def an_index_goes_through_elementwise_ops(node: Apply, graph: Any) -> Any:
    """Fewer elements are computed, where nothing else needs the others."""
    inner = below(node, Elementwise, Cast)
    moves = None if inner is None else moving(node, graph)
    if inner is None or moves is None:
        return None
    operands = take_alike(inner.inputs, moves[0], node.inputs[0].type.shape)
    return take(inner.op(*operands), moves[1])


@node_rule(Subtensor, among=(IfElse,))
def an_index_goes_through_the_arms_of_a_branch(node: Apply, graph: Any) -> Any:
    """The arm that is taken computes only what is picked of it."""
    inner = below(node, IfElse)
    moves = None if inner is None else moving(node, graph)
    if inner is None or moves is None or inner.op.count != 1:
        return None
    condition, *arms = inner.inputs
    places, shape = integer_axes(moves[0]), inner.outputs[0].type.shape
    if any(v.type.shape[a] != shape[a] for v in arms for a in places):
        return None  # an index within one arm may be outside of the other
    return take(inner.op(condition, *[take(v, moves[0]) for v in arms]), moves[1])


@node_rule(Subtensor, AdvancedSubtensor, among=(PassedOn, Check))
def an_index_goes_through_what_is_passed_on(node: Apply, graph: Any) -> Any:
    """A check, or what only gradients see, leaves the elements as they are."""
    inner = below(node, PassedOn, Check)
    moves = None if inner is None else moving(node, graph)
    if inner is None or moves is None:
        return None
    x, *rest = inner.inputs
    return take(inner.op(take(x, moves[0]), *rest), moves[1])


@node_rule(Subtensor, AdvancedSubtensor, among=(SpecifyShape,))
def an_index_goes_through_lengths_of_other_axes(node: Apply) -> Any:
    """The lengths that are checked are not touched."""
    inner = below(node, SpecifyShape)
    if inner is None or not is_vector_index(node):
        return None
    items, axes = items_of(node), inner.op.axes
    if any(items[a] != WHOLE for a in axes):
        return None
    x, *lengths = inner.inputs
    return SpecifyShape(moved(axes, items))(take(x, items), *lengths)


@node_rule(SpecifyShape)
def lengths_that_are_proven_need_no_check(node: Apply) -> Any:
    """Only the others are checked."""
    x, *lengths = node.inputs
    pairs = zip(node.op.axes, lengths, strict=True)  # type: ignore[attr-defined]
    left = [(a, n) for a, n in pairs if length_of(x, a) != given_length(n)]
    if len(left) == len(lengths):
        return None
    return (
        SpecifyShape(tuple(a for a, _ in left))(x, *[n for _, n in left]) if left else x
    )


# -- through axes that come, go, and change places -------------------------------------


@node_rule(Subtensor, AdvancedSubtensor, among=(ExpandDims,))
def an_index_goes_through_new_axes(node: Apply) -> Any:
    """An integer on a new axis takes its one element; the rest is indexed before."""
    inner = below(node, ExpandDims)
    if inner is None or not is_vector_index(node):
        return None
    axes, items = inner.op.axes, items_of(node)
    if any(not _takes_the_one(items[a]) for a in axes):
        return None
    new = moved([a for a in axes if items[a][0] != "i"], items)
    rest = [item for a, item in enumerate(items) if a not in axes]
    found = take(inner.inputs[0], rest)
    return ExpandDims(new)(found) if new else found


def _takes_the_one(item: Item) -> bool:
    """Whether an item takes the element of an axis of length 1."""
    word, value = item
    if word in "ia":
        return word == "i" and number_of(value) in (0, -1)
    return sliced_length(1, value) == 1


@node_rule(Subtensor, AdvancedSubtensor, among=(Squeeze,))
def an_index_goes_through_removed_axes(node: Apply) -> Any:
    """The removed axes are taken whole, and removed afterwards."""
    inner = below(node, Squeeze)
    if inner is None or not is_vector_index(node):
        return None
    items = with_whole(items_of(node), inner.op.axes)
    return Squeeze(moved(inner.op.axes, items))(take(inner.inputs[0], items))


@node_rule(Subtensor, AdvancedSubtensor, among=(Transpose,))
def an_index_goes_through_a_permutation(node: Apply) -> Any:
    """The axes are indexed where they were."""
    inner = below(node, Transpose)
    if inner is None or not is_vector_index(node):
        return None
    items, axes = items_of(node), inner.op.axes
    before = [items[axes.index(a)] for a in range(len(axes))]
    kept = [a for a in axes if before[a][0] != "i"]
    return transpose(take(inner.inputs[0], before), moved(kept, before))


@node_rule(Subtensor, among=(BroadcastTo,))
def an_index_goes_through_a_broadcast(node: Apply) -> Any:
    """An integer on a repeated axis takes its one element, if it is within the axis."""
    inner = below(node, BroadcastTo)
    if inner is None:
        return None
    x, *lengths = inner.inputs
    shape, items = node.inputs[0].type.shape, items_of(node)
    if not all(
        _passes_broadcast(item, x, a, lengths[a], shape[a])
        for a, item in enumerate(items)
    ):
        return None
    found = take_repeated(x, items, shape)
    kept = [a for a in range(len(items)) if items[a][0] != "i"]
    wanted = [
        lengths[a] if items[a] == WHOLE else _length_left(node, found, n)
        for n, a in enumerate(kept)
    ]
    return BroadcastTo()(found, *wanted) if wanted else found


def _passes_broadcast(
    item: Item, x: Variable, axis: int, length: Variable, known: Any
) -> bool:
    """Whether an item can be applied before an axis is repeated to a length."""
    if item == WHOLE:
        return True
    if x.type.shape[axis] != 1 or known == 1:
        return length_of(x, axis) == given_length(length)
    if item[0] == "i":
        return is_place(item[1], known)
    return isinstance(known, int) and sliced_length(known, item[1]) is not None


def _length_left(node: Apply, found: Variable, axis: int) -> Variable:
    """The length of an axis that was sliced."""
    known = node.outputs[0].type.shape[axis]
    if isinstance(known, int):
        return as_tensor(known, dtype="int64")
    return Shape(axis)(found)


@node_rule(Subtensor, among=(Diagonal,))
def an_element_of_a_diagonal_is_one_of_the_matrix(node: Apply) -> Any:
    """x.diagonal()[i] is x[i, i], counted from the start."""
    inner = below(node, Diagonal)
    items = items_of(node)
    if inner is None or items[-1][0] != "i" or not is_from_start(items[-1][1]):
        return None
    place = as_tensor(items[-1][1]).astype("int64")  # type: ignore[attr-defined]
    row, column = inner.op.start
    return take(
        inner.inputs[0], [*items[:-1], ("i", place + row), ("i", place + column)]
    )


# -- through ops on other axes ---------------------------------------------------------


@node_rule(Subtensor, AdvancedSubtensor, among=(Sum, Reduction))
def an_index_goes_through_reductions(node: Apply, graph: Any) -> Any:
    """Only what is picked has to be reduced."""
    inner = below(node, Sum, Reduction)
    moves = None if inner is None else moving(node, graph)
    if inner is None or moves is None:
        return None
    items = with_whole(moves[0], inner.op.axes)
    op = replace(inner.op, axes=moved(inner.op.axes, items))
    return take(op(take(inner.inputs[0], items)), moves[1])


@node_rule(Subtensor, AdvancedSubtensor, among=(Dot,), rounding=True, moderate=True)
def a_row_of_a_product_is_a_product_of_a_row(node: Apply, graph: Any) -> Any:
    """(A @ B)[i] is A[i] @ B: a vector times a matrix, not a matrix times a matrix."""
    inner = below(node, Dot)
    moves = None if inner is None else moving(node, graph)
    if inner is None or moves is None:
        return None
    (x, y), op, out = inner.inputs, inner.op, node.inputs[0]
    stack = out.type.ndim - (op.left - 1) - (op.right - 1)
    before, rest = moves[0][:stack], moves[0][stack:]
    rows, columns = rest[: op.left - 1], rest[op.left - 1 :]
    if _lengths_differ((x, y), before):
        return None
    shape = out.type.shape[:stack]
    left, right = (
        op.left - len(integer_axes(rows)),
        op.right - len(integer_axes(columns)),
    )
    product = Dot(left, right)(
        take_core(x, before, [*rows, WHOLE], shape),
        take_core(y, before, [WHOLE, *columns], shape),
    )
    return take(product, moves[1])


def take_core(
    x: Variable, before: Items, core: Items, shape: Sequence[Any]
) -> Variable:
    """An operand of a stack of cores, indexed; its leading axes repeat to a shape."""
    return take_repeated(x, [*before, *core], [*shape, *x.type.shape[len(before) :]])


def _lengths_differ(operands: Any, items: Items) -> bool:
    """Whether the lengths of indexed axes are not proven to be equal."""
    return any(
        len({length_of(v, a) for v in operands if v.type.shape[a] != 1}) > 1
        for a, item in enumerate(items)
        if item != WHOLE
    )


@node_rule(Subtensor, AdvancedSubtensor, among=(SignatureOp,))
def an_index_of_a_stack_goes_through_ops_on_cores(node: Apply, graph: Any) -> Any:
    """Only the matrices that are picked are factored, solved, or sorted."""
    inner = below(node, SignatureOp)
    if inner is None or isinstance(inner.op, Dot) or not saves_work(node, graph):
        return None
    stack = inner.op.stack_rank(inner.inputs)
    items, x = items_of(node), node.inputs[0]
    before, cores = items[:stack], items[stack:]
    if all(item == WHOLE for item in before) or _lengths_differ(inner.inputs, before):
        return None
    ranks = ranks_of(str(inner.op.signature))[0]
    operands = [
        take_core(v, before, [WHOLE] * rank, x.type.shape[:stack])
        for v, rank in zip(inner.inputs, ranks, strict=True)
    ]
    found = as_list(inner.op(*operands))[x.index]
    left = stack - len(integer_axes(before))
    return take(found, [*[WHOLE] * left, *cores])


# -- through loops ---------------------------------------------------------------------


@node_rule(Subtensor, among=(Scan,))
def the_last_row_of_a_loop_is_what_it_carries_out(node: Apply) -> Any:
    """The rows need not be stored where only the last of them is used."""
    inner = below(node, Scan)
    if inner is None:
        return None
    op, x, items = inner.op, node.inputs[0], items_of(node)
    number = x.index - op.carried
    if not 0 <= number < op.carried or items[0][0] != "i":
        return None
    position, length = number_of(items[0][1]), x.type.shape[0]
    if position != -1 and (not isinstance(length, int) or position != length - 1):
        return None
    final = inner.outputs[number]
    return take(checked(final, x, [items[0], *[WHOLE] * final.type.ndim]), items[1:])
