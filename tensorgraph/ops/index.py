"""x[index] and x.at[index], as NumPy reads them, in terms of the ops that index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
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


@dataclass(slots=True)
class Index:
    """An index taken apart, with an entry for each axis of the array and each new axis.

    `items` are slices, integer scalars or integer arrays; entries of `new_axes` count
    new axes as axes. `apart` says that arrays stand on both sides of an ellipsis.
    """

    items: list[Any] = field(default_factory=list)
    new_axes: list[int] = field(default_factory=list)
    apart: bool = False

    @property
    def array_axes(self) -> tuple[int, ...]:
        """Axes indexed by arrays; integers are among them where an array is."""
        if not any(isinstance(i, Variable) and i.type.ndim for i in self.items):
            return ()
        return tuple(a for a, i in enumerate(self.items) if isinstance(i, Variable))

    def words(self) -> tuple[Words, list[Variable]]:
        """The words and values for the slices, and for integers where no array is."""
        words: list[str] = []
        values: list[Variable] = []
        arrays = self.array_axes
        for item in self.items:
            if isinstance(item, Variable):
                words.append(":" if arrays else "i")
                values.extend([] if arrays else [item])
            else:
                words.append(word_of(item))
                parts = (item.start, item.stop, item.step)
                values.extend(p for p in parts if p is not None)
        while words and words[-1] == ":":
            words.pop()
        return tuple(words), values


def parse(x: Variable, index: Any) -> Index:
    """An index of `x` taken apart; raises for what cannot be an index."""
    given = list(index) if isinstance(index, tuple) else [index]
    given = [_item(i) for i in given]
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
    given[start : start + 1] = [slice(None)] * (x.type.ndim - count)
    fixed = [isinstance(i, Variable) for i in given]
    result = Index(apart=any(fixed[:start]) and any(fixed[start:]) and bool(dots))
    for axis, item in enumerate(given):
        if item is None:
            result.new_axes.append(axis)
        result.items.append(slice(None) if item is None else item)
    return result


def _item(item: Any) -> Any:
    """One entry of an index: None, an ellipsis, a slice of variables, or a variable."""
    if item is None or item is Ellipsis:
        return item
    if isinstance(item, slice):
        return slice(*map(_bound, (item.start, item.stop, item.step)))
    return _integers(item, "An index must be an integer, a slice, None, ... or an array of "
                     "integers")  # fmt: skip


def _bound(value: Any) -> Variable | None:
    if value is None:
        return None
    bound = _integers(value, "The bounds and the step of a slice must be integers")
    if bound.type.ndim:
        raise DTypeError(f"The bounds of a slice are scalars, not {bound.type}.")
    return bound


def _integers(value: Any, rule: str) -> Variable:
    remedy = "Cast it with astype('int64')."
    if isinstance(value, Variable):
        found = value
        if found.type.dtype == "bool":
            remedy = (
                "Use where(mask, x, 0): the length of x[mask] would depend on values."
            )
    else:
        try:
            array = np.asarray(value)
        except ValueError:
            raise DTypeError(f"{rule}, not {value!r}.") from None
        empty = array.size == 0 and not isinstance(value, np.ndarray)
        if array.dtype.kind == "b":
            remedy = "Use numpy.flatnonzero(mask) to index by a mask that is known."
        if array.dtype.kind in "iu" or empty:
            return as_tensor(array.astype("int64"))
        if array.dtype.kind not in "fcb":
            raise DTypeError(f"{rule}, not {value!r}.")
        found = as_tensor(array)
    if found.type.dtype[0] not in "iu":
        raise DTypeError(
            f"{rule}, not {value!r} of dtype {found.type.dtype}.", remedy=remedy
        )
    return found


def get(x: Any, index: Any) -> Any:
    """x[index]: integers, slices, None, an ellipsis and arrays of integers, as in NumPy.

    Integers may be scalar variables and the parts of slices too. Negative indices count
    from the end. Raises `BoundsError` (an IndexError) for an index outside of the
    array, at definition where both are known, else on the call; `DTypeError` for what
    is no integer.

    >>> get([[1.0, 2.0], [3.0, 4.0]], (0, slice(None))).eval()
    array([1., 2.])
    """
    if has_hole((x,)):
        return Pattern.of(Subtensor, (x, index))
    x = as_tensor(x)
    taken = parse(x, index)
    words, values = taken.words()
    arrays = taken.array_axes
    if not arrays:
        return _with_new_axes(_subtensor(_without(words, taken), x, values), taken)
    x = ExpandDims(tuple(taken.new_axes))(x) if taken.new_axes else x
    x = _subtensor(words, x, values)
    indices = aligned_indices([taken.items[a] for a in arrays])
    op = AdvancedSubtensor(arrays)
    return _front(op(x, *indices), op.place, indices[0].type.ndim, taken.apart)


def _subtensor(words: Words, x: Variable, values: Sequence[Variable]) -> Variable:
    return Subtensor(words)(x, *values) if words else x


def _without(words: Words, taken: Index) -> Words:
    """The words of the axes that are not new."""
    return tuple(w for a, w in enumerate(words) if a not in taken.new_axes)


def _with_new_axes(y: Variable, taken: Index) -> Variable:
    """New axes in what a basic index gives."""
    places = _places(taken)
    return ExpandDims(places)(y) if places else y


def _places(taken: Index) -> tuple[int, ...]:
    """Where the new axes stand in what a basic index gives: integers leave none."""
    kept = [a for a, i in enumerate(taken.items) if not isinstance(i, Variable)]
    return tuple(kept.index(a) for a in taken.new_axes)


def _front(
    y: Variable, place: int, rank: int, apart: bool, back: bool = False
) -> Variable:
    """Axes of index arrays moved to the front, where NumPy puts them (or back from it)."""
    if not apart or not place:
        return y
    here, front = list(range(place, place + rank)), list(range(rank))
    return moveaxis(y, front, here) if back else moveaxis(y, here, front)


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
    value = _value(x, value)
    words, values = taken.words()
    basic, advanced = UPDATES[how]
    arrays = taken.array_axes
    if not arrays:
        value = _fitted(value, len(taken.items) - len(_integer_axes(taken)), x)
        places = _places(taken)
        value = _squeezed(value, places)
        return basic(_without(words, taken))(x, value, *values)
    whole = ExpandDims(tuple(taken.new_axes))(x) if taken.new_axes else x
    seen = _subtensor(words, whole, values)
    indices = aligned_indices([taken.items[a] for a in arrays])
    rank = indices[0].type.ndim
    op = advanced(arrays)
    value = _fitted(value, len(taken.items) - len(arrays) + rank, x)
    result = op(seen, _front(value, op.place, rank, taken.apart, back=True), *indices)
    result = SetSubtensor(words)(whole, result, *values) if words else result
    return Squeeze(tuple(taken.new_axes))(result) if taken.new_axes else result


def _integer_axes(taken: Index) -> list[int]:
    return [a for a, i in enumerate(taken.items) if isinstance(i, Variable)]


def _value(x: Variable, value: Any) -> Variable:
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


def _squeezed(value: Variable, places: tuple[int, ...]) -> Variable:
    return Squeeze(places)(value) if places else value
