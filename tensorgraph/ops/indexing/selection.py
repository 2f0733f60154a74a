"""Elements that conditions select: argwhere, compress, extract."""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.ops.indexing.nonzero import flatnonzero, nonzero, truth
from tensorgraph.ops.indexing.take import take
from tensorgraph.ops.shaping.join import stack
from tensorgraph.ops.shaping.shape import ravel, reshape
from tensorgraph.ops.tensor import as_tensor


def argwhere(x: Any) -> Any:
    """The subscripts of the elements that are not zero, a row for each element.

    >>> argwhere([[0.0, 2.0], [3.0, 0.0]]).eval()
    array([[0, 1],
           [1, 0]])
    """
    x = as_tensor(x)
    if x.type.ndim == 0:
        return stack(nonzero(reshape(x, (1,))), axis=1)[:, :0]
    return stack(nonzero(x), axis=1)


def nonzero_values(x: Any) -> Any:
    """The elements that are not zero, in C order.

    >>> nonzero_values([[0.0, 2.0], [3.0, 0.0]]).eval()
    array([2., 3.])
    """
    return take(ravel(as_tensor(x)), flatnonzero(x))


def compress(condition: Any, a: Any, axis: int | None = None) -> Any:
    """The parts of `a` along an axis, or its elements, where the condition is true.

    The condition is a vector, not longer than the axis. Raises `ShapeError` for one
    with more axes.

    >>> compress([False, True], [[1.0, 2.0], [3.0, 4.0]], axis=0).eval()
    array([[3., 4.]])
    """
    condition = truth(condition)
    if condition.type.ndim != 1:
        raise ShapeError(
            f"compress takes a vector of conditions, not {condition.type}."
        )
    return take(a, flatnonzero(condition), axis)


def extract(condition: Any, a: Any) -> Any:
    """The elements of `a`, in C order, where the condition is true.

    >>> extract([True, False, True], [1.0, 2.0, 3.0]).eval()
    array([1., 3.])
    """
    return compress(ravel(truth(condition)), ravel(as_tensor(a)), 0)
