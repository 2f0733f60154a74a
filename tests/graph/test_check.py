"""Well-formedness."""

import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError
from tensorgraph.graph.check import check_graph
from tensorgraph.graph.node import Apply


def graph():
    x = tg.dvector("x")
    return x, tg.exp(x * 2)


def test_a_graph_as_it_is_built_is_well_formed():
    x, y = graph()
    check_graph(y)
    check_graph([x, y])


def test_an_output_that_another_node_claims():
    _, y = graph()
    y.owner.outputs[0].owner = Apply(y.owner.op, y.owner.inputs, [y.type], ())
    with pytest.raises(
        GraphError, match=r"output 0 belongs to Exp|is no output of its owner"
    ):
        check_graph(tg.sin(y))


def test_an_index_that_is_wrong():
    _, y = graph()
    y.index = 1
    with pytest.raises(GraphError, match="output 0 says that it is output 1"):
        check_graph(y)


def test_a_type_that_is_not_inferred_names_node_and_place():
    _, y = graph()
    y.type = tg.tensor("z", "float32", (3,)).type
    with pytest.raises(
        GraphError, match=r"Exp\(Mul\.0\): output 0 has type .*float32"
    ) as error:
        check_graph(y)
    assert "test_check.py" in str(error.value)


def test_a_circle():
    _, y = graph()
    y.owner.inputs[0].owner.inputs[0] = y
    with pytest.raises(GraphError, match="the graph has a circle"):
        check_graph(y)


def test_an_input_that_is_no_variable():
    _, y = graph()
    y.owner.inputs[0] = 3.0
    with pytest.raises(GraphError, match=r"input 0 is 3\.0, not a variable"):
        check_graph(y)
    with pytest.raises(GraphError, match="An output of the graph is 'y'"):
        check_graph(["y"])


def test_a_long_chain_needs_no_recursion():
    y = tg.dscalar("x")
    for _ in range(20_000):
        y = tg.sin(y)
    check_graph(y)
