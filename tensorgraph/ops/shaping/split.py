"""Arrays taken apart: array_split, vsplit, hsplit, dsplit, unstack."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import normalize_axes, shape_of
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.shaping.join import split
from tensorgraph.ops.tensor import as_tensor


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """`x` in so many pieces, the first of them longer by one where it needs be.

    Indices cut as in `split`. Raises `ShapeError` for less than one piece.

    >>> [v.eval().tolist() for v in array_split([1, 2, 3, 4, 5], 2)]
    [[1, 2, 3], [4, 5]]
    """
    x = as_tensor(x)
    if isinstance(indices_or_sections, list | tuple | np.ndarray):
        return split(x, indices_or_sections, axis)
    sections = as_length(indices_or_sections, "array_split")
    (place,) = normalize_axes(axis, x.type.ndim, "array_split")
    if not isinstance(sections, int) or sections < 1:
        raise ShapeError(f"array_split: {sections} pieces cannot be made.")
    length = shape_of(x)[place]
    size, longer = length // sections, length % sections
    least = math.minimum if isinstance(longer, Variable) else min
    return split(x, [i * size + least(longer, i) for i in range(1, sections)], place)


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """A matrix, or more, in pieces of rows; see `split`.

    >>> [v.eval().tolist() for v in vsplit([[1, 2], [3, 4]], 2)]
    [[[1, 2]], [[3, 4]]]
    """
    return split(_of_rank("vsplit", x, 2), indices_or_sections, 0)


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """A matrix, or more, in pieces of columns, a vector in pieces; see `split`.

    >>> [v.eval().tolist() for v in hsplit([[1, 2], [3, 4]], 2)]
    [[[1], [3]], [[2], [4]]]
    """
    x = _of_rank("hsplit", x, 1)
    return split(x, indices_or_sections, 0 if x.type.ndim == 1 else 1)


def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """An array of rank 3 or more in pieces along its third axis; see `split`.

    >>> [v.type.shape for v in dsplit(np.zeros((1, 2, 4)), 2)]
    [(1, 2, 2), (1, 2, 2)]
    """
    return split(_of_rank("dsplit", x, 3), indices_or_sections, 2)


def _of_rank(what: str, x: Any, rank: int) -> Variable:
    x = as_tensor(x)
    if x.type.ndim < rank:
        raise ShapeError(f"{what} needs an array of rank {rank} or more, not {x.type}.")
    return x


def unstack(x: Any, axis: int = 0) -> tuple[Any, ...]:
    """The arrays that `stack` would put together to `x`, whose axis has a known length.

    Raises `ShapeError` for a length that is only known on the call.

    >>> [v.eval().tolist() for v in unstack([[1, 2], [3, 4]], axis=1)]
    [[1, 3], [2, 4]]
    """
    x = as_tensor(x)
    (place,) = normalize_axes(axis, x.type.ndim, "unstack")
    length = x.type.shape[place]
    if not isinstance(length, int):
        raise ShapeError(
            f"unstack: the length of axis {axis} of {x!r} of type {x.type} is only "
            "known on the call, and so is the number of pieces.",
            remedy="Use specify_shape to say what it is.",
        )
    before = (slice(None),) * place
    return tuple(get(x, (*before, i)) for i in range(length))
