"""Numbers on which a rewrite rule is tested: moderate, special, huge, tiny, complex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Generator = np.random.Generator
Shape = tuple[int, ...]

SPECIAL = (0.0, -0.0, 1.0, -1.0, np.nan, np.inf, -np.inf)
EXTREME = (1e-20, -1e-20, 1e-300, 1e300, -1e300, 37.0, -37.0, 710.0, -745.0, 1e-8)


def moderate(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Numbers of everyday sizes, some zeros, nan and infinities among the floats."""
    if dtype[0] == "c":
        return _with(rng, in_the_plane(rng, dtype, shape), (0.0, -1.0, np.nan), 0.1)
    found = rng.normal(size=shape) * 10.0 ** rng.uniform(-2, 2, shape)
    floats = dtype[0] == "f"
    return _with(rng, found, SPECIAL, 0.1) if floats else integers(rng, dtype, shape)


def extreme(rng: Generator, dtype: str, shape: Shape) -> Any:
    """The same, with floats that over- or underflow."""
    if dtype[0] != "f":
        return moderate(rng, dtype, shape)
    found = _with(rng, moderate(rng, dtype, shape), EXTREME, 0.3)
    found = np.abs(found) if rng.random() < 0.3 else found
    limit = np.finfo(dtype).max
    return np.where(np.isfinite(found), np.clip(found, -limit, limit), found)


def special(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Numbers of which half are zero, one, nan or infinite; integers of any size."""
    wide = dtype[0] in "iu" and rng.random() < 0.5
    return (any_integers if wide else special_floats)(rng, dtype, shape)


def special_floats(rng: Generator, dtype: str, shape: Shape) -> Any:
    """The same, with integers that floats hold: only an exact rule takes others."""
    found = moderate(rng, dtype, shape)
    return _with(rng, found, SPECIAL, 0.5) if dtype[0] == "f" else found


def _with(rng: Generator, x: np.ndarray, special: Sequence[float], p: float) -> Any:
    return np.where(rng.random(x.shape) < p, rng.choice(special, x.shape), x)


def integers(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Small integers, negative ones where there are, or bools."""
    if dtype == "bool":
        return rng.integers(0, 2, shape)
    found = rng.integers(-5, 6, shape)
    return np.abs(found) if dtype[0] == "u" else found


def any_integers(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Integers from the whole range of their dtype, with both of its ends."""
    low, high = np.iinfo(dtype).min, np.iinfo(dtype).max
    found = rng.integers(low, high, shape, dtype, endpoint=True)
    ends = rng.choice(np.array([low, high], dtype), shape)
    return np.where(rng.random(shape) < 0.3, ends, found)


def positive(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Floats between 0.2 and 2, where most functions are defined."""
    floats = dtype[0] == "f"
    return rng.uniform(0.2, 2.0, shape) if floats else integers(rng, dtype, shape)


def smooth(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Such floats of either sign: no kink is near."""
    sign = rng.choice([-1.0, 1.0], shape) if dtype[0] == "f" else 1
    return positive(rng, dtype, shape) * sign


def in_the_plane(rng: Generator, dtype: str, shape: Shape) -> Any:
    """The same, and complex numbers from everywhere around zero."""
    if dtype[0] == "c":
        return rng.normal(size=shape) + 1j * rng.normal(size=shape)
    return smooth(rng, dtype, shape)


def only_nan(rng: Generator, dtype: str, shape: Shape) -> Any:
    """Floats that are nan."""
    floats = dtype[0] == "f"
    return np.full(shape, np.nan) if floats else integers(rng, dtype, shape)
