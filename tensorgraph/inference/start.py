"""Starting points: support points of the free variables, jittered for each chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tensorgraph.errors import ModelError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import copy_apply, rebuild
from tensorgraph.inference.density import Density
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.random.variable import RandomVariable


def support_points(
    density: Density, initial: Mapping[Variable, Any] | None = None
) -> dict[Variable, np.ndarray]:
    """A value inside the support for each free variable, parents first.

    `initial` gives values for some; the others get their distribution's support point
    at the values of their parents.
    """
    given = dict(initial or {})
    names = {v.name: v for v in density.model.free}
    given = {names.get(v, v) if isinstance(v, str) else v: x for v, x in given.items()}
    unknown = [v for v in given if v not in density.model.free]
    if unknown:
        raise ModelError(f"initial names {unknown[0]!r}, which is not a free variable.")
    values: dict[Variable, np.ndarray] = {}
    for piece in density.pieces:
        variable = piece.free.variable
        shape = _shape(piece)
        if variable in given:
            values[variable] = np.broadcast_to(
                np.asarray(given[variable], float), shape
            )
        else:
            values[variable] = np.broadcast_to(_point(variable, values), shape)
    return values


def _shape(piece: Any) -> tuple[int, ...]:
    change = piece.free.bijection.size_change
    return (*piece.shape[:-1], piece.shape[-1] + change) if change else piece.shape


def _point(variable: Variable, values: Mapping[Variable, np.ndarray]) -> np.ndarray:
    node = variable.owner
    if node is None or not isinstance(node.op, RandomVariable):
        return np.zeros(())
    family = node.op.distribution
    known = {v: as_tensor(x) for v, x in values.items()}
    params = rebuild(node.inputs[2:], known, copy_apply)
    point = as_tensor(family.support_point(*params))  # type: ignore[attr-defined]
    return np.asarray(point.eval())  # type: ignore[attr-defined]


def starting_vector(
    density: Density, points: Mapping[Variable, np.ndarray], rng: np.random.Generator
) -> np.ndarray:
    """The unconstrained vector of the points plus uniform noise from -1 to 1."""
    centre = density.pack(points)
    centre = np.where(np.isfinite(centre), centre, 0.0)
    return centre + rng.uniform(-1.0, 1.0, size=density.dimension)
