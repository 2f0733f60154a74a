"""Every op that has a derivative, against finite differences; registries, not lists."""

import numpy as np
import pytest

from tensorgraph.errors import GradientError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.ops import math
from tensorgraph.ops.elementwise import ELEMENTWISE, Elementwise
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorType, constant
from tensorgraph.testing import examples  # noqa: F401  fills EXAMPLES
from tensorgraph.testing.elementwise import operands, takes
from tensorgraph.testing.example import EXAMPLES, make_example
from tensorgraph.testing.gradients import check_gradient
from tensorgraph.transforms.grad import grad, pullback

SHAPES = [((), (), ()), ((3,), (3,), (3,)), ((2, 1), (3,), ()), ((1,), (2, 3), (2, 1))]


def has_derivative(op):
    return bool(op.derivatives or op.pull)


DIFFERENTIABLE = [op for op in ELEMENTWISE.values() if has_derivative(op)]
OTHERS = [op for op in ELEMENTWISE.values() if not has_derivative(op)]


def named(ops):
    return {"argvalues": ops, "ids": [op.name for op in ops]}


@pytest.mark.parametrize("op", **named(DIFFERENTIABLE))
def test_elementwise_gradient_is_the_finite_difference(op: Elementwise):
    rng = np.random.default_rng(len(op.name))
    for shapes in SHAPES:
        values = operands(op, shapes, "float64", rng)
        check_gradient(op(*values), values, order=known_order(op, values))


def known_order(op, values):
    "2, or 1 where the derivative is made of functions without one."
    y, wrt = op(*values), [x for x in values if x.type.differentiable]
    first = pullback(y, wrt, y.ones_like(), disconnected="zero")
    try:
        pullback(first, wrt, [g.ones_like() for g in first], disconnected="zero")
    except GradientError as error:
        assert "has no derivative" in str(error)
        return 1
    return 2


OF_COMPLEX = [op for op in DIFFERENTIABLE if takes(op, "complex128")]


@pytest.mark.parametrize("op", **named(OF_COMPLEX))
def test_elementwise_gradient_of_complex_numbers(op: Elementwise):
    "Real and imaginary parts move; see the convention in `ops.parts`."
    rng = np.random.default_rng(len(op.name))
    for shapes in SHAPES[::2]:
        values = operands(op, shapes, "complex128", rng)
        check_gradient(op(*values), values, order=2, step=5e-4)


@pytest.mark.parametrize("op", **named(DIFFERENTIABLE))
def test_elementwise_gradient_of_halves(op: Elementwise):
    "Gradients keep the dtype and agree with those in float64, to a few digits."
    if not takes(op, "float16"):
        pytest.skip("no float16")
    half = operands(op, SHAPES[0], "float16", np.random.default_rng(3))
    double = {
        TensorType("float64", ())() if x.type.differentiable else x: value
        for x, value in half.items()
    }
    for got, want in zip(gradients(op, half), gradients(op, double), strict=True):
        assert got.dtype == "float16"
        np.testing.assert_allclose(got, want, rtol=5e-2, atol=2e-2)


@pytest.mark.parametrize("op", **named(DIFFERENTIABLE))
def test_elementwise_gradient_in_float32(op: Elementwise):
    "Gradients keep the dtype and agree with those in float64 at the same values."
    rng = np.random.default_rng(len(op.name))
    single = operands(op, SHAPES[2], "float32", rng)
    double = {
        TensorType("float64", x.type.shape)() if x.type.differentiable else x: value
        for x, value in single.items()
    }
    assert op(*single).type.dtype in ("float32", "complex64")
    for got, want in zip(gradients(op, single), gradients(op, double), strict=True):
        assert got.dtype == "float32"
        np.testing.assert_allclose(got, want, rtol=2e-5, atol=1e-6)


def gradients(op, values):
    y = op(*values)
    wrt = [x for x in values if x.type.differentiable]
    pulled = pullback(y, wrt, y.ones_like(), disconnected="zero")
    arrays = {x: x.type.convert(value) for x, value in values.items()}
    return evaluate(pulled, arrays, numpy_namespace)


@pytest.mark.parametrize("op", **named(OTHERS))
def test_elementwise_without_derivative_is_flat_or_says_so(op: Elementwise):
    "A float result without a derivative is an error; a bool or an integer gives zeros."
    values = operands(op, [(2,)] * 3, "float64", np.random.default_rng(0))
    y = op(*values)
    if y.type.differentiable:
        with pytest.raises(GradientError, match=f"{op.name} has no derivative"):
            pullback(y, list(values), y)
    else:
        cost = math.where(y.astype("bool"), *map(constant, (1.0, 2.0))).sum()
        wrt = [x for x in values if x.type.differentiable]
        for g, x in zip(grad(cost, wrt), wrt, strict=True):
            assert not g.eval({v: np.ones(2) for v in values}).any(), x


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_gradient_is_the_finite_difference(name: str):
    example = make_example(name)
    if not example.gradient:
        pytest.skip("not smooth, or of integers")
    check_gradient(example.output_list, example.values, order=example.order)
