"""Naive formulas: stabilized, they keep the digits that direct evaluation loses."""

import mpmath as mp
import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.trace import formula
from tensorgraph.ops.namespace import numpy_namespace
from tests.rewrites.naive_distributions import SLOPES_LOST, THEMES

STABLE = ("canonicalize", "stabilize")
DIGITS, TINY, ACCURATE, HALF = 450, 2.3e-308, 1e-12, 1e-8

TABLE = {name: row for theme in THEMES.values() for name, row in theme.items()}
CASES = [(name, point) for name, (_, _, points) in TABLE.items() for point in points]


class Case:
    """A formula at a point: its graph, the values of its inputs, the truth."""

    def __init__(self, name, point):
        naive, self.truth, _ = TABLE[name]
        self.point = point if isinstance(point, tuple) else (point,)
        self.inputs = [
            tg.dvector("x", shape=len(v)) if isinstance(v, list) else tg.dscalar("x")
            for v in self.point
        ]
        self.values = dict(zip(self.inputs, map(np.asarray, self.point), strict=True))
        self.naive = naive(*self.inputs)
        self.stable = tg.rewrite_graph(self.naive, include=STABLE)

    def evaluate(self, *graphs):
        """The graphs as NumPy computes them, in one array."""
        with np.errstate(all="ignore"):
            found = evaluate(graphs, self.values, numpy_namespace)
        return np.concatenate([np.ravel(x) for x in found])

    def true(self, *numbers):
        """The truth where the elements of all inputs are these numbers, as a list."""
        given = iter(numbers)
        args = [
            [next(given) for _ in v] if isinstance(v, list) else next(given)
            for v in self.point
        ]
        single = len(args) == 1 and isinstance(args[0], list)
        found = self.truth(*args[0]) if single else self.truth(*args)
        return found if isinstance(found, list) else [found]

    def numbers(self):
        """The elements of all inputs."""
        return [mp.mpf(float(x)) for v in self.point for x in np.ravel(v)]

    def slopes(self):
        """The derivatives of the first output by each number."""
        at = self.numbers()
        for k, x in enumerate(at):
            step = mp.mpf(10) ** -100 * max(abs(x), mp.mpf(10) ** -250)
            yield mp.diff(lambda t, k=k: self.true(*at[:k], t, *at[k + 1 :])[0], x,
                          h=step)  # fmt: skip


def worst(found, truth):
    """The largest relative error; what is below the smallest number counts as zero."""
    errors = [0.0]
    for x, true in zip(found, truth, strict=True):
        if not np.isfinite(x):
            return np.inf
        if abs(true) < TINY:
            errors.append(0.0 if abs(x) < TINY else 1.0)
        else:
            errors.append(float(abs(mp.mpf(float(x)) - true) / abs(true)))
    return max(errors)


@pytest.mark.parametrize(("name", "point"), CASES)
def test_a_naive_formula_is_accurate(name, point):
    case = Case(name, point)
    with mp.workdps(DIGITS):
        truth = case.true(*case.numbers())
    assert worst(case.evaluate(case.naive), truth) > HALF
    assert worst(case.evaluate(case.stable), truth) < ACCURATE


@pytest.mark.parametrize(("name", "point"), CASES)
def test_the_gradient_of_a_stable_formula_is_accurate(name, point):
    if name in SLOPES_LOST:
        pytest.skip("its derivative cancels")
    case = Case(name, point)
    first = case.stable[0] if case.stable.type.ndim else case.stable
    gradients = tg.rewrite_graph(tg.grad(first, case.inputs), include=STABLE)
    with mp.workdps(DIGITS):
        assert worst(case.evaluate(*gradients), list(case.slopes())) < ACCURATE


def test_the_table_has_a_hundred_formulas():
    assert len(TABLE) == sum(map(len, THEMES.values())) >= 100


@pytest.mark.parametrize("name", TABLE)
def test_a_stable_formula_stays_what_it_is(name):
    stable = Case(name, TABLE[name][2][0]).stable
    again = tg.rewrite_graph(stable, include=STABLE)
    assert formula(again, 12) == formula(stable, 12)


@pytest.mark.parametrize("axis", [None, 0, 1])
def test_log_sum_exp(axis):
    x = tg.tensor("x", shape=(2, 3))
    values = np.array([[1000.0, 1000.0, -np.inf], [-2000.0, -2001.0, -2003.0]])
    stable = tg.rewrite_graph(tg.log(tg.sum(tg.exp(x), axis=axis)))
    expected = np.logaddexp.reduce(values, axis=axis)
    np.testing.assert_allclose(stable.eval({x: values}), expected, rtol=1e-14)


