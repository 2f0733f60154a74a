"""Residuals of groups along directions that are orthogonal within them, as graphs.

Of rows c + sum_j w_j x_j there are left, for each group, the distances
d_j = start_j + w_j + sum_k slope_jk w_k; squares and products of rows are sums of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, reduce
from typing import Any

import numpy as np

from tensorgraph.ops.math import add, sqr
from tensorgraph.ops.tensor import constant
from tensorgraph.rewrites.speed.orthogonal import Factored
from tensorgraph.rewrites.speed.residuals import AtGroups, Term, TooMuch, is_gathered


class Directions:
    """The distances of groups, for columns with terms and what is left of them."""

    def __init__(
        self, terms: Sequence[Sequence[Term]], found: Factored, at: AtGroups, dtype: str
    ) -> None:
        self.terms = terms
        self.found = found
        self.at = at
        self.dtype = dtype
        gathered = [any(map(is_gathered, one)) for one in terms]
        self.differs = [any(gathered[j:]) for j in range(len(terms))]

    def number(self, value: Any) -> Any:
        """A constant of the dtype of the rows."""
        made = np.asarray(value).astype(self.dtype)
        if not np.isfinite(made).all():
            raise TooMuch
        return constant(made)

    @cached_property
    def own(self) -> list[list[tuple[int, Any]]]:
        """The terms of each column: a sign, and a variable of groups."""
        return [
            [(sign, self.at.product(factors)) for sign, factors in one]
            for one in self.terms
        ]

    def distance(self, j: int) -> Any:
        """How far groups are from their best, along a direction."""
        high, low = self.found.starts[j]
        made: Any = self.number(high)
        for sign, w in self.own[j]:
            made = made + w if sign > 0 else made - w
        for k in range(j + 1, len(self.terms)):
            slope = self.found.slopes[j, k]
            if self.own[k] and slope.any():
                sign, w = self._whole(k)
                part = self.number(slope) * w
                made = made + part if sign > 0 else made - part
        return made if low is None else made + self.number(low)

    def _whole(self, k: int) -> tuple[int, Any]:
        """The sum of the terms of a column, or of their opposites."""
        (first, made), *others = self.own[k]
        for sign, w in others:
            made = made + w if sign == first else made - w
        return first, made

    def pull(self, j: int) -> Any:
        """A distance times the size of its direction."""
        return self.number(self.found.sizes[j]) * self.distance(j)

    def squares(self) -> list[Any]:
        """What adds up to the sums of squares, but for the rest.

        What differs between groups by constants alone stands by itself: it is constant
        data again, of which there is one sum.
        """
        used = self._used()
        alone = [
            self.number(self.found.sizes[j]) * sqr(self.distance(j))
            for j in used
            if not self.differs[j]
        ]
        others = [j for j in used if self.differs[j]]
        return _with_sum([self.pull(j) * self.distance(j) for j in others], alone)

    def products(self, j: int) -> list[Any]:
        """What adds up to the sums of the rows times a column."""
        parts: tuple[list[Any], list[Any]] = [], []
        for k in self._used():
            slope = self.found.slopes.get((k, j))
            if k == j or (slope is not None and slope.any()):
                pull = self.pull(k)
                part = pull if slope is None else self.number(slope) * pull
                parts[self.differs[k]].append(part)
        return _with_sum(parts[1], parts[0])

    def _used(self) -> list[int]:
        """The columns that are no combinations of those before them."""
        return [j for j, size in enumerate(self.found.sizes) if size.any()]


def _with_sum(some: list[Any], alone: list[Any]) -> list[Any]:
    return [reduce(add, some), *alone] if some else alone
