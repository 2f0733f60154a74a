"""The working graph and the rewriter."""

import pytest

import tensorgraph as tg
from tensorgraph.errors import RewriteError
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.pattern import flat, hole
from tensorgraph.graph.rewriter import rewrite
from tensorgraph.graph.rules import Rules
from tensorgraph.graph.show import dprint
from tensorgraph.graph.trace import Trace, formula
from tensorgraph.graph.traverse import applies
from tensorgraph.graph.working import Working
from tensorgraph.ops.math import add, mul
from tensorgraph.rewrites.fit import fit

x, y = hole("x"), hole("y")


def rules_of(*pairs, **declared):
    """Rules from (name, pattern, function) triples."""
    rules = Rules("test")
    for name, pattern, function in pairs:
        function.__name__ = name
        function.__doc__ = "A reason."
        rules.rule(pattern, **declared)(function)
    return list(rules)


SIN_IS_COS = ("sin_is_cos", tg.sin(x), lambda x: tg.cos(x))
COS_IS_SIN = ("cos_is_sin", tg.cos(x), lambda x: tg.sin(x))
NO_SIGNS = ("no_signs", tg.neg(-x), lambda x: x)


def rewritten(graph, *rules, trace=None, **declared):
    (out,) = rewrite([graph], [rules_of(*rules, **declared)], fit, trace)
    check_graph(out)
    return out


# -- the working graph -----------------------------------------------------------------


def test_equal_nodes_are_one_from_the_start():
    a, b = tg.dvector("a"), tg.dvector("b")
    graph = Working([tg.exp(a + b) * tg.exp(b + a) + 1.0, tg.constant(1.0)])
    assert [str(node.op) for node in graph.members] == [
        "Add",
        "Exp",
        "Mul",
        "ExpandDims{axis=0}",
        "Add",
    ]
    assert graph.outputs[1] in graph.constants.values()
    assert graph.use_count(graph.outputs[1]) == 2


def test_constants_differ_by_bits_and_types():
    a = tg.dscalar("a")
    parts = [
        a * 0.0,
        a * -0.0,
        a * tg.constant(1),
        a * tg.constant(True),
        a * tg.constant(1.0),
    ]
    assert len(Working(parts).members) == 5


def test_a_replacement_makes_users_equal_and_they_merge():
    a, b = tg.dscalar("a"), tg.dscalar("b")
    out = tg.exp(tg.sin(a) * b) + tg.exp(tg.cos(a) * b)
    new = rewritten(out, SIN_IS_COS)
    assert formula(new) == "Add(Exp(Mul(Cos(a), b)), Exp(Mul(Cos(a), b)))"
    assert len(applies([new])) == 4


def test_what_does_not_change_stays_the_users_own():
    a = tg.dscalar("a")
    kept = tg.exp(a)
    out = kept + tg.neg(-a)
    new = rewritten(out, NO_SIGNS)
    assert new.owner.inputs[0] is kept
    assert rewritten(kept, NO_SIGNS) is kept
    assert formula(out) == "Add(Exp(a), Neg(Neg(a)))"


def test_what_was_dropped_can_come_back():
    a = tg.dvector("a")
    graph = Working([tg.cos(tg.exp(a) * 2.0)])
    (cosine,) = graph.outputs
    product = cosine.owner.inputs[0]
    replaced, _ = graph.intern(tg.tanh(product.owner.inputs[0]))
    (user,) = graph.replace(product, replaced)
    graph.refresh(user)
    graph.replace(cosine, graph.intern(tg.sin(graph.leaf(a)))[0])
    graph.drop(user)
    assert graph.find(product) is replaced and replaced not in graph
    again, added = graph.intern(tg.sqrt(a) * product.shape[0])
    assert [str(n.op) for n in added[:2]] == ["Sqrt", "Tanh"]
    assert again in graph and all(v in graph for n in added for v in n.inputs)


def test_names_survive():
    a = tg.dscalar("a")
    s = tg.sin(a)
    s.name = "s"
    new = rewritten(s + 1, SIN_IS_COS)
    assert new.owner.inputs[0].name == "s"
    unnamed = tg.neg(-a)
    unnamed.name = "again"
    assert rewritten(unnamed, NO_SIGNS) is a
    assert a.name == "a"


def test_places_are_inherited_and_united():
    a = tg.dscalar("a")
    one = tg.sin(a)
    two = tg.sin(a)
    (line,), (other,) = one.owner.places, two.owner.places
    new = rewritten(one + two, SIN_IS_COS)
    assert new.owner.inputs[0].owner.places == (line, other)


def test_a_graph_that_was_rewritten_is_an_ordinary_graph():
    a = tg.dscalar("a")
    new = rewritten(tg.sin(a) * tg.exp(tg.sin(a)), SIN_IS_COS)
    assert new.eval({a: 0.0}) == pytest.approx(2.718281828459045)
    assert dprint(new, file="str").count("Cos [id") == 2


