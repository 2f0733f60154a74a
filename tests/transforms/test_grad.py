"""Reverse mode: what a user asks of grad and pullback, and what grad asks of ops."""

from dataclasses import dataclass

import numpy as np
import pytest

from tensorgraph.errors import DisconnectedError, GradientError, ShapeError
from tensorgraph.graph.traverse import applies
from tensorgraph.ops import math
from tensorgraph.ops.branch import ifelse
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.shaping.join import stack
from tensorgraph.ops.tensor import TensorOp, TensorType, constant
from tensorgraph.testing.gradients import check_gradient
from tensorgraph.transforms.grad import (
    grad,
    grad_not_implemented,
    grad_undefined,
    pullback,
    subgraph_grad,
)
from tensorgraph.transforms.pushforward import pushforward

Scalar = TensorType("float64", ())
Vector = TensorType("float64", (None,))


def test_of_one_variable_and_of_a_list():
    x, s = Vector("x"), Scalar("s")
    cost = sum(math.exp(x) * s)
    given = {x: np.array([0.5, -1.0]), s: 2.0}
    np.testing.assert_allclose(grad(cost, x).eval(given), 2 * np.exp([0.5, -1.0]))
    by_x, by_s = grad(cost, [x, s])
    np.testing.assert_allclose(by_s.eval(given), np.exp([0.5, -1.0]).sum())
    assert by_x.type == x.type


def test_of_a_cost_by_itself_is_one():
    x = Scalar("x")
    assert grad(x, x).eval({x: 3.0}) == 1.0


def test_by_an_intermediate_variable_and_by_what_lies_above_it():
    x = Scalar("x")
    y = x * x
    by_x, by_y = grad(y * y, [x, y])
    assert by_x.eval({x: 2.0}) == 4 * 2.0**3
    assert by_y.eval({x: 2.0}) == 2 * 4.0


def test_shared_subexpressions_are_pulled_through_once():
    "x doubled fifty times has 2**50 paths and a graph of a few nodes each."
    x = Scalar("x")
    y = x
    for _ in range(50):
        y = y + y * 1.0
    slope = grad(y, x)
    assert len(applies([slope])) < 300
    assert slope.eval({x: 1.0}) == 2.0**50


def test_an_operand_used_twice_counts_twice():
    x = Vector("x")
    check_gradient(x * x / (1 + math.exp(x)), {x: [0.3, -2.0]}, order=2)


@dataclass(frozen=True)
class SumAndProduct(TensorOp):
    """Two outputs of two inputs."""

    def infer(self, a, b):
        return [a.type, a.type]

    def evaluate(self, xp, a, b):
        return a + b, a * b

    def pullback(self, a, b, y, z, g, h):
        parts = [(g, g), (None if h is None else h * b, None if h is None else h * a)]
        return [
            v if w is None else w if v is None else v + w
            for v, w in zip(*parts, strict=True)
        ]


@pytest.mark.parametrize("used", [(0,), (1,), (0, 1)])
def test_ops_with_several_outputs(used):
    "Cotangents of outputs that nothing depends on are None."
    a, b = Vector("a"), Vector("b")
    outputs = SumAndProduct()(a, b)
    cost = [math.exp(outputs[i]) for i in used]
    check_gradient(cost, {a: [0.5, 1.0], b: [-1.0, 0.3]}, order=2)


def test_consider_constant_cuts_the_path():
    x = Scalar("x")
    y = math.exp(x)
    assert grad(x * y, x, consider_constant=[y]).eval({x: 2.0}) == np.exp(2.0)
    with pytest.raises(DisconnectedError):
        grad(y * y, x, consider_constant=[y])


def test_known_grads_stand_for_what_lies_above():
    x, y = Scalar("x"), Scalar("y")
    z = x * y
    by_x = grad(None, x, known_grads={z: constant(10.0)})
    assert by_x.eval({x: 2.0, y: 3.0}) == 30.0
    over = grad(z * z, x, known_grads={z: constant(10.0)})
    assert over.eval({x: 2.0, y: 3.0}) == 30.0


def test_pullback_takes_cotangents_of_several_outputs():
    x, v, w = Vector("x"), Vector("v"), Vector("w")
    found = pullback([math.sin(x), x], x, [v, w])
    values = {x: [0.1, 2.0], v: [3.0, 5.0], w: [7.0, 11.0]}
    expected = np.cos([0.1, 2.0]) * [3, 5] + [7, 11]
    np.testing.assert_allclose(found.eval(values), expected, rtol=1e-14)


# -- what is no gradient ---------------------------------------------------------------


def test_a_cost_that_is_no_scalar_is_refused_with_line_and_remedy():
    x = Vector("x")
    y = math.exp(x)  # the line
    with pytest.raises(GradientError, match="real scalar") as caught:
        grad(y, x)
    assert "y = math.exp(x)  # the line" in str(caught.value)
    assert "cost.sum()" in str(caught.value)


