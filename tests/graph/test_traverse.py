"""Walking, replacing, copying and comparing graphs; long chains; places."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError, ShapeError
from tensorgraph.graph.subgraph import close_over
from tensorgraph.graph.traverse import applies, depends_on


def test_replacing_keeps_what_does_not_change():
    x, z = tg.dscalars("x z")
    kept = tg.exp(z)
    y = tg.graph_replace(tg.log(x) + kept, {x: z})
    assert y.owner.inputs[1] is kept
    assert y.eval({z: 1.0}) == pytest.approx(np.e)


def test_replacements_fit_their_types():
    x, v = tg.dscalar("x"), tg.dvector("v")
    with pytest.raises(GraphError, match=r"Cannot replace x.*Scalar.*by v.*Vector"):
        tg.graph_replace(tg.exp(x), {x: v})
    with pytest.raises(GraphError, match="replace variables, not 'x'"):
        tg.graph_replace(tg.exp(x), {"x": 1.0})
    with pytest.raises(ShapeError):
        tg.graph_replace(tg.exp(x), {x: [1.0]})
    assert tg.graph_replace(tg.exp(x), {x: 0}).eval() == 1.0
    loose = tg.graph_replace(tg.exp(x), {x: v}, rebuild_strict=False)
    assert loose.type == v.type


def test_replacements_are_of_variables_of_the_graph():
    x, y = tg.dscalars("x y")
    with pytest.raises(GraphError, match=r"y of type .* not in the graph"):
        tg.graph_replace(tg.exp(x), {y: x})
    assert tg.graph_replace(x, {y: x}, strict=False) is x


def test_a_clone_is_independent_but_reads_the_same_noise():
    x = tg.dscalar("x")
    noise = tg.random.normal(0.0, 1.0)
    (fresh,), (copy,) = tg.clone([x + noise], [x])
    assert fresh is not x and fresh.name == "x"
    assert copy.eval({fresh: 1.0}) == (x + noise).eval({x: 1.0})


def test_graphs_are_compared_by_structure():
    x, y = tg.dscalars("x y")
    assert tg.equal_graphs([tg.exp(x) + 1], [tg.exp(x) + 1])
    assert not tg.equal_graphs([tg.exp(x) + 1], [tg.exp(x) + 2])
    assert not tg.equal_graphs([tg.exp(x)], [tg.exp(y)])
    assert tg.equal_graphs([tg.exp(x)], [tg.exp(y)], [x], [y])


def test_subgraphs_capture_what_they_use_from_outside():
    x, w = tg.dscalars("x w")
    outside = tg.exp(w)
    body, captured = close_over([x], [x * outside + 1.0])
    assert captured == [outside]
    assert len(body.inputs) == 2


def test_long_chains_need_no_recursion():
    x = tg.dscalar("x")
    y = x
    for _ in range(20_000):
        y = tg.sin(y)
    assert len(applies([y])) == 20_000
    assert depends_on([y], [x])
    assert np.isfinite(tg.graph_replace(y, {x: tg.constant(0.5)}).eval())


def test_places_are_the_users_lines_and_survive_pickling():
    x = tg.dscalar("x")
    y = tg.exp(x)  # the line
    (place,) = y.owner.places
    assert "the line" in str(place) and "test_traverse.py" in str(place)
    assert str(pickle.loads(pickle.dumps(place))) == str(place)


def test_graphs_pickle():
    x = tg.dvector("x")
    y = tg.sum(tg.exp(x) * tg.constant([1.0, 2.0]))
    again_x, again = pickle.loads(pickle.dumps((x, y)))
    assert again.eval({again_x: np.zeros(2)}) == 3.0


def test_long_chains_pickle_flat_and_stay_one_graph():
    x, a = tg.dvector("x"), tg.shared(np.ones(2), name="a")
    y = x
    for _ in range(5_000):
        y = tg.sin(y) + a
    y.name = "last"
    text = pickle.dumps({"x": x, "y": y, "z": [y * 2.0, y.owner.inputs[0], a]})
    again = pickle.loads(text)
    assert again["y"].name == "last" and again["z"][0].owner.inputs[0] is again["y"]
    assert again["z"][1] is again["y"].owner.inputs[0]
    assert again["y"].owner.inputs[1] is again["z"][2]
    assert len(applies([again["y"]])) == 10_000
    assert again["y"].owner.places == y.owner.places
    np.testing.assert_array_equal(again["z"][2].get_value(), [1.0, 1.0])


def test_interventions():
    mu = tg.random.normal(0.0, 1.0, size=2, name="mu")
    y = mu * 2.0
    np.testing.assert_array_equal(tg.do(y, {mu: 3.0}).eval(), [6.0, 6.0])
    with pytest.raises(ValueError):
        tg.do(y, {mu: np.zeros(3)})
