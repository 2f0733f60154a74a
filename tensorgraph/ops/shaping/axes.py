"""Axes moved, added and dropped: dimshuffle, rollaxis, atleast_2d, shape_padleft."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import expand_left, normalize_axes
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.shaping.shape import (
    expand_dims,
    moveaxis,
    specify_shape,
    squeeze,
    swapaxes,
    transpose,
)
from tensorgraph.ops.tensor import as_tensor


def permute_dims(x: Any, axes: Any = None) -> Any:
    """The axes of `x` in the order `axes`; the array API's name of `transpose`.

    By default they are reversed.

    Raises `ShapeError` unless `axes` names every axis once.

    >>> permute_dims(np.zeros((2, 3, 4)), (1, 2, 0)).type.shape
    (3, 4, 2)
    """
    return transpose(x, axes)


def matrix_transpose(x: Any) -> Any:
    """`x` with its last two axes exchanged; raises `ShapeError` for fewer than two.

    >>> matrix_transpose(np.zeros((2, 3, 4))).type.shape
    (2, 4, 3)
    """
    x = as_tensor(x)
    if x.type.ndim < 2:
        raise ShapeError(f"matrix_transpose needs a matrix, not {x.type}.")
    return swapaxes(x, -1, -2)


def rollaxis(x: Any, axis: int, start: int = 0) -> Any:
    """`x` with one axis moved in front of another, counted before the move.

    `start` may be the rank, which moves the axis to the end. Raises `ShapeError` for an
    axis that there is not. `moveaxis` says more plainly what it does.

    >>> rollaxis(np.zeros((2, 3, 4)), 2).type.shape
    (4, 2, 3)
    """
    x = as_tensor(x)
    ndim = x.type.ndim
    (place,) = normalize_axes(axis, ndim, "rollaxis")
    if not -ndim <= start <= ndim:
        raise ShapeError(f"rollaxis: start {start} is out of range for rank {ndim}.")
    target = start + ndim if start < 0 else start
    return moveaxis(x, place, target - (place < target))


def dimshuffle(x: Any, *pattern: Any) -> Any:
    """`x` with its axes in the order of `pattern`, where ``"x"`` stands for a new axis.

    Axes that the pattern leaves out are dropped: they must be known to have length 1.
    The pattern is given as several arguments or as one sequence. Raises `ShapeError`
    for an axis named twice, not there, or dropped with another length.

    >>> dimshuffle(np.zeros((2, 3)), 1, "x", 0).type.shape
    (3, 1, 2)
    """
    x = as_tensor(x)
    if len(pattern) == 1 and isinstance(pattern[0], list | tuple):
        pattern = tuple(pattern[0])
    for entry in pattern:
        if entry != "x" and not isinstance(entry, int | np.integer):
            raise ShapeError(
                f"dimshuffle: {entry!r} is no axis.",
                remedy="The pattern holds axes of x, and 'x' for each new axis.",
            )
    given = [int(entry) for entry in pattern if entry != "x"]
    kept = normalize_axes(given, x.type.ndim, "dimshuffle")
    dropped = [a for a in range(x.type.ndim) if a not in kept]
    order = [kept.index(a % x.type.ndim) for a in given]
    moved = transpose(squeeze(x, dropped), order)
    return expand_dims(moved, [i for i, entry in enumerate(pattern) if entry == "x"])


def atleast_1d(*xs: Any) -> Any:
    """Scalars as vectors of length 1, other arrays as they are; a list for several.

    >>> atleast_1d(2.0).type.shape
    (1,)
    """
    return _one_or_all(
        [expand_left(x, max(1, x.type.ndim)) for x in map(as_tensor, xs)]
    )


def atleast_2d(*xs: Any) -> Any:
    """Arrays with new leading axes up to a matrix; a list for several.

    >>> atleast_2d([1.0, 2.0]).type.shape
    (1, 2)
    """
    return _one_or_all(
        [expand_left(x, max(2, x.type.ndim)) for x in map(as_tensor, xs)]
    )


def atleast_3d(*xs: Any) -> Any:
    """Arrays with new axes up to rank 3: in front and behind of vectors, behind of
    matrices; a list for several.

    >>> [v.type.shape for v in atleast_3d([1.0, 2.0], np.zeros((3, 4)))]
    [(1, 2, 1), (3, 4, 1)]
    """
    news = {0: (0, 1, 2), 1: (0, 2), 2: (2,)}
    variables = [as_tensor(x) for x in xs]
    return _one_or_all([expand_dims(v, news.get(v.type.ndim, ())) for v in variables])


def atleast_Nd(*xs: Any, n: int = 1, left: bool = True) -> Any:
    """Arrays with new leading axes, or trailing ones, up to rank `n`; a list for
    several.

    >>> atleast_Nd([1.0, 2.0], n=3, left=False).type.shape
    (2, 1, 1)
    """
    pad = shape_padleft if left else shape_padright
    variables, n = [as_tensor(x) for x in xs], as_length(n, "atleast_Nd")
    return _one_or_all([pad(v, max(n - v.type.ndim, 0)) for v in variables])


def _one_or_all(variables: list[Variable]) -> Any:
    return variables[0] if len(variables) == 1 else variables


def shape_padleft(x: Any, n_ones: int = 1) -> Any:
    """`x` with `n_ones` new axes of length 1 in front.

    >>> shape_padleft([1.0, 2.0], 2).type.shape
    (1, 1, 2)
    """
    return expand_dims(x, range(as_length(n_ones, "shape_padleft")))


def shape_padright(x: Any, n_ones: int = 1) -> Any:
    """`x` with `n_ones` new axes of length 1 behind.

    >>> shape_padright([1.0, 2.0], 2).type.shape
    (2, 1, 1)
    """
    return expand_dims(x, range(-as_length(n_ones, "shape_padright"), 0))


def specify_broadcastable(x: Any, *axes: int) -> Any:
    """`x`, whose axes `axes` are asserted to have length 1, so that they broadcast.

    Raises `ShapeError` for lengths that are known to differ, else on the call.

    >>> from tensorgraph.ops.declare import dmatrix
    >>> specify_broadcastable(dmatrix("x"), 0).type
    Matrix(float64, shape=(1, ?))
    """
    x = as_tensor(x)
    single = normalize_axes(axes, x.type.ndim, "specify_broadcastable")
    return specify_shape(x, [1 if a in single else None for a in range(x.type.ndim)])


def shape_padaxis(x: Any, axis: int) -> Any:
    """`x` with one new axis of length 1, at the place `axis` of the result.

    >>> shape_padaxis([1.0, 2.0], 1).type.shape
    (2, 1)
    """
    return expand_dims(x, axis)
