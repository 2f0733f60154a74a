"""Bernoulli, by probability and by log-odds, against SciPy and mpmath."""

import mpmath as mp
import numpy as np
from scipy import special, stats

import tensorgraph as tg
from tensorgraph.random import Bernoulli, BernoulliLogit
from tensorgraph.testing.distributions import check_distribution
from tests.random.tails import assert_precise


def test_bernoulli():
    check_distribution(
        Bernoulli,
        scipy=lambda p: stats.bernoulli(p),
        numpy=lambda rng, p, size: (rng.random(size) < p).astype("int64"),
        also=[(0.999,), (1e-3,)],
    )


def test_bernoulli_logit():
    check_distribution(
        BernoulliLogit,
        scipy=lambda logit: stats.bernoulli(special.expit(logit)),
        numpy=lambda rng, logit, size: (rng.random(size) < special.expit(logit)).astype(
            "int64"
        ),
    )


def test_log_odds_of_any_size_are_precise():
    points = [
        (x, logit)
        for x in (0.0, 1.0)
        for logit in (-1e5, -40.0, -1.0, 0.0, 3.0, 40.0, 800.0)
    ]
    assert_precise(
        BernoulliLogit.logp,
        lambda x, logit: -mp.log1p(mp.exp((1 - 2 * x) * logit)),
        points,
    )


def test_certain_outcomes():
    x = tg.random.bernoulli([0.0, 1.0], size=(50, 2), rng=1).eval()
    assert not x[:, 0].any() and x[:, 1].all()
    np.testing.assert_array_equal(Bernoulli.logp([0, 1], [0.0, 1.0]).eval(), [0.0, 0.0])
    assert Bernoulli.logp(1, 0.0).eval() == -np.inf
    assert Bernoulli.entropy(1.0).eval() == 0.0


def test_the_keyword_chooses_the_parameter():
    by_odds = tg.random.bernoulli(logit=0.3, size=20, rng=1)
    by_chance = tg.random.bernoulli(special.expit(0.3), size=20, rng=1)
    assert by_odds.owner.op.distribution is BernoulliLogit
    np.testing.assert_array_equal(by_odds.eval(), by_chance.eval())
