"""Roots and minima inside a graph, against SciPy, and their implicit derivatives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

import tensorgraph as tg
from tensorgraph.errors import GradientError, ShapeError

MODES = ("C", "NUMBA", "PYTHON")


@pytest.mark.parametrize("mode", MODES)
def test_the_root_of_a_scalar_equation_and_its_derivatives(mode):
    x, a = tg.dscalars("x a")
    solution, found = tg.optimize.root(tg.exp(x) + x - a, x)
    slope = tg.grad(solution, a)
    outputs = [solution, found, slope, tg.grad(slope, a)]
    value, worked, first, second = tg.function([x, a], outputs, mode=mode)(-3.0, 5.0)
    root = optimize.brentq(lambda v: np.exp(v) + v - 5.0, 0, 5, xtol=1e-15)
    assert worked and value == pytest.approx(root, rel=1e-14)
    growth = 1 / (np.exp(root) + 1)
    assert first == pytest.approx(growth, rel=1e-13)
    assert second == pytest.approx(-np.exp(root) * growth**3, rel=1e-11)


def test_a_system_of_equations_from_a_poor_start():
    x, p = tg.dvectors("x p")
    equations = tg.stack([x[0] ** 2 + x[1] ** 2 - p[0], x[0] * x[1] - p[1]])
    solution, found = tg.optimize.root(equations, x)
    f = tg.function([x, p], [solution, found, tg.jacobian(solution, p, by="rows")])
    value, worked, slopes = f([3.0, 0.2], [5.0, 2.0])
    np.testing.assert_allclose(value, [2.0, 1.0], rtol=1e-13)
    jacobian = np.array([[4.0, 2.0], [1.0, 2.0]])
    assert worked
    np.testing.assert_allclose(slopes, np.linalg.inv(jacobian), rtol=1e-12)


def test_the_minimum_of_rosenbrocks_function_and_how_it_moves():
    x, a = tg.dvector("x"), tg.dscalar("a")
    objective = (a - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2
    solution, found = tg.optimize.minimize(objective, x)
    f = tg.function([x, a], [solution, found, tg.grad(solution[1], a)])
    value, worked, slope = f([-1.2, 1.0], 1.5)
    assert worked
    np.testing.assert_allclose(value, [1.5, 2.25], rtol=1e-10)
    assert slope == pytest.approx(3.0, rel=1e-10)


def test_the_most_likely_parameters_of_a_logistic_regression():
    rng = np.random.default_rng(0)
    design, y = rng.normal(size=(60, 3)), rng.integers(0, 2, 60)
    b = tg.dvector("b")
    logits = design @ b
    loss = tg.sum(tg.softplus(logits) - y * logits) + 0.05 * tg.sum(b**2)
    solution, found = tg.optimize.minimize(loss, b)
    value, worked = tg.function([b], [solution, found])(np.zeros(3))
    expected = optimize.minimize(
        lambda v: np.sum(np.logaddexp(0, design @ v) - y * (design @ v)) + 0.05 * v @ v,
        np.zeros(3), tol=1e-12,
    ).x  # fmt: skip
    assert worked
    np.testing.assert_allclose(value, expected, rtol=1e-6)


def test_where_there_is_no_root_the_flag_says_so():
    x = tg.dscalar("x")
    _, found = tg.optimize.root(x**2 + 1, x, maxiter=20)
    assert not found.eval({x: 0.5})
    _, short = tg.optimize.root(tg.exp(x) - 5, x, maxiter=1)
    assert not short.eval({x: 0.0})


def test_what_is_no_problem_is_refused():
    x, y, m = tg.dvector("x"), tg.dscalar("y"), tg.dmatrix("m")
    with pytest.raises(ShapeError, match="as many equations"):
        tg.optimize.root(y**2, x)
    with pytest.raises(ShapeError, match="a scalar objective"):
        tg.optimize.minimize(x**2, x)
    with pytest.raises(ShapeError, match="a scalar or a vector of variables"):
        tg.optimize.minimize(tg.sum(m), m)
    with pytest.raises(GradientError, match="changes a variable of the graph"):
        tg.optimize.minimize(y**2, 2.0)
    with pytest.raises(ShapeError, match="at least 1, not -1"):
        tg.optimize.root(y**2, y, maxiter=-1)
    with pytest.raises(GradientError, match="does not depend on"):
        tg.optimize.root(y**2, tg.dscalar("z"))
