"""Graphs as text."""

import io

import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError
from tensorgraph.graph.show import WRAP, char_id, dprint


def shown(graph, **options):
    return dprint(graph, file="str", **options)


def test_a_tree_with_inputs_below():
    x = tg.tensor(shape=(3,))
    assert shown(tg.log(1 + x)) == (
        "Log [id A]\n"
        " └─ Add [id B]\n"
        "    ├─ ExpandDims{axis=0} [id C]\n"
        "    │  └─ 1 [id D]\n"
        "    └─ <Vector(float64, shape=(3,))> [id E]\n"
    )


def test_types_stand_behind_ids():
    x = tg.tensor("x_vec", shape=(None,))
    assert shown(tg.log(1 + x), print_type=True) == (
        "Log [id A] <Vector(float64, shape=(?,))>\n"
        " └─ Add [id B] <Vector(float64, shape=(?,))>\n"
        "    ├─ ExpandDims{axis=0} [id C] <Vector(int8, shape=(1,))>\n"
        "    │  └─ 1 [id D] <Scalar(int8, shape=())>\n"
        "    └─ x_vec [id E] <Vector(float64, shape=(?,))>\n"
    )


def test_shared_nodes_are_spelled_out_once_and_inputs_each_time():
    x = tg.dscalar("x")
    y = tg.exp(x)
    y.name = "y"
    assert shown([y * tg.sin(y), y]) == (
        "Mul [id A]\n"
        " ├─ Exp [id B] 'y'\n"
        " │  └─ x [id C]\n"
        " └─ Sin [id D]\n"
        "    └─ Exp [id B] 'y'\n"
        "       └─ ···\n"
        "Exp [id B] 'y'\n"
        " └─ ···\n"
    )


def test_outputs_of_one_node_have_an_index_and_share_its_id():
    x = tg.dscalar("x")
    a, b = tg.ifelse(x > 0, [x, 2 * x], [2 * x, x])
    text = shown([a, b])
    assert "IfElse{count=2}.0 [id A]" in text.splitlines()[0]
    assert "IfElse{count=2}.1 [id A]\n └─ ···\n" in text


def test_graphs_inside_ops_follow():
    x = tg.dvector("x")
    total = tg.scan(lambda element, before: before + tg.exp(element), [x], [0.0])
    text = shown(total)
    before, after = text.split("\nInner graphs:\n")
    assert before.startswith("Scan{carried=1, sequences=1}.1 [id A]")
    lines = after.splitlines()
    assert lines[0] == "Scan{carried=1, sequences=1} [id A]"
    assert lines[1].startswith(" ← Add [id ")
    assert lines[2].startswith("    ├─ ")


def test_ids():
    assert [char_id(i) for i in (0, 25, 26, 27, 675, 676)] == [
        "A", "Z", "BA", "BB", "ZZ", "BAA",
    ]  # fmt: skip
    x = tg.dscalar("x")
    assert shown(tg.exp(x), id_type="int") == "Exp [id 0]\n └─ x [id 1]\n"
    assert shown(tg.exp(x), id_type="") == "Exp\n └─ x\n"
    with pytest.raises(ValueError, match="id_type is one of 'CHAR'"):
        dprint(x, id_type="roman")


def test_depth_and_names_cut_the_tree():
    x = tg.dscalar("x")
    y = tg.exp(tg.sin(x))
    assert shown(y, depth=1) == "Exp [id A]\n └─ Sin [id B]\n"
    y.name = "y"
    assert shown(tg.cos(y), stop_on_name=True) == "Cos [id A]\n └─ Exp [id B] 'y'\n"


def test_a_deep_graph_continues_at_the_margin():
    y = tg.dscalar("x")
    for _ in range(100_000):
        y = tg.exp(y)
    text = shown(y)
    assert text.count("Exp [id ") == 100_000 + (100_000 - 1) // WRAP
    assert text.count("x [id ") == 1
    lines = text[:100_000].splitlines()
    assert lines[WRAP] == (3 * WRAP - 3) * " " + " └─ Exp [id DW]"
    assert lines[WRAP + 1].strip() == "└─ ···"
    assert lines[WRAP + 3] == "Continued:"


def test_where_the_text_goes(capsys):
    x = tg.dscalar("x")
    file = io.StringIO()
    assert dprint(x, file=file) is None
    assert file.getvalue() == "x [id A]\n"
    x.dprint()
    assert capsys.readouterr().out == "x [id A]\n"


def test_objects_with_outputs_say_which_buffers_are_reused():
    x = tg.dscalar("x")

    class Compiled:
        outputs = [tg.exp(tg.sin(x))]

        def destroy_note(self, variable):
            return "d={0: [0]}" if variable is self.outputs[0] else ""

    assert shown(Compiled()) == "Exp [id A]\n └─ Sin [id B]\n    └─ x [id C]\n"
    assert shown(Compiled(), print_destroy_map=True).startswith(
        "Exp [id A] d={0: [0]}\n"
    )


def test_what_is_no_graph_is_refused():
    with pytest.raises(GraphError, match="Cannot print 3 as a graph"):
        dprint(3)
