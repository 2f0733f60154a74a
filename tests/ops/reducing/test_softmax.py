"""Sums of exponentials: weights, signs, nothing, and digits near zero."""

import mpmath
import numpy as np
import pytest
import scipy.special

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tensorgraph.testing.gradients import check_gradient
from tests.ops.wrong import says

CASES = [
    ([1.0, 2.0], [1.0, -9.0]), ([1.0, 2.0], [3.0, 0.5]), ([1e4, 1e4], [3.0, -1.0]),
    ([np.inf, 1.0], [0.0, 1.0]), ([np.nan, 1.0], [0.0, 1.0]), ([1.0, 1.0], [1.0, -1.0]),
    ([-np.inf, -np.inf], [1.0, 1.0]), ([np.inf, 2.0], [-1.0, 1.0]), ([0.0], [0.0]),
    ([0.0, -40.0], [2.0, -2.0]),
]  # fmt: skip


@pytest.mark.parametrize(("x", "b"), CASES)
def test_weights_and_signs_are_scipys(x, b):
    with np.errstate(all="ignore"):
        want = scipy.special.logsumexp(x, b=b, return_sign=True)
        plain = scipy.special.logsumexp(x, b=b)
    got = [v.eval() for v in tg.logsumexp(x, b=b, return_sign=True)]
    np.testing.assert_allclose(got, want, rtol=1e-14)
    np.testing.assert_allclose(tg.logsumexp(x, b=b).eval(), plain, rtol=1e-14)


def test_weights_broadcast_and_have_gradients():
    x, b = tg.dvector("x"), tg.dmatrix("b")
    rng = np.random.default_rng(0)
    values = {x: rng.normal(size=3), b: rng.uniform(0.5, 2, (2, 3))}
    y = tg.logsumexp(x, axis=1, b=b)
    want = scipy.special.logsumexp(values[x], axis=1, b=values[b])
    np.testing.assert_allclose(y.eval(values), want, rtol=1e-14)
    check_gradient(y, values, order=2)


def test_the_sum_of_nothing_is_minus_infinity():
    x = tg.dmatrix("x")
    f = tg.function([x], [tg.logsumexp(x, 1), tg.grad(tg.sum(tg.logsumexp(x, 1)), x)])
    value, slope = f(np.zeros((2, 0)))
    np.testing.assert_array_equal(value, [-np.inf, -np.inf])
    assert slope.shape == (2, 0)
    empty = tg.tensor("x", "float64", (0,))
    assert tg.logsumexp(empty).eval({empty: []}) == -np.inf


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_what_is_small_beside_the_largest_is_not_lost(mode):
    x = tg.dvector("x")
    f = tg.function([x], [tg.logsumexp(x), tg.log_softmax(x)], mode=mode)
    for value in ([0.0, -40.0], [-1e-9, -25.0, -60.0], [3e-5, -9.0]):
        with mpmath.workdps(50):
            total = mpmath.log(sum(mpmath.exp(v) for v in value))
            exact = [float(v - total) for v in value]
        got, logs = f(np.array(value))
        np.testing.assert_allclose(got, float(total), rtol=1e-9)
        np.testing.assert_allclose(logs, exact, rtol=1e-9)
    value, logs = f(np.array([1000.0, 960.0]))
    np.testing.assert_allclose(logs[0], -np.exp(-40.0), rtol=1e-14)


def test_integers_and_scalars():
    np.testing.assert_allclose(tg.logsumexp([1, 2]).eval(), np.logaddexp(1, 2))
    assert tg.logsumexp(3.0).eval() == 3.0
    assert tg.softmax(3.0).eval() == 1.0
    assert tg.softmax([1, 1]).eval().tolist() == [0.5, 0.5]
    assert tg.logsumexp(np.ones(2, "float32")).type.dtype == "float32"


def test_wrong_inputs():
    says(ShapeError, lambda: tg.logsumexp([1.0], 1), "axis 1", "logsumexp")
    says(ShapeError, lambda: tg.logsumexp([1.0, 2.0], b=[1.0, 2.0, 3.0]), "2", "3")
    says(ShapeError, lambda: tg.log_softmax([1.0], (0, 0)), "twice")
    with pytest.raises(TypeError, match="keepdims=True by name"):
        tg.logsumexp([1.0, 2.0], 0, True)
