"""Bisection: the rule that changed a value, a derivative, or no rule at all."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import InputError
from tensorgraph.ops.extending.detach import stop_gradient

wrong = tg.Rules("wrong")
a, b = tg.hole("a"), tg.hole("b")


@wrong.rule(tg.maximum(a, b))
def the_larger_is_the_first(a, b):
    "True for some."
    return a


@wrong.rule(tg.tanh(tg.tanh(a)))
def a_function_without_its_slope(a):
    "Keeps the value and drops the derivative."
    return tg.tanh(stop_gradient(tg.tanh(a)))


def program(x):
    y = tg.exp(tg.sin(x)) * 2
    for k in range(30):
        y = tg.sqrt(1 + y**2) + k / 2 - 0.5 + 0 * y
    return y


def test_the_rule_that_changed_a_value_is_named():
    x, y = tg.dscalar("x"), tg.dscalar("y")
    out = program(tg.maximum(program(x), y))
    found = tg.bisect(out, {x: 1.0, y: 1e6}, include=("canonicalize", wrong))
    assert found.firing.rule.name == "the_larger_is_the_first"
    assert 1 <= found.number <= found.total and found.total > 60
    text = str(found)
    assert text.startswith(f"Firing {found.number} of {found.total}: output 0 was\n")
    assert "by the rule the_larger_is_the_first\n  Maximum(" in text
    assert "because: True for some." in text and "at test_bisect.py:" in text


def test_the_rule_that_changed_a_derivative_is_named():
    x = tg.dvector("x")
    out = program(tg.tanh(tg.tanh(x))).sum()
    found = tg.bisect([out], {x: np.array([0.3, 0.7])}, include=("specialize", wrong))
    assert found.firing.rule.name == "a_function_without_its_slope"
    assert found.what == "the derivative with respect to x"
    assert np.all(found.after == 0) and np.all(found.before != 0)


def test_sound_rules_and_compiled_functions_are_cleared():
    x, y = tg.dvector("x"), tg.dscalar("y")
    cost = (program(x) * y).sum()
    f = tg.function([x, y], [cost, *tg.grad(cost, [x, y])])
    found = tg.bisect(f, [[1.0, 2.0], 3.0])
    assert found.firing is None and found.what == ""
    expected = f"None of {found.total} firings changes a value or a derivative."
    assert str(found) == expected and found.total > 30


def test_code_that_differs_from_its_graph_is_reported():
    class Broken:
        x = tg.dscalar("x")
        inputs, single = (x,), True
        wanted = (tg.sin(x),)

        def __call__(self, value):
            return 2 * np.sin(value)

    found = tg.bisect(Broken(), [0.5])
    assert str(found).startswith("No rule, but the compiled code: output 0 was\n")
    assert found.after == 2 * found.before


def test_missing_and_wrong_values_are_refused():
    x = tg.dscalar("x")
    with pytest.raises(InputError, match="bisect needs a value for the input x"):
        tg.bisect(tg.sin(x), {})
    with pytest.raises(InputError, match="needs a mapping"):
        tg.bisect(tg.sin(x), [1.0])
    with pytest.raises(tg.errors.TensorGraphError):
        tg.bisect(tg.sin(x), {x: [1.0, 2.0]})
    with pytest.raises(tg.errors.RewriteError, match="named 'stabilise'"):
        tg.bisect(tg.sin(x), {x: 1.0}, include=("stabilise",))
    with pytest.raises(InputError, match="a compiled function or a graph, not 'f'"):
        tg.bisect("f", {})
