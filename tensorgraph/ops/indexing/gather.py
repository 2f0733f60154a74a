"""Indexing by integer arrays: gathers, and updates at the places they would read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Expr
from tensorgraph.ops.broadcast import (
    ExpandDims,
    batch_length,
    batched_axes,
    expand_left,
    reduce_like,
    show_axes,
    spread,
)
from tensorgraph.ops.creating.create import arange, zeros_like
from tensorgraph.ops.indexing.slices import (
    OUT_OF_BOUNDS,
    as_int64,
    check_position,
    checked_place,
)
from tensorgraph.ops.indexing.update import check_combination, combination, pull_update
from tensorgraph.ops.shaping.shape import moveaxis, reshape
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    broadcast_shapes,
    check_lengths,
    check_written,
    show_shape,
    static_value,
    unify_lengths,
)

Subscripts = tuple[Expr, ...]


@dataclass(frozen=True)
class ArrayIndexing(TensorOp):
    """Base of ops that index some axes by integer arrays of one rank, which broadcast.

    What is indexed has the axes of the arrays in place of the indexed ones where these
    stand side by side, else in front, as NumPy has them.
    """

    axes: tuple[int, ...]

    @property
    def place(self) -> int:
        """Where the axes of the index arrays stand in what is indexed."""
        first, last = self.axes[0], self.axes[-1]
        return first if last - first + 1 == len(self.axes) else 0

    def indexed_shape(
        self, x: Variable, indices: Sequence[Variable]
    ) -> tuple[Length, ...]:
        """The static shape of x[indices]; raises for indices that cannot be."""
        for axis, index in zip(self.axes, indices, strict=True):
            check_index(index, x.type.shape[axis], axis)
        space = broadcast_shapes("indexing", [i.type.shape for i in indices])
        rest = [n for a, n in enumerate(x.type.shape) if a not in self.axes]
        return (*rest[: self.place], *space, *rest[self.place :])

    def check_values(self, node: Apply, *inputs: Any) -> None:
        count = len(self.axes)
        static = [i.type.shape for i in node.inputs[-count:]]
        check_lengths("indexing", static, [i.shape for i in inputs[-count:]])

    def as_index(self, x: Any, indices: Sequence[Any]) -> tuple[Any, ...]:
        """The index that NumPy takes, checked."""
        full: list[Any] = [slice(None)] * x.ndim
        for axis, index in zip(self.axes, indices, strict=True):
            length = x.shape[axis]
            wrong = index[(index < -length) | (index >= length)]
            if wrong.size:
                raise BoundsError(
                    OUT_OF_BOUNDS.format(axis=axis).format(wrong[0], length) + "."
                )
            full[axis] = index
        return tuple(full)

    def extents(self, loop: Any, x: Any, indices: Sequence[Any]) -> list[Expr]:
        """The extents of x[indices]."""
        space = list(indices[0].extents)
        for index in indices[1:]:
            for axis, extent in enumerate(index.extents):
                if space[axis] == at.ONE:
                    space[axis] = extent
                elif extent != at.ONE:
                    space[axis] = loop.unify(space[axis], extent, "indexing")
        rest = [n for a, n in enumerate(x.extents) if a not in self.axes]
        return [*rest[: self.place], *space, *rest[self.place :]]

    def subscripts(self, loop: Any, x: Any, indices: Sequence[Any]) -> Any:
        """A function from subscripts of x[indices] to those of x."""
        checks = [
            checked_place(loop, x.extents[axis], axis, loop.within(index))
            for axis, index in zip(self.axes, indices, strict=True)
        ]
        rank, place = indices[0].ndim, self.place

        def subscripts(s: Subscripts) -> Subscripts:
            at_arrays = s[place : place + rank]
            rest = iter(s[:place] + s[place + rank :])
            found: list[Expr] = [at.ZERO] * x.ndim
            for axis, index, check in zip(self.axes, indices, checks, strict=True):
                element = loop.read(index, repeated(index, at_arrays))
                found[axis] = check(as_int64(element))
            for axis in range(x.ndim):
                if axis not in self.axes:
                    found[axis] = next(rest)
            return tuple(found)

        return subscripts

    def batch_indices(
        self, batched: Sequence[bool], indices: Sequence[Variable], length: Any
    ) -> list[Variable]:
        """Indices of axis 0, which select each element's own, and of the other axes."""
        rank = _core_rank(batched, indices)
        own = reshape(arange(length), (-1, *[1] * rank))
        return [own, *[expand_left(i, rank + 1) for i in indices]]

    def __str__(self) -> str:
        shown = show_axes(self.axes)
        return type(self).__name__ + ("" if shown == "axis=0" else f"{{{shown}}}")


