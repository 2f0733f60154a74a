"""Arrays made longer at their ends: pad, in all the ways that NumPy knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import broadcast_to, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_length
from tensorgraph.ops.creating.spacing import linspace
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.pointwise.rounding import rint
from tensorgraph.ops.reducing.moments import mean
from tensorgraph.ops.reducing.quantiles import median
from tensorgraph.ops.reducing.reduce import max as largest
from tensorgraph.ops.reducing.reduce import min as smallest
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import expand_dims
from tensorgraph.ops.tensor import as_tensor

Pair = tuple[Any, Any]
"""What belongs to the two ends of an axis: before the first and after the last."""


def pad(x: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Any:
    """`x` with so many more elements before and after those of each axis.

    `pad_width` is a length, a pair (before, after) for every axis, or such a pair for
    each; lengths are ints or integer scalar variables. A dictionary gives the pairs of
    some axes. What is put there says the `mode`:

    - "constant": `constant_values`, by default 0; "empty": anything (zeros);
    - "edge": the last element; "linear_ramp": steps from there down to `end_values`;
    - "reflect", "symmetric": mirrored at the last element, or behind it; with
      `reflect_type="odd"` also upside down;
    - "wrap": what lies at the other end;
    - "maximum", "minimum", "mean", "median": of the last `stat_length` elements, by
      default of all.

    Options are given as lengths are. Axes are padded one after another, so that corners
    are padding of padding. Raises `ShapeError` for widths that do not fit the axes,
    negative lengths, and for no elements to take the padding from; ValueError for
    another mode, TypeError for an option that the mode does not have.

    >>> pad([1, 2, 3], (2, 1)).eval()
    array([0, 0, 1, 2, 3, 0])
    >>> pad([1, 2, 3], 2, mode="reflect").eval()
    array([3, 2, 1, 2, 3, 2, 1])
    """
    x = as_tensor(x)
    if mode not in MODES:
        known = ", ".join(map(repr, MODES))
        raise ValueError(f"pad: a mode is one of {known}, not {mode!r}.")
    make, defaults = MODES[mode]
    for name in options:
        if name not in defaults:
            raise TypeError(f"pad: the mode {mode!r} has no option {name!r}.")
    ndim = x.type.ndim
    # A scalar has no axes, but its widths are checked too.
    widths = [_widths(pair) for pair in _pairs("pad_width", pad_width, ndim or 1)]
    widths = widths if ndim else []
    given = {k: _pairs(k, options.get(k, v), ndim) for k, v in defaults.items()}
    for axis, pair in enumerate(widths):
        if pair != (0, 0) and mode not in ("constant", "empty"):
            _check_some(x, axis, mode)
    plans = [
        partial(make, axis=axis, width=pair, **{k: v[axis] for k, v in given.items()})
        for axis, pair in enumerate(widths)
        if pair != (0, 0)
    ]
    return _padded(x, plans, mode in LOCAL)


def _padded(x: Variable, plans: Sequence[Any], local: bool) -> Any:
    """`x` padded along the axes of the plans, the last of them outermost.

    If `local`, padding is made of elements at places of the axis alone. Then pieces
    along one axis are padded along the others before they are joined, so that each
    element is moved once.
    """
    if not plans:
        return x
    *others, plan = plans
    if not local:
        x, others = _padded(x, others, local), []
    before, after = plan(x)
    (b, a), axis = plan.keywords["width"], plan.keywords["axis"]
    parts = [*([before] if _some(b) else []), x, *([after] if _some(a) else [])]
    joined = [_padded(cast(part, x.type.dtype), others, local) for part in parts]
    return concatenate(joined, axis)


def _some(width: Any) -> bool:
    """Whether a width may be other than zero."""
    return isinstance(width, Variable) or width != 0


def _widths(pair: Pair) -> Pair:
    return as_length(pair[0], "pad"), as_length(pair[1], "pad")


def _pairs(what: str, value: Any, ndim: int) -> list[Pair]:
    """A pair for each axis, from one value, one pair, or a pair for each."""
    if isinstance(value, dict):
        table: list[Pair] = [(0, 0)] * ndim
        for axis, entry in value.items():
            if not -ndim <= axis < ndim:
                raise ShapeError(f"pad: axis {axis} is out of range for rank {ndim}.")
            table[axis] = _pairs(what, entry, 1)[0]
        return table
    rows = _listed(value)
    if not any(isinstance(_listed(row), list) for row in rows or []):
        rows = None if rows is None else [rows]
    found = [_pair(what, row) for row in ([value] if rows is None else rows)]
    if len(found) not in (1, ndim):
        raise ShapeError(
            f"pad: {what}={value!r} gives {len(found)} pairs for {ndim} axes.",
            remedy="Give one pair (before, after) for all axes, or one for each.",
        )
    return found * ndim if len(found) == 1 else found


def _listed(value: Any) -> list[Any] | None:
    """The entries of a sequence; None for a single value."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return list(value) if isinstance(value, list | tuple) else None


