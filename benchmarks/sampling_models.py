"""The models of the sampling group, written as a user writes them, and their runs.

sampling_models.py [model ...]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

import arviz
import numpy as np
from peers import harness, sampling
from run_tensorgraph import cache

import tensorgraph as tg
from tensorgraph.inference.chain import Settings, kernel_of, run_chain
from tensorgraph.inference.sample import make_chains

PEER = "tensorgraph"
Data = Mapping[str, Any]


def eight_schools(d: Data) -> dict[Any, Any]:
    mu = tg.random.normal(0, 5, name="mu")
    tau = tg.random.halfcauchy(0, 5, name="tau")
    raw = tg.random.normal(0, 1, size=8, name="raw")
    return {tg.random.normal(mu + tau * raw, d["sigma"], name="y"): d["y"]}


def radon(d: Data) -> dict[Any, Any]:
    sigma_y, sigma_a, sigma_b = (
        tg.random.halfnormal(0, 1, name=f"sigma_{of}") for of in ("y", "a", "b")
    )
    mu_a, mu_b = (tg.random.normal(0, 10, name=f"mu_{of}") for of in ("a", "b"))
    a_raw = tg.random.normal(0, 1, size=d["J"], name="a_raw")
    b_raw = tg.random.normal(0, 1, size=d["J"], name="b_raw")
    a, b = mu_a + sigma_a * a_raw, mu_b + sigma_b * b_raw
    mean = a[d["idx"]] + b[d["idx"]] * d["floor"]
    return {tg.random.normal(mean, sigma_y, name="y"): d["y"]}


def logistic_regression(d: Data) -> dict[Any, Any]:
    alpha = tg.random.normal(0, 1, name="alpha")
    beta = tg.random.normal(0, 1, size=d["X"].shape[1], name="beta")
    logit = alpha + tg.constant(d["X"]) @ beta
    return {tg.random.bernoulli(logit=logit, name="y"): d["y"].astype("int64")}


MODELS = {"eight": eight_schools, "radon": radon, "logreg": logistic_regression}


def sample_once(variant: str, name: str, stage: str) -> None:
    """Run one stage of the sampling benchmark in this process and print its metrics."""
    full = stage == "full"
    tune, draws, chains = (
        (sampling.TUNE, sampling.DRAWS, sampling.CHAINS) if full else (1, 1, 1)
    )
    data = sampling.model_data(name)
    cpu, start = harness.cpu_seconds(), time.perf_counter()
    observed = MODELS[name.split("_")[0]](data)
    result = tg.sample(
        observed, tune=tune, draws=draws, chains=chains, cores=1, seed=1,
        progress=False, mode=variant.upper(),
    )  # fmt: skip
    wall, cpu = time.perf_counter() - start, harness.cpu_seconds() - cpu
    kind = "sample_wall_warm" if full else f"first_draw_{stage.split('_')[1]}"
    found = [(kind, wall, "s"), (f"{kind}_cpu", cpu, "s")]
    for metric, value, unit in found + (_quality(result, wall) if full else []):
        harness.emit(PEER, variant, name, metric, value, unit)


def _quality(result: Any, wall: float) -> list[tuple[str, float, str]]:
    ess = _extreme(arviz.ess(result, method="bulk"), min)
    stats = result["sample_stats"]
    return [
        ("min_ess_bulk", ess, "count"),
        ("min_ess_per_s_warm", ess / wall, "1/s"),
        ("max_rhat", _extreme(arviz.rhat(result), max), "ratio"),
        ("leapfrogs_draws", float(stats["n_steps"].sum()), "count"),
        ("divergences", float(stats["diverging"].sum()), "count"),
    ]


def _extreme(values: Any, which: Any) -> float:
    return float(which(float(which(np.ravel(v))) for v in values.data_vars.values()))


def leapfrog_rate(dimension: int = 10, draws: int = 200_000) -> None:
    """Print the leapfrog steps per second of one chain on a Gaussian, once compiled."""
    x = tg.random.normal(0, 1, size=dimension, name="x")
    density = tg.density({tg.random.normal(x, 1.0, name="y"): np.zeros(dimension)})
    chain = make_chains(density, Settings(draws, tune=500), 1, 1, None)[0]
    kernel = kernel_of(density.function, dimension, density.recoverable())
    start, cpu = time.perf_counter(), time.process_time()
    steps = float(run_chain(chain, kernel).stats["n_steps"].sum())
    wall, cpu = time.perf_counter() - start, time.process_time() - cpu
    name = f"gauss_{dimension}"
    harness.emit(PEER, "c", name, "leapfrogs_per_s", steps / wall, "1/s")
    harness.emit(PEER, "c", name, "leapfrogs_per_s_cpu", steps / cpu, "1/s")


def main(arguments: Sequence[str]) -> None:
    """Sample the models in processes of their own, or one stage for such a parent."""
    if arguments[:1] == ["--one"]:
        sample_once(*arguments[1:])
        return
    sampling.drive(__file__, ["c"], cache, models=arguments or sampling.SAMPLE)
    leapfrog_rate()


if __name__ == "__main__":
    main(sys.argv[1:])
