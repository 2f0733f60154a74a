"""Sampling from graphs: what is free, what is stored, what is refused."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import LogProbError, ModelError, RandomError
from tensorgraph.inference import sample as sampling

DATA = np.array([1.2, 0.4, 2.2, 1.7, 0.9])
SHORT = dict(draws=200, tune=200, chains=2, progress=False)


def normal_model():
    mu = tg.random.normal(0.0, 10.0, name="mu")
    sigma = tg.random.halfnormal(scale=2.0, name="sigma")
    twice = mu * 2
    twice.name = "twice"
    y = tg.random.normal(mu + 0 * twice, sigma, size=5, name="y")
    return mu, sigma, y


def test_the_conjugate_posterior():
    mu = tg.random.normal(1.0, 2.0, name="mu")
    y = tg.random.normal(mu, 0.5, size=5)
    found = tg.sample({y: DATA}, seed=3, progress=False)
    precision = 1 / 4 + 5 / 0.25
    mean = (1.0 / 4 + DATA.sum() / 0.25) / precision
    draws = found["posterior"]["mu"].values
    assert draws.shape == (4, 1000)
    assert abs(draws.mean() - mean) < 4 * precision**-0.5 / np.sqrt(1500)
    assert abs(draws.std() * precision**0.5 - 1) < 0.06


def test_what_is_kept():
    _, _, y = normal_model()
    found = tg.sample({y: DATA}, seed=1, **SHORT)
    posterior = found["posterior"]
    assert set(posterior.data_vars) == {"mu", "sigma", "twice"}
    np.testing.assert_allclose(posterior["twice"], 2 * posterior["mu"])
    assert np.all(posterior["sigma"] > 0)
    assert set(found["sample_stats"].data_vars) >= {
        "lp", "acceptance_rate", "step_size", "tree_depth", "n_steps",
        "diverging", "energy",
    }  # fmt: skip
    np.testing.assert_array_equal(found["observed_data"]["y"], DATA)


def test_lp_is_the_density_of_the_draws():
    _, _, y = normal_model()
    density = tg.density({y: DATA})
    q = np.array([0.3, -0.2])
    _, gradient = density(q)
    step = 1e-6 * np.eye(2)
    numeric = [(density(q + h)[0] - density(q - h)[0]) / 2e-6 for h in step]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6)
    values = density.expand(q)
    assert values["sigma"] == pytest.approx(np.exp(-0.2))
    assert density.pack(
        {v: values[v.name] for v in density.model.free}
    ) == pytest.approx(q)


def test_the_same_seed_gives_the_same_draws_on_any_number_of_threads():
    _, _, y = normal_model()
    one = tg.sample({y: DATA}, seed=5, cores=1, **SHORT)["posterior"]["mu"].values
    two = tg.sample({y: DATA}, seed=5, cores=2, **SHORT)["posterior"]["mu"].values
    more = tg.sample({y: DATA}, seed=5, **{**SHORT, "chains": 3})["posterior"][
        "mu"
    ].values
    other = tg.sample({y: DATA}, seed=6, **SHORT)["posterior"]["mu"].values
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, more[:2])
    assert np.any(one != other)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_chains_run_on_any_executor(pool):
    _, _, y = normal_model()
    here = tg.sample({y: DATA}, seed=5, **SHORT)["posterior"]["mu"].values
    with pool(2) as executor:
        there = tg.sample({y: DATA}, seed=5, executor=executor, **SHORT)
    np.testing.assert_array_equal(here, there["posterior"]["mu"].values)


def test_dims_and_coords():
    effect = tg.random.normal(0.0, 1.0, size=3, name="effect")
    y = tg.random.normal(effect, 1.0)
    found = tg.sample(
        {y: [1.0, 2.0, 3.0]}, dims={"effect": ["school"]},
        coords={"school": ["a", "b", "c"]}, seed=1, **SHORT,
    )  # fmt: skip
    assert found["posterior"]["effect"].dims == ("chain", "draw", "school")
    assert list(found["posterior"]["school"].values) == ["a", "b", "c"]


def test_potentials_are_terms():
    x = tg.random.normal(0.0, 1.0, name="x")
    found = tg.sample(
        {}, potentials=[-0.5 * (x - 2.0) ** 2 * 3.0], seed=2, progress=False
    )
    draws = found["posterior"]["x"].values
    assert draws.mean() == pytest.approx(1.5, abs=0.06)
    assert draws.std() == pytest.approx(0.5, abs=0.05)


def test_prediction_for_data_of_another_length():
    x = tg.data("x", np.linspace(0, 1, 5), dims="obs")
    slope = tg.random.normal(0.0, 1.0, name="slope")
    y = tg.random.normal(slope * x, 0.1, name="y")
    found = tg.sample({y: 2.0 * np.linspace(0, 1, 5)}, seed=1, **SHORT)
    new = tg.predict(found, [y], data={x: np.array([0.0, 10.0])}, seed=1)
    draws = new["posterior_predictive"]["y"].values
    assert draws.shape == (2, 200, 2)
    assert draws[..., 0].mean() == pytest.approx(0.0, abs=0.03)
    assert draws[..., 0].std() == pytest.approx(0.1, abs=0.02)
    expected = 10 * found["posterior"]["slope"].values.mean()
    assert draws[..., 1].mean() == pytest.approx(expected, abs=0.1)
    assert len(x.get_value()) == 5
    again = tg.predict(found, [y], seed=1)["posterior_predictive"]["y"].values
    assert again.shape == (2, 200, 5)


def test_an_interrupt_returns_the_finished_draws(monkeypatch):
    _, _, y = normal_model()
    real_wait, calls = sampling.wait, []

    def interrupted(jobs, timeout=None):
        calls.append(timeout)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real_wait(jobs, timeout)

    monkeypatch.setattr(sampling, "wait", interrupted)
    found = tg.sample(
        {y: DATA}, draws=10**7, tune=50, chains=2, cores=2, progress=False, seed=1
    )
    count = found["posterior"].sizes["draw"]
    assert 0 < count < 10**7
    assert np.isfinite(found["posterior"]["mu"].values).all()


def test_sampling_releases_the_gil():
    _, _, y = normal_model()
    ticks: list[float] = []
    done = threading.Event()

    def count():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    watcher = threading.Thread(target=count)
    watcher.start()
    tg.sample(
        {y: DATA}, draws=20_000, tune=1000, chains=1, progress=False, seed=1, cores=1
    )
    done.set()
    watcher.join()
    assert len(ticks) > 10


# -- refused models --------------------------------------------------------------------


def test_data_with_nan_are_refused():
    _, _, y = normal_model()
    with pytest.raises(ModelError, match=r"nan at index \(2,\)"):
        tg.sample({y: np.array([1, 2, np.nan, 4, 5])}, **SHORT)


def test_data_of_the_wrong_shape_are_refused():
    _, _, y = normal_model()
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        tg.sample({y: np.ones(3)}, **SHORT)


def test_free_discrete_variables_are_refused_by_name():
    k = tg.random.poisson(3.0, name="k")
    y = tg.random.normal(k * 1.0, 1.0)
    with pytest.raises(ModelError, match="'k' is discrete"):
        tg.sample({y: 1.0}, **SHORT)


def test_two_variables_of_one_name_are_refused_with_both_lines():
    a = tg.random.normal(0.0, 1.0, name="a")  # the first
    b = tg.random.normal(0.0, 1.0, name="a")  # the second
    y = tg.random.normal(a + b, 1.0)
    with pytest.raises(ModelError, match=r"(?s)named 'a'.*the first.*the second"):
        tg.sample({y: 1.0}, **SHORT)


def test_unnamed_parents_are_refused_with_the_line():
    mu = tg.random.normal(0.0, 1.0)  # no name
    sigma = tg.random.halfnormal(scale=1.0, name="sigma")
    y = tg.random.normal(mu, sigma)
    with pytest.raises(ModelError, match=r"(?s)unnamed random variable.*# no name"):
        tg.sample({y: 1.0}, **SHORT)


def test_noise_added_to_a_mean_needs_no_name():
    mu = tg.random.normal(0.0, 1.0, name="mu")
    y = mu + tg.random.normal(0.0, 1.0)
    draws = tg.sample({y: 2.0}, seed=1, progress=False)["posterior"]["mu"].values
    assert draws.mean() == pytest.approx(1.0, abs=0.08)


def test_nothing_to_sample_is_refused():
    y = tg.random.normal(0.0, 1.0)
    with pytest.raises(ModelError, match="no named random ancestors"):
        tg.sample({y: 1.0}, **SHORT)
    with pytest.raises(ModelError, match="Nothing is observed"):
        tg.sample({}, **SHORT)


def test_impossible_data_tell_why():
    mu = tg.random.normal(0.0, 1.0, name="mu")
    y = tg.random.exponential(tg.exp(mu), size=2)
    with pytest.raises(ModelError, match="not finite at any of"):
        tg.sample({y: np.array([1.0, -1.0])}, **SHORT)


def test_initial_values_must_be_of_free_variables():
    _, _, y = normal_model()
    with pytest.raises(ModelError, match=r"'tau'.*not a free variable"):
        tg.sample({y: DATA}, initial={"tau": 1.0}, **SHORT)


def test_slopes_are_right_where_naive_formulas_overflow():
    x = tg.random.normal(0.0, 1000.0, name="x")
    p = 1 / (1 + tg.exp(-x))
    density = tg.density({tg.random.bernoulli(p): 1})
    for at in (-800.0, 800.0):
        value, slope = density(np.array([at]))
        assert np.isfinite(value)
        expected = (1.0 if at < 0 else 0.0) - at / 1e6
        assert slope[0] == pytest.approx(expected, abs=1e-12)


def test_arguments_that_cannot_be_meant_are_refused_in_words():
    mu, _, y = normal_model()
    with pytest.raises(RandomError, match="-1 cannot seed"):
        tg.sample({y: DATA}, **{**SHORT, "seed": -1})
    with pytest.raises(ModelError, match="transform of mu is 'log'"):
        tg.sample({y: DATA}, transforms={mu: "log"}, **SHORT)
    with pytest.raises(ModelError, match="None holds no posterior"):
        tg.predict(None, [y])
    with pytest.raises(LogProbError, match=r"3\.0 is no variable"):
        tg.logp(3.0, 1.0)