def _pair(what: str, row: Any) -> Pair:
    entries = _listed(row)
    entries = [row] if entries is None else entries
    if len(entries) not in (1, 2):
        raise ShapeError(
            f"pad: {what} has {row!r} for an axis.",
            remedy="Give a value, or a pair (before, after).",
        )
    return entries[0], entries[-1]


def _check_some(x: Variable, axis: int, mode: str) -> None:
    if x.type.shape[axis] == 0:
        raise ShapeError(
            f"pad: axis {axis} of {x.type} is empty, so that there is nothing to take "
            f"the padding of mode {mode!r} from.",
            remedy='Use mode="constant".',
        )


def _at(x: Variable, axis: int, index: Any) -> Any:
    return get(x, (*[slice(None)] * axis, index))


def _end(x: Variable, axis: int, place: int) -> Any:
    """The first (0) or last (-1) elements along an axis, which has length 1 then."""
    return expand_dims(_at(x, axis, place), axis)


def _spread(x: Variable, value: Any, axis: int, width: Any) -> Any:
    """A value as padding of a width."""
    lengths = list(shape_of(x))
    lengths[axis] = width
    return broadcast_to(cast(as_tensor(value), x.type.dtype), lengths)


# -- the modes: each gives what stands before and after along one axis -----------------


def _constant(
    x: Variable, axis: int, width: Pair, constant_values: Pair = (0, 0)
) -> Pair:
    before, after = (
        _spread(x, v, axis, n) for v, n in zip(constant_values, width, strict=True)
    )
    return before, after


def _edge(x: Variable, axis: int, width: Pair) -> Pair:
    before, after = (
        _spread(x, _end(x, axis, place), axis, n)
        for place, n in zip((0, -1), width, strict=True)
    )
    return before, after


def _ramp(x: Variable, axis: int, width: Pair, end_values: Pair) -> Pair:
    before, after = (
        linspace(end, _at(x, axis, place), n, False, False, x.type.dtype, axis)
        for end, place, n in zip(end_values, (0, -1), width, strict=True)
    )
    return before, _at(after, axis, slice(None, None, -1))


def _statistic(reduce: Callable[..., Any]) -> Callable[..., Pair]:
    def made(x: Variable, axis: int, width: Pair, stat_length: Pair) -> Pair:
        parts = []
        for n, some, first in zip(width, stat_length, (True, False), strict=True):
            part = x if some is None else _last(x, axis, some, first)
            value = reduce(part, axis, keepdims=True)
            exact = x.type.dtype[0] in "biu" and value.type.differentiable
            parts.append(_spread(x, rint(value) if exact else value, axis, n))
        return parts[0], parts[1]

    return made


def _last(x: Variable, axis: int, some: Any, first: bool) -> Any:
    """So many elements at one end of an axis."""
    number = as_length(some, "pad")
    if isinstance(number, int) and number == 0:
        raise ShapeError("pad: stat_length is 0, which leaves no elements to look at.")
    if first:
        return _at(x, axis, slice(number))
    length = shape_of(x)[axis]
    known = isinstance(length, int) and isinstance(number, int)
    start = max(length - number, 0) if known else math.maximum(length - number, 0)
    return _at(x, axis, slice(start, None))


