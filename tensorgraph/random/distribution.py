"""Distributions: one class with everything about a family, and the op that draws from it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import RandomError, ShapeError
from tensorgraph.graph.node import Constant, Type, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.loops import arithmetic as at
from tensorgraph.ops.broadcast import broadcast_to, expand_left, shape_of
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    broadcast_shapes,
    unify_lengths,
)
from tensorgraph.random.constraint import Constraint
from tensorgraph.random.draws import Draw
from tensorgraph.random.generator import (
    RandomType,
    random_type,
    shared_generator,
    to_generator,
    to_words,
)

DISTRIBUTIONS: dict[str, type[Distribution]] = {}
"""Every distribution by the name of its constructor."""


class Distribution:
    """Base of distributions: a namespace of plain functions over tensors.

    A subclass annotates its parameters with constraints, in the order of the constructor,
    with defaults where there are any, and says `support` (a constraint, or a function of the
    parameters), `draw` and `logp(x, *parameters)`; where closed also `logcdf`, `logccdf`,
    `icdf`, `mean`, `variance`, `entropy`; and a `support_point(*parameters)`, where samplers
    start. The functions state the formula inside the support and for valid parameters; checks
    and the outside are added by whoever uses them.
    """

    parameters: ClassVar[dict[str, Constraint]] = {}
    defaults: ClassVar[dict[str, Any]] = {}
    support: ClassVar[Any]
    draw: ClassVar[Draw | None] = None
    name: ClassVar[str] = ""

    def __init_subclass__(cls, name: str | None = None) -> None:
        cls.name = name or cls.__name__.lower()
        cls.parameters = dict(cls.__dict__.get("__annotations__", {}))
        cls.defaults = {p: cls.__dict__[p] for p in cls.parameters if p in cls.__dict__}
        for key, value in list(cls.__dict__.items()):
            if inspect.isfunction(value):
                setattr(cls, key, staticmethod(value))
        DISTRIBUTIONS[cls.name] = cls

    @classmethod
    def support_of(cls, *params: Any) -> Constraint:
        """The support for these parameters."""
        found = cls.support
        return found if isinstance(found, Constraint) else found(*params)

    @classmethod
    def event_ndim(cls) -> int:
        """The rank of one draw."""
        stand_ins = [np.ones(1)] * len(cls.parameters)
        return cls.support_of(*stand_ins).event_ndim

    @classmethod
    def event_shape(cls, *params: Variable) -> tuple[Length, ...]:
        """The static shape of one draw: the last lengths of the first vector parameter."""
        rank = cls.event_ndim()
        for param, constraint in zip(params, cls.parameters.values(), strict=True):
            if rank and constraint.event_ndim:
                return param.type.shape[-rank:]
        return ()


@dataclass(frozen=True)
class NoneType(Type):
    """The type of the one constant that stands for "no size given"."""

    variable_class = Variable
    constant_class = Constant

    def convert(self, value: Any) -> None:
        return None

    def value_key(self, value: Any) -> str:
        return "None"

    def show_value(self, value: Any) -> str:
        return "NoneConst{None}"


none_constant = NoneType().constant(None)


@dataclass(frozen=True)
class RandomVariable(TensorOp):
    """Draws from a distribution: from (state, size, *parameters) to (next state, draws).

    `size` is a constant vector, the batch shape, or the None constant: then the batch shape
    is what the parameters broadcast to.
    """

    distribution: type[Distribution]
    successors = {0: 0}  # noqa: RUF012
    random = True

    def __reduce__(self) -> tuple[Any, ...]:
        return _by_name, (self.distribution.name,)

    def __str__(self) -> str:
        return f'{self.distribution.name}_rv{{"{self.core_signature}"}}'

    @property
    def core_signature(self) -> str:
        """The core shapes, as NumPy's generalized functions write them."""
        ranks = [c.event_ndim for c in self.distribution.parameters.values()]
        cores = ["(" + ",".join("n" * rank) + ")" for rank in ranks]
        return f"{','.join(cores)}->({','.join('n' * self.distribution.event_ndim())})"

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        return [*inputs[:2], *map(as_tensor, inputs[2:])]

    def batch_shape(self, size: Variable, params: Sequence[Variable]) -> tuple[Length, ...]:
        """The static batch shape of the draws."""
        ranks = [c.event_ndim for c in self.distribution.parameters.values()]
        shapes = [
            p.type.shape[: p.type.ndim - rank] for p, rank in zip(params, ranks, strict=True)
        ]
        own = broadcast_shapes(self.distribution.name, shapes) if shapes else ()
        if not isinstance(size, Constant) or size.value is None:
            return own
        given = tuple(int(n) for n in size.value)
        for axis, (want, have) in enumerate(zip(given, own, strict=True)):
            try:
                _ = want if have == 1 else unify_lengths(want, have)
            except ValueError:
                raise ShapeError(
                    f"{self.distribution.name}: size {given} does not fit parameters of "
                    f"batch shape {own}: axis {axis} has lengths {want} and {have}."
                ) from None
        return given

    def infer(self, state: Variable, size: Variable, *params: Variable) -> list[Type]:
        if not isinstance(state.type, RandomType):
            raise RandomError(f"{state!r} of type {state.type} is not a random generator.")
        batch = self.batch_shape(size, params)
        event = self.distribution.event_shape(*params)
        dtype = self.distribution.support_of(*params).dtype
        return [random_type, TensorType(dtype, (*batch, *event))]

    def evaluate(self, xp: Any, state: Any, size: Any, *params: Any) -> Any:
        draw, rank = self._draw(), self.distribution.event_ndim()
        ranks = [c.event_ndim for c in self.distribution.parameters.values()]
        shapes = [p.shape[: p.ndim - r] for p, r in zip(params, ranks, strict=True)]
        batch = np.broadcast_shapes(*shapes) if size is None else tuple(map(int, size))
        event = next(
            (p.shape[-rank:] for p, r in zip(params, ranks, strict=True) if rank and r), ()
        )
        generator = to_generator(state)
        value = draw.evaluate(generator, (*batch, *event), params)
        return to_words(generator.bit_generator), value

    def _draw(self) -> Draw:
        if self.distribution.draw is None:
            raise RandomError(
                f"{self.distribution.name} has no draws: it is not a proper distribution.",
                remedy="Give the variable a value, or observe what depends on it.",
            )
        return self.distribution.draw

    def pullback(self, *arguments: Any) -> Any:
        return [None] * (2 + len(self.distribution.parameters))

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        """Draws for each set of parameters: the new axis stands in front of `size`."""
        length = next(v.shape[0] for v, b in zip(inputs, batched, strict=True) if b)  # type: ignore[attr-defined]
        return self.repeat_draws(length, *inputs)

    def repeat_draws(self, length: Any, *inputs: Variable) -> Any:
        """The same draws with one more leading axis of `length` on their size."""
        state, size, *params = inputs
        ranks = [c.event_ndim for c in self.distribution.parameters.values()]
        if isinstance(size, Constant) and size.value is None:
            batch = max((p.type.ndim - r for p, r in zip(params, ranks, strict=True)), default=0)
            shapes = [
                shape_of(p)[: p.type.ndim - r] for p, r in zip(params, ranks, strict=True)
            ]
            sizes = next((s for s in shapes if len(s) == batch), ())
        else:
            sizes = tuple(int(n) for n in size.value)  # type: ignore[attr-defined]
        fresh = random_variable(self.distribution, params, (length, *sizes), state)
        return fresh.owner.outputs

    def lower(self, loop: Any, state: Any, size: Any, *params: Any) -> Any:
        draw = self._draw()
        ranks = [c.event_ndim for c in self.distribution.parameters.values()]
        rank = self.distribution.event_ndim()
        if size is None:
            batch = self._batch_extents(loop, params, ranks)
        else:
            batch = [loop.length(n) for n in loop.shapes[1][: len(loop.shapes[1]) - rank]]
        event = next(
            (p.extents[-rank:] for p, r in zip(params, ranks, strict=True) if rank and r), ()
        )
        types = [TensorType(p.dtype, [_known(e) for e in p.extents]) for p in params]
        extents = (*batch, *event)
        result = TensorType(loop.dtypes[1], [_known(e) for e in extents])
        return draw.lower(loop, state, params, types, result, extents)

    def _batch_extents(self, loop: Any, params: Any, ranks: Sequence[int]) -> list[Any]:
        batch: list[Any] = []
        for param, rank in zip(params, ranks, strict=True):
            own = param.extents[: param.ndim - rank]
            batch = batch or list(own)
            for axis, extent in enumerate(own):
                if batch[axis] == at.ONE:
                    batch[axis] = extent
                elif extent != at.ONE:
                    batch[axis] = loop.unify(batch[axis], extent, self.distribution.name)
        return batch


