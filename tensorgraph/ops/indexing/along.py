"""Elements of each vector along an axis, taken or updated by indices of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from tensorgraph.errors import BoundsError, ShapeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Expr
from tensorgraph.ops.broadcast import (
    ExpandDims,
    expand_left,
    normalize_axes,
    reduce_like,
    shape_of,
    spread,
)
from tensorgraph.ops.creating.create import zeros_like
from tensorgraph.ops.indexing.gather import check_index, check_value, repeated
from tensorgraph.ops.indexing.slices import OUT_OF_BOUNDS, as_int64, checked_place
from tensorgraph.ops.indexing.update import (
    check_combination,
    checked_how,
    combination,
    in_dtype_of,
    pull_update,
)
from tensorgraph.ops.shaping.shape import ravel, reshape
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    broadcast_shapes,
    check_lengths,
    check_written,
    show_shape,
)

Subscripts = tuple[Expr, ...]


@dataclass(frozen=True)
class Along(TensorOp):
    """Base of ops on an array and an integer array of one rank.

    The integers index one axis of the array, and stand in its place; all other axes
    broadcast.
    """

    axis: int

    def taken_shape(self, x: Variable, index: Variable) -> tuple[Length, ...]:
        """The static shape of what the indices take; raises for wrong ones."""
        axis = self.axis
        check_index(index, x.type.shape[axis], axis)
        shapes = [x.type.shape, index.type.shape]
        shape = broadcast_shapes("take_along_axis", list(map(self._beside, shapes)))
        return (*shape[:axis], index.type.shape[axis], *shape[axis + 1 :])

    def check_values(self, node: Apply, *inputs: Any) -> None:
        static = [self._beside(v.type.shape) for v in (node.inputs[-1], node.inputs[0])]
        found = [self._beside(v.shape) for v in (inputs[-1], inputs[0])]
        check_lengths("indexing", static, found)

    def _beside(self, shape: Sequence[Any]) -> tuple[Any, ...]:
        return (*shape[: self.axis], 1, *shape[self.axis + 1 :])

    def check_places(self, x: Any, index: Any) -> Any:
        """The index, where each is inside of the axis."""
        length = x.shape[self.axis]
        wrong = index[(index < -length) | (index >= length)]
        if wrong.size:
            message = OUT_OF_BOUNDS.format(axis=self.axis).format(wrong[0], length)
            raise BoundsError(message + ".")
        return index

    def extents(self, loop: Any, x: Any, index: Any) -> list[Expr]:
        """The extents of what is taken."""
        found = list(index.extents)
        for axis, extent in enumerate(x.extents):
            if axis != self.axis and extent != at.ONE:
                joined = found[axis] == at.ONE
                found[axis] = (
                    extent if joined else loop.unify(found[axis], extent, "indexing")
                )
        return found

    def subscripts(self, loop: Any, x: Any, index: Any) -> Any:
        """A function from subscripts of what is taken to those of x."""
        check = checked_place(loop, x.extents[self.axis], self.axis)

        def subscripts(s: Subscripts) -> Subscripts:
            found = list(repeated(x, s))
            found[self.axis] = check(as_int64(loop.read(index, repeated(index, s))))
            return tuple(found)

        return subscripts


@dataclass(frozen=True)
class TakeAlong(Along):
    """Inputs: the array, then the indices."""

    moves_elements = True

    def infer(self, x: Variable, index: Variable) -> TensorType:
        return x.type.with_shape(self.taken_shape(x, index))

    def evaluate(self, xp: Any, x: Any, index: Any) -> Any:
        return xp.take_along_axis(x, self.check_places(x, index), self.axis)

    def pullback(self, x: Variable, index: Variable, y: Variable, g: Variable) -> Any:
        return UpdateAlong(self.axis, "add")(zeros_like(x), g, index), None

    def batch(self, batched: Sequence[bool], x: Variable, index: Variable) -> Any:
        x, index = _with_axis(batched, (x, index))
        return TakeAlong(self.axis + 1)(x, index)

    def lower(self, loop: Any, x: Any, index: Any) -> Any:
        subscripts = self.subscripts(loop, x, index)
        return loop.map(
            self.extents(loop, x, index), x.dtype, (x, index),
            lambda s: loop.read(x, subscripts(s)),
        )  # fmt: skip


def _with_axis(batched: Sequence[bool], inputs: Sequence[Variable]) -> list[Variable]:
    pairs = zip(inputs, batched, strict=True)
    return [v if has else ExpandDims((0,))(v) for v, has in pairs]


@dataclass(frozen=True)
class UpdateAlong(Along):
    """A copy of x, updated. Inputs: the array, the value, which broadcasts, indices."""

    how: str

    def infer(self, x: Variable, value: Variable, index: Variable) -> TensorType:
        check_combination(self.how, x.type.dtype)
        check_value("put_along_axis", value, x, self.taken_shape(x, index))
        return x.type

    def check_values(self, node: Apply, *inputs: Any) -> None:
        super().check_values(node, *inputs)
        x, value, index = inputs
        places = [max(pair) for pair in zip(x.shape, index.shape, strict=True)]
        places[self.axis] = index.shape[self.axis]
        check_written("put_along_axis", node.inputs[1], value.shape, tuple(places))

    def evaluate(self, xp: Any, x: Any, value: Any, index: Any) -> Any:
        places = xp.places_along(x, self.check_places(x, index), self.axis)
        return xp.at_update(x, places, value, self.how)

    def pullback(self, x: Any, value: Any, index: Any, y: Any, g: Any) -> Any:
        pulled, taken = pull_update(
            self.how, x, value, y, g, lambda a: TakeAlong(self.axis)(a, index),
            lambda how, a, v: UpdateAlong(self.axis, how)(a, v, index),
            distinct=self.is_distinct(x, index),
        )  # fmt: skip
        return pulled, reduce_like(taken, value), None

    def is_distinct(self, x: Variable, index: Variable) -> bool:
        """Whether no place is updated twice: one index for each vector."""
        beside = [n for a, n in enumerate(x.type.shape) if a != self.axis]
        return index.type.shape[self.axis] == 1 and 1 not in beside

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        x = spread(batched, inputs)[0]
        _, value, index = _with_axis(batched, inputs)
        return replace(self, axis=self.axis + 1)(x, value, index)

    def lower(self, loop: Any, x: Any, value: Any, index: Any) -> Any:
        extents = self.extents(loop, x, index)
        space = [
            loop.unify(have, want, "put_along_axis") if have != at.ONE else want
            for have, want in zip(value.extents, extents, strict=True)
        ]
        return loop.scatter(
            x, combination(self.how, x.dtype), space, (value, index),
            self.subscripts(loop, x, index),
            lambda s: loop.read(value, repeated(value, s)),
        )  # fmt: skip


def take_along_axis(arr: Any, indices: Any, axis: int | None = -1) -> Any:
    """Elements of `arr` along an axis, each vector with indices of its own.

    `indices` are integers of the rank of `arr`; other axes broadcast. Without an axis,
    `arr` is taken in C order and `indices` are a vector. Raises as indexing does, and
    `ShapeError` for other ranks.

    >>> take_along_axis([[10, 30, 20], [5, 4, 6]], [[2], [0]], axis=1).eval()
    array([[20],
           [ 5]])
    """
    x, index = as_tensor(arr), as_tensor(indices)
    if axis is None:
        return take_along_axis(ravel(x), index, 0)
    place = _place("take_along_axis", x, index, axis)
    return TakeAlong(place)(x, index)


def put_along_axis(
    arr: Any, indices: Any, values: Any, axis: int | None, how: str = "set"
) -> Any:
    """A copy of `arr` with values written at `indices` along an axis; see
    `take_along_axis`.

    Unlike NumPy's, it changes nothing in place. `values` broadcast to what the indices
    take. `how` may also be add, mul, max or min. Of repeated indices the last is
    written; the others combine with each.

    >>> put_along_axis([[10, 30, 20], [5, 4, 6]], [[2], [0]], 0, axis=1).eval()
    array([[10, 30,  0],
           [ 0,  4,  6]])
    """
    x, index = as_tensor(arr), as_tensor(indices)
    if axis is None:
        flat = put_along_axis(ravel(x), index, values, 0, how)
        return reshape(flat, shape_of(x))
    place = _place("put_along_axis", x, index, axis)
    value = expand_left(in_dtype_of(x, values), x.type.ndim)
    return UpdateAlong(place, checked_how(how))(x, value, index)


def _place(what: str, x: Variable, index: Variable, axis: int) -> int:
    """The axis counted from the start, for operands that go together."""
    if x.type.ndim != index.type.ndim:
        raise ShapeError(
            f"{what}: the array {show_shape(x.type.shape)} and the indices "
            f"{show_shape(index.type.shape)} must have the same number of axes."
        )
    if x.type.ndim == 0:
        raise ShapeError(f"{what}: a scalar has no axis to index.")
    return one_axis(axis, x.type.ndim, what)


def one_axis(axis: Any, ndim: int, what: str) -> int:
    """One axis counted from the start; raises `ShapeError` for what is none."""
    axes = normalize_axes(axis, ndim, what)
    if axis is None or len(axes) != 1:
        raise ShapeError(f"{what} works along one axis, not {axis!r}.")
    return axes[0]