def _folded(fold: Callable[..., Pair], edge: int) -> Callable[..., Pair]:
    """A mode that takes elements from places found by `fold`.

    Its first pieces are slices of the array: from `edge` on, in reverse for mirrors.
    """

    def made(
        x: Variable, axis: int, width: Pair, reflect_type: Pair = ("even",)
    ) -> Pair:
        if reflect_type[0] not in ("even", "odd"):
            raise ValueError(
                f"pad: reflect_type is 'even' or 'odd', not {reflect_type[0]!r}."
            )
        odd = reflect_type[0] == "odd"
        length = shape_of(x)[axis]
        mirrored = fold is not _wrapped
        if all(isinstance(n, int) for n in (length, *width)):
            if max(width) <= length - edge:
                return _slices(x, axis, width, edge, mirrored, odd)
            places = np.arange(-width[0], 0), np.arange(length, length + width[1])
        else:
            places = arange(width[0]) - width[0], arange(width[1]) + length
        before, after = (_taken(x, axis, fold, p, odd) for p in places)
        return before, after

    return made


def _slices(
    x: Variable, axis: int, width: Pair, edge: int, mirrored: bool, odd: bool
) -> Pair:
    """Padding that goes through the array at most once: two slices of it."""
    b, a = width
    n = shape_of(x)[axis]
    if not mirrored:
        return _at(x, axis, slice(n - b, n)), _at(x, axis, slice(0, a))
    before = _at(_at(x, axis, slice(edge, edge + b)), axis, slice(None, None, -1))
    after = _at(
        _at(x, axis, slice(n - edge - a, n - edge)), axis, slice(None, None, -1)
    )
    if not odd:
        return before, after
    return 2 * _end(x, axis, 0) - before, 2 * _end(x, axis, -1) - after


def _taken(
    x: Variable, axis: int, fold: Callable[..., Any], places: Any, odd: bool
) -> Any:
    """The elements at places outside of the array, which `fold` moves inside.

    In an odd mirror the array goes on from where it ended: with each period by twice
    the way from its first element to its last.
    """
    length = shape_of(x)[axis]
    inside, period, back = fold(places, length)
    taken = _at(x, axis, inside)
    if not odd:
        return taken
    first, last = _end(x, axis, 0), _end(x, axis, -1)
    rounds, turned, sign = (
        expand_dims(cast(as_tensor(v), x.type.dtype), range(1, x.type.ndim - axis))
        for v in (places // period, 1 * back, 1 - 2 * back)
    )
    return sign * taken + 2 * (last * (turned + rounds) - first * rounds)


def _reflected(places: Any, length: Any) -> Any:
    """Places mirrored at the first and last element, the period, what is backwards."""
    period = _at_least(2 * (length - 1), 1)
    rest = places % period
    return _least(rest, period - rest), period, _integers(rest >= length)


def _mirrored(places: Any, length: Any) -> Any:
    """The same with mirrors behind the first and last element."""
    period = _at_least(2 * length, 1)
    rest = places % period
    return _least(rest, period - 1 - rest), period, _integers(rest >= length)


def _wrapped(places: Any, length: Any) -> Any:
    """Places that start again at the other end."""
    return places % _at_least(length, 1), None, None


def _at_least(a: Any, b: int) -> Any:
    return math.maximum(a, b) if isinstance(a, Variable) else max(a, b)


def _least(a: Any, b: Any) -> Any:
    return math.minimum(a, b) if isinstance(a, Variable) else np.minimum(a, b)


def _integers(mask: Any) -> Any:
    return mask.astype("int64")


MODES: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {
    "constant": (_constant, {"constant_values": 0}),
    "edge": (_edge, {}),
    "empty": (_constant, {}),
    "linear_ramp": (_ramp, {"end_values": 0}),
    "maximum": (_statistic(largest), {"stat_length": None}),
    "mean": (_statistic(mean), {"stat_length": None}),
    "median": (_statistic(median), {"stat_length": None}),
    "minimum": (_statistic(smallest), {"stat_length": None}),
    "reflect": (_folded(_reflected, 1), {"reflect_type": "even"}),
    "symmetric": (_folded(_mirrored, 0), {"reflect_type": "even"}),
    "wrap": (_folded(_wrapped, 0), {}),
}
"""What makes the padding of each mode, and the options it has."""
LOCAL = ("edge", "reflect", "symmetric", "wrap")
"""Modes whose padding along one axis commutes with that along another."""

__all__: Sequence[str] = ["pad"]