def _known(extent: Any) -> Length:
    return getattr(extent, "value", None)


def _by_name(name: str) -> RandomVariable:
    return RandomVariable(DISTRIBUTIONS[name])


def random_variable(
    distribution: type[Distribution], params: Sequence[Any], size: Any = None,
    rng: Variable | None = None, name: str | None = None,
) -> Any:  # fmt: skip
    """A random variable: the draw of a node of the graph.

    Its next generator state is ``x.owner.outputs[0]``. Without `rng` the variable gets a
    fresh shared generator of its own, so two calls are independent.
    """
    given = [as_tensor(p) for p in params]
    ranks = [c.event_ndim for c in distribution.parameters.values()]
    for param, rank, label in zip(given, ranks, distribution.parameters, strict=True):
        if param.type.ndim < rank:
            raise ShapeError(
                f"{distribution.name}: {label} has rank {param.type.ndim}; it needs "
                f"at least {rank}."
            )
    batch = max((p.type.ndim - r for p, r in zip(given, ranks, strict=True)), default=0)
    sizes = _as_sizes(size)
    if sizes is not None and len(sizes) < batch:
        raise ShapeError(
            f"{distribution.name}: size {size!r} has rank {len(sizes)}, but the parameters "
            f"have batch rank {batch}.",
            remedy="size is the whole batch shape, parameters' axes included.",
        )
    batch = batch if sizes is None else len(sizes)
    given = [expand_left(p, batch + r) for p, r in zip(given, ranks, strict=True)]
    sized: Variable = none_constant
    if sizes is not None:
        if all(isinstance(n, int) for n in sizes):
            sized = as_tensor(np.array(sizes, dtype="int64"))
        else:
            given = _spread(given, ranks, sizes, distribution)
    state = rng if rng is not None else shared_generator()
    draw = RandomVariable(distribution)(state, sized, *given)[1]
    draw.name = name
    return draw


