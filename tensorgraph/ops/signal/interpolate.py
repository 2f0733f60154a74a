"""Interpolation between points of a line: linear, and by cubic splines."""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.check import check
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.indexing.take import take
from tensorgraph.ops.linalg.banded import solve_banded
from tensorgraph.ops.shaping.join import concatenate, stack
from tensorgraph.ops.shaping.shape import specify_shape
from tensorgraph.ops.sorting.search import searchsorted
from tensorgraph.ops.sorting.sort import argsort
from tensorgraph.ops.tensor import as_tensor

ENDS = ("not-a-knot", "natural", "clamped")
"""What holds at the ends of a spline: the third derivative does not jump at the second
point; the second derivative is 0; the first derivative is 0."""


def _checked(what: str, xp: Any, fp: Any, least: int) -> tuple[Variable, Variable]:
    xp, fp = as_tensor(xp), as_tensor(fp)
    n, m = (v.type.shape[0] if v.type.ndim == 1 else -1 for v in (xp, fp))
    known = isinstance(n, int) and isinstance(m, int)
    if -1 in (n, m) or (known and (n != m or n < least)):
        raise ShapeError(
            f"{what} takes two vectors of one length, at least {least}, not {xp.type} "
            f"and {fp.type}.",
            remedy="Give each point an xp and an fp.",
        )
    return xp, fp if known else specify_shape(fp, (shape_of(xp)[0],))


def _interval(x: Variable, xp: Variable) -> Any:
    """The last point that is not above x, but neither before the first nor the last."""
    place = searchsorted(xp, x, side="right") - 1
    return math.maximum(math.minimum(place, shape_of(xp)[0] - 2), 0)


def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    """Linear interpolation between the points (xp, fp), where xp increases.

    Outside of the points it is `left` and `right`: the first and the last of fp, unless
    given. With a `period` the points repeat, and xp may have any order. It can be
    differentiated by x, xp and fp. Raises `ShapeError` unless xp and fp are vectors of
    one length.

    >>> interp([0.5, 1.5, 9.0], [0.0, 1.0, 2.0], [3.0, 2.0, 0.0]).eval()
    array([2.5, 1. , 0. ])
    """
    x = as_tensor(x)
    xp, fp = _checked("interp", xp, fp, 1)
    if period is not None:
        x, xp, fp = _repeated(x, xp, fp, math.abs(period))
        left = right = None
    first, last = get(fp, 0), get(fp, -1)
    if xp.type.shape[0] == 1:
        inside = math.where(math.isnan(x), x, first)
    else:
        place = _interval(x, xp)
        beyond = place + 1
        start, value = take(xp, place), take(fp, place)
        slope = (take(fp, beyond) - value) / (take(xp, beyond) - start)
        inside = value + slope * (x - start)
        inside = math.where(math.eq(x, take(xp, beyond)), take(fp, beyond), inside)
    low = math.where(math.lt(x, get(xp, 0)), first if left is None else left, inside)
    return math.where(math.gt(x, get(xp, -1)), last if right is None else right, low)


def _repeated(x: Any, xp: Any, fp: Any, period: Any) -> tuple[Any, Any, Any]:
    """The points of one period in order, with one more on both sides."""
    x, xp = math.mod(x, period), math.mod(xp, period)
    order = argsort(xp)
    xp, fp = take(xp, order), take(fp, order)
    ends = slice(-1, None), slice(None, 1)
    xp = concatenate([get(xp, ends[0]) - period, xp, get(xp, ends[1]) + period])
    return x, xp, concatenate([get(fp, ends[0]), fp, get(fp, ends[1])])


# -- cubic splines ---------------------------------------------------------------------