# -- rules -----------------------------------------------------------------------------


def test_rules_fire_until_nothing_does():
    a = tg.dscalar("a")
    out = a
    for _ in range(7):
        out = tg.neg(out)
    assert formula(rewritten(out, NO_SIGNS)) == "Neg(a)"


def test_what_a_change_below_makes_possible_above_is_found():
    a = tg.dscalar("a")
    out = tg.log(1 + tg.sin(a))
    new = rewritten(out, ("log1pcos", tg.log(1 + tg.cos(x)), lambda x: x), SIN_IS_COS)
    assert new is a


def test_a_later_stage_tries_what_is_new_and_looks_again_where_something_changed():
    a = tg.dvector("a")
    tried = []

    def watched(x, out):
        tried.append(str(out.owner.inputs[0].owner.op))

    first = rules_of(("watched", tg.exp(x), watched))
    second = [*first, *rules_of(SIN_IS_COS)]
    graph = [tg.exp(tg.sin(a)), tg.exp(tg.tanh(a))]
    after = rewrite(graph, [first, second], fit)
    assert [formula(v) for v in after] == ["Exp(Cos(a))", "Exp(Tanh(a))"]
    assert tried == ["Sin", "Tanh", "Cos"]


def test_rules_wait_for_the_ops_they_need():
    a = tg.dscalar("a")
    calls = []

    def seen(node):
        "A reason."
        calls.append(str(node.op))

    rules = Rules("test")
    rules.node_rule(tg.exp, needs=(tg.cos,))(seen)
    both = [*rules, *rules_of(SIN_IS_COS)]
    rewrite([tg.exp(a)], [both], fit)
    assert calls == []
    rewrite([tg.exp(tg.sin(a))], [both], fit)
    assert calls == ["Exp"]


def test_conditions_see_holes_and_the_match():
    a, b = tg.dscalar("a"), tg.dvector("b")
    scalars = dict(when=lambda x, out: out.type.ndim == 0 and x.name == "a")
    assert formula(rewritten(tg.sin(a), SIN_IS_COS, **scalars)) == "Cos(a)"
    assert formula(rewritten(tg.sin(b), SIN_IS_COS, **scalars)) == "Sin(b)"


def test_once_wants_the_inner_parts_for_itself():
    a = tg.dscalar("a")
    inner = -a
    rule = ("sin_of_minus", tg.sin(-x), lambda x: -tg.sin(x))
    assert formula(rewritten(tg.sin(inner), rule, once=True)) == "Neg(Sin(a))"
    out = tg.sin(inner) + tg.exp(inner)
    assert rewritten(out, rule, once=True) is out


def test_once_is_looked_at_again_when_another_user_is_gone():
    a = tg.dscalar("a")
    inner = -a
    out = tg.sin(inner) + tg.exp(inner)
    rule = ("sin_of_minus", tg.sin(-x), lambda x: -tg.sin(x))
    gone = ("exp_of_minus", tg.exp(-x), lambda x: 1 / tg.exp(x))
    rules = [*rules_of(rule, once=True), *rules_of(gone)]
    (new,) = rewrite([out], [rules], fit)
    assert formula(new) == "Add(Neg(Sin(a)), True_div(1, Exp(a)))"


def test_a_rule_may_decline():
    a = tg.dscalar("a")
    out = tg.sin(a)
    assert rewritten(out, ("declines", tg.sin(x), lambda x: None)) is out
    assert rewritten(out, ("same", tg.sin(x), lambda x: tg.sin(x))) is out


def test_flat_sums():
    a, b, c = tg.dscalar("a"), tg.dscalar("b"), tg.dscalar("c")

    def cancel(x, rest):
        found = 0.0
        for term in rest:
            found = found + term
        return found

    new = rewritten((a + b) + (c + -a), ("cancel", flat(x + -x, "rest"), cancel))
    assert formula(new) == "Add(Add(0.0, b), c)"


def test_numbers_and_narrow_results_are_fitted():
    a = tg.tensor("a", "float64", (3,))
    new = rewritten(tg.sin(a), ("zero", tg.sin(x), lambda x: 0))
    assert new.type == a.type and list(new.eval()) == [0.0, 0.0, 0.0]
    m = tg.tensor("m", "float64", ("n", None))
    new = rewritten(tg.sin(m), ("zero", tg.sin(x), lambda x: 0))
    assert new.type == m.type
    assert new.eval({m: [[1.0, 2.0]] * 3}).shape == (3, 2)


def test_a_replacement_never_loses_a_check_of_lengths():
    a, b = tg.dvector("a"), tg.dvector("b")
    drop = ("drop", x + 0 * y, lambda x: x)
    out = a + 0 * b
    assert rewritten(out, drop) is out
    n, m = tg.dvector("n", shape="k"), tg.dvector("m", shape="k")
    assert rewritten(n + 0 * m, drop) is n


