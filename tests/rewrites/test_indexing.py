"""Indices carried through ops: formulas before and after, checks, draws, and speed."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.trace import formula
from tensorgraph.graph.traverse import applies
from tensorgraph.rewrites.phases import rewrite_graph

x, y = tg.dvector("x"), tg.dvector("y")
m, k = tg.dmatrix("m"), tg.dmatrix("k")
v, w = tg.dvector("v", shape=5), tg.dvector("w", shape=4)
s, t = tg.dscalar("s"), tg.dscalar("t")
i = tg.lscalar("i")
c = tg.dtensor3("c")


def line(graph):
    return formula(rewrite_graph(graph, ("canonicalize",)), depth=9)


# -- through ops -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.exp(x)[i], "Exp(Subtensor{i}(x, i))"),
        (tg.tanh(s * x)[1:3], "Tanh(Mul(ExpandDims{axis=0}(s), "
         "Subtensor{start:stop}(x, 1, 3)))"),
        (x.astype("float32")[0], "Cast{float32}(Subtensor{i}(x, 0))"),
        (tg.exp(v)[[3, 0, 0]], "Exp(AdvancedSubtensor(v, [3 0 0]))"),
        (m.T[1], "Subtensor{:, i}(m, 1)"),
        (x[:, None][0], "ExpandDims{axis=0}(Subtensor{i}(x, 0))"),
        (x[None][0, 2], "Subtensor{i}(x, 2)"),
        (tg.broadcast_to(s, (7,))[2], "s"),
        (tg.sum(m, axis=1)[0], "Sum{axis=0}(Subtensor{i}(m, 0))"),
        (tg.diagonal(m)[2], "Subtensor{i, i}(m, 2, 2)"),
        ((m @ k)[i], "Dot(Subtensor{i}(m, i), k)"),
        ((m @ k)[:, 2], "Dot(m, Subtensor{:, i}(k, 2))"),
        ((m @ k)[1, 2], "Dot(Subtensor{i}(m, 1), Subtensor{:, i}(k, 2))"),
        (tg.linalg.cholesky(c)[0], "Cholesky{lower=True}(Subtensor{i}(c, 0))"),
        (tg.ifelse(s > 0, x, y)[0],
         "IfElse{count=1}(Gt(s, 0.0), Subtensor{i}(x, 0), Subtensor{i}(y, 0))"),
        (tg.cumsum(m, axis=1)[0], "Cumsum{axis=0}(Subtensor{i}(m, 0))"),
        (tg.cumsum(v)[-1], "Sum{axis=0}(v)"),
        (tg.cumsum(x)[:3], "Cumsum{axis=0}(Subtensor{:stop}(x, 3))"),
    ],
)  # fmt: skip
def test_an_index_goes_down(graph, expected):
    assert line(graph) == expected


def test_a_scalar_is_computed_from_scalars_down_to_the_inputs():
    mean = tg.tanh(x) * s + tg.exp(x)
    assert line((mean / (1 + mean**2))[0]).count("Subtensor{i}(x, 0)") == 4
    used = rewrite_graph((mean / (1 + mean**2))[0])
    wide = [n for n in applies([used]) if n.outputs[0].type.ndim]
    assert wide == []


@pytest.mark.parametrize("function", [tg.softmax, tg.log_softmax])
def test_a_row_of_a_softmax_needs_one_row(function):
    out = rewrite_graph(function(m, axis=1)[i])
    assert all(n.outputs[0].type.ndim < 2 for n in applies([out]))


def test_what_is_needed_as_a_whole_is_computed_once():
    e = tg.exp(x)
    out = rewrite_graph(e[0] + tg.sum(e))
    assert len([n for n in applies([out]) if str(n.op) == "Exp"]) == 1
    product = m @ k
    assert "Subtensor{i}(Dot(m, k), 0)" in line(product[0] + product)


def test_a_few_elements_of_a_known_vector_are_computed_by_themselves():
    e = tg.exp(v)
    assert line(e[0] + e[3]) == "Add(Exp(Subtensor{i}(v, 0)), Exp(Subtensor{i}(v, 3)))"
    assert line(e[:2] + e[2:4]).count("(Exp(v)") == 2


# -- pieces ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.stack([s, t])[1], "t"),
        (tg.concatenate([v, x])[7], "Subtensor{i}(x, 2)"),
        (tg.concatenate([x, v])[-1], "Subtensor{i}(v, -1)"),
        (tg.concatenate([v, w])[1:4], "Subtensor{start:stop}(v, 1, 4)"),
        (tg.concatenate([v, w, v])[5:],
         "Join{axis=0}(w, v)"),
        (tg.reshape(tg.dvector("f", shape=12), (3, 4))[1],
         "Subtensor{start:stop}(f, 4, 8)"),
        (tg.ravel(tg.dmatrix("g", shape=(3, 4)))[6], "Subtensor{i, i}(g, 1, 2)"),
    ],
)  # fmt: skip
def test_an_index_falls_into_a_piece(graph, expected):
    assert line(graph) == expected


# -- loops -----------------------------------------------------------------------------


def test_rows_of_a_loop_are_not_stored_for_the_last_of_them():
    steps = tg.dvector("steps", shape=1000)
    rows = tg.scan(lambda e, a: 0.5 * a + e, [steps], [0.0])
    f, g = (tg.function([steps], out) for out in (rows[-1], rows))
    given = np.linspace(0, 1, 1000)
    assert f(given) == g(given)[-1]
    (last,) = [n for n in applies([rewrite_graph(rows[-1])]) if "Scan" in str(n.op)]
    assert rewrite_graph(rows[-1]) is last.outputs[0] or last.outputs[0].owner is last
    assert formula(rewrite_graph(rows[-1])).startswith("Scan{carried=1, sequences=1}.0")


# -- checks ----------------------------------------------------------------------------

MODES = ["PYTHON", "FAST_COMPILE", "NUMBA"]
table = tg.dmatrix("table", shape=(None, 3))
OUTSIDE = [
    tg.exp(x)[i], (x + s)[i], x[::-1][i], x[1:][i], x[3:][0], tg.sum(m, axis=1)[i],
    (m @ k)[i], m.T[:, i][0], tg.diagonal(m)[tg.maximum(i, 0)], x.at[i].set(s)[i],
    x.at[i].set(x[i]), x.at[i].add(0.0), x.at[i].set(s)[tg.constant(0)],
    x.at[i].set(s).at[i].set(t), tg.scan(lambda e, a: a + e, [x[3:]], [0.0])[-1],
    tg.cumsum(x[3:])[-1], tg.broadcast_to(s, (x.shape[0],))[i], x[[0, 1, 3]],
    tg.concatenate([x, v])[i + 20], x.at[tg.stack([i])].set(s)[0],
    tg.exp(x)[tg.stack([i, i])], tg.reshape(m, (m.shape[0], -1))[i],
]  # fmt: skip


@pytest.mark.parametrize("mode", MODES)
def test_an_index_outside_is_an_error_as_before(mode):
    """Twenty graphs whose index of 3 does not exist in three rows."""
    given = {x: np.ones(3), m: np.ones((3, 3)), k: np.ones((3, 2)), v: np.ones(5)}
    given |= {s: 1.0, t: 2.0, i: 3}
    for graph in OUTSIDE:
        f = tg.function(list(given), graph, mode=mode, on_unused_input="ignore")
        with pytest.raises(IndexError, match="out of bounds"):
            f(*given.values())


@pytest.mark.parametrize("mode", MODES[:2])
def test_lengths_that_differ_are_an_error_as_before(mode):
    given = {x: np.ones(3), y: np.ones(4), m: np.ones((3, 2)), k: np.ones((2, 3))}
    three = tg.concatenate([m, k])
    for graph in [(x + y)[0], (x * y)[:2], tg.where(x > 0, y, x)[-1], three[0]]:
        f = tg.function(list(given), graph, mode=mode, on_unused_input="ignore")
        with pytest.raises(tg.errors.ShapeError):
            f(*given.values())


def test_an_index_does_not_go_through_draws():
    z = tg.random.normal(0, 1, size=6)
    assert line(tg.exp(z)[2]).startswith("Exp(Subtensor{i}(normal_rv")
    all_of_them = tg.draw(tg.exp(z), 1, seed=5)
    assert tg.draw(tg.exp(z)[2], 1, seed=5) == np.asarray(all_of_them).ravel()[2]


# -- speed -----------------------------------------------------------------------------


def test_a_row_of_a_product_is_no_product_of_matrices():
    a, b = tg.dmatrix("a", shape=(50, 60)), tg.dmatrix("b", shape=(60, 70))
    out, gradients = (a @ b)[3], tg.grad(tg.sum((a @ b)[3]), [a, b])
    for graph in rewrite_graph([out, *gradients]):
        products = [n for n in applies([graph]) if str(n.op) == "Dot"]
        assert all(n.outputs[0].type.ndim == 1 for n in products)
