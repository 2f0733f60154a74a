"""Bijections: inverse, support, and log-Jacobians against finite differences."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import LogProbError
from tensorgraph.logprob.bijection import bijection_of
from tensorgraph.random.constraint import (
    boolean,
    interval,
    ordered,
    positive,
    real,
    simplex,
)

SUPPORTS = {
    "real": real, "positive": positive, "interval": interval(-1.0, 3.0),
    "above": interval(2.0, np.inf), "below": interval(-np.inf, 2.0),
    "simplex": simplex, "ordered": ordered,
}  # fmt: skip


def forward(bijection, u):
    return np.asarray(tg.as_tensor(bijection.forward(tg.constant(u))).eval())


@pytest.mark.parametrize("name", SUPPORTS)
def test_bijection(name):
    bijection = bijection_of(SUPPORTS[name])
    u = np.random.default_rng(3).normal(size=3)
    x = forward(bijection, u)
    assert len(x) == len(u) + bijection.size_change
    member = SUPPORTS[name].contains(tg.constant(x))
    assert member is None or np.all(member.eval())
    back = tg.as_tensor(bijection.inverse(tg.constant(x))).eval()
    np.testing.assert_allclose(back, u, rtol=1e-9, atol=1e-9)
    jacobian = np.array(
        [
            (forward(bijection, u + h) - forward(bijection, u - h))[: len(u)] / 2e-6
            for h in 1e-6 * np.eye(3)
        ]
    )
    expected = np.log(abs(np.linalg.det(jacobian)))
    stated = 0.0 if bijection.log_jacobian is None else np.sum(
        np.asarray(bijection.log_jacobian(tg.constant(u)).eval())
    )  # fmt: skip
    assert stated == pytest.approx(expected, abs=1e-6)


def test_the_centre_of_the_simplex_is_at_zero():
    np.testing.assert_allclose(
        forward(bijection_of(simplex), np.zeros(3)), np.full(4, 0.25)
    )


def test_discrete_supports_have_no_bijection():
    with pytest.raises(LogProbError, match="discrete"):
        bijection_of(boolean)


def test_bounds_may_be_graphs_of_other_values():
    low = tg.random.normal(0.0, 1.0, name="low")
    x = tg.random.uniform(low, low + 2.0, name="x")
    first, second = tg.unconstrain([low, x])
    assert first.variable is low
    value = second.value.eval({first.u: 5.0, second.u: 0.0})
    assert value == pytest.approx(6.0)
