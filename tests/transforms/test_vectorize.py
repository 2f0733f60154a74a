"""Batching a graph: one axis and several, broadcasting, shared parts, random parts."""

from dataclasses import dataclass

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BatchError
from tensorgraph.graph.node import Type
from tensorgraph.graph.traverse import ancestors, graph_inputs
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import batch_length, broadcast_to, shape_of, sum
from tensorgraph.ops.tensor import TensorOp, TensorType, constant
from tensorgraph.transforms.grad import grad
from tensorgraph.transforms.vectorize import core_ranks, vectorize, vectorize_graph

Scalar = TensorType("float64", ())
Vector = TensorType("float64", (None,))
Matrix = TensorType("float64", (None, None))


def test_new_axes_stand_in_front():
    x, xs = Vector("x"), TensorType("float64", (4, None, 3))("xs")
    y = vectorize_graph(sum(math.exp(x)), {x: xs})
    assert y.type == TensorType("float64", (4, None))
    value = np.random.default_rng(0).normal(size=(4, 2, 3))
    np.testing.assert_allclose(y.eval({xs: value}), np.exp(value).sum(-1))


def test_the_graph_of_a_scalar_reads_as_if_written_for_the_vector(capsys):
    x, xs = Scalar("x"), Vector("xs")
    vectorize_graph(math.log(1 + x), {x: xs}).dprint()
    assert capsys.readouterr().out.splitlines() == [
        "Log [id A]",
        " └─ Add [id B]",
        "    ├─ ExpandDims{axis=0} [id C]",
        "    │  └─ 1 [id D]",
        "    └─ xs [id E]",
    ]


def test_several_replacements_broadcast_from_the_right():
    x, y = Vector("x"), Scalar("y")
    xs = TensorType("float64", (None, 1, 3))("xs")
    ys = TensorType("float64", (4,))("ys")
    z = vectorize_graph(x * y, {x: xs, y: ys})
    assert z.type.shape == (None, 4, 3)
    a, b = np.arange(6.0).reshape(2, 1, 3), np.arange(4.0)
    np.testing.assert_array_equal(z.eval({xs: a, ys: b}), a * b[:, None])


def test_a_replacement_without_new_axes_is_plain():
    x, y, z = Scalar("x"), Scalar("y"), Scalar("z")
    ys = Vector("ys")
    found = vectorize_graph(x + y, {x: z, y: ys})
    assert found.eval({z: 1.0, ys: [1.0, 2.0]}).tolist() == [2.0, 3.0]


def test_what_does_not_depend_on_a_replacement_is_the_same_graph():
    x, y = Scalar("x"), Vector("y")
    shared = math.exp(y)
    both, alone = vectorize_graph([x * shared, shared], {x: Vector("xs")})
    assert alone is shared
    assert shared in set(ancestors([both]))


def test_lengths_do_not_vary_along_the_batch():
    x, y = Vector("x"), Scalar("y")
    xs, ys = Matrix("xs"), Vector("ys")
    spread = broadcast_to(y, shape_of(x)) * shape_of(x)[0]
    found = vectorize_graph(spread, {x: xs, y: ys})
    values = {xs: np.zeros((2, 3)), ys: np.array([1.0, 5.0])}
    assert found.eval(values).tolist() == [[3, 3, 3], [15, 15, 15]]


def test_of_a_gradient_is_the_gradient_of_each():
    x, s = Vector("x"), Scalar("s")
    gradient = grad(sum(math.sin(x) * s * s), s)
    xs, ss = Matrix("xs"), Vector("ss")
    many = vectorize_graph(gradient, {x: xs, s: ss})
    a, b = np.random.default_rng(1).normal(size=(5, 3)), np.arange(5.0)
    np.testing.assert_allclose(
        many.eval({xs: a, ss: b}), np.sin(a).sum(1) * 2 * b, rtol=1e-14
    )


def test_of_a_long_chain():
    x, xs = Scalar("x"), Vector("xs")
    y = x
    for _ in range(5_000):
        y = math.sin(y)
    expected = np.array([0.1, 2.0])
    for _ in range(5_000):
        expected = np.sin(expected)
    many = vectorize_graph(y, {x: xs})
    np.testing.assert_allclose(many.eval({xs: [0.1, 2.0]}), expected, rtol=1e-12)