def test_a_cost_that_is_an_integer_is_refused():
    n = TensorType("int64", ())("n")
    with pytest.raises(GradientError, match="int64"):
        grad(n * n, n)


def test_an_integer_variable_has_no_gradient():
    n = TensorType("int64", ())("n")
    with pytest.raises(GradientError, match=r"n of type Scalar\(int64.*not continuous"):
        grad(n * 1.5, n)


def test_a_missing_cost_is_refused():
    with pytest.raises(GradientError, match="cost or known_grads"):
        grad(None, Scalar("x"))


def test_a_disconnected_variable_is_named_with_its_line():
    x, z = Scalar("x"), Scalar("z")
    other = math.exp(z)  # elsewhere
    with pytest.raises(DisconnectedError, match="z of type"):
        grad(x * x, z)
    with pytest.raises(DisconnectedError, match="# elsewhere"):
        grad(x * x, [x, other])


@pytest.mark.parametrize(
    "choice", [{"disconnected": "zero"}, {"disconnected_inputs": "ignore"}]
)
def test_a_disconnected_variable_has_zeros_on_request(choice):
    x, z = Scalar("x"), Vector("z")
    by_x, by_z = grad(x * x, [x, z], **choice)
    assert by_x.eval({x: 2.0}) == 4.0
    assert by_z.eval({z: [1.0, 2.0]}).tolist() == [0.0, 0.0]


def test_a_disconnected_variable_can_warn():
    x, z = Scalar("x"), Scalar("z")
    with pytest.warns(UserWarning, match="does not depend on z"):
        assert grad(x * x, z, disconnected_inputs="warn").eval({z: 1.0}) == 0.0


def test_an_unknown_choice_is_refused():
    x = Scalar("x")
    with pytest.raises(GradientError, match="'perhaps'"):
        grad(x, x, disconnected="perhaps")


def test_a_variable_that_only_decides_steps_has_zeros():
    x = Scalar("x")
    cost = math.where(x > 0, 1.0, 2.0)
    assert grad(cost, x).eval({x: 3.0}) == 0.0


@dataclass(frozen=True)
class Rough(TensorOp):
    """An op without derivative: the fractional part."""

    def infer(self, x):
        return x.type

    def evaluate(self, xp, x):
        return x % 1


def test_what_lies_beside_the_path_is_not_visited():
    "An op without derivative may stand where no gradient is asked for."
    x, z = Scalar("x"), Scalar("z")
    assert grad(x * Rough()(z), x).eval({x: 1.0, z: 5.5}) == 0.5
    y = x * Rough()(z)  # rough
    with pytest.raises(GradientError, match="Rough has no derivative") as caught:
        grad(y, z)
    assert "# rough" in str(caught.value)


def test_what_is_no_cost_no_variable_and_no_gradient():
    x, s = Vector("x"), Scalar("s")
    y = s * s
    for ask in [
        lambda: grad(3.0, s), lambda: grad([y], s), lambda: grad(np.ones(3), s),
        lambda: grad(y, 3.0), lambda: grad(y, "s"), lambda: grad(y, [s, 2]),
        lambda: grad(None, s, known_grads={y: x}), lambda: grad(y, s, known_grads="y"),
        lambda: grad(y, s, consider_constant=[2]), lambda: grad(y, s, [], "perhaps"),
        lambda: grad(y, s, return_disconnected="gone"),
        lambda: grad(y, s, null_gradients="gone"),
        lambda: pullback([y, s], s, [s]), lambda: pullback([y, s], s, s),
        lambda: pullback(y, s, x), lambda: pushforward(y, s, [1.0, 2.0]),
        lambda: subgraph_grad([s], [y]), lambda: subgraph_grad(3, [y], cost=y),
    ]:  # fmt: skip
        with pytest.raises((GradientError, ShapeError)):
            ask()


def test_values_stand_for_cotangents_tangents_and_known_gradients():
    x, s = Vector("x"), Scalar("s")
    at = {x: [1.0, 2.0]}
    assert pullback(x * x, x, np.array([1.0, 10.0])).eval(at).tolist() == [2.0, 40.0]
    assert pushforward(x * x, x, [1.0, 10.0]).eval(at).tolist() == [2.0, 40.0]
    assert pushforward(s * s, s, 10).eval({s: 3.0}) == 60.0
    y = s * s
    assert grad(None, s, known_grads={y: 10}).eval({s: 3.0}) == 60.0
    assert grad(s * y, s, y).eval({s: 3.0}) == 9.0


