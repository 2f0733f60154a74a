"""Densities of variables and of what is derived from them, against SciPy and
simulation.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import tensorgraph as tg
from tensorgraph.errors import LogProbError, ShapeError

VALUES = np.array([-1.3, 0.2, 0.7, 2.5])


def value(graph):
    return np.asarray(graph.eval())


def test_a_draw_has_its_distributions_density():
    x = tg.random.normal(1.0, 2.0, size=4)
    np.testing.assert_allclose(
        value(tg.logp(x, VALUES)), stats.norm(1, 2).logpdf(VALUES)
    )


def test_outside_the_support_the_density_is_zero():
    x = tg.random.exponential(1.0, size=4)
    expected = stats.expon().logpdf(VALUES)
    np.testing.assert_allclose(value(tg.logp(x, VALUES)), expected)


@pytest.mark.parametrize(
    ("function", "reference"),
    [
        (tg.exp, stats.lognorm(0.5, scale=np.exp(0.3))),
        (lambda x: 2.0 - 3.0 * x, stats.norm(2 - 0.9, 1.5)),
        (lambda x: x / 4.0 + 1.0, stats.norm(1 + 0.075, 0.125)),
        (lambda x: -x, stats.norm(-0.3, 0.5)),
        (lambda x: tg.exp(1.0 + 2.0 * x), stats.lognorm(1.0, scale=np.exp(1.6))),
    ],
    ids=["exp", "affine", "scaled", "neg", "exp of affine"],
)
def test_monotone_functions_of_a_normal(function, reference):
    y = function(tg.random.normal(0.3, 0.5, size=4))
    np.testing.assert_allclose(
        value(tg.logp(y, VALUES)), reference.logpdf(VALUES), rtol=1e-12
    )


def test_log_of_an_exponential():
    y = tg.log(tg.random.exponential(1.0, size=4))
    np.testing.assert_allclose(
        value(tg.logp(y, VALUES)), VALUES - np.exp(VALUES), rtol=1e-12
    )


def test_log_of_a_normal_is_refused_with_the_reason():
    with pytest.raises(LogProbError, match="not defined on the whole support"):
        tg.logp(tg.log(tg.random.normal(0.0, 1.0)), 0.5)


@pytest.mark.parametrize(
    "spelling",
    [tg.sigmoid, lambda x: 1 / (1 + tg.exp(-x))],
    ids=["sigmoid", "spelled out"],
)
def test_the_logit_normal_integrates_to_one(spelling):
    grid = np.linspace(0, 1, 20_001)[1:-1]
    y = spelling(tg.random.normal(0.5, 1.2, size=len(grid)))
    density = np.exp(value(tg.logp(y, grid)))
    assert np.trapezoid(density, grid) == pytest.approx(1.0, abs=1e-6)
    outside = tg.logp(spelling(tg.random.normal(0.5, 1.2, size=2)), [-0.1, 1.1])
    assert np.all(value(outside) == -np.inf)


@pytest.mark.parametrize("function", [tg.exp, lambda x: 2.0 - 3.0 * x, tg.sigmoid])
def test_distribution_functions_follow(function):
    y = (
        function(tg.random.exponential(1.0))
        if function is not tg.sigmoid
        else tg.sigmoid(tg.random.normal(0.0, 1.0))
    )
    p = 0.37
    q = tg.icdf(y, p)
    assert float(np.exp(value(tg.logcdf(y, q)))) == pytest.approx(p, rel=1e-10)
    assert float(np.exp(value(tg.logccdf(y, q)))) == pytest.approx(1 - p, rel=1e-10)


def test_a_mixture_by_where():
    z = tg.random.bernoulli(0.3, size=4)
    y = tg.where(tg.eq(z, 1), tg.random.normal(-2.0, 1.0, size=4),
                 tg.random.normal(1.0, 0.5, size=4))  # fmt: skip
    expected = np.log(
        0.3 * stats.norm(-2, 1).pdf(VALUES) + 0.7 * stats.norm(1, 0.5).pdf(VALUES)
    )
    np.testing.assert_allclose(value(tg.logp(y, VALUES)), expected, rtol=1e-12)


def test_a_mixture_whose_condition_is_a_tail():
    z = tg.random.normal(0.0, 1.0, size=4)
    y = tg.where(z > 0.4, tg.random.normal(-2.0, 1.0, size=4),
                 tg.random.normal(1.0, 0.5, size=4))  # fmt: skip
    w = stats.norm.sf(0.4)
    expected = np.log(
        w * stats.norm(-2, 1).pdf(VALUES) + (1 - w) * stats.norm(1, 0.5).pdf(VALUES)
    )
    np.testing.assert_allclose(value(tg.logp(y, VALUES)), expected, rtol=1e-10)


def test_a_known_condition_chooses():
    known = np.array([True, False, True, False])
    y = tg.where(
        known, tg.random.normal(-2.0, 1.0, size=4), tg.random.normal(1.0, 0.5, size=4)
    )
    expected = np.where(
        known, stats.norm(-2, 1).logpdf(VALUES), stats.norm(1, 0.5).logpdf(VALUES)
    )
    np.testing.assert_allclose(value(tg.logp(y, VALUES)), expected, rtol=1e-12)


def test_shared_noise_makes_no_mixture():
    x = tg.random.normal(0.0, 1.0, size=4)
    with pytest.raises(LogProbError, match="share noise"):
        tg.logp(tg.where(tg.random.bernoulli(0.5, size=4) > 0, x, x + 1.0), VALUES)
    z = tg.random.bernoulli(0.5)
    with pytest.raises(LogProbError, match="share"):
        tg.logp(tg.where(z > 0, tg.random.normal(0.0, 1.0, size=4), 
                         tg.random.normal(5.0, 1.0, size=4)), VALUES)  # fmt: skip


def test_one_draw_repeated_has_no_density():
    x = tg.random.normal(0.0, 1.0)
    with pytest.raises(LogProbError, match="equal noise"):
        tg.logp(x + tg.constant(np.zeros(4)), VALUES)


def test_sums_of_noise_are_refused_until_one_has_a_value():
    mu = tg.random.normal(0.0, 1.0, name="mu")
    y = mu + tg.random.normal(0.0, 0.5)
    with pytest.raises(LogProbError, match="convolution"):
        tg.logp(y, 1.0)
    terms = tg.conditional_logp({mu: 0.2, y: 1.0})
    np.testing.assert_allclose(value(terms[y]), stats.norm(0.2, 0.5).logpdf(1.0))
    np.testing.assert_allclose(value(terms[mu]), stats.norm().logpdf(0.2))


def test_a_joint_map_has_one_term_with_its_jacobian():
    x, y = tg.random.normal(1.0, 2.0), tg.random.normal(-1.0, 0.5)
    total, difference = x + y, x - y
    terms = tg.conditional_logp({total: 0.7, difference: 1.9})
    assert len(terms) == 1
    cov = np.array([[4.25, 3.75], [3.75, 4.25]])
    expected = stats.multivariate_normal([0.0, 2.0], cov).logpdf([0.7, 1.9])
    np.testing.assert_allclose(value(next(iter(terms.values()))), expected)


def test_a_singular_joint_map_is_refused():
    x = tg.random.normal(0.0, 1.0)
    with pytest.raises(LogProbError, match="not invertible"):
        tg.conditional_logp({x + 1.0: 0.5, x * 2.0: 1.0})
    y = tg.random.normal(0.0, 1.0)
    with pytest.raises(LogProbError, match="singular"):
        tg.conditional_logp({x + y: 0.5, 2.0 * x + 2.0 * y: 1.0})


def test_a_discrete_shift_has_no_jacobian():
    y = tg.random.poisson(3.0, size=3) + 2
    np.testing.assert_allclose(
        value(tg.logp(y, np.array([2, 5, 1]))),
        stats.poisson(3.0, loc=2).logpmf([2, 5, 1]),
    )


def test_terms_answer_to_variables_and_values_in_order():
    mu = tg.random.normal(0.0, 1.0)
    y = tg.random.normal(mu, 1.0)
    at_y, at_mu = tg.dscalars("at_y at_mu")
    terms = tg.conditional_logp({y: at_y, mu: at_mu})
    assert list(terms) == [mu, y]
    assert terms[at_y] is terms[y]


def test_values_of_the_wrong_shape_are_refused():
    y = tg.random.normal(0.0, 1.0, size=3)
    with pytest.raises(ShapeError, match=r"shape \(4,\).*shape \(3,\)"):
        tg.logp(y, np.zeros(4))


def test_explain_tells_rules_conditions_and_lines():
    x = tg.random.normal(0.0, 1.0)
    y = tg.exp(x)
    text = tg.explain(y)
    assert "Lebesgue density" in text
    refused = tg.explain(x * tg.random.normal(0.0, 1.0))
    assert "tried 'a scaling stretches the density'" in refused
    assert "test_logp.py" in refused


def test_the_density_of_a_vector_is_one_number():
    cov = np.array([[2.0, 0.5], [0.5, 1.0]])
    x = tg.random.multivariate_normal(np.zeros(2), cov)
    found = value(tg.logp(x + 1.0, [0.3, -0.4]))
    assert found == pytest.approx(
        stats.multivariate_normal([1, 1], cov).logpdf([0.3, -0.4])
    )
