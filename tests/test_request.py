"""The keys of requests: equal where the same code comes out, and only there."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph import rules
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.extending.wrap_py import wrap_py
from tensorgraph.request import Request, Unnamed


def key(build, *words):
    inputs, outputs = build()
    return Request(inputs, outputs, *words).key


def regression(data=(1.0, 2.0, 3.0), slope="b", dtype="float64", scale=2.0):
    b = tg.tensor(slope, dtype, (None,))
    x = tg.constant(np.array(data))
    return [b], [tg.sum((x - scale * b) ** 2), tg.exp(b)]


def test_a_graph_that_is_built_again_has_the_same_key():
    assert key(regression) == key(regression)
    assert len(key(regression)) == 32


@pytest.mark.parametrize(
    "change",
    [
        {"data": (1.0, 2.0, 3.5)},
        {"data": (1.0, 2.0)},
        {"data": (0.0, 2.0, -0.0)},
        {"slope": "c"},
        {"dtype": "float32"},
        {"scale": 3.0},
    ],
)
def test_what_decides_the_code_changes_the_key(change):
    assert key(lambda: regression(**change)) != key(regression)


def test_large_constants_count_to_the_last_bit():
    many = np.arange(10_000.0)
    other = many.copy()
    other[-1] = np.nextafter(other[-1], 0)
    found = {key(lambda a=a: regression(tuple(a))) for a in (many, other, many.copy())}
    assert len(found) == 2


def test_words_outputs_and_sharing_change_the_key():
    x = tg.dvector("x")
    y = tg.exp(x)
    found = [
        Request([x], [y * y]).key,
        Request([x], [y * y], "C").key,
        Request([x], [y * y, y]).key,
        Request([x], [y * tg.exp(x)]).key,
    ]
    assert len(set(found)) == 4


def test_shared_variables_are_known_by_place_not_by_value():
    def model(value, twice=False):
        a = tg.shared(value, name="a")
        b = a if twice else tg.shared(value, name="a")
        return [], [a + b]

    assert key(lambda: model(1.0)) == key(lambda: model(2.0))
    assert key(lambda: model(1.0)) != key(lambda: model(1.0, twice=True))
    assert key(lambda: model(1.0)) != key(lambda: model(np.float32(1.0)))


def test_lines_do_not_count_but_are_known_by_number():
    here = Request(*regression())
    x = tg.dvector("b")
    y = tg.constant(np.array((1.0, 2.0, 3.0)))
    there = Request([x], [tg.sum((y - 2.0 * x) ** 2), tg.exp(x)])
    assert len(there.places) == len(here.places)
    text = here.dumps(here.places[-1])
    assert str(there.loads(text)) == str(there.places[-1]) != str(here.places[-1])


def test_bodies_of_loops_count():
    def model(step):
        x = tg.dscalar("x")
        return [x], [tg.scan(lambda a: a * step, outputs_info=x, n_steps=3)]

    assert key(lambda: model(2.0)) == key(lambda: model(2.0)) != key(lambda: model(3.0))


@wrap_py([tg.dvector], [tg.dvector], infer_shape=lambda shapes: shapes)
def twice(x):
    return 2 * x


def test_code_from_elsewhere_has_no_key():
    x = tg.dvector("x")
    with pytest.raises(Unnamed, match="twice"):
        Request([x], [twice(x)])
    with pytest.raises(Unnamed, match="computed"):
        Request([tg.exp(x)], [x])


def test_rules_from_elsewhere_forbid_keys(monkeypatch):
    monkeypatch.setattr(rules, "EXTENDED", set())
    monkeypatch.setattr("tensorgraph.request.EXTENDED", rules.EXTENDED)
    mine = Rules("mine")

    def first(node):
        "A reason."

    def second(node):
        "A reason."

    mine.node_rule(tg.exp)(first)
    mine.node_rule(tg.exp)(second)
    key(regression)
    second.__module__, second.__name__ = "elsewhere.rules", "third"
    mine.node_rule(tg.exp)(second)
    with pytest.raises(Unnamed, match="mine"):
        key(regression)
