"""Where the elements of a tensor lie, proven from the graph: bounds, nan, fractions."""

from __future__ import annotations

import math as number
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import inf
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import Shape, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.reducing.reduce import Extremum, Max
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.tensor import TensorOp, TensorType, static_value


class Range(NamedTuple):
    """What holds for every element of a real tensor, after rounding to its dtype.

    It is nan (only if `nan`), or lies between `low` and `high`, infinities included. If
    `whole`, it has no fraction; only if `minus_zero` may it be -0.0.
    """

    low: float = -inf
    high: float = inf
    nan: bool = True
    whole: bool = False
    minus_zero: bool = True

    @property
    def has_zero(self) -> bool:
        """Whether an element may be zero."""
        return self.low <= 0 <= self.high

    @property
    def has_infinity(self) -> bool:
        """Whether an element may be infinite."""
        return self.low == -inf or self.high == inf


ANYTHING = Range()
ZERO = Range(0.0, 0.0, False, True, False)
LONGEST = 2.0**53
"""No axis is longer."""
HUGE = 1e290
"""Sums of numbers beyond may overflow in both directions, and give nan."""
SLACK = {"float64": 1e-9, "float32": 1e-4, "float16": 0.05}
"""Functions of bounds are trusted up to this relative error."""


def range_of(variable: Variable) -> Range:
    """The proven range of the elements; `ANYTHING` for complex ones.

    It is kept: rewriting never changes what a variable stands for.
    """
    stack = [variable]
    while stack:
        v = stack[-1]
        if _known(v) is None:
            missing = [u for u in _parts(v) if _known(u) is None]
            if missing:
                stack.extend(missing)
                continue
            v.facts = {**(v.facts or {}), "range": _range(v)}
        stack.pop()
    return _found(variable)


def _known(v: Variable) -> Range | None:
    """The range, if it was found before."""
    return None if v.facts is None else v.facts.get("range")


def _found(v: Variable) -> Range:
    """The range, which was found before."""
    found: Range = v.facts["range"]  # type: ignore[index]
    return found


def _parts(v: Variable) -> Sequence[Variable]:
    """The operands whose ranges decide that of a variable."""
    node = v.owner
    if node is None or not _is_real(v):
        return ()
    op = node.op
    if isinstance(op, Elementwise):
        return [u for u in node.inputs if _is_real(u)] if _has_rule(op) else ()
    if isinstance(op, Join):
        return node.inputs
    passes = isinstance(op, Cast | Sum | Extremum) or (
        isinstance(op, TensorOp) and op.moves_elements
    )
    return [u for u in node.inputs[:1] if _is_real(u)] if passes else ()


def _is_real(v: Variable) -> bool:
    return isinstance(v.type, TensorType) and v.type.dtype[0] != "c"


def _range(v: Variable) -> Range:
    if not _is_real(v):
        return ANYTHING
    value = static_value(v)
    if value is not None:
        return _of_values(value)
    found = _computed(v.owner) if v.owner is not None else ANYTHING
    wraps = v.owner is None or not _chooses_elements(v.owner.op)
    return _in_dtype(found, v.type.dtype, wraps)  # type: ignore[attr-defined]


def _of_values(value: np.ndarray) -> Range:
    """The range of known elements."""
    x = value.astype("float64")
    good = x[x == x]
    if not good.size:
        return ZERO._replace(nan=bool(x.size))
    whole = bool((np.floor(good) == good).all())
    minus_zero = bool((np.signbit(good) & (good == 0)).any())
    return Range(
        float(good.min()), float(good.max()), good.size < x.size, whole, minus_zero
    )


def _chooses_elements(op: Any) -> bool:
    """Whether an op gives what it was given, so that no integer wraps around."""
    if isinstance(op, Extremum | Join):
        return True
    return op in CHOICES or getattr(op, "moves_elements", False)


def _in_dtype(found: Range, dtype: str, wraps: bool) -> Range:
    """A range in a dtype: bounds are rounded, integers that wrap may be anything."""
    if dtype == "bool":
        low, high = float(found.low > 0), float(found.high > 0 or found.low < 0)
        return Range(low, high, False, True, False)
    if dtype[0] == "f":
        if dtype != "float64":
            limit = float(np.finfo(dtype).max)
            low, high = (_rounded(x, dtype, limit) for x in (found.low, found.high))
            found = found._replace(low=low, high=high)
        fits = found.minus_zero or found.low >= 0
        return found if fits else found._replace(minus_zero=True)
    limits = np.iinfo(dtype)
    low, high = float(limits.min), float(limits.max)
    edge = wraps and limits.bits == 64 and (found.low <= low or found.high >= high)
    if found.nan or edge or found.low < low or found.high > high:
        return Range(low, high, False, True, False)
    return Range(number.floor(found.low), number.ceil(found.high), False, True, False)