def test_a_replacement_of_another_kind_is_an_error_that_names_the_rule():
    a = tg.dscalar("a")
    with pytest.raises(
        RewriteError, match="The rule wider broke its contract on Sin"
    ) as error:
        rewritten(tg.sin(a), ("wider", tg.sin(x), lambda x: tg.ones(3)))
    assert "test_rewriter.py" in str(error.value)
    b = tg.ivector("b")
    with pytest.raises(RewriteError, match="float64 cannot stand for int32"):
        rewritten(-b, ("other", -x, lambda x: tg.ones_like(x, "float64")))


def test_rules_that_undo_each_other_are_named():
    a = tg.dscalar("a")
    with pytest.raises(
        RewriteError, match="The rules cos_is_sin and sin_is_cos undo each other"
    ):
        rewritten(tg.sin(a), SIN_IS_COS, COS_IS_SIN)


def test_three_rules_in_a_circle_are_named():
    a = tg.dscalar("a")
    circle = [
        SIN_IS_COS,
        ("cos_is_tanh", tg.cos(x), lambda x: tg.tanh(x)),
        ("tanh_is_sin", tg.tanh(x), lambda x: tg.sin(x)),
    ]
    with pytest.raises(RewriteError, match="tanh_is_sin undo each other"):
        rewritten(tg.sin(a), *circle)


def test_a_rule_that_wraps_its_match_is_named():
    a = tg.dscalar("a")
    with pytest.raises(
        RewriteError, match="by the rule deeper contains what it replaces"
    ):
        rewritten(tg.sin(a), ("deeper", tg.sin(x), lambda x: tg.exp(tg.sin(x))))


def test_rules_that_never_end_are_named():
    a = tg.dscalar("a")
    with pytest.raises(
        RewriteError, match="Rewriting does not end; the rules that fire are grows"
    ):
        rewritten(tg.sin(a), ("grows", tg.sin(x), lambda x: tg.sin(x + 1)))


def test_declarations_are_checked():
    rules = Rules("mine")
    with pytest.raises(
        RewriteError, match=r"A rule needs a pattern with a hole, not 3"
    ):
        rules.rule(3)
    with pytest.raises(RewriteError, match="asks for z, which Sin"):

        @rules.rule(tg.sin(x))
        def misspelled(z):
            "A reason."

    with pytest.raises(RewriteError, match="silent has no docstring"):

        @rules.rule(tg.sin(x))
        def silent(x):
            return x

    @rules.rule(tg.sin(x))
    def twice(x):
        "A reason."

    with pytest.raises(RewriteError, match="mine has two rules named twice"):
        rules.rule(tg.sin(x))(twice)
    assert repr(rules) == "Rules('mine', 1 rule)"
    assert rules["twice"].reason == "A reason."


def test_the_trace_tells_rule_reason_and_line():
    a = tg.dscalar("a")
    trace = Trace()
    rewritten(tg.sin(a) + 1, SIN_IS_COS, trace=trace)
    assert trace.counts() == {"sin_is_cos": 1}
    lines = str(trace).splitlines()
    assert lines[:4] == ["sin_is_cos", "  Sin(a)", "  → Cos(a)", "  because: A reason."]
    assert lines[4].startswith("  at test_rewriter.py:")


def test_graphs_inside_ops_are_rewritten():
    a = tg.dvector("a")
    total = tg.scan(lambda element, before: before + tg.neg(-element), [a], [0.0])
    (new,) = rewrite([total], [rules_of(NO_SIGNS)], fit)
    assert "Neg" not in dprint(new, file="str")
    assert new.eval({a: [1.0, 2.0]}).tolist() == total.eval({a: [1.0, 2.0]}).tolist()


# -- size ------------------------------------------------------------------------------


def test_long_chains_need_no_recursion():
    a = out = tg.dscalar("a")
    for _ in range(5_000):
        out = tg.neg(-tg.sin(out))
    new = rewritten(out, NO_SIGNS)
    assert len(applies([new])) == 5_000
    assert a in {v for node in applies([new]) for v in node.inputs}


def test_a_node_with_many_inputs_is_read_anew_once():
    a = tg.dscalar("a")
    parts = [tg.sin(a + i) for i in range(1_000)]
    before = Working.refresh
    calls = []

    def counted(self, node):
        calls.append(len(node.inputs))
        return before(self, node)

    Working.refresh = counted
    try:
        new = rewritten(tg.stack(parts), SIN_IS_COS)
    finally:
        Working.refresh = before
    assert sum(calls) < 5 * len(parts)
    assert {str(v.owner.op) for v in new.owner.inputs} <= {"Cos", "ExpandDims{axis=0}"}


def test_a_variable_with_many_users_is_replaced_in_one_go():
    a = tg.dscalar("a")
    hub = tg.neg(-tg.exp(a))
    out = hub
    for i in range(2_000):
        out = out + mul(hub, float(i + 2))
    new = rewritten(out, NO_SIGNS)
    assert len([n for n in applies([new]) if n.op is add]) == 2_000
