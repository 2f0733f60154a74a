"""Graphs for the rules of sums over data that are known."""

import numpy as np

import tensorgraph as tg
from tensorgraph.ops.check import Check
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.tensor import constant
from tests.laws.rule_examples.arrays import array
from tests.laws.rule_examples.inputs import example, ranked

ROWS = (33, 60)


def column(f, n):
    """Data: numbers on any scale and far from zero, whole ones, or one for all rows."""
    values = [
        lambda: f.rng.normal(size=n), lambda: 1e3 + f.rng.normal(size=n),
        lambda: f.rng.integers(-2, 3, n), lambda: f.rng.integers(0, 2, n) * 1e-3,
        lambda: np.full(n, 0.3), lambda: 1e5 * f.rng.random(n),
    ]  # fmt: skip
    return constant(values[f.rng.integers(0, 6)](), "float64")


class Rows:
    """Rows in a few groups, and what is the same for the rows of one of them."""

    def __init__(self, f):
        self.f, self.n = f, int(f.rng.choice(ROWS))
        used = f.rng.choice([0, 1, 3], size=self.n)
        self.index = constant(used - 4 * (f.rng.random() < 0.2))
        self.other = constant((used > 0).astype("int8"))
        self.data = column(f, self.n)

    def column(self):
        """Data, often the same ones."""
        return self.data if self.f.rng.random() < 0.5 else column(self.f, self.n)

    def matrix(self):
        """A few columns of data."""
        count = int(self.f.rng.integers(1, 3))
        return constant(np.column_stack([self.column().value for _ in range(count)]))

    def gathered(self):
        if self.f.rng.random() < 0.2:
            return array(self.f, 2)[self.other]
        v = array(self.f, 4)[self.index]
        return tg.exp(v) if self.f.rng.random() < 0.1 else v

    def term(self):
        """What is subtracted from data, or added to them."""
        one = array(self.f) if self.f.rng.random() < 0.4 else self.gathered()
        if self.f.rng.random() < 0.1:
            one = one * self.gathered()
        kind = self.f.rng.integers(0, 4)
        return one if kind < 2 else one * self.column() if kind == 2 else -one

    def residual(self):
        left = self.column() if self.f.rng.random() < 0.9 else self.gathered()
        for _ in range(int(self.f.rng.integers(1, 4))):
            way = self.f.rng.integers(0, 3)
            term = self.term()
            left = [left - term, left + term, term - left][way]
        if self.f.rng.random() < 0.2:
            left = left + self.gathered() * self.data - array(self.f) * self.data
        if self.f.rng.random() < 0.2:
            x = self.matrix()
            left = left - Dot(2, 1)(x, array(self.f, x.value.shape[1]))
        return left

    def factor(self, v):
        """A vector, or a product of it with data or with what groups have in common."""
        kind = self.f.rng.integers(0, 8)
        ways = [lambda: v * self.column(), lambda: self.gathered() * v,
                lambda: v / (2.0 + tg.sqr(self.gathered())), lambda: -v]  # fmt: skip
        return ways[kind]() if kind < len(ways) else v

    def product(self):
        """What is summed: a residual or its square, times something."""
        kind, r = self.f.rng.integers(0, 6), self.residual()
        if kind == 0:
            return self.factor(self.gathered()) * self.column()
        if kind == 1:
            return self.factor(r)
        if kind == 2:
            weights = constant(np.abs(self.column().value))
            return weights * tg.sqr(self.factor(r))
        return self.factor(tg.sqr(r)) - (self.gathered() if kind == 3 else 0.0)


@example
def a_sum_is_checked_once(f):
    v, s = ranked(f), array(f)
    axes = tuple(a for a in range(v.type.ndim) if f.rng.random() < 0.7)
    anything = tg.logical_or(tg.isnan(s), tg.le(s, np.inf))
    checked = Check("s is a number")(tg.exp(v), anything, s)
    return tg.sum(checked, axis=axes or 0)


@example
def sums_over_data_are_sums_over_groups(f):
    return tg.sum(Rows(f).product())


@example
def products_with_data_are_sums_over_groups(f):
    rows = Rows(f)
    r, kind = rows.residual(), f.rng.integers(0, 4)
    if kind == 0:
        return Dot(1, 1)(r, r)
    if kind == 1:
        return Dot(1, 1)(rows.factor(r), rows.column())
    if kind == 2:
        return Dot(1, 2)(rows.factor(r), rows.matrix())
    return Dot(2, 1)(constant(rows.matrix().value.T), rows.factor(r))


@example
def data_are_added_to_groups_by_their_statistics(f):
    rows = Rows(f)
    value, base = rows.product(), array(f, 4)
    base = tg.zeros_like(base) if f.rng.random() < 0.5 else base
    return base.at[rows.index].add(value)