def _rounded(x: float, dtype: str, limit: float) -> float:
    if x - x != 0:
        return x
    return (
        float(np.dtype(dtype).type(x)) if abs(x) <= limit else number.copysign(inf, x)
    )


def _computed(node: Apply) -> Range:
    """The range of what an op gives, from those of its operands."""
    op = node.op
    if isinstance(op, Elementwise):
        if not _has_rule(op):
            return ANYTHING
        if not all(map(_is_real, node.inputs)):
            return Range(*op.image)
        dtype = node.outputs[0].type.dtype  # type: ignore[attr-defined]
        return _of_ranges(op, dtype, *map(_found, node.inputs))
    if isinstance(op, Shape):
        return Range(0.0, LONGEST, False, True, False)
    if not _parts(node.outputs[0]):
        return ANYTHING
    if isinstance(op, Join):
        return union(*map(_found, node.inputs))
    x = _found(node.inputs[0])
    if isinstance(op, Cast):
        return x
    if isinstance(op, Sum):
        return _sum(x)
    if isinstance(op, Extremum):
        return x if _chooses(op, node.inputs[0]) else _extended(op, x)
    pads = isinstance(op, TensorOp) and op.pads_with_zeros
    return union(x, ZERO) if pads else x


def union(*ranges: Range) -> Range:
    """The range of elements that each lie in one of some ranges."""
    low, high, nan, whole, minus_zero = zip(*ranges, strict=True)
    return Range(min(low), max(high), any(nan), all(whole), any(minus_zero))


def _chooses(op: Extremum, x: Variable) -> bool:
    """Whether there are elements to choose from."""
    lengths = [x.type.shape[axis] for axis in op.axes]  # type: ignore[attr-defined]
    return all(isinstance(n, int) and n for n in lengths)


def _extended(op: Extremum, x: Range) -> Range:
    """A range with the largest of no elements, or the smallest."""
    if isinstance(op, Max):
        return x._replace(low=-inf)
    return x._replace(high=inf)


def _sum(x: Range) -> Range:
    """Of any number of elements, none included."""
    nan = x.nan or (x.low < 0 < x.high and max(-x.low, x.high) > HUGE)
    low, high = (0.0 if x.low >= 0 else -inf), (0.0 if x.high <= 0 else inf)
    return Range(low, high, nan, x.whole, x.minus_zero)


# -- elementwise functions -------------------------------------------------------------


def _has_rule(op: Elementwise) -> bool:
    return op in RULES or op.monotone != 0 or op.image != (-inf, inf)


@lru_cache(maxsize=1024)
def _of_ranges(op: Elementwise, dtype: str, *ranges: Range) -> Range:
    """The range of a function of numbers in some ranges, which many nodes share."""
    if op in RULES:
        return RULES[op](*ranges)
    return _by_declaration(op, SLACK.get(dtype, 0.0), *ranges)


def _by_declaration(op: Elementwise, slack: float, *ranges: Range) -> Range:
    """What the image of a function says, and its growth."""
    low, high = op.image
    if not op.monotone:
        inside = all(
            start < x.low and x.high < stop
            for x, (start, stop) in zip(ranges, op.domain, strict=True)
        )
        nan = not inside or any(x.nan for x in ranges)
        return Range(low, high, nan, False, low < 0)
    (x,) = ranges
    start, stop = op.domain[0]
    nan = x.nan or x.low < start or x.high > stop
    ends = [_at(op, min(max(end, start), stop)) for end in (x.low, x.high)]
    first, last = ends if op.monotone > 0 else ends[::-1]
    whole = op in (math.floor, math.ceil)
    return Range(
        max(low, _below(first, slack)), min(high, -_below(-last, slack)), nan, whole,
        first <= 0 if op not in (math.exp, math.sigmoid, math.softplus) else False,
    )  # fmt: skip