def cubic_spline(x: Any, xp: Any, fp: Any, bc_type: str = "not-a-knot") -> Any:
    """The cubic spline through the points (xp, fp), where xp increases.

    It has two continuous derivatives; `bc_type` says what holds at the ends:
    "not-a-knot" (the first two and the last two pieces are one polynomial each),
    "natural" or "clamped". Outside, the first and the last piece go on. It can be
    differentiated by x, xp and fp. The slopes at the points solve a tridiagonal system
    (de Boor, A Practical Guide to Splines, 1978, chapter IV). Raises `ShapeError`
    unless xp and fp are vectors of one length of at least 2; for "not-a-knot" a length
    that only the call tells is at least 4, else `ParameterError`.

    >>> cubic_spline([0.5, 2.5], [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 8.0, 27.0]).eval()
    array([ 0.125, 15.625])
    """
    x = as_tensor(x)
    xp, fp = _checked("cubic_spline", xp, fp, 2)
    if bc_type not in ENDS:
        raise ValueError(f"cubic_spline: bc_type is one of {ENDS}, not {bc_type!r}.")
    if bc_type == "not-a-knot" and xp.type.shape[0] is None:
        fp = check(fp, math.ge(shape_of(xp)[0], 4), "number of points >= 4")
    slopes = _slopes(xp, fp, bc_type)
    place = _interval(x, xp)
    beyond = place + 1
    width = take(xp, beyond) - take(xp, place)
    value, one, two = take(fp, place), take(slopes, place), take(slopes, beyond)
    secant = (take(fp, beyond) - value) / width
    t = (x - take(xp, place)) / width
    cubic = one + two - 2 * secant
    return value + t * width * (one + t * (secant - one - cubic + t * cubic))


def _slopes(xp: Variable, fp: Variable, ends: str) -> Any:
    """The derivatives of the spline at the points."""
    h = get(xp, slice(1, None)) - get(xp, slice(None, -1))
    secant = (get(fp, slice(1, None)) - get(fp, slice(None, -1))) / h
    if ends == "not-a-knot" and xp.type.shape[0] in (2, 3):
        return _of_one_polynomial(h, secant, xp.type.shape[0])
    before, after = get(h, slice(None, -1)), get(h, slice(1, None))
    left, right = get(secant, slice(None, -1)), get(secant, slice(1, None))
    next_ = 0 if h.type.shape[0] == 1 else 1
    first = _end(ends, *(get(v, i) for v in (h, secant) for i in (0, next_)))
    last = _end(ends, *(get(v, i) for v in (h, secant) for i in (-1, -1 - next_)))
    zero = stack([0.0 * get(h, 0)])
    diagonal = [stack([first[0]]), 2 * (before + after), stack([last[0]])]
    above = [zero, stack([first[1]]), before]
    below = [after, stack([last[1]]), zero]
    sides = [stack([first[2]]), 3 * (after * left + before * right), stack([last[2]])]
    bands = stack([concatenate(parts) for parts in (above, diagonal, below)])
    return solve_banded((1, 1), bands, concatenate(sides))


def _end(ends: str, h: Any, second: Any, secant: Any, other: Any) -> tuple[Any, ...]:
    """The equation at an end: factors of its slope and of the next, and what they give.

    `h` and `second` are the widths of the two pieces there.
    """
    if ends == "clamped":
        return 1.0 + 0.0 * h, 0.0 * h, 0.0 * h
    if ends == "natural":
        return 2.0 + 0.0 * h, 1.0 + 0.0 * h, 3 * secant
    both = h + second
    return second, both, ((h + 2 * both) * second * secant + h * h * other) / both


def _of_one_polynomial(h: Variable, secant: Variable, points: int) -> Any:
    """The slopes of the line, or the parabola, through 2 or 3 points."""
    if points == 2:
        return concatenate([secant, secant])
    (h0, h1), (s0, s1) = ((get(v, 0), get(v, 1)) for v in (h, secant))
    middle = (h1 * s0 + h0 * s1) / (h0 + h1)
    return stack([2 * s0 - middle, middle, 2 * s1 - middle])
