"""Grids of coordinates: meshgrid, mgrid, ogrid, indices."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_length, as_shape
from tensorgraph.ops.creating.spacing import linspace
from tensorgraph.ops.shaping.join import stack
from tensorgraph.ops.shaping.shape import broadcast_arrays, expand_dims, ravel, swapaxes
from tensorgraph.ops.tensor import as_tensor


def meshgrid(
    *xs: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy"
) -> list[Any]:
    """The coordinates of a grid, from the vectors of coordinates of its axes.

    With "xy" the first vector runs along the columns and the second along the rows, as
    in a picture; with "ij" each runs along its own axis. With `sparse` the other axes
    have length 1. `copy` is there for NumPy's sake. Raises ValueError for another
    `indexing`.

    >>> [v.eval().tolist() for v in meshgrid([1, 2], [3, 4, 5])]
    [[[1, 2], [1, 2], [1, 2]], [[3, 3], [4, 4], [5, 5]]]
    """
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing is 'xy' or 'ij', not {indexing!r}.")
    found = open_mesh([ravel(x) for x in xs])
    if indexing == "xy" and len(found) > 1:
        found = [swapaxes(v, 0, 1) for v in found]
    return found if sparse else broadcast_arrays(*found)


def open_mesh(vectors: Any) -> list[Variable]:
    """Vectors, each along its own axis; the other axes have length 1."""
    given = [as_tensor(v) for v in vectors]
    others = [[a for a in range(len(given)) if a != axis] for axis in range(len(given))]
    return [expand_dims(v, axes) for v, axes in zip(given, others, strict=True)]


def ix_(*xs: Any) -> tuple[Any, ...]:
    """Vectors of indices as an index of all their combinations: x[ix_(rows, columns)].

    Raises `ShapeError` for what is no vector.

    >>> x = as_tensor([[1, 2, 3], [4, 5, 6]])
    >>> x[ix_([0, 1], [2, 0])].eval()
    array([[3, 1],
           [6, 4]])
    """
    given = []
    for x in xs:
        if not isinstance(x, Variable) and np.asarray(x).dtype == bool:
            x = np.flatnonzero(x)
        vector = as_tensor(np.asarray(x, "int64") if np.size(x) == 0 else x)
        if vector.type.ndim != 1:
            raise ShapeError(f"ix_ takes vectors of indices, not {vector.type}.")
        given.append(vector)
    return tuple(open_mesh(given))


def indices(dimensions: Any, dtype: Any = "int64", sparse: bool = False) -> Any:
    """The indices of the elements of an array of a shape, one array for each axis.

    They are stacked, or with `sparse` a tuple of arrays that broadcast.

    >>> indices((2, 2)).eval().tolist()
    [[[0, 0], [1, 1]], [[0, 1], [0, 1]]]
    """
    lengths = as_shape(dimensions, "indices")
    found = open_mesh([cast(arange(n), dtype) for n in lengths])
    return tuple(found) if sparse else stack(broadcast_arrays(*found))


def fromfunction(function: Any, shape: Any, dtype: Any = "float64") -> Any:
    """What a function gives for the indices of the elements of an array of a shape.

    It is called once, with an array of indices for each axis.

    >>> fromfunction(lambda i, j: 10 * i + j, (2, 2)).eval()
    array([[ 0.,  1.],
           [10., 11.]])
    """
    lengths = as_shape(shape, "fromfunction")
    found = open_mesh([cast(arange(n), dtype) for n in lengths])
    return function(*broadcast_arrays(*found))


class Grid:
    """What `mgrid` and `ogrid` are: index them by slices to get coordinates.

    A slice is what `arange` takes: start:stop:step. An imaginary step is the number of
    points, the stop included: 0:1:5j. Its parts may be integer scalar variables, and
    with an imaginary step start and stop may be any scalars.
    """

    def __init__(self, sparse: bool) -> None:
        self.sparse = sparse

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, tuple):
            return _coordinates(key)
        vectors = [_coordinates(part) for part in key]
        dtype = np.result_type(*[v.type.dtype for v in vectors]).name
        found = open_mesh([cast(v, dtype) for v in vectors])
        return tuple(found) if self.sparse else stack(broadcast_arrays(*found))


mgrid = Grid(sparse=False)
"""Coordinates of all points of a grid, stacked: mgrid[0:2, 0:3]."""
ogrid = Grid(sparse=True)
"""Coordinates of a grid as arrays that broadcast: ogrid[0:2, 0:3]."""


def _coordinates(part: Any) -> Variable:
    """The vector that a slice stands for."""
    if not isinstance(part, slice) or part.stop is None:
        raise ShapeError(
            f"A grid is indexed by slices with a stop, not by {part!r}.",
            remedy="Write mgrid[0:2, 0:1:5j].",
        )
    start = 0 if part.start is None else part.start
    if isinstance(part.step, complex):
        return linspace(start, part.stop, as_length(int(abs(part.step)), "mgrid"))
    return arange(start, part.stop, 1 if part.step is None else part.step)
