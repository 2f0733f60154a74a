"""Masks that vary: updates at them as a choice by element, several axes as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorgraph.errors import BoundsError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, expand_left, shape_of
from tensorgraph.ops.indexing.gather import check_value
from tensorgraph.ops.indexing.index_parts import mask_of
from tensorgraph.ops.shaping.shape import ravel, reshape, specify_shape
from tensorgraph.ops.tensor import show_shape, static_value, unify_lengths


def mask_of_index(x: Variable, index: Any) -> tuple[Variable, int] | None:
    """A mask that varies and the axis where it begins; None for an index without one.

    Beside other indices than whole slices it does not count.
    """
    given = index if isinstance(index, tuple) else (index,)
    places = [n for n, item in enumerate(given) if _varies(item)]
    if len(places) != 1:
        return None
    place, mask = places[0], given[places[0]]
    others = (*given[:place], *given[place + 1 :])
    count = mask.type.ndim + len([i for i in others if i is not Ellipsis])
    if count > x.type.ndim or not all(map(_is_whole, others)):
        return None
    dots = Ellipsis in given[:place]
    return mask, place - 1 + x.type.ndim - count if dots else place


def _is_whole(item: Any) -> bool:
    return item is Ellipsis or (isinstance(item, slice) and item == slice(None))


def _varies(item: Any) -> bool:
    mask = mask_of(item) if isinstance(item, Variable) else None
    return mask is not None and static_value(mask) is None


def is_for_all(x: Variable, mask: Variable, axis: int, value: Variable) -> bool:
    """Whether a value is the same for all true places of a mask."""
    place = value.type.ndim - _axes_behind(x, mask, axis) - 1
    return place < 0 or value.type.shape[place] == 1  # type: ignore[attr-defined]


def _axes_behind(x: Variable, mask: Variable, axis: int) -> int:
    return x.type.ndim - axis - mask.type.ndim


def update_masked(
    x: Any, mask: Any, axis: int, value: Any, combine: Callable[[Any, Any], Any]
) -> Any:
    """x, combined with a value where the mask of the axes from `axis` on is true."""
    rank, behind = mask.type.ndim, _axes_behind(x, mask, axis)
    _check_lengths(x, mask, axis)
    mask = specify_shape(mask, shape_of(x)[axis : axis + rank])
    place = value.type.ndim - behind - 1
    if place >= 0 and rank > 1:  # one axis for the true places becomes all of theirs
        value = ExpandDims(tuple(range(place, place + rank - 1)))(value)
    if value.type.ndim > x.type.ndim:
        raise ShapeError(
            f"update: a value of shape {show_shape(value.type.shape)} has more axes "
            f"than {x!r}.",
            remedy="Give a value that broadcasts to x[mask].",
        )
    value = expand_left(value, x.type.ndim)
    check_value("update", value, x, x.type.shape)
    axes = (*range(axis), *range(axis + rank, x.type.ndim))
    whole = ExpandDims(axes)(mask) if axes else mask
    return math.where(whole, combine(x, value), x)


def _check_lengths(x: Variable, mask: Any, axis: int) -> None:
    for a, length in enumerate(mask.type.shape):
        have = x.type.shape[axis + a]
        try:
            fits = (length == 1) == (have == 1) or None in (length, have)
            unify_lengths(length, have)
        except ValueError:
            fits = False
        if not fits:
            raise BoundsError(
                f"A mask of shape {show_shape(mask.type.shape)} does not fit {x!r} of "
                f"shape {show_shape(x.type.shape)} from axis {axis} on.",
                remedy="A mask needs the lengths of the axes that it indexes.",
            )


def fold_mask(x: Any, index: Any) -> tuple[Any, Any] | None:
    """The array and an index where a mask of several axes is one of a folded axis.

    None unless there is exactly one such mask that varies. To take elements by one
    place each is faster than by the subscripts of each.
    """
    given = index if isinstance(index, tuple) else (index,)
    found = [n for n, i in enumerate(given) if _varies(i) and mask_of(i).type.ndim > 1]
    if len(found) != 1:
        return None
    mask, before, after = given[found[0]], given[: found[0]], given[found[0] + 1 :]
    rank = mask.type.ndim
    axis = sum(map(_axes_of, before))
    if any(item is Ellipsis for item in before):
        axis = x.type.ndim - rank - sum(map(_axes_of, after))
    if not 0 <= axis <= x.type.ndim - rank:
        return None
    _check_lengths(x, mask, axis)
    lengths = shape_of(x)
    size: Any = 1
    for length in lengths[axis : axis + rank]:
        size = length * size
    folded = reshape(x, (*lengths[:axis], size, *lengths[axis + rank :]))
    mask = specify_shape(mask, lengths[axis : axis + rank])
    return folded, (*before, ravel(mask), *after)


def _axes_of(item: Any) -> int:
    """How many axes a part of an index takes, an ellipsis aside."""
    mask = mask_of(item)
    if item is None or item is Ellipsis:
        return 0
    return 1 if mask is None else mask.type.ndim