def _as_sizes(size: Any) -> tuple[Any, ...] | None:
    if size is None:
        return None
    entries = (size,) if not isinstance(size, list | tuple) else tuple(size)
    return tuple(int(n) if isinstance(n, int | np.integer) else n for n in entries)


def _spread(
    given: list[Variable], ranks: Sequence[int], sizes: Sequence[Any],
    distribution: type[Distribution],
) -> list[Variable]:  # fmt: skip
    """Symbolic sizes reach the op through its first parameter, broadcast to them."""
    if not given:
        raise ShapeError(f"{distribution.name}: size must be a number or tuple of numbers.")
    event = shape_of(given[0])[given[0].type.ndim - ranks[0] :]
    return [broadcast_to(given[0], (*sizes, *event)), *given[1:]]


def constructor(distribution: type[Distribution]) -> Callable[..., Any]:
    """The function that makes random variables of a distribution.

    Its parameters are the distribution's, then `size`, `rng` and `name`.
    """
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    empty = inspect.Parameter.empty
    listed = [
        inspect.Parameter(p, kind, default=distribution.defaults.get(p, empty))
        for p in distribution.parameters
    ]
    extra = [inspect.Parameter("size", kind, default=None)]
    for keyword in ("rng", "name"):
        extra.append(
            inspect.Parameter(keyword, inspect.Parameter.KEYWORD_ONLY, default=None)
        )
    signature = inspect.Signature([*listed, *extra])

    def construct(*args: Any, **keywords: Any) -> Any:
        bound = signature.bind(*args, **keywords)
        bound.apply_defaults()
        values = bound.arguments
        params = [values[p] for p in distribution.parameters]
        rng = values["rng"]
        if rng is not None and not isinstance(rng, Variable | SharedVariable):
            rng = shared_generator(rng)
        return random_variable(distribution, params, values["size"], rng, values["name"])

    construct.__signature__ = signature  # type: ignore[attr-defined]
    construct.__name__ = construct.__qualname__ = distribution.name
    construct.__doc__ = distribution.__doc__
    return construct