def test_no_gradient_where_nothing_depends_on_request():
    x, z = Scalar("x"), Scalar("z")
    for choice in [
        {"disconnected": "none"},
        {"disconnected_inputs": "ignore", "return_disconnected": "none"},
    ]:
        by_x, by_z = grad(x * x, [x, z], **choice)
        assert by_x.eval({x: 2.0}) == 4.0 and by_z is None
    with pytest.raises(DisconnectedError):
        grad(x * x, z, return_disconnected="none")
    assert grad(x * x, [x, z], None, "ignore")[1].eval({z: 1.0}) == 0.0


def test_gradients_that_do_not_exist_are_errors_to_keep_or_to_raise():
    x, z = Scalar("x"), Scalar("z")
    y = math.exp(Rough()(x)) + z * z  # rough
    with pytest.raises(GradientError, match="Rough has no derivative"):
        grad(y, [x, z])
    by_x, by_z = grad(y, [x, z], null_gradients="return")
    assert by_z.eval({z: 3.0}) == 6.0
    assert isinstance(by_x, GradientError) and "# rough" in str(by_x)


@dataclass(frozen=True)
class Partial(TensorOp):
    """a**n, whose derivative by n nobody wrote."""

    def infer(self, a, n):
        return a.type

    def evaluate(self, xp, a, n):
        return a**n

    def pullback(self, a, n, y, g):
        return g * n * a ** (n - 1), grad_not_implemented(self, 1, n, "of a power")


def test_an_op_may_lack_one_derivative():
    a, n = Scalar("a"), Scalar("n")
    y = Partial()(a, n)  # power
    assert grad(y, a).eval({a: 3.0, n: 2.0}) == 6.0
    with pytest.raises(GradientError, match=r"input 1, n, is not written.*of a") as got:
        grad(y, [a, n])
    assert "# power" in str(got.value)
    by_a, by_n = grad(y * n, [a, n], null_gradients="return")
    assert by_a.eval({a: 3.0, n: 2.0}) == 12.0 and isinstance(by_n, GradientError)
    assert "not defined: why" in str(grad_undefined(Partial(), 0, a, "why"))


def test_parts_of_a_graph():
    x, w, v = Vector("x"), Vector("w"), Scalar("v")
    hidden = math.sin(x * w)
    cost = sum(hidden * hidden) * v
    at = {x: [0.3, 1.0], w: [2.0, -1.0], v: 3.0}
    by_v, by_hidden = subgraph_grad(v, [hidden], cost=cost)
    assert by_v[0].eval(at) == grad(cost, v).eval(at)
    by_w, by_x = subgraph_grad([w], [x], start={hidden: by_hidden[0]})
    for got, expected in zip([by_w[0], by_x[0]], grad(cost, [w, x]), strict=True):
        np.testing.assert_allclose(got.eval(at), expected.eval(at), rtol=1e-14)
    more = sum(w * w)
    (both,), _, begun, own = subgraph_grad(
        [w], [x], {hidden: by_hidden[0]}, more, details=True
    )
    np.testing.assert_allclose(both.eval(at), grad(cost + more, w).eval(at), rtol=1e-14)
    assert own[0].eval(at).tolist() == [4.0, -2.0] and len(begun) == 2
    assert subgraph_grad([w], [hidden], cost=cost)[0][0].eval(at).tolist() == [0.0, 0.0]


# -- what ops owe grad -----------------------------------------------------------------


@dataclass(frozen=True)
class Wrong(TensorOp):
    """An op with a pullback that is wrong in the way its field says."""

    way: str

    def infer(self, x):
        return x.type

    def pullback(self, x, y, g):
        return {"dtype": [g.astype("float32")], "rank": [g[None]], "count": [g, g]}[
            self.way
        ]


@pytest.mark.parametrize(
    "way, message",
    [
        ("dtype", r"Wrong{way='dtype'} returned a cotangent of type Scalar\(float32"),
        ("count", "returned 2 cotangents for 1 inputs"),
    ],
)
def test_a_wrong_pullback_is_reported_with_the_op(way, message):
    x = Scalar("x")
    with pytest.raises(GradientError, match=message):
        grad(Wrong(way)(x), x)


def test_new_nodes_inherit_the_place_of_what_they_differentiate():
    x = Scalar("x")
    y = math.exp(math.sin(x))  # forward
    (place,) = grad(y, x).owner.places
    assert "# forward" in str(place)


# -- broadcasting and dtypes -----------------------------------------------------------


def test_gradients_of_broadcast_operands_have_their_shape():
    row = TensorType("float64", (1, None))("row")
    column = TensorType("float64", ("n", 1))("column")
    scalar = Scalar("scalar")
    y = math.exp(row * column) * scalar + row
    values = {row: [[0.1, 0.2, 0.3]], column: [[1.0], [-1.0]], scalar: 0.5}
    check_gradient(y, values, order=2)
    assert [g.type for g in pullback(y, [row, column, scalar], y)] == [
        row.type, column.type, scalar.type
    ]  # fmt: skip


