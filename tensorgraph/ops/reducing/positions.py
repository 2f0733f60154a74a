"""Where the extremes lie: argmax, argmin."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import Axes, ExpandDims, reduced_axes, shape_of
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.reducing.reduce import max, min
from tensorgraph.ops.shaping.shape import moveaxis, reshape
from tensorgraph.ops.tensor import as_tensor


def argmax(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The index of the first largest element, or nan, over `axis` (all by default).

    Over several axes it counts their elements in C order. Raises `ShapeError` where
    there are no elements.

    >>> argmax([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([1, 0])
    """
    return _first(max, x, axis, keepdims, "argmax")


def argmin(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The index of the first smallest element, or nan, over `axis` (all by default).

    Over several axes it counts their elements in C order. Raises `ShapeError` where
    there are no elements.

    >>> argmin([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([0, 1])
    """
    return _first(min, x, axis, keepdims, "argmin")


def max_and_argmax(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The largest element over `axis`, and its index: see `max` and `argmax`.

    >>> largest, place = max_and_argmax([[1.0, 5.0], [3.0, 4.0]])
    >>> print(largest.eval(), place.eval())
    5.0 1
    """
    return max(x, axis, keepdims), argmax(x, axis, keepdims)


def _first(extremum: Any, x: Any, axis: Axes, keepdims: bool, what: str) -> Any:
    x = as_tensor(x)
    axes = reduced_axes(axis, x.type.ndim, what)
    x = x if len(axes) == 1 else in_one_axis(x, axes)
    place = axes[0] if len(axes) == 1 else x.type.ndim - 1
    best = extremum(x, place, keepdims=True)
    hit = math.eq(x, best)
    if x.type.differentiable:
        hit = math.logical_or(hit, math.isnan(x))
    behind = x.type.ndim - place - 1
    length = shape_of(x)[place]
    numbers = arange(length)
    numbers = ExpandDims(tuple(range(1, behind + 1)))(numbers) if behind else numbers
    found = min(math.where(hit, numbers, length), place)
    return ExpandDims(axes)(found) if keepdims and axes else found


def in_one_axis(x: Variable, axes: tuple[int, ...]) -> Any:
    """`x` with some axes made one, in C order, which comes last."""
    if not axes:
        return ExpandDims((x.type.ndim,))(x)
    first = x.type.ndim - len(axes)
    moved = moveaxis(x, list(axes), list(range(first, x.type.ndim)))
    if len(axes) == 1:
        return moved
    size: Any = 1
    for length in shape_of(moved)[first:]:
        size = length * size
    return reshape(moved, (*shape_of(moved)[:first], size))
