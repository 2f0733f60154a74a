"""Random variables: the op that draws from a distribution, and the nodes it makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import RandomError, ShapeError
from tensorgraph.graph.node import Apply, Constant, Type, Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.ops.broadcast import (
    broadcast_to,
    expand_left,
    refuse_batched,
    shape_of,
)
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    check_lengths,
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

Family = type[Distribution]


# -- sizes -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Size:
    """The batch shape of draws; None where it is what the parameters broadcast to."""

    lengths: tuple[int, ...] | None


@dataclass(frozen=True)
class SizeType(Type):
    """The type of sizes, which are constants of a graph and never computed."""

    rank: int | None
    variable_class = Variable
    constant_class = Constant

    def __repr__(self) -> str:
        known = self.rank is not None
        return f"Vector(int64, shape=({self.rank},))" if known else "NoneTypeT"

    __str__ = __repr__

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
    if lengths is None:
        return SizeType(None).constant(Size(None))
    return SizeType(len(lengths)).constant(Size(tuple(lengths)))


def draw_shape(
    family: Family,
    size: Size,
    shapes: Sequence[Sequence[Any]],
    join: Callable[..., Any],
) -> tuple[Any, ...]:
    """The shape of draws, batch and event axes, from the shapes of the parameters.

    Lengths are static ones, numbers of a run, or extents of a loop program. The
    function `join` gets the name of a parameter and two lengths, and gives the one
    length that both stand for; it raises where they differ.
    """
    cores: dict[str, Any] = {}
    batch = list(size.lengths or ())
    for label, core, shape in zip(family.parameters, family.cores, shapes, strict=True):
        own = shape[: len(shape) - len(core)]
        batch = batch or [1] * len(own)
        for axis, length in enumerate(own):
            if length not in (1, at.ONE):
                free = batch[axis] == 1 and size.lengths is None
                batch[axis] = length if free else join(label, batch[axis], length)
        for letter, length in zip(core, shape[len(own) :], strict=True):
            cores[letter] = join(label, cores.get(letter, length), length)
    return (*batch, *(cores[letter] for letter in family.event))


# -- the op ----------------------------------------------------------------------------


@dataclass(frozen=True)
class RandomVariable(TensorOp):
    """Draws from a distribution: (state, size, *parameters) to (next state, draws).

    `size` is a constant `Size`. The parameters have one batch rank.
    """

    distribution: Family
    successors = {0: 0}
    random = True

    def __str__(self) -> str:
        return f'{self.distribution.name}_rv{{"{self.distribution.signature}"}}'

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        return [*inputs[:2], *map(as_tensor, inputs[2:])]

    def infer(self, state: Variable, size: Any, *params: Any) -> list[Type]:
        if not isinstance(state.type, RandomType):
            raise RandomError(
                f"{state!r} of type {state.type} is not a random generator.",
                remedy="Pass rng=tg.random.default_rng(seed), or leave it out.",
            )

        def join(label: str, a: Length, b: Length) -> Length:
            try:
                return unify_lengths(a, b)
            except ValueError:
                raise self._misfit(label, a, b, size.value) from None

        shapes = [p.type.shape for p in params]
        shape = draw_shape(self.distribution, size.value, shapes, join)
        return [random_type, TensorType(self.distribution.dtype, shape)]

    def check_values(self, node: Apply, state: Any, size: Size, *params: Any) -> None:
        family = self.distribution
        found = [] if size.lengths is None else [size.lengths]
        static: list[Any] = [(None,) * len(lengths) for lengths in found]
        named = zip(family.parameters, family.cores, strict=True)
        rows = zip(named, node.inputs[2:], params, strict=True)
        for (label, core), variable, value in rows:
            batch = value.ndim - len(core)
            static.append(variable.type.shape[:batch])
            found.append(value.shape[:batch])
            check_lengths(f"{family.name}: {label}", static, found)

    def evaluate(self, xp: Any, state: Any, size: Size, *params: Any) -> Any:
        def join(label: str, a: int, b: int) -> int:
            if a != b:
                raise self._misfit(label, a, b, size)
            return a

        draw = self._draw()
        shape = draw_shape(self.distribution, size, [p.shape for p in params], join)
        generator = to_generator(state)
        checked = self.distribution.checked_parameters
        value = draw.take(generator, shape, params, checked)
        return to_words(generator.bit_generator), value

    def lower(self, loop: Any, state: Any, size: Size, *params: Any) -> Any:
        def join(label: str, a: Any, b: Any) -> Any:
            return loop.unify(_extent(loop, a), b, f"{self.distribution.name}: {label}")

        draw = self._draw()
        shape = draw_shape(self.distribution, size, [p.extents for p in params], join)
        extents = tuple(_extent(loop, n) for n in shape)
        checked = self.distribution.checked_parameters
        return draw.lower(loop, state, extents, params, checked)

    def _draw(self) -> Draw:
        if self.distribution.draw is None:
            raise RandomError(
                f"{self.distribution.name} is no proper distribution: it has no draws.",
                remedy="Give the variable a value, or observe what depends on it.",
            )
        return self.distribution.draw

    def _misfit(self, label: str, want: Length, have: Length, size: Size) -> ShapeError:
        family = self.distribution
        target = "" if size.lengths is None else f" to the size {size.lengths}"
        return ShapeError(
            f"{family.name}: {label} has length {have} where {want} is needed.",
            remedy=f"The core shapes are {family.signature}; in front of them "
            f"parameters broadcast{target}.",
        )

    # -- transforms --------------------------------------------------------------------

    def pullback(self, *arguments: Any) -> Any:
        return [None] * (2 + len(self.distribution.parameters))

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        """Draws for each set of parameters: the new axis is in front of the size."""
        state, size, *params = inputs
        refuse_batched(self.distribution.name, "its generator or size", batched[:2])
        if size.value.lengths is None:  # type: ignore[attr-defined]
            return self(state, size, *_aligned(self.distribution, params))
        stacked = [p for p, has in zip(params, batched[2:], strict=True) if has]
        (length,) = batch_lengths(stacked, [p.type.ndim - 1 for p in stacked])
        return self.repeat_draws(length, *inputs)

    def repeat_draws(self, length: Any, *inputs: Variable) -> Any:
        """The same draws with one more leading axis of `length` on their size."""
        state, size, *params = inputs
        own = size.value.lengths  # type: ignore[attr-defined]
        if own is None:
            own = batch_lengths(params, _ranks(self.distribution))
        draw = random_variable(self.distribution, params, (length, *own), state)
        return draw.owner.outputs


def _extent(loop: Any, length: Any) -> Any:
    return loop.length(length) if isinstance(length, int) else length


def _ranks(family: Family) -> list[int]:
    """The core ranks of the parameters."""
    return [len(core) for core in family.cores]


def _aligned(family: Family, params: Sequence[Any], rank: int = 0) -> list[Variable]:
    """The parameters with one batch rank, which is at least `rank`."""
    pairs = list(zip(params, _ranks(family), strict=True))
    most = max([rank, *(p.type.ndim - core for p, core in pairs)])
    return [expand_left(p, most + core) for p, core in pairs]


# -- building --------------------------------------------------------------------------


def random_variable(
    distribution: Family, params: Sequence[Any], size: Any = None, rng: Any = None,
    name: str | None = None,
) -> Any:  # fmt: skip
    """A random variable: the draw of a node of the graph.

    `params` are in the order of the distribution's parameters; `size` is the batch
    shape: a length or a sequence of them, numbers or integer scalars. `rng` is a
    generator of the graph, or what seeds one; without it the variable gets a fresh
    shared generator of its own, so two calls are independent. The next state is
    ``x.owner.outputs[0]``. Raises `ShapeError` for shapes that do not fit together,
    `RandomError` for a bad `rng`.

    >>> from tensorgraph.random import Normal
    >>> random_variable(Normal, [0.0, [1.0, 2.0]], size=(3, 2)).type
    Matrix(float64, shape=(3, 2))
    """
    given = [as_tensor(p) for p in params]
    for p, rank, label in zip(
        given, _ranks(distribution), distribution.parameters, strict=True
    ):
        if p.type.ndim < rank:
            raise ShapeError(
                f"{distribution.name}: {label} of type {p.type} has rank "
                f"{p.type.ndim}; it needs at least {rank}.",
                remedy=f"The core shapes are {distribution.signature}.",
            )
    sizes = None if size is None else _lengths(distribution.name, size)
    given = _aligned(distribution, given, len(sizes or ()))
    sized, given = _sized(distribution, sizes, given)
    state = rng if isinstance(rng, Variable) else default_rng(rng)
    draw = RandomVariable(distribution)(state, sized, *given)[1]
    draw.name = name
    return draw


def _lengths(name: str, size: Any) -> tuple[Any, ...]:
    """A size as a tuple of ints and integer scalars."""
    if isinstance(size, Variable) and size.type.ndim == 1:
        size = list(size)  # type: ignore[call-overload]
    single = isinstance(size, Variable) or not np.iterable(size)
    return tuple(as_length(n, name) for n in ((size,) if single else size))


def _sized(
    family: Family, sizes: Sequence[Any] | None, params: list[Variable]
) -> tuple[Variable, list[Variable]]:
    """The size as the op takes it, and the parameters.

    Lengths that are no numbers reach the op through its first parameter, broadcast to
    them.
    """
    if sizes is None:
        return size_constant(None), params
    ranks = _ranks(family)
    batch = params[0].type.ndim - ranks[0] if params else 0
    if params and batch > len(sizes):
        raise ShapeError(
            f"{family.name}: size {tuple(sizes)} has rank {len(sizes)}, but the "
            f"parameters have batch rank {batch}.",
            remedy="size is the whole batch shape, with the axes of the parameters.",
        )
    if all(isinstance(n, int) for n in sizes):
        return size_constant(sizes), params
    if not params:
        raise ShapeError(f"{family.name}: size must be a number or a tuple of numbers.")
    event = shape_of(params[0])[batch:]
    return size_constant(None), [broadcast_to(params[0], (*sizes, *event)), *params[1:]]
