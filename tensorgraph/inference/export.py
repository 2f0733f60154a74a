"""A density as standalone C: value and gradient, constrain, unconstrain, names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from tensorgraph.lazy import c_export


def export_density(density: Any, folder: Any, name: str) -> tuple[Path, Path]:
    """Write a `Density` as ``<name>.c`` and ``<name>.h``; see `Density.export`."""
    chosen = c_export.checked_name(name)
    kept = list(density.model.named())
    value_and_gradient = c_export.part_of(
        density.function.keepalive, chosen,
        "The log-density of an unconstrained vector, and its gradient.",
        ("value", "gradient"), recoverable=True,
    )  # fmt: skip
    constrain = c_export.part_of(
        density.constrain.keepalive, f"{chosen}_constrain",
        "The values of all variables for an unconstrained vector.", kept,
    )  # fmt: skip
    unconstrain = c_export.part_of(
        density.unconstrain.keepalive, f"{chosen}_unconstrain",
        "The unconstrained vector for values of the free variables.", ("q",),
    )  # fmt: skip
    about = (
        f"The log-density of {', '.join(p.free.variable.name for p in density.pieces)}."
    )
    found: tuple[Path, Path] = c_export.export(
        [value_and_gradient, constrain, unconstrain], folder, chosen, about,
        list(labels(density)),
    )  # fmt: skip
    return found


def labels(density: Any) -> Iterator[str]:
    """What each element of the flat vector is: a variable, and the place in it.

    The places are those of the unconstrained variable, which a simplex has one less of.
    """
    for piece in density.pieces:
        for place in np.ndindex(piece.shape):
            shown = ", ".join(map(str, place))
            yield (
                f"{piece.free.variable.name}[{shown}]"
                if place
                else str(piece.free.variable.name)
            )
