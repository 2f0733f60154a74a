"""`predict`: draws of variables given posterior draws, also for other data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tensorgraph.errors import ModelError
from tensorgraph.function import function
from tensorgraph.graph.node import Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import ancestors, copy_apply, rebuild
from tensorgraph.inference.results import as_results, group_arrays
from tensorgraph.ops.tensor import TensorType
from tensorgraph.random.generator import RandomType, spawn


def predict(
    posterior: Any,
    variables: Sequence[Variable],
    data: Mapping[SharedVariable, Any] | None = None,
    *,
    seed: int | None = None,
    dims: Mapping[str, Sequence[str]] | None = None,
    coords: Mapping[str, Any] | None = None,
    mode: str | None = None,
) -> Any:
    """Draws of `variables` for each posterior draw, as group ``posterior_predictive``.

    Ancestors that the posterior holds take its values; all other random variables are
    drawn anew. `data` replaces the values of shared variables (made by `tg.data` or
    `tg.shared`) for this call, also by ones of other lengths.

    Raises `ModelError` when no ancestor of the variables is in the posterior.
    """
    wanted = [variables] if isinstance(variables, Variable) else list(variables)
    if not hasattr(posterior, "__getitem__"):
        raise ModelError(
            f"{posterior!r} holds no posterior.", remedy="Pass what tg.sample returned."
        )
    held = group_arrays(posterior, "posterior")
    known = {
        v: held[v.name]
        for v in ancestors(wanted)
        if v.name in held and v not in wanted and isinstance(v.type, TensorType)
    }
    if not known:
        raise ModelError(
            f"No ancestor of {', '.join(map(repr, wanted))} is in the posterior, "
            f"which holds {', '.join(held) or 'nothing'}.",
            remedy="Predict variables of the graph that was sampled.",
        )
    inputs = {v: v.type(v.name) for v in known}
    graphs = rebuild(wanted, inputs, copy_apply)
    needed = set(ancestors(graphs))
    used = [v for v in known if inputs[v] in needed]
    graphs = with_streams(graphs, seed)
    with replaced_data(data or {}):
        compiled = function(
            [inputs[v] for v in used], graphs, mode=mode, name="predict"
        )
        chains, draws = next(iter(known.values())).shape[:2]
        rows = [known[v].reshape(chains * draws, *known[v].shape[2:]) for v in used]
        found = [compiled(*[row[i] for row in rows]) for i in range(chains * draws)]
    arrays = {
        v.name or f"variable_{i}": _stacked([f[i] for f in found], chains, draws)
        for i, v in enumerate(wanted)
    }
    return as_results({"posterior_predictive": arrays}, dims or {}, coords or {})


def _stacked(values: Sequence[Any], chains: int, draws: int) -> np.ndarray:
    stacked = np.stack([np.asarray(v) for v in values])
    return stacked.reshape(chains, draws, *stacked.shape[1:])


def with_streams(graphs: Sequence[Variable], seed: int | None) -> list[Variable]:
    """The graphs reading fresh generators, one stream of `seed` for each, in graph
    order.
    """
    states = [
        v for v in ancestors(graphs)
        if isinstance(v, SharedVariable) and isinstance(v.type, RandomType)
    ]  # fmt: skip
    fresh = dict(zip(states, spawn(seed, len(states)), strict=True))
    return rebuild(graphs, fresh, copy_apply)


@contextmanager
def replaced_data(data: Mapping[SharedVariable, Any]) -> Iterator[None]:
    """Shared variables with other values inside, and their own again afterwards."""
    before = {v: v.get_value(borrow=True) for v in data}
    try:
        for variable, value in data.items():
            variable.set_value(value)
        yield
    finally:
        for variable, value in before.items():
            variable.set_value(value, borrow=True)
