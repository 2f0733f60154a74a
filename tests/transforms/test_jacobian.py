"""Matrices of derivatives."""

import numpy as np
import pytest

from tensorgraph.errors import DisconnectedError, GradientError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, sum
from tensorgraph.ops.shaping.join import concatenate, stack
from tensorgraph.ops.tensor import TensorType
from tensorgraph.transforms.jacobian import (
    _is_tall,
    hessian,
    hessian_vector_product,
    jacobian,
)

Scalar = TensorType("float64", ())
Vector = TensorType("float64", (None,))


def test_of_a_matrix_by_a_vector():
    "The outer product u v': its derivative by u[k] is v in row k."
    u, v = Vector("u"), Vector("v")
    outer = ExpandDims((1,))(u) * ExpandDims((0,))(v)
    by_u, by_v = jacobian(outer, [u, v])
    a, b = np.array([1.0, 2.0, 3.0]), np.array([5.0, 7.0])
    given = {u: a, v: b}
    np.testing.assert_array_equal(
        by_u.eval(given), np.einsum("ik,j->ijk", np.eye(3), b)
    )
    np.testing.assert_array_equal(
        by_v.eval(given), np.einsum("jk,i->ijk", np.eye(2), a)
    )


def test_of_many_outputs_by_few_inputs_goes_forward():
    "x -> (exp(x), x0 x1): more rows than columns, known at definition."
    x = TensorType("float64", (2,))("x")
    output = concatenate([math.exp(x), (x[0] * x[1])[None]]).reshape((3, 1))
    a, b = 0.5, -1.0
    expected = [[[np.exp(a), 0]], [[0, np.exp(b)]], [[b, a]]]
    found = jacobian(output, x)
    assert found.type.shape == (3, 1, 2)
    np.testing.assert_allclose(found.eval({x: [a, b]}), expected, rtol=1e-15)
    z = TensorType("float64", (1,))("z")
    loose = jacobian(output, z, disconnected="zero")
    assert loose.eval({x: [a, b], z: [1.0]}).tolist() == [[[0]]] * 3


def test_named_lengths_cancel_in_the_choice():
    "Outputs (n, 3) of inputs (n,) have more rows, whatever n; (n,) of (n, 3) fewer."
    x = TensorType("float64", ("n",))("x")
    tall, square = stack([x, x * x, x], 1), x * x
    assert _is_tall(tall, x) and not _is_tall(x, tall)
    assert not _is_tall(square, x) and not _is_tall(Vector(), Scalar())
    assert _is_tall(TensorType("float64", (2, "n", "n"))(), x) is False


def test_both_ways_agree_and_may_be_chosen():
    x, z = Vector("x"), Vector("z")
    y = concatenate([math.sin(x) * x[::-1], x[:1]])
    given = {x: np.array([0.3, 1.0, -2.0]), z: np.ones(2)}
    rows, columns = (jacobian(y, x, by=by).eval(given) for by in ("rows", "columns"))
    np.testing.assert_allclose(rows, columns, rtol=1e-14)
    assert rows.shape == (4, 3)
    assert not jacobian(y, z, disconnected="zero", by="columns").eval(given).any()
    with pytest.raises(GradientError, match="'forward'"):
        jacobian(y, x, by="forward")


def test_hessian_vector_products_of_several_variables():
    x, z, v, w = (Vector(name) for name in "xzvw")
    cost = sum(math.exp(x) * z * z)
    values = {x: [0.1, 0.2], z: [1.0, 2.0], v: [1.0, 0.0], w: [0.5, 1.0]}
    values = {name: np.array(value) for name, value in values.items()}
    e, a, b, c = np.exp(values[x]), values[z], values[v], values[w]
    products = hessian_vector_product(cost, [x, z], [v, w])
    expected = [e * a * a * b + 2 * e * a * c, 2 * e * a * b + 2 * e * c]
    for product, want in zip(products, expected, strict=True):
        np.testing.assert_allclose(product.eval(values), want, rtol=1e-14)
    fixed = hessian_vector_product(cost, x, v, consider_constant=[z])
    np.testing.assert_allclose(fixed.eval(values), e * a * a * b)
    with pytest.raises(GradientError, match="1 tangents for 2"):
        hessian_vector_product(cost, [x, z], [v])
    with pytest.raises(DisconnectedError):
        hessian_vector_product(sum(x), z, v)


def test_by_a_scalar_goes_forward():
    t = Scalar("t")
    curve = stack([math.cos(t), math.sin(t), t * t])
    found = jacobian(curve, t).eval({t: 0.3})
    np.testing.assert_allclose(found, [-np.sin(0.3), np.cos(0.3), 0.6], rtol=1e-15)


def test_of_a_scalar_is_the_gradient():
    x = Vector("x")
    assert jacobian(sum(x * x), x).eval({x: [1.0, 2.0]}).tolist() == [2.0, 4.0]


def test_static_shapes_are_known():
    x = TensorType("float64", (3,))("x")
    assert jacobian(math.exp(x), x).type.shape == (3, 3)


def test_of_what_does_not_depend_on_the_variable():
    x, z = Vector("x"), Vector("z")
    with pytest.raises(DisconnectedError):
        jacobian(x * x, z)
    found = jacobian(x * x, z, disconnected="zero")
    assert found.eval({x: np.ones(3), z: np.ones(2)}).tolist() == [[0, 0]] * 3


def rosenbrock(x):
    "(1 - x0)**2 + 100 (x1 - x0**2)**2"
    mask = TensorType("float64", (2,)).constant(np.array([1.0, 0.0]))
    x0, x1 = sum(x * mask), sum(x * (1 - mask))
    return (1 - x0) * (1 - x0) + 100 * (x1 - x0 * x0) * (x1 - x0 * x0)


def test_hessian():
    x = TensorType("float64", (2,))("x")
    a, b = 0.3, 1.7
    expected = [[2 - 400 * (b - a * a) + 800 * a * a, -400 * a], [-400 * a, 200]]
    found = hessian(rosenbrock(x), x).eval({x: [a, b]})
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    v = TensorType("float64", (2,))("v")
    product = hessian_vector_product(rosenbrock(x), x, v)
    np.testing.assert_allclose(
        product.eval({x: [a, b], v: [1.0, -2.0]}),
        np.array(expected) @ [1, -2],
        rtol=1e-12,
    )


def test_hessian_of_a_linear_cost_is_zero():
    x = Vector("x")
    assert hessian(sum(x), x).eval({x: [1.0, 2.0]}).tolist() == [[0, 0], [0, 0]]
