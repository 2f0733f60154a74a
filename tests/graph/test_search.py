"""Finding things in graphs."""

import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError


def made():
    x, y = tg.dscalars("x y")
    a = tg.exp(x)
    b = a * y
    return x, y, a, b, tg.log(b) + a


def test_walks_visit_each_node_once():
    x, y, a, b, c = made()

    def above(v):
        return v.owner and v.owner.inputs

    assert list(tg.walk([c], above)) == [c, c.owner.inputs[0], a, b, x, y]
    assert list(tg.walk([c], above, bfs=False)) == [c, a, x, c.owner.inputs[0], b, y]
    assert sorted(tg.walk([0], lambda n: [(n + 3) % 7])) == list(range(7))
    chain = x
    for _ in range(10_000):
        chain = tg.exp(chain)
    assert len(list(tg.walk([chain], above))) == 10_001


def test_what_lies_between():
    x, y, a, b, c = made()
    assert [str(n.op) for n in tg.toposort(c)] == ["Exp", "Mul", "Log", "Add"]
    assert [str(n.op) for n in tg.toposort([c], blockers=[b])] == ["Log", "Exp", "Add"]
    assert set(tg.vars_between([a], [c])) == {a, b, c, y, c.owner.inputs[0]}
    assert [str(n.op) for n in tg.applys_between([b, a], c)] == ["Log", "Add"]
    assert set(tg.truncated_graph_inputs([c], [a, b])) == {a, b}
    assert set(tg.truncated_graph_inputs(b, [a])) == {a, y}
    assert tg.truncated_graph_inputs([x], [a]) == [x]
    assert tg.variable_depends_on(c, [y]) and not tg.variable_depends_on(a, y)
    assert tg.get_var_by_name(c, "y") == (y,) and tg.get_var_by_name([c], "z") == ()


def test_equal_computations():
    x, y, *_, c = made()
    *_, d = made()
    assert tg.equal_computations([c], [c]) and not tg.equal_computations([c], [d])
    others = [v for n in "xy" for v in tg.get_var_by_name(d, n)]
    assert tg.equal_computations([c], [d], [x, y], others)
    assert not tg.equal_computations([c], [d], [x, y], others[::-1])
    assert not tg.equal_computations([x + 1], [x + 1.0])
    assert not tg.equal_computations([x - y], [y - x])


def test_clones_with_replacements():
    x, y, a, _, c = made()
    unused = tg.dscalar("unused")
    found = tg.clone_replace(c, {a: 2.0, unused: x})
    assert tg.graph_inputs([found]) == [y]
    with pytest.raises(GraphError, match="not in the graph"):
        tg.graph_replace(c, {unused: x})
    v = tg.dvector("v")
    with pytest.raises(GraphError, match="Cannot replace"):
        tg.clone_replace(c, {y: v})


def test_wrong_searches():
    x, *_, c = made()
    for wrong in (
        lambda: tg.toposort(3), lambda: tg.toposort("x"), lambda: tg.toposort([x, 2]),
        lambda: tg.vars_between(x, None), lambda: tg.applys_between([1], x),
        lambda: tg.truncated_graph_inputs(5), lambda: tg.get_var_by_name(None, "x"),
        lambda: tg.variable_depends_on(c, 3), lambda: tg.graph_replace(c, {"x": x}),
        lambda: tg.equal_computations([c], [c, x]),
        lambda: tg.equal_computations([c], [c], [x], []),
    ):  # fmt: skip
        with pytest.raises(GraphError):
            wrong()
