"""x[index] and x.at[index], as NumPy reads them, in terms of the ops that index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops.broadcast import ExpandDims, Squeeze, expand_left
from tensorgraph.ops.cast import cast
from tensorgraph.ops.gather import (
    AdvancedIncSubtensor,
    AdvancedSetSubtensor,
    AdvancedSubtensor,
    aligned_indices,
)
from tensorgraph.ops.shape import moveaxis
from tensorgraph.ops.slices import Words, word_of
from tensorgraph.ops.subtensor import IncSubtensor, SetSubtensor, Subtensor
from tensorgraph.ops.tensor import as_tensor, show_shape, weak_constant

UPDATES = {
    "set": (SetSubtensor, AdvancedSetSubtensor),
    "add": (IncSubtensor, AdvancedIncSubtensor),
}


@dataclass(frozen=True, slots=True)
class Index:
    """An index taken apart: an item for each axis of the array and for each new axis.

    `items` are slices, integer scalars and integer arrays; `new_axes` says which of
    them stand for new axes. `apart` says that arrays stand on both sides of an
    ellipsis.
    """

    items: tuple[Any, ...]
    new_axes: tuple[int, ...]
    apart: bool

    @property
    def fixed(self) -> tuple[int, ...]:
        """The axes indexed by integers and arrays."""
        return tuple(a for a, i in enumerate(self.items) if isinstance(i, Variable))

    @property
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


def parse(x: Variable, index: Any) -> Index:
    """An index of `x` taken apart; raises for what cannot be an index."""
    given = [_item(i) for i in (index if isinstance(index, tuple) else (index,))]
    dots = [n for n, i in enumerate(given) if i is Ellipsis]
    count = len([i for i in given if i is not None and i is not Ellipsis])
    if len(dots) > 1:
        raise BoundsError("An index can have one ellipsis (...) only.")
    if count > x.type.ndim:
        raise BoundsError(
            f"Too many indices: {x!r} of type {x.type} has {x.type.ndim} axes, "
            f"but {count} were indexed.",
            remedy="Give at most one index for each axis; None adds an axis.",
        )
    start = dots[0] if dots else len(given)
    sides = (given[:start], given[start + 1 :])
    between = [slice(None)] * (x.type.ndim - count)
    items = [*sides[0], *between, *sides[1]]
    return Index(
        tuple(slice(None) if item is None else item for item in items),
        tuple(axis for axis, item in enumerate(items) if item is None),
        apart=all(any(isinstance(i, Variable) for i in side) for side in sides),
    )


def _item(item: Any) -> Any:
    """One entry of an index: None, an ellipsis, a slice of variables, or a variable."""
    if item is None or item is Ellipsis:
        return item
    if isinstance(item, slice):
        return slice(*map(_bound, (item.start, item.stop, item.step)))
    kinds = "an integer, a slice, None, ... or an array of integers"
    return _integers(item, f"An index must be {kinds}")


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
    remedy = "Cast it with astype('int64')."
    if found.type.dtype == "bool":
        remedy = "Use where(mask, x, 0), or numpy.flatnonzero(mask) for a known mask."
    raise DTypeError(
        f"{rule}, not {value!r} of dtype {found.type.dtype}.", remedy=remedy
    )


def get(x: Any, index: Any) -> Any:
    """x[index]: integers, slices, None, an ellipsis, arrays of integers, as in NumPy.

    Integers may be scalar variables, and the parts of slices too. Negative indices
    count from the end. Raises `BoundsError` (an IndexError) for an index outside of the
    array, at definition where both are known, else on the call; `DTypeError` for what
    is no integer.

    >>> get([[1.0, 2.0], [3.0, 4.0]], (0, slice(None))).eval()
    array([1., 2.])
    """
    if has_hole((x,)):
        return Pattern.of(Subtensor, (x, index))
    x = as_tensor(x)
    taken = parse(x, index)
    if not taken.arrays:
        return _expanded(_sliced(x, taken), taken.new_places)
    seen = _sliced(_expanded(x, taken.new_axes), taken)
    indices = aligned_indices([taken.items[a] for a in taken.arrays])
    op = AdvancedSubtensor(taken.arrays)
    return _to_front(op(seen, *indices), op.place, indices[0].type.ndim, taken.apart)


def _sliced(x: Variable, taken: Index) -> Variable:
    words, values = taken.words()
    return Subtensor(words)(x, *values) if words else x


def _expanded(x: Variable, axes: tuple[int, ...]) -> Variable:
    return ExpandDims(axes)(x) if axes else x


def _squeezed(x: Variable, axes: tuple[int, ...]) -> Variable:
    return Squeeze(axes)(x) if axes else x


def _to_front(y: Variable, place: int, rank: int, apart: bool) -> Variable:
    """The axes of index arrays moved to where NumPy puts those that stand apart."""
    if not apart or not place:
        return y
    return moveaxis(y, list(range(place, place + rank)), list(range(rank)))


def _from_front(y: Variable, place: int, rank: int, apart: bool) -> Variable:
    if not apart or not place:
        return y
    return moveaxis(y, list(range(rank)), list(range(place, place + rank)))


def update_at(x: Any, index: Any, value: Any, how: str) -> Any:
    """A copy of `x` with `value` written ("set") or added ("add") at an index.

    `value` broadcasts to x[index]. Of repeated indices, "set" keeps the last and "add"
    adds each. Raises as `get` does, `ShapeError` for a value that does not fit, and
    `DTypeError` for one that would lose its kind, such as a float in an array of
    integers.

    >>> update_at([1.0, 2.0, 3.0], 1, 5.0, "set").eval()
    array([1., 5., 3.])
    """
    if how not in UPDATES:
        raise ValueError(f"An update is one of {', '.join(UPDATES)}, not {how!r}.")
    x = as_tensor(x)
    taken = parse(x, index)
    value = _in_dtype_of(x, value)
    words, values = taken.words()
    basic, advanced = UPDATES[how]
    if not taken.arrays:
        value = _fitted(value, len(taken.items) - len(taken.fixed), x)
        return basic(words)(x, _squeezed(value, taken.new_places), *values)
    whole = _expanded(x, taken.new_axes)
    indices = aligned_indices([taken.items[a] for a in taken.arrays])
    rank = indices[0].type.ndim
    op = advanced(taken.arrays)
    value = _fitted(value, len(taken.items) - len(taken.arrays) + rank, x)
    value = _from_front(value, op.place, rank, taken.apart)
    result = op(_sliced(whole, taken), value, *indices)
    result = SetSubtensor(words)(whole, result, *values) if words else result
    return _squeezed(result, taken.new_axes)


def _in_dtype_of(x: Variable, value: Any) -> Variable:
    """The value of an update in the dtype of the array."""
    if type(value) in (int, float, complex):
        value = weak_constant(value, [x.type.dtype])
    value = as_tensor(value)
    if not np.can_cast(value.type.dtype, x.type.dtype, "same_kind"):
        raise DTypeError(
            f"update: {value.type.dtype} does not go into an array of {x.type.dtype}.",
            remedy=f"Write x.astype('{value.type.dtype}') first, or cast the value.",
        )
    return cast(value, x.type.dtype)


def _fitted(value: Variable, ndim: int, x: Variable) -> Variable:
    if value.type.ndim > ndim:
        raise ShapeError(
            f"update: a value of shape {show_shape(value.type.shape)} does not go into "
            f"{ndim} axes of {x!r}.",
            remedy="Give a value that broadcasts to x[index].",
        )
    return expand_left(value, ndim)
