"""Diagonals: only their elements are computed, not the matrix around them."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims, Squeeze, Sum, sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.creating.diagonal import Diagonal, IntoDiagonal
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.math import mul
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.facts import is_op, is_real_float
from tensorgraph.rewrites.linear_algebra.matrices import (
    is_eye,
    is_narrow,
    is_square,
    transposed,
    turned,
)
from tensorgraph.rewrites.linear_algebra.matrix_products import not_finite

diagonals = Rules("diagonals")
node_rule = diagonals.node_rule


def _whole(node: Apply, op: type) -> Apply | None:
    """What computes a square matrix whose main diagonal is taken."""
    x, inner = node.inputs[0], node.inputs[0].owner
    fits = inner is not None and isinstance(inner.op, op) and node.op.offset == 0
    return inner if fits and is_square(x) else None


@node_rule(Diagonal, among=(IntoDiagonal,))
def the_diagonal_of_a_diagonal_matrix_is_the_vector(node: Apply) -> Any:
    """It was put there."""
    inner = _whole(node, IntoDiagonal)
    return inner.inputs[0] if inner is not None and inner.op.offset == 0 else None


@node_rule(Diagonal, among=(Transpose,))
def the_diagonal_of_a_transpose_needs_none(node: Apply) -> Any:
    """Rows and columns meet there."""
    below = turned(node.inputs[0])
    return None if below is None else Diagonal(-node.op.offset)(below)


@node_rule(Diagonal, among=(Dot,), rounding=True)
def the_diagonal_of_a_product_sums_rows_times_columns(node: Apply, graph: Any) -> Any:
    """n * n products in place of n**3; so for traces."""
    inner = _whole(node, Dot)
    if inner is None or graph.use_count(node.inputs[0]) != 1:
        return None
    x, y = inner.inputs
    both = inner.op.left == inner.op.right == 2
    if not both or not is_real_float(x) or x.type.dtype != y.type.dtype:
        return None
    return sum(x * transposed(y), axis=-1)


@node_rule(Diagonal, among=(Elementwise, Cast))
def diagonals_go_through_elementwise_ops(node: Apply, graph: Any) -> Any:
    """Elements beside the diagonal are not computed, where nothing else needs them."""
    inner = _whole(node, Elementwise) or _whole(node, Cast)
    if inner is None or len(inner.outputs) != 1:
        return None
    if graph.use_count(node.inputs[0]) != 1:
        return None
    return inner.op(*[_on_diagonal(v) for v in inner.inputs])


def _on_diagonal(v: Variable) -> Any:
    """The elements of an operand that stand on the diagonal, as a stack of vectors."""
    rank = v.type.ndim
    if number_of(v) is not None and is_narrow(v, -2, -1):
        return Squeeze((rank - 1,))(v)
    if is_narrow(v, -2):
        return Squeeze((rank - 2,))(v)
    return Squeeze((rank - 1,))(v) if is_narrow(v, -1) else Diagonal(0)(v)


@node_rule(Diagonal, among=(ExpandDims,))
def diagonals_go_through_new_stacks(node: Apply) -> Any:
    """A stack of one matrix has one diagonal."""
    inner = node.inputs[0].owner
    axes = inner.op.axes
    if max(axes) >= node.inputs[0].type.ndim - 2:
        return None
    return ExpandDims(axes)(node.op(inner.inputs[0]))


@node_rule(Sum, among=(Elementwise,), rounding=True, exempt=not_finite)
def a_sum_over_an_identity_is_a_trace(node: Apply) -> Any:
    """Elements beside the diagonal are multiplied by zero."""
    product, axes = node.inputs[0], node.op.axes
    rank = product.type.ndim
    if not is_op(product, mul) or rank < 2 or not {rank - 2, rank - 1} <= set(axes):
        return None
    for x, identity in (product.owner.inputs, product.owner.inputs[::-1]):
        if is_eye(identity) and x.type.shape[-2:] == product.type.shape[-2:]:
            return sum(Diagonal(0)(x), axis=(*axes[:-2], rank - 2))
    return None
