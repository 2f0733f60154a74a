"""Dead branches, and what nobody uses of loops."""

import numpy as np

import tensorgraph as tg
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.scan import Scan
from tests.rewrites.lines import canonical, p, s, t, u, x


def test_a_known_condition_takes_its_arm():
    assert canonical(tg.ifelse(tg.constant(False), tg.exp(s), t)) == "t"
    assert canonical(tg.ifelse(tg.lt(tg.exp(s), -1.0), tg.exp(s), t)) == "t"


def test_equal_and_nested_arms():
    assert canonical(tg.ifelse(p, s, s)) == "s"
    inner = tg.ifelse(p, s, t)
    assert canonical(tg.ifelse(p, inner, u)).endswith("(p, s, u)")
    negated = tg.ifelse(tg.logical_not(p), s, t)
    assert canonical(negated).endswith("(p, t, s)")


def test_values_that_nobody_uses_are_not_chosen():
    first, _ = tg.ifelse(p, [s, tg.exp(t)], [u, tg.sin(t)])
    assert "Exp" not in canonical(first)


def loop_of(graph):
    (node,) = [n for n in applies([graph]) if isinstance(n.op, Scan)]
    return node


def test_state_that_never_changes_is_no_state():
    rows, same = tg.scan(lambda v, a, b: [a * v + b, b], [x], [s, t])
    both = tg.rewrite_graph(tg.sum(rows) + tg.sum(same))
    assert loop_of(both).op.carried == 1
    given = {x: [1.0, 2.0, 3.0], s: 0.5, t: 0.25}
    np.testing.assert_allclose(
        both.eval(given), (tg.sum(rows) + tg.sum(same)).eval(given)
    )


def test_what_nobody_uses_leaves_a_loop():
    weights = tg.exp(x)
    first, _ = tg.scan(lambda v, w, a, b: [a * v, a + b * w], [x, weights], [s, t])
    out = tg.rewrite_graph(first)
    assert loop_of(out).op.carried == 1 and loop_of(out).op.sequences == 1
    assert "Exp" not in tg.dprint(out, file="str")
    given = {x: [1.0, 2.0, 3.0], s: 0.5}
    np.testing.assert_allclose(out.eval(given), [0.5, 1.0, 3.0])
