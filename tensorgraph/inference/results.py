"""Results as ArviZ and xarray know them; the one file that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tensorgraph.lazy import arviz

Groups = Mapping[str, Mapping[str, np.ndarray]]


def as_results(
    groups: Groups, dims: Mapping[str, Sequence[str]], coords: Mapping[str, Any]
) -> Any:
    """Groups of arrays as `InferenceData` (ArviZ 0.x) or `DataTree` (ArviZ 1).

    Arrays of posterior, sample_stats and posterior_predictive begin with (chain, draw).
    Read them as ``result[group][name]``.
    """
    filled = {name: dict(arrays) for name, arrays in groups.items() if arrays}
    options = {"dims": {k: list(v) for k, v in dims.items()}, "coords": dict(coords)}
    if int(arviz.__version__.split(".")[0]) >= 1:
        return arviz.from_dict(filled, **options)
    return arviz.from_dict(**filled, **options)


def group_arrays(result: Any, group: str) -> dict[str, np.ndarray]:
    """The arrays of a group by name."""
    return {
        str(name): np.asarray(array) for name, array in result[group].data_vars.items()
    }