def test_gradients_have_the_dtype_of_their_variable():
    x, y = TensorType("float32", (None,))("x"), Vector("y")
    by_x, by_y = grad(sum(x * y), [x, y])
    assert (by_x.type.dtype, by_y.type.dtype) == ("float32", "float64")


# -- branches --------------------------------------------------------------------------


def only_where_positive(f):
    return lambda x: math.where(x > 0, f(x), 0.0)


BRANCHES = {
    "log": only_where_positive(math.log),
    "sqrt": only_where_positive(math.sqrt),
    "in both": lambda x: math.where(x > 0, math.log(x), math.log(1 - x)),
    "used twice": only_where_positive(lambda x: math.sqrt(x) * math.log(math.sqrt(x))),
    "branch inside": only_where_positive(
        lambda x: math.where(x > 1, math.log(x - 1), math.sqrt(x))
    ),
    "after": lambda x: 3.0 * -only_where_positive(math.sqrt)(x * x * x) / 2.0,
    "over a scalar": lambda x: math.where(x > 0, math.log(x[2]) * x, 0.0),
    "otherwise": lambda x: math.where(x <= 0, 1.0, math.log(x) + math.sqrt(x)),
    "overflow": lambda x: math.where(x < 5, math.exp(math.exp(x)), x),
    "moved": lambda x: math.where(
        x[:, None] > 0,
        math.sqrt(x)[::-1][None, ::-1].T * constant(np.ones((1, 2))),
        0.0,
    ).reshape((2, -1)),
    "lazy": lambda x: stack(
        [ifelse(x[i] > 0, math.sqrt(math.sqrt(x)[i]), 0.0) for i in range(3)]
    ),
    "maximum": lambda x: math.sqrt(math.maximum(x, 0.0)),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_a_branch_not_taken_gives_zero_and_never_nan(name):
    x = Vector("x")
    points = np.array([0.0, -1.5, 2.0, 0.7, 20.0])
    found = grad(sum(BRANCHES[name](x)), x).eval({x: points})
    assert not np.isnan(found).any(), found
    check_gradient(BRANCHES[name](x), {x: points[1:4]})


def test_a_scalar_in_branches_none_of_which_is_taken():
    x, mask = Scalar("x"), TensorType("bool", (None,))("mask")
    slope = grad(sum(math.where(mask, math.sqrt(x), 0.0)), x)
    assert slope.eval({x: 0.0, mask: [False, False]}) == 0.0
    assert slope.eval({x: 4.0, mask: [True, True]}) == 0.5
    assert slope.eval({x: 0.0, mask: [True, False]}) == np.inf


# -- long graphs -----------------------------------------------------------------------


def residual(x, layers):
    "x <- x + 0.05 (tanh(a x + b) + c sin x), layers times."
    for _ in range(layers):
        x = x + 0.05 * (math.tanh(0.3 * x + 0.1) + 0.2 * math.sin(x))
    return x


def branching(x, layers):
    "Branches in every layer, one inside the other in the gradient."
    for _ in range(layers):
        x = x + math.where(x > 0, 0.01 * math.sqrt(x), 0.0)
    return x


@pytest.mark.parametrize("network", [residual, branching])
def test_gradient_of_a_thousand_layers(network):
    "Against forward mode by hand: a tiny step in complex numbers has no cancellation."
    x = Scalar("x")
    found = grad(network(x, 1000), x).eval({x: 0.7})
    z = 0.7 + 1e-30j
    for _ in range(1000):
        if network is residual:
            z = z + 0.05 * (np.tanh(0.3 * z + 0.1) + 0.2 * np.sin(z))
        else:
            z = z + 0.01 * np.sqrt(z)
    np.testing.assert_allclose(found, z.imag / 1e-30, rtol=1e-12)


@pytest.mark.parametrize("network", [residual, branching])
def test_the_size_of_the_gradient_is_linear(network):
    sizes = []
    for layers in (100, 200, 400):
        x = Scalar("x")
        sizes.append(len(applies([grad(network(x, layers), x)])))
    assert sizes[2] - sizes[1] == 2 * (sizes[1] - sizes[0])


@pytest.mark.parametrize(
    "length", [5_000, pytest.param(100_000, marks=pytest.mark.slow)]
)
def test_a_long_chain(length):
    "Nothing recurses: Python's limit is 1,000 frames."
    x = Scalar("x")
    y = x
    for _ in range(length):
        y = math.sin(y)
    slope = grad(y, x)
    value, product = 0.7, 1.0
    for _ in range(length):
        product *= np.cos(value)
        value = np.sin(value)
    assert len(applies([slope])) < 3.1 * length
    assert slope.eval({x: 0.7}) == pytest.approx(product, rel=1e-9)