@pytest.mark.parametrize("keepdims", [False, True])
def test_softmax_by_hand_over_an_axis(keepdims):
    x = tg.tensor("x", shape=(None, 3))
    values = np.array([[1000.0, 1001.0, -5.0], [-2000.0, -2001.0, -2003.0]])
    total = tg.exp(x).sum(axis=1, keepdims=keepdims)
    shares = tg.exp(x) / (total if keepdims else total[:, None])
    expected = np.exp(values - np.logaddexp.reduce(values, axis=1)[:, None])
    for y, wanted in ((shares, expected), (tg.log(shares), np.log(expected[:, :2]))):
        found = tg.rewrite_graph(y).eval({x: values})[:, : wanted.shape[1]]
        good = np.isfinite(wanted)
        np.testing.assert_allclose(found[good], wanted[good], rtol=1e-13)


def test_gradients_of_naive_forms_are_stable_too():
    x = tg.dvector("x")
    loss = tg.log(tg.exp(x).sum()) + tg.log(1 + tg.exp(x)).sum()
    found = tg.function([x], tg.grad(loss, x))([1000.0, 0.0, -1000.0])
    np.testing.assert_allclose(found, [2.0, 0.5, 0.0], rtol=1e-15)


def test_gradients_of_stable_forms_are_finite():
    x = tg.dvector("x")
    loss = tg.sum(tg.log(1 + tg.exp(x)) - tg.log(1 - tg.sigmoid(x)))
    gradient = tg.grad(tg.rewrite_graph(loss, STABLE), x)
    found = tg.rewrite_graph(gradient).eval({x: [-800.0, 0.0, 800.0]})
    assert found.tolist() == [0.0, 1.0, 2.0]


def test_the_loss_of_a_logistic_regression_needs_no_sigmoid():
    x, y = tg.dvector("x"), tg.dvector("y", shape=(None,))
    p = tg.sigmoid(x)
    loss = -(y * tg.log(p) + (1 - y) * tg.log(1 - p)).mean()
    text = tg.dprint(tg.rewrite_graph(loss), file="str")
    assert "Sigmoid" not in text and "Log" not in text and text.count("Softplus [") == 2


def test_nested_sums_of_exponentials_are_each_shifted():
    x = tg.tensor("x", shape=(2, 3))
    values = np.array([[1000.0, 1001.0, 999.0], [-2000.0, -2001.0, -2003.0]])
    rows = tg.log(tg.exp(x).sum(axis=1))
    shares = tg.log(tg.exp(x - rows[:, None]).sum(axis=0))
    found = tg.rewrite_graph([tg.log(tg.exp(rows).sum()), shares], STABLE)
    inner = np.logaddexp.reduce(values, axis=1)
    expected = np.logaddexp.reduce(values - inner[:, None], axis=0)
    assert found[0].eval({x: values}) == pytest.approx(np.logaddexp.reduce(inner))
    np.testing.assert_allclose(found[1].eval({x: values}), expected, rtol=1e-11)


def test_the_largest_of_another_axis_is_no_shift():
    x = tg.tensor("x", shape=(2, 3))
    values = np.array([[1000.0, 1.0, 2.0], [-2000.0, -2001.0, -2003.0]])
    y = x - tg.max(x, axis=1, keepdims=True)
    exact = values - values.max(axis=1, keepdims=True)
    expected = exact - np.logaddexp.reduce(exact, axis=0)
    found = tg.rewrite_graph(tg.log(tg.exp(y) / tg.exp(y).sum(axis=0)), STABLE)
    np.testing.assert_allclose(found.eval({x: values}), expected, rtol=1e-13)


def test_a_mixture_of_mixtures():
    a, b, c, p = tg.dscalars("a b c p")
    inner = tg.log(p * tg.exp(a) + (1 - p) * tg.exp(b))
    outer = tg.log(p * tg.exp(inner) + (1 - p) * tg.exp(c))
    found = tg.rewrite_graph(outer, STABLE).eval({a: 900, b: 901, c: 902, p: 0.25})
    logs = np.log(0.25), np.log(0.75)
    expected = np.logaddexp(logs[0] + 900, logs[1] + 901)
    expected = np.logaddexp(logs[0] + expected, logs[1] + 902)
    assert found == pytest.approx(expected, rel=1e-14)


def test_a_step_of_a_hidden_markov_model():
    x, w = tg.dvector("x", shape=2), tg.tensor("w", shape=(2, 3))
    values = np.array([-2000.0, -2003.0]), np.array([[0.5, 0.2, 0.3], [0.1, 0.2, 0.7]])
    expected = np.logaddexp.reduce(values[0][:, None] + np.log(values[1]), axis=0)
    found = tg.rewrite_graph(tg.log(tg.exp(x) @ w), STABLE)
    found = found.eval(dict(zip((x, w), values, strict=True)))
    np.testing.assert_allclose(found, expected, rtol=1e-14)
