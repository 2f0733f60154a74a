"""Values with other gradients: disconnected, undefined, clipped, scaled."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DisconnectedError, DTypeError, GradientError
from tests.ops.wrong import names_the_line, says

EVERY = {
    "zero_grad": tg.zero_grad,
    "disconnected_grad": tg.disconnected_grad,
    "undefined_grad": tg.undefined_grad,
    "grad_clip": lambda x: tg.grad_clip(x, -1, 1),
    "grad_scale": lambda x: tg.grad_scale(x, 3.0),
}


@pytest.mark.parametrize("name", EVERY)
def test_the_value_is_the_input_and_compiled_code_has_no_trace_of_it(name):
    x = tg.dvector("x")
    y = tg.exp(EVERY[name](x)) + tg.exp(x)
    f = tg.function([x], y, mode="FAST_COMPILE")
    np.testing.assert_allclose(f([0.0, 1.0]), 2 * np.exp([0.0, 1.0]), rtol=1e-15)
    assert tg.equal_graphs(f.keepalive.graph, [tg.rewrite_graph(2 * tg.exp(x))])


@pytest.mark.parametrize("name", EVERY)
def test_rewriting_alone_keeps_it(name):
    x = tg.dvector("x")
    kept = tg.rewrite_graph(EVERY[name](x) + 0)
    assert type(kept.owner.op) is type(EVERY[name](x).owner.op)


def test_zero_and_disconnected_are_two_things():
    x, y = tg.dscalars("x y")
    cost = tg.zero_grad(x) * y
    assert tg.grad(cost, x).eval({x: 2.0, y: 3.0}) == 0
    cost = tg.disconnected_grad(x) * y
    with pytest.raises(DisconnectedError, match="does not depend on x"):
        tg.grad(cost, x)
    assert tg.grad(cost, x, disconnected="zero").eval({x: 2.0}) == 0
    assert tg.grad(cost, y).eval({x: 2.0}) == 2
    assert tg.grad(cost * x, x).eval({x: 2.0, y: 3.0}) == 6


def test_undefined_gradients_say_why_and_where():
    x = tg.dscalar("x")
    y = tg.undefined_grad(x * 2, "x is a count")
    error = says(GradientError, lambda: tg.grad(y, x), "undefined", "x is a count")
    assert names_the_line(error, __file__)
    assert tg.grad(y + x, x, consider_constant=[y]).eval({x: 1.0}) == 1


def test_clipping_and_scaling_of_arrays_and_of_batches():
    x, xs = tg.dvector("x"), tg.dmatrix("xs")
    slope = tg.grad((tg.grad_scale(tg.grad_clip(x, -1, 2), 3) ** 3).sum(), x)
    value = np.array([[-0.2, 0.1, 4.0], [0.0, -0.5, 0.3]])
    expected = np.clip(9 * value**2, -1, 2)
    np.testing.assert_allclose(slope.eval({x: value[0]}), expected[0])
    many = tg.vectorize_graph(slope, {x: xs})
    np.testing.assert_allclose(many.eval({xs: value}), expected)


def test_float32_stays_float32():
    x = tg.fscalar("x")
    assert tg.grad(tg.grad_clip(tg.grad_scale(x, 2), -1, 1), x).type.dtype == "float32"


def test_a_pushforward_passes():
    x, v = tg.dscalars("x v")
    pushed = tg.pushforward(tg.grad_clip(x * x, -1, 1), x, v)
    assert pushed.eval({x: 3.0, v: 2.0}) == 12


@pytest.mark.parametrize("bad", ["a", None, 1j, [1.0], tg.dscalar("b")])
def test_bounds_and_multipliers_are_numbers(bad):
    x = tg.dscalar("x")
    says(GradientError, lambda: tg.grad_scale(x, bad), "real numbers")
    says(GradientError, lambda: tg.grad_clip(x, 0, bad), "real numbers")


def test_other_wrong_arguments():
    says(GradientError, lambda: tg.grad_clip(tg.dscalar("x"), 2, 1), "2.0 to 1.0")
    says(GradientError, lambda: tg.grad_clip(tg.dscalar("x"), np.nan, 1), "no interval")
    says(DTypeError, lambda: tg.grad_clip(tg.zscalar("x"), 0, 1), "complex")
