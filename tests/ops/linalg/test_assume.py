"""Declarations: the value, its gradient, batches, and what cannot be declared."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError, ShapeError

a = tg.dmatrix("a")
VALUE = np.array([[2.0, 1.0], [1.0, 3.0]])


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_the_value_is_that_of_the_matrix(mode):
    f = tg.function([a], tg.exp(tg.assume(a, symmetric=True)), mode=mode)
    np.testing.assert_allclose(f(VALUE), np.exp(VALUE), rtol=1e-14)


def test_a_graph_that_is_not_rewritten_computes_it():
    out = tg.assume(a, positive_definite=True, diagonal=False)
    assert str(out.owner.op) == "Assume{definite}"
    np.testing.assert_array_equal(out.eval({a: VALUE}), VALUE)


def test_the_gradient_is_passed_on():
    g = tg.grad(tg.sum(tg.assume(a, symmetric=True) ** 3), a)
    np.testing.assert_allclose(g.eval({a: VALUE}), 3 * VALUE**2)


def test_stacks_are_declared_alike():
    many, inner = tg.dtensor3("many"), tg.assume(a, positive_definite=True)
    out = tg.vectorize_graph(tg.linalg.inv(inner), {a: many})
    stack = np.stack([VALUE, 2 * VALUE])
    found = tg.function([many], out)(stack)
    np.testing.assert_allclose(found, np.linalg.inv(stack), rtol=1e-13)
    assert "Cholesky" in tg.dprint(tg.rewrite_graph(out), file="str")


def test_what_cannot_be_declared_is_refused():
    with pytest.raises(GraphError, match="there is no 'positiv'"):
        tg.assume(a, positiv=True)
    with pytest.raises(ShapeError, match="square"):
        tg.assume(tg.dmatrix("r", shape=(2, 3)), symmetric=True)
    with pytest.raises(ShapeError, match="are 5 rows"):
        tg.assume(tg.dmatrix("q", shape=(4, 4)), blocks=(2, 3))
    assert tg.assume(a, symmetric=False) is a
