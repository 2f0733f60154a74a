"""What follows from an order: the largest elements, inverse permutations."""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import expand_left, shape_of
from tensorgraph.ops.creating.create import arange, zeros_like
from tensorgraph.ops.indexing.along import one_axis, put_along_axis, take_along_axis
from tensorgraph.ops.indexing.bounds import integers
from tensorgraph.ops.shaping.roll import flip
from tensorgraph.ops.shaping.shape import expand_dims
from tensorgraph.ops.sorting.partition import partitioned
from tensorgraph.ops.sorting.sort import argsort
from tensorgraph.ops.tensor import as_tensor, static_value

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
    chosen = _first_of(x, count, place) if smallest else _last_of(x, count, place)
    found = take_along_axis(x, chosen, place)
    rank = argsort(found, place, descending=not smallest)
    return take_along_axis(found, rank, place), take_along_axis(chosen, rank, place)


def _first_of(x: Variable, count: Any, place: int) -> Any:
    """Where the `count` smallest elements are; of equal ones the first."""
    order = partitioned(1, x, count - 1, place)
    return order[(*[slice(None)] * place, slice(None, count))]


def _last_of(x: Variable, count: Any, place: int) -> Any:
    """Where the `count` largest elements are; of equal ones the first.

    They are the last ones of a partition of the array read backwards.
    """
    n = shape_of(x)[place]
    order = partitioned(1, flip(x, place), n - count, place)
    return n - 1 - flip(order, place)[(*[slice(None)] * place, slice(None, count))]


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


def permute_row_elements(x: Any, permutation: Any, inverse: bool = False) -> Any:
    """The vectors along the last axis of `x`, each in the order of a permutation.

    The leading axes of both broadcast. With `inverse` the permutations are undone.

    >>> permute_row_elements([[5.0, 6.0, 7.0]], [2, 0, 1]).eval()
    array([[7., 5., 6.]])
    """
    x, order = as_tensor(x), integers("permute_row_elements", permutation)
    if min(x.type.ndim, order.type.ndim) == 0:
        raise ShapeError("permute_row_elements takes vectors, not scalars.")
    order = inverse_permutation(order) if inverse else order
    ndim = max(x.type.ndim, order.type.ndim)
    return take_along_axis(expand_left(x, ndim), expand_left(order, ndim), -1)