# -- refusals --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "old, new",
    [
        (Vector, Scalar),
        (Vector, TensorType("float32", (None, None))),
        (TensorType("float64", (3,)), TensorType("float64", (2, 4))),
    ],
)
def test_a_replacement_that_does_not_fit_is_refused(old, new):
    x = old("x")
    with pytest.raises(BatchError, match="Cannot replace x"):
        vectorize_graph(math.exp(x), {x: new("new")})


def test_a_shape_that_would_vary_along_the_batch_is_refused_with_its_line():
    n = TensorType("int64", ())("n")
    y = broadcast_to(1.0, (n,))  # the shape
    with pytest.raises(BatchError, match="another shape") as caught:
        vectorize_graph(y, {n: TensorType("int64", (None,))("ns")})
    assert "# the shape" in str(caught.value)


# Graphs of an int64 scalar n and a vector x in which n decides the shape.
SHAPED = {
    "arange": lambda n, x: tg.arange(n),
    "eye": lambda n, x: tg.eye(n),
    "zeros": lambda n, x: tg.zeros((2, n)),
    "slice": lambda n, x: x[:n],
    "reshape": lambda n, x: x.reshape((n, -1)),
    "scan": lambda n, x: tg.scan(lambda s: s + 1.0, outputs_info=[x], n_steps=n),
    "draws": lambda n, x: tg.random.normal(0.0, 1.0, size=(n,)),
}


@pytest.mark.parametrize("name", SHAPED)
def test_lengths_by_value_may_not_vary_but_may_stay(name):
    n, x = tg.lscalar("n"), tg.dvector("x")
    y = SHAPED[name](n, x)  # the line
    with pytest.raises(BatchError) as found:
        vectorize_graph(y, {n: tg.lvector("ns")})
    assert "# the line" in str(found.value) or "lambda n, x" in str(found.value)
    xs = tg.dmatrix("xs")
    same = vectorize_graph(y, {x: xs})
    given = {n: 2, xs: np.arange(8.0).reshape(2, 4)}
    value = same.eval({v: given[v] for v in graph_inputs([same])})
    assert value.shape[value.ndim - y.ndim :] == y.eval({n: 2, x: np.zeros(4)}).shape


@dataclass(frozen=True)
class Odd(TensorOp):
    """An op without batch rule, or with one that adds too many axes."""

    more: int = 0

    def infer(self, x):
        return x.type

    def batch(self, batched, x):
        if self.more == 0:
            return super().batch(batched, x)
        return x[None][None]


def test_an_op_without_a_rule_is_named_with_its_line():
    x = Scalar("x")
    y = Odd()(x)  # odd
    with pytest.raises(BatchError, match=r"Odd.*has no batch rule") as caught:
        vectorize_graph(y, {x: Vector("xs")})
    assert "# odd" in str(caught.value)


# -- random ops ------------------------------------------------------------------------


class StateType(Type):
    """The type of a stand-in for a generator."""


StateType.variable_class = type(Scalar("x")).__mro__[1]


@dataclass(frozen=True)
class Draw(TensorOp):
    """A stand-in for a random op: state, location; draws of some size."""

    random = True
    size: tuple[int, ...] = ()

    def infer(self, state, loc):
        missing = len(self.size) + loc.type.ndim - len(loc.type.shape)
        shape = (*self.size, *loc.type.shape) if missing == 0 else self.size
        return [state.type, TensorType("float64", self.size or shape)]

    def batch(self, batched, state, loc):
        return self.repeat_draws(batch_length([batched[1]], [loc]), state, loc)

    def repeat_draws(self, length, state, loc):
        return Draw((length, *self.size))(state, loc)


STATE = StateType()("state")


def test_a_draw_that_depends_on_a_replaced_variable_gets_the_new_axes():
    loc = Scalar("loc")
    draw = Draw()(STATE, loc)[1]
    locs = TensorType("float64", (5, 7))("locs")
    new = vectorize_graph(math.exp(draw), {loc: locs})
    node = new.owner.inputs[0].owner
    assert node.op == Draw((5, 7))
    assert node.inputs[0] is STATE


