"""Scan: values, gradients of both orders, closures, batching, unused rows, wrong
inputs.
"""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError, RandomError, ShapeError
from tensorgraph.loops.lower import lower
from tensorgraph.loops.show import show

MODES = ["C", "NUMBA", "PYTHON"]
Z = np.random.default_rng(0).normal(size=6)


def autoregression(z, phi, scale):
    return tg.scan(lambda e, before: phi * before + scale * e, [z], [0.0])


def by_hand(z, phi, scale):
    rows, state = [], 0.0
    for e in z:
        state = phi * state + scale * e
        rows.append(state)
    return np.array(rows)


@pytest.mark.parametrize("mode", MODES)
def test_a_recursion_over_scalars(mode):
    z, phi, scale = tg.dvector("z"), tg.dscalar("phi"), tg.dscalar("scale")
    f = tg.function([z, phi, scale], autoregression(z, phi, scale), mode=mode)
    np.testing.assert_allclose(f(Z, 0.9, 0.3), by_hand(Z, 0.9, 0.3), rtol=1e-14)
    assert f(np.zeros(0), 0.9, 0.3).shape == (0,)


@pytest.mark.parametrize("mode", MODES)
def test_the_gradient_runs_backwards(mode):
    z, phi, scale = tg.dvector("z"), tg.dscalar("phi"), tg.dscalar("scale")
    cost = tg.sum(tg.sqr(autoregression(z, phi, scale)))
    f = tg.function([z, phi, scale], tg.grad(cost, [z, phi, scale]), mode=mode)
    got = f(Z, 0.9, 0.3)

    def value(z, phi, scale):
        return (by_hand(z, phi, scale) ** 2).sum()

    h = 1e-6
    np.testing.assert_allclose(
        got[0],
        [
            (value(Z + e, 0.9, 0.3) - value(Z - e, 0.9, 0.3)) / 2 / h
            for e in h * np.eye(6)
        ],
        rtol=1e-7, atol=1e-8,
    )  # fmt: skip
    assert got[1] == pytest.approx(
        (value(Z, 0.9 + h, 0.3) - value(Z, 0.9 - h, 0.3)) / 2 / h
    )
    assert got[2] == pytest.approx(
        (value(Z, 0.9, 0.3 + h) - value(Z, 0.9, 0.3 - h)) / 2 / h
    )


def test_second_derivatives():
    x = tg.dscalar("x")
    last = tg.scan(lambda a: a * x, [], [tg.constant(1.0)], n_steps=5)[-1]
    second = tg.grad(tg.grad(last, x), x)
    assert tg.function([x], second)(2.0) == pytest.approx(20 * 2.0**3)


