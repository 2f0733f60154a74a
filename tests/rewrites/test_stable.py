"""Naive formulas: stabilized, they keep the digits that direct evaluation loses."""

import mpmath as mp
import numpy as np
import pytest

import tensorgraph as tg

# name: (naive formula, the truth in mpmath, points where the naive one fails)
NAIVE = {
    "log(1+x)": (lambda x: tg.log(1 + x), mp.log1p, [1e-20, 3e-17, -1e-18]),
    "log(x+1)": (lambda x: tg.log(x + 1.0), mp.log1p, [1e-18]),
    "log(1-x)": (lambda x: tg.log(1 - x), lambda x: mp.log1p(-x), [1e-20]),
    "log(2+x-1)": (lambda x: tg.log((2 + x) - 1), mp.log1p, [1e-19]),
    "exp(x)-1": (lambda x: tg.exp(x) - 1, mp.expm1, [1e-20, -1e-18]),
    "1-exp(x)": (lambda x: 1 - tg.exp(x), lambda x: -mp.expm1(x), [1e-20, -1e-17]),
    "log(1+exp(x))": (
        lambda x: tg.log(1 + tg.exp(x)), lambda x: mp.log1p(mp.exp(x)),
        [-50.0, -700.0, 800.0],
    ),
    "log1p(exp(x))": (
        lambda x: tg.log1p(tg.exp(x)), lambda x: mp.log1p(mp.exp(x)), [800.0]
    ),
    "-log(1+exp(-x))": (
        lambda x: -tg.log(1 + tg.exp(-x)), lambda x: -mp.log1p(mp.exp(-x)),
        [50.0, -800.0],
    ),
    "log(sigmoid(x))": (
        lambda x: tg.log(tg.sigmoid(x)), lambda x: -mp.log1p(mp.exp(-x)),
        [50.0, -800.0],
    ),
    "log(1-sigmoid(x))": (
        lambda x: tg.log(1 - tg.sigmoid(x)), lambda x: -mp.log1p(mp.exp(x)),
        [-50.0, 40.0, 800.0],
    ),
    "log(1/(1+exp(-x)))": (
        lambda x: tg.log(1 / (1 + tg.exp(-x))), lambda x: -mp.log1p(mp.exp(-x)),
        [50.0, -800.0],
    ),
    "log(1-1/(1+exp(-x)))": (
        lambda x: tg.log(1 - 1 / (1 + tg.exp(-x))), lambda x: -mp.log1p(mp.exp(x)),
        [40.0, 800.0],
    ),
    "1-sigmoid(x)": (
        lambda x: 1 - tg.sigmoid(x), lambda x: 1 / (1 + mp.exp(x)), [40.0, 100.0]
    ),
    "1-1/(1+exp(-x))": (
        lambda x: 1 - 1 / (1 + tg.exp(-x)), lambda x: 1 / (1 + mp.exp(x)), [50.0]
    ),
    "1/(1+exp(x))": (
        lambda x: 1 / (1 + tg.exp(x)), lambda x: 1 / (1 + mp.exp(x)), [700.0, -700.0]
    ),
    "exp(x)/(1+exp(x))": (
        lambda x: tg.exp(x) / (1 + tg.exp(x)), lambda x: 1 / (1 + mp.exp(-x)),
        [800.0, -100.0],
    ),
    "exp(x)/(exp(x)+1)": (
        lambda x: tg.exp(x) / (tg.exp(x) + 1), lambda x: 1 / (1 + mp.exp(-x)), [800.0]
    ),
    "softplus(x)-x": (
        lambda x: tg.softplus(x) - x, lambda x: mp.log1p(mp.exp(-x)), [60.0, 300.0]
    ),
    "1-erf(x)": (lambda x: 1 - tg.erf(x), mp.erfc, [6.0, 20.0]),
    "1-erfc(x)": (lambda x: 1 - tg.erfc(x), mp.erf, [1e-20]),
    "log(exp(x))": (lambda x: tg.log(tg.exp(x)), lambda x: x, [800.0, -800.0, 1e-20]),
    "log1p(expm1(x))": (lambda x: tg.log1p(tg.expm1(x)), lambda x: x, [800.0]),
    "log(x**2)": (
        lambda x: tg.log(x**2), lambda x: 2 * mp.log(abs(x)), [1e-200, -1e200]
    ),
    "log(x*x)": (lambda x: tg.log(x * x), lambda x: 2 * mp.log(abs(x)), [-1e-180]),
    "log(sqrt(x))": (lambda x: tg.log(tg.sqrt(x)), lambda x: mp.log(x) / 2, [1e300]),
    "log(3*x**2)": (
        lambda x: tg.log(3 * x**2), lambda x: mp.log(3 * x * x), [1e200, 1e-170]
    ),
    "log(exp(x)/7)": (
        lambda x: tg.log(tg.exp(x) / 7), lambda x: x - mp.log(7), [900.0, -900.0]
    ),
    "log(1/x)": (lambda x: tg.log(1 / x), lambda x: -mp.log(x), [1e-310]),
    "sqrt(x**2)": (lambda x: tg.sqrt(x**2), abs, [1e200, -1e-200]),
    "1/exp(x)": (lambda x: 1 / tg.exp(x), lambda x: mp.exp(-x), [-709.0]),
    "log(1/exp(x))": (lambda x: tg.log(1 / tg.exp(x)), lambda x: -x, [800.0]),
    "exp(log1p(x))-1": (lambda x: tg.exp(tg.log1p(x)) - 1, lambda x: x, [1e-20]),
    "expm1(log1p(x))": (lambda x: tg.expm1(tg.log1p(x)), lambda x: x, [3e-300]),
}  # fmt: skip


@pytest.mark.parametrize("name", NAIVE)
def test_a_naive_formula_is_accurate(name):
    formula, truth, points = NAIVE[name]
    x = tg.dscalar("x")
    stable = tg.rewrite_graph(formula(x), include=("canonicalize", "stabilize"))
    for point in points:
        with mp.workdps(400):
            true = float(truth(mp.mpf(point)))
        assert stable.eval({x: point}) == pytest.approx(true, rel=1e-14, abs=0)


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_log_sum_exp(axis):
    x = tg.tensor("x", shape=(2, 3))
    values = np.array([[1000.0, 1000.0, -np.inf], [-2000.0, -2001.0, -2003.0]])
    stable = tg.rewrite_graph(tg.log(tg.sum(tg.exp(x), axis=axis)))
    expected = np.logaddexp.reduce(values, axis=axis)
    np.testing.assert_allclose(stable.eval({x: values}), expected, rtol=1e-14)


def test_gradients_of_stable_forms_are_finite():
    x = tg.dvector("x")
    loss = tg.sum(tg.log(1 + tg.exp(x)) - tg.log(1 - tg.sigmoid(x)))
    gradient = tg.grad(tg.rewrite_graph(loss, ("canonicalize", "stabilize")), x)
    found = tg.rewrite_graph(gradient).eval({x: [-800.0, 0.0, 800.0]})
    assert found.tolist() == [0.0, 1.0, 2.0]


def test_the_loss_of_a_logistic_regression_needs_no_sigmoid():
    x, y = tg.dvector("x"), tg.dvector("y", shape=(None,))
    p = tg.sigmoid(x)
    loss = -(y * tg.log(p) + (1 - y) * tg.log(1 - p)).mean()
    text = tg.dprint(tg.rewrite_graph(loss), file="str")
    assert "Sigmoid" not in text and "Log" not in text and text.count("Softplus [") == 2
