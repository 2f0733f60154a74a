"""Products of matrices: in the cheapest order, and by what is known of the factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims, Squeeze, shape_of
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.creating.diagonal import IntoDiagonal, diag, eye
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.chain import cheapest_cuts
from tensorgraph.ops.linalg.product import Dot, matmul
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.facts import is_op, is_real_float
from tensorgraph.rewrites.linear_algebra.matrices import (
    diagonal_of,
    fits,
    if_finite,
    is_eye,
    is_square,
    is_transpose,
    outer_of,
    transposed,
    turned,
)
from tensorgraph.rewrites.linear_algebra.structure import known

matrix_products = Rules("matrix_products")
node_rule = matrix_products.node_rule

Cuts = dict[tuple[int, int], int]
"""Behind which factor the product of factors i to j is cut in two."""
MOST_FACTORS = 8
"""Longer chains of products are left as they are."""
VIEWS = (Elementwise, Cast, ExpandDims, IntoDiagonal)


def not_finite(values: list[Any]) -> bool:
    """For which inputs nothing is promised: infinity times zero is nan."""
    return not all(np.isfinite(x).all() for x in values)


def is_real_product(node: Apply) -> bool:
    """Whether all is real and floating: transposes are adjoints."""
    return all(is_real_float(v) for v in (*node.inputs, *node.outputs))


def column(v: Variable) -> Any:
    """A vector as a matrix of one column, for each of a stack."""
    return ExpandDims((v.type.ndim,))(v)


def row(v: Variable) -> Any:
    """A vector as a matrix of one row, for each of a stack."""
    return ExpandDims((v.type.ndim - 1,))(v)


# -- factors of which something is known -----------------------------------------------


@node_rule(Dot, exempt=not_finite)
def a_product_with_an_identity_is_the_other_factor(node: Apply) -> Any:
    """Where the lengths are proven to fit, nothing is left to do."""
    (x, y), op = node.inputs, node.op
    assert isinstance(op, Dot)
    if op.left == 2 and is_eye(x) and fits(x, y):
        return y
    return x if op.right == 2 and is_eye(y) and fits(x, y) else None


@node_rule(Dot, among=VIEWS, exempt=not_finite, rounding=True)
def a_product_with_a_diagonal_matrix_scales(node: Apply) -> Any:
    """Each row or column is multiplied by one number: n * n products, not n**3."""
    (x, y), op = node.inputs, node.op
    assert isinstance(op, Dot)
    if not is_real_product(node):
        return None
    left, right = _is_diagonal(x, op.left), _is_diagonal(y, op.right)
    d = diagonal_of(x if left else y) if left or right else None
    if d is None or not _agree(d, y if left else x, -1 - (left and op.right == 2)):
        return None
    if left and right:
        return diag(d * diagonal_of(y)) if d.type.ndim == 1 else None
    if left:
        return d * y if op.right == 1 else column(d) * y
    return x * d if op.left == 1 else x * row(d)


def _agree(d: Variable, x: Variable, axis: int) -> bool:
    """Whether neither is repeated for the other, so that lengths are still checked."""
    return (d.type.shape[-1] == 1) == (x.type.shape[axis] == 1)


def _is_diagonal(v: Variable, rank: int) -> bool:
    return rank == 2 and "diagonal" in known(v) and is_square(v)


@node_rule(Dot, among=(Transpose,), rounding=True, absolute=True, exempt=not_finite)
def orthonormal_columns_give_an_identity(node: Apply) -> Any:
    """Q' Q is the identity if the columns of Q are orthonormal, up to rounding."""
    x, y = node.inputs
    if not is_transpose(x, y):
        return None
    words = known(y)
    if "orthogonal" in words or (turned(x) is y and "orthonormal" in words):
        return if_finite(y, eye(shape_of(y)[-1], dtype=y.type.dtype))
    return None


@node_rule(Transpose, among=(Dot,), rounding=True)
def the_transpose_of_a_product_meets_that_of_a_factor(node: Apply, graph: Any) -> Any:
    """(A' B)' is B' A: one transpose less."""
    inner = turned(node.outputs[0])
    if inner is None or not is_op(inner, Dot) or graph.use_count(inner) != 1:
        return None
    op, (x, y) = inner.owner.op, inner.owner.inputs
    both = op.left == op.right == 2 and is_real_product(inner.owner)
    if not both or (turned(x) is None and turned(y) is None):
        return None
    return matmul(transposed(y), transposed(x))


# -- the order of products -------------------------------------------------------------


