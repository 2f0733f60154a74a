"""x[index] and x.at[index], as NumPy reads them, in terms of the ops that index."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from tensorgraph.errors import GraphError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, Squeeze, expand_left, shape_of
from tensorgraph.ops.indexing import gather, subtensor
from tensorgraph.ops.indexing.gather import AdvancedSubtensor, aligned_indices
from tensorgraph.ops.indexing.index_parts import Index, parse
from tensorgraph.ops.indexing.masks import (
    fold_mask,
    is_for_all,
    mask_of_index,
    update_masked,
)
from tensorgraph.ops.indexing.subtensor import SetSubtensor, Subtensor
from tensorgraph.ops.indexing.update import checked_how, in_dtype_of
from tensorgraph.ops.shaping.shape import moveaxis, reshape, specify_shape
from tensorgraph.ops.tensor import as_tensor, show_shape

COMBINING: dict[str, Callable[[Any, Any], Any]] = {
    "add": math.add, "mul": math.mul, "max": math.maximum, "min": math.minimum,
}  # fmt: skip
"""What updates compute of an element and a value."""

_origins: WeakKeyDictionary[Variable, tuple[Variable, Any]] = WeakKeyDictionary()
"""Of each x[index] the array and the index."""


def get(x: Any, index: Any) -> Any:
    """x[index]: integers, slices, None, an ellipsis, arrays of integers, as in NumPy.

    Integers may be scalar variables, and the parts of slices too. Negative indices
    count from the end. An array of bools takes the elements where it is true, so that
    a length of the result may depend on values. Raises `BoundsError` (an IndexError)
    for an index outside of the array, at definition where both are known, else on the
    call; `DTypeError` for what is no integer.

    >>> get([[1.0, 2.0], [3.0, 4.0]], (0, slice(None))).eval()
    array([1., 2.])
    >>> get([1.0, 2.0, 3.0], [True, False, True]).eval()
    array([1., 3.])
    """
    if has_hole((x,)):
        return Pattern.of(Subtensor, (x, index))
    x = as_tensor(x)
    folded, part = fold_mask(x, index) or (x, index)
    taken = parse(folded, part)
    found = _taken(_fitting(folded, taken), taken)
    if found is x and x in _origins:
        found = Subtensor((":",) * x.type.ndim)(x)
    if found is not x:
        _origins[found] = x, index
    return found


def _taken(x: Variable, taken: Index) -> Any:
    if not taken.arrays:
        return _expanded(_sliced(x, taken), taken.new_places)
    seen = _sliced(_expanded(x, taken.new_axes), taken)
    indices = aligned_indices([taken.items[a] for a in taken.arrays])
    op = AdvancedSubtensor(taken.arrays)
    return _to_front(op(seen, *indices), op.place, indices[0].type.ndim, taken.apart)


def _fitting(x: Variable, taken: Index) -> Any:
    """The array, with the lengths that masks need."""
    if not taken.lengths:
        return x
    return specify_shape(x, [taken.lengths.get(a) for a in range(x.type.ndim)])


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


# -- updates ---------------------------------------------------------------------------


def update_at(x: Any, index: Any, value: Any, how: str) -> Any:
    """A copy of `x`, changed at an index: set to a value, or combined with it.

    `how` is "set", "add", "mul", "max" or "min". `value` broadcasts to x[index]. Of
    repeated indices, "set" keeps the last, and the others combine with each. Raises as
    `get` does, `ShapeError` for a value that does not fit, and `DTypeError` for one
    that would lose its kind, such as a float in an array of integers.

    >>> update_at([1.0, 2.0, 3.0], 1, 5.0, "set").eval()
    array([1., 5., 3.])
    >>> update_at([1.0, 2.0, 3.0], [0, 0], [2.0, 3.0], "mul").eval()
    array([6., 2., 3.])
    """
    x, how = as_tensor(x), checked_how(how)
    value = in_dtype_of(x, value)
    masked = mask_of_index(x, index)
    if masked is not None and is_for_all(x, *masked, value):
        combine = COMBINING.get(how, lambda _, new: new)
        return update_masked(x, *masked, value, combine)
    folded = fold_mask(x, index)
    if folded is not None:
        return reshape(update_at(*folded, value, how), shape_of(x))
    taken = parse(x, index)
    x = _fitting(x, taken)
    if taken.arrays:
        return _update_arrays(x, taken, value, how)
    words, values = taken.words()
    value = _fitted(value, len(taken.items) - len(taken.fixed), x)
    value = _squeezed(value, taken.new_places)
    if how not in subtensor.UPDATES:
        value = COMBINING[how](Subtensor(words)(x, *values), value)
        how = "set"
    return subtensor.UPDATES[how](words)(x, value, *values)


def _update_arrays(x: Variable, taken: Index, value: Variable, how: str) -> Any:
    """An update at an index with arrays: of the slices, then of the array itself."""
    words, values = taken.words()
    whole = _expanded(x, taken.new_axes)
    indices = aligned_indices([taken.items[a] for a in taken.arrays])
    rank = indices[0].type.ndim
    op = gather.UPDATES[how](taken.arrays)
    value = _fitted(value, len(taken.items) - len(taken.arrays) + rank, x)
    value = _from_front(value, op.place, rank, taken.apart)
    result = op(_sliced(whole, taken), value, *indices)
    result = SetSubtensor(words)(whole, result, *values) if words else result
    return _squeezed(result, taken.new_axes)


def _fitted(value: Variable, ndim: int, x: Variable) -> Variable:
    if value.type.ndim > ndim:
        raise ShapeError(
            f"update: a value of shape {show_shape(value.type.shape)} does not go into "
            f"{ndim} axes of {x!r}.",
            remedy="Give a value that broadcasts to x[index].",
        )
    return expand_left(value, ndim)


def update_taken(y: Any, value: Any, how: str) -> Any:
    """For y = x[index] a copy of x updated there; see `update_at`.

    Raises `GraphError` for a variable that is no x[index].
    """
    if not isinstance(y, Variable) or y not in _origins:
        raise GraphError(
            f"An update needs x[index], but {y!r} was not made by indexing.",
            remedy="Write x[index].set(value), or x.at[index].set(value).",
        )
    x, index = _origins[y]
    return update_at(x, index, value, how)


def set_subtensor(x: Any, y: Any) -> Any:
    """A copy of the array behind ``x``, which is array[index], with y written there.

    >>> array = as_tensor([1.0, 2.0, 3.0])
    >>> set_subtensor(array[1:], 0.0).eval()
    array([1., 0., 0.])
    """
    return update_taken(x, y, "set")


def inc_subtensor(x: Any, y: Any) -> Any:
    """A copy of the array behind ``x``, which is array[index], with y added there.

    Repeated indices add each time.

    >>> array = as_tensor([1.0, 2.0, 3.0])
    >>> inc_subtensor(array[[0, 0]], 10.0).eval()
    array([21.,  2.,  3.])
    """
    return update_taken(x, y, "add")
