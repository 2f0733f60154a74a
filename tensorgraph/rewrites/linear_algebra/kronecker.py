"""Kronecker's products: whatever is asked of one is asked of its factors."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.diagonal import Diagonal, eye
from tensorgraph.ops.linalg.determinant import Det, LogAbsDet, det, slogdet
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.lu import Solve, solve_general
from tensorgraph.ops.linalg.product import Dot, matmul
from tensorgraph.ops.linalg.products import kron
from tensorgraph.ops.shaping.shape import Reshape, Transpose, moveaxis, ravel, reshape
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.linear_algebra.matrices import (
    fits,
    is_eye,
    is_square,
    kron_of,
    transposed,
    turned,
)
from tensorgraph.rewrites.linear_algebra.matrix_products import column, not_finite, row
from tensorgraph.rewrites.linear_algebra.solving import System, irregular
from tensorgraph.rewrites.linear_algebra.structure import known

kronecker = Rules("kronecker")
node_rule = kronecker.node_rule


# -- products --------------------------------------------------------------------------


@node_rule(Dot, among=(Reshape,), rounding=True, moderate=True, exempt=not_finite)
def products_with_kronecker_products_are_taken_by_factors(node: Apply) -> Any:
    """The large matrix is never made: (A x B) vec(V) is vec(A V B')."""
    (x, y), op = node.inputs, node.op
    assert isinstance(op, Dot)
    first = kron_of(x) if op.left == 2 else None
    second = kron_of(y) if op.right == 2 else None
    if first is not None and second is not None:
        both = all(fits(a, c) for a, c in zip(first, second, strict=True))
        made = [matmul(a, c) for a, c in zip(first, second, strict=True)]
        return kron(*made) if both else None
    if first is not None and y.type.ndim < 3:
        return _times(*first, y)
    if second is not None and x.type.ndim < 3:
        a, b = map(transposed, second)
        return _times(a, b, x) if op.left == 1 else transposed(_times(a, b, x.T))
    return None


def _times(a: Any, b: Any, x: Any) -> Any:
    """The Kronecker product of two matrices times a vector or a matrix."""
    (m, p), (n, q) = shape_of(a), shape_of(b)
    if x.type.ndim == 1:
        return ravel(matmul(a, matmul(reshape(x, (p, q)), transposed(b))))
    k = shape_of(x)[1]
    inner = matmul(ExpandDims((0,))(b), reshape(x, (p, q, k)))
    return reshape(matmul(a, reshape(inner, (p, n * k))), (m * n, k))


@node_rule(Transpose, among=(Reshape,))
def the_transpose_of_a_kronecker_product_is_that_of_transposes(node: Apply) -> Any:
    """Its factors stay known."""
    below = turned(node.outputs[0])
    pair = None if below is None else kron_of(below)
    return None if pair is None else kron(*map(transposed, pair))


@node_rule(Diagonal, among=(Reshape,), rounding=True)
def the_diagonal_of_a_kronecker_product_is_that_of_diagonals(node: Apply) -> Any:
    """n + m elements are read, not n * m; so traces are products of traces."""
    pair = kron_of(node.inputs[0])
    if pair is None or node.op.offset or not all(map(is_square, pair)):
        return None
    a, b = (Diagonal(0)(x) for x in pair)
    return ravel(column(a) * row(b))


# -- systems, factors, determinants ----------------------------------------------------


@node_rule(Solve, among=(Reshape,), rounding=True, moderate=True, exempt=irregular)
def systems_with_kronecker_products_are_solved_by_factors(node: Apply) -> Any:
    """inv(A x B) is inv(A) x inv(B): n**3 + m**3 operations, not (n m)**3.

    A singular factor makes the whole result nan, as the singular product does.
    """
    a, turn, b = System.of(node)
    pair = kron_of(a)
    if pair is None or not all(map(is_square, pair)):
        return None
    if is_eye(b):
        made = [solve_general(x, _eye_like(x), turn) for x in pair]
        return kron(*made)
    (p, q), k = (shape_of(x)[0] for x in pair), shape_of(b)[1]
    half = solve_general(pair[0], reshape(b, (p, q * k)), turn)
    sides = reshape(moveaxis(reshape(half, (p, q, k)), 1, 0), (q, p * k))
    whole = reshape(solve_general(pair[1], sides, turn), (q, p, k))
    return reshape(moveaxis(whole, 0, 1), (p * q, k))


def _eye_like(x: Any) -> Any:
    return eye(shape_of(x)[0], dtype=x.type.dtype)


@node_rule(Det, LogAbsDet, among=(Reshape,), rounding=True, absolute=True,
           moderate=True, exempt=not_finite)  # fmt: skip
def determinants_of_kronecker_products_are_powers(node: Apply) -> Any:
    """det(A x B) is det(A)**m det(B)**n for A of length n and B of length m."""
    pair = kron_of(node.inputs[0])
    if pair is None or not all(map(is_square, pair)):
        return None
    a, b = pair
    n, m = (cast(as_tensor(shape_of(x)[0]), a.type.dtype) for x in pair)
    if isinstance(node.op, Det):
        return det(a) ** m * det(b) ** n
    return m * slogdet(a)[1] + n * slogdet(b)[1]


@node_rule(Cholesky, among=(Reshape,), rounding=True, moderate=True, exempt=irregular)
def factors_of_kronecker_products_are_products_of_factors(node: Apply) -> Any:
    """Where one matrix is semidefinite, the product is definite if both are."""
    pair = kron_of(node.inputs[0])
    if pair is None or not any("semidefinite" in known(x) for x in pair):
        return None
    return kron(*[Cholesky()(x) for x in pair])
