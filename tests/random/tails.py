"""Comparison of formulas with mpmath, far out in the tails."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np

import tensorgraph as tg

DIGITS = 60


def assert_precise(
    formula: Callable[..., Any],
    exact: Callable[..., Any],
    points: Sequence[tuple[float, ...]],
    rtol: float = 1e-14,
    digits: int = DIGITS,
    mode: str = "PYTHON",
) -> None:
    """`formula` of tensors agrees with `exact`, a function of mpmath, at all points."""
    with mpmath.workdps(digits):
        expected = [float(exact(*map(mpmath.mpf, map(float, p)))) for p in points]
    arguments = np.array(points, dtype="float64").T
    inputs = [tg.dvector() for _ in arguments]
    with np.errstate(all="ignore"):
        found = tg.function(inputs, formula(*inputs), mode=mode)(*arguments)
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=1e-300)
