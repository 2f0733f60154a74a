"""Sums over data that are known, from statistics of groups of them.

The residual y - a[g] - b[g] x of constant data is the same function of a and b in all
rows of a group, but for data. So its sum, its products with data, and the sum of its
squares are computed once for each group, from means, slopes and sums of squares that
are computed when compiling; no pass over the data is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims, Sum
from tensorgraph.ops.check import Check
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.gather import AdvancedIncSubtensor, AdvancedSubtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.math import add, sub
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.tensor import constant, static_value
from tensorgraph.rewrites.facts import is_real_float
from tensorgraph.rewrites.speed.directions import Directions
from tensorgraph.rewrites.speed.orthogonal import (
    Factored,
    Groups,
    Wide,
    factored,
    groups_of,
)
from tensorgraph.rewrites.speed.residuals import (
    MOST_COLUMNS,
    ONE,
    AtGroups,
    Grouped,
    Product,
    Residual,
    TooMuch,
    is_near,
)

LEAST_ROWS = 16
"""Sums over fewer rows stay as they are."""
MOST_ELEMENTS = 2_000_000
"""No more rows times columns are looked at when compiling."""
MOST_PARTS = 4
"""Sums are opened so deep."""

statistics = Rules("statistics")
node_rule = statistics.node_rule


def _any_not_finite(values: list[Any]) -> bool:
    """Infinity times a zero among the data is nan."""
    return not all(np.isfinite(x).all() for x in values)


@node_rule(Sum, among=(Check,))
def a_sum_is_checked_once(node: Apply) -> Any:
    """The condition is one number: what it guards is summed as if it were not there."""
    inner = node.inputs[0].owner
    if inner is None or not isinstance(inner.op, Check):
        return None
    x, *conditions = inner.inputs
    return inner.op(node.op(x), *conditions)


@node_rule(Sum, among=(Elementwise, AdvancedSubtensor, Constant), rounding=True,
           absolute=True, moderate=True, exempt=_any_not_finite)  # fmt: skip
def sums_over_data_are_sums_over_groups(node: Apply, graph: Any) -> Any:
    """The data enter by their means and slopes, computed when compiling."""
    if node.op.axes != (0,) or node.inputs[0].type.ndim != 1:  # type: ignore[attr-defined]
        return None
    return _total(node.inputs, graph)


@node_rule(Dot, rounding=True, absolute=True, moderate=True, exempt=_any_not_finite)
def products_with_data_are_sums_over_groups(node: Apply, graph: Any) -> Any:
    """The data enter by their means and slopes, computed when compiling."""
    x, y = node.inputs
    if x.type.ndim == y.type.ndim == 1:  # type: ignore[attr-defined]
        return _total(node.inputs, graph)
    rows, matrix = (x, static_value(y)) if x.type.ndim == 1 else (y, static_value(x))  # type: ignore[attr-defined]
    if matrix is None or rows.type.ndim != 1:  # type: ignore[attr-defined]
        return None
    return _totals(rows, matrix if rows is x else matrix.T, graph)


def _totals(v: Variable, matrix: np.ndarray, graph: Any) -> Any:
    """A vector times a matrix of data: its products with columns, or None."""
    parts: list[Any] = []
    if not 0 < matrix.shape[1] <= MOST_COLUMNS:
        return None
    for column in matrix.T:
        parts.append(_total([v, constant(column)], graph))
        if parts[-1] is None:
            return None
    return concatenate([ExpandDims((0,))(part) for part in parts])


def _total(factors: Sequence[Variable], graph: Any) -> Any:
    """The sum of a product of vectors, or None."""
    return _reduced(
        factors, [], graph, lambda parts: reduce(add, [p.total() for p in parts])
    )


@node_rule(AdvancedIncSubtensor, among=(Elementwise, AdvancedSubtensor, Constant),
           rounding=True, absolute=True, moderate=True,
           exempt=_any_not_finite)  # fmt: skip
def data_are_added_to_groups_by_their_statistics(node: Apply, graph: Any) -> Any:
    """The data enter by their means and slopes, computed when compiling."""
    base, value, *indices = node.inputs
    if len(indices) != 1 or base.type.ndim != 1 or static_value(indices[0]) is None:
        return None

    def added(before: Any, part: Reduced) -> Any:
        places = constant(part.lines.at.places(indices[0]), "int64")
        return node.op(before, part.of_groups(), places)

    return _reduced([value], indices, graph, lambda parts: reduce(added, parts, base))


class Reduced(NamedTuple):
    """A sum over the rows of each group: multiple · factor · (pieces + constants)."""

    multiple: float
    factor: Variable | None
    pieces: list[Any]
    constants: np.ndarray
    lines: Directions

    def total(self) -> Any:
        """The sum over all groups."""
        if self.factor is not None:
            return self._times(Sum((0,))(self._vector()))
        sums = [Sum((0,))(piece) for piece in self.pieces]
        return self._times(self._with(sums, self.constants.sum()))

    def of_groups(self) -> Any:
        """An element for each group."""
        return self._times(self._vector())

    def _vector(self) -> Any:
        made = self._with(self.pieces, self.constants)
        return made if self.factor is None else self.factor * made

    def _with(self, parts: Sequence[Any], constants: Any) -> Any:
        rest = [self.lines.number(constants)] if np.any(constants) or not parts else []
        return reduce(add, [*parts, *rest])

    def _times(self, made: Any) -> Any:
        return made if self.multiple == 1 else self.lines.number(self.multiple) * made


def _reduced(
    factors: Sequence[Variable], indices: Sequence[Variable], graph: Any,
    finish: Callable[[list[Reduced]], Any],
) -> Any:  # fmt: skip
    """What `finish` makes of a product of vectors, summed over groups of rows.

    Rows of a group have the same indices. There are several parts if the product is a
    sum of products. None if it is no product of data, factors of groups and a residual,
    or if nothing is saved.
    """
    shape, *others = {v.type.shape for v in (*factors, *indices)}
    if others or len(shape) != 1 or not isinstance(shape[0], int):
        return None
    length = shape[0]
    if not LEAST_ROWS <= length <= MOST_ELEMENTS:
        return None
    if not all(map(is_real_float, factors)):
        return None
    try:
        with np.errstate(all="ignore"):
            return finish(list(_parts(factors, indices, length, graph, MOST_PARTS)))
    except TooMuch:
        return None


def _parts(
    factors: Sequence[Variable], indices: Sequence[Variable], length: int, graph: Any,
    most: int, sign: int = 1,
) -> Iterator[Reduced]:  # fmt: skip
    """What `_reduced` gives; raises where there is nothing to gain."""
    try:
        yield _read(factors, indices, length, graph, sign)
    except TooMuch:
        node = factors[0].owner
        if len(factors) > 1 or not most or node is None or node.op not in (add, sub):
            raise
        for v, own in zip(node.inputs, (1, -1 if node.op is sub else 1), strict=True):
            if v.type.dtype != factors[0].type.dtype:
                raise
            yield from _parts([v], indices, length, graph, most - 1, sign * own)


def _read(
    factors: Sequence[Variable], indices: Sequence[Variable], length: int, graph: Any,
    sign: int,
) -> Reduced:  # fmt: skip
    """The sums of one product of vectors over groups of rows."""
    grouped = Grouped(factors[0].type.dtype)
    product, residual = Product(), Residual(grouped)
    for v in dict.fromkeys(factors):
        product.take(v, grouped, list(factors).count(v))
    if product.core is None:
        residual.known = ONE
    else:
        residual.read(product.core)
        residual.sort()
    groups, known = _groups([*grouped.indices, *indices], length, graph)
    target, scale, *columns = (
        x if np.size(x) == length else np.broadcast_to(x, length)
        for x in (residual.known, product.scale, *residual.columns)
    )
    data = Data(columns, target, groups, grouped.dtype, known)
    scale, multiple = _normal(scale)
    if not np.isfinite(scale).all():
        raise TooMuch
    at, sign = AtGroups(groups), sign * product.sign
    factor = at.product(product.factors)
    if product.squared:
        found, column = data.squares(scale), -1
    else:
        found, column = data.products(scale)
    terms = [*residual.terms, []][: len(found.sizes)]
    lines = Directions(terms, found, at, grouped.dtype)
    if product.squared:
        pieces, constants = lines.squares(), found.rest
    elif residual.columns:
        pieces, constants = lines.products(column), np.zeros(groups.length)
    else:
        pieces, constants = [], groups.totals(np.multiply(scale, target, dtype=Wide))
    return Reduced(sign * multiple, factor, pieces, constants, lines)


def _groups(
    indices: Sequence[Variable], length: int, graph: Any
) -> tuple[Groups, list[Any]]:
    """The groups of some indices, and what was found out about their data before."""
    notes, keys = graph.notes.setdefault("statistics", {}), dict.fromkeys(indices)
    key = (length, *keys)
    if key not in notes:
        notes[key] = groups_of([static_value(index) for index in keys], length), []
    found: tuple[Groups, list[Any]] = notes[key]
    return found


def _normal(scale: np.ndarray) -> tuple[np.ndarray, float]:
    """Data that are one number as ones, and the number."""
    same = scale[0] != 0 and (scale == scale[0]).all()
    return (np.ones(len(scale)), float(scale[0])) if same else (scale, 1.0)


def _are_same(a: np.ndarray, b: np.ndarray) -> bool:
    return a is b or np.array_equal(a, b)


class Data(NamedTuple):
    """The data of residuals in groups; what was factored before is `known`."""

    columns: list[np.ndarray]
    target: np.ndarray
    groups: Groups
    dtype: str
    known: list[tuple[str, list[np.ndarray], np.ndarray, Factored]]

    def squares(self, weights: np.ndarray) -> Factored:
        """The columns factored for a sum of squares with weights."""
        if not np.isfinite(weights).all() or (weights < 0).any():
            raise TooMuch
        for used, found in self._before():
            if _are_same(used, weights):
                return found
        found = self._factored(self.columns, weights)
        own = [*self.columns, self.target]
        self.known.append((self.dtype, own, weights, found))
        return found

    def products(self, scale: np.ndarray) -> tuple[Factored, int]:
        """Columns factored for sums of products with data, and which column these are.

        They are a column of the residual, with weights that its squares have, too, or
        else one more.
        """
        ones = np.ones(len(scale))
        for weights in [ones, *[used for used, _ in self._before()]]:
            for number, column in enumerate(self.columns):
                if is_near(weights * column, scale):
                    return self.squares(weights), number
        columns = [*self.columns, scale] if self.columns else []
        return self._factored(columns, ones), len(columns) - 1

    def _before(self) -> list[tuple[np.ndarray, Factored]]:
        """The weights for which these columns were factored before."""
        own = [*self.columns, self.target]
        return [
            (weights, found)
            for dtype, arrays, weights, found in self.known
            if dtype == self.dtype
            and len(arrays) == len(own)
            and all(map(_are_same, arrays, own))
        ]

    def _factored(self, columns: list[np.ndarray], weights: np.ndarray) -> Factored:
        """The columns factored, where that saves work."""
        length, count = len(self.target), len(columns)
        numbers = self.groups.length * max(1, count * (count + 3) // 2)
        if 2 * numbers > length or count * length > MOST_ELEMENTS:
            raise TooMuch
        if not all(np.isfinite(x).all() for x in (*columns, self.target)):
            raise TooMuch
        return factored(columns, self.target, weights, self.groups, self.dtype)
