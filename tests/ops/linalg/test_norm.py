"""Norms at zero, at infinity and of nothing, and the condition number."""

import numpy as np
import pytest

import tensorgraph as tg

la = tg.linalg
ORDERS = [None, 0, 1, 2, 3, 0.5, -1, -2, np.inf, -np.inf]


@pytest.mark.parametrize("order", ORDERS)
def test_vectors(order):
    for value in ([3.0, -4.0], [0.0, 2.0], [0.0, 0.0], [np.inf, 1.0], [1e-170, 0.0]):
        with np.errstate(divide="ignore", over="ignore"):
            expected = np.linalg.norm(value, order)
        found = la.norm(tg.constant(value), order).eval()
        np.testing.assert_allclose(found, expected, err_msg=str(value))


@pytest.mark.parametrize("order", [1, 2, 3, 1.5, np.inf])
def test_the_gradient_at_zero_is_finite(order):
    x = tg.dvector("x")
    slope = tg.grad(la.norm(x, order), x)
    assert (slope.eval({x: np.zeros(3)}) == 0).all()
    assert np.isfinite(slope.eval({x: np.array([0.0, -2.0])})).all()


def test_of_no_elements():
    x = tg.dmatrix("x")
    empty = np.zeros((0, 3))
    for order in (None, "fro", 1, 2, "nuc", np.inf):
        assert la.norm(x, order).eval({x: empty}) == 0
    np.testing.assert_array_equal(la.vector_norm(x, axis=0).eval({x: empty}), [0, 0, 0])


def test_axes_as_numpy_has_them():
    value = np.random.default_rng(0).normal(size=(2, 3, 4))
    x = tg.constant(value)
    for axis in (0, -1, (0, 1), (2, 0), [1, 2]):
        for keepdims in (False, True):
            for order in (None, 1, -np.inf):
                where = tuple(axis) if isinstance(axis, list) else axis
                expected = np.linalg.norm(value, order, where, keepdims)
                found = la.norm(x, order, axis, keepdims).eval()
                np.testing.assert_allclose(found, expected)
    assert la.norm(2.0).eval() == 2.0
    np.testing.assert_allclose(la.norm(x).eval(), np.linalg.norm(value))


def test_condition_numbers():
    value = np.random.default_rng(0).normal(size=(3, 2))
    for p in (None, 2, -2):
        found = la.cond(tg.constant(value), p).eval()
        np.testing.assert_allclose(found, np.linalg.cond(value, p))
    singular = tg.constant([[1.0, 0.0], [0.0, 0.0]])
    assert la.cond(singular).eval() == np.inf
    assert la.cond(singular, -2).eval() == 0


def test_ranks():
    value = np.diag([1.0, 1e-5, 0.0])
    for tol in (None, 1e-3, 2.0):
        expected = np.linalg.matrix_rank(value, tol)
        assert la.matrix_rank(tg.constant(value), tol).eval() == expected
    assert la.matrix_rank(tg.constant(value), rtol=1e-3).eval() == 1
    assert la.matrix_rank(tg.constant(value.astype("float32"))).eval() == 2
    assert la.matrix_rank([0.0, 0.0]).eval() == 0
    assert la.matrix_rank([0.0, 2.0]).eval() == 1
