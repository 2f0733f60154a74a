"""FunctionGraph: users, replacements in place, the way back."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError, ShapeError


def made():
    x, y = tg.dvector("x"), tg.dscalar("y")
    inner = tg.sin(x * y)
    return x, y, inner, tg.FunctionGraph([x, y], [inner + inner * 2, tg.exp(x)])


def find(graph, text):
    (found,) = [v for v in graph.variables if repr(v) == text]
    return found


def value(graph):
    x, y = graph.inputs
    return graph.outputs[0].eval({x: [1.0, 2.0], y: 3.0})


def test_it_is_a_copy_unless_told_otherwise():
    x, y, inner, graph = made()
    assert x not in graph.variables and inner not in graph.variables
    assert [v.name for v in graph.inputs] == ["x", "y"]
    same = tg.FunctionGraph([x, y], [inner], clone=False)
    assert same.outputs == [inner] and inner.owner in same.apply_nodes
    all_leaves = tg.FunctionGraph(outputs=[inner])
    assert sorted(v.name for v in all_leaves.inputs) == ["x", "y"]


def test_users_are_known():
    graph = made()[-1]
    sine = find(graph, "Sin.0")
    assert sorted(str(node.op) for node, _ in graph.clients[sine]) == ["Add", "Mul"]
    assert graph.clients[graph.outputs[1]] == [(None, 1)]
    assert len(graph.clients[graph.inputs[0]]) == 2


def test_replacing_repoints_users_and_can_be_taken_back():
    graph = made()[-1]
    before, text = value(graph), graph.dprint(file="str")
    sine = find(graph, "Sin.0")
    (argument,) = sine.owner.inputs
    graph.replace(sine, tg.cos(argument), reason="a test")
    np.testing.assert_allclose(value(graph), 3 * np.cos([3.0, 6.0]))
    graph.validate()
    mark = graph.checkpoint()
    graph.replace(find(graph, "Cos.0"), argument)
    graph.replace(graph.outputs[1], tg.log(graph.inputs[0]))
    assert (
        value(graph).tolist() == [9.0, 18.0] and str(graph.outputs[1].owner.op) == "Log"
    )
    graph.revert(mark)
    np.testing.assert_allclose(value(graph), 3 * np.cos([3.0, 6.0]))
    graph.revert(0)
    assert (value(graph) == before).all() and graph.dprint(file="str") == text
    assert sorted(str(n.op) for n, _ in graph.clients[sine]) == ["Add", "Mul"]


def test_all_replacements_or_none():
    graph = made()[-1]
    text = graph.dprint(file="str")
    sine = find(graph, "Sin.0")
    with pytest.raises(ShapeError):
        graph.replace_all([(sine.owner.inputs[0], graph.inputs[0]), (sine, 3)])
    with pytest.raises(GraphError, match="not used"):
        graph.replace_all([(sine, tg.cos(graph.inputs[0])), (sine, 3)])
    assert graph.dprint(file="str") == text
    graph.replace_all([(sine, sine.owner.inputs[0]), (graph.inputs[1], 2.0)])
    assert graph.outputs[0].eval({graph.inputs[0]: [1.0]}).tolist() == [6.0]


def test_what_nobody_uses_any_more_is_forgotten():
    graph = made()[-1]
    sine, (x, y) = find(graph, "Sin.0"), graph.inputs
    users = {v: sorted(map(str, many)) for v, many in graph.clients.items()}
    graph.replace(sine, sine * 2)
    assert len(graph.clients[sine]) == 1
    graph.replace(graph.outputs[0], x)
    assert graph.clients[y] == [] and sine not in graph.clients
    assert sorted(str(n and n.op) for n, _ in graph.clients[x]) == ["Exp", "None"]
    graph.revert(0)
    after = {v: sorted(map(str, many)) for v, many in graph.clients.items()}
    assert after == users


def test_a_copy_is_independent():
    graph = made()[-1]
    copy = graph.clone()
    copy.replace(find(copy, "Sin.0"), copy.inputs[0])
    assert value(copy).tolist() == [3.0, 6.0] and "Sin" in graph.dprint(file="str")


def test_wrong_replacements_change_nothing():
    x, y, inner, graph = made()
    text, sine = graph.dprint(file="str"), find(graph, "Sin.0")
    for old, new in [
        (inner, sine), (3, sine), (None, sine), (sine, y), (sine, "sine"),
        (sine, tg.fvector()), ("sine", sine), (graph.inputs[0], sine),
    ]:  # fmt: skip
        with pytest.raises((GraphError, TypeError, ValueError)):
            graph.replace(old, new)
    for mark in (-1, 1, 7):
        with pytest.raises(GraphError, match="no checkpoint"):
            graph.revert(mark)
    assert graph.dprint(file="str") == text
    with pytest.raises(GraphError, match="needs y"):
        tg.FunctionGraph([x], [inner])
    with pytest.raises(GraphError, match="An output"):
        tg.FunctionGraph([x], [3])
    graph.replace(sine, tg.exp(tg.dvector("other")))
    with pytest.raises(GraphError, match="needs other"):
        graph.validate()
