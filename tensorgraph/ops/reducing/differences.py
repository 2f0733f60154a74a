"""Differences of neighbours, jumps, slopes, and integrals by the trapezoidal rule."""

from __future__ import annotations

import operator
from math import pi
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    ExpandDims,
    broadcast_to,
    normalize_axes,
    shape_of,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import full
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.indexing.index import get, update_at
from tensorgraph.ops.reducing.cumulative import cumsum
from tensorgraph.ops.reducing.reduce import sum
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import ravel, reshape
from tensorgraph.ops.tensor import as_tensor


def _cut(x: Variable, axis: int, start: int | None, stop: int | None) -> Any:
    return get(x, (*[slice(None)] * axis, slice(start, stop)))


def _neighbours(x: Variable, axis: int) -> tuple[Any, Any]:
    """All elements but the last, and all but the first."""
    return _cut(x, axis, None, -1), _cut(x, axis, 1, None)


def _with_axis(x: Any, axis: int, what: str) -> tuple[Variable, int]:
    x = as_tensor(x)
    if x.type.ndim == 0:
        raise ShapeError(
            f"{what} needs neighbours, but {x!r} is a scalar.",
            remedy="Give an array of rank 1 or more.",
        )
    axes = normalize_axes(axis, x.type.ndim, what)
    if len(axes) != 1:
        raise ShapeError(f"{what} runs along one axis, not along {axis}.")
    return x, axes[0]


def diff(
    x: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None
) -> Any:
    """The differences of neighbours along `axis`, taken `n` times.

    What is prepended and appended first has the rank of `x`, or is a scalar. The result
    has `n` elements fewer; of bools it says where neighbours differ.

    >>> diff([1.0, 2.0, 4.0]).eval()
    array([1., 2.])
    """
    x, place = _with_axis(x, axis, "diff")
    if not isinstance(n, int) or n < 0:
        raise ShapeError(f"diff: differences are taken n >= 0 times, not {n!r}.")
    ends = [_end(v, x, place) for v in (prepend, append)]
    parts = [v for v in (ends[0], x, ends[1]) if v is not None]
    x = concatenate(parts, place) if n and len(parts) > 1 else x
    for _ in range(n):
        first, second = _neighbours(x, place)
        x = math.neq(first, second) if x.type.dtype == "bool" else second - first
    return x


def _end(value: Any, x: Variable, axis: int) -> Any:
    if value is None:
        return None
    value = as_tensor(value)
    if value.type.ndim:
        return value
    shape = list(shape_of(x))
    shape[axis] = 1
    return broadcast_to(value, shape)


def ediff1d(x: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    """The differences of neighbours in C order, between `to_begin` and `to_end`.

    >>> ediff1d([1, 2, 4], to_begin=-9).eval()
    array([-9,  1,  2])
    """
    x = ravel(x)
    if x.type.dtype == "bool":
        raise DTypeError(
            "ediff1d: bools have no differences.", remedy="Cast to int8, or use diff."
        )
    inner = diff(x)
    ends = [
        None if v is None else cast(ravel(v), x.type.dtype) for v in (to_begin, to_end)
    ]
    parts = [v for v in (ends[0], inner, ends[1]) if v is not None]
    return concatenate(parts) if len(parts) > 1 else inner


def unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * pi) -> Any:
    """Angles without jumps: multiples of `period` are added along `axis`.

    What differs from its neighbour by `discont` or more, by default half a period,
    comes within half a period of it. The gradient is that of `p`.

    >>> unwrap([0.0, 1.0, 5.0, 6.0], period=4).eval()
    array([0., 1., 1., 2.])
    """
    p, place = _with_axis(p, axis, "unwrap")
    steps = stop_gradient(diff(p, axis=place))
    whole = p.type.dtype[0] in "iu" and isinstance(period, int)
    half, odd = divmod(period, 2) if whole else (period / 2, 0)
    turned = math.mod(steps + half, period) - half
    if not odd:  # both ends of the interval are the same angle
        risen = math.logical_and(math.eq(turned, -half), math.gt(steps, 0))
        turned = math.where(risen, half, turned)
    least = period / 2 if discont is None else discont
    moved = math.where(math.lt(math.abs(steps), least), 0, turned - steps)
    later = (*[slice(None)] * place, slice(1, None))
    dtype = np.result_type(p.type.dtype, moved.type.dtype)
    return update_at(cast(p, dtype), later, cumsum(moved, place, dtype), "add")


def _steps(x: Any, dx: Any, y: Variable, axis: int, what: str) -> Any:
    """The widths between neighbours of `y`, of a shape that broadcasts with theirs."""
    if x is None:
        return dx
    x = as_tensor(x)
    if x.type.ndim not in (1, y.type.ndim):
        raise ShapeError(
            f"{what}: the places x have rank {x.type.ndim}, not 1 or {y.type.ndim}."
        )
    if x.type.ndim < y.type.ndim:
        return _lying(diff(x), axis, y.type.ndim)
    return diff(x, axis=axis)


