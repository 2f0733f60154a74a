"""Arrays as sets: unique elements, unions, intersections, membership."""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import ExpandDims, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, zeros_like
from tensorgraph.ops.indexing.index import get, update_at
from tensorgraph.ops.indexing.nonzero import flatnonzero
from tensorgraph.ops.indexing.selection import compress
from tensorgraph.ops.indexing.take import take
from tensorgraph.ops.reducing.cumulative import cumsum
from tensorgraph.ops.reducing.reduce import any as any_of
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import ravel, reshape
from tensorgraph.ops.sorting.sort import argsort
from tensorgraph.ops.tensor import as_tensor


def _begins(ordered: Variable, equal_nan: bool) -> Any:
    """Where a run of equal elements of a sorted vector begins."""
    place = arange(shape_of(ordered)[0])
    before = take(ordered, math.maximum(place - 1, 0))
    new = math.neq(ordered, before)
    if equal_nan and ordered.type.dtype[0] in "fc":
        both = math.logical_and(math.isnan(ordered), math.isnan(before))
        new = math.logical_and(new, math.logical_not(both))
    return math.logical_or(math.eq(place, 0), new)


def unique(
    ar: Any, return_index: bool = False, return_inverse: bool = False,
    return_counts: bool = False, axis: int | None = None, *, equal_nan: bool = True,
) -> Any:  # fmt: skip
    """The different elements in ascending order, with what else is asked for.

    The index says where each first occurs in C order, the inverse (of the shape of
    `ar`) which of them each element is, the counts how often each occurs. nan counts as
    one element, unless not `equal_nan`. Raises `ShapeError` for an axis: only elements
    are compared.

    >>> values, counts = unique([3, 1, 3], return_counts=True)
    >>> values.eval(), counts.eval()
    (array([1, 3]), array([1, 2]))
    """
    if axis is not None:
        raise ShapeError(
            "unique compares elements, not the parts along an axis.",
            remedy="Leave axis out.",
        )
    ar = as_tensor(ar)
    flat = ravel(ar)
    order = argsort(flat)
    ordered = take(flat, order)
    begins = _begins(ordered, equal_nan)
    places = flatnonzero(begins)
    found = [take(ordered, places)]
    if return_index:
        found.append(take(order, places))
    if return_inverse:
        rank = cumsum(cast(begins, "int64")) - 1
        inverse = update_at(zeros_like(order), order, rank, "set")
        found.append(reshape(inverse, [shape_of(ar)[a] for a in range(ar.type.ndim)]))
    if return_counts:
        ends = concatenate([places, reshape(as_tensor(shape_of(flat)[0]), (1,))])
        found.append(get(ends, slice(1, None)) - get(ends, slice(None, -1)))
    return found[0] if len(found) == 1 else tuple(found)


def unique_values(x: Any) -> Any:
    """The different elements in ascending order; see `unique`.

    >>> unique_values([3, 1, 3]).eval()
    array([1, 3])
    """
    return unique(x, equal_nan=False)


def unique_counts(x: Any) -> Any:
    """The different elements in ascending order, and how often each occurs.

    >>> [v.eval().tolist() for v in unique_counts([3, 1, 3])]
    [[1, 3], [1, 2]]
    """
    return unique(x, return_counts=True, equal_nan=False)


def unique_inverse(x: Any) -> Any:
    """The different elements in ascending order, and which of them each element is.

    >>> [v.eval().tolist() for v in unique_inverse([3, 1, 3])]
    [[1, 3], [1, 0, 1]]
    """
    return unique(x, return_inverse=True, equal_nan=False)


def unique_all(x: Any) -> Any:
    """The different elements, where each first occurs, the inverse and the counts.

    >>> [v.eval().tolist() for v in unique_all([3, 1, 3])]
    [[1, 3], [1, 0], [1, 0, 1], [1, 2]]
    """
    return unique(x, True, True, True, equal_nan=False)


def isin(element: Any, test_elements: Any, *, invert: bool = False) -> Any:
    """Whether each element is one of some others; with `invert`, whether it is none.

    The work is the product of both sizes.

    >>> isin([1, 2, 3], [2, 5]).eval()
    array([False,  True, False])
    """
    x, others = as_tensor(element), ravel(as_tensor(test_elements))
    found = any_of(math.eq(ExpandDims((x.type.ndim,))(x), others), axis=-1)
    return math.logical_not(found) if invert else found


def union1d(a: Any, b: Any) -> Any:
    """The different elements of both arrays in ascending order.

    >>> union1d([3, 1], [1, 2]).eval()
    array([1, 2, 3])
    """
    return unique(concatenate([ravel(as_tensor(a)), ravel(as_tensor(b))]))


def intersect1d(a: Any, b: Any) -> Any:
    """The different elements that are in both arrays, in ascending order.

    >>> intersect1d([3, 1, 2], [1, 5, 3]).eval()
    array([1, 3])
    """
    found = unique(a)
    return compress(isin(found, b), found)


def setdiff1d(a: Any, b: Any) -> Any:
    """The different elements of `a` that are not in `b`, in ascending order.

    >>> setdiff1d([3, 1, 2], [1, 5]).eval()
    array([2, 3])
    """
    found = unique(a)
    return compress(isin(found, b, invert=True), found)


def setxor1d(a: Any, b: Any) -> Any:
    """The different elements that are in one array only, in ascending order.

    >>> setxor1d([3, 1, 2], [1, 5]).eval()
    array([2, 3, 5])
    """
    return union1d(setdiff1d(a, b), setdiff1d(b, a))
