"""Graphs as ops: their gradients, batches, prints, pickles, and what is refused."""

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GradientError, GraphError, RandomError, ShapeError
from tests.ops.interpreted import interpreted
from tests.ops.wrong import says


def hypot():
    a, b = tg.dvectors("a b")
    return tg.OpFromGraph([a, b], tg.sqrt(a * a + b * b), name="Hypot")


def test_it_prints_as_itself_and_compiles_as_its_inside():
    x, z = tg.dvectors("x z")
    y = hypot()(x, z)
    assert str(y.owner.op) == "Hypot" and "Inner graphs" in tg.dprint(y, file="str")
    f = tg.function([x, z], y, mode="FAST_COMPILE")
    np.testing.assert_allclose(f([3.0, 4.0], [4.0, 3.0]), [5.0, 5.0])
    written = tg.rewrite_graph(tg.sqrt(x * x + z * z))
    assert tg.equal_graphs(f.keepalive.graph, [written])


def test_equal_graphs_are_one_op_and_lower_without_rewriting():
    x = tg.dvector("x")
    assert hypot().op == hypot().op
    value = np.array([3.0, -4.0])
    (found,) = interpreted([hypot()(x, 2 * x)], {x: value})
    np.testing.assert_allclose(found, np.sqrt(5) * np.abs(value))


def test_the_gradient_counts_each_path_once():
    "An input that depends on another input is not differentiated through inside."
    x = tg.dvector("x")
    y = hypot()(x, x * x)
    slope = tg.grad(y.sum(), x).eval({x: [2.0]})
    np.testing.assert_allclose(slope, (2 + 4 * 2 * 2 * 2 / 2) / np.sqrt(20))


@pytest.mark.parametrize("own", [False, True])
def test_an_operand_of_length_one_is_spread_and_its_gradient_summed(own):
    a, b = tg.dvectors("a b")
    rule = (lambda xs, ys, gs: [gs[0] * xs[1], gs[0] * xs[0]]) if own else None
    op = tg.OpFromGraph([a, b], a * b, pullback=rule)
    x, y = tg.dvector("x", shape=1), tg.dvector("y")
    z = op(x, y)
    slopes = tg.grad(z.sum(), [x, y])
    f = tg.function([x, y], [z, *slopes], mode="FAST_COMPILE")
    for found, want in zip(f([2.0], [3.0, 4.0]), ([6, 8], [7], [2, 2]), strict=True):
        np.testing.assert_array_equal(found, want)


def test_shared_variables_are_inputs_too():
    w, x = tg.shared(3.0, "w"), tg.dscalar("x")
    op = tg.OpFromGraph([x], x * w)
    y = op(tg.constant(2.0))
    assert y.eval() == 6 and tg.grad(y, w).eval() == 2
    f = tg.function([], y, mode="FAST_COMPILE")
    w.set_value(5.0)
    assert f() == 10


def test_a_gradient_of_its_own_is_the_one_that_is_used_also_in_a_batch():
    a = tg.dscalar("a")
    op = tg.OpFromGraph([a], a * a, pullback=lambda xs, ys, gs: 100 * gs[0] + ys[0])
    x, xs = tg.dscalar("x"), tg.dvector("xs")
    slope = tg.grad(op(x), x)
    assert slope.eval({x: 3.0}) == 109
    many = tg.vectorize_graph(slope, {x: xs})
    np.testing.assert_array_equal(many.eval({xs: [1.0, 2.0]}), [101, 104])
    batched = tg.vectorize_graph(op(x), {x: xs})
    np.testing.assert_array_equal(
        tg.grad(batched.sum(), xs).eval({xs: [1.0, 2.0]}), [101, 104]
    )


def test_a_batch_over_one_input_sums_the_gradient_of_the_other():
    a, b = tg.dvectors("a b")
    op = tg.OpFromGraph(
        [a, b], (a * b).sum(), name="Dot",
        pullback=lambda xs, ys, gs: [gs[0] * xs[1], gs[0] * xs[0]],
    )  # fmt: skip
    x, y, xs = tg.dvector("x"), tg.dvector("y"), tg.dmatrix("xs")
    many = tg.vectorize_graph(op(x, y), {x: xs})
    value = np.arange(6.0).reshape(3, 2)
    slope = tg.grad(many.sum(), y)
    np.testing.assert_array_equal(
        slope.eval({xs: value, y: [1.0, 1.0]}), value.sum(axis=0)
    )


