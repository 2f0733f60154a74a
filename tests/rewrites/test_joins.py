"""Joined, reshaped and reduced arrays."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.ops.broadcast import broadcast_to
from tests.rewrites.lines import canonical, full, k, m, p, s, x, y, z


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.concatenate([x[:2], x[2:]]), "x"), (tg.concatenate([x[:k], x[k:]]), "x"),
        (tg.stack([x[0], x[1], x[2]]), "x"), (tg.concatenate(tg.split(x, 3)), "x"),
        (tg.concatenate([x, tg.concatenate([y, z])]), "Join{axis=0}(x, y, z)"),
        (tg.concatenate([x[:0], y]), "y"),
        (tg.stack([s, s, s]), "BroadcastTo(ExpandDims{axis=0}(s), 3)"),
        (
            tg.concatenate([x[1:], x[:1]]),
            "Join{axis=0}(Subtensor{start:}(x, 1), Subtensor{:stop}(x, 1))",
        ),
    ],
)  # fmt: skip
def test_joins(graph, expected):
    assert canonical(graph) == expected


def test_slices_that_leave_a_gap_or_overlap_stay():
    v = tg.dvector("v")
    graph = tg.concatenate([v[:3], v[2:]])
    assert canonical(graph).startswith("Join")
    cut = tg.concatenate([v[1:3], v[3:5], v[5:]])
    assert canonical(cut) == "Subtensor{start:}(v, 1)"
    for length in range(7):
        value = np.arange(float(length))
        for one in (graph, cut):
            found = tg.rewrite_graph(one).eval({v: value})
            np.testing.assert_array_equal(found, one.eval({v: value}))


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.exp(m.T) * 2, "Transpose{axes=[1, 0]}(Mul(Exp(m), [[2.]]))"),
        ((m.T + m.T).T, "Mul([[2.]], m)"), (tg.reshape(x[None, :], (3,)), "x"),
        (tg.reshape(x, (1, 3, 1)), "ExpandDims{axes=[0, 2]}(x)"),
        (tg.reshape(tg.reshape(x, (3, 1)), (1, 3)), "ExpandDims{axis=0}(x)"),
    ],
)  # fmt: skip
def test_shapes(graph, expected):
    assert canonical(graph) == expected


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.sum(tg.concatenate([x, y])), "Add(Sum{axis=0}(x), Sum{axis=0}(y))"),
        (tg.max(tg.concatenate([x, y])), "Maximum(Max{axis=0}(x), Max{axis=0}(y))"),
        (tg.max(tg.exp(x)), "Exp(Max{axis=0}(x))"),
        (tg.min(tg.erfc(x)), "Erfc(Max{axis=0}(x))"),
        (tg.sum(tg.reshape(m, -1)), "Sum{axes=[0, 1]}(m)"),
        (tg.prod(tg.prod(m, 0), 0), "Prod{axes=[0, 1]}(m)"),
        (tg.max(m.T, axis=0), "Max{axis=1}(m)"), (tg.prod(x[:, None], axis=1), "x"),
        (tg.all(broadcast_to(p, (4,))), "p"), (tg.max(broadcast_to(s, (4,))), "s"),
        (tg.sum(x[:, None], axis=0), "ExpandDims{axis=0}(Sum{axis=0}(x))"),
    ],
)  # fmt: skip
def test_reductions(graph, expected):
    assert canonical(graph) == expected


def test_an_outer_product_is_never_made():
    graph = tg.sum(x[:, None] * y[None, :])
    assert full(graph) == "Mul(Sum{axis=0}(x), Sum{axis=0}(y))"


def test_common_factors_leave_sums():
    assert full(x * y + x * z) == "Mul(x, Add(y, z))"
    assert full(x / y - z / y) == "True_div(Sub(x, z), y)"


def test_an_error_of_an_empty_maximum_stays():
    v = tg.dvector("v")
    out = tg.rewrite_graph(tg.max(tg.concatenate([v, v])))
    with pytest.raises(ValueError, match=r"zero-size|no elements"):
        out.eval({v: []})