def _lying(vector: Variable, axis: int, ndim: int) -> Any:
    """A vector along one of `ndim` axes."""
    return reshape(vector, (*[1] * axis, -1, *[1] * (ndim - axis - 1)))


def _trapezoids(y: Any, x: Any, dx: Any, axis: int, what: str) -> tuple[Variable, int]:
    """The areas between neighbours, and the axis."""
    y, place = _with_axis(y, axis, what)
    first, second = _neighbours(y, place)
    return _steps(x, dx, y, place, what) * (first + second) / 2.0, place


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    """The integral of `y` along `axis` by the trapezoidal rule.

    `x` are the places of its values, a vector or an array of the shape of `y`; without
    them the values are `dx` apart.

    >>> trapezoid([1.0, 2.0, 3.0]).eval()
    array(4.)
    """
    areas, place = _trapezoids(y, x, dx, axis, "trapezoid")
    return sum(areas, place)


def cumulative_trapezoid(
    y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1, initial: Any = None
) -> Any:
    """The integral of `y` along `axis` up to each value but the first.

    With `initial`, which is 0, the first is there too. SciPy's function of this name.

    >>> cumulative_trapezoid([1.0, 2.0, 3.0], initial=0).eval()
    array([0. , 1.5, 4. ])
    """
    areas, place = _trapezoids(y, x, dx, axis, "cumulative_trapezoid")
    result = cumsum(areas, place)
    if initial is None:
        return result
    shape = list(shape_of(result))
    shape[place] = 1
    return concatenate([full(shape, initial, result.type.dtype), result], place)


def gradient(y: Any, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """The slopes of `y` along each axis: central differences, one-sided at the ends.

    `spacing` is one number for all axes, or for each axis a number or the places of the
    values. `edge_order` is 1 or 2. The result is one tensor for one axis, else a list.
    NumPy's function of this name; formulas of Fornberg (1988).

    >>> gradient([1.0, 2.0, 4.0, 7.0]).eval()
    array([1. , 1.5, 2.5, 3. ])
    """
    y = as_tensor(y)
    y = y if y.type.differentiable else cast(y, "float64")
    axes = [normalize_axes(a, y.type.ndim, "gradient")[0] for a in _listed(axis, y)]
    if len(set(axes)) != len(axes):
        raise ShapeError(f"gradient: axis {axis} names one axis twice.")
    if len(spacing) not in (0, 1, len(axes)):
        raise ShapeError(
            f"gradient: {len(spacing)} spacings for {len(axes)} axes; give none, one, "
            "or one an axis."
        )
    if edge_order not in (1, 2):
        raise ShapeError(f"gradient: edge_order is 1 or 2, not {edge_order!r}.")
    each = list(spacing) or [1.0]
    each = each * len(axes) if len(each) == 1 else each
    found = [_slopes(y, a, s, edge_order) for a, s in zip(axes, each, strict=True)]
    return found[0] if len(found) == 1 else found


def _listed(axis: Any, y: Variable) -> list[int]:
    if axis is None:
        return list(range(y.type.ndim))
    return [operator.index(a) for a in (axis if isinstance(axis, tuple) else (axis,))]


def _slopes(y: Variable, axis: int, spacing: Any, edge_order: int) -> Any:
    length = y.type.shape[axis]
    if isinstance(length, int) and length < edge_order + 1:
        raise ShapeError(
            f"gradient: axis {axis} of length {length} has no slopes of "
            f"edge_order {edge_order}; it needs {edge_order + 1} values."
        )
    places = None if isinstance(spacing, int | float) else as_tensor(spacing)
    if places is not None and places.type.ndim > 1:
        raise ShapeError(
            f"gradient: the places along axis {axis} are a vector, not {places.type}."
        )
    run = spacing
    if places is not None and places.type.ndim:
        run = _lying(diff(cast(places, y.type.dtype)), axis, y.type.ndim)
    slopes = diff(y, axis=axis) / run
    left, right = _neighbours(slopes, axis)
    if places is None or not places.type.ndim:
        middle = (_cut(y, axis, 2, None) - _cut(y, axis, None, -2)) / (2.0 * spacing)
    else:
        before, behind = _neighbours(run, axis)
        middle = (behind * left + before * right) / (before + behind)
    first, last = _end_of(slopes, axis, 0), _end_of(slopes, axis, -1)
    if edge_order == 2:
        first = first + (first - _end_of(middle, axis, 0))
        last = last + (last - _end_of(middle, axis, -1))
    return concatenate([first, middle, last], axis)


def _end_of(x: Variable, axis: int, index: int) -> Any:
    return ExpandDims((axis,))(get(x, (*[slice(None)] * axis, index)))
