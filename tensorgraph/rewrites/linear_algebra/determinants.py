"""Determinants and their logarithms, by what is known of a matrix.

A determinant whose logarithm is taken waits for it: the logarithm does not overflow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import Sum, shape_of, sum
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.creating.create import zeros
from tensorgraph.ops.creating.diagonal import Diagonal, matrix_diagonal
from tensorgraph.ops.linalg.determinant import Det, LogAbsDet, det, slogdet
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.lu import LUFactor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.math import (
    abs,
    log,
    lt,
    mod,
    mul,
    neq,
    reciprocal,
    sign,
    sqr,
    where,
)
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.reducing.reduce import Prod, prod
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.facts import is_op, is_real
from tensorgraph.rewrites.linear_algebra.matrices import (
    as_scalar,
    diagonal_of,
    if_finite,
    inverse_of,
    is_square,
    routine,
    scaled,
    turned,
)
from tensorgraph.rewrites.linear_algebra.matrix_products import not_finite
from tensorgraph.rewrites.linear_algebra.solving import irregular
from tensorgraph.rewrites.linear_algebra.structure import known

determinants = Rules("determinants")
rule, node_rule = determinants.rule, determinants.node_rule


def log_abs_det(a: Any) -> Any:
    """The logarithm of the size of the determinant."""
    return slogdet(a)[1]


def is_logged(v: Variable, graph: Any) -> bool:
    """Whether the logarithm of a determinant, or of its size, is taken."""
    users = graph.users.get(v, ())
    inner = [u.outputs[0] for u in users if u.op is abs]
    return any(u.op is log for w in (v, *inner) for u in graph.users.get(w, ()))


# -- logarithms of determinants --------------------------------------------------------


@node_rule(log, among=(Det,), rounding=True, exempt=irregular)
def the_log_of_a_determinant_is_the_log_determinant(node: Apply) -> Any:
    """A determinant of 400 rows over- or underflows; of the same factors.

    Where it is negative there is no logarithm, as before; a semidefinite matrix has no
    such determinant.
    """
    v = node.inputs[0]
    if not is_op(v, Det) or not is_real(v):
        return None
    a = v.owner.inputs[0]
    words = known(a)
    if "semidefinite" in words or ("positive" in words and words & {"lower", "upper"}):
        return log_abs_det(a)
    negative, logarithm = slogdet(a)
    return where(lt(negative, 0), np.nan, logarithm)


@rule(log(abs(hole("v", lambda v: is_op(v, Det)))), rounding=True, exempt=irregular)
def the_log_of_the_size_of_a_determinant(v: Variable) -> Any:
    """It neither overflows nor underflows; of the same factors."""
    return log_abs_det(v.owner.inputs[0])


# -- determinants of matrices made of others -------------------------------------------


def _again(node: Apply, a: Any) -> Any:
    """The same for another matrix."""
    return det(a) if isinstance(node.op, Det) else log_abs_det(a)


@node_rule(Det, LogAbsDet, rounding=True)
def determinants_of_transposes_are_those_of_the_matrix(
    node: Apply, graph: Any
) -> Any:  # fmt: skip
    """So one factorization serves both."""
    a = turned(node.inputs[0])
    if a is None or is_logged(node.outputs[0], graph):
        return None
    return _again(node, a)


@node_rule(Det, LogAbsDet, rounding=True, moderate=True, exempt=irregular)
def determinants_of_inverses_are_reciprocals(node: Apply, graph: Any) -> Any:
    """The inverse need not be made; both use the factors of the matrix."""
    solver = inverse_of(node.inputs[0])
    if solver is None or is_logged(node.outputs[0], graph):
        return None
    if routine(node.inputs[0]) == "solve_triangular":
        return None
    inner = _again(node, solver.inputs[0])
    return reciprocal(inner) if isinstance(node.op, Det) else -inner


@node_rule(Det, LogAbsDet, rounding=True, absolute=True, moderate=True,
           exempt=irregular)  # fmt: skip
def determinants_of_products_are_products(node: Apply, graph: Any) -> Any:
    """Of square factors that are proven to be so; no product of matrices is left."""
    a = node.inputs[0]
    if not is_op(a, Dot) or is_logged(node.outputs[0], graph):
        return None
    x, y = a.owner.inputs
    if not (is_square(x) and is_square(y)):
        return None
    first, second = _again(node, x), _again(node, y)
    return first * second if isinstance(node.op, Det) else first + second


@node_rule(Det, LogAbsDet, rounding=True, absolute=True, moderate=True,
           exempt=not_finite)  # fmt: skip
def factors_leave_determinants(node: Apply, graph: Any) -> Any:
    """det(s A) is s**n det(A): the factors of A serve all its multiples."""
    a = node.inputs[0]
    found = scaled(a)
    if found is None or is_logged(node.outputs[0], graph):
        return None
    s, matrix, op = found
    if "semidefinite" in known(a) and "semidefinite" not in known(matrix):
        return None
    n, s = as_tensor(shape_of(matrix)[-1]), as_scalar(s)
    s = reciprocal(s) if op is not mul else s
    inner, n = _again(node, matrix), cast(n, node.outputs[0].type.dtype)
    if isinstance(node.op, Det):
        return s**n * inner
    return n * log(abs(s)) + inner


# -- determinants of known matrices ----------------------------------------------------


@node_rule(Det, LogAbsDet, rounding=True, exempt=not_finite)
def determinants_of_triangles_are_products_of_diagonals(
    node: Apply, graph: Any
) -> Any:  # fmt: skip
    """n operations in place of n**3."""
    a, words = node.inputs[0], known(node.inputs[0])
    if not words & {"lower", "upper"} or is_logged(node.outputs[0], graph):
        return None
    d = diagonal_of(a)
    if isinstance(node.op, LogAbsDet):
        return sum(log(d if "positive" in words else abs(d)), axis=-1)
    return prod(d, axis=-1)


@node_rule(Det, LogAbsDet, rounding=True, exempt=irregular)
def determinants_of_definite_matrices_are_by_cholesky(node: Apply, graph: Any) -> Any:
    """By the factor that solutions use, too: log det A is twice the sum of log diag L.

    Where a semidefinite matrix is singular, the logarithm is nan in place of -inf; a
    determinant may well be zero, so it needs a definite one.
    """
    a, words = node.inputs[0], known(node.inputs[0])
    logarithm = isinstance(node.op, LogAbsDet)
    wanted = "semidefinite" if logarithm else "definite"
    if wanted not in words or words & {"lower", "upper", "orthogonal"}:
        return None
    if is_logged(node.outputs[0], graph):
        return None
    d = matrix_diagonal(Cholesky()(a))
    return 2 * sum(log(d), axis=-1) if logarithm else sqr(prod(d, axis=-1))


@node_rule(LogAbsDet, rounding=True, exempt=not_finite)
def orthogonal_matrices_have_determinants_of_size_one(node: Apply) -> Any:
    """A rotation, or a reflection; nan of a factor of what is not finite stays."""
    (a, *_) = node.inputs
    if "orthogonal" not in known(a):
        return None
    return as_scalar(if_finite(a, zeros((1,) * a.type.ndim, a.type.dtype)))


@node_rule(LogAbsDet, rounding=True, exempt=not_finite)
def the_log_determinant_of_an_exponential_is_the_trace(node: Apply) -> Any:
    """Jacobi: det(expm(A)) is exp(trace(A))."""
    a = node.inputs[0]
    if routine(a) != "expm" or not is_real(a):
        return None
    return sum(matrix_diagonal(a.owner.inputs[0]), axis=-1)


# -- signs -----------------------------------------------------------------------------


def _is_factor(index: int) -> Callable[[Variable], bool]:
    return lambda v: is_op(v, LUFactor) and v.index == index


u, p = hole("u", _is_factor(0)), hole("p", _is_factor(1))
signs = Pattern.of(Prod, (sign(Pattern.of(Diagonal, (u,))),))
differ = Pattern.of(Cast, (neq(p, hole("steps")),))
exchanges = Pattern.of(Sum, (differ,))
parity = Pattern.of(Cast, (1 - 2 * mod(exchanges, 2),))


@rule(signs * parity, rounding=True, exempt=irregular)
def signs_of_determinants_of_known_matrices(u: Variable, p: Variable) -> Any:
    """Of triangles that of the diagonal; of definite matrices 1, nan without a factor.

    Where a semidefinite matrix is singular it is nan, as the logarithm is.
    """
    (a,) = u.owner.inputs
    words = known(a)
    if p.owner is not u.owner or not words & {"lower", "upper", "semidefinite"}:
        return None
    triangular = words & {"lower", "upper"}
    d = diagonal_of(a) if triangular else matrix_diagonal(Cholesky()(a))
    return prod(sign(d), axis=-1)
