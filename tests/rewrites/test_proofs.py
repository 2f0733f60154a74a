"""What is proven from a graph before a rule may fire: lengths, signs, finiteness."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.ops.broadcast import broadcast_to
from tensorgraph.rewrites.facts import (
    are_equally_wide,
    carries_rounding,
    is_finite,
    is_not_negative,
    is_spread,
)
from tensorgraph.rewrites.lengths import Source, length_of, same_lengths
from tensorgraph.rewrites.phases import rewrite_graph

x, y = tg.dvector("x"), tg.dvector("y")
m = tg.dmatrix("m")
k = tg.dvector("k", shape="k")
s = tg.dscalar("s")


def shown(graph, **options):
    return tg.dprint(rewrite_graph(graph, **options), file="str")


# -- lengths ---------------------------------------------------------------------------


def test_lengths_are_followed_to_where_they_begin():
    assert length_of(tg.exp(x) * s, 0) == Source(x, 0)
    assert length_of(m.T[:, None], 0) == Source(m, 1)
    assert length_of(tg.sum(m, axis=0), 0) == Source(m, 1)
    assert length_of(broadcast_to(s, (x.shape[0],)), 0) == Source(x, 0)
    assert length_of(tg.zeros((3, 4)), 1) == 4
    assert length_of(tg.exp(k), 0) == "k"
    n = tg.lscalar("n")
    assert length_of(tg.zeros(n + 1), 0).build().owner.op is tg.add
    chain = x
    for _ in range(500):
        chain = tg.sin(chain)
    assert isinstance(length_of(chain, 0), Source)


def test_equal_lengths():
    assert same_lengths(tg.exp(x), x + 1)
    assert not same_lengths(x, y)
    assert not same_lengths(x, m)
    assert same_lengths(k, tg.dvector("other", shape="k"))


def test_a_length_needs_no_values():
    assert shown(tg.exp(tg.sin(x)).shape[0]) == "Shape{axis=0} [id A]\n └─ x [id B]\n"
    assert shown(broadcast_to(s, (x.shape[0], 2)).sum(axis=1).shape[0]) == (
        "Shape{axis=0} [id A]\n └─ x [id B]\n"
    )


def test_a_broadcast_that_is_not_needed_is_dropped():
    wide = broadcast_to(s, tg.exp(x).shape)
    assert "BroadcastTo" not in shown(x * wide)
    assert "BroadcastTo" in shown(y * wide)
    assert "BroadcastTo" not in shown(k + broadcast_to(s, tg.sin(k).shape))


def test_lengths_that_the_graph_needs_to_agree():
    wide = broadcast_to(s, x.shape)
    both = [tg.exp(x) + y, y * wide]
    text = tg.dprint(rewrite_graph(both), file="str")
    assert "BroadcastTo" not in text
    assert "BroadcastTo" in tg.dprint(rewrite_graph([y * wide, y + wide]), file="str")


def test_a_check_of_lengths_stays():
    out = rewrite_graph(x + 0 * broadcast_to(s, y.shape))
    with pytest.raises(ValueError, match="broadcast"):
        out.eval({x: np.ones(2), y: np.ones(3), s: 1.0})


# -- elements --------------------------------------------------------------------------


def test_finite():
    assert is_finite(tg.lvector()) and is_finite(tg.constant([1.0, 2.0]))
    assert is_finite(tg.sin(tg.bvector().astype("float64")))
    assert not is_finite(x) and not is_finite(tg.sin(x))
    assert not is_finite(tg.constant([np.inf])) and not is_finite(tg.exp(tg.lvector()))


def test_not_negative():
    for v in (tg.sqr(x), tg.exp(x) + tg.abs(y), tg.sqrt(x), tg.constant([0.0, 2.0])):
        assert is_not_negative(v)
    assert is_not_negative(tg.sum(tg.sqr(x)) / 3.0)
    assert is_not_negative(tg.maximum(x, 0.0)) and is_not_negative(x.shape[0])
    for v in (x, x * y, tg.sqr(x) - 1, tg.constant([-1.0]), -tg.exp(x)):
        assert not is_not_negative(v)


def test_spread():
    row, column = tg.dmatrix("r", shape=(1, 3)), tg.dmatrix("c", shape=(3, 1))
    full = tg.dmatrix("f", shape=(3, 3))
    assert is_spread(row, full) and is_spread(column, full)
    assert not is_spread(row, column) and not is_spread(full, row)
    assert is_spread(tg.constant([[2.0]]), row) and not is_spread(
        row, tg.constant([[2.0]])
    )
    assert are_equally_wide(row, column) and not are_equally_wide(row, full)


def test_what_is_rounded():
    assert carries_rounding(tg.sqr(x)) and carries_rounding(tg.exp(x) - 2.0)
    assert carries_rounding(y - tg.exp(x))
    assert not carries_rounding(x) and not carries_rounding(x - y)


def test_zero_absorbs_only_what_is_finite():
    n = tg.lvector("n")
    assert shown(x * 0.0).startswith("Mul")
    assert "Mul" not in shown(n.astype("float64") * 0.0)
    assert rewrite_graph(n * 0).eval({n: [1, 2]}).tolist() == [0, 0]
