"""Dirichlet against SciPy and NumPy."""

import numpy as np
import pytest
from scipy import stats

import tensorgraph as tg
from tensorgraph.random import Dirichlet
from tensorgraph.testing.distributions import check_distribution


class Oracle:
    """SciPy's Dirichlet with events along the last axis."""

    def __init__(self, alpha):
        self.frozen = stats.dirichlet(alpha)
        self.mean, self.var, self.entropy = (
            self.frozen.mean,
            self.frozen.var,
            self.frozen.entropy,
        )

    def logpdf(self, x):
        return self.frozen.logpdf(x.T)


def test_dirichlet():
    check_distribution(
        Dirichlet,
        scipy=Oracle,
        numpy=lambda rng, alpha, size: rng.dirichlet(alpha, size),
        also=[([100.0, 1.0, 30.0],)],
    )


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
@pytest.mark.parametrize(
    "alpha", [[0.01, 0.05, 0.002], [0.09], [0.05, 0.2], [3.0], [0.1, 0.1], []]
)
def test_small_concentrations_break_a_stick_as_numpy_does(alpha, mode):
    x = tg.random.dirichlet(np.array(alpha), size=4, rng=1)
    expected = np.random.default_rng(1).dirichlet(alpha, size=4)
    np.testing.assert_array_equal(tg.function([], x, mode=mode)(), expected)


def test_rows_of_concentrations_choose_their_own_way():
    alpha = np.array([[0.01, 0.02], [1.0, 2.0], [0.05, 5.0]])
    rng = np.random.default_rng(1)
    expected = [[rng.dirichlet(a) for a in alpha] for _ in range(2)]
    x = tg.random.dirichlet(alpha, size=(2, 3), rng=1)
    np.testing.assert_array_equal(x.eval(), expected)
    np.testing.assert_array_equal(tg.function([], x)(), expected)


def test_an_element_of_zero_is_in_the_support():
    assert np.isfinite(Dirichlet.logp([0.0, 0.25, 0.75], [1.0, 2.0, 2.0]).eval())
    assert Dirichlet.logp([0.0, 0.25, 0.75], [2.0, 2.0, 2.0]).eval() == -np.inf