def test_other_draws_are_shared_unless_independent():
    loc = Scalar("loc")
    draw = Draw()(STATE, constant(0.0))[1]
    locs = TensorType("float64", (5, 7))("locs")
    shared = vectorize_graph(draw + loc, {loc: locs})
    assert draw in set(ancestors([shared]))
    apart = vectorize_graph(draw + loc, {loc: locs}, independent=True)
    draws = [v.owner.op for v in ancestors([apart]) if v.owner and v.owner.op.random]
    assert draws == [Draw((5, 7))]


# -- vectorize -------------------------------------------------------------------------


def test_vectorize_a_function_of_scalars():
    f = vectorize(lambda x, y: x * y + 1)
    found = f(constant([1.0, 2.0]), constant([[3.0], [4.0]]))
    assert found.eval().tolist() == [[4.0, 7.0], [5.0, 9.0]]


def test_vectorize_with_a_signature():
    dot = vectorize(lambda x, y: sum(x * y), "(n),(n)->()")
    a, b = np.arange(6.0).reshape(2, 3), np.arange(3.0)
    np.testing.assert_array_equal(dot(constant(a), constant(b)).eval(), a @ b)


@pytest.mark.parametrize(
    "text, ranks",
    [
        ("(m, n),(n)->(m)", ((2, 1), (1,))),
        ("(),()->()", ((0, 0), (0,))),
        ("(n),()->(n),()", ((1, 0), (1, 0))),
        ("->(n)", ((), (1,))),
    ],
)
def test_signatures(text, ranks):
    assert core_ranks(text) == ranks


def test_a_bad_signature_is_refused():
    with pytest.raises(BatchError, match="no signature"):
        core_ranks("(n)")


def test_wrong_arguments_of_a_vectorized_function():
    inner = vectorize(lambda u, v: sum(u * v), "(n),(n)->()")
    x = Vector("x")
    with pytest.raises(BatchError, match="takes 2 arguments by its signature, not 1"):
        inner(x)
    with pytest.raises(BatchError, match=r"(?s)1 of type Scalar.*missing axis"):
        inner(x, Scalar("s"))
    with pytest.raises(BatchError, match=r"(?s)argument 0 is 3.0.*tg.constant"):
        inner(3.0, x)
    whole = vectorize(lambda u: u * u, "(n)->()")
    with pytest.raises(BatchError, match=r"ranks \[1\], but its signature"):
        whole(x)


def test_several_results_of_a_vectorized_function():
    both = vectorize(lambda u, s: [u * s, sum(u)], "(n),()->(n),()")
    x, s = Matrix("x"), Vector("s")
    product, total = both(x, s)
    a, b = np.arange(6.0).reshape(2, 3), np.array([2.0, -1.0])
    np.testing.assert_array_equal(product.eval({x: a, s: b}), a * b[:, None])
    np.testing.assert_array_equal(total.eval({x: a}), a.sum(1))


def test_lengths_of_one_name_in_a_signature_are_equal():
    x, y = TensorType("float64", (2, 3))("x"), TensorType("float64", (4,))("y")
    product = vectorize(lambda a, b: a * b, "(n),(n)->(n)")
    with pytest.raises(BatchError, match="n is 3, but argument 1 has length 4"):
        vectorize(lambda a, b: sum(a) * sum(b), "(n),(n)->()")(x, y)
    assert product(x, x).type.shape == (2, 3)


def test_wrong_vectorizations():
    s, x = TensorType("float64", ())("s"), TensorType("float64", (None,))("x")

    def same(v):
        return v

    for wrong in (
        lambda: vectorize(3), lambda: vectorize(same, 5)(x),
        lambda: vectorize(same, "(n->()")(x), lambda: vectorize(same, "(n)")(x),
        lambda: vectorize(same, "(n)->()->()")(x), lambda: vectorize(same, "n->n")(x),
        lambda: vectorize(lambda v: 3.0)(x), lambda: vectorize(lambda v: "v")(x),
        lambda: vectorize_graph(3, {s: x}), lambda: vectorize_graph(s, None),
        lambda: vectorize_graph("s", {s: x}), lambda: vectorize_graph(s, {"s": x}),
        lambda: vectorize_graph([s, 2], {s: x}), lambda: vectorize_graph(s, {s: 1.0}),
        lambda: vectorize_graph(x, {x: s}),
    ):  # fmt: skip
        with pytest.raises(BatchError):
            wrong()
    assert vectorize(same, "(),()->(),()") and vectorize(same, "->()")
