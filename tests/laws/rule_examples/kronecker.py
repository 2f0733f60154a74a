"""Graphs for the rules of Kronecker's products, of blocks, and of functions."""

import tensorgraph as tg
from tensorgraph import linalg
from tests.laws.rule_examples.inputs import example
from tests.laws.rule_examples.linear_algebra import asked, definite, system
from tests.laws.rule_examples.matrix_products import (
    a_positive,
    a_vector,
    canonical,
    lengths,
    one_of,
)


@example
def products_with_kronecker_products_are_taken_by_factors(f):
    n, k, m = lengths(f)
    a, b = f.matrix(n, k, "any"), f.matrix(m, n, "any")
    kron = linalg.kron(a, b)
    return one_of(f, kron @ a_vector(f, k * n), a_vector(f, n * m) @ kron,
                  kron @ f.matrix(k * n, m, "any"), f.matrix(k, n * m, "any") @ kron,
                  kron @ linalg.kron(f.matrix(k, m), f.matrix(n, m)))  # fmt: skip


@example
def the_transpose_of_a_kronecker_product_is_that_of_transposes(f):
    n, k, m = (1 + n for n in lengths(f))
    return canonical(linalg.kron(f.matrix(n, k, "any"), f.matrix(m, n, "any")).T)


@example
def the_diagonal_of_a_kronecker_product_is_that_of_diagonals(f):
    n, k, _ = lengths(f)
    return canonical(tg.diag(linalg.kron(f.matrix(n, n), f.matrix(k, k))))


@example
def systems_with_kronecker_products_are_solved_by_factors(f):
    n, k = (int(n) for n in f.rng.integers(2, 4, 2))
    return system(f, linalg.kron(f.matrix(n, n), f.matrix(k, k)), n * k)


@example
def determinants_of_kronecker_products_are_powers(f):
    n, k = (int(n) for n in f.rng.integers(2, 4, 2))
    return asked(f, linalg.kron(f.matrix(n, n), f.matrix(k, k)))


@example
def factors_of_kronecker_products_are_products_of_factors(f):
    n, k = (int(n) for n in f.rng.integers(2, 4, 2))
    return canonical(linalg.cholesky(linalg.kron(definite(f, n), definite(f, k))))


# -- blocks ----------------------------------------------------------------------------


def block(f, n, made=None):
    """A matrix of static lengths, which blocks need."""
    v = tg.tensor(f"b{len(f.sizes)}", "float64", (n, n))
    matrix = f.matrix(n, n)
    f.sizes[v], f.draws[v] = (n, n), f.draws[matrix]
    return v


def diagonal_blocks(f, n, k):
    a, b = block(f, n), block(f, k)
    if f.rng.random() < 0.7:
        return linalg.block_diag(a, b)
    return tg.assume(tg.linalg.block_diag(a, b), blocks=(n, k))


@example
def products_with_blocks_are_taken_block_by_block(f):
    n, k, m = lengths(f)
    d = diagonal_blocks(f, n, k)
    x, v = f.matrix(n + k, m, "any"), a_vector(f, n + k)
    return one_of(f, d @ x, d @ v, v @ d, x.T @ d)


@example
def systems_with_blocks_are_solved_block_by_block(f):
    n, k, _ = lengths(f)
    return system(f, diagonal_blocks(f, n, k), n + k)


@example
def determinants_of_blocks_are_products(f):
    n, k, _ = lengths(f)
    return asked(f, diagonal_blocks(f, n, k))


@example
def factors_of_blocks_are_blocks_of_factors(f):
    n, k, _ = lengths(f)
    a, b = block(f, n), block(f, k)
    parts = [x @ x.T + 0.5 * tg.eye(m) for x, m in ((a, n), (b, k))]
    return canonical(linalg.cholesky(linalg.block_diag(*parts)))


# -- functions, assumptions ------------------------------------------------------------


@example
def functions_of_diagonal_matrices_are_those_of_the_elements(f):
    d = tg.diag(a_positive(f, (lengths(f)[0],)))
    return one_of(f, linalg.expm(d), linalg.logm(d), linalg.sqrtm(d))


@example
def what_was_assumed_gives_way_to_the_matrix(f):
    n = lengths(f)[0]
    return tg.exp(tg.assume(f.matrix(n, n), symmetric=True))
