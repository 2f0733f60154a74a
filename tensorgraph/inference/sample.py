"""`sample`: posterior draws by NUTS from the graph that is the model."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from tensorgraph.compiled import check_error
from tensorgraph.errors import ModelError
from tensorgraph.graph.node import Variable
from tensorgraph.inference.chain import Chain, Kernel, Settings, kernel_of, run_chain
from tensorgraph.inference.density import Density
from tensorgraph.inference.model import find_model
from tensorgraph.inference.progress import Display
from tensorgraph.inference.results import as_results
from tensorgraph.inference.start import starting_vector, support_points
from tensorgraph.ops.tensor import TensorType
from tensorgraph.random.generator import as_source

STARTS = 20
"""How many jittered starting points a chain tries before it gives up."""
POLL = 0.05
"""Seconds between two looks at the chains."""


def density(
    observed: Mapping[Variable, Any],
    *,
    free: Sequence[Variable] | None = None,
    track: Sequence[Variable] | None = None,
    potentials: Sequence[Variable] = (),
    weights: Mapping[Variable, Any] | None = None,
    transforms: Mapping[Variable, Any] | None = None,
    mode: str | None = None,
) -> Density:
    """The joint log-density of a model over the real line, compiled with its gradient.

    The arguments are those of `sample`.

    >>> import tensorgraph as tg
    >>> tau = tg.random.halfnormal(scale=1.0, name="tau")
    >>> tg.density({tg.random.normal(0.0, tau): 1.0}).dimension
    1
    """
    return Density(
        find_model(observed, free, track, potentials, weights), transforms, mode
    )


def sample(
    observed: Mapping[Variable, Any],
    *,
    free: Sequence[Variable] | None = None,
    track: Sequence[Variable] | None = None,
    potentials: Sequence[Variable] = (),
    weights: Mapping[Variable, Any] | None = None,
    transforms: Mapping[Variable, Any] | None = None,
    dims: Mapping[str, Sequence[str]] | None = None,
    coords: Mapping[str, Any] | None = None,
    initial: Mapping[Any, Any] | None = None,
    draws: int = 1000,
    tune: int = 1000,
    chains: int = 4,
    cores: int | None = None,
    target_accept: float = 0.8,
    max_tree_depth: int = 10,
    executor: Executor | None = None,
    seed: int | None = None,
    progress: bool = True,
    mode: str | None = None,
) -> Any:
    """Posterior draws by NUTS, as ArviZ's `InferenceData` or `DataTree`.

    `observed` maps random variables to data. Free variables are the named, unobserved
    random ancestors of the observed variables and potentials (`free` overrides); named
    deterministic variables that depend on them are stored too (`track` overrides).
    `potentials` are further log-density terms, `weights` multiply the terms of observed
    variables, `transforms` maps free variables to other supports, `dims` and `coords`
    name axes, `initial` gives starting values. Chain k uses stream k of `seed`,
    whatever the number of chains or cores. Ctrl-C returns the draws that are finished.

    Raises `ModelError` for models that cannot be sampled, with line and remedy.
    """
    if draws < 1 or chains < 1 or tune < 0:
        raise ModelError(
            f"draws={draws}, chains={chains}, tune={tune}: too few to sample."
        )
    model_density = density(
        observed, free=free, track=track, potentials=potentials, weights=weights,
        transforms=transforms, mode=mode,
    )  # fmt: skip
    settings = Settings(draws, tune, target_accept, max_tree_depth)
    made = make_chains(model_density, settings, chains, seed, initial)
    kernel = kernel_of(
        model_density.function, model_density.dimension, model_density.recoverable()
    ) if executor is None else None  # fmt: skip
    done = _run_all(made, model_density, kernel, cores, executor, progress)
    for chain in done:
        _raise_for(chain, model_density)
    return collect(model_density, done, dims, coords)


def make_chains(
    density: Density, settings: Settings, chains: int, seed: int | None,
    initial: Mapping[Any, Any] | None,
) -> list[Chain]:  # fmt: skip
    """Chains with their streams and jittered starting points."""
    points = support_points(density, initial)
    as_source(seed)  # a bad seed is refused in words
    entropy = np.random.SeedSequence(seed).entropy
    made = []
    for number in range(chains):
        stream = np.random.SeedSequence(entropy, spawn_key=(number,))
        rng = np.random.default_rng(stream.spawn(1)[0])
        starts = [starting_vector(density, points, rng) for _ in range(STARTS)]
        made.append(
            Chain(number, starts, stream.generate_state(4, np.uint64), settings)
        )
    return made


def _run_all(
    chains: list[Chain], density: Density, kernel: Kernel | None, cores: int | None,
    executor: Executor | None, progress: bool,
) -> list[Chain]:  # fmt: skip
    """Run the chains on threads or on the executor, watched by this thread."""
    own = executor is None
    pool = executor or ThreadPoolExecutor(
        cores or min(len(chains), os.cpu_count() or 1)
    )
    display = Display(chains, progress and own)
    jobs: list[Future[Chain]] = []
    try:
        jobs = [
            pool.submit(run_chain, c, kernel) if kernel is not None
            else pool.submit(_run_elsewhere, c, density.function, density.recoverable())
            for c in chains
        ]  # fmt: skip
        while wait(jobs, timeout=POLL).not_done:
            display.show()
    except KeyboardInterrupt:
        for chain in chains:
            chain.stop[0] = 1
        for job in jobs:
            job.cancel()
        wait([j for j in jobs if not j.cancelled()])
    finally:
        display.close()
        if own:
            pool.shutdown()
    return [j.result() for j in jobs if not j.cancelled()]


def _run_elsewhere(chain: Chain, function: Any, recoverable: np.ndarray) -> Chain:
    """Run a chain in another process, where the function was unpickled."""
    return run_chain(chain, kernel_of(function, len(chain.starts[0]), recoverable))


def _raise_for(chain: Chain, density: Density) -> None:
    """The error of a chain that could not sample."""
    if chain.status in ("finished", "stopped"):
        return
    if chain.status == "no_memory":
        raise MemoryError(f"Chain {chain.number} ran out of memory.")
    why = ""
    if chain.check > 0 and density.mode != "PYTHON":
        check = density.function.keepalive.program.checks[chain.check - 1]
        error = check_error(check, chain.values)
        if chain.status == "failed_check":
            raise error
        why = f" The last one failed a check: {error.what}"
    if chain.status == "no_step_size":
        raise ModelError(
            f"Chain {chain.number}: no step size changes the log-density: it is flat "
            "or discontinuous at the starting point."
        )
    raise ModelError(
        f"Chain {chain.number}: the log-density is not finite at any of {STARTS} "
        f"starting points.{why}",
        remedy="Give starting values with initial=, and check data against supports.",
    )


def collect(
    density: Density, chains: Sequence[Chain],
    dims: Mapping[str, Sequence[str]] | None, coords: Mapping[str, Any] | None,
) -> Any:  # fmt: skip
    """The finished draws of all chains, cut to the shortest, as results."""
    count = min((c.finished for c in chains), default=0)
    if count == 0:
        raise KeyboardInterrupt("No draw was finished.")
    flat = np.stack([c.draws[:count] for c in chains])
    posterior = density.expand(flat)
    stats = {
        name: np.stack([c.stats[name][:count] for c in chains])
        for name in chains[0].stats
    }
    observed = {
        v.name or f"observed_{i}": np.asarray(value.eval())  # type: ignore[attr-defined]
        for i, (v, value) in enumerate(density.model.observed.items())
    }
    named = {**named_dims(density), **(dims or {})}
    groups = {"posterior": posterior, "sample_stats": stats, "observed_data": observed}
    return as_results(groups, named, coords or {})


def named_dims(density: Density) -> dict[str, list[str]]:
    """Named sizes of the variables, as dims."""
    found: dict[str, list[str]] = {}
    for name, v in density.model.named().items():
        kind = v.type
        if isinstance(kind, TensorType) and any(isinstance(n, str) for n in kind.shape):
            found[name] = [
                n if isinstance(n, str) else f"{name}_dim_{axis}"
                for axis, n in enumerate(kind.shape)
            ]
    return found
