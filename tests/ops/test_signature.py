"""Ops with a signature: rules for core arrays hold for stacks that broadcast."""

from dataclasses import dataclass

import numpy as np
import pytest

from tensorgraph.errors import ShapeError
from tensorgraph.ops.broadcast import ExpandDims
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example
from tensorgraph.testing.ops import check_op


@dataclass(frozen=True)
class MatVec(SignatureOp):
    """A matrix times a vector, and the sum of the matrix."""

    signature = "(m,n),(n)->(m),()"

    def infer(self, a, x):
        return [x.type.with_shape(a.type.shape[:1]), x.type.with_shape(())]

    def evaluate(self, xp, a, x):
        stack = np.broadcast_shapes(a.shape[:-2], x.shape[:-1])
        total = np.broadcast_to(np.sum(a, (-2, -1)), stack)
        return np.einsum("...mn,...n->...m", a, x), total

    def pullback(self, a, x, y, total, g, h):
        by_a, by_x = None, None
        if g is not None:
            by_a = ExpandDims((1,))(g) * ExpandDims((0,))(x)
            by_x = MatVec()(a.mT, g)[0]
        if h is not None:
            spread = h * a.ones_like()
            by_a = spread if by_a is None else by_a + spread
        return by_a, by_x


def tensor(name, *shape):
    return TensorType("float64", shape)(name)


STACKS = [
    ((), ()),
    ((4,), (4,)),
    ((4,), ()),
    ((), (4,)),
    ((5, 1), (4,)),
    ((1, 4), (5, 1)),
]


@pytest.mark.parametrize("left, right", STACKS)
@pytest.mark.parametrize("used", [[0], [1], [0, 1]])
def test_stacks_broadcast_with_gradients_and_batches(left, right, used):
    rng = np.random.default_rng(0)
    a = tensor("a", *(1 if n == 1 else None for n in left), None, 3)
    x = tensor("x", *(1 if n == 1 else None for n in right), 3)
    values = {a: rng.normal(size=(*left, 2, 3)), x: rng.normal(size=(*right, 3))}
    product = np.einsum("...mn,...n->...m", *values.values())
    total = np.broadcast_to(values[a].sum((-2, -1)), product.shape[:-1])
    outputs = MatVec()(a, x)
    expected = [product, total]
    some = Example(values, [outputs[i] for i in used], [expected[i] for i in used])
    check_op(some, modes=["PYTHON"])


def test_static_lengths_of_stacks_are_known():
    y, total = MatVec()(tensor("a", "s", 1, 2, 3), tensor("x", 5, 3))
    assert y.type.shape == ("s", 5, 2)
    assert total.type.shape == ("s", 5)


def test_an_operand_of_too_low_rank_is_refused():
    with pytest.raises(ShapeError, match=r"a of type Vector.* has rank 1, less than 2"):
        MatVec()(tensor("a", 3), tensor("x", 3))


def test_stacks_that_do_not_broadcast_are_refused():
    with pytest.raises(ShapeError, match="lengths 4 and 5"):
        MatVec()(tensor("a", 4, 2, 3), tensor("x", 5, 3))
