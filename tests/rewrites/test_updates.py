"""Reads after writes, writes over writes, and cotangents of indices, as formulas."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.trace import formula
from tensorgraph.graph.traverse import applies
from tensorgraph.rewrites.phases import rewrite_graph

x, m = tg.dvector("x"), tg.dmatrix("m")
v, w = tg.dvector("v", shape=5), tg.dvector("w", shape=2)
s, t = tg.dscalar("s"), tg.dscalar("t")
i = tg.lscalar("i")


def line(graph):
    return formula(rewrite_graph(graph, ("canonicalize",)), depth=9)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (v.at[1].set(s)[1], "s"), (v.at[1].set(s)[3], "Subtensor{i}(v, 3)"),
        (v.at[-1].set(s)[4], "s"), (v.at[1:3].set(w)[2], "Subtensor{i}(w, 1)"),
        (v.at[1:3].set(w)[3:], "Subtensor{start:}(v, 3)"),
        (v.at[:2].set(w).at[2:4].set(s)[0], "Subtensor{i}(w, 0)"),
        (v.at[0].add(s)[0], "Add(Subtensor{i}(v, 0), s)"),
        (v.at[[3, 0]].set(w)[[3, 0]], "w"),
        (x.at[i].set(s).at[i].set(t), "SetSubtensor{i}(x, t, i)"),
        (x.at[i].add(s).at[i].add(t), "IncSubtensor{i}(x, Add(s, t), i)"),
        (v.at[3].set(v[3]), "v"), (v.at[3].add(0.0), "v"), (v.at[:].set(-v), "Neg(v)"),
        (x.at[:].add(s), "Add(x, ExpandDims{axis=0}(s))"),
        (x.at[:].set(s), "BroadcastTo(ExpandDims{axis=0}(s), Shape{axis=0}(x))"),
    ],
)  # fmt: skip
def test_updates(graph, expected):
    assert line(graph) == expected


def test_a_read_of_unknown_place_is_still_checked():
    """The value is known, whether the place exists is not."""
    expected = "Subtensor{i}(BroadcastTo(ExpandDims{axis=0}(s), Shape{axis=0}(x)), i)"
    assert line(x.at[i].set(s)[i]) == expected


def test_places_that_may_be_equal_are_read_after_the_write():
    j = tg.lscalar("j")
    assert line(x.at[i].set(s)[j]) == "Subtensor{i}(SetSubtensor{i}(x, s, i), j)"
    assert line(x.at[0].set(s)[-1]) == "Subtensor{i}(SetSubtensor{i}(x, s, 0), -1)"


# -- cotangents ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.grad(tg.exp(v)[2], v), "IntoZeros{i}(Exp(Subtensor{i}(v, 2)), 2, 5)"),
        (tg.grad(tg.sin(x)[1:][2], x),
         "IntoZeros{i}(Cos(Subtensor{i}(x, 3)), 3, Shape{axis=0}(x))"),
        (tg.grad(v[1:][1:][0] ** 2, v),
         "IntoZeros{i}(Mul(2.0, Subtensor{i}(v, 2)), 2, 5)"),
        (tg.grad(tg.sum(tg.sum(m * s, axis=1)[:2]), s),
         "Sum{axes=[0, 1]}(Subtensor{:stop}(m, 2))"),
    ],
)  # fmt: skip
def test_gradients_of_elements_are_computed_for_elements(graph, expected):
    assert line(graph) == expected


def test_gradients_through_indices_keep_their_values():
    cost = tg.log(1 + v**2)[1] * tg.sum(tg.tanh(v)[2:]) + tg.exp(v)[::-1][0]
    (old,) = tg.grad(cost, [v])
    new = rewrite_graph(old)
    given = np.linspace(-1, 2, 5)
    np.testing.assert_allclose(new.eval({v: given}), old.eval({v: given}), rtol=1e-14)
    exps = [n for n in applies([new]) if str(n.op) == "Exp"]
    assert all(n.outputs[0].type.ndim == 0 for n in exps)
