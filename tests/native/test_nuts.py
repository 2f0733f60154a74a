"""The NUTS sampler: its draws against known distributions, its ends, its errors."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from tensorgraph.native._native import nuts_chain

from .compiled import address, compile_library


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    source = Path(__file__).with_name("densities.c").read_text()
    library = compile_library(tmp_path_factory.mktemp("densities"), source)
    return lambda name: address(library, name)


def arrays(rows, dimension):
    columns = ["logp", "acceptance_rate", "step_size", "energy"]
    return dict(
        draws=np.full((rows, dimension), np.nan),
        tree_depth=np.zeros(rows, np.int64),
        n_steps=np.zeros(rows, np.int64),
        diverging=np.zeros(rows, bool),
        inverse_mass=np.ones(dimension),
        progress=np.zeros(4, np.int64),
        **{name: np.full(rows, np.nan) for name in columns},
    )


def words(seed):
    return np.random.SeedSequence(seed).generate_state(4, np.uint64)


def sampled(density, start, *, rows=1000, tune=1000, seed=1, **options):
    """The result of a chain, and its arrays."""
    start = np.asarray(start, float)
    given = arrays(rows, len(start)) | dict(start=start, seed=words(seed), tune=tune)
    given |= options
    return nuts_chain(density=density, **given), given


def normal(kernels, dimension, **options):
    sizes = np.array([dimension])
    density = kernels("standard_normal")
    return sampled(density, np.zeros(dimension), sizes=sizes, **options)


def standard_error(x):
    """Monte-Carlo standard error of the mean of (chain, draw), by batch means."""
    batches = x.reshape(len(x) * 20, -1).mean(axis=1)
    return batches.std(ddof=1) / np.sqrt(len(batches))


def r_hat(x):
    halves = x.reshape(2 * len(x), -1)
    between, within = halves.mean(axis=1).var(ddof=1), halves.var(axis=1, ddof=1).mean()
    return np.sqrt(1 + between / within)


def assert_moments(x, mean, sd):
    """Chains (chain, draw) have a mean and a standard deviation, and mixed."""
    assert abs(x.mean() - mean) < 4 * standard_error(x)
    square = (x - mean) ** 2
    assert abs(square.mean() - sd**2) < 4 * standard_error(square)
    assert r_hat(x) < 1.01


# Draws


def test_normals_of_all_scales(kernels):
    sd = np.logspace(-3, 3, 10)
    precision = np.diag(sd**-2)
    density = kernels("correlated_normal")
    options = dict(inputs=[None, precision], sizes=np.array([10, 10, 10]), rows=2000)
    chains = [sampled(density, 0.1 * sd, seed=s, **options)[1] for s in range(4)]
    draws = np.stack([chain["draws"] for chain in chains])
    for i in range(10):
        assert_moments(draws[:, :, i], 0, sd[i])
    masses = np.stack([chain["inverse_mass"] for chain in chains])
    np.testing.assert_allclose(masses[:, 2:], np.tile(sd[2:] ** 2, (4, 1)), rtol=0.4)


def test_correlated_normals(kernels):
    covariance = np.array([[1, 0.95, 0], [0.95, 1, 0], [0, 0, 4.0]])
    precision = np.linalg.inv(covariance)
    density = kernels("correlated_normal")
    options = dict(inputs=(None, precision), sizes=np.array([3, 3, 3]), rows=4000)
    chains = [sampled(density, np.ones(3), seed=s, **options)[1] for s in range(4)]
    draws = np.stack([chain["draws"] for chain in chains])
    for i in range(3):
        assert_moments(draws[:, :, i], 0, np.sqrt(covariance[i, i]))
    product = draws[:, :, 0] * draws[:, :, 1]
    assert abs(product.mean() - 0.95) < 4 * standard_error(product)
    expected = stats.multivariate_normal(cov=covariance)
    logp = expected.logpdf(draws[0]) - expected.logpdf(np.zeros(3))
    np.testing.assert_allclose(chains[0]["logp"], logp, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("step_size", [0.4, 1.0, 2.5])
def test_draws_are_exact_at_any_step_size(kernels, step_size):
    options = dict(tune=0, rows=100_000, first_step_size=step_size)
    result, chain = sampled(kernels("logistic"), [0.0], **options)
    assert result.status == "finished" and result.step_size == step_size
    assert (chain["step_size"] == step_size).all()
    assert stats.kstest(chain["draws"][50::50, 0], "logistic").pvalue > 0.01
    assert_moments(chain["draws"].T, 0, np.pi / np.sqrt(3))


def test_funnel(kernels):
    options = dict(rows=20_000, target_accept=0.95)
    density = kernels("funnel")
    chains = [sampled(density, [0, 0.1], seed=s, **options)[1] for s in range(4)]
    draws = np.stack([chain["draws"] for chain in chains])
    assert_moments(draws[:, :, 0], 0, 0.5)
    assert_moments(draws[:, :, 1] * np.exp(-draws[:, :, 0]), 0, 1)


@pytest.mark.parametrize("dimension", [1, 7, 8, 9, 100])
def test_any_dimension(kernels, dimension):
    _, chain = normal(kernels, dimension, rows=2000)
    square = (chain["draws"] ** 2).sum(axis=1)[None]
    assert abs(square.mean() - dimension) < 4 * standard_error(square)
    np.testing.assert_allclose(chain["logp"], -square[0] / 2)


def test_trajectories_do_not_loop(kernels):
    """Normals swing back after 2 pi: doublings of that length never look turned."""
    for step_size in np.linspace(0.15, 0.6, 10):
        options = dict(tune=0, rows=300, first_step_size=step_size)
        _, chain = normal(kernels, 50, **options)
        assert (chain["n_steps"] * step_size).max() < 3 * 2 * np.pi


# Statistics


def test_statistics_fit_each_other(kernels):
    _, chain = normal(kernels, 10, rows=2000)
    depth, steps = chain["tree_depth"], chain["n_steps"]
    assert (steps >= 2**depth - 1).all() and (steps <= 2 ** (depth + 1) - 1).all()
    assert (chain["energy"] > -chain["logp"]).all()
    kinetic = 2 * (chain["energy"] + chain["logp"])[None]
    assert abs(kinetic.mean() - 10) < 1.5
    assert len(set(chain["step_size"])) == 1
    rates = chain["acceptance_rate"]
    assert (rates > 0).all() and (rates <= 1).all()
    assert not chain["diverging"].any()


@pytest.mark.parametrize("target_accept", [0.6, 0.8, 0.95])
def test_acceptance_rate_comes_out_near_its_target(kernels, target_accept):
    """Rates come out a little high: it is the log step size that is averaged."""
    options = dict(rows=2000, target_accept=target_accept)
    chains = [normal(kernels, 20, seed=seed, **options)[1] for seed in range(8)]
    rate = np.mean([chain["acceptance_rate"] for chain in chains])
    assert target_accept - 0.03 < rate < target_accept + 0.12


def test_progress_adds_up(kernels):
    result, chain = normal(kernels, 3, rows=300, tune=200, keep_tune=True)
    iterations, divergences, steps, phase = chain["progress"]
    assert (result.finished, iterations, divergences, phase) == (300, 300, 0, 3)
    assert steps > chain["n_steps"].sum()  # the searches for a step size add theirs
    assert steps < chain["n_steps"].sum() + 100


def test_tuning_can_be_kept(kernels):
    _, without = normal(kernels, 3, rows=100, tune=200)
    _, kept = normal(kernels, 3, rows=300, tune=200, keep_tune=True)
    for name in ("draws", "logp", "energy", "n_steps", "step_size"):
        assert np.array_equal(kept[name][200:], without[name])
    assert len(set(kept["step_size"][:200])) > 100


@pytest.mark.parametrize("max_tree_depth", [1, 3])
def test_trees_stay_below_their_depth(kernels, max_tree_depth):
    options = dict(tune=0, first_step_size=0.01, max_tree_depth=max_tree_depth)
    _, chain = normal(kernels, 3, rows=50, **options)
    assert (chain["tree_depth"] == max_tree_depth).all()
    assert (chain["n_steps"] == 2**max_tree_depth - 1).all()


@pytest.mark.parametrize("tune", [0, 1, 5, 19, 20, 60, 150])
def test_short_tuning_still_samples(kernels, tune):
    result, chain = normal(kernels, 3, rows=500, tune=tune)
    assert result.status == "finished" and 0.05 < result.step_size < 10
    assert np.abs(chain["draws"]).max() < 6
    assert (chain["inverse_mass"] == 1).all() == (tune < 20)


# Reproducibility


def test_draws_depend_on_the_seed_alone(kernels):
    def draws(seed):
        return normal(kernels, 10, seed=seed)[1]["draws"]

    alone = [draws(seed) for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(draws, range(4)))
    assert np.array_equal(alone, together)
    assert not np.array_equal(alone[0], alone[1])


def test_a_chain_continues_where_tuning_ended(kernels):
    result, first = normal(kernels, 3, rows=10)
    options = dict(tune=0, first_step_size=result.step_size, rows=200)
    _, chain = normal(kernels, 3, inverse_mass=first["inverse_mass"].copy(), **options)
    assert np.array_equal(chain["inverse_mass"], first["inverse_mass"])
    assert (chain["step_size"] == first["step_size"][-1]).all()


# Failures of the density


def test_recoverable_checks_are_divergences(kernels):
    options = dict(recoverable=np.arange(4) == 3, rows=20_000)
    result, chain = sampled(kernels("checked_normal"), [1.0], **options)
    assert result.status == "finished" and result.check == 0
    assert chain["diverging"].any()
    assert chain["progress"][1] == chain["diverging"].sum()
    assert chain["draws"].min() > 0
    assert_moments(chain["draws"].T, np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi))


@pytest.mark.parametrize("table", [None, np.zeros(4, bool), np.ones(3, np.uint8)])
def test_other_checks_end_the_chain(kernels, table):
    density = kernels("checked_normal")
    options = dict(recoverable=table, first_step_size=0.1)
    result, chain = sampled(density, [1.0], tune=0, **options)
    assert (result.status, result.check) == ("failed_check", 3)
    assert result.values[0] < 0 and result.values[7] == 77
    assert 0 < result.finished < 1000
    assert np.isfinite(chain["draws"][: result.finished]).all()
    assert np.isnan(chain["draws"][result.finished :]).all()


@pytest.mark.parametrize("broken", range(5))
def test_values_that_are_no_numbers_are_divergences(kernels, broken):
    options = dict(sizes=np.array([broken]), rows=5000)
    result, chain = sampled(kernels("broken_normal"), [1.0], **options)
    assert result.status == "finished" and chain["diverging"].any()
    assert chain["draws"].min() > 0
    assert np.isfinite(chain["energy"]).all()


@pytest.mark.parametrize("broken", range(5))
def test_a_start_that_is_no_number_is_told(kernels, broken):
    density = kernels("broken_normal")
    result, chain = sampled(density, [-1.0], sizes=np.array([broken]))
    assert (result.status, result.finished, result.check) == ("bad_start", 0, 0)
    assert np.isnan(chain["draws"]).all()


def test_a_start_that_fails_a_check_is_told(kernels):
    density = kernels("checked_normal")
    result, _ = sampled(density, [-2.0], recoverable=np.ones(4, bool))
    assert (result.status, result.check) == ("bad_start", 3)
    assert result.values[0] == -2
    result, _ = sampled(density, [-2.0])
    assert (result.status, result.check) == ("failed_check", 3)


@pytest.mark.parametrize(
    ("code", "status"), [(-1, "stopped"), (-2, "no_memory"), (1, "failed_check")]
)
def test_codes_of_a_kernel_end_the_chain(kernels, code, status):
    inputs = [None, np.array([code], np.int32)]
    result, _ = sampled(kernels("returns_code"), [0.0], inputs=inputs)
    assert (result.status, result.finished) == (status, 0)


def test_a_flat_density_has_no_step_size(kernels):
    result, _ = sampled(kernels("flat"), [0.0, 0.0], sizes=np.array([2]))
    assert result.status == "no_step_size" and result.step_size > 1e7


def test_kernels_get_workspace_and_routines(kernels):
    routines = np.array([kernels("negated")], np.uint64)
    options = dict(sizes=np.array([11]), workspace_bytes=88, routines=routines)
    result, chain = sampled(kernels("normal_by_routine"), np.zeros(11), **options)
    assert result.status == "finished"
    assert np.array_equal(chain["draws"], normal(kernels, 11)[1]["draws"])


# Stopping


def test_a_stop_flag_set_before_the_start_stops_there(kernels):
    result, chain = normal(kernels, 3, stop=np.ones(1, np.int32))
    assert (result.status, result.finished) == ("stopped", 0)
    assert np.isnan(chain["draws"]).all()


def test_a_stop_flag_ends_the_chain_with_its_finished_draws(kernels):
    stop, progress = np.zeros(1, np.int32), np.zeros(4, np.int64)
    options = dict(rows=10_000_000, tune=100, stop=stop, progress=progress)
    with ThreadPoolExecutor(1) as pool:
        chain = pool.submit(normal, kernels, 1, **options)
        while progress[0] < 1000:
            assert not chain.done()
        stop[0] = 1
        result, given = chain.result(timeout=60)
    assert result.status == "stopped" and 0 < result.finished < 10_000_000
    finished = given["draws"][: result.finished]
    assert np.isfinite(finished).all()
    assert np.isnan(given["draws"][result.finished :]).all()
    assert result.finished + 100 == progress[0] and progress[3] == 3


def test_a_stop_flag_reaches_a_kernel_at_work(kernels):
    stop = np.zeros(1, np.int32)
    timer = threading.Timer(0.05, lambda: stop.__setitem__(0, 1))
    timer.start()
    result, _ = sampled(kernels("endless"), [0.0], sizes=np.array([1]), stop=stop)
    assert (result.status, result.finished) == ("stopped", 0)
    timer.join()


# Python callables


def standard_normal(q):
    return -0.5 * float(q @ q), -q


def test_a_callable_draws_what_its_kernel_draws(kernels):
    _, compiled = normal(kernels, 1, rows=200, tune=200)
    _, called = sampled(standard_normal, [0.0], rows=200, tune=200)
    assert np.array_equal(compiled["draws"], called["draws"])


def test_a_callable_may_keep_its_position_and_return_any_stride(kernels):
    kept = []

    def density(q):
        kept.append(q)
        return np.float64(-0.5 * q @ q), np.repeat(-q, 2)[::2]

    _, chain = sampled(density, [0.5], rows=20, tune=0, first_step_size=0.5)
    assert len(np.unique(kept)) == chain["n_steps"].sum() + 1
    assert kept[0].flags.writeable and kept[0].tolist() == [0.5]


def test_what_a_callable_raises_is_raised():
    seen = []

    def density(q):
        seen.append(q)
        if len(seen) > 50:
            raise KeyError("lost")
        return standard_normal(q)

    with pytest.raises(KeyError, match="lost"):
        sampled(density, [0.5])
    assert len(seen) == 51


@pytest.mark.parametrize(
    ("returned", "error", "message"),
    [
        (1.0, TypeError, "must return a tuple .* returned 1.0"),
        ((1.0,), TypeError, "must return a tuple"),
        (("no", np.zeros(2)), TypeError, "one real number, but is 'no'"),
        ((np.zeros(2), np.zeros(2)), TypeError, "one real number, but is array"),
        ((0.0, [0.0] * 2), TypeError, "the gradient must be a float64 array, not list"),
        ((0.0, np.zeros(2, "f4")), TypeError, "the gradient must be a float64 array"),
        ((0.0, np.zeros(3)), ValueError, r"shape \(2,\), but has shape \(3,\)"),
        ((0.0, np.zeros((2, 1))), ValueError, r"shape \(2,\), but has shape \(2, 1\)"),
    ],
)
def test_what_a_callable_returns_is_checked(returned, error, message):
    with pytest.raises(error, match=message):
        sampled(lambda q: returned, [0.5, 0.5])


# Arguments


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        (dict(density=None), TypeError, "density must be the address"),
        (dict(density=0), ValueError, "density must not be the address 0"),
        (dict(start=[0.0, 0.0]), TypeError, "start must be a float64 array, not list"),
        (dict(start=np.zeros(2, int)), TypeError, "start must be a float64 array, but"),
        (dict(start=np.zeros(2, ">f8")), TypeError, "start must be a float64 array"),
        (dict(start=np.zeros(0)), ValueError, "start must hold at least one number"),
        (dict(start=np.zeros((1, 2))), ValueError, r"start must have shape \(n,\)"),
        (dict(start=np.zeros(4)[::2]), ValueError, "start must be C-contiguous"),
        (dict(seed=np.zeros(4)), TypeError, "seed must be a uint64 array"),
        (dict(seed=np.zeros(3, "u8")), ValueError, r"seed must have shape \(4,\)"),
        (dict(tune=-1), ValueError, "tune must be given and at least 0, not -1"),
        (dict(draws=np.zeros((5, 3))), ValueError, r"\(n, 2\), but has shape \(5, 3\)"),
        (dict(draws=np.zeros((5, 2)).T), ValueError, "draws must have shape"),
        (dict(draws=np.zeros((2, 5)).T), ValueError, "draws must be C-contiguous"),
        (dict(draws=np.zeros(10)), ValueError, "draws must have shape"),
        (dict(draws=np.zeros((3, 2)), keep_tune=True), ValueError, "but has only 3"),
        (dict(logp=np.zeros(4)), ValueError, r"logp must have shape \(5,\)"),
        (dict(energy=np.zeros(5, "f4")), TypeError, "energy must be a float64 array"),
        (dict(n_steps=np.zeros(5)), TypeError, "n_steps must be an int64 array"),
        (dict(diverging=np.zeros(5)), TypeError, "diverging must be a bool array"),
        (dict(inverse_mass=np.zeros(2)), ValueError, "positive and finite, .* 0.0"),
        (dict(inverse_mass=np.full(2, np.inf)), ValueError, "finite, but holds inf"),
        (dict(progress=np.zeros(3, int)), ValueError, r"progress must have shape \(4,"),
        (dict(stop=np.zeros(1, int)), TypeError, "stop must be an int32 array"),
        (dict(inputs=[]), ValueError, "inputs must begin with None"),
        (dict(inputs=[np.zeros(2)]), ValueError, "inputs must begin with None"),
        (dict(inputs=3), TypeError, "inputs must be a sequence"),
        (dict(inputs=[None, 3.0]), TypeError, r"inputs\[1\] must be a numeric array"),
        (dict(inputs=[None, np.eye(4)[::2]]), ValueError, r"inputs\[1\] .*contiguous"),
        (dict(sizes=[2]), TypeError, "sizes must be an int64 array, not list"),
        (dict(workspace_bytes=-8), ValueError, "workspace_bytes must be at least 0"),
        (dict(routines=np.zeros(1)), TypeError, "routines must be a uint64 array"),
        (dict(recoverable=np.zeros(1)), TypeError, "recoverable must be a bool array"),
        (dict(target_accept=1.0), ValueError, "target_accept .* not 1.0"),
        (dict(target_accept=np.nan), ValueError, "target_accept .* not nan"),
        (dict(max_tree_depth=0), ValueError, "max_tree_depth .* 1 and 30, not 0"),
        (dict(max_tree_depth=31), ValueError, "max_tree_depth .* not 31"),
        (dict(first_step_size=-0.1), ValueError, "first_step_size .* not -0.1"),
        (dict(density=standard_normal), ValueError, "belong to the address of a"),
        (dict(unknown=1), TypeError, "unknown"),
    ],
)
def test_unfit_arguments_are_refused(kernels, changes, error, message):
    given = arrays(5, 2) | dict(start=np.zeros(2), seed=words(1), tune=5)
    given |= dict(density=kernels("standard_normal"), sizes=np.array([2]))
    with pytest.raises(error, match=message):
        nuts_chain(**given | changes)


def test_outputs_must_be_writable(kernels):
    given = arrays(5, 2)
    given["draws"].flags.writeable = False
    with pytest.raises(ValueError, match="draws must be writable"):
        sampled(kernels("standard_normal"), [0.0, 0.0], rows=5, **given)


@pytest.mark.parametrize("name", ["density", "start", "seed", "tune", "draws", "logp"])
def test_missing_arguments_are_named(kernels, name):
    given = arrays(5, 2) | dict(start=np.zeros(2), seed=words(1), tune=5)
    given |= dict(density=kernels("standard_normal"), sizes=np.array([2]))
    del given[name]
    with pytest.raises((TypeError, ValueError), match=name):
        nuts_chain(**given)