@node_rule(Dot, among=(Dot,), rounding=True, moderate=True, exempt=not_finite)
def products_are_taken_in_the_cheapest_order(node: Apply, graph: Any) -> Any:
    """A B v is A (B v): vectors are met first; known lengths decide among matrices.

    Only intermediates that nothing else needs are dissolved.
    """
    factors: list[Variable] = []
    before: Cuts = {}
    _take_apart(node, graph, factors, before)
    if not 3 <= len(factors) <= MOST_FACTORS:
        return None
    if any(v.type.ndim > 2 or not is_real_float(v) for v in factors):
        return None
    lengths = _lengths(factors)
    if not all(isinstance(n, int) for n in lengths):
        return _towards_vector(node, graph)
    after = cheapest_cuts(lengths)
    better = _cost(after, lengths) < _cost(before, lengths)
    return _multiplied(factors, after, 0, len(factors) - 1) if better else None


def _lengths(factors: Sequence[Variable]) -> list[Any]:
    """Factor i has the lengths i and i + 1; vectors at the ends have a length of 1."""
    first, last = factors[0], factors[-1]
    found = [1 if first.type.ndim == 1 else first.type.shape[0]]
    found += [v.type.shape[-1] for v in factors[:-1]]
    return [*found, 1 if last.type.ndim == 1 else last.type.shape[1]]


def _take_apart(node: Apply, graph: Any, factors: list[Variable], cuts: Cuts) -> None:
    """Note the factors of a chain of products, and where it is cut as it stands."""
    start, ends = len(factors), []
    for v, inside in zip(node.inputs, _parts(node, graph), strict=True):
        if inside is None or len(factors) > MOST_FACTORS:
            factors.append(v)
        else:
            _take_apart(inside, graph, factors, cuts)
        ends.append(len(factors) - 1)
    cuts[start, ends[1]] = ends[0]


def _parts(node: Apply, graph: Any) -> list[Apply | None]:
    """The products that the operands of a product are, if they can be dissolved."""
    x, y = node.inputs
    found: list[Apply | None] = [None, None]
    if _is_chain(x, graph) and x.owner.op.right == 2:
        found[0] = x.owner
    if _is_chain(y, graph) and y.owner.op.left == 2:
        found[1] = y.owner
    return found


def _is_chain(v: Variable, graph: Any) -> bool:
    return is_op(v, Dot) and v.type.ndim < 3 and graph.use_count(v) == 1


def _multiplied(factors: Sequence[Variable], cuts: Cuts, i: int, j: int) -> Any:
    if i == j:
        return factors[i]
    cut = cuts[i, j]
    return matmul(
        _multiplied(factors, cuts, i, cut), _multiplied(factors, cuts, cut + 1, j)
    )


def _cost(cuts: Cuts, lengths: Sequence[Any]) -> int:
    """The multiplications of the whole chain."""

    def cost(i: int, j: int) -> int:
        if i == j:
            return 0
        cut = cuts[i, j]
        own = lengths[i] * lengths[cut + 1] * lengths[j + 1]
        return int(own + cost(i, cut) + cost(cut + 1, j))

    return cost(0, len(lengths) - 2)


def _towards_vector(node: Apply, graph: Any) -> Any:
    """(A B) v as A (B v), v (A B) as (v A) B: for any lengths."""
    (x, y), op = node.inputs, node.op
    assert isinstance(op, Dot)
    first, second = _parts(node, graph)
    if op.right == 1 and first is not None and first.op.left == 2:
        a, b = first.inputs
        return matmul(a, matmul(b, y))
    if op.left == 1 and second is not None and second.op.right == 2:
        a, b = second.inputs
        return matmul(matmul(x, a), b)
    return None


# -- products of rank one --------------------------------------------------------------


@node_rule(Dot, among=(Elementwise,), rounding=True, moderate=True, exempt=not_finite)
def a_product_with_an_outer_product_is_one(node: Apply) -> Any:
    """(u v') B is u (v' B): a product with a vector in place of one with a matrix."""
    (x, y), op = node.inputs, node.op
    assert isinstance(op, Dot)
    if not is_real_product(node) or any(v.type.ndim > 2 for v in node.inputs):
        return None
    if op.left == 2 and (found := outer_of(x)) is not None:
        u, v = found
        inner = matmul(Squeeze((0,))(v), y)
        return u * row(inner) if op.right == 2 else Squeeze((1,))(u) * inner
    if op.right == 2 and (found := outer_of(y)) is not None:
        u, v = found
        inner = matmul(x, Squeeze((1,))(u))
        return column(inner) * v if op.left == 2 else inner * Squeeze((0,))(v)
    return None
