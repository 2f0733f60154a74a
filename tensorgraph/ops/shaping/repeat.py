"""Elements repeated: repeat, tile and resize."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    broadcast_to,
    expand_left,
    normalize_axes,
    shape_of,
    static_length,
    sum,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.check import check
from tensorgraph.ops.creating.create import arange, as_length, as_shape, zeros
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.reducing.cumulative import cumsum
from tensorgraph.ops.shaping.lengths import product
from tensorgraph.ops.shaping.shape import expand_dims, ravel, reshape, specify_shape
from tensorgraph.ops.sorting.search import searchsorted
from tensorgraph.ops.tensor import as_tensor, static_value


def repeat(x: Any, repeats: Any, axis: int | None = None) -> Any:
    """Each element of `x` so many times in a row, along `axis` or in C order.

    `repeats` is a length, or a vector with one count for each element of the axis.
    Raises `ShapeError` for negative counts and for counts that do not fit the axis, and
    on the call `ParameterError` and `ShapeError`.

    >>> repeat([1, 2], 2).eval()
    array([1, 1, 2, 2])
    >>> repeat([1, 2], [3, 1]).eval()
    array([1, 1, 1, 2])
    """
    x = as_tensor(x)
    if axis is None:
        x, axis = ravel(x), 0
    (place,) = normalize_axes(axis, x.type.ndim, "repeat")
    counts = static_value(repeats) if isinstance(repeats, Variable) else repeats
    if np.ndim(0 if counts is None else counts):
        return _by_counts(x, np.asarray(counts), place)
    if counts is None and isinstance(repeats, Variable) and repeats.type.ndim:
        return _by_variable_counts(x, repeats, place)
    return _each(x, as_length(repeats, "repeat"), place)


def _each(x: Variable, count: Any, axis: int) -> Any:
    """Each element of an axis `count` times: a new axis behind it, folded into it."""
    lengths = list(shape_of(x))
    length = lengths[axis]
    lengths.insert(axis + 1, count)
    spread = broadcast_to(expand_dims(x, axis + 1), lengths)
    return reshape(
        spread, (*lengths[:axis], _times(length, count), *lengths[axis + 2 :])
    )


def _times(a: Any, b: Any) -> Any:
    """a * b for lengths, of which one may be the int 1."""
    return b if static_length(a) == 1 else a if static_length(b) == 1 else a * b


def _by_counts(x: Variable, counts: np.ndarray, axis: int) -> Any:
    """Element i of an axis counts[i] times."""
    if counts.ndim != 1 or counts.dtype.kind not in "iu":
        raise ShapeError(
            f"repeat: counts are an integer or a vector of integers, not an array of "
            f"shape {counts.shape} and dtype {counts.dtype}."
        )
    if (counts < 0).any():
        raise ShapeError(f"repeat: a count cannot be negative, but {counts.min()} is.")
    if len(counts) == 1:
        return _each(x, int(counts[0]), axis)
    length = x.type.shape[axis]
    if isinstance(length, int) and length != len(counts):
        raise ShapeError(
            f"repeat: {len(counts)} counts were given, but axis {axis} of {x.type} has "
            f"length {length}.",
            remedy="Give one count for all elements, or one for each.",
        )
    known = [len(counts) if a == axis else None for a in range(x.type.ndim)]
    places = np.repeat(np.arange(len(counts)), counts)
    return get(specify_shape(x, known), (*[slice(None)] * axis, places))


def _by_variable_counts(x: Variable, counts: Variable, axis: int) -> Any:
    """The same for counts that only the call tells."""
    if counts.type.ndim != 1 or counts.type.dtype[0] not in "iu":
        raise ShapeError(
            f"repeat: counts are an integer or a vector of integers, not {counts.type}."
        )
    counts = check(counts, math.ge(counts, 0), "counts >= 0", report=counts)
    ends = cumsum(cast(counts, "int64"))
    places = searchsorted(ends, arange(sum(counts)), side="right")
    lengths = [None] * x.type.ndim
    lengths[axis] = shape_of(counts)[0]
    return get(specify_shape(x, lengths), (*[slice(None)] * axis, places))


def resize(x: Any, new_shape: Any) -> Any:
    """The elements of `x` in C order under a shape of any size.

    They start again where they do not suffice; what is too much is left out. Of no
    elements it is zeros.

    >>> resize([1, 2, 3], (2, 2)).eval()
    array([[1, 2],
           [3, 1]])
    """
    flat = ravel(x)
    lengths = as_shape(new_shape, "resize")
    wanted, have = product(lengths), shape_of(flat)[0]
    if isinstance(have, int) and have == 0:
        return zeros(lengths, flat.type.dtype)
    if isinstance(have, int) and isinstance(wanted, int):
        rounds = -(-wanted // have)
    else:
        rounds = -(-wanted // math.maximum(have, 1))
    return reshape(get(tile(flat, rounds), slice(0, wanted)), lengths)


def tile(x: Any, reps: Any) -> Any:
    """`x` so many times one after another, along each of its last axes.

    `reps` is a length or a sequence of them, ints or integer scalar variables; the
    shorter of `reps` and the shape is filled up with ones in front. Raises `ShapeError`
    for what is no length.

    >>> tile([1, 2], 2).eval()
    array([1, 2, 1, 2])
    >>> tile([1, 2], (2, 1)).eval()
    array([[1, 2],
           [1, 2]])
    """
    x = as_tensor(x)
    counts = as_shape(reps, "tile")
    ndim = max(x.type.ndim, len(counts))
    x = expand_left(x, ndim)
    counts = (1,) * (ndim - len(counts)) + counts
    lengths = shape_of(x)
    wide = [
        a
        for a, (n, c) in enumerate(zip(lengths, counts, strict=True))
        if 1 not in (n, c)
    ]
    spread: list[Any] = []
    for axis, (length, count) in enumerate(zip(lengths, counts, strict=True)):
        spread += [count, length] if axis in wide else [_times(length, count)]
    news = [axis + number for number, axis in enumerate(wide)]
    repeated = broadcast_to(expand_dims(x, news), spread)
    whole = [_times(n, c) for n, c in zip(lengths, counts, strict=True)]
    return reshape(repeated, whole) if wide else repeated