def _core_rank(batched: Sequence[bool], indices: Sequence[Variable]) -> int:
    """The rank of the index arrays without the new axis."""
    return max(i.type.ndim - has for i, has in zip(indices, batched, strict=True))


def repeated(value: Any, s: Subscripts) -> Subscripts:
    """Subscripts of a value that is repeated along its axes of length 1."""
    pairs = zip(value.extents, s, strict=True)
    return tuple(at.ZERO if extent == at.ONE else i for extent, i in pairs)


def check_index(index: Variable, length: Length, axis: int) -> None:
    """Raise for an index array that is no integer, or known to be out of bounds."""
    if index.type.dtype[0] not in "iu":
        raise DTypeError(
            f"An index must be an integer, but that of axis {axis} is {index.type}.",
            remedy="Cast it with astype('int64'); for a mask use where(mask, x, 0).",
        )
    known = static_value(index)
    if known is not None and known.size:
        check_position(int(known.min()), length, axis)
        check_position(int(known.max()), length, axis)


@dataclass(frozen=True)
class AdvancedSubtensor(ArrayIndexing):
    """x[indices]. Inputs: the array, then an integer array for each indexed axis."""

    moves_elements = True

    def infer(self, x: Variable, *indices: Variable) -> TensorType:
        return x.type.with_shape(self.indexed_shape(x, indices))

    def evaluate(self, xp: Any, x: Any, *indices: Any) -> Any:
        return x[self.as_index(x, indices)]

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        *indices, _, g = rest
        pulled = AdvancedIncSubtensor(self.axes)(zeros_like(x), g, *indices)
        return (pulled, *[None] * len(indices))

    def batch(self, batched: Sequence[bool], x: Variable, *indices: Variable) -> Any:
        rank = _core_rank(batched[1:], indices)
        if not any(batched[1:]):
            op = AdvancedSubtensor(batched_axes(self.axes))
            return _to_front(op(x, *indices), rank if op.place == 0 else 0)
        if not batched[0]:
            aligned = [expand_left(i, rank + 1) for i in indices]
            return _to_front(AdvancedSubtensor(self.axes)(x, *aligned), self.place)
        length = batch_length(batched, (x, *indices))
        aligned = self.batch_indices(batched[1:], indices, length)
        x = spread(batched, (x, *indices))[0]
        result = AdvancedSubtensor((0, *batched_axes(self.axes)))(x, *aligned)
        moved = [1 + self.place + i for i in range(rank)]
        return moveaxis(result, list(range(1, rank + 1)), moved)

    def lower(self, loop: Any, x: Any, *indices: Any) -> Any:
        subscripts = self.subscripts(loop, x, indices)
        extents = self.extents(loop, x, indices)
        return loop.map(
            extents, x.dtype, (x, *indices), lambda s: loop.read(x, subscripts(s))
        )


def _to_front(x: Variable, axis: int) -> Variable:
    return moveaxis(x, axis, 0) if axis else x


def check_value(
    what: str, value: Variable, x: Variable, shape: Sequence[Length]
) -> None:
    """Raise unless a value can be written to places of a static shape in `x`."""
    if value.type.ndim != len(shape):
        raise ShapeError(
            f"{what}: a value of shape {show_shape(value.type.shape)} does not go to "
            f"places of shape {show_shape(shape)}."
        )
    for have, want in zip(value.type.shape, shape, strict=True):
        try:
            unify_lengths(want if have == 1 else have, want)
        except ValueError:
            raise ShapeError(
                f"{what}: a value of shape {show_shape(value.type.shape)} does not "
                f"broadcast to places of shape {show_shape(shape)}."
            ) from None
    if value.type.dtype != x.type.dtype:
        raise DTypeError(
            f"{what}: cannot write {value.type.dtype} into {x.type.dtype}."
        )


