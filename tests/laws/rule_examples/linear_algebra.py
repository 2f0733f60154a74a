"""Graphs for the rules of factors, solutions and determinants."""

import tensorgraph as tg
from tensorgraph import linalg
from tests.laws.rule_examples.inputs import example
from tests.laws.rule_examples.matrix_products import (
    a_positive,
    a_vector,
    canonical,
    diagonal_matrix,
    lengths,
    one_of,
    rotation,
)


def definite(f, n):
    """A matrix that is proven to be definite."""
    x = f.matrix(n, n)
    return x @ x.T + 0.5 * tg.eye(n)


def triangle(f, n):
    return tg.tril(f.matrix(n, n, "lower"))


def right(f, n):
    """What a system may equal: a vector, a matrix, an identity."""
    k = lengths(f)[0]
    made = [a_vector(f, n), f.matrix(n, k, "any"), tg.eye(n)]
    return made[f.rng.integers(0, 3)]


def system(f, a, n):
    return canonical(
        linalg.solve(a, right(f, n), transposed=bool(f.rng.random() < 0.3))
    )


def asked(f, a):
    """A determinant, its logarithm, or its sign."""
    return one_of(f, linalg.det(a), linalg.slogdet(a)[1])


# -- factorization ---------------------------------------------------------------------


@example
def a_symmetric_matrix_is_its_transpose(f):
    n, k, _ = (1 + n for n in lengths(f))
    a, b, v = f.matrix(n, k, "any"), f.matrix(n, n), a_vector(f, n)
    return one_of(f, (a @ a.T).T, (b + b.T).T, tg.exp(-abs(v[:, None] - v)).T)


@example
def the_triangle_of_a_triangular_matrix_is_itself(f):
    n = 2 + lengths(f)[0]
    low = linalg.cholesky(definite(f, n))
    return one_of(f, tg.tril(low), tg.triu(low.T), tg.tril(tg.diag(a_vector(f, n))))


@example
def the_factor_of_a_diagonal_matrix_is_its_root(f):
    n = lengths(f)[0]
    return one_of(f, linalg.cholesky(tg.diag(a_positive(f, (n,)))),
                  linalg.cholesky(a_positive(f) * tg.eye(n)))  # fmt: skip


@example
def the_factor_of_a_triangle_times_its_transpose_is_the_triangle(f):
    n = 1 + lengths(f)[0]
    low = triangle(f, n) if f.rng.random() < 0.5 else linalg.cholesky(definite(f, n))
    return canonical(linalg.cholesky(low @ low.T))


@example
def factors_put_together_again_are_the_matrix(f):
    n = 1 + lengths(f)[0]
    a, s = f.matrix(n + 1, n), definite(f, n)
    (q, r), (u, d, vt) = linalg.qr(a), linalg.svd(a, full_matrices=False)
    (w, v), low = linalg.eigh(s), linalg.cholesky(s)
    return one_of(f, q @ r, (u * d) @ vt, (v * w) @ v.T, low @ low.T)


# -- solutions -------------------------------------------------------------------------


@example
def an_inverse_times_a_matrix_is_a_solution(f):
    n, k, _ = lengths(f)
    a, b, v = f.matrix(n, n), f.matrix(n, k, "any"), a_vector(f, n)
    inverse, low = linalg.inv(a), triangle(f, n)
    return one_of(f, inverse @ b, inverse @ v, (0.5 * inverse) @ v,
                  linalg.solve_triangular(low, tg.eye(n), lower=True) @ v)  # fmt: skip


@example
def a_matrix_times_an_inverse_is_a_solution(f):
    n, k, _ = lengths(f)
    a, b, v = f.matrix(n, n), f.matrix(k, n, "any"), a_vector(f, n)
    inverse = linalg.inv(a)
    return one_of(f, b @ inverse, v @ inverse, v @ (inverse / a_positive(f)))


@example
def the_transpose_of_an_inverse_is_that_of_the_transpose(f):
    n = 1 + lengths(f)[0]
    return canonical(linalg.inv(f.matrix(n, n)).T)


@example
def a_system_with_an_inverse_is_a_product(f):
    n = lengths(f)[0]
    inverse = by_cholesky(definite(f, n), tg.eye(n))
    inverse = linalg.inv(f.matrix(n, n)) if f.rng.random() < 0.7 else inverse
    return system(f, inverse, n)


@example
def a_solution_for_the_matrix_itself_is_known(f):
    n, k, _ = (1 + n for n in lengths(f))
    a, b, v = f.matrix(n, n), f.matrix(n, k, "any"), a_vector(f, n)
    return one_of(f, linalg.solve(a, a), linalg.solve(a, a @ b), linalg.solve(a, a @ v),
                  linalg.solve(a, a.T @ v, transposed=True))  # fmt: skip


@example
def the_solution_for_an_identity_is_the_right_hand_side(f):
    n = lengths(f)[0]
    return system(f, tg.eye(n), n)


