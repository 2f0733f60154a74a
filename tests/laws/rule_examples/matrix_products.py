"""Graphs for the rules of products of matrices and of diagonals."""

import tensorgraph as tg
from tensorgraph.rewrites.phases import rewrite_graph
from tests.laws.rule_examples.inputs import example


def canonical(graph):
    """A graph as the rules of linear algebra meet it."""
    return rewrite_graph(graph, ("canonicalize",))


def lengths(f, count=3):
    return [int(n) for n in f.rng.integers(1, 5, count)]


def one_of(f, *made):
    return canonical(made[f.rng.integers(0, len(made))])


def a_vector(f, n):
    v = tg.tensor(f"v{len(f.sizes)}", "float64", (n,))
    f.sizes[v] = (n,)
    f.draws[v] = lambda rng: rng.normal(size=n)
    return v


def a_positive(f, shape=()):
    v = tg.tensor(f"p{len(f.sizes)}", "float64", shape)
    f.sizes[v] = shape
    f.draws[v] = lambda rng: rng.uniform(-1, 1, shape)
    return tg.exp(v)


def diagonal_matrix(f, n):
    d, s = a_vector(f, n), a_vector(f, 1)[0]
    made = [tg.diag(d), s * tg.eye(n), tg.diag(tg.exp(d)), tg.diag(d) + s * tg.eye(n)]
    return made[f.rng.integers(0, 4)]


def rotation(f, n):
    """A matrix that is proven to be orthogonal."""
    x = f.matrix(n, n) / 8
    return canonical(tg.linalg.expm(x - x.T))


@example
def a_product_with_an_identity_is_the_other_factor(f):
    n, k, _ = lengths(f)
    a, v = f.matrix(n, k, "any"), a_vector(f, n)
    return one_of(f, tg.eye(n) @ a, tg.eye(a.shape[0]) @ a, a @ tg.eye(a.shape[1]),
                  tg.eye(n) @ v, v @ tg.eye(n))  # fmt: skip


@example
def a_product_with_a_diagonal_matrix_scales(f):
    n, k, _ = lengths(f)
    a, v, d = f.matrix(n, k, "any"), a_vector(f, n), diagonal_matrix(f, n)
    return one_of(f, d @ a, a.T @ d, d @ v, v @ d, d @ diagonal_matrix(f, n))


@example
def orthonormal_columns_give_an_identity(f):
    q = rotation(f, 1 + lengths(f)[0])
    return one_of(f, q.T @ q, q @ q.T)


@example
def the_transpose_of_a_product_meets_that_of_a_factor(f):
    n, k, m = lengths(f)
    a, b = f.matrix(n, k, "any"), f.matrix(n, m, "any")
    return one_of(f, (a.T @ b).T, (a.T @ f.matrix(m, n, "any").T).T)


@example
def products_are_taken_in_the_cheapest_order(f):
    n, k, m = lengths(f)
    a, b, v = f.matrix(n, k, "any"), f.matrix(k, m, "any"), a_vector(f, m)
    u, c = a_vector(f, n), f.matrix(m, 1, "any")
    return one_of(f, (a @ b) @ v, u @ (a @ b), (a @ b) @ c, u @ (a @ b) @ v)


@example
def a_product_with_an_outer_product_is_one(f):
    n, k, m = (2 + n for n in lengths(f))
    u, v, w = a_vector(f, n), a_vector(f, k), a_vector(f, k)
    a, b = f.matrix(k, m, "any"), f.matrix(m, n, "any")
    outer = u[:, None] * v
    return one_of(f, outer @ a, b @ outer, outer @ w, a_vector(f, n) @ outer)


# -- diagonals -------------------------------------------------------------------------


@example
def the_diagonal_of_a_diagonal_matrix_is_the_vector(f):
    return canonical(tg.diag(tg.diag(a_vector(f, lengths(f)[0]))))


@example
def the_diagonal_of_a_transpose_needs_none(f):
    n, k, _ = lengths(f)
    return canonical(tg.diagonal(f.matrix(n, k, "any").T, int(f.rng.integers(-1, 2))))


@example
def the_diagonal_of_a_product_sums_rows_times_columns(f):
    n, k, _ = lengths(f)
    a, b = f.matrix(n, k, "any"), f.matrix(k, n, "any")
    return one_of(f, tg.diag(a @ b), tg.trace(a @ b), tg.diag(a @ a.T))


@example
def diagonals_go_through_elementwise_ops(f):
    n = lengths(f)[0]
    a, b, v = f.matrix(n, n, "any"), f.matrix(n, n, "any"), a_vector(f, n)
    return one_of(f, tg.diag(a + b), tg.diag(a * 2.0), tg.diag(a * v[:, None] + v),
                  tg.diag(tg.exp(a)), tg.diag(a + v[0] * tg.eye(n)))  # fmt: skip


@example
def diagonals_go_through_new_stacks(f):
    n = lengths(f)[0]
    return tg.linalg.diagonal(tg.expand_dims(f.matrix(n, n, "any"), 0))


@example
def a_sum_over_an_identity_is_a_trace(f):
    n = lengths(f)[0]
    a = f.matrix(n, n, "any")
    return one_of(f, tg.sum(a * tg.eye(n)), tg.sum(tg.eye(a.shape[0]) * tg.exp(a)))
