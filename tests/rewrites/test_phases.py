"""`rewrite_graph`: what the phases make of the examples of PyTensor's introduction."""

import pytest

import tensorgraph as tg
from tensorgraph.errors import RewriteError
from tensorgraph.graph.pattern import hole
from tensorgraph.graph.rules import Rules
from tensorgraph.graph.trace import Trace
from tensorgraph.rewrites.phases import PHASES, rewrite_graph

FIRST = ("canonicalize",)


def shown(graph, **options):
    return tg.dprint(rewrite_graph(graph, **options), file="str")


def test_an_index_is_pushed_down_to_the_input():
    x = tg.tensor("x_vec", shape=(None,))
    y = tg.log(1 + x)
    assert shown(y[0], include=FIRST) == (
        "Log [id A]\n"
        " └─ Add [id B]\n"
        "    ├─ 1.0 [id C]\n"
        "    └─ Subtensor{i} [id D]\n"
        "       ├─ x_vec [id E]\n"
        "       └─ 0 [id F]\n"
    )


def test_a_gradient_in_canonical_form():
    x = tg.tensor("x", shape=(None,))
    gradient = tg.grad(tg.log1p(x).sum(), x)
    assert shown(gradient, include=FIRST) == (
        "True_div [id A]\n"
        " ├─ [1.] [id B]\n"
        " └─ Add [id C]\n"
        "    ├─ [1.] [id B]\n"
        "    └─ x [id D]\n"
    )
    assert shown(gradient, include=("canonicalize", "specialize")) == (
        "Reciprocal [id A]\n └─ Add [id B]\n    ├─ [1.] [id C]\n    └─ x [id D]\n"
    )


def test_stabilization_alone():
    x = tg.tensor("x", shape=(None,))
    stable = ("stabilize",)
    assert shown(tg.log(1 + x), include=stable) == "Log1p [id A]\n └─ x [id B]\n"
    softplus = shown(tg.log(1 + tg.exp(x)), include=stable)
    assert softplus == "Softplus [id A]\n └─ x [id B]\n"


def test_a_list_of_graphs_shares_its_nodes():
    x = tg.dvector("x")
    first, second = rewrite_graph(
        [tg.log(1 + x), tg.exp(tg.log(1 + x))], exclude=("stable",)
    )
    assert second.owner.inputs[0] is first


def test_single_rules_and_themes_can_be_chosen():
    x = tg.dscalar("x")
    y = tg.log(1 + tg.exp(tg.neg(-x)))
    assert rewrite_graph(y, include=("two_signs_cancel",)).eval({x: 1.0}) > 0
    assert shown(y, include=("stable",)).startswith("Softplus [id A]\n └─ Neg")
    text = shown(y, include=("stable",), exclude=("log1p_of_exp_is_softplus",))
    assert text.startswith("Log1p [id A]\n └─ Exp")
    assert shown(y, exclude=tuple(PHASES)) == tg.dprint(y, file="str")


def test_unknown_names_are_refused():
    x = tg.dscalar("x")
    with pytest.raises(
        RewriteError, match="no phase, theme or rule named 'stabilise'"
    ) as error:
        rewrite_graph(x, include=("stabilise",))
    assert "Phases are canonicalize, stabilize, specialize, prepare" in str(error.value)
    with pytest.raises(RewriteError, match="named 'nothing'"):
        rewrite_graph(x, exclude=("nothing",))


def test_what_is_no_graph_is_refused():
    for wrong in (3, [3], None, "x"):
        with pytest.raises(RewriteError, match="takes a variable or a list of them"):
            rewrite_graph(wrong)


def test_rules_of_ones_own():
    mine = Rules("mine")
    x = hole("x")

    @mine.rule(tg.sin(x) / tg.cos(x))
    def sin_over_cos(x):
        "For the example."
        return tg.tanh(x)

    v = tg.dscalar("v")
    y = tg.sin(v) / tg.cos(v) * 1
    assert shown(y, include=(mine,)).splitlines()[1].strip() == "├─ Tanh [id B]"
    both = shown(y, include=("canonicalize", mine))
    assert both == "Tanh [id A]\n └─ v [id B]\n"


def test_the_trace_is_printed_or_collected(capsys):
    x = tg.dscalar("x")
    story = Trace()
    rewrite_graph(tg.log(1 + x), trace=story)
    assert "log_of_one_plus_is_log1p" in story.counts()
    assert capsys.readouterr().out == ""
    rewrite_graph(tg.log(1 + x), trace=True)
    printed = capsys.readouterr().out
    assert "log_of_one_plus_is_log1p\n  Log(Add(" in printed
    assert "  because: 1 + x rounds a small x away.\n  at test_phases.py:" in printed


def test_a_trace_counts_and_times_the_rules():
    x = tg.dscalar("x")
    trace = Trace()
    rewrite_graph([tg.log(1 + x * k) for k in range(2, 6)], trace=trace)
    tally = trace.tallies["log_of_one_plus_is_log1p"]
    assert tally.fired == trace.counts()["log_of_one_plus_is_log1p"] == 4
    assert tally.tried >= 4 and 0 < tally.seconds < 1
    head, *rows = trace.table().splitlines()
    assert head.split() == ["rule", "fired", "tried", "ms"]
    times = [float(row.split()[3]) for row in rows]
    assert times == sorted(times, reverse=True) and len(rows) == len(trace.tallies)


def test_a_trace_with_a_limit_stops_rewriting():
    x = tg.dscalar("x")
    y = tg.log(1 + tg.exp(tg.neg(-x))) * 1
    full = Trace()
    rewrite_graph(y, trace=full)
    for limit in range(len(full) + 1):
        trace = Trace(limit)
        part = rewrite_graph(y, trace=trace)
        assert list(map(str, trace)) == list(map(str, full))[:limit]
        assert abs(part.eval({x: 0.5}) - y.eval({x: 0.5})) < 1e-15
    assert len(full) > 3


def test_prepare_keeps_domains():
    x = tg.dscalar("x")
    assert shown(tg.exp(tg.log(x)), include=("prepare",)).startswith("Exp")
    assert shown(tg.exp(tg.log(x))) == "x [id A]\n"
    one = shown(x * x, include=("prepare",))
    assert one == shown(x**2, include=("prepare",)) == "Sqr [id A]\n └─ x [id B]\n"
    sigmoid = shown(1 / (1 + tg.exp(-x)), include=("prepare",))
    assert sigmoid == "Sigmoid [id A]\n └─ x [id B]\n"


def test_draws_are_never_merged_or_changed():
    a, b = tg.random.normal(0, 1), tg.random.normal(0, 1)
    x = tg.random.normal(2 * tg.constant(0.5), 1, size=3)
    total, kept = rewrite_graph([a + b + x[0], a])
    assert tg.dprint(total, file="str").count("normal_rv") == 3
    assert kept is a
    assert total.eval() == (a + b + x[0]).eval()
