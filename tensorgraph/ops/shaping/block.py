"""Arrays of blocks: vstack, hstack, dstack, column_stack, block, stacklists, append."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import broadcast_to, expand_left, shape_of
from tensorgraph.ops.shaping.axes import atleast_1d, atleast_2d, atleast_3d
from tensorgraph.ops.shaping.join import concatenate, operands, stack
from tensorgraph.ops.shaping.lengths import broadcast_shapes
from tensorgraph.ops.shaping.shape import expand_dims, ravel
from tensorgraph.ops.tensor import as_tensor


def vstack(values: Any) -> Any:
    """The arrays one below the other; vectors are rows.

    >>> vstack([[1, 2], [3, 4]]).eval()
    array([[1, 2],
           [3, 4]])
    """
    return concatenate([atleast_2d(v) for v in operands("vstack", values)], 0)


def hstack(values: Any) -> Any:
    """The arrays side by side: along the columns, or of vectors end to end.

    >>> hstack([[[1], [2]], [[3], [4]]]).eval()
    array([[1, 3],
           [2, 4]])
    """
    parts = [atleast_1d(v) for v in operands("hstack", values)]
    return concatenate(parts, 0 if parts[0].type.ndim == 1 else 1)


def dstack(values: Any) -> Any:
    """The arrays along the third axis, which `atleast_3d` gives to those without it.

    >>> dstack([[1, 2], [3, 4]]).eval()
    array([[[1, 3],
            [2, 4]]])
    """
    return concatenate([atleast_3d(v) for v in operands("dstack", values)], 2)


def column_stack(values: Any) -> Any:
    """The arrays side by side; vectors are columns.

    >>> column_stack([[1, 2], [3, 4]]).eval()
    array([[1, 3],
           [2, 4]])
    """
    return concatenate([_as_columns(v) for v in operands("column_stack", values)], 1)


def _as_columns(v: Variable) -> Any:
    return v if v.type.ndim > 1 else expand_dims(atleast_1d(v), 1)


def append(x: Any, values: Any, axis: int | None = None) -> Any:
    """`x` with `values` behind it along `axis`; both in C order without one.

    Raises `ShapeError` as `concatenate` does.

    >>> append([1, 2], [[3, 4]]).eval()
    array([1, 2, 3, 4])
    """
    both = operands("append", (x, values))
    if axis is None:
        return concatenate([ravel(v) for v in both])
    return concatenate(both, axis)


def join(axis: int, *values: Any) -> Any:
    """`concatenate` with the axis in front.

    >>> join(0, [1, 2], [3]).eval()
    array([1, 2, 3])
    """
    return concatenate(values, axis)


concat = concatenate
"""The array API's name of `concatenate`."""


def vertical_stack(*values: Any) -> Any:
    """Matrices one below the other; `vstack` takes vectors too.

    >>> vertical_stack([[1, 2]], [[3, 4]]).eval()
    array([[1, 2],
           [3, 4]])
    """
    return concatenate(_matrices("vertical_stack", values), 0)


def horizontal_stack(*values: Any) -> Any:
    """Matrices side by side; `hstack` takes vectors too.

    >>> horizontal_stack([[1], [2]], [[3], [4]]).eval()
    array([[1, 3],
           [2, 4]])
    """
    return concatenate(_matrices("horizontal_stack", values), 1)


def _matrices(what: str, values: Any) -> list[Variable]:
    parts = operands(what, values)
    for v in parts:
        if v.type.ndim != 2:
            raise ShapeError(f"{what} takes matrices, not {v!r} of type {v.type}.")
    return parts


def concat_with_broadcast(values: Any, axis: int = 0) -> Any:
    """The arrays joined along an axis, and broadcast along the others.

    >>> concat_with_broadcast([[[1, 2]], [[3], [4]]], axis=-1).type.shape
    (2, 3)
    """
    parts = operands("concat_with_broadcast", values)
    ndim = max(v.type.ndim for v in parts)
    parts = [expand_left(v, ndim) for v in parts]
    if not -ndim <= axis < ndim:
        raise ShapeError(
            f"concat_with_broadcast: axis {axis} is out of range for rank {ndim}."
        )
    place = axis % ndim
    shapes = [list(shape_of(v)) for v in parts]
    others = broadcast_shapes(*[(*s[:place], 1, *s[place + 1 :]) for s in shapes])
    for s in shapes:
        s[:] = [*others[:place], s[place], *others[place + 1 :]]
    wide = [broadcast_to(v, s) for v, s in zip(parts, shapes, strict=True)]
    return concatenate(wide, place)


def stacklists(values: Any) -> Any:
    """Nested lists of arrays of one shape as one array with an axis for each level.

    >>> stacklists([[1, 2], [3, 4]]).eval()
    array([[1, 2],
           [3, 4]])
    """
    if not isinstance(values, list | tuple):
        return as_tensor(values)
    if not values:
        raise ShapeError("stacklists needs at least one array in each list.")
    return stack([stacklists(v) for v in values])


def block(arrays: Any) -> Any:
    """Nested lists of arrays put together as they are written.

    Innermost lists are joined along the last axis, the lists around them along the one
    before it, and so on. Arrays get new leading axes where they need them. Raises
    `ShapeError` for empty lists and for lists that are not equally deep.

    >>> from tensorgraph.ops.creating.diagonal import eye
    >>> block([[eye(2), 5.0 * eye(2)], [7.0, 8.0, 9.0, 10.0]]).eval()
    array([[ 1.,  0.,  5.,  0.],
           [ 0.,  1.,  0.,  5.],
           [ 7.,  8.,  9., 10.]])
    """
    depths = set(_depths(arrays))
    if len(depths) > 1:
        raise ShapeError(
            f"block: lists are nested {min(depths)} and {max(depths)} deep; all arrays "
            "must stand equally deep.",
            remedy="Put the arrays of the upper level into lists of their own.",
        )
    (depth,) = depths
    leaves = [as_tensor(v) for v in _leaves(arrays)]
    ndim = max(depth, *[v.type.ndim for v in leaves])
    return _joined(arrays, ndim - depth, ndim)


def _depths(arrays: Any, level: int = 0) -> Sequence[int]:
    if not isinstance(arrays, list):
        return [level]
    if not arrays:
        raise ShapeError("block needs at least one array in each list.")
    return [d for part in arrays for d in _depths(part, level + 1)]


def _leaves(arrays: Any) -> list[Any]:
    if not isinstance(arrays, list):
        return [arrays]
    return [v for part in arrays for v in _leaves(part)]


def _joined(arrays: Any, axis: int, ndim: int) -> Variable:
    """Nested lists joined, the outermost along `axis`."""
    if not isinstance(arrays, list):
        return expand_left(as_tensor(arrays), ndim)
    return concatenate([_joined(part, axis + 1, ndim) for part in arrays], axis)
