"""Wrong rules of linear algebra, each with a mistake that is easily made."""

import tensorgraph as tg
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.creating.diagonal import matrix_diagonal
from tensorgraph.ops.linalg.determinant import Det, LogAbsDet, det, slogdet
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.lu import Solve
from tensorgraph.ops.linalg.product import Dot, matmul
from tensorgraph.ops.linalg.triangular import SolveTriangular
from tensorgraph.ops.shaping.shape import Transpose
from tensorgraph.rewrites.linear_algebra.matrices import (
    as_scalar,
    diagonal_of,
    inverse_of,
    kron_of,
    outer_of,
    scaled,
    turned,
    with_columns,
)
from tensorgraph.rewrites.linear_algebra.matrix_products import column
from tensorgraph.rewrites.linear_algebra.structure import known

wrong_matrices = Rules("wrong_matrices")
node_rule = wrong_matrices.node_rule

EXAMPLE_OF = {
    "a_matrix_times_an_inverse_untransposed": "a_matrix_times_an_inverse_is_a_solution",
    "a_factor_leaves_a_determinant_once": "factors_leave_determinants",
    "every_matrix_is_symmetric": "the_transpose_of_an_inverse_is_that_of_the_transpose",
    "a_log_determinant_is_that_of_its_factor":
        "determinants_of_definite_matrices_are_by_cholesky",
    "a_transposed_system_with_a_triangle_is_not_transposed":
        "systems_with_triangles_are_solved_by_substitution",
    "determinants_of_kronecker_products_with_exchanged_powers":
        "determinants_of_kronecker_products_are_powers",
    "a_diagonal_matrix_scales_rows_from_the_right":
        "a_product_with_a_diagonal_matrix_scales",
    "products_of_matrices_commute": "the_diagonal_of_a_product_sums_rows_times_columns",
    "any_triangle_has_its_product_as_its_factor":
        "the_factor_of_a_triangle_times_its_transpose_is_the_triangle",
    "a_product_with_an_outer_product_exchanges_its_vectors":
        "a_product_with_an_outer_product_is_one",
}  # fmt: skip
"""The example on which each of them fires: that of a true rule."""


@node_rule(Dot, rounding=True)
def a_matrix_times_an_inverse_untransposed(node):
    "Solves with A, not with its transpose."
    x, y = node.inputs
    solver = inverse_of(y)
    if solver is None or node.op.left != 1:
        return None
    return tg.squeeze(with_columns(solver, column(x)), -1)


@node_rule(Det, rounding=True)
def a_factor_leaves_a_determinant_once(node):
    "Forgets that each row has the factor."
    found = scaled(node.inputs[0])
    return None if found is None else as_scalar(found[0]) * det(found[1])


@node_rule(Transpose, rounding=True)
def every_matrix_is_symmetric(node):
    "Proves nothing."
    return turned(node.outputs[0])


@node_rule(LogAbsDet, rounding=True)
def a_log_determinant_is_that_of_its_factor(node):
    "Forgets that there are two factors."
    return sum(tg.log(matrix_diagonal(Cholesky()(node.inputs[0]))), axis=-1)


@node_rule(Solve, rounding=True)
def a_transposed_system_with_a_triangle_is_not_transposed(node):
    "Drops a flag."
    a, _, _, b = node.inputs
    word = next(iter(known(a) & {"lower", "upper"}), None)
    return None if word is None else SolveTriangular(word, False)(a, b)


@node_rule(LogAbsDet, rounding=True, absolute=True, moderate=True)
def determinants_of_kronecker_products_with_exchanged_powers(node):
    "Counts the rows of the wrong factor."
    pair = kron_of(node.inputs[0])
    if pair is None:
        return None
    n, m = (x.type.shape[0] for x in pair)
    if not isinstance(n, int) or not isinstance(m, int):
        return None
    return n * slogdet(pair[0])[1] + m * slogdet(pair[1])[1]


@node_rule(Dot, rounding=True)
def a_diagonal_matrix_scales_rows_from_the_right(node):
    "Scales the rows, where it is the columns."
    x, y = node.inputs
    square = x.type.ndim == y.type.ndim == 2 and x.type.shape[0] == x.type.shape[1]
    if not square or "diagonal" not in known(y) or "diagonal" in known(x):
        return None
    return column(diagonal_of(y)) * x


@node_rule(Dot, rounding=True)
def products_of_matrices_commute(node):
    "As products of numbers do."
    x, y = node.inputs
    same = x.type.ndim == y.type.ndim == 2 and x.type.shape == y.type.shape
    return matmul(y, x) if same and id(x) < id(y) else None


@node_rule(Cholesky, rounding=True)
def any_triangle_has_its_product_as_its_factor(node):
    "Forgets that the diagonal of a factor is positive."
    product = node.inputs[0].owner
    if product is None or not isinstance(product.op, Dot):
        return None
    first, _ = product.inputs
    return first if "lower" in known(first) else None


@node_rule(Dot, rounding=True, moderate=True)
def a_product_with_an_outer_product_exchanges_its_vectors(node):
    "Takes the row for the column."
    found = outer_of(node.inputs[0])
    if found is None or node.op.right != 1:
        return None
    u, v = found
    if u.type.shape[0] != v.type.shape[1]:
        return None
    return tg.squeeze(v, 0) * matmul(tg.squeeze(u, 1), node.inputs[1])
