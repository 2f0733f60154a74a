"""Residuals: data that are known less terms that are the same within groups of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import BroadcastTo
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.math import add, mul, neg, sqr, sub, true_div
from tensorgraph.ops.tensor import constant, static_value
from tensorgraph.rewrites.facts import is_op
from tensorgraph.rewrites.speed.orthogonal import Groups, Wide

ZERO, ONE = Wide(0), Wide(1)
MOST_OPS = 100
"""No more ops are looked at."""
MOST_COLUMNS = 8
"""No more columns of data are taken."""

Factor = tuple[Variable, bool]
"""A variable that multiplies, or divides if True."""
Term = tuple[int, tuple[Factor, ...]]
"""A sign and factors."""


def times(a: Any, b: Any) -> Any:
    """A product of data; what is multiplied by one stays the array that it is."""
    if a is ONE or b is ONE:
        return b if a is ONE else a
    return np.multiply(a, b, dtype=Wide)


def is_near(a: Any, b: Any) -> bool:
    """Whether data are the same but for rounding."""
    if a is b:
        return True
    if np.ndim(a) == np.ndim(b) == 1 and not _are_near(a[:1], b[:1]):
        return False
    return _are_near(a, b)


def _are_near(a: Any, b: Any) -> bool:
    return bool((np.abs(a - b) <= 4 * np.finfo(float).eps * np.abs(b)).all())


def data_of(v: Variable) -> Any:
    """The elements of a constant as real floats, or None."""
    value = static_value(v)
    whole = value is not None and value.dtype.kind != "f"
    return value.astype(float) if whole else value


def _is_data(v: Variable) -> bool:
    return static_value(v) is not None and v.type.shape != (1,)


class TooMuch(Exception):
    """What is no residual that can be read, or too large a one."""


class Grouped:
    """What is the same for all rows of a group, and by which indices rows are grouped.

    These are vectors gathered at constant places, what is repeated for all rows, and
    elementwise functions of such.
    """

    def __init__(self, dtype: str) -> None:
        self.dtype = dtype
        self.indices: dict[Variable, None] = {}
        self.known: dict[Variable, bool] = {}
        self.left = MOST_OPS

    def look(self) -> None:
        """Count an op that is looked at."""
        self.left -= 1
        if self.left < 0:
            raise TooMuch

    def __contains__(self, v: Variable) -> bool:
        if v not in self.known:
            self.look()
            self.known[v] = v.type.dtype == self.dtype and self._holds(v)
        return self.known[v]

    def _holds(self, v: Variable) -> bool:
        if v.type.shape == (1,):
            return True
        if is_op(v, BroadcastTo):
            return v.owner.inputs[0].type.shape == (1,)
        if is_op(v, AdvancedSubtensor):
            x, *indices = v.owner.inputs
            return (
                x.type.ndim == len(indices) == 1
                and static_value(indices[0]) is not None
            )
        return is_op(v, Elementwise) and all([u in self for u in v.owner.inputs])

    def opened(self, v: Variable) -> Sequence[Variable]:
        """The operands of an op, where it rounds as all the others do."""
        if v.type.dtype != self.dtype or v.owner is None:
            raise TooMuch
        return v.owner.inputs

    def note(self, v: Variable) -> None:
        """Enter the indices that a grouped variable is gathered by."""
        if is_op(v, AdvancedSubtensor):
            self.indices[v.owner.inputs[1]] = None
        elif is_op(v, Elementwise):
            for u in v.owner.inputs:
                if u.type.shape != (1,):
                    self.note(u)


def is_gathered(term: Term) -> bool:
    """Whether a term is not the same in all groups."""
    return any(v.type.shape != (1,) and not is_op(v, BroadcastTo) for v, _ in term[1])


@dataclass
class Residual:
    """known + sum of columns times terms, each the same within groups of rows."""

    grouped: Grouped
    known: Any = ZERO
    columns: list[Any] = field(default_factory=list)
    terms: list[list[Term]] = field(default_factory=list)

    def sort(self) -> None:
        """Put ones first, to centre data, then columns with terms of groups."""
        order = sorted(range(len(self.terms)), key=self._rank)
        self.columns = [self.columns[j] for j in order]
        self.terms = [self.terms[j] for j in order]

    def _rank(self, j: int) -> int:
        if is_near(self.columns[j], ONE):
            return 0
        return 1 if any(map(is_gathered, self.terms[j])) else 2

    def column(self, wanted: Any) -> int | None:
        """The number of a column that has these elements, but for rounding."""
        for number, column in enumerate(self.columns):
            if is_near(wanted, column):
                return number
        return None

    def enter(self, sign: int, scale: Any, factors: tuple[Factor, ...]) -> None:
        """Add a term that has elements of data as its coefficients."""
        for v, _ in factors:
            self.grouped.note(v)
        number = self.column(scale)
        if number is None and len(self.columns) == MOST_COLUMNS:
            raise TooMuch
        if number is None:
            self.columns.append(scale)
            self.terms.append([])
            number = len(self.terms) - 1
        self.terms[number].append((sign, factors))

    def read(
        self, v: Variable, sign: int = 1, scale: Any = ONE,
        factors: tuple[Factor, ...] = (),
    ) -> None:  # fmt: skip
        """Add what an expression is made of, times a sign, data and factors."""
        self.grouped.look()
        value = data_of(v)
        if value is not None and not factors:
            part, first = times(scale, value), self.known is ZERO and sign > 0
            self.known = part if first else np.add(self.known, sign * part, dtype=Wide)
        elif value is not None:
            self.enter(sign, times(scale, value), factors)
        elif v in self.grouped:
            self.enter(sign, scale, (*factors, (v, False)))
        elif is_op(v, neg):
            self.read(self.grouped.opened(v)[0], -sign, scale, factors)
        elif is_op(v, add) or is_op(v, sub):
            x, y = self.grouped.opened(v)
            if factors and any(map(_is_data, (x, y))):
                raise TooMuch  # their digits would cancel after the product, not before
            self.read(x, sign, scale, factors)
            self.read(y, sign if is_op(v, add) else -sign, scale, factors)
        elif is_op(v, Dot):
            self._read_columns(v, sign, scale, factors)
        else:
            self._read_product(v, sign, scale, factors)

    def _read_columns(
        self, v: Variable, sign: int, scale: Any, factors: tuple[Factor, ...]
    ) -> None:
        """A matrix of data times a vector is a sum of columns times its elements."""
        x, y = self.grouped.opened(v)
        data = data_of(x)
        if data is None or y.type.shape != (data.shape[1],):
            raise TooMuch
        if y.type.dtype != self.grouped.dtype or data.shape[1] > MOST_COLUMNS:
            raise TooMuch
        for k in range(data.shape[1]):
            one = y[k : k + 1]  # type: ignore[index]
            self.enter(sign, times(scale, data[:, k]), (*factors, (one, False)))

    def _read_product(
        self, v: Variable, sign: int, scale: Any, factors: tuple[Factor, ...]
    ) -> None:
        divides = is_op(v, true_div)
        if not divides and not is_op(v, mul):
            raise TooMuch
        x, y = self.grouped.opened(v)
        if not divides and (static_value(x) is not None or x in self.grouped):
            x, y = y, x
        value = data_of(y)
        if value is not None:
            by = np.divide(ONE, value) if divides else value
            self.read(x, sign, times(scale, by), factors)
        elif y in self.grouped:
            self.read(x, sign, scale, (*factors, (y, divides)))
        else:
            raise TooMuch


@dataclass
class Product:
    """Data times factors that are the same within groups, times what is left, if any.

    `core` is a residual or, if `squared`, the square of one.
    """

    scale: Any = ONE
    sign: int = 1
    factors: tuple[Factor, ...] = ()
    core: Variable | None = None
    squared: bool = False

    def take(self, v: Variable, grouped: Grouped, power: int = 1) -> None:
        """Multiply by an expression, or by its square."""
        grouped.look()
        value = data_of(v)
        if value is not None:
            value = value if power == 1 else times(value, value)
            self.scale = times(self.scale, value)
        elif v in grouped:
            grouped.note(v)
            self.factors += ((v, False),) * power
        elif is_op(v, neg):
            self.sign *= (-1) ** power
            self.take(grouped.opened(v)[0], grouped, power)
        elif is_op(v, mul):
            for u in grouped.opened(v):
                self.take(u, grouped, power)
        elif is_op(v, true_div) and v.owner.inputs[1] in grouped:
            x, y = grouped.opened(v)
            grouped.note(y)
            self.take(x, grouped, power)
            self.factors += ((y, True),) * power
        elif is_op(v, sqr) and power == 1:
            self.take(grouped.opened(v)[0], grouped, 2)
        elif self.core is None:
            self.core, self.squared = v, power == 2
        else:
            raise TooMuch


# -- the same for groups ---------------------------------------------------------------


class AtGroups:
    """Variables of rows that are the same within groups, as variables of groups."""

    def __init__(self, groups: Groups) -> None:
        self.groups = groups
        self.known: dict[Variable, Variable] = {}

    def __call__(self, v: Variable) -> Variable:
        if v not in self.known:
            self.known[v] = self._made(v)
        return self.known[v]

    def _made(self, v: Variable) -> Variable:
        if v.type.shape == (1,):
            return v
        assert v.owner is not None
        if is_op(v, BroadcastTo):
            return v.owner.inputs[0]
        if is_op(v, AdvancedSubtensor):
            x, index = v.owner.inputs
            return gathered(x, self.places(index))
        return v.owner.op(*map(self, v.owner.inputs))

    def places(self, index: Variable) -> np.ndarray:
        """Where the rows of each group are gathered from."""
        return self.groups.first(static_value(index))

    def product(self, factors: Sequence[Factor]) -> Variable | None:
        """The product of factors; None of no factors."""
        made: Any = None
        for v, divides in factors:
            one = self(v)
            if made is None:
                made = 1 / one if divides else one  # type: ignore[operator]
            else:
                made = made / one if divides else made * one
        return made


def gathered(x: Variable, places: np.ndarray) -> Variable:
    """x[places], or x if these are all its elements in their order."""
    if x.type.shape == places.shape and (places == np.arange(places.size)).all():
        return x
    return AdvancedSubtensor((0,))(x, constant(places, "int64"))