def test_none_is_no_derivative():
    a, b = tg.dscalars("a b")
    op = tg.OpFromGraph([a, b], a * b, pullback=lambda xs, ys, gs: [gs[0], None])
    x, y = tg.dscalars("x y")
    assert tg.grad(op(x, y), y).eval({x: 2.0, y: 3.0}) == 0
    assert tg.grad(op(x, y), x).eval({x: 2.0, y: 3.0}) == 1


def test_it_pickles_with_a_gradient_made_of_lambdas():
    x = tg.dscalar("x")
    y = tg.custom_gradient(tg.sin, lambda xs, ys, gs: gs[0] * 7.0)(x)
    v, slope = pickle.loads(pickle.dumps((x, tg.grad(y * y, x))))
    np.testing.assert_allclose(slope.eval({v: 0.5}), 14 * np.sin(0.5))


def test_numbers_and_arrays_are_converted():
    k, v = tg.lscalar("k"), tg.dvector("v")
    op = tg.OpFromGraph([k, v], [v * k, k + 1])
    first, second = op(2, [1, 2])
    np.testing.assert_array_equal(first.eval(), [2.0, 4.0])
    assert second.eval() == 3


def test_wrong_graphs():
    x, y = tg.dscalars("x y")
    says(GraphError, lambda: tg.OpFromGraph([x], x + y), "uses y", "Add it")
    says(GraphError, lambda: tg.OpFromGraph([x, x], x), "twice")
    says(GraphError, lambda: tg.OpFromGraph([tg.constant(1.0)], x), "cannot be")
    noise = tg.random.normal(0, 1)
    says(RandomError, lambda: tg.OpFromGraph([x], x + noise), "draws", "input")


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (lambda xs, ys, gs: [gs[0]], "1 cotangents for 2"),
        (lambda xs, ys, gs: [gs[0], 3.0], "3.0"),
        (lambda xs, ys, gs: [gs[0], tg.zeros(3)], "(3,)"),
    ],
)
def test_wrong_pullbacks(rule, words):
    x, y = tg.dscalars("x y")
    says(
        GradientError,
        lambda: tg.OpFromGraph([x, y], x * y, pullback=rule, name="Product"),
        "Product", words,
    )  # fmt: skip


def test_pullbacks_use_what_they_are_given():
    x, w = tg.dscalar("x"), tg.shared(1.0, "w")
    for v in (x, w):
        rule = lambda xs, ys, gs, v=v: gs[0] * v  # noqa: E731
        says(
            GraphError,
            lambda rule=rule: tg.OpFromGraph([x], x, pullback=rule),
            f"variable {v.name}", "no input",
        )  # fmt: skip


def test_wrong_uses():
    op, x = hypot(), tg.dvector("x")
    says(GraphError, lambda: op(x), "takes 2 inputs, not 1")
    says(GraphError, lambda: op(x, x, x), "takes 2 inputs, not 3")
    says(ShapeError, lambda: op(x, tg.dmatrix("m")), "input 1 (b)", "vectorize")
    says(ShapeError, lambda: op(x, tg.fvector("m")), "float32")
    says(ShapeError, lambda: op(x, 1.0), "shape")


def test_strict_graphs_refuse_shared_variables_and_inlining_is_no_choice():
    x, w = tg.dscalar("x"), tg.shared(2.0, "w")
    with pytest.raises(GraphError, match=r"strict, but uses .*\[w\]"):
        tg.OpFromGraph([x], x * w, strict=True)
    both = [
        tg.OpFromGraph([x], x * 2, strict=True, inline=how) for how in (True, False)
    ]
    assert [op(3.0).eval() for op in both] == [6.0, 6.0]


def test_wrong_graphs_and_gradients():
    x = tg.dscalar("x")
    for wrong in (
        lambda: tg.OpFromGraph(x, x + 1), lambda: tg.OpFromGraph([x], []),
        lambda: tg.custom_gradient(3, lambda xs, ys, gs: gs)(x),
        lambda: tg.custom_gradient(tg.exp, None)(x),
    ):  # fmt: skip
        with pytest.raises(GraphError):
            wrong()
