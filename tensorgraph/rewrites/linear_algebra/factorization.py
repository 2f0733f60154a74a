"""Cholesky factors of matrices that were built from factors; triangles; transposes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims
from tensorgraph.ops.creating.diagonal import diag
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.linalg.routine import RoutineOp
from tensorgraph.ops.math import sign, sqrt, where
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.reducing.reduce import any as any_true
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.linear_algebra.matrices import (
    diagonal_of,
    if_finite,
    is_checked,
    is_square,
    routine,
    turned,
)
from tensorgraph.rewrites.linear_algebra.matrix_products import not_finite, row
from tensorgraph.rewrites.linear_algebra.structure import (
    band_of_mask,
    is_symmetric,
    known,
)
from tensorgraph.rewrites.ranges import is_positive

factorization = Rules("factorization")
node_rule = factorization.node_rule

# -- transposes and triangles ----------------------------------------------------------


@node_rule(Transpose, rounding=True)
def a_symmetric_matrix_is_its_transpose(node: Apply) -> Any:
    """So both share one factorization; up to rounding, where it is a product."""
    x = turned(node.outputs[0])
    return x if x is not None and is_symmetric(x) else None


@node_rule(math.where, exempt=not_finite)
def the_triangle_of_a_triangular_matrix_is_itself(node: Apply) -> Any:
    """Zeros take the place of zeros."""
    mask, yes, no = node.inputs
    for x, other, word in ((yes, no, "lower"), (no, yes, "upper")):
        zero = number_of(other)
        if zero is None or zero != 0 or x.type != node.outputs[0].type:
            continue
        if word in known(x):
            low, high = band_of_mask(mask)
            return x if (low >= 0 if word == "lower" else high <= -1) else None
    return None


# -- Cholesky factors ------------------------------------------------------------------


@node_rule(Cholesky, rounding=True, exempt=not_finite)
def the_factor_of_a_diagonal_matrix_is_its_root(node: Apply) -> Any:
    """Where an element is not positive there is no factor: nan on the diagonal."""
    (a,) = node.inputs
    if a.type.ndim != 2 or "diagonal" not in known(a):
        return None
    d = diagonal_of(a)
    root = sqrt(d) if is_positive(d) else sqrt(where(d > 0, d, np.nan))
    return diag(root)


@node_rule(Cholesky, among=(Dot,), rounding=True, exempt=not_finite)
def the_factor_of_a_triangle_times_its_transpose_is_the_triangle(node: Apply) -> Any:
    """L L' has the factor L, its columns turned where the diagonal is negative.

    As before there is none, and so nan, where the diagonal has a zero.
    """
    inner = node.inputs[0].owner
    l, other = inner.inputs  # noqa: E741
    if turned(other) is not l:
        return None
    words = known(l)
    if "lower" not in words or l.type.ndim < 2 or not is_square(l):
        return None
    if "positive" in words:
        return l
    d = diagonal_of(l)
    singular = any_true(math.eq(d, 0), axis=-1, keepdims=True)
    return l * row(where(singular, np.nan, sign(d)))


# -- factors put together again --------------------------------------------------------


@node_rule(Dot, among=(RoutineOp, Elementwise), rounding=True, widens=True)
def factors_put_together_again_are_the_matrix(node: Apply, graph: Any) -> Any:
    """Q R, L L', V diag(w) V', U diag(s) V': where they are factors of one matrix.

    Of those that read one triangle only if it is proven to be symmetric. A matrix that
    is not finite still gives nan; one without a Cholesky factor comes back, unless a
    check waits for nan.
    """
    x, y = node.inputs
    rebuilt = _rebuilt(x, y)
    if rebuilt is None or is_checked(node.outputs[0], graph):
        return None
    return if_finite(rebuilt, rebuilt)


def _rebuilt(x: Variable, y: Variable) -> Variable | None:
    first, factors = _scaled_columns(x)
    node, name, back = first.owner, routine(first), turned(y)
    if node is None or not name:
        return None
    (a,) = node.inputs[:1]
    if name == "qr" and factors is None and y.owner is node:
        return a if (first.index, y.index) == (0, 1) else None
    if name == "svd" and factors is not None and y.owner is node:
        return a if _are(node, (first, factors, y)) else None
    if back is not first or not is_symmetric(a):
        return None
    if name == "eigh" and factors is not None:
        return a if _are(node, (factors, first)) else None
    return a if name == "cholesky" and factors is None else None


def _are(node: Apply, outputs: Sequence[Variable]) -> bool:
    """Whether these are all the outputs of a node, in order."""
    return len(node.outputs) == len(outputs) and all(
        a is b for a, b in zip(node.outputs, outputs, strict=True)
    )


def _scaled_columns(x: Variable) -> tuple[Variable, Variable | None]:
    """A matrix, and the factors of its columns if it is multiplied by a row of them."""
    if is_op(x, math.mul):
        for matrix, factors in (x.owner.inputs, x.owner.inputs[::-1]):
            axes = (x.type.ndim - 2,)
            if is_op(factors, ExpandDims) and factors.owner.op.axes == axes:
                return matrix, factors.owner.inputs[0]
    return x, None
