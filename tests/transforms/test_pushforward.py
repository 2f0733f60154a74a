"""Forward mode, as the pullback of a pullback."""

import numpy as np
import pytest

from tensorgraph.errors import DisconnectedError, GradientError
from tensorgraph.graph.traverse import graph_inputs
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.tensor import TensorType
from tensorgraph.transforms.pushforward import pushforward

Vector = TensorType("float64", (None,))


def test_of_one_output():
    x, v = Vector("x"), Vector("v")
    found = pushforward(math.sin(x) * sum(x), x, v)
    a, b = np.array([0.3, 2.0, -1.0]), np.array([1.0, -2.0, 0.5])
    expected = np.cos(a) * b * a.sum() + np.sin(a) * b.sum()
    np.testing.assert_allclose(found.eval({x: a, v: b}), expected, rtol=1e-14)


def test_of_several_outputs_and_variables():
    x, y, v, w = Vector("x"), Vector("y"), Vector("v"), Vector("w")
    found = pushforward([x * y, x], [x, y], [v, w])
    values = {x: [1.0, 2.0], y: [3.0, 4.0], v: [1.0, 0.0], w: [0.0, 10.0]}
    assert [f.eval(values).tolist() for f in found] == [[3.0, 20.0], [1.0, 0.0]]


def test_leaves_no_unknown_behind():
    x, v = Vector("x"), Vector("v")
    found = pushforward(math.where(x > 0, math.sqrt(x), x * x), x, v)
    assert set(graph_inputs([found])) == {x, v}


def test_of_what_does_not_depend_on_the_variable():
    x, y, v = Vector("x"), Vector("y"), Vector("v")
    with pytest.raises(DisconnectedError, match="x of type"):
        pushforward(y, x, v)
    zeros = pushforward(y, x, v, disconnected="zero")
    assert zeros.eval({x: [1.0], y: [1.0], v: [1.0]}).tolist() == [0.0]


def test_a_tangent_of_another_type_is_refused():
    x, v = Vector("x"), TensorType("float32", (None,))("v")
    with pytest.raises(GradientError, match="tangent of x has type"):
        pushforward(x * x, x, v)
