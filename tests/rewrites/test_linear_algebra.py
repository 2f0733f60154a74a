"""Linear algebra: what a formula becomes, by what is proven or declared of a matrix."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph import linalg
from tensorgraph.errors import FactorizationError, ShapeError
from tensorgraph.graph.trace import formula
from tensorgraph.graph.traverse import applies
from tensorgraph.rewrites.linear_algebra.structure import is_symmetric, known
from tensorgraph.rewrites.phases import rewrite_graph

a, b = tg.dmatrix("a"), tg.dmatrix("b")
k, m = (tg.dmatrix(name, shape=("n", "n")) for name in "km")
x, y, d = tg.dvector("x"), tg.dvector("y"), tg.dvector("d")
s = tg.dscalar("s")
b2, b3 = tg.dmatrix("b2", shape=(2, 2)), tg.dmatrix("b3", shape=(3, 3))
v5, v6 = tg.dvector("v5", shape=5), tg.dvector("v6", shape=6)
pos = tg.assume(a, positive_definite=True)


def line(graph):
    return formula(rewrite_graph(graph), depth=12)


def ops(graph):
    return sorted(str(n.op).split("{")[0] for n in applies([rewrite_graph(graph)]))


LU = "LUFactor.0(a), LUFactor.2(a)"
L = "Cholesky{lower=True}(a)"
COLUMN = "ExpandDims{axis=1}(x)"
LOGS = f"Sum{{axis=0}}(Log(Diagonal{{offset=0}}({L})))"
LENGTHS = "Shape{axis=0}(d), Shape{axis=0}(d)"
ALL_FINITE = "All{axes=[0, 1]}(Lt(Abs(a), [[inf]]))"
FINITE = f"ExpandDims{{axes=[0, 1]}}({ALL_FINITE})"


# -- solutions -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (linalg.inv(a) @ x, f"Squeeze{{axis=1}}(Solve(a, {LU}, {COLUMN}))"),
        (x @ linalg.inv(a), f"Squeeze{{axis=1}}(Solve{{trans=1}}(a, {LU}, {COLUMN}))"),
        (linalg.inv(a) @ b, f"Solve(a, {LU}, b)"),
        (
            linalg.inv(a.T) @ x,
            f"Squeeze{{axis=1}}(Solve{{trans=1}}(a, {LU}, {COLUMN}))",
        ),
        (linalg.inv(pos) @ x, f"Squeeze{{axis=1}}(SolvePositive(a, {L}, {COLUMN}))"),
        (linalg.inv(linalg.inv(a)), "a"),
        (
            linalg.solve(a, a @ x),
            f"Squeeze{{axis=1}}(Where({FINITE}, {COLUMN}, [[nan]]))",
        ),
        (linalg.inv(linalg.inv(a)) @ x, "Dot(a, x)"),
        (linalg.inv(tg.eye(6)) @ v6, "v6"),
        (
            linalg.inv(tg.diag(tg.exp(d))) @ x,
            "True_div(x, Where(Eq(Exp(d), [0.]), [nan], Exp(d)))",
        ),
        (
            linalg.inv(tg.assume(a, orthogonal=True)) @ x,
            "Dot(Transpose{axes=[1, 0]}(a), x)",
        ),
        (
            linalg.solve(tg.assume(a, upper_triangular=True), x),
            f"Squeeze{{axis=1}}(SolveTriangular{{lower=False}}(a, {COLUMN}))",
        ),
        (
            x @ linalg.inv(pos) @ x,
            "Sum{axis=0}(Squeeze{axis=1}(Sqr(SolveTriangular{lower=True}("
            f"{L}, {COLUMN}))))",
        ),
        (
            linalg.inv(a) @ tg.outer(x, y),
            f"Mul(Solve(a, {LU}, {COLUMN}), ExpandDims{{axis=0}}(y))",
        ),
    ],
)
def test_solutions(graph, expected):
    assert line(graph) == expected


def test_quadratic_forms_of_rows_are_whitened_at_once():
    white = (
        f"Sum{{axis=0}}(Sqr(SolveTriangular{{lower=True}}({L}, "
        "Transpose{axes=[1, 0]}(b))))"
    )
    assert line(tg.sum((b @ linalg.inv(pos)) * b, axis=1)) == white
    assert line(tg.diag(b @ linalg.inv(pos) @ b.T)) == white


def test_all_that_is_asked_of_one_matrix_shares_its_factor():
    outs = [linalg.inv(pos) @ x, y @ linalg.inv(pos), linalg.slogdet(pos)[1],
            tg.log(linalg.det(2.0 * pos)), linalg.cholesky(a)]  # fmt: skip
    nodes = [str(n.op) for n in applies(rewrite_graph(outs))]
    assert nodes.count("Cholesky{lower=True}") == 1
    assert "LUFactor" not in nodes


def test_a_check_keeps_what_it_waits_for():
    solved = linalg.solve(a, a @ x, on_error="raise")
    f = tg.function([a, x], solved)
    with pytest.raises(FactorizationError):
        f(np.ones((2, 2)), np.ones(2))
    g = tg.function([d], linalg.inv(tg.diag(d), on_error="raise"))
    np.testing.assert_array_equal(g([2.0, 4.0]), np.diag([0.5, 0.25]))
    with pytest.raises(FactorizationError):
        g([1.0, 0.0])
    h = tg.function([a], linalg.cholesky(tg.assume(a, diagonal=True), on_error="raise"))
    with pytest.raises(FactorizationError):
        h(np.diag([1.0, -1.0]))


# -- determinants ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.log(linalg.det(pos)), f"Mul(2.0, {LOGS})"),
        (linalg.slogdet(pos)[0], f"Prod{{axis=0}}(Sign(Diagonal{{offset=0}}({L})))"),
        (linalg.det(tg.diag(d)), "Prod{axis=0}(d)"),
        (linalg.slogdet(tg.diag(d))[1], "Sum{axis=0}(Log(Abs(d)))"),
        (tg.log(linalg.det(linalg.cholesky(a))), LOGS),
        (linalg.slogdet(linalg.expm(a))[1], "Sum{axis=0}(Diagonal{offset=0}(a))"),
        (linalg.slogdet(tg.assume(a, orthogonal=True))[1],
         f"Where({ALL_FINITE}, 0.0, nan)"),
    ],
)  # fmt: skip
def test_determinants(graph, expected):
    assert line(graph) == expected


def test_determinants_of_products_need_no_product():
    for graph in (linalg.det(k @ m), linalg.slogdet(k @ m)[1]):
        assert "Dot" not in ops(graph)
        assert ops(graph).count("LUFactor") == 2
    assert "Solve" not in ops(linalg.det(linalg.inv(a)))


def test_the_log_of_a_determinant_does_not_overflow():
    rng = np.random.default_rng(0)
    value = rng.normal(size=(400, 400))
    wanted = np.linalg.slogdet(value)
    value[0] *= wanted[0]
    f = tg.function([a], [tg.log(linalg.det(a)), tg.log(abs(linalg.det(-a)))])
    np.testing.assert_allclose(f(value), wanted[1], rtol=1e-12)
    assert np.isnan(tg.function([a], tg.log(linalg.det(a)))(np.diag([1.0, -1.0])))


# -- products --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (a @ b @ x, "Dot(a, Dot(b, x))"), (x @ (a @ b), "Dot(Dot(x, a), b)"),
        (tg.diag(d) @ a, "Mul(ExpandDims{axis=1}(d), a)"),
        (a @ tg.diag(d), "Mul(a, ExpandDims{axis=0}(d))"),
        (tg.diag(d) @ x, "Mul(d, x)"), (tg.eye(6) @ v6, "v6"),
        (tg.trace(k @ m), "Sum{axes=[0, 1]}(Mul(k, Transpose{axes=[1, 0]}(m)))"),
        (tg.trace(tg.diag(d)), "Sum{axis=0}(d)"),
        (tg.outer(x, y) @ a,
         "Mul(ExpandDims{axis=1}(x), ExpandDims{axis=0}(Dot(y, a)))"),
        ((a.T @ b).T, "Dot(Transpose{axes=[1, 0]}(b), a)"),
        ((a @ a.T).T, "Dot(a, Transpose{axes=[1, 0]}(a))"),
        (linalg.cholesky(a) @ linalg.cholesky(a).T,
         f"Dot({L}, Transpose{{axes=[1, 0]}}({L}))"),
        (linalg.cholesky(linalg.cholesky(a) @ linalg.cholesky(a).T), L),
        (tg.tril(linalg.cholesky(a)), L),
        (linalg.qr(a)[0] @ linalg.qr(a)[1], f"Where({FINITE}, a, [[nan]])"),
        (linalg.expm(tg.diag(d)), f"IntoDiagonal{{offset=0}}(Exp(d), {LENGTHS})"),
        (linalg.kron(b2, b3) @ v6, "Reshape(Dot(b2, Dot(Reshape(v6, 2, 3), "
         "Transpose{axes=[1, 0]}(b3))), 6)"),
        (linalg.block_diag(b2, b3) @ v5,
         "Join{axis=0}(Dot(b2, Subtensor{start:stop}(v5, 0, 2)), "
         "Dot(b3, Subtensor{start:stop}(v5, 2, 5)))"),
    ],
)  # fmt: skip
def test_products(graph, expected):
    assert line(graph) == expected


def test_chains_are_taken_in_the_cheapest_order():
    p, q, r = (tg.dmatrix(n, shape=z) for n, z in
               zip("pqr", [(10, 100), (100, 5), (5, 50)], strict=True))  # fmt: skip
    assert line(p @ (q @ r)) == "Dot(Dot(p, q), r)"
    shared = q @ r
    both = rewrite_graph([p @ shared, tg.sum(shared)])
    assert formula(both[0]) == "Dot(p, Dot(q, r))"


def test_vectors_that_may_have_other_lengths_still_fail():
    f = tg.function([d, a], tg.diag(d) @ a)
    with pytest.raises(ShapeError):
        f(np.ones(3), np.ones((2, 2)))


# -- proofs ----------------------------------------------------------------------------

rows = tg.exp(-0.5 * tg.sum((a[:, None, :] - a[None, :, :]) ** 2, axis=-1))


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (tg.eye(x.shape[0]), "unit diagonal permutation definite"),
        (tg.tril(a), "lower"), (tg.triu(a, 1), "upper"), (tg.tril(b3), "lower"),
        (tg.diag(tg.exp(x) + 1), "diagonal definite"),
        (linalg.cholesky(a).T, "upper positive"),
        (a @ a.T, "semidefinite"), (a @ a.T + 0.1 * tg.eye(a.shape[0]), "definite"),
        ((a * tg.exp(d)) @ a.T, "semidefinite"),
        (linalg.inv(a @ a.T), "definite"), (linalg.inv(tg.triu(a)), "upper"),
        (linalg.eigh(a)[1].T, "orthogonal"), (linalg.qr(a)[0], "orthonormal"),
        (tg.exp(2 * s) * tg.exp(-((x[:, None] - x) ** 2) / tg.exp(s)), "semidefinite"),
        (tg.exp(-abs(x[:, None] - x)), "semidefinite"), (rows, "semidefinite"),
        (rows + 1e-6 * tg.eye(a.shape[0]), "definite"),
        (rows * (a @ a.T), "semidefinite"), (rows + rows**2, "semidefinite"),
        (linalg.expm(a + a.T), "definite"), (linalg.expm(a - a.T), "orthogonal"),
        (linalg.kron(tg.tril(b2), tg.tril(b3)), "lower"),
        (linalg.block_diag(b2 @ b2.T, b3 @ b3.T), "semidefinite"),
        (tg.assume(a, permutation=True).T, "orthogonal"),
        (tg.constant([[2.0, 1.0], [1.0, 2.0]]), "definite"),
    ],
)  # fmt: skip
def test_what_is_proven(graph, words):
    assert set(words.split()) <= known(rewrite_graph(graph, ("canonicalize",)))


@pytest.mark.parametrize(
    "graph",
    [
        a @ b, a @ b.T, a + b.T, tg.exp(x[:, None] - x), tg.exp((x[:, None] - x) ** 2),
        a @ a.T - tg.eye(a.shape[0]), s * (a @ a.T), tg.tril(a, 1), tg.exp(-abs(a)),
        tg.exp(-abs(x[:, None] - y)), tg.constant([[1.0, 2.0], [2.0, 1.0]]),
        linalg.inv(a) @ linalg.inv(b), tg.diag(d), (a * d) @ a.T, -(a @ a.T),
        tg.exp(-((x[:, None] + x) ** 2)), tg.exp(s * abs(x[:, None] - x)),
    ],
)  # fmt: skip
def test_what_is_not_true_is_not_proven(graph):
    words = known(rewrite_graph(graph, ("canonicalize",)))
    assert not words & {"semidefinite", "definite", "orthogonal"}


def test_symmetry_is_that_of_the_graph():
    for graph in (a + a.T, tg.cos(x[:, None] - x), tg.maximum(a, a.T) * (a @ a.T)):
        assert is_symmetric(rewrite_graph(graph, ("canonicalize",)))
    for graph in (a - a.T, tg.sin(x[:, None] - x), a @ b @ a.T):
        assert not is_symmetric(rewrite_graph(graph, ("canonicalize",)))


# -- declarations ----------------------------------------------------------------------


def test_declared_blocks_are_solved_one_by_one():
    whole = tg.dmatrix("whole", shape=(5, 5))
    out = linalg.inv(tg.assume(whole, blocks=(2, 3))) @ v5
    value = np.zeros((5, 5))
    rng = np.random.default_rng(3)
    value[:2, :2], value[2:, 2:] = rng.normal(size=(2, 2)), rng.normal(size=(3, 3))
    right = rng.normal(size=5)
    found = tg.function([whole, v5], out)(value, right)
    np.testing.assert_allclose(found, np.linalg.solve(value, right), rtol=1e-12)
    assert ops(out).count("LUFactor") == 2
