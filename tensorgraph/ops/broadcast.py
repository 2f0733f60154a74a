"""Broadcasting and its adjoint: expand_dims, squeeze, lengths, broadcast_to and sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import BatchError, ShapeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    check_written,
    show_shape,
    static_value,
    unify_lengths,
)

Axes = int | Sequence[int] | None


def normalize_axes(axis: Axes, ndim: int, what: str) -> tuple[int, ...]:
    """The axes as sorted non-negative numbers; None stands for all of them."""
    if axis is None:
        return tuple(range(ndim))
    given = tuple(axis) if isinstance(axis, Sequence | np.ndarray) else (axis,)
    for a in given:
        if isinstance(a, bool) or not isinstance(a, int | np.integer):
            raise ShapeError(f"{what}: an axis is an integer, not {a!r}.")
        if not -ndim <= a < ndim:
            raise ShapeError(f"{what}: axis {a} is out of range for rank {ndim}.")
    axes = tuple(sorted({int(a) % ndim for a in given}))
    if len(axes) != len(given):
        raise ShapeError(f"{what}: axis {axis} names one axis twice.")
    return axes


def reduced_axes(axis: Axes, ndim: int, what: str) -> tuple[int, ...]:
    """`normalize_axes` for reductions: of a scalar they take axis 0 and -1 for none."""
    if ndim == 0 and isinstance(axis, int) and axis in (0, -1):
        return ()
    return normalize_axes(axis, ndim, what)


def show_axes(axes: tuple[int, ...]) -> str:
    """One axis as ``axis=0``, several as ``axes=[0, 1]``."""
    return f"axis={axes[0]}" if len(axes) == 1 else f"axes={list(axes)}"


def batched_axes(axes: tuple[int, ...]) -> tuple[int, ...]:
    """The same axes behind one more leading axis."""
    return tuple(a + 1 for a in axes)


def refuse_batched(what: str, which: str, flags: Sequence[bool]) -> None:
    """Raise `BatchError` if an input that decides the result's shape is batched."""
    if any(flags):
        raise BatchError(
            f"{what} cannot be vectorized over {which}: "
            "each element of the batch would have another shape.",
            remedy="Keep lengths the same for the whole batch, or loop over it with "
            "scan.",
        )


@dataclass(frozen=True)
class ExpandDims(TensorOp):
    """New axes of length 1 at the given places of the result."""

    axes: tuple[int, ...]
    moves_elements = True

    def infer(self, x: Variable) -> TensorType:
        shape = list(x.type.shape)
        for axis in self.axes:
            shape.insert(axis, 1)
        return x.type.with_shape(shape)

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.expand_dims(x, self.axes)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return Squeeze(self.axes)(g)

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return ExpandDims(batched_axes(self.axes))(x)

    def lower(self, loop: Any, x: Any) -> Any:
        extents = list(x.extents)
        for axis in self.axes:
            extents.insert(axis, at.ONE)
        kept = [i for i in range(len(extents)) if i not in self.axes]
        return loop.view(x, extents, lambda s: tuple(s[i] for i in kept))

    def __str__(self) -> str:
        return f"ExpandDims{{{show_axes(self.axes)}}}"


@dataclass(frozen=True)
class Squeeze(TensorOp):
    """Axes of length 1 removed."""

    axes: tuple[int, ...]
    moves_elements = True

    def infer(self, x: Variable) -> TensorType:
        for axis in self.axes:
            if x.type.shape[axis] != 1:
                raise ShapeError(
                    f"squeeze: axis {axis} of shape {show_shape(x.type.shape)} "
                    "is not known to have length 1.",
                    remedy="Use specify_shape, or take index 0 of that axis.",
                )
        kept = [n for i, n in enumerate(x.type.shape) if i not in self.axes]
        return x.type.with_shape(kept)

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.squeeze(x, self.axes)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return ExpandDims(self.axes)(g)

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return Squeeze(batched_axes(self.axes))(x)

    def lower(self, loop: Any, x: Any) -> Any:
        kept = [n for i, n in enumerate(x.extents) if i not in self.axes]

        def subscripts(s: tuple[Any, ...]) -> tuple[Any, ...]:
            rest = list(s)
            for axis in self.axes:
                rest.insert(axis, at.ZERO)
            return tuple(rest)

        return loop.view(x, kept, subscripts)

    def __str__(self) -> str:
        return f"Squeeze{{{show_axes(self.axes)}}}"


@dataclass(frozen=True)
class Shape(TensorOp):
    """The length of one axis, an int64 scalar; never needs the values of its input."""

    axis: int

    def infer(self, x: Variable) -> TensorType:
        return TensorType("int64", ())

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.asarray(x.shape[self.axis], dtype="int64")

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return None

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return Shape(self.axis + 1)(x)

    def lower(self, loop: Any, x: Any) -> Any:
        return loop.scalar(x.extents[self.axis])


def shape_of(x: Variable) -> tuple[Any, ...]:
    """The shape of `x`: an int for each known length, an int64 scalar for others."""
    return tuple(
        length if isinstance(length, int) else Shape(axis)(x)
        for axis, length in enumerate(x.type.shape)
    )


def static_length(length: Any) -> Length:
    """What is known at definition of a length given as a number or scalar variable."""
    if not isinstance(length, Variable):
        return int(length)
    value = static_value(length)
    if value is not None:
        return int(value)
    if length.owner is not None and isinstance(length.owner.op, Shape):
        return length.owner.inputs[0].type.shape[length.owner.op.axis]
    return None


