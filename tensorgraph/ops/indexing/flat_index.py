"""Positions in C or Fortran order, and the subscripts that they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.ops import math
from tensorgraph.ops.creating.create import as_shape
from tensorgraph.ops.indexing.bounds import within
from tensorgraph.ops.tensor import as_tensor


def unravel_index(indices: Any, shape: Any, order: str = "C") -> tuple[Any, ...]:
    """The subscripts, one array for each axis, of positions in an array of a shape.

    Raises `BoundsError` for positions outside.

    >>> [i.eval().item() for i in unravel_index(5, (2, 3))]
    [1, 2]
    """
    lengths = _lengths("unravel_index", shape, order)
    size: Any = 1
    for length in lengths:
        size = length * size
    rest = within("unravel_index", indices, size)
    found = []
    for length in lengths[:0:-1]:
        found.append(math.mod(rest, length))
        rest = math.floor_div(rest, length)
    found.append(rest)
    return tuple(found if order == "F" else found[::-1])


def ravel_multi_index(
    multi_index: Sequence[Any], dims: Any, mode: Any = "raise", order: str = "C"
) -> Any:
    """The positions, in an array of a shape, of subscripts: one array for each axis.

    Subscripts outside raise `BoundsError`, or are wrapped or clipped, by `mode`: one
    for all axes or one for each.

    >>> ravel_multi_index(([0, 1], [2, 1]), (2, 3)).eval()
    array([2, 4])
    """
    lengths = _lengths("ravel_multi_index", dims, order)
    modes = (mode,) * len(lengths) if isinstance(mode, str) else tuple(mode)
    parts = (
        list(multi_index)
        if isinstance(multi_index, tuple | list)
        else list(as_tensor(multi_index))
    )
    if not len(parts) == len(lengths) == len(modes):
        raise ShapeError(
            f"ravel_multi_index: {len(parts)} subscripts and {len(modes)} modes were "
            f"given for {len(lengths)} axes.",
            remedy="Give one array for each axis.",
        )
    if order == "F":
        parts, modes = parts[::-1], modes[::-1]
    position: Any = 0
    for part, length, how in zip(parts, lengths, modes, strict=True):
        position = position * length + within("ravel_multi_index", part, length, how)
    return position


def _lengths(what: str, shape: Any, order: str) -> tuple[Any, ...]:
    """The lengths of an array, those of its slowest axis first."""
    if order not in ("C", "F"):
        raise ValueError(f"{what}: order is 'C' or 'F', not {order!r}.")
    lengths = as_shape(shape, what)
    if not lengths:
        raise ShapeError(f"{what} needs a shape of at least one axis.")
    return lengths if order == "C" else lengths[::-1]
