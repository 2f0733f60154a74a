"""Slices: indices of indices become one, and slices of everything become none."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops import math
from tensorgraph.ops.cast import cast
from tensorgraph.ops.indexing.slices import Parts, number_of
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.tensor import Length, as_tensor
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    Item,
    below,
    is_from_start,
    items_of,
    limits,
    slice_item,
    static_range,
    take,
    takes_all,
)

slices = Rules("slices")
node_rule = slices.node_rule

FAR = 2**48
"""No array is longer: bounds beyond are as good as this one."""
LONGEST_STEP = 2**12
"""Longer steps are not multiplied."""


@node_rule(Subtensor)
def a_slice_of_everything_is_none(node: Apply) -> Any:
    """x[0:] and x[:len(x)] are x: the axis is taken whole."""
    x, items = node.inputs[0], items_of(node)
    plain = [
        WHOLE if takes_all(item, x, axis) else item for axis, item in enumerate(items)
    ]
    words = [word for word, _ in plain]
    same = words == [word for word, _ in items] and len(words) == len(node.op.words)
    ends = bool(node.op.words) and node.op.words[-1] == ":"
    return None if same and not ends else take(x, plain)


@node_rule(Subtensor, among=(Subtensor,))
def an_index_of_an_index_is_one(node: Apply) -> Any:
    """x[i][j] is x[i, j], x[a:][b:] is x[a + b:]: one view, and one check."""
    inner = below(node, Subtensor)
    if inner is None:
        return None
    x, after = inner.inputs[0], iter(items_of(node))
    merged: list[Item] = []
    for item, length in zip(items_of(inner), x.type.shape, strict=True):
        one = item if item[0] == "i" else one_item(item, next(after), length)
        if one is None:
            return None
        merged.append(one)
    return take(x, merged)


def one_item(before: Item, after: Item, length: Length) -> Item | None:
    """The item that takes of an axis what `after` takes of what `before` takes."""
    if WHOLE in (before, after):
        return after if before == WHOLE else before
    if after[0] == "i":
        place = _place(before[1], after[1])
        return _static(before, after, length) if place is None else ("i", place)
    found = _run(before[1], after[1]) or _reversed(before[1], after[1])
    return found or _static(before, after, length)


def _static(before: Item, after: Item, length: Length) -> Item | None:
    """One item of an axis of known length."""
    first = static_range(before, length)
    second = None if first is None else static_range(after, len(first))
    if first is None or second is None:
        return None
    if after[0] == "i":
        return "i", as_tensor(first[second[0]])
    if not second:
        return slice_item(0, 0)
    start, step = first[second[0]], first.step * second.step
    stop = start + step * len(second)
    return slice_item(start, None if stop < 0 else stop, step)


# -- axes of any length ----------------------------------------------------------------


def _place(parts: Parts, position: Variable) -> Any:
    """Where an element of a slice lies, if it exists whenever that place does."""
    start, stop, step = parts
    stride = 1 if step is None else number_of(step)
    place = _whole_number(position if stride in (1, -1) else _bound(position))
    if stride == -1 and start is None and stop is None:
        return -1 - place
    if stride is None or stride < 1 or not is_from_start(start):
        return None
    if not is_from_start(position):
        return _place_from_the_end(parts, number_of(position))
    if stop is not None and not _is_before(start, stop, stride, position):
        return None
    return _sum(start, _times(stride, place))


def _whole_number(x: Variable) -> Variable:
    """An index in the dtype of subscripts, where sums do not wrap."""
    return cast(x, "int64")


def _place_from_the_end(parts: Parts, position: int | None) -> Any:
    """Of a slice that only leaves out elements at the end."""
    start, stop, step = (number_of(part) for part in parts)
    if position is None or position >= 0 or (parts[0] is not None and start != 0):
        return None
    if parts[2] is not None and step != 1:
        return None
    if parts[1] is None:
        return as_tensor(position)
    return as_tensor(stop + position) if stop is not None and stop < 0 else None


def _is_before(start: Any, stop: Any, stride: int, position: Variable) -> bool:
    """Whether an element of a slice is proven to come before its stop."""
    first, last = 0 if start is None else number_of(start), number_of(stop)
    if first is None or last is None or last < 0:
        return False
    return bool(first + stride * limits(position)[1] < last)


def _bound(part: Any) -> Any:
    """A part of a slice, no larger than any array: sums of a few do not wrap."""
    low, high = (0, 0) if part is None else limits(part)
    if low >= -FAR and high <= FAR:
        return part
    known = number_of(part)
    if known is not None:
        return as_tensor(max(-FAR, min(known, FAR)))
    return cast(math.minimum(part, FAR), "int64")


def _run(before: Parts, after: Parts) -> Item | None:
    """Slices that run forwards, one after the other."""
    start, stop, skip, end = map(_bound, (*before[:2], *after[:2]))
    if not (is_from_start(start) and is_from_start(skip)):
        return None
    first, second = (1 if p[2] is None else number_of(p[2]) for p in (before, after))
    if any(n is None or not 0 < n <= LONGEST_STEP for n in (first, second)):
        return None
    last = _last(start, stop, first, end)
    if last is None:
        return None
    return slice_item(_sum(start, _times(first, skip)), *last, first * second)


def _last(start: Any, stop: Any, step: int, end: Any) -> tuple[Any] | None:
    """The stop of a run, alone in a tuple: it may be that there is none."""
    if end is None:
        return (stop,)
    if is_from_start(end):
        last = _sum(start, _times(step, end))
        if stop is None:
            return (last,)
        return (_smaller(stop, last),) if is_from_start(stop) else None
    cut, known = number_of(end), number_of(stop)
    if step != 1 or cut is None or cut >= 0:
        return None
    if stop is None:
        return (cut,)
    return (known + cut,) if known is not None and known < 0 else None


def _reversed(before: Parts, after: Parts) -> Item | None:
    """A slice of what is reversed, or reversed itself."""
    start, stop, step = after
    stride = 1 if step is None else number_of(step)
    if _is_reversal(before) and _is_reversal(after):
        return WHOLE
    if _is_reversal(before) and is_from_start(start) and is_from_start(stop):
        if stride is None or stride < 1:
            return None
        return slice_item(_from_end(start), _from_end(stop), -stride)
    if _is_reversal(after) and before[2] is None:
        return _turned(before[:2])
    return None


def _is_reversal(parts: Parts) -> bool:
    start, stop, step = parts
    return start is None and stop is None and step is not None and number_of(step) == -1


def _from_end(part: Any) -> Any:
    return None if part is None else -1 - _whole_number(part)


def _turned(parts: tuple[Any, Any]) -> Item | None:
    """A run with known bounds, backwards."""
    start, stop = (number_of(part) for part in parts)
    if any(
        (n is None) != (p is None) for n, p in zip((start, stop), parts, strict=True)
    ):
        return None
    if stop == 0 or (start is not None and start < 0):
        return None
    return slice_item(
        None if stop is None else stop - 1, start - 1 if start else None, -1
    )


# -- sums of what may be absent --------------------------------------------------------


def _sum(a: Any, b: Any) -> Any:
    if a is None or b is None:
        return b if a is None else a
    known = number_of(a) if isinstance(a, Variable) else a
    return b if known == 0 else _whole_number(as_tensor(a)) + b


def _times(factor: int, x: Any) -> Any:
    return x if x is None or factor == 1 else _whole_number(x) * factor


def _smaller(a: Any, b: Any) -> Any:
    return math.minimum(_whole_number(as_tensor(a)), b)
