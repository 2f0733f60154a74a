"""Operands for any elementwise op, from the domain it declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.ops.elementwise import Elementwise, Interval
from tensorgraph.ops.tensor import TensorType


def points(interval: Interval, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Random values well inside an open interval.

    >>> points((0.0, 1.0), (2,), np.random.default_rng(0)).round(2)
    array([0.61, 0.32])
    """
    low, high = interval
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * rng.uniform(0.1, 0.9, shape)
    if np.isfinite(low):
        return low + np.exp(rng.uniform(-1.2, 1.5, shape))
    if np.isfinite(high):
        return high - np.exp(rng.uniform(-1.2, 1.5, shape))
    return rng.normal(scale=1.5, size=shape)


def operands(
    op: Elementwise,
    shapes: Sequence[tuple[int, ...]],
    dtype: str,
    rng: np.random.Generator,
) -> dict[Variable, np.ndarray]:
    """Inputs of an op with values from its domain; conditions of branches are bools.

    A length of 1 is known at definition, the others are not.
    """
    found = {}
    for i, (interval, shape) in enumerate(zip(op.domain, shapes, strict=False)):
        static = [1 if n == 1 else None for n in shape]
        if op.kind == "branch" and i == 0:
            found[TensorType("bool", static)("condition")] = rng.random(shape) < 0.5
        else:
            value = np.asarray(points(interval, shape, rng)).astype(dtype)
            found[TensorType(dtype, static)(f"x{i}")] = value
    return found