def _at(op: Elementwise, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(op.scalar_reference(np.float64(x)))


def _below(x: float, slack: float) -> float:
    """A bound from below of what is computed to a few digits less."""
    exact = x - x != 0 or x in (-1.0, 0.0, 1.0)
    return x if exact else x - slack * abs(x)


def _add(a: Range, b: Range) -> Range:
    opposite = (a.high == inf and b.low == -inf) or (a.low == -inf and b.high == inf)
    return Range(
        _total(a.low, b.low, -inf), _total(a.high, b.high, inf),
        a.nan or b.nan or opposite, a.whole and b.whole, a.minus_zero and b.minus_zero,
    )  # fmt: skip


def _total(a: float, b: float, unknown: float) -> float:
    total = a + b
    return total if total == total else unknown


def _neg(a: Range) -> Range:
    return Range(-a.high, -a.low, a.nan, a.whole, a.has_zero)


def _mul(a: Range, b: Range) -> Range:
    ends = [_product(p, q) for p in (a.low, a.high) for q in (b.low, b.high)]
    nan = (a.has_zero and b.has_infinity) or (b.has_zero and a.has_infinity)
    minus = a.minus_zero or b.minus_zero or a.low < 0 or b.low < 0
    return Range(
        min(ends), max(ends), a.nan or b.nan or nan, a.whole and b.whole, minus
    )


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def _reciprocal(a: Range) -> Range:
    if a.low > 0 or a.high < 0 or (a.low == 0 and not a.minus_zero):
        low, high = (1 / end if end else inf for end in (a.high, a.low))
        return Range(low, high, a.nan, False, a.low < 0)
    return Range(nan=a.nan)


def _true_div(a: Range, b: Range) -> Range:
    """Close to a product with the reciprocal."""
    found = _mul(a, _reciprocal(b))
    nan = a.nan or b.nan or (a.has_zero and b.has_zero)
    return found._replace(
        low=min(0.99 * found.low, 1.01 * found.low),
        high=max(0.99 * found.high, 1.01 * found.high),
        nan=nan or (a.has_infinity and b.has_infinity), whole=False,
    )  # fmt: skip


def _abs(a: Range) -> Range:
    low = 0.0 if a.has_zero else min(abs(a.low), abs(a.high))
    return Range(low, max(abs(a.low), abs(a.high)), a.nan, a.whole, False)


def _sqr(a: Range) -> Range:
    size = _abs(a)
    return size._replace(low=size.low * size.low, high=size.high * size.high)


def _sign(a: Range) -> Range:
    low, high = float(np.sign(a.low)), float(np.sign(a.high))
    return Range(low, high, a.nan, True, a.minus_zero)


def _pow(a: Range, b: Range) -> Range:
    even = b.low == b.high and b.low % 2 == 0
    nan = a.nan or b.nan or (a.low < 0 and not b.whole)
    whole = a.whole and b.whole and b.low >= 0
    if even or a.low > 0 or (a.low == 0 and not a.minus_zero):
        return Range(0.0, inf, nan, whole, False)
    return Range(nan=nan, whole=whole)


def _extremum(choose: Callable[..., float]) -> Callable[[Range, Range], Range]:
    def chosen(a: Range, b: Range) -> Range:
        return Range(
            choose(a.low, b.low), choose(a.high, b.high), a.nan or b.nan,
            a.whole and b.whole, a.minus_zero or b.minus_zero,
        )  # fmt: skip

    return chosen


def _mod(a: Range, b: Range) -> Range:
    nan = a.nan or b.nan or b.has_zero or a.has_infinity
    whole = a.whole and b.whole
    low, high = min(0.0, b.low + whole), max(0.0, b.high - whole)
    return Range(low, high, nan, whole)


RULES: dict[Any, Callable[..., Range]] = {
    math.add: _add,
    math.sub: lambda a, b: _add(a, _neg(b)),
    math.neg: _neg,
    math.mul: _mul,
    math.true_div: _true_div,
    math.reciprocal: _reciprocal,
    math.abs: _abs,
    math.sqr: _sqr,
    math.sign: _sign,
    math.pow: _pow,
    math.mod: _mod,
    math.maximum: _extremum(max),
    math.minimum: _extremum(min),
    math.where: lambda condition, a, b: union(a, b),
    **dict.fromkeys(
        (math.eq, math.neq, math.lt, math.le, math.gt, math.ge, math.logical_and,
         math.logical_or, math.logical_not, math.isnan),
        lambda *operands: Range(0.0, 1.0, False, True, False),
    ),
}  # fmt: skip
"""Functions of which more is known than their image and growth."""

CHOICES = (math.maximum, math.minimum, math.where, math.mod, math.sign)
"""Functions whose results lie among or between their operands."""


# -- what rules ask --------------------------------------------------------------------


def is_finite(x: Variable) -> bool:
    """Whether no element can be nan or infinite."""
    found = range_of(x)
    return not found.nan and not found.has_infinity


def is_not_nan(x: Variable) -> bool:
    """Whether no element can be nan."""
    return not range_of(x).nan


def is_not_negative(x: Variable) -> bool:
    """Whether no element can be below zero; nan may be among them."""
    return range_of(x).low >= 0


def is_positive(x: Variable) -> bool:
    """Whether every element is above zero; nan may be among them."""
    return range_of(x).low > 0


def is_not_zero(x: Variable) -> bool:
    """Whether no element can be zero; nan may be among them."""
    return not range_of(x).has_zero


def is_whole(x: Variable) -> bool:
    """Whether no element has a fraction; nan and infinities may be among them."""
    return range_of(x).whole


def is_within(x: Variable, low: float, high: float) -> bool:
    """Whether every element lies between two numbers, or is nan."""
    found = range_of(x)
    return low <= found.low and found.high <= high
