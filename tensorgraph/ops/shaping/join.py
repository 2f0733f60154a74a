"""Arrays put one after another, and taken apart again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops.broadcast import normalize_axes, shape_of, spread
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.shaping.shape import expand_dims, ravel, specify_shape
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    check_lengths,
    show_shape,
    unify_lengths,
    weak_constant,
)


@dataclass(frozen=True)
class Join(TensorOp):
    """The operands, of one rank and dtype, one after another along an axis."""

    axis: int

    def infer(self, *parts: Variable) -> TensorType:
        shape = list(parts[0].type.shape)
        for part in parts[1:]:
            for axis, length in enumerate(part.type.shape):
                shape[axis] = self._joined(axis, shape[axis], length, parts)
        return parts[0].type.with_shape(shape)

    def _joined(
        self, axis: int, a: Length, b: Length, parts: Sequence[Variable]
    ) -> Length:
        if axis == self.axis:
            return a + b if isinstance(a, int) and isinstance(b, int) else None
        try:
            return unify_lengths(a, b)
        except ValueError:
            shapes = " and ".join(
                dict.fromkeys(show_shape(p.type.shape) for p in parts)
            )
            raise ShapeError(
                f"concatenate along axis {self.axis}: shapes {shapes} "
                f"differ in axis {axis}.",
                remedy="Only the axis that they are joined along may differ in length.",
            ) from None

    def check_values(self, node: Apply, *parts: Any) -> None:
        beside = [p.shape[: self.axis] + p.shape[self.axis + 1 :] for p in parts]
        check_lengths("concatenate", [(None,) * len(s) for s in beside], beside)

    def evaluate(self, xp: Any, *parts: Any) -> Any:
        return xp.concatenate(parts, axis=self.axis)

    def pullback(self, *arguments: Variable) -> Any:
        parts, g = arguments[:-2], arguments[-1]
        start: Any = 0
        pulled = []
        for part in parts:
            pulled.append(self._piece(g, start, part))
            start = shape_of(part)[self.axis] + start
        return pulled

    def _piece(self, g: Variable, start: Any, part: Variable) -> Variable:
        """What of `g` lies where `part` was put."""
        before = [slice(None)] * self.axis
        length = shape_of(part)[self.axis]
        if type(length) is int and length == 1:
            return expand_dims(get(g, (*before, start)), self.axis)
        piece = get(g, (*before, slice(start, start + length)))
        known = [n if isinstance(n, int) else None for n in part.type.shape]
        return specify_shape(piece, known)

    def batch(self, batched: Sequence[bool], *parts: Variable) -> Any:
        return Join(self.axis + 1)(*spread(batched, parts))

    def lower(self, loop: Any, *parts: Any) -> Any:
        return loop.concatenate(parts, self.axis)

    def __str__(self) -> str:
        return f"Join{{axis={self.axis}}}"


def operands(what: str, values: Any) -> list[Variable]:
    """The values in one dtype; Python numbers do not promote the others."""
    given = list(values)
    if not given:
        raise ShapeError(f"{what} needs at least one array.")
    plain = (int, float, complex, bool)
    dtypes = [as_tensor(v).type.dtype for v in given if type(v) not in plain]
    found = [
        weak_constant(v, dtypes) if dtypes and type(v) in plain
        else as_tensor(np.asarray(v) if type(v) in plain else v)
        for v in given
    ]  # fmt: skip
    dtype = np.result_type(*[v.type.dtype for v in found]).name
    return [cast(v, dtype) for v in found]


def concatenate(values: Any, axis: int | None = 0) -> Any:
    """The arrays, of one rank, one after another along an axis that they have.

    With axis None they are flattened first, and may have any ranks.

    Raises `ShapeError` when ranks, or lengths of other axes, differ.

    >>> concatenate([[1.0, 2.0], [3.0]]).eval()
    array([1., 2., 3.])
    """
    if has_hole(values):
        return Pattern.of(Join, values, axis=axis)
    parts = operands("concatenate", values)
    if axis is None:
        return concatenate([ravel(p) for p in parts])
    ndim = parts[0].type.ndim
    if ndim == 0 or any(p.type.ndim != ndim for p in parts):
        ranks = ", ".join(str(p.type.ndim) for p in parts)
        raise ShapeError(
            f"concatenate needs arrays of one rank from 1 on; the ranks are {ranks}.",
            remedy="Use stack to join scalars, or to join along a new axis.",
        )
    (place,) = normalize_axes(axis, ndim, "concatenate")
    return parts[0] if len(parts) == 1 else Join(place)(*parts)


def stack(values: Any, axis: int = 0) -> Any:
    """The arrays, of one shape, one after another along a new axis.

    >>> stack([1.0, 2.0]).eval()
    array([1., 2.])
    """
    parts = operands("stack", values)
    ndim = parts[0].type.ndim
    for part in parts:
        if part.type.ndim != ndim:
            raise ShapeError(
                f"stack needs arrays of one shape, not "
                f"{show_shape(parts[0].type.shape)} and {show_shape(part.type.shape)}.",
                remedy="Use broadcast_arrays first, or concatenate.",
            )
    (place,) = normalize_axes(axis, ndim + 1, "stack")
    return concatenate([expand_dims(p, place) for p in parts], place)


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """`x` in pieces: as many equal ones as a number says, or cut before each index.

    Raises `ShapeError` when a known length is no multiple of the number of pieces.

    >>> [v.type.shape for v in split(np.arange(5), [2, 4])]
    [(2,), (2,), (1,)]
    """
    x = as_tensor(x)
    (place,) = normalize_axes(axis, x.type.ndim, "split")
    if isinstance(indices_or_sections, list | tuple | np.ndarray):
        cuts = list(indices_or_sections)
    else:
        cuts = _equal_cuts(x, as_length(indices_or_sections, "split"), place)
    index: list[Any] = [slice(None)] * place
    bounds = [None, *cuts, None]
    return [get(x, (*index, slice(start, stop))) for start, stop in pairwise(bounds)]


def _equal_cuts(x: Variable, sections: Any, axis: int) -> list[Any]:
    length = shape_of(x)[axis]
    if not isinstance(sections, int):
        raise ShapeError(
            f"split: the number of pieces {sections!r} is only known on the call.",
            remedy="Give it as an int, or reshape to an axis of that length.",
        )
    if sections < 1 or (isinstance(length, int) and length % sections):
        raise ShapeError(
            f"split: axis {axis} of length {length} does not divide into {sections} "
            "equal pieces.",
            remedy="Give the indices to cut at, such as [3, 5].",
        )
    size = as_length(length // sections, "split")
    return [size * i for i in range(1, sections)]
