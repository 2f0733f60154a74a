"""What a graph is as a model: its observed, free and stored variables, checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.errors import ModelError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import ancestors, applies
from tensorgraph.logprob.joint import random_nodes
from tensorgraph.logprob.logp import as_value
from tensorgraph.ops.tensor import TensorType
from tensorgraph.random.variable import RandomVariable


@dataclass(frozen=True)
class Model:
    """The variables of a model: `observed` with data, `free` to sample, `stored`
    beside.
    """

    observed: dict[Variable, Variable]
    free: list[Variable]
    stored: list[Variable]
    potentials: tuple[Variable, ...]
    weights: dict[Variable, Any] = field(default_factory=dict)

    def named(self) -> dict[str, Variable]:
        """The variables whose draws are kept, by name."""
        return {str(v.name): v for v in (*self.free, *self.stored)}


def find_model(
    observed: Mapping[Variable, Any],
    free: Sequence[Variable] | None = None,
    track: Sequence[Variable] | None = None,
    potentials: Sequence[Variable] = (),
    weights: Mapping[Variable, Any] | None = None,
) -> Model:
    """The model that a graph is, given which variables are observed.

    Free are the named, unobserved random ancestors of the observed variables and of the
    potentials, unless `free` lists them; stored are the named variables that depend on
    free ones, unless `track` lists them. Raises `ModelError` for bad data and ambiguous
    names.
    """
    data = {v: observed_value(v, value) for v, value in observed.items()}
    ends = [*observed, *potentials]
    if not ends:
        raise ModelError("Nothing is observed and there are no potentials.")
    chosen = list(free) if free is not None else [
        v for v in random_nodes(ends) if v.name is not None and v not in data
    ]  # fmt: skip
    for v in chosen:
        _check_free(v)
    if not chosen:
        raise ModelError(
            "The observed variables have no named random ancestors to sample.",
            remedy="Name the random variables to sample: "
            'tg.random.normal(0, 1, name="mu").',
        )
    stored = list(track) if track is not None else _deterministics(ends, chosen, data)
    _check_names([*chosen, *stored, *data])
    return Model(data, chosen, stored, tuple(potentials), dict(weights or {}))


def observed_value(variable: Variable, value: Any) -> Variable:
    """Data for an observed variable as a graph, refused when they cannot be data."""
    if not isinstance(variable, Variable):
        raise ModelError(f"{variable!r} is observed, but it is no variable of a graph.")
    places = variable.owner.places if variable.owner is not None else ()
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ModelError(
            f"The data of {variable!r} are masked at {int(value.mask.sum())} places.",
            places=places, remedy="Observe the known elements only.",
        )  # fmt: skip
    if not isinstance(value, Variable):
        value = np.asarray(value)
        if value.dtype.kind == "f" and np.isnan(value).any():
            first = tuple(int(i) for i in np.argwhere(np.isnan(value))[0])
            raise ModelError(
                f"The data of {variable!r} are nan at index {first}.",
                places=places,
                remedy="Drop missing values from the data and the graph.",
            )
        kind = variable.type
        if (
            isinstance(kind, TensorType)
            and kind.dtype == "float64"
            and value.dtype.kind in "iub"
        ):
            value = value.astype("float64")
    return as_value(variable, value)


def _check_free(variable: Variable) -> None:
    node = variable.owner
    places = node.places if node is not None else ()
    if variable.name is None:
        raise ModelError(f"The free variable {variable!r} has no name.", places=places)
    if node is not None and isinstance(node.op, RandomVariable):
        support = node.op.distribution.support_of(*node.inputs[2:])
        if support.discrete:
            raise ModelError(
                f"The free variable {variable.name!r} is discrete; samplers of "
                "gradients need it summed out.",
                places=places,
                remedy="Observe it, or write the mixture over its values with "
                "tg.where.",
            )


def _deterministics(
    ends: Sequence[Variable], free: Sequence[Variable], data: Mapping[Variable, Any]
) -> list[Variable]:
    """Named variables between the free ones and the ends, in order of definition."""
    between = set(free)
    found: list[Variable] = []
    for node in applies(ends):
        if not between.isdisjoint(node.inputs):
            between.update(node.outputs)
            if not isinstance(node.op, RandomVariable):
                found += [
                    v for v in node.outputs if v.name is not None and v not in data
                ]
    return found


def _check_names(variables: Sequence[Variable]) -> None:
    seen: dict[str, Variable] = {}
    for v in variables:
        if v.name is None:
            continue
        other = seen.setdefault(v.name, v)
        if other is not v:
            places = [p for w in (other, v) if w.owner for p in w.owner.places]
            raise ModelError(
                f"Two variables are named {v.name!r}.", places=places,
                remedy="Give each its own name.",
            )  # fmt: skip


def unnamed_noise(outputs: Sequence[Variable]) -> list[Variable]:
    """Draws that a finished log-density still depends on."""
    found = set(ancestors(outputs))
    return [v for v in random_nodes(outputs) if v in found]
