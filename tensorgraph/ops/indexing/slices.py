"""Slices: how ops keep them, what lengths they give, and where their elements lie.

An op that indexes keeps one word for each axis: ``"i"`` for an integer, and for a slice
the parts that are present, such as ``":"``, ``"start:"`` or ``"start:stop:step"``. The
values of the parts are inputs of the op, in the order of the words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tensorgraph.errors import BoundsError
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.build import SMALL
from tensorgraph.loops.ir import Cast, Const, Expr, Select
from tensorgraph.loops.values import Guard, Pointwise, Read
from tensorgraph.ops.tensor import Length, static_value

Words = tuple[str, ...]
Parts = tuple[Any, Any, Any]
"""Start, stop and step of a slice; None for a part that is absent."""

OUT_OF_BOUNDS = "index {{0}} is out of bounds for axis {axis} with size {{1}}"
ZERO_STEP = "the step of a slice is 0"


def word_of(index: slice) -> str:
    """The word for a slice.

    >>> word_of(slice(1, None))
    'start:'
    """
    given = (("start", index.start), ("stop", index.stop), ("step", index.step))
    words = [name if value is not None else "" for name, value in given]
    return ":".join(words if words[2] else words[:2])


def grouped(words: Words, values: Sequence[Any]) -> list[Any]:
    """For each word its value: one for an integer, (start, stop, step) for a slice."""
    given = iter(values)
    return [
        next(given)
        if word == "i"
        else tuple(next(given) if part else None for part in [*word.split(":"), ""][:3])
        for word in words
    ]


# -- known at definition ---------------------------------------------------------------


def number_of(value: Any) -> int | None:
    """An index that is a constant, as an int."""
    known = None if value is None else static_value(value)
    return None if known is None else int(known)


def check_position(position: int, length: Length, axis: int) -> None:
    """Raise `BoundsError` when an index is known to lie outside of its axis."""
    if isinstance(length, int) and not -length <= position < length:
        raise BoundsError(
            OUT_OF_BOUNDS.format(axis=axis).format(position, length) + ".",
            remedy=f"Valid indices go from {-length} to {length - 1}."
            if length
            else "The axis is empty: it has no elements to index.",
        )


def sliced_length(length: Length, parts: Parts) -> Length:
    """What is known of the length of a slice of an axis of the given length."""
    numbers = [number_of(p) for p in parts]
    if numbers[2] == 0:
        raise BoundsError(ZERO_STEP + ".", remedy="Use a step such as 1, 2 or -1.")
    if any(n is None and p is not None for n, p in zip(numbers, parts, strict=True)):
        return None
    if isinstance(length, int):
        return len(range(*slice(*numbers).indices(length)))
    return length if is_whole(parts) else None


def is_whole(parts: Parts) -> bool:
    """Whether a slice takes every element once, in order or in reverse."""
    start, step = number_of(parts[0]), number_of(parts[2])
    known = (start is None) == (parts[0] is None) and (step is None) == (
        parts[2] is None
    )
    first = {None: (None, 0), 1: (None, 0), -1: (None, -1)}.get(step, ())
    return known and parts[1] is None and start in first


# -- in loops --------------------------------------------------------------------------


def integer_of(loop: Any, value: Any) -> Expr:
    """A lowered integer scalar as an expression: a constant where it is one."""
    expr = loop.read(value, ())
    while isinstance(expr, Read | Cast):
        if isinstance(expr, Cast):
            expr = expr.a
        elif isinstance(expr.value, Pointwise):
            expr = expr.value.element(expr.subscripts)
        else:
            break
    if isinstance(expr, Const):
        return at.integer(expr.value)
    return as_int64(loop.read(value, ()))


def as_int64(expr: Expr) -> Expr:
    """An integer expression in the dtype of subscripts."""
    return expr if expr.dtype == "int64" else Cast(expr, "int64")


def choose(condition: Expr, a: Expr, b: Expr) -> Expr:
    """`a` where the condition holds, else `b`."""
    if isinstance(condition, Const):
        return a if condition.value else b
    return a if a == b else Select(condition, a, b)


def wrapped(index: Expr, extent: Expr) -> Expr:
    """A negative index counted from the end; an unsigned one never is negative."""
    if isinstance(index, Cast) and index.a.dtype.startswith("uint"):
        return index
    return choose(at.less(index, at.ZERO), at.plus(extent, index), index)


def checked_place(
    loop: Any, extent: Expr, axis: int, within: tuple[int, int] | None = None
) -> Callable[[Expr], Expr]:
    """A function from an index to its place in an axis: wrapped once, and checked.

    An index known to lie `within` the axis is its place.
    """
    length = loop.known(extent)
    if within and length is not None and within[0] >= 0 and within[1] < length:
        rely_on_length(loop, extent)
        return lambda index: index
    number = loop.check_number("index", OUT_OF_BOUNDS.format(axis=axis))

    def place(index: Expr) -> Expr:
        found = wrapped(index, extent)
        return Guard(number, at.between(at.ZERO, found, extent), (index, extent), found)

    return place


def place_of(loop: Any, index: Expr, extent: Expr, axis: int) -> Expr:
    """The place of one index in an axis; one known at definition was checked there."""
    if not isinstance(index, Const) or loop.known(extent) is None:
        return checked_place(loop, extent, axis)(index)
    if index.value >= 0:
        rely_on_length(loop, extent)
        return index
    place = at.plus(extent, index)
    loop.require("index", "an axis is too short", at.less_equal(at.ZERO, place))
    return place


def rely_on_length(loop: Any, extent: Expr) -> None:
    """Let the program rely on a known length that it has as a size.

    The call has checked it already; code that does not rely on it serves other lengths.
    """
    length = at.integer(loop.known(extent))
    loop.require("shape", "a known length is another one", at.equal(extent, length))


@dataclass(frozen=True)
class Span:
    """The places start, start + step, ... of a slice, `length` of them.

    `count` is their number where it is known, also when the program does not rely on
    it; `check` turns a place into one that is checked, where that is not seen to be
    right.
    """

    start: Expr
    step: Expr
    length: Expr
    count: int | None = None
    check: Callable[[Expr], Expr] | None = None

    def place(self, position: Expr) -> Expr:
        """Where the element at a position of the slice lies in the axis."""
        place = at.plus(self.start, at.times(position, self.step))
        return self.check(place) if self.check else place


def span_of(loop: Any, extent: Expr, parts: Parts, axis: int) -> Span:
    """The span of a slice of an axis, from the lowered parts."""
    known = loop.known(extent)
    if parts == (None, None, None):
        return Span(at.ZERO, at.ONE, extent, known)
    start, stop, step = (None if p is None else _bound(loop, p) for p in parts)
    if step is not None and not isinstance(step, Const):
        loop.require("index", ZERO_STEP, at.less(at.ZERO, at.times(step, step)))
        span = general_span(extent, start, stop, step)
        return replace(span, check=_unproven(loop, extent, axis))
    numbers = None if known is None else _indices(known, start, stop, step)
    if numbers is None:
        return general_span(extent, start, stop, step or at.ONE)
    count = len(range(*numbers))
    if _is_relative(extent, start, stop):
        return replace(general_span(extent, start, stop, step or at.ONE), count=count)
    rely_on_length(loop, extent)
    first, _, stride = map(at.integer, numbers)
    return Span(first, stride, loop.length(count), count)


def _bound(loop: Any, value: Any) -> Expr:
    """A part of a slice, which must be known before the run."""
    expr = integer_of(loop, value)
    return expr if isinstance(expr, Const) else loop.as_integer(value)


def _indices(length: int, *parts: Expr | None) -> tuple[int, int, int] | None:
    """The start, stop and step of a slice of constants, as Python counts them."""
    if any(not isinstance(p, Const | None) for p in parts):
        return None
    return slice(*[None if p is None else p.value for p in parts]).indices(length)  # type: ignore[attr-defined]


def _unproven(loop: Any, extent: Expr, axis: int) -> Callable[[Expr], Expr]:
    """A check of places that are right, but cannot be seen to be."""
    number = loop.check_number("index", OUT_OF_BOUNDS.format(axis=axis))

    def check(place: Expr) -> Expr:
        return Guard(number, at.between(at.ZERO, place, extent), (place, extent), place)

    return check


def _is_relative(extent: Expr, start: Expr | None, stop: Expr | None) -> bool:
    """Whether a slice leaves out so many elements at each end, whatever the length."""
    if isinstance(extent, Const):
        return False
    begins = start is None or 0 <= start.value <= SMALL
    return begins and (stop is None or -SMALL <= stop.value < 0)


def general_span(
    extent: Expr, start: Expr | None, stop: Expr | None, step: Expr
) -> Span:
    """The span of a slice whose parts or axis are only known on the call.

    Lengths come out in one form, so that x[1:] and x[:-1] are seen to have equal ones.
    """
    down = at.less(step, at.ZERO)
    last = at.minus(extent, at.ONE)
    low, high = choose(down, at.integer(-1), at.ZERO), choose(down, last, extent)
    begin = choose(down, last, at.ZERO)
    if start is not None:
        begin = _clip(start, extent, low, high)
    end = choose(down, at.integer(-1), extent)
    if stop is not None:
        end = _clip(stop, extent, low, high)
    if step == at.ONE:
        length = at.maximum(_run_length(extent, begin, end, start, stop), at.ZERO)
        return Span(begin if stop else at.minus(extent, length), step, length)
    distance = choose(down, at.minus(begin, end), at.minus(end, begin))
    stride = choose(down, at.minus(at.ZERO, step), step)
    if not isinstance(stride, Const):
        stride = at.maximum(stride, at.ONE)
    rounded = at.plus(at.maximum(distance, at.ZERO), at.minus(stride, at.ONE))
    return Span(begin, step, at.quotient(rounded, stride))


def _run_length(
    extent: Expr, begin: Expr, end: Expr, start: Expr | None, stop: Expr | None
) -> Expr:
    """end - begin; where a run leaves out constants, the length minus them."""
    left, right = start or at.ZERO, stop or at.ZERO
    fixed = isinstance(left, Const) and isinstance(right, Const)
    if fixed and left.value >= 0 >= right.value and stop != at.ZERO:
        return at.plus(extent, at.integer(right.value - left.value))
    return at.minus(end, begin)


def _clip(bound: Expr, extent: Expr, low: Expr, high: Expr) -> Expr:
    """A bound of a slice counted from the start, and moved into the axis."""
    below, above = at.maximum(at.plus(extent, bound), low), at.minimum(bound, high)
    return choose(at.less(bound, at.ZERO), below, above)
