"""The meaning of reductions against NumPy and exact sums."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tensorgraph.loops.reduction import Reduction, combined, neutral, sum_of_lanes

VALUES = [0.0, -0.0, 1.5, -2.0, np.inf, -np.inf, np.nan]


@pytest.mark.parametrize("a", VALUES)
@pytest.mark.parametrize("b", VALUES)
def test_max_and_min_propagate_nan(a: float, b: float) -> None:
    assert np.array_equal(combined("max", a, b), np.maximum(a, b), equal_nan=True)
    assert np.array_equal(combined("min", a, b), np.minimum(a, b), equal_nan=True)


def test_other_combinations() -> None:
    assert combined("add", 2, 3) == 5 and combined("mul", 2, 3) == 6
    assert combined("and", True, False) is False and combined("or", True, False) is True
    with pytest.raises(ValueError, match="unknown combination 'xor'"):
        combined("xor", 1, 2)


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int64", "float32", "bool"])
@pytest.mark.parametrize("combine", ["max", "min"])
def test_neutral_values_change_nothing(combine: str, dtype: str) -> None:
    start = neutral(combine, dtype)
    assert start.dtype == dtype
    for value in np.array([0, 1], dtype):
        assert combined(combine, start, value) == value


def joined(terms: list[float]) -> float:
    reduction = Reduction("add", "float64", 0, np.float64(0), np.float64(0))
    for term in terms:
        reduction.join(np.float64(term))
    return float(reduction.total)


def test_sums_are_compensated() -> None:
    terms = [1e16, 1.0, -1e16, 1e-3] * 50
    assert joined(terms) == pytest.approx(math.fsum(terms), rel=1e-14)
    assert sum(terms) != pytest.approx(math.fsum(terms), rel=0.1)


def test_infinite_sums_stay_infinite() -> None:
    with np.errstate(all="ignore"):
        assert joined([1.0, np.inf, 2.0]) == np.inf
        assert joined([1e308, 1e308, -1e308]) == np.inf
        assert np.isnan(joined([np.inf, -np.inf]))


def test_the_tree_over_lanes_is_fixed() -> None:
    lanes = [1e16, -1e16, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0]
    assert sum_of_lanes(lanes) == (1e16 + 1.0) + (-1e16 + 1.0)
