"""Axes folded into one and unfolded again: join_dims, split_dims, pack, unpack."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.ops.broadcast import normalize_axes, shape_of
from tensorgraph.ops.creating.create import as_shape
from tensorgraph.ops.shaping.join import concatenate, split
from tensorgraph.ops.shaping.lengths import product
from tensorgraph.ops.shaping.shape import reshape
from tensorgraph.ops.tensor import as_tensor


def join_dims(x: Any, start_axis: int = 0, n_axes: int | None = None) -> Any:
    """`x` with `n_axes` axes from `start_axis` on folded into one, in C order.

    By default all the axes that follow. None folded gives a new axis of length 1.
    Raises `ShapeError` for axes that there are not.

    >>> join_dims(np.zeros((2, 3, 4)), 1).type.shape
    (2, 12)
    """
    x = as_tensor(x)
    ndim = x.type.ndim
    start = start_axis + max(1, ndim) if start_axis < 0 else start_axis
    stop = ndim if n_axes is None else start + n_axes
    if not 0 <= start <= stop <= ndim:
        raise ShapeError(
            f"join_dims: {x.type} of rank {ndim} has no axes {start} to {stop - 1}."
        )
    lengths = shape_of(x)
    return reshape(x, (*lengths[:start], product(lengths[start:stop]), *lengths[stop:]))


def flatten(x: Any, ndim: int = 1) -> Any:
    """`x` with `ndim` axes: its last axes folded into one, in C order.

    Raises `ShapeError` for more axes than there are, but for the vector of a scalar.

    >>> flatten(np.zeros((2, 3, 4)), 2).type.shape
    (2, 12)
    """
    if ndim < 1:
        raise ShapeError(f"flatten: the result has at least one axis, not {ndim}.")
    return join_dims(x, ndim - 1)


def split_dims(x: Any, shape: Any, axis: int = 0) -> Any:
    """`x` with one axis unfolded into axes of the lengths `shape`; one may be -1.

    Raises `ShapeError` when the numbers of elements differ: at definition where they
    are known, else on the call.

    >>> split_dims(np.zeros((6, 4)), (2, -1)).type.shape
    (2, 3, 4)
    """
    x = as_tensor(x)
    (place,) = normalize_axes(axis, x.type.ndim, "split_dims")
    wanted = tuple(shape) if isinstance(shape, list | tuple) else (shape,)
    lengths = shape_of(x)
    return reshape(x, (*lengths[:place], *wanted, *lengths[place + 1 :]))


def pack(*xs: Any, keep_axes: Any = None) -> tuple[Any, list[tuple[Any, ...]]]:
    """The arrays folded and joined along one axis, and the shapes that were folded.

    `keep_axes` are axes that stay: from 0 on in front, up to -1 behind, as in (0, 1) or
    (0, -1); their lengths agree. All others of each array become one. `unpack` undoes
    it. Raises `ShapeError` for axes with gaps and for arrays of too low a rank.

    >>> packed, shapes = pack(np.zeros((2, 3)), np.zeros(4))
    >>> packed.type.shape, shapes
    ((10,), [(2, 3), (4,)])
    """
    before, after = _kept(keep_axes)
    variables = [as_tensor(x) for x in xs]
    for v in variables:
        if v.type.ndim < before + after:
            raise ShapeError(
                f"pack: keep_axes={keep_axes} keeps {before + after} axes, but "
                f"{v!r} of type {v.type} has {v.type.ndim}."
            )
    folded = [join_dims(v, before, v.type.ndim - before - after) for v in variables]
    shapes = [shape_of(v)[before : v.type.ndim - after] for v in variables]
    return concatenate(folded, before), shapes


def unpack(packed: Any, shapes: Sequence[Any], keep_axes: Any = None) -> list[Any]:
    """The arrays that `pack` joined, from the shapes that it gave.

    Raises `ShapeError` when the shapes do not make up the length of the joined axis.

    >>> [v.type.shape for v in unpack(np.zeros(10), [(2, 3), (4,)])]
    [(2, 3), (4,)]
    """
    packed = as_tensor(packed)
    before, after = _kept(keep_axes)
    if packed.type.ndim != before + after + 1:
        raise ShapeError(
            f"unpack: {packed.type} has rank {packed.type.ndim}, but "
            f"keep_axes={keep_axes} and the joined axis make {before + after + 1}."
        )
    wanted = [as_shape(s, "unpack") for s in shapes]
    sizes = [product(s) for s in wanted]
    total = packed.type.shape[before]
    if all(isinstance(n, int) for n in (total, *sizes)) and total != sum(sizes):
        raise ShapeError(
            f"unpack: shapes {list(map(tuple, wanted))} have {sum(sizes)} elements, "
            f"but the joined axis has {total}."
        )
    pieces = split(packed, list(accumulate(sizes))[:-1], before)
    return [split_dims(p, s, before) for p, s in zip(pieces, wanted, strict=True)]


def _kept(axes: Any) -> tuple[int, int]:
    """How many axes stay in front and how many behind."""
    if axes is None:
        return 0, 0
    given = (
        [int(axes)] if isinstance(axes, int | np.integer) else [int(a) for a in axes]
    )
    front = [a for a in given if a >= 0]
    back = [a for a in given if a < 0]
    if given != [*range(len(front)), *range(-len(back), 0)] or not given:
        raise ShapeError(
            f"pack: keep_axes={axes} leaves gaps.",
            remedy="Keep axes from 0 on and axes up to -1, such as 0, -1 or (0, -1).",
        )
    return len(front), len(back)