@example
def systems_with_diagonal_matrices_are_divisions(f):
    n = lengths(f)[0]
    return system(f, tg.diag(a_positive(f, (n,)) + 0.1), n)


@example
def systems_with_triangles_are_solved_by_substitution(f):
    n = 1 + lengths(f)[0]
    low = triangle(f, n)
    return system(f, low if f.rng.random() < 0.5 else low.T, n)


@example
def systems_with_orthogonal_matrices_are_products(f):
    n = 1 + lengths(f)[0]
    return system(f, rotation(f, n), n)


@example
def systems_with_definite_matrices_are_solved_by_cholesky(f):
    n = 1 + lengths(f)[0]
    return system(f, definite(f, n), n)


@example
def systems_with_transposes_use_the_factors_of_the_matrix(f):
    n = 1 + lengths(f)[0]
    return system(f, f.matrix(n, n).T, n)


@example
def factors_leave_systems(f):
    n = lengths(f)[0]
    s, a = a_positive(f) + 0.1, f.matrix(n, n)
    return system(f, [s * a, 3.0 * a, a / s][f.rng.integers(0, 3)], n)


@example
def systems_with_products_of_simple_factors_are_solved_in_turn(f):
    n = 1 + lengths(f)[0]
    low, other = triangle(f, n), triangle(f, n)
    return system(f, [low @ low.T, low.T @ other][f.rng.integers(0, 2)], n)


@example
def a_system_that_equals_an_outer_product_is_solved_once(f):
    n = 1 + lengths(f)[0]
    outer = a_vector(f, n)[:, None] * a_vector(f, n + 1)
    return canonical(linalg.solve(f.matrix(n, n), outer))


@example
def factors_leave_right_hand_sides(f):
    n = 1 + lengths(f)[0]
    s, a = a_positive(f), f.matrix(n, n)
    b, v = f.matrix(n, n + 1, "any"), a_vector(f, n)
    return one_of(f, linalg.solve(a, s * b), linalg.solve(definite(f, n), -2.0 * v),
                  linalg.solve(a, s * v))  # fmt: skip


def by_cholesky(a, b):
    return linalg.solve(a, b, assume_a="pos", lower=True)


@example
def quadratic_forms_are_sums_of_squares(f):
    n = lengths(f)[0]
    v = a_vector(f, n)
    return canonical(v @ by_cholesky(definite(f, n), v))


@example
def quadratic_forms_of_rows_are_sums_of_squares(f):
    n, k, _ = lengths(f)
    x = f.matrix(k, n, "any")
    return canonical(tg.sum(x * by_cholesky(definite(f, n), x.T).T, axis=1))


# -- determinants ----------------------------------------------------------------------


@example
def the_log_of_a_determinant_is_the_log_determinant(f):
    n = lengths(f)[0]
    return one_of(f, tg.log(linalg.det(f.matrix(n, n))),
                  tg.log(linalg.det(definite(f, n))))  # fmt: skip


@example
def the_log_of_the_size_of_a_determinant(f):
    n = lengths(f)[0]
    return canonical(tg.log(abs(linalg.det(f.matrix(n, n)))))


@example
def determinants_of_triangles_are_products_of_diagonals(f):
    n = lengths(f)[0]
    low = triangle(f, n)
    return asked(f, [low, low.T, diagonal_matrix(f, n)][f.rng.integers(0, 3)])


@example
def determinants_of_definite_matrices_are_by_cholesky(f):
    return asked(f, definite(f, lengths(f)[0]))


@example
def orthogonal_matrices_have_determinants_of_size_one(f):
    return canonical(linalg.slogdet(rotation(f, 1 + lengths(f)[0]))[1])


@example
def signs_of_determinants_of_known_matrices(f):
    n = lengths(f)[0]
    a = [definite(f, n), triangle(f, n)][f.rng.integers(0, 2)]
    return canonical(linalg.slogdet(a)[0])


@example
def determinants_of_transposes_are_those_of_the_matrix(f):
    n = 1 + lengths(f)[0]
    return asked(f, f.matrix(n, n).T)


@example
def determinants_of_inverses_are_reciprocals(f):
    n = lengths(f)[0]
    return asked(f, linalg.inv(f.matrix(n, n)))


@example
def determinants_of_products_are_products(f):
    n = lengths(f)[0]
    return asked(f, f.matrix(n, n) @ f.matrix(n, n))


@example
def factors_leave_determinants(f):
    n = lengths(f)[0]
    s, a = a_positive(f), f.matrix(n, n)
    return asked(f, [s * a, -2.0 * a, a / s][f.rng.integers(0, 3)])


@example
def the_log_determinant_of_an_exponential_is_the_trace(f):
    n = lengths(f)[0]
    return canonical(linalg.slogdet(linalg.expm(f.matrix(n, n)))[1])
