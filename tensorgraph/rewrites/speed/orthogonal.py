"""Columns of data made orthogonal within groups: what sums of squares need of them.

In extended precision, where the platform has it, and in any case twice: what a first
projection leaves is projected again, so that results have all the digits of a double.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Wide = np.longdouble
"""In what everything is computed."""
OFFSET = 16
"""A start so many times the size of what is left over needs a second number."""


class Groups(NamedTuple):
    """A label from 0 on for each row, every label used, and rows in their order."""

    labels: np.ndarray
    order: np.ndarray
    starts: np.ndarray

    @property
    def length(self) -> int:
        """How many groups there are."""
        return len(self.starts)

    def totals(self, values: np.ndarray) -> np.ndarray:
        """The sum within each group."""
        return np.add.reduceat(values[self.order], self.starts)

    def first(self, values: np.ndarray) -> np.ndarray:
        """The value at one row of each group."""
        return values[self.order[self.starts]]


def groups_of(keys: Sequence[np.ndarray], length: int) -> Groups:
    """Rows with the same keys are a group, in the order of the keys.

    >>> groups_of([np.array([2, 0, 2])], 3).labels
    array([1, 0, 1])
    """
    labels = np.zeros(length, int)
    for key in keys:
        own = _numbered(key)
        labels = _numbered(labels * (own.max() + 1) + own)
    count = labels.max() + 1
    narrow = labels.astype("int16" if count < 2**15 else "int64")  # sorted by digits
    order = np.argsort(narrow, kind="stable")
    starts = np.searchsorted(labels[order], np.arange(count))
    return Groups(labels, order, starts)


def _numbered(key: np.ndarray) -> np.ndarray:
    """Integers from 0 on, without gaps, in the order of other integers."""
    own = key.astype(int) - int(key.min())
    if own.max() > 4 * len(own):
        return np.unique(own, return_inverse=True)[1]
    used = np.bincount(own) > 0
    return (np.cumsum(used) - 1)[own]


class Factored(NamedTuple):
    """What is left of columns x_j and a target c, one number for each group.

    For any w, the sum of weight (c + sum_j w_j x_j)² over the rows of a group is::

        rest + sum_j size_j (start_j + w_j + sum_{k > j} slope_jk w_k)²

    in which nothing cancels but what does in the residuals themselves. A start is a
    rounded number and what rounding lost of it, None where that does not matter.
    """

    sizes: list[np.ndarray]
    starts: list[tuple[np.ndarray, np.ndarray | None]]
    slopes: dict[tuple[int, int], np.ndarray]
    rest: np.ndarray


def factored(
    columns: Sequence[np.ndarray], target: np.ndarray, weights: np.ndarray,
    groups: Groups, dtype: str,
) -> Factored:  # fmt: skip
    """Columns and a target made orthogonal to each column in turn, within groups.

    Slopes are rounded to `dtype` before they are used; columns that are combinations of
    those before them, but for rounding, get a size of zero.

    >>> all_rows = groups_of([], 3)
    >>> found = factored(
    ...     [np.ones(3)], np.array([1.0, 2.0, 6.0]), np.ones(3), all_rows, "float64"
    ... )
    >>> print(found.sizes[0], found.starts[0][0], found.rest)
    [3.] [3.] [14.]
    """
    left = [np.array(x, Wide) for x in columns]
    before = [groups.totals(weights * x * x) for x in left]
    rest, unit = np.array(target, Wide), np.finfo(dtype).eps
    sizes, raw, slopes = [], [], {}
    for j, x in enumerate(left):
        size = groups.totals(weights * x * x)
        size[size <= unit**2 * before[j]] = 0
        for k in range(j + 1, len(left)):
            slope = _projected(x, left[k], weights, size, groups).astype(dtype)
            left[k] = left[k] - slope.astype(Wide)[groups.labels] * x
            slopes[j, k] = slope
        first = _projected(x, rest, weights, size, groups)
        rest = rest - first[groups.labels] * x
        second = _projected(x, rest, weights, size, groups)
        rest = rest - second[groups.labels] * x
        raw.append((first, second))
        sizes.append(size)
    final = groups.totals(weights * rest * rest)
    starts = [
        _start(*pair, s, final, dtype) for pair, s in zip(raw, sizes, strict=True)
    ]
    return Factored([s.astype(dtype) for s in sizes], starts, slopes, final)


def _projected(
    x: np.ndarray, y: np.ndarray, weights: np.ndarray, size: np.ndarray, groups: Groups
) -> np.ndarray:
    """The multiple of `x` that is nearest to `y` in each group; zero where x is."""
    found: Any = groups.totals(weights * x * y)
    return np.divide(found, size, out=np.zeros_like(size), where=size > 0)


def _start(
    first: np.ndarray,
    second: np.ndarray,
    size: np.ndarray,
    rest: np.ndarray,
    dtype: str,
) -> tuple[np.ndarray, np.ndarray | None]:
    """A start and what rounding loses of it, where the rest is small beside it."""
    high = (first + second).astype(dtype)
    low = ((first - high) + second).astype(dtype)
    reach = np.sum(size * np.square(high, dtype=Wide))
    offset = reach > OFFSET**2 * rest.sum()
    return high, low if offset and low.any() else None
