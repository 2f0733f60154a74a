"""Patterns: what they match and what they bind."""

import pytest

import tensorgraph as tg
from tensorgraph.errors import RewriteError
from tensorgraph.graph.index import Index, key_of_node
from tensorgraph.graph.match import compile_test, orders
from tensorgraph.graph.op import op_key
from tensorgraph.graph.pattern import Pattern, depth, flat, hole
from tensorgraph.graph.rules import Rules
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.broadcast import Sum
from tensorgraph.ops.math import add
from tensorgraph.ops.pattern_operators import number_of

x, y, z = hole("x"), hole("y"), hole("z")
a, b = tg.dvector("a"), tg.dvector("b")


def bound(pattern, variable):
    """What the first order of the pattern that fits binds, or None."""
    for one in orders(pattern):
        found = {}
        if compile_test(one)(variable, found):
            return found
    return None


def test_an_op_with_a_hole_is_a_pattern():
    pattern = tg.log(1 + x)
    assert isinstance(pattern, Pattern)
    assert repr(pattern) == "Log(Add(1, ?x))"
    assert depth(pattern) == 2
    assert (
        repr(-x / 2 + y * 3 - z**2)
        == "Sub(Add(True_div(Neg(?x), 2), Mul(?y, 3)), Pow(?z, 2))"
    )
    assert repr(2 / x - (1 - y)) == "Sub(True_div(2, ?x), Sub(1, ?y))"


def test_holes_bind_variables_as_they_stand():
    c = tg.dscalar("c")
    out = c * a
    assert bound(x * y, out) == {"x": out.owner.inputs[0], "y": a}
    assert str(out.owner.inputs[0].owner.op) == "ExpandDims{axis=0}"
    assert bound(x + y, out) is None


def test_a_name_that_appears_twice_is_one_variable():
    assert bound(x * x, a * a) == {"x": a}
    assert bound(x * x, a * b) is None


@pytest.mark.parametrize(
    "one", [1, 1.0, True, tg.constant([1.0, 1.0]), tg.constant([[1]])]
)
def test_numbers_match_in_any_dtype_and_through_broadcasts(one):
    out = tg.log(one + tg.exp(tg.dmatrix("m")))
    assert set(bound(tg.log(1 + tg.exp(x)), out)) == {"x"}


def test_numbers_match_through_casts_and_in_the_precision_at_hand():
    v = tg.fvector("v")
    assert bound(x * 0.1, v * tg.constant(0.1, "float32")) is not None
    assert bound(x * 0.1, tg.dvector() * 0.1000001) is None
    assert bound(x * 2, a * tg.constant(2).astype("float64")) is not None
    assert bound(x + 0, a + tg.ones(3)) is None
    assert bound(x + 2, a + tg.constant([2.0, 3.0])) is None
    assert number_of(tg.zeros((2, 3))) == 0


def test_commutative_ops_match_in_any_order_and_others_do_not():
    assert bound(x + tg.exp(y), tg.exp(a) + b) == {"x": b, "y": a}
    assert bound(x - tg.exp(y), tg.exp(a) - b) is None


def test_holes_may_refuse():
    positive = hole("p", lambda v: v is a)
    assert bound(positive * y, b * a) == {"p": a, "y": b}
    assert bound(positive * y, b * b) is None


def test_classes_of_ops_bind_parameters():
    m = tg.dmatrix("m")
    pattern = Pattern.of(Sum, (x,), axes=hole("axes"))
    assert bound(pattern, m.sum(axis=1)) == {"x": m, "axes": (1,)}
    assert bound(tg.sum(x, axis=hole("axes")), m.sum()) == {"x": m, "axes": (0, 1)}
    assert bound(Pattern.of(Sum, (x,), axes=(0,)), m.sum(axis=1)) is None
    assert bound(Pattern.of(Sum, (x,)), m.sum(axis=1)) == {"x": m}


def test_flat_patterns_find_terms_anywhere():
    c, d = tg.dvector("c"), tg.dvector("d")
    pattern = flat(tg.exp(x) + -x, "rest")
    found = bound(pattern, (c + tg.exp(a)) + (d + -a))
    assert found == {"x": a, "rest": (c, d)}
    assert bound(pattern, (c + tg.exp(a)) + (d + -b)) is None
    deep = a
    for _ in range(30):
        deep = deep + b
    assert bound(flat(tg.exp(x) + y, "rest"), deep) is None


def test_a_pattern_takes_only_what_can_be_matched():
    with pytest.raises(RewriteError, match="'one' cannot stand in a pattern"):
        compile_test(Pattern.of(add, (x, "one")))


def test_the_index_leaves_out_what_operands_rule_out():
    rules = Rules("some")
    for number, pattern in enumerate([x + 0, x + -y, tg.log(x), x + y]):

        def function(x):
            "A reason."

        function.__name__ = f"rule_{number}"
        rules.rule(pattern)(function)
    index = Index(list(rules))

    def names(v):
        kinds = {op_key(node.op) for node in applies([v])}
        return {p.rule.name for p in index.plausible(key_of_node(v.owner), kinds)}

    assert names(a + b) == {"rule_3"}
    assert names(a + 0) == {"rule_0", "rule_3"}
    assert names(a + tg.neg(b)) == {"rule_1", "rule_3"}
    assert names(tg.log(a)) == {"rule_2"}
    assert names(tg.exp(a)) == set()
