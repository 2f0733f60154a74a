"""Graphs for the rules of products, of factors that leave them, and of packing."""

import tensorgraph as tg
from tensorgraph.ops.indexing.gather import AdvancedIncSubtensor
from tensorgraph.ops.tensor import constant
from tests.laws.rule_examples.inputs import example


@example
def factors_leave_scattered_rows(f):
    n, j = int(f.rng.integers(0, 6)), int(f.rng.integers(1, 4))
    rows = constant(f.rng.integers(0, j, n))
    x = tg.tensor("rows", "float64", (n,))
    s = tg.tensor("s", "float64", ())
    f.sizes.update({x: (n,), s: ()})
    value = s * x if f.rng.random() < 0.7 else -x
    return AdvancedIncSubtensor((0,))(tg.zeros(j), value, rows)


@example
def a_matrix_of_one_row_or_column_is_a_vector_in_products(f):
    n, k, b = (int(length) for length in f.rng.integers(1, 5, 3))
    shapes = [((1, n), (n, k)), ((k, n), (n, 1)), ((1, n), (n,)), ((n,), (n, 1)),
              ((1, n), (n, 1)), ((b, 1, n), (b, n, k)), ((b, k, n), (n, 1)),
              ((b, 1, n), (n,))]  # fmt: skip
    first, second = shapes[f.rng.integers(0, len(shapes))]
    x, y = tg.tensor("x", "float64", first), tg.tensor("y", "float64", second)
    f.sizes.update({x: first, y: second})
    return x @ y


@example
def factors_leave_products_of_matrices(f):
    n, k = (int(length) for length in f.rng.integers(1, 5, 2))
    x, y = tg.tensor("x", "float64", (n,)), tg.tensor("y", "float64", (n, k))
    s = tg.tensor("s", "float64", ())
    f.sizes.update({x: (n,), y: (n, k), s: ()})
    return [(s * x) @ y, (s * y).T @ x, x @ (x * s), (-x) @ y][f.rng.integers(0, 4)]


@example
def pieces_written_into_zeros_are_joined(f):
    v = tg.tensor("flat", "float64", (7,))
    parts = [tg.tensor(f"p{i}", "float64", n) for i, n in enumerate([(), (2,), (3,)])]
    f.sizes.update({v: (7,), **{p: p.type.shape for p in parts}})
    start = int(f.rng.integers(0, 3))
    places = [0, slice(1, 3), slice(3 + start // 2, 6 + start // 2)]
    cost = sum(tg.sum(v[i] * p) for i, p in zip(places, parts, strict=True))
    cost = cost + tg.sum(tg.sqr(v)) if f.rng.random() < 0.5 else cost
    return tg.grad(cost, v)
