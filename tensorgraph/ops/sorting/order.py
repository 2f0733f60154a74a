"""What follows from sorting: partitions, the largest elements, inverses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.create import arange, zeros_like
from tensorgraph.ops.indexing.along import one_axis, put_along_axis, take_along_axis
from tensorgraph.ops.indexing.bounds import integers
from tensorgraph.ops.shaping.shape import expand_dims
from tensorgraph.ops.sorting.sort import argsort, sort
from tensorgraph.ops.tensor import as_tensor, static_value

# -- partitions ------------------------------------------------------------------------


def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """Elements rearranged so that number `kth` is where sorting would put it.

    Smaller ones come before it, the others behind; here all of them are sorted, which
    takes linear time too. `kth` is an integer or several. Raises `BoundsError` for one
    outside of the axis.

    >>> partition([3.0, 1.0, 2.0], 1).eval()
    array([1., 2., 3.])
    """
    _check_kth("partition", a, kth, axis)
    return sort(a, axis)


def argpartition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """The indices that partition; see `partition`.

    >>> argpartition([3.0, 1.0, 2.0], 1).eval()
    array([1, 2, 0])
    """
    _check_kth("argpartition", a, kth, axis)
    return argsort(a, axis)


def _check_kth(what: str, a: Any, kth: Any, axis: int | None) -> None:
    """Raise for a kth that is no integer, or known to be outside of the axis."""
    shape, places = as_tensor(a).type.shape, integers(what, kth)
    if axis is None:
        length = int(np.prod(shape)) if all_known(shape) else None
    else:
        length = shape[one_axis(axis, len(shape), what)]
    known = static_value(places)
    if known is None or not isinstance(length, int):
        return
    wrong = known[(known < -length) | (known >= length)]
    if wrong.size:
        raise BoundsError(f"{what}: kth={wrong.flat[0]} is out of bounds ({length}).")


def all_known(shape: Sequence[Any]) -> bool:
    """Whether every length is a number."""
    return all(isinstance(n, int) for n in shape)


# -- the largest or smallest -----------------------------------------------------------


def topk(x: Any, kth: Any, axis: int = -1) -> Any:
    """The `kth` largest elements along an axis, the largest first.

    For a negative `kth` the smallest, the smallest first. nan counts as the largest.
    `kth` may be an integer scalar variable, which must not be negative. Raises
    `BoundsError` for more elements than there are.

    >>> topk([3.0, 9.0, 5.0, 1.0], 2).eval()
    array([9., 5.])
    >>> topk([3.0, 9.0, 5.0, 1.0], -2).eval()
    array([1., 3.])
    """
    return topk_and_argtopk(x, kth, axis)[0]


def argtopk(x: Any, kth: Any, axis: int = -1) -> Any:
    """The indices of the `kth` largest elements; of equal ones the first. See `topk`.

    >>> argtopk([3.0, 9.0, 5.0, 9.0], 2).eval()
    array([1, 3])
    """
    return topk_and_argtopk(x, kth, axis)[1]


def topk_and_argtopk(x: Any, kth: Any, axis: int = -1) -> tuple[Any, Any]:
    """The `kth` largest elements and their indices; see `topk`.

    >>> values, indices = topk_and_argtopk([3.0, 9.0, 5.0], 1)
    >>> values.eval(), indices.eval()
    (array([9.]), array([1]))
    """
    x = as_tensor(x)
    place = one_axis(axis, x.type.ndim, "topk")
    kth = integers("topk", kth)
    known = static_value(kth)
    kth = kth if known is None else known.item()
    smallest = not isinstance(kth, Variable) and kth < 0
    count = -kth if smallest else kth
    length = x.type.shape[place]
    if isinstance(length, int) and isinstance(count, int) and count > length:
        raise BoundsError(
            f"topk: there are no {count} elements along axis {place} of {x.type}.",
            remedy=f"Ask for at most {length}.",
        )
    order = argsort(x, place, descending=not smallest)
    chosen = order[(*[slice(None)] * place, slice(None, count))]
    return take_along_axis(x, chosen, place), chosen


# -- inverses --------------------------------------------------------------------------


def inverse_permutation(permutation: Any) -> Any:
    """The permutation that undoes each of those along the last axis.

    Raises `DTypeError` unless it holds integers.

    >>> inverse_permutation([2, 0, 1]).eval()
    array([1, 2, 0])
    """
    order = integers("inverse_permutation", permutation)
    if order.type.dtype != "int64":
        raise DTypeError("inverse_permutation takes signed integers.")
    if order.type.ndim == 0:
        raise ShapeError("inverse_permutation takes a vector, not a scalar.")
    numbers = arange(shape_of(order)[-1])
    leading = tuple(range(order.type.ndim - 1))
    values = expand_dims(numbers, leading) if leading else numbers
    return put_along_axis(zeros_like(order), order, values, -1)
