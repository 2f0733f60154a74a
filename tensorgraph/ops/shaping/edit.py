"""Elements put in and taken out: insert and delete."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import (
    broadcast_to,
    expand_left,
    normalize_axes,
    shape_of,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.indexing.slices import check_position
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import moveaxis, ravel
from tensorgraph.ops.tensor import as_tensor, static_value

Places = int | np.ndarray
"""One place in an axis, or an array of them, all known and counted from the start."""


def delete(x: Any, obj: Any, axis: int | None = None) -> Any:
    """`x` without the elements at `obj` along `axis`, or in C order without one.

    `obj` is an int, a slice of ints, or constants: integers or a mask. The length of
    the axis must be known, except for a single int. Raises `BoundsError` for a place
    that there is not, `ShapeError` for a length and `DTypeError` for an `obj` that are
    only known on the call.

    >>> delete([1, 2, 3, 4], [0, 2]).eval()
    array([2, 4])
    """
    x, place = _along("delete", x, axis)
    before = (slice(None),) * place
    length = x.type.shape[place]
    if isinstance(obj, int | np.integer) and not isinstance(obj, bool):
        check_position(int(obj), length, place)
        rest = slice(obj + 1, None) if obj != -1 else slice(0, 0)
        return concatenate(
            [get(x, (*before, slice(obj))), get(x, (*before, rest))], place
        )
    gone = _places("delete", obj, length)
    kept = np.delete(np.arange(length), gone)
    return get(x, (*before, kept))


def insert(x: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    """`x` with values put in front of the places `obj` along `axis`.

    Without an axis both are taken in C order. `obj` is an int, a slice of ints, or
    constant integers, which count places before anything is put in; the values
    broadcast to what is put in. The length of the axis must be known, except for an
    int from 0 on. Raises `BoundsError` for a place that there is not, `ShapeError` for
    a length and `DTypeError` for an `obj` that are only known on the call.

    >>> insert([1, 2, 3], 1, 5).eval()
    array([1, 5, 2, 3])
    >>> insert([1, 2, 3], [0, 2], [5, 6]).eval()
    array([5, 1, 2, 6, 3])
    """
    x, place = _along("insert", x, axis)
    length = x.type.shape[place]
    values = expand_left(cast(as_tensor(values), x.type.dtype), x.type.ndim)
    known = obj if isinstance(obj, slice) else _known("insert", obj)
    if isinstance(known, np.ndarray) and known.ndim == 0 and known.dtype.kind in "iu":
        # NumPy takes the first axis of the values as the one that they lie along.
        return _inserted_at(x, int(known), moveaxis(values, 0, place), place)
    places = _places("insert", known, length, more=1)
    if len(places) == 1:
        return _inserted_at(x, int(places[0]), values, place)
    order = np.argsort(places, kind="stable")
    numbers = np.full(length + len(places), -1)
    numbers[places[order] + np.arange(len(places))] = order
    numbers[numbers < 0] = len(places) + np.arange(length)
    lengths = [len(places) if a == place else n for a, n in enumerate(shape_of(x))]
    joined = concatenate([broadcast_to(values, lengths), x], place)
    return get(joined, (*[slice(None)] * place, numbers))


def _inserted_at(x: Variable, at: int, values: Variable, axis: int) -> Any:
    """`x` with values in front of one place: as many as they have along the axis."""
    if at < 0 or isinstance(x.type.shape[axis], int):
        at = int(_places("insert", np.array([at]), x.type.shape[axis], more=1)[0])
    lengths = list(shape_of(x))
    lengths[axis] = shape_of(values)[axis]
    before = (slice(None),) * axis
    pieces = [get(x, (*before, slice(at))), get(x, (*before, slice(at, None)))]
    return concatenate([pieces[0], broadcast_to(values, lengths), pieces[1]], axis)


def _along(what: str, x: Any, axis: int | None) -> tuple[Variable, int]:
    """The array and the axis that is meant: in C order without one."""
    x = as_tensor(x)
    if axis is None:
        return ravel(x), 0
    return x, normalize_axes(axis, x.type.ndim, what)[0]


def _known(what: str, obj: Any) -> np.ndarray:
    """Places as a constant array."""
    found = static_value(obj) if isinstance(obj, Variable) else obj
    if found is None:
        raise DTypeError(
            f"{what}: the places {obj!r} are only known on the call.",
            remedy="Give them as constants, or join slices with concatenate.",
        )
    return np.asarray(found)


def _places(what: str, obj: Any, length: Any, more: int = 0) -> np.ndarray:
    """Places in an axis of a known length, counted from the start."""
    if not isinstance(length, int):
        raise ShapeError(
            f"{what}: the places {obj!r} belong to an axis whose length is only known "
            "on the call.",
            remedy="Use specify_shape to say what it is, or give one int.",
        )
    if isinstance(obj, slice):
        return np.arange(*obj.indices(length))
    places = _known(what, obj)
    if places.dtype == bool:
        return np.flatnonzero(_mask(what, places, length))
    if places.size == 0:
        return np.zeros(0, "int64")
    if places.dtype.kind not in "iu":
        raise DTypeError(f"{what}: places are integers, not {places.dtype}.")
    for extreme in (places.min(), places.max()):
        if not -length <= extreme < length + more:
            raise BoundsError(
                f"{what}: place {extreme} is outside of an axis of length {length}.",
                remedy=f"Places go from {-length} to {length + more - 1}.",
            )
    return np.where(places < 0, places + length, places).ravel()


def _mask(what: str, mask: np.ndarray, length: int) -> np.ndarray:
    if mask.shape != (length,):
        raise ShapeError(
            f"{what}: a mask of shape {mask.shape} does not fit an axis of length "
            f"{length}."
        )
    return mask