@dataclass(frozen=True)
class BroadcastTo(TensorOp):
    """The input repeated along axes of length 1 up to the lengths given as scalars.

    Inputs: the array, of rank n, then n int64 scalars.
    """

    moves_elements = True

    def infer(self, x: Variable, *lengths: Variable) -> TensorType:
        shape: list[Length] = []
        for axis, (have, length) in enumerate(zip(x.type.shape, lengths, strict=True)):
            want = static_length(length)
            try:
                shape.append(want if have == 1 else unify_lengths(have, want))
            except ValueError:
                raise ShapeError(
                    f"broadcast_to: axis {axis} has length {have}, not 1 and not "
                    f"{want}."
                ) from None
        return x.type.with_shape(shape)

    def check_values(self, node: Apply, x: Any, *lengths: Any) -> None:
        wanted = tuple(int(n) for n in lengths)
        check_written("broadcast_to", node.inputs[0], x.shape, wanted)

    def evaluate(self, xp: Any, x: Any, *lengths: Any) -> Any:
        return xp.broadcast_to(x, tuple(int(n) for n in lengths))

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        return (reduce_like(rest[-1], x), *[None] * x.type.ndim)

    def batch(self, batched: Sequence[bool], x: Variable, *lengths: Variable) -> Any:
        refuse_batched("broadcast_to", "its lengths", batched[1:])
        return BroadcastTo()(x, shape_of(x)[0], *lengths)

    def lower(self, loop: Any, x: Any, *lengths: Any) -> Any:
        return loop.broadcast(x, [loop.as_extent(n) for n in lengths])


def broadcast_to(x: Any, shape: Any) -> Any:
    """`x` repeated to `shape`, whose entries are ints or int64 scalars, as NumPy does.

    One length alone is the shape of a vector.

    >>> broadcast_to(1.0, (2, 3)).type
    Matrix(float64, shape=(2, 3))
    """
    x = as_tensor(x)
    if isinstance(shape, int | np.integer):
        shape = (shape,)
    missing = len(shape) - x.type.ndim
    if missing < 0:
        raise ShapeError(f"broadcast_to: rank {x.type.ndim} is more than {len(shape)}.")
    x = expand_left(x, len(shape))
    known = tuple(map(static_length, shape))
    if x.type.shape == known and None not in known:
        return x
    return BroadcastTo()(x, *[as_tensor(n, dtype="int64") for n in shape])


def broadcast_like(x: Variable, other: Variable) -> Any:
    """`x` repeated to the shape of `other`."""
    same = x.type.shape == other.type.shape
    return x if same else broadcast_to(x, shape_of(other))


def spread(batched: Sequence[bool], inputs: Sequence[Variable]) -> list[Variable]:
    """Every input with the new leading axis, of one length: for ops that do not
    broadcast.
    """
    given = [
        x if has else ExpandDims((0,))(x)
        for x, has in zip(inputs, batched, strict=True)
    ]
    length = batch_length(batched, inputs)
    return [
        broadcast_to(x, (length, *shape_of(x)[1:])) if x.type.shape[0] == 1 else x
        for x in given
    ]


def batch_length(batched: Sequence[bool], inputs: Sequence[Variable]) -> Any:
    """The length of the new leading axis, as known at definition or as a scalar."""
    leading = [shape_of(x)[0] for x, has in zip(inputs, batched, strict=True) if has]
    known = [n for n in leading if isinstance(n, int) and n != 1]
    unknown = [n for n in leading if not isinstance(n, int)]
    return next(iter([*known, *unknown]), 1)


def expand_left(x: Variable, ndim: int) -> Variable:
    """`x` with new leading axes up to rank `ndim`."""
    missing = ndim - x.type.ndim
    return ExpandDims(tuple(range(missing)))(x) if missing else x


def reduce_like(g: Variable, x: Variable) -> Variable:
    """`g` summed over the axes along which `x` was broadcast to it, in the dtype of
    `g`.
    """
    axes = tuple(
        axis
        for axis, (have, want) in enumerate(
            zip(x.type.shape, g.type.shape, strict=True)
        )
        if have == 1 and want != 1
    )
    return ExpandDims(axes)(Sum(axes)(g)) if axes else g


def sum_type(x: TensorType) -> str:
    """The dtype of a sum, as NumPy accumulates it: at least 64-bit for integers."""
    return np.sum(np.zeros(1, x.dtype)).dtype.name


@dataclass(frozen=True)
class Sum(TensorOp):
    """The sum over some axes."""

    axes: tuple[int, ...]

    def infer(self, x: Variable) -> TensorType:
        kept = [n for i, n in enumerate(x.type.shape) if i not in self.axes]
        return TensorType(sum_type(x.type), kept)

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.sum(x, axis=self.axes)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return BroadcastTo()(ExpandDims(self.axes)(g), *shape_of(x))

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return Sum(batched_axes(self.axes))(x)

    def lower(self, loop: Any, x: Any) -> Any:
        return loop.reduce("add", loop.cast(x, loop.dtype), self.axes)

    def __str__(self) -> str:
        return f"Sum{{{show_axes(self.axes)}}}"


def sum(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The sum of `x` over `axis` (all axes by default).

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0).eval()
    array([4., 6.])
    """
    if has_hole((x, axis)):
        return Pattern.of(Sum, (x,), axes=axis)
    x = as_tensor(x)
    axes = reduced_axes(axis, x.type.ndim, "sum")
    total = Sum(axes)(x) if axes else x
    return ExpandDims(axes)(total) if keepdims and axes else total
