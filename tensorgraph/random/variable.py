"""Random variables: the op that draws from a distribution, and the nodes it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import RandomError, ShapeError
from tensorgraph.graph.node import Constant, Type, Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.ops.broadcast import (
    broadcast_to,
    expand_left,
    refuse_batched,
    shape_of,
)
from tensorgraph.ops.create import as_length
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    broadcast_shapes,
    show_shape,
    unify_lengths,
)
from tensorgraph.random.distribution import Distribution, batch_lengths
from tensorgraph.random.draws import Draw
from tensorgraph.random.generator import (
    RandomType,
    default_rng,
    random_type,
    to_generator,
    to_words,
)

Shape = tuple[Any, ...]


@dataclass(frozen=True)
class Size:
    """The batch shape of draws; None where it is what the parameters broadcast to."""

    lengths: tuple[int, ...] | None


@dataclass(frozen=True)
class SizeType(Type):
    """The type of sizes, which are constants of a graph and never computed."""

    variable_class = Variable
    constant_class = Constant

    def convert(self, value: Any) -> Size:
        return value

    def value_key(self, value: Size) -> Size:
        return value

    def show_value(self, value: Size) -> str:
        if value.lengths is None:
            return "NoneConst{None}"
        return f"[{' '.join(map(str, value.lengths))}]"


def size_constant(lengths: Sequence[int] | None) -> Constant:
    """A size as the input of a random variable."""
    return SizeType().constant(Size(None if lengths is None else tuple(lengths)))


@dataclass(frozen=True)
class RandomVariable(TensorOp):
    """Draws from a distribution: from (state, size, *parameters) to (next state, draws).

    `size` is a constant `Size`. Parameters have one batch rank.
    """

    distribution: type[Distribution]
    successors = {0: 0}
    random = True

    def __str__(self) -> str:
        return f'{self.distribution.name}_rv{{"{self.distribution.signature}"}}'

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        return [*inputs[:2], *map(as_tensor, inputs[2:])]

    # -- shapes -----------------------------------------------------------------------

    @property
    def ranks(self) -> list[int]:
        """The core ranks of the parameters."""
        return [len(core) for core in self.distribution.cores]

    def infer(self, state: Variable, size: Variable, *params: Variable) -> list[Type]:
        if not isinstance(state.type, RandomType):
            raise RandomError(
                f"{state!r} of type {state.type} is not a random generator.",
                remedy="Pass rng=tg.random.default_rng(seed), or leave it out.",
            )
        shape = (*self.batch_shape(size, params), *self.event_shape(params))
        return [random_type, TensorType(self.distribution.dtype, shape)]

    def batch_shape(self, size: Variable, params: Sequence[Any]) -> tuple[Length, ...]:
        """The static batch shape of the draws."""
        name = self.distribution.name
        pairs = zip(params, self.ranks, strict=True)
        shapes = [p.type.shape[: p.type.ndim - rank] for p, rank in pairs]
        own = broadcast_shapes(name, shapes) if shapes else ()
        given = size.value.lengths  # type: ignore[attr-defined]
        if given is None:
            return own
        for axis, (want, have) in enumerate(zip(given, own, strict=bool(shapes))):
            if have not in (1, want) and isinstance(have, int):
                raise ShapeError(
                    f"{name}: size {show_shape(given)} does not fit parameters of batch "
                    f"shape {show_shape(own)}: axis {axis} has lengths {want} and {have}.",
                    remedy="size is the whole batch shape, parameters' axes included.",
                )
        return given

    def event_shape(self, params: Sequence[Any]) -> tuple[Length, ...]:
        """The static shape of one draw, from the core axes of the parameters."""
        known: dict[str, Length] = {}
        for (label, core), p in zip(self._cores(), params, strict=True):
            lengths = p.type.shape[p.type.ndim - len(core) :]
            for letter, length in zip(core, lengths, strict=True):
                try:
                    known[letter] = unify_lengths(known.get(letter), length)
                except ValueError:
                    raise ShapeError(
                        f"{self.distribution.name}: {label} of shape "
                        f"{show_shape(p.type.shape)} has length {length} where "
                        f"{known[letter]} is needed.",
                        remedy=f"The core shapes are {self.distribution.signature}.",
                    ) from None
        return tuple(known[letter] for letter in self.distribution.event)

    def _cores(self) -> list[tuple[str, tuple[str, ...]]]:
        family = self.distribution
        return list(zip(family.parameters, family.cores, strict=True))

    # -- values -----------------------------------------------------------------------

    def evaluate(self, xp: Any, state: Any, size: Size, *params: Any) -> Any:
        draw, letters, fixed = self._draw(), {}, size.lengths is not None
        batch: Shape = size.lengths or ()
        for (label, core), p in zip(self._cores(), params, strict=True):
            own = p.shape[: p.ndim - len(core)]
            batch = self._broadcast(batch or (1,) * len(own), own, fixed)
            for letter, length in zip(core, p.shape[len(own) :], strict=True):
                if letters.setdefault(letter, length) != length:
                    raise self._uneven(label, p.shape, letters[letter])
        shape = (*batch, *(letters[letter] for letter in self.distribution.event))
        generator = to_generator(state)
        checked = self.distribution.checked_parameters
        value = draw.take(generator, shape, params, checked)
        return to_words(generator.bit_generator), value

    def _broadcast(self, batch: Shape, own: Shape, fixed: bool) -> Shape:
        pairs = list(zip(batch, own, strict=True))
        if all(a == b or b == 1 or (a == 1 and not fixed) for a, b in pairs):
            return tuple(b if a == 1 and not fixed else a for a, b in pairs)
        raise ShapeError(
            f"{self.distribution.name}: parameters of batch shape {own} do not fit {batch}."
        )

    def _uneven(self, label: str, shape: Shape, length: int) -> ShapeError:
        return ShapeError(
            f"{self.distribution.name}: {label} of shape {shape} does not have the length "
            f"{length} of other parameters; the core shapes are {self.distribution.signature}."
        )

    def lower(self, loop: Any, state: Any, size: Size, *params: Any) -> Any:
        draw, letters, name = self._draw(), {}, self.distribution.name
        fixed = size.lengths is not None
        batch = [loop.length(n) for n in size.lengths or ()]
        for (_, core), p in zip(self._cores(), params, strict=True):
            own = p.extents[: p.ndim - len(core)]
            batch = batch or [at.ONE] * len(own)
            for axis, extent in enumerate(own):
                if batch[axis] == at.ONE and not fixed:
                    batch[axis] = extent
                elif extent != at.ONE:
                    batch[axis] = loop.unify(batch[axis], extent, name)
            for letter, extent in zip(core, p.extents[len(own) :], strict=True):
                letters[letter] = loop.unify(letters.get(letter, extent), extent, name)
        extents = (*batch, *(letters[letter] for letter in self.distribution.event))
        return draw.lower(
            loop, state, extents, params, self.distribution.checked_parameters
        )

    def _draw(self) -> Draw:
        if self.distribution.draw is None:
            raise RandomError(
                f"{self.distribution.name} has no draws: it is not a proper distribution.",
                remedy="Give the variable a value, or observe what depends on it.",
            )
        return self.distribution.draw

    # -- transforms -------------------------------------------------------------------

    def pullback(self, *arguments: Any) -> Any:
        return [None] * (2 + len(self.distribution.parameters))

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        """Draws for each set of parameters: the new axis stands in front of the size."""
        state, size, *params = inputs
        refuse_batched(self.distribution.name, "its generator or size", batched[:2])
        if size.value.lengths is None:  # type: ignore[attr-defined]
            most = max(p.type.ndim - r for p, r in zip(params, self.ranks, strict=True))
            pairs = zip(params, self.ranks, strict=True)
            return self(state, size, *[expand_left(p, most + r) for p, r in pairs])
        pairs = zip(params, self.ranks, batched[2:], strict=True)
        leading = [(p, p.type.ndim - 1) for p, _, has in pairs if has]
        length = batch_lengths(*zip(*leading, strict=True))[0]
        return self.repeat_draws(length, *inputs)

    def repeat_draws(self, length: Any, *inputs: Variable) -> Any:
        """The same draws with one more leading axis of `length` on their size."""
        state, size, *params = inputs
        own = size.value.lengths  # type: ignore[attr-defined]
        own = batch_lengths(params, self.ranks) if own is None else own
        draw = random_variable(self.distribution, params, (length, *own), state)
        return draw.owner.outputs


# -- building --------------------------------------------------------------------------


def random_variable(
    distribution: type[Distribution], params: Sequence[Any], size: Any = None,
    rng: Any = None, name: str | None = None,
) -> Any:  # fmt: skip
    """A random variable: the draw of a node of the graph.

    `params` are in the order of the distribution's parameters; `size` is the batch
    shape: a length or a sequence of them, numbers or integer scalars. `rng` is a
    generator of the graph, or what seeds one; without it the variable gets a fresh
    shared generator of its own, so two calls are independent. The next state is
    ``x.owner.outputs[0]``. Raises `ShapeError` for shapes that do not fit together,
    `RandomError` for a bad `rng`.
    """
    given = [as_tensor(p) for p in params]
    ranks = [len(core) for core in distribution.cores]
    for p, rank, label in zip(given, ranks, distribution.parameters, strict=True):
        if p.type.ndim < rank:
            raise ShapeError(
                f"{distribution.name}: {label} of type {p.type} has rank {p.type.ndim}; it "
                f"needs at least {rank}.",
                remedy=f"The core shapes are {distribution.signature}.",
            )
    pairs = zip(given, ranks, strict=True)
    most = max((p.type.ndim - rank for p, rank in pairs), default=0)
    sizes = None if size is None else _lengths(distribution.name, size)
    if sizes is not None:
        if len(sizes) < most:
            raise _short_size(distribution, sizes, most)
        most = len(sizes)
    given = [expand_left(p, most + rank) for p, rank in zip(given, ranks, strict=True)]
    sized, given = _sized(distribution, sizes, given)
    state = rng if isinstance(rng, Variable) else default_rng(rng)
    draw = RandomVariable(distribution)(state, sized, *given)[1]
    draw.name = name
    return draw


def _lengths(name: str, size: Any) -> tuple[Any, ...]:
    single = isinstance(size, Variable) or not np.iterable(size)
    if isinstance(size, Variable) and size.type.ndim == 1:
        size, single = list(size), False  # type: ignore[call-overload]
    return tuple(as_length(n, name) for n in ((size,) if single else size))


def _short_size(
    distribution: type[Distribution], sizes: Sequence[Any], rank: int
) -> ShapeError:
    return ShapeError(
        f"{distribution.name}: size {tuple(sizes)} has {len(sizes)} axes, but the parameters "
        f"have {rank} batch axes.",
        remedy="size is the whole batch shape, parameters' axes included.",
    )


def _sized(
    distribution: type[Distribution],
    sizes: Sequence[Any] | None,
    params: list[Variable],
) -> tuple[Variable, list[Variable]]:
    """The size as the op takes it, and the parameters.

    Lengths that are not numbers reach the op through its first parameter, broadcast to
    them.
    """
    if sizes is None:
        return size_constant(None), params
    if all(isinstance(n, int) for n in sizes):
        return size_constant(sizes), params
    if not params:
        raise ShapeError(
            f"{distribution.name}: size must be a number or a tuple of numbers."
        )
    event = shape_of(params[0])[len(sizes) :]
    return size_constant(None), [broadcast_to(params[0], (*sizes, *event)), *params[1:]]
