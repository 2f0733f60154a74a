"""Slices of slices, as formulas; and all pairs of small slices, as NumPy has them."""

import sys
from itertools import product

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.trace import formula
from tensorgraph.rewrites.phases import rewrite_graph

x, m = tg.dvector("x"), tg.dmatrix("m")
n, i = tg.lscalar("n"), tg.lscalar("i")
count = tg.maximum(n, 0)
NEAR = f"Minimum(Maximum(n, 0), {2**48})"
"""No array is longer, and the sum does not wrap."""


def line(graph):
    return formula(rewrite_graph(graph, ("canonicalize",)), depth=9)


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (m[0][1], "Subtensor{i, i}(m, 0, 1)"),
        (m[i][:, None][2:], "ExpandDims{axis=1}(Subtensor{i, start:}(m, i, 2))"),
        (x[2:][3:], "Subtensor{start:}(x, 5)"), (x[2:][3], "Subtensor{i}(x, 5)"),
        (x[:-1][1:], "Subtensor{start:stop}(x, 1, -1)"),
        (x[:-2][-1], "Subtensor{i}(x, -3)"),
        (x[2:9][1:3], "Subtensor{start:stop}(x, 3, 5)"),
        (x[::2][1::3], "Subtensor{start::step}(x, 2, 6)"),
        (x[::-1][::-1], "x"), (x[::-1][0], "Subtensor{i}(x, -1)"),
        (x[::-1][i], "Subtensor{i}(x, Sub(-1, i))"),
        (x[::-1][:3], "Subtensor{:stop:step}(x, -4, -1)"),
        (x[3:][::-1], "Subtensor{:stop:step}(x, 2, -1)"),
        (x[0:], "x"), (x[: x.shape[0]], "x"), (x[tg.arange(x.shape[0])], "x"),
        (x[:5][2], "Subtensor{i}(x, 2)"),
        (x[count:][2:], f"Subtensor{{start:}}(x, Add({NEAR}, 2))"),
        (x[4:][: sys.maxsize], f"Subtensor{{start:stop}}(x, 4, {4 + 2**48})"),
    ],
)  # fmt: skip
def test_slices_are_merged(graph, expected):
    assert line(graph) == expected


@pytest.mark.parametrize(
    "graph", [x[1:][i], x[1:][-1], x[:-1][0], x[:n][:i], x[2:-1][:-1][0]]
)
def test_what_is_not_proven_stays(graph):
    """x[1:][-1] is no x[-1]: where x has one element, it must fail."""
    assert line(graph).count("Subtensor") == 2 - ("start:stop" in line(graph)) * 0


BOUNDS = (None, 0, 1, 3, -1, -2)
SLICES = [slice(a, b, c) for a, b, c in product(BOUNDS, BOUNDS, (None, 2, -1))]


@pytest.mark.parametrize("known", [True, False])
def test_pairs_of_slices(known):
    rng = np.random.default_rng(0)
    pairs = [(SLICES[a], SLICES[b]) for a, b in rng.integers(0, len(SLICES), (300, 2))]
    for length in (0, 1, 2, 5):
        v = tg.dvector("v", shape=length if known and length != 1 else None)
        given = np.arange(float(length))
        outs = rewrite_graph([v[a][b] for a, b in pairs], ("canonicalize",))
        for out, (a, b) in zip(outs, pairs, strict=True):
            np.testing.assert_array_equal(out.eval({v: given}), given[a][b])
