"""Indices by arrays that are slices, gathers of gathers, and tables, as formulas."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.trace import formula
from tensorgraph.rewrites.phases import rewrite_graph

x, m = tg.dvector("x"), tg.dmatrix("m")
v = tg.dvector("v", shape=5)
i, j = tg.lvector("i"), tg.lscalar("j")
group = tg.lvector("group", shape="n")


def line(graph, *include):
    return formula(rewrite_graph(graph, include or ("canonicalize",)), depth=9)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (v[[1, 2, 3]], "Subtensor{start:stop}(v, 1, 4)"),
        (v[[4, 2, 0]], "Subtensor{start::step}(v, 4, -2)"),
        (v[[3, -1]], "Subtensor{start:stop}(v, 3, 5)"),
        (v[[True] * 5], "v"), (v[[0, 1, 2, 3, 4]], "v"),
        (v[[0, 3, 1]], "AdvancedSubtensor(v, [0 3 1])"),
        (x[[0, 1]], "AdvancedSubtensor(x, [0 1])"),
        (x[tg.ones(x.shape[0], dtype="bool")], "x"),
        (v.at[[1, 2]].add(x[0]),
         "IncSubtensor{start:stop}(v, ExpandDims{axis=0}(Subtensor{i}(x, 0)), 1, 3)"),
        (m[i, j], "AdvancedSubtensor(Subtensor{:, i}(m, j), i)"),
        (x[i][j], "Subtensor{i}(x, Subtensor{i}(i, j))"),
        (x[i][group], "AdvancedSubtensor(x, AdvancedSubtensor(i, group))"),
        (m[i][:, 0], "AdvancedSubtensor(Subtensor{:, i}(m, 0), i)"),
        (x[tg.constant([2, 0])][1], "Subtensor{i}(x, 0)"),
    ],
)  # fmt: skip
def test_gathers(graph, expected):
    assert line(graph) == expected


def test_a_table_is_computed_before_it_is_gathered():
    assert line(tg.log(v[group]), "specialize") == "AdvancedSubtensor(Log(v), group)"
    assert line(tg.exp(v[[0, 0, 1, 4, 4, 2]]), "specialize").startswith("AdvancedSub")
    few = line(tg.exp(v)[[3, 1, 0]], "canonicalize", "specialize")
    assert few == "Exp(AdvancedSubtensor(v, [3 1 0]))"


def test_a_large_table_is_not():
    large = tg.dvector("large", shape=1000)
    assert line(tg.exp(large[group]), "specialize").startswith("Exp(")
    assert line(tg.exp(x[group]), "specialize").startswith("Exp(")


def test_a_long_index_does_not_slow_rewriting():
    many = tg.constant(np.random.default_rng(0).integers(0, 5, 100_000))
    assert line(v[many]).startswith("AdvancedSubtensor(v")