@dataclass(frozen=True)
class ArrayUpdate(ArrayIndexing):
    """Base of updates. Inputs: array, value (which broadcasts), and index arrays."""

    how: ClassVar[str]

    def infer(self, x: Variable, value: Variable, *indices: Variable) -> TensorType:
        check_combination(self.how, x.type.dtype)
        check_value("update", value, x, self.indexed_shape(x, indices))
        return x.type

    def check_values(self, node: Apply, *inputs: Any) -> None:
        super().check_values(node, *inputs)
        x, value, *indices = inputs
        places = x[self.as_index(x, indices)].shape
        check_written("update", node.inputs[1], value.shape, places)

    def evaluate(self, xp: Any, x: Any, value: Any, *indices: Any) -> Any:
        return xp.at_update(x, self.as_index(x, indices), value, self.how)

    def pullback(self, x: Variable, value: Variable, *rest: Variable) -> Any:
        *indices, y, g = rest
        pulled, taken = pull_update(
            self.how, x, value, y, g,
            lambda a: AdvancedSubtensor(self.axes)(a, *indices),
            lambda how, a, v: UPDATES[how](self.axes)(a, v, *indices),
            distinct=_are_distinct(indices),
        )  # fmt: skip
        return (pulled, reduce_like(taken, value), *[None] * len(indices))

    def batch(
        self, batched: Sequence[bool], x: Variable, value: Variable, *indices: Variable
    ) -> Any:
        many = spread(batched, (x, value, *indices))
        if not batched[1]:
            many[1] = ExpandDims((0,))(value)
        rank = _core_rank(batched[2:], indices)
        if not any(batched[2:]):
            op = type(self)(batched_axes(self.axes))
            value = moveaxis(many[1], 0, rank) if op.place == 0 else many[1]
            return op(many[0], value, *indices)
        aligned = self.batch_indices(
            batched[2:], indices, batch_length(batched, (x, value, *indices))
        )
        start = 1 + self.place
        places = list(range(start, start + rank))
        value = moveaxis(many[1], places, list(range(1, rank + 1)))
        return type(self)((0, *batched_axes(self.axes)))(many[0], value, *aligned)

    def lower(self, loop: Any, x: Any, value: Any, *indices: Any) -> Any:
        extents = self.extents(loop, x, indices)
        space = [
            loop.unify(have, want, "update") if have != at.ONE else want
            for have, want in zip(value.extents, extents, strict=True)
        ]
        return loop.scatter(
            x, combination(self.how, x.dtype), space, (value, *indices),
            self.subscripts(loop, x, indices),
            lambda s: loop.read(value, repeated(value, s)),
        )  # fmt: skip


@dataclass(frozen=True)
class AdvancedSetSubtensor(ArrayUpdate):
    """A copy of x with a value written at indices; the last of repeated ones stays."""

    how = "set"


@dataclass(frozen=True)
class AdvancedIncSubtensor(ArrayUpdate):
    """A copy of x with a value added at indices, as often as each is repeated."""

    how = "add"


@dataclass(frozen=True)
class AdvancedMulSubtensor(ArrayUpdate):
    """A copy of x multiplied by a value at indices, as often as each is repeated."""

    how = "mul"


@dataclass(frozen=True)
class AdvancedMaxSubtensor(ArrayUpdate):
    """A copy of x where smaller elements at indices give way to a value."""

    how = "max"


@dataclass(frozen=True)
class AdvancedMinSubtensor(ArrayUpdate):
    """A copy of x where larger elements at indices give way to a value."""

    how = "min"


UPDATES: dict[str, type[ArrayUpdate]] = {
    op.how: op
    for op in (
        AdvancedSetSubtensor, AdvancedIncSubtensor, AdvancedMulSubtensor,
        AdvancedMaxSubtensor, AdvancedMinSubtensor,
    )
}  # fmt: skip
"""The op of each kind of update."""


def _are_distinct(indices: Sequence[Variable]) -> bool:
    """Whether the places are known to be different from each other."""
    known = [static_value(i) for i in indices]
    if any(map(_is_vector_of_distinct, indices)):
        return True
    if len(indices) == 1 and indices[0].type.shape == (1,) * indices[0].type.ndim:
        return True
    if any(k is None or (k < 0).any() for k in known):
        return False
    places = np.stack([k.ravel() for k in np.broadcast_arrays(*known)])
    return len(np.unique(places, axis=1).T) == places.shape[1]


def _is_vector_of_distinct(index: Variable) -> bool:
    """Whether an index is a vector of places that are known to be different."""
    op = index.owner.op if index.owner is not None else None
    one_axis = index.type.ndim == 1 and index.type.shape != (1,)
    return one_axis and index.index in getattr(op, "distinct", ())


def aligned_indices(indices: Sequence[Any]) -> list[Variable]:
    """Index arrays with new leading axes up to one rank."""
    variables = [as_tensor(i) for i in indices]
    rank = max(i.type.ndim for i in variables)
    return [expand_left(i, rank) for i in variables]
