"""Systems of equations: no inverse where a solution will do, and what structure saves.

A system that has no solution gives nan, before and after: rules keep that, or they say
that they widen, and do not fire where a check waits for the nan.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims, Squeeze, Sum, shape_of, sum
from tensorgraph.ops.creating.diagonal import diag, eye
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.lu import Solve, solve_general
from tensorgraph.ops.linalg.product import Dot, matmul
from tensorgraph.ops.linalg.solve import SolvePositive
from tensorgraph.ops.linalg.triangular import SolveTriangular
from tensorgraph.ops.math import eq, mul, sqr, true_div, where
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.linear_algebra.matrices import (
    diagonal_of,
    if_finite,
    inverse_of,
    is_checked,
    is_eye,
    is_matrix,
    is_square,
    outer_of,
    scaled,
    scaled_inverse_of,
    transposed,
    turned,
    with_columns,
)
from tensorgraph.rewrites.linear_algebra.matrix_products import column, not_finite
from tensorgraph.rewrites.linear_algebra.structure import is_symmetric, known
from tensorgraph.rewrites.ranges import range_of

solving = Rules("solving")
node_rule = solving.node_rule

SOLUTIONS = (Solve, SolvePositive, SolveTriangular)
INVERSES = (*SOLUTIONS, Elementwise)
STRUCTURED = {"lower", "upper", "orthogonal"}


def irregular(values: list[Any]) -> bool:
    """For which inputs nothing is promised: not finite, or a singular matrix."""
    if not_finite(values):
        return True
    square = [x for x in values if x.ndim == 2 and x.shape[0] == x.shape[1]]
    return any(np.linalg.matrix_rank(x) < len(x) for x in square)


def backwards(node: Apply, b: Variable) -> Variable:
    """The solution of the transposed system, with the same factors."""
    op = node.op
    if isinstance(op, Solve):
        op = Solve(not op.transposed)
    elif isinstance(op, SolveTriangular):
        op = SolveTriangular(op.triangle, not op.transposed, op.unit)
    return op(*node.inputs[:-1], b)


class System(NamedTuple):
    """A system of equations: its matrix, whether it is transposed, what it equals."""

    a: Variable
    turned: bool
    b: Variable

    @staticmethod
    def of(node: Apply) -> System:
        """The system that an apply of `Solve` solves."""
        return System(node.inputs[0], node.op.transposed, node.inputs[-1])

    def with_matrix(self, a: Any, b: Any) -> Any:
        """The solution with another matrix."""
        return solve_general(a, b, self.turned)


# -- inverses --------------------------------------------------------------------------


@node_rule(Dot, among=INVERSES, rounding=True, moderate=True, exempt=not_finite)
def an_inverse_times_a_matrix_is_a_solution(node: Apply) -> Any:
    """It is faster and more accurate than the inverse, and fails where this fails."""
    x, y = node.inputs
    found = scaled_inverse_of(x)
    if found is None:
        return None
    solver, s, op = found
    if node.op.right == 2:
        made = with_columns(solver, y)
    else:
        made = Squeeze((y.type.ndim,))(with_columns(solver, column(y)))
    return made if s is None else op(made, s)


@node_rule(Dot, among=INVERSES, rounding=True, moderate=True, exempt=not_finite)
def a_matrix_times_an_inverse_is_a_solution(node: Apply) -> Any:
    """Of the transposed system: b' inv(A) is the transpose of inv(A') b."""
    x, y = node.inputs
    found = scaled_inverse_of(y)
    if found is None or not is_matrix(y):
        return None
    solver, s, op = found
    if node.op.left == 2:
        made = transposed(backwards(solver, transposed(x)))
    else:
        made = Squeeze((x.type.ndim,))(backwards(solver, column(x)))
    return made if s is None else op(made, s)


@node_rule(Transpose, among=SOLUTIONS, rounding=True)
def the_transpose_of_an_inverse_is_that_of_the_transpose(node: Apply) -> Any:
    """With the same factors."""
    x = turned(node.outputs[0])
    solver = None if x is None or not is_matrix(x) else inverse_of(x)
    return None if solver is None else backwards(solver, solver.inputs[-1])


@node_rule(Solve, among=SOLUTIONS, rounding=True, widens=True, exempt=irregular)
def a_system_with_an_inverse_is_a_product(node: Apply, graph: Any) -> Any:
    """inv(inv(A)) is A, solve(inv(A), b) is A b; a singular A need not be inverted."""
    a, _, _, b = node.inputs
    solver = inverse_of(a)
    if solver is None or is_checked(node.outputs[0], graph):
        return None
    matrix = _matrix_of(solver)
    if matrix is None:
        return None
    matrix = transposed(matrix) if node.op.transposed else matrix
    return matrix if is_eye(b) else matmul(matrix, b)


def _matrix_of(solver: Apply) -> Any:
    """The matrix that was inverted, unless only a triangle of it was read."""
    a, op = solver.inputs[0], solver.op
    if isinstance(op, Solve):
        return transposed(a) if op.transposed else a
    return a if isinstance(op, SolvePositive) and is_symmetric(a) else None


@node_rule(Solve, rounding=True, widens=True, exempt=irregular)
def a_solution_for_the_matrix_itself_is_known(node: Apply, graph: Any) -> Any:
    """inv(A) (A x) is x, inv(A) A the identity, wherever A is regular.

    An A that is not finite still gives nan, but not one that is singular.
    """
    system = System.of(node)
    single = system.a.type.ndim == 2 and not is_eye(system.a)
    if not single or is_checked(node.outputs[0], graph):
        return None
    x = _factor_beside(system)
    return None if x is None else if_finite(system.a, x)


def _factor_beside(system: System) -> Any:
    """The x of a system whose right-hand side is its matrix times x."""
    a, turn, b = system
    wide = is_op(b, ExpandDims)
    b = b.owner.inputs[0] if wide else b
    if (turned(b) if turn else b) is a:
        return eye(shape_of(a)[0], dtype=a.type.dtype)
    if not is_op(b, Dot) or b.type.ndim > 2:
        return None
    first, x = b.owner.inputs
    fits = (turned(first) if turn else first) is a
    return None if not fits else column(x) if wide else x


# -- matrices made of others -----------------------------------------------------------


@node_rule(Solve, among=(Transpose,), rounding=True)
def systems_with_transposes_use_the_factors_of_the_matrix(node: Apply) -> Any:
    """So one factorization serves both."""
    a, transpose, b = System.of(node)
    below = turned(a)
    return None if below is None else solve_general(below, b, not transpose)


@node_rule(Solve, among=(Elementwise,), rounding=True, moderate=True,
           exempt=not_finite)  # fmt: skip
def factors_leave_systems(node: Apply) -> Any:
    """inv(s A) is inv(A) / s: the factors of A serve all its multiples.

    Only where the factor is proven not to be zero: then nothing else is singular.
    """
    system = System.of(node)
    found = scaled(system.a)
    if found is None or range_of(found[0]).has_zero or found[0].type.ndim > 2:
        return None
    s, a, op = found
    if "semidefinite" in known(system.a) and "semidefinite" not in known(a):
        return None
    x = system.with_matrix(a, system.b)
    return x * s if op is true_div else x / s


@node_rule(Solve, among=(Dot,), rounding=True, exempt=irregular)
def systems_with_products_of_simple_factors_are_solved_in_turn(node: Apply) -> Any:
    """inv(A B) b is inv(B) inv(A) b: for triangles and orthogonal matrices.

    So no factors of L L' are computed where L is known.
    """
    system = System.of(node)
    if not is_op(system.a, Dot):
        return None
    x, y = system.a.owner.inputs
    if not (is_matrix(x) and is_matrix(y) and _is_simple(x) and _is_simple(y)):
        return None
    first, second = (y, x) if system.turned else (x, y)
    half = system.with_matrix(first, system.b)
    return system.with_matrix(second, half)


def _is_simple(a: Variable) -> bool:
    return bool(known(a) & STRUCTURED) and is_square(a)


# -- what is known of the matrix -------------------------------------------------------


def divisor(d: Any) -> Any:
    """`d`, nan where it is zero: a singular matrix has no inverse."""
    found = range_of(d)
    return where(eq(d, 0), np.nan, d) if found.has_zero else d


@node_rule(Solve, exempt=not_finite)
def the_solution_for_an_identity_is_the_right_hand_side(node: Apply) -> Any:
    """Nothing is left to do."""
    a, _, b = System.of(node)
    return b if is_eye(a) and b.type.ndim == a.type.ndim == 2 else None


@node_rule(Solve, rounding=True, exempt=not_finite)
def systems_with_diagonal_matrices_are_divisions(node: Apply) -> Any:
    """n divisions for each column. A zero on the diagonal still gives nan, in its row.

    So checks still fail; but other rows keep their values.
    """
    a, _, b = System.of(node)
    if "diagonal" not in known(a) or is_eye(a):
        return None
    d = divisor(diagonal_of(a))
    if is_eye(b) and b.type.ndim == a.type.ndim == 2:
        return diag(1 / d)
    return b / column(d)


@node_rule(Solve, rounding=True, exempt=not_finite)
def systems_with_triangles_are_solved_by_substitution(node: Apply) -> Any:
    """n * n operations for each column, and no factors; zeros on the diagonal give nan.

    The zeros beside the triangle are proven, so they need not be read.
    """
    a, turned, b = System.of(node)
    words = known(a)
    triangle = next((w for w in ("lower", "upper") if w in words), None)
    if triangle is None or "diagonal" in words:
        return None
    return SolveTriangular(triangle, turned, "unit" in words)(a, b)


@node_rule(Solve, rounding=True, absolute=True, exempt=not_finite)
def systems_with_orthogonal_matrices_are_products(node: Apply) -> Any:
    """The inverse of an orthogonal matrix is its transpose, as far as it is orthogonal.

    It is to the rounding of what it was computed by, or as was declared.
    """
    a, turned, b = System.of(node)
    if "orthogonal" not in known(a) or "diagonal" in known(a):
        return None
    inverse = a if turned else transposed(a)
    return inverse if is_eye(b) and a.type.ndim == 2 else matmul(inverse, b)


@node_rule(Solve, rounding=True, exempt=irregular)
def systems_with_definite_matrices_are_solved_by_cholesky(node: Apply) -> Any:
    """Half the work of LU, and one factor for all that is asked of the matrix.

    A semidefinite matrix that has an inverse is definite. Where it has none, or is not
    definite as was declared, the result is nan.
    """
    a, _, b = System.of(node)
    words = known(a)
    if "semidefinite" not in words or words & STRUCTURED:
        return None
    return SolvePositive()(a, Cholesky()(a), b)


@node_rule(*SOLUTIONS, among=(Elementwise, ExpandDims), rounding=True, moderate=True,
           exempt=not_finite)  # fmt: skip
def factors_leave_right_hand_sides(node: Apply) -> Any:
    """inv(A) (s b) is s inv(A) b: the solution for b may be needed, too."""
    b = node.inputs[-1]
    wide = is_op(b, ExpandDims)
    inner = b.owner.inputs[0] if wide else b
    if not is_op(inner, mul) or b.type.ndim != 2:
        return None
    for s, x in (inner.owner.inputs, inner.owner.inputs[::-1]):
        single = set(s.type.shape) == {1} and x.type == inner.type
        if single and set(x.type.shape) != {1}:
            return with_columns(node, column(x) if wide else x) * (
                column(s) if wide else s
            )
    return None


@node_rule(Solve, SolvePositive, SolveTriangular, among=(Elementwise,), rounding=True,
           moderate=True, exempt=not_finite)  # fmt: skip
def a_system_that_equals_an_outer_product_is_solved_once(node: Apply) -> Any:
    """inv(A) (u v') is (inv(A) u) v': one column in place of n."""
    found = outer_of(node.inputs[-1])
    if found is None or node.inputs[-1].type.ndim != 2:
        return None
    u, v = found
    return with_columns(node, u) * v


# -- quadratic forms -------------------------------------------------------------------


@node_rule(Dot, among=(Squeeze,), rounding=True, exempt=irregular)
def quadratic_forms_are_sums_of_squares(node: Apply, graph: Any) -> Any:
    """x' inv(A) x is the sum of squares of inv(L) x: half the work, never negative.

    Unless the solution is needed, too: then the form is a product with it.
    """
    for x, y in (node.inputs, node.inputs[::-1]):
        if is_op(y, Squeeze) and x.type.ndim == 1 and graph.use_count(y) == 1:
            solution = y.owner.inputs[0]
            white = _whitened(solution, graph)
            if white is not None and _is_column(solution.owner.inputs[-1], x):
                return sum(sqr(white))
    return None


@node_rule(Sum, among=(Elementwise,), rounding=True, exempt=irregular)
def quadratic_forms_of_rows_are_sums_of_squares(node: Apply, graph: Any) -> Any:
    """As for one vector, for each row x of a matrix."""
    product, axes = node.inputs[0], node.op.axes
    if not is_op(product, mul) or graph.use_count(product) != 1:
        return None
    for x, y in (product.owner.inputs, product.owner.inputs[::-1]):
        solution = turned(y) if x.type.ndim == 2 and x.type == y.type else None
        if solution is None or graph.use_count(y) != 1:
            continue
        white = _whitened(solution, graph)
        if white is not None and turned(solution.owner.inputs[-1]) is x:
            return sum(sqr(white), tuple(sorted(1 - a for a in axes)))
    return None


def _whitened(solution: Variable, graph: Any) -> Any:
    """inv(L) b of a solution inv(L)' inv(L) b that nothing else needs."""
    node = solution.owner
    if node is None or not isinstance(node.op, SolvePositive):
        return None
    if graph.use_count(solution) != 1 or not is_matrix(solution):
        return None
    return SolveTriangular("lower", False)(*node.inputs[1:])


def _is_column(v: Variable, x: Variable) -> bool:
    """Whether `v` is the vector x as a matrix of one column."""
    return is_op(v, ExpandDims) and v.owner.inputs[0] is x and v.type.ndim == 2