@pytest.mark.parametrize("mode", MODES)
def test_carried_arrays_and_rows(mode):
    a, x = tg.dmatrix("a"), tg.dvector("x")
    states, norms = tg.scan(
        lambda s: (tg.tanh(a @ s), tg.sum(s * s)), outputs_info=[x, None], n_steps=4
    )
    f = tg.function([a, x], [states, norms, *tg.grad(tg.sum(norms), [a, x])], mode=mode)
    matrix, start = np.random.default_rng(1).normal(size=(3, 3)), np.ones(3)
    got = f(matrix, start)
    state, expected = start, []
    for _ in range(4):
        expected.append(state @ state)
        state = np.tanh(matrix @ state)
    np.testing.assert_allclose(got[1], expected, rtol=1e-13)
    np.testing.assert_allclose(got[0][-1], state, rtol=1e-13)
    reference = tg.function([a, x], tg.grad(tg.sum(norms), [a, x]), mode="PYTHON")
    for one, other in zip(got[2:], reference(matrix, start), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


def test_two_carried_values_change_together():
    fibonacci, _ = tg.scan(
        lambda a, b: (b, a + b),
        outputs_info=[tg.constant(0), tg.constant(1)],
        n_steps=10,
    )
    np.testing.assert_array_equal(
        tg.function([], fibonacci)(), [1, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    )


def test_scalars_stay_in_registers_and_unused_rows_are_not_stored():
    z, phi = tg.dvector("z"), tg.dscalar("phi")
    last = autoregression(z, phi, tg.exp(phi))[-1]
    text = show(lower([z, phi], [last]).program)
    inside = text[text.index("for t ") :]
    assert "carry" in text and "exp(" not in inside


def test_what_does_not_change_is_computed_outside():
    z, w = tg.dvector("z"), tg.dvector("w")
    rows = tg.scan(lambda e: e * tg.exp(w), [z])
    text = show(lower([z, w], [rows]).program)
    assert text.index("exp(") < text.index("for t ")


def test_going_backwards():
    x = tg.dvector("x")
    got = tg.scan(lambda e, s: s + e, [x], [0.0], go_backwards=True).eval(
        {x: [1.0, 2.0, 4.0]}
    )
    np.testing.assert_array_equal(got, [4.0, 6.0, 7.0])


def test_vectorized_over_sequences_and_parameters():
    z, phi = tg.dvector("z"), tg.dscalar("phi")
    rows = autoregression(z, phi, 1.0)
    many_z, many_phi = tg.dmatrix("many_z"), tg.dvector("many_phi")
    both = tg.vectorize_graph(rows, {z: many_z, phi: many_phi})
    data, values = (
        np.random.default_rng(2).normal(size=(3, 6)),
        np.array([0.1, 0.5, 0.9]),
    )
    got = tg.function([many_z, many_phi], both)(data, values)
    for row, one, p in zip(got, data, values, strict=True):
        np.testing.assert_allclose(row, by_hand(one, p, 1.0), rtol=1e-13)
    only = tg.vectorize_graph(rows, {phi: many_phi}).eval({many_phi: values, z: Z})
    np.testing.assert_allclose(only[2], by_hand(Z, 0.9, 1.0), rtol=1e-13)


def test_wrong_inputs():
    x = tg.dvector("x")
    with pytest.raises(GraphError, match="needs sequences or n_steps"):
        tg.scan(lambda a: a, outputs_info=[0.0])
    with pytest.raises(GraphError, match="2 outputs for 1"):
        tg.scan(lambda e, a: (a, e), [x], [0.0])
    with pytest.raises(ShapeError, match=r"starts as Scalar.*becomes Vector"):
        tg.scan(lambda a: a + x, outputs_info=[0.0], n_steps=3)
    with pytest.raises(ShapeError, match="starts as"):
        tg.scan(lambda a: a + 0.5, outputs_info=[tg.constant(1)], n_steps=3)
    y = tg.dvector("y")
    both = tg.function([x, y], tg.scan(lambda a, b: a + b, [x, y]))
    with pytest.raises(ShapeError, match="lengths 3 and 2 differ"):
        both(np.ones(3), np.ones(2))


def test_draws_inside_the_step_are_refused_and_those_outside_are_not():
    noise = tg.random.normal(0.0, 1.0)
    tg.scan(lambda s: s + noise, outputs_info=[0.0], n_steps=3)
    with pytest.raises(RandomError, match=r"(?s)the same in every step.*test_scan.py"):
        tg.scan(lambda s: s + tg.random.normal(0.0, 1.0), outputs_info=[0.0], n_steps=3)


def test_a_cotangent_whose_length_has_a_name():
    rows, weights = tg.tensor("rows", shape=(2, 3)), tg.tensor("w", shape=("n",))
    states = tg.scan(
        lambda row, state: tg.tanh(state / 2 + row),
        sequences=[rows],
        outputs_info=[tg.zeros(3)],
    )
    values = {rows: np.arange(6.0).reshape(2, 3) / 5, weights: np.arange(3.0)}

    def cost(at):
        return float(tg.dot(states, weights).sum().eval({**values, rows: at}))

    slopes = tg.grad(tg.dot(states, weights).sum(), rows).eval(values)
    for place in np.ndindex(2, 3):
        step = np.zeros((2, 3))
        step[place] = 1e-6
        numeric = (cost(values[rows] + step) - cost(values[rows] - step)) / 2e-6
        np.testing.assert_allclose(slopes[place], numeric, rtol=1e-6, atol=1e-9)
