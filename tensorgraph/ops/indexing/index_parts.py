"""An index taken apart, as NumPy reads it: an item for each axis and each new axis."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from tensorgraph.errors import BoundsError, DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import shape_of, static_length
from tensorgraph.ops.indexing.nonzero import nonzero
from tensorgraph.ops.indexing.slices import Words, word_of
from tensorgraph.ops.tensor import TensorType, as_tensor, show_shape, static_value


@dataclass(frozen=True)
class Index:
    """An index taken apart: an item for each axis of the array and for each new axis.

    `items` are slices, integer scalars and integer arrays; `new_axes` says which of
    them stand for new axes. `apart` says that arrays stand on both sides of an
    ellipsis. `lengths` are those that masks need axes to have. An array that stands for
    a new axis comes from a bool: it takes all or nothing.
    """

    items: tuple[Any, ...]
    new_axes: tuple[int, ...]
    apart: bool
    lengths: dict[int, Any]

    @cached_property
    def fixed(self) -> tuple[int, ...]:
        """The axes indexed by integers and arrays."""
        return tuple(a for a, i in enumerate(self.items) if isinstance(i, Variable))

    @cached_property
    def arrays(self) -> tuple[int, ...]:
        """The axes indexed by arrays; integers count as arrays where there is one."""
        ranks = [self.items[a].type.ndim for a in self.fixed]
        return self.fixed if any(ranks) else ()

    @property
    def new_places(self) -> tuple[int, ...]:
        """Where the new axes stand in what a basic index gives: integers leave none."""
        kept = [a for a in range(len(self.items)) if a not in self.fixed]
        return tuple(kept.index(a) for a in self.new_axes)

    def words(self) -> tuple[Words, list[Variable]]:
        """The words and values of the slices, and of integers where no array is."""
        words: list[str] = []
        values: list[Variable] = []
        for axis, item in enumerate(self.items):
            if isinstance(item, slice):
                if self.arrays or axis not in self.new_axes:
                    words.append(word_of(item))
                parts = (item.start, item.stop, item.step)
                values.extend(p for p in parts if p is not None)
            elif self.arrays:
                words.append(":")
            else:
                words.append("i")
                values.append(item)
        while words and words[-1] == ":":
            words.pop()
        return tuple(words), values


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of an index: `axes` says how many axes of the array it indexes.

    `item` is a slice, an integer scalar or an array of integers, or an ellipsis.
    `length` is what a mask needs of the axis. An entry of no axes makes a new one.
    """

    item: Any
    axes: int = 1
    length: Any = None


def parse(x: Variable, index: Any) -> Index:
    """An index of `x` taken apart; raises for what cannot be an index."""
    entries = parse_entries(index)
    dots = [n for n, e in enumerate(entries) if e.item is Ellipsis]
    count = sum(e.axes for e in entries if e.item is not Ellipsis)
    if len(dots) > 1:
        raise BoundsError("An index can have one ellipsis (...) only.")
    if count > x.type.ndim:
        raise BoundsError(
            f"Too many indices: {x!r} of type {x.type} has {x.type.ndim} axes, "
            f"but {count} were indexed.",
            remedy="Give at most one index for each axis; None adds an axis.",
        )
    start = dots[0] if dots else len(entries)
    sides = (entries[:start], entries[start + 1 :])
    between = [Entry(slice(None))] * (x.type.ndim - count)
    return _numbered(
        x, [*sides[0], *between, *sides[1]],
        apart=all(any(isinstance(e.item, Variable) for e in side) for side in sides),
    )  # fmt: skip


def _numbered(x: Variable, entries: list[Entry], apart: bool) -> Index:
    """The entries by their axes; raises for a mask that is known not to fit."""
    new_axes, lengths, axis = [], {}, 0
    for place, entry in enumerate(entries):
        if entry.axes == 0:
            new_axes.append(place)
            continue
        if entry.length is not None:
            _check_mask(x, axis, entry.length)
            lengths[axis] = entry.length
        axis += 1
    items = tuple(e.item for e in entries)
    return Index(items, tuple(new_axes), apart, lengths)


def _check_mask(x: Variable, axis: int, length: Any) -> None:
    have, known = x.type.shape[axis], static_length(length)
    if isinstance(have, int) and isinstance(known, int) and have != known:
        raise BoundsError(
            f"A mask of length {length} does not fit axis {axis} of {x!r} of shape "
            f"{show_shape(x.type.shape)}.",
            remedy="A mask needs the lengths of the axes that it indexes.",
        )


def parse_entries(index: Any) -> list[Entry]:
    """The parts of an index; a mask becomes the integers of its true places."""
    given = index if isinstance(index, tuple) else (index,)
    return [entry for item in given for entry in _entries(item)]


def _entries(item: Any) -> list[Entry]:
    if type(item) is int:
        return [Entry(as_tensor(item))]
    if item is None:
        return [Entry(slice(None), axes=0)]
    if item is Ellipsis:
        return [Entry(item)]
    if isinstance(item, slice):
        return [Entry(slice(*map(_bound, (item.start, item.stop, item.step))))]
    mask = mask_of(item)
    if mask is None:
        kinds = "an integer, a slice, None, ... or an array of integers or bools"
        return [Entry(_integers(item, f"An index must be {kinds}"))]
    if mask.type.ndim == 0:
        value = static_value(mask)
        if value is None:
            raise DTypeError(
                f"A bool that varies, {mask!r}, cannot be an index.",
                remedy="Use where(condition, x, 0), or ifelse.",
            )
        return [Entry(as_tensor(np.zeros(int(value), "int64")), axes=0)]
    pairs = zip(nonzero(mask), shape_of(mask), strict=True)
    return [Entry(places, 1, length) for places, length in pairs]


def mask_of(item: Any) -> Variable | None:
    """A bool or an array of bools as a variable; None for other parts of an index."""
    if not isinstance(item, Variable):
        try:
            array = np.asarray(item)
        except ValueError:
            return None
        return as_tensor(array) if array.dtype == bool else None
    is_mask = isinstance(item.type, TensorType) and item.type.dtype == "bool"
    return item if is_mask else None


def _bound(value: Any) -> Variable | None:
    if value is None:
        return None
    bound = _integers(value, "The bounds and the step of a slice must be integers")
    if bound.type.ndim:
        raise DTypeError(f"The bounds of a slice are scalars, not {bound.type}.")
    return bound


def _integers(value: Any, rule: str) -> Variable:
    """A scalar or array of integers as a variable; an empty list counts as one."""
    if isinstance(value, list) and not value:
        value = np.zeros(0, "int64")
    try:
        found = as_tensor(value)
    except DTypeError:
        raise DTypeError(f"{rule}, not {value!r}.") from None
    if found.type.dtype[0] in "iu":
        return found
    raise DTypeError(
        f"{rule}, not {value!r} of dtype {found.type.dtype}.",
        remedy="Cast it with astype('int64').",
    )
