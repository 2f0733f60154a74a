"""Basic indexing by integers and slices: views, and updates at the places they see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from tensorgraph.errors import BoundsError, DTypeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Const, Expr, Select
from tensorgraph.ops.broadcast import (
    ExpandDims,
    batch_length,
    reduce_like,
    refuse_batched,
    shape_of,
    spread,
    static_length,
)
from tensorgraph.ops.creating.create import arange, zeros
from tensorgraph.ops.indexing.gather import (
    AdvancedIncSubtensor,
    AdvancedSetSubtensor,
    AdvancedSubtensor,
    aligned_indices,
    check_value,
    repeated,
)
from tensorgraph.ops.indexing.slices import (
    OUT_OF_BOUNDS,
    ZERO_STEP,
    Span,
    Words,
    check_position,
    grouped,
    integer_of,
    number_of,
    place_of,
    sliced_length,
    span_of,
)
from tensorgraph.ops.indexing.update import combination, pull_update
from tensorgraph.ops.shaping.shape import moveaxis
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    check_written,
)

Subscripts = tuple[Expr, ...]
TRUE = Const(True, "bool")


@dataclass(frozen=True)
class BasicIndexing(TensorOp):
    """Base of ops with an index of integers and slices; `words` are those of `slices`.

    Axes behind the last word are taken whole.
    """

    words: Words

    def padded(self, ndim: int) -> Words:
        """A word for each axis."""
        return self.words + (":",) * (ndim - len(self.words))

    def indexed_shape(
        self, shape: Sequence[Length], values: Sequence[Variable]
    ) -> list[Length]:
        """The static shape of what is indexed; raises for an index that cannot be."""
        for value in values:
            if value.type.ndim or value.type.dtype[0] not in "iu":
                raise DTypeError(f"A slice takes integer scalars, not {value.type}.")
        found = []
        words = self.padded(len(shape))
        for axis, (word, value) in enumerate(
            zip(words, grouped(words, values), strict=True)
        ):
            if word != "i":
                found.append(sliced_length(shape[axis], value))
            elif (position := number_of(value)) is not None:
                check_position(position, shape[axis], axis)
        return found

    def as_index(self, shape: Sequence[int], values: Sequence[Any]) -> tuple[Any, ...]:
        """The index that NumPy takes, checked."""
        index: list[Any] = []
        for axis, value in enumerate(grouped(self.words, [int(v) for v in values])):
            if not isinstance(value, int):
                if value[2] == 0:
                    raise BoundsError(ZERO_STEP + ".")
                index.append(slice(*value))
                continue
            if not -shape[axis] <= value < shape[axis]:
                message = OUT_OF_BOUNDS.format(axis=axis).format(value, shape[axis])
                raise BoundsError(message + ".")
            index.append(value)
        return tuple(index)

    def picks(
        self, loop: Any, extents: Sequence[Expr], values: Sequence[Any]
    ) -> list[Any]:
        """For each axis the place of an integer or the span of a slice."""
        words = self.padded(len(extents))
        return [
            place_of(loop, integer_of(loop, value), extents[axis], axis)
            if words[axis] == "i"
            else span_of(loop, extents[axis], value, axis)
            for axis, value in enumerate(grouped(words, values))
        ]

    @property
    def integer_axes(self) -> tuple[int, ...]:
        """The axes indexed by integers."""
        return tuple(a for a, word in enumerate(self.words) if word == "i")

    def split(
        self, values: Sequence[Any]
    ) -> tuple[BasicIndexing | None, list[Any], list[Any]]:
        """The slices without the integers, their values, and the integers."""
        pairs = list(zip(self.words, grouped(self.words, values), strict=True))
        words = tuple(":" if word == "i" else word for word, _ in pairs)
        parts = [p for word, v in pairs if word != "i" for p in v if p is not None]
        integers = [v for word, v in pairs if word == "i"]
        return (Subtensor(words) if parts else None), parts, integers

    def refuse_batched_slices(self, flags: Sequence[bool]) -> None:
        """Raise `BatchError` if a part of a slice is batched."""
        pairs = zip(self.words, grouped(self.words, flags), strict=True)
        bounds = [bool(f) for word, value in pairs if word != "i" for f in value]
        refuse_batched("indexing", "the bounds of a slice", bounds)

    def __str__(self) -> str:
        return f"{type(self).__name__}{{{', '.join(self.words)}}}"


def spans(picks: Sequence[Any]) -> list[Span]:
    """The slices among the picks."""
    return [p for p in picks if isinstance(p, Span)]


def subscripts_of(picks: Sequence[Any], s: Subscripts) -> Subscripts:
    """Subscripts of the array, from those of what is indexed."""
    rest = iter(s)
    return tuple(p.place(next(rest)) if isinstance(p, Span) else p for p in picks)


@dataclass(frozen=True)
class Subtensor(BasicIndexing):
    """x[index]. Inputs: the array, then the integer scalars of the words."""

    moves_elements = True

    def infer(self, x: Variable, *values: Variable) -> TensorType:
        return x.type.with_shape(self.indexed_shape(x.type.shape, values))

    def evaluate(self, xp: Any, x: Any, *values: Any) -> Any:
        return x[self.as_index(x.shape, values)]

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        *values, _, g = rest
        lengths = [as_tensor(n, dtype="int64") for n in shape_of(x)]
        return (IntoZeros(self.words)(g, *values, *lengths), *[None] * len(values))

    def batch(self, batched: Sequence[bool], x: Variable, *values: Variable) -> Any:
        if not any(batched[1:]):
            return Subtensor((":", *self.words))(x, *values)
        self.refuse_batched_slices(batched[1:])
        slices, parts, integers = self.split(values)
        axes = self.integer_axes
        if not batched[0]:
            x = slices(x, *parts) if slices else x
            op = AdvancedSubtensor(axes)
            return moveaxis(op(x, *aligned_indices(integers)), op.place, 0)
        x = spread(batched, (x, *values))[0]
        x = Subtensor((":", *slices.words))(x, *parts) if slices else x
        own = arange(batch_length(batched, (x, *values)))
        axes = (0, *(a + 1 for a in axes))
        return AdvancedSubtensor(axes)(x, *aligned_indices((own, *integers)))

    def lower(self, loop: Any, x: Any, *values: Any) -> Any:
        picks = self.picks(loop, x.extents, values)
        extents = [span.length for span in spans(picks)]
        return loop.map(
            extents, x.dtype, (x, *values),
            lambda s: loop.read(x, subscripts_of(picks, s)), cost=0,
        )  # fmt: skip


@dataclass(frozen=True)
class IntoZeros(BasicIndexing):
    """Zeros with a value at an index: the adjoint of `Subtensor`.

    Inputs: the value, the integer scalars of the words, then a length for each axis.
    """

    moves_elements = True
    pads_with_zeros = True

    def infer(self, g: Variable, *rest: Variable) -> TensorType:
        values, lengths = self.values_and_lengths(rest)
        shape = tuple(map(static_length, lengths))
        check_value("indexing", g, g, self.indexed_shape(shape, values))
        return g.type.with_shape(shape)

    def values_and_lengths(
        self, rest: Sequence[Any]
    ) -> tuple[Sequence[Any], Sequence[Any]]:
        """The inputs behind the value, taken apart."""
        count = sum(
            1 if word == "i" else len([p for p in word.split(":") if p])
            for word in self.words
        )
        return rest[:count], rest[count:]

    def evaluate(self, xp: Any, g: Any, *rest: Any) -> Any:
        values, lengths = self.values_and_lengths(rest)
        shape = tuple(int(n) for n in lengths)
        zero = xp.broadcast_to(xp.asarray(0, dtype=g.dtype), shape)
        return xp.at_update(zero, self.as_index(shape, values), g, "set")

    def pullback(self, g: Variable, *rest: Variable) -> Any:
        values, _ = self.values_and_lengths(rest[:-2])
        pulled = Subtensor(self.words)(rest[-1], *values)
        return (reduce_like(pulled, g), *[None] * (len(rest) - 2))

    def batch(self, batched: Sequence[bool], g: Variable, *rest: Variable) -> Any:
        values, lengths = self.values_and_lengths(rest)
        flags, of_lengths = self.values_and_lengths(batched[1:])
        refuse_batched("indexing", "the lengths of an array", of_lengths)
        if any(flags):
            into = zeros(lengths, g.type.dtype)
            flags = (False, batched[0], *flags)
            return IncSubtensor(self.words).batch(flags, into, g, *values)
        return IntoZeros((":", *self.words))(g, *values, shape_of(g)[0], *lengths)

    def lower(self, loop: Any, g: Any, *rest: Any) -> Any:
        values, lengths = self.values_and_lengths(rest)
        extents = [loop.as_extent(n) for n in lengths]
        picks = self.picks(loop, extents, values)
        runs = spans(picks)
        if all(span.step == at.ONE and span.count for span in runs):
            for span in runs:
                loop.require("shape", "a slice is empty", at.less(at.ZERO, span.length))
            element = partial(_padded, loop, g, picks, extents)
            return loop.map(extents, g.dtype, (g, *values), element, cost=2)
        return loop.scatter(
            loop.map(extents, g.dtype, (), lambda s: Const(0, g.dtype)), "add",
            [span.length for span in runs], (g, *values),
            lambda s: subscripts_of(picks, s),
            lambda s: loop.read(g, repeated(g, s)),
        )  # fmt: skip


def _padded(
    loop: Any, g: Any, picks: Sequence[Any], extents: Sequence[Expr], s: Subscripts
) -> Expr:
    """The value's element where the subscripts are inside of the index, else zero.

    Both branches of a select may be evaluated, so places are kept inside of the value.
    """
    condition: Expr = TRUE
    places: list[Expr] = []
    for pick, extent, i in zip(picks, extents, s, strict=True):
        if not isinstance(pick, Span):
            condition = _and(condition, at.equal(i, pick))
        elif pick.length == extent:
            places.append(i)
        else:
            place = at.minus(i, pick.start)
            condition = _and(condition, at.between(at.ZERO, place, pick.length))
            last = at.minus(pick.length, at.ONE)
            places.append(at.minimum(at.maximum(place, at.ZERO), last))
    element = loop.read(g, repeated(g, tuple(places)))
    return (
        element if condition == TRUE else Select(condition, element, Const(0, g.dtype))
    )


def _and(a: Expr, b: Expr) -> Expr:
    return b if a == TRUE else at.both(a, b)


@dataclass(frozen=True)
class BasicUpdate(BasicIndexing):
    """Base of updates. Inputs: array, value (which broadcasts), then the scalars."""

    how: ClassVar[str]
    with_arrays: ClassVar[type[Any]]

    def infer(self, x: Variable, value: Variable, *values: Variable) -> TensorType:
        check_value("update", value, x, self.indexed_shape(x.type.shape, values))
        return x.type

    def check_values(self, node: Apply, x: Any, value: Any, *values: Any) -> None:
        places = x[self.as_index(x.shape, values)].shape
        check_written("update", node.inputs[1], value.shape, places)

    def evaluate(self, xp: Any, x: Any, value: Any, *values: Any) -> Any:
        return xp.at_update(x, self.as_index(x.shape, values), value, self.how)

    def pullback(self, x: Variable, value: Variable, *rest: Variable) -> Any:
        *values, y, g = rest
        pulled, taken = pull_update(
            self.how, x, value, y, g, lambda a: Subtensor(self.words)(a, *values),
            lambda how, a, v: UPDATES[how](self.words)(a, v, *values), distinct=True,
        )  # fmt: skip
        return (pulled, reduce_like(taken, value), *[None] * len(values))

    def batch(
        self, batched: Sequence[bool], x: Variable, value: Variable, *values: Variable
    ) -> Any:
        many = spread(batched, (x, value, *values))
        if not batched[1]:
            many[1] = ExpandDims((0,))(value)
        if not any(batched[2:]):
            return type(self)((":", *self.words))(many[0], many[1], *values)
        self.refuse_batched_slices(batched[2:])
        slices, parts, integers = self.split(values)
        words = (":", *slices.words) if slices else ()
        seen = Subtensor(words)(many[0], *parts) if slices else many[0]
        own = arange(batch_length(batched, (x, value, *values)))
        op = self.with_arrays((0, *(a + 1 for a in self.integer_axes)))
        result = op(seen, many[1], *aligned_indices((own, *integers)))
        return SetSubtensor(words)(many[0], result, *parts) if slices else result

    def lower(self, loop: Any, x: Any, value: Any, *values: Any) -> Any:
        picks = self.picks(loop, x.extents, values)
        space = [
            loop.unify(have, span.length, "update") if have != at.ONE else span.length
            for have, span in zip(value.extents, spans(picks), strict=True)
        ]
        return loop.scatter(
            x, combination(self.how, x.dtype), space, (value, *values),
            lambda s: subscripts_of(picks, s),
            lambda s: loop.read(value, repeated(value, s)),
        )  # fmt: skip


@dataclass(frozen=True)
class SetSubtensor(BasicUpdate):
    """A copy of x with x[index] = value."""

    how = "set"
    with_arrays = AdvancedSetSubtensor


@dataclass(frozen=True)
class IncSubtensor(BasicUpdate):
    """A copy of x with x[index] += value."""

    how = "add"
    with_arrays = AdvancedIncSubtensor


UPDATES: dict[str, type[BasicUpdate]] = {"set": SetSubtensor, "add": IncSubtensor}
"""The op of each kind of update; the others set what they compute."""
