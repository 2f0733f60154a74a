"""One chain: the compiled sampler on a compiled density, in a thread without GIL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.native._native import nuts_chain

STATS = {
    "lp": "float64", "acceptance_rate": "float64", "step_size": "float64",
    "energy": "float64", "tree_depth": "int64", "n_steps": "int64", "diverging": "bool",
}  # fmt: skip
"""The sampler statistics of each draw, and their dtypes."""


@dataclass(frozen=True)
class Settings:
    """How a chain samples."""

    draws: int = 1000
    tune: int = 1000
    target_accept: float = 0.8
    max_tree_depth: int = 10


@dataclass
class Chain:
    """One chain before, during and after its run.

    `progress` (iterations, divergences, leapfrog steps, phase) is written while it
    runs; setting `stop` ends it after the running draw.
    """

    number: int
    starts: list[np.ndarray]
    seed: np.ndarray
    settings: Settings
    draws: np.ndarray = field(init=False)
    stats: dict[str, np.ndarray] = field(init=False)
    finished: int = 0
    status: str = "waiting"
    check: int = 0
    values: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        count, dimension = self.settings.draws, len(self.starts[0])
        self.draws = np.empty((count, dimension))
        self.stats = {name: np.empty(count, dtype) for name, dtype in STATS.items()}
        self.inverse_mass = np.ones(dimension)
        self.progress = np.zeros(4, dtype="int64")
        self.stop = np.zeros(1, dtype="int32")


@dataclass(frozen=True)
class Kernel:
    """A density as the compiled sampler takes it: addresses, or a Python callable."""

    density: Any
    inputs: tuple[Any, ...] = (None,)
    sizes: np.ndarray | None = None
    workspace_bytes: int = 0
    routines: np.ndarray | None = None
    recoverable: np.ndarray | None = None


def kernel_of(function: Any, dimension: int, recoverable: np.ndarray) -> Kernel:
    """The kernel of a compiled density, or the function itself in mode "PYTHON"."""
    if not hasattr(function, "pointers"):
        return Kernel(lambda q: _plain(function(q)))
    address, hidden, sizes, workspace, routines = function.pointers(np.zeros(dimension))
    return Kernel(
        address, (None, *hidden), np.asarray(sizes, dtype="int64"), workspace,
        np.asarray(routines, dtype="uint64"), recoverable,
    )  # fmt: skip


def _plain(result: Any) -> tuple[float, np.ndarray]:
    value, gradient = result
    return float(value), np.asarray(gradient, dtype="float64")


def run_chain(chain: Chain, kernel: Kernel) -> Chain:
    """Run a chain to its end, trying its starts until one has a finite density."""
    settings = chain.settings
    for start in chain.starts:
        stats = dict(chain.stats)
        result = nuts_chain(
            density=kernel.density, inputs=kernel.inputs, sizes=kernel.sizes,
            workspace_bytes=kernel.workspace_bytes, routines=kernel.routines,
            recoverable=kernel.recoverable, start=start, seed=chain.seed,
            tune=settings.tune, draws=chain.draws, logp=stats.pop("lp"), **stats,
            inverse_mass=chain.inverse_mass, progress=chain.progress, stop=chain.stop,
            target_accept=settings.target_accept,
            max_tree_depth=settings.max_tree_depth,
        )  # fmt: skip
        chain.status, chain.finished = result.status, result.finished
        chain.check, chain.values = result.check, tuple(result.values)
        if result.status != "bad_start":
            break
        chain.inverse_mass[:] = 1.0
    return chain
