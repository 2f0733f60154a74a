"""Draws: how values of a distribution come from NumPy's variates, in every mode.

All modes call the same C functions of NumPy, one variate for each element in C order:
the reference through `numpy.random.Generator`, compiled code through the addresses that
NumPy's own extension exports.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.graph.place import inherit
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.lower import lower_inside
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorType, as_tensor
from tensorgraph.random.generator import WORDS

BIND = ir.Routine("tg_bitgen_bind", "tg")
RELEASE = ir.Routine("tg_bitgen_release", "tg")

Arguments = Callable[..., Sequence[Any]]
Parameters = Callable[..., Sequence[Any]]


class Variates(Protocol):
    """Where variates come from: a method of NumPy, and its C functions in loops."""

    dtype: str
    routines: tuple[ir.Routine, ...]

    def take(
        self,
        generator: np.random.Generator,
        shape: tuple[int, ...],
        arguments: Sequence[Any],
    ) -> np.ndarray:
        """Variates of a shape, batch and event axes together, by NumPy."""
        ...

    def emit(
        self, words: ir.Buffer, target: ir.Buffer, arguments: Sequence[ir.Buffer]
    ) -> list[ir.Stmt]:
        """The statements that fill `target` from the generator in `words`."""
        ...


@dataclass(frozen=True)
class Draw:
    """Variates with functions of the parameters as arguments, perhaps transformed.

    `arguments` gives what the method of NumPy's generator takes, `routine_arguments`
    what the C function behind it takes; `transform` makes the value from (variate,
    *parameters). All are functions of graphs.
    """

    variates: Variates
    arguments: Arguments
    routine_arguments: Arguments
    transform: Callable[..., Any] | None = None

    def take(
        self, generator: np.random.Generator, shape: tuple[int, ...],
        params: Sequence[np.ndarray], checked: Parameters,
    ) -> np.ndarray:  # fmt: skip
        """Values of a shape for arrays of parameters; `checked` adds their checks."""
        types = tuple(TensorType(p.dtype.name, p.shape) for p in params)
        inner = inner_graphs(self, checked, types, shape)
        values = evaluate(inner.checked, inner.given(params), numpy_namespace)
        given = inner.given(values)
        arguments = evaluate(inner.arguments, given, numpy_namespace)
        variates = self.variates.take(generator, shape, arguments)
        given[inner.variate] = np.asarray(variates, self.variates.dtype)
        return evaluate([inner.value], given, numpy_namespace)[0]

    def lower(
        self, loop: Any, state: Any, extents: tuple[ir.Expr, ...],
        params: Sequence[Any], checked: Parameters,
    ) -> tuple[Any, Any]:  # fmt: skip
        """The next state and values of these extents, as array values."""
        shapes = [tuple(map(loop.known, p.extents)) for p in params]
        types = [TensorType(p.dtype, s) for p, s in zip(params, shapes, strict=True)]
        shape = tuple(map(loop.known, extents))
        inner = inner_graphs(self, checked, tuple(types), shape)
        given = inner.given(lower_inside(loop, inner.given(params), inner.checked))
        arguments = lower_inside(loop, given, inner.routine_arguments)
        after, given[inner.variate] = _variates(
            loop, self.variates, state, extents, arguments
        )
        return after, lower_inside(loop, given, [inner.value])[0]


def numpy_draw(
    method: str,
    arguments: Arguments | None = None,
    *,
    routine_arguments: Arguments | None = None,
    transform: Callable[..., Any] | None = None,
    dtype: str = "float64",
) -> Draw:
    """Draws by a method of NumPy's generator, called with the parameters by default.

    `arguments` makes the arguments of the method from the parameters,
    `routine_arguments` those of the C function of the same name where they differ.
    """
    given = arguments or (lambda *params: params)
    variates = ElementVariates(method, dtype)
    return Draw(variates, given, routine_arguments or given, transform)


# -- graphs inside a draw --------------------------------------------------------------


@dataclass(frozen=True)
class InnerGraphs:
    """The functions of a draw as graphs of `params` and of the `variate`."""

    params: tuple[Variable, ...]
    variate: Variable
    checked: list[Variable]
    arguments: list[Variable]
    routine_arguments: list[Variable]
    value: Variable

    def given(self, values: Sequence[Any]) -> dict[Variable, Any]:
        """Values for the parameters."""
        return dict(zip(self.params, values, strict=True))


@lru_cache(maxsize=256)
def inner_graphs(
    draw: Draw,
    checked: Parameters,
    types: tuple[TensorType, ...],
    shape: tuple[Any, ...],
) -> InnerGraphs:
    """The graphs of a draw for parameters of these types and values of this shape.

    Draws on many lines share them, so their nodes have no place of their own.
    """
    params = tuple(t() for t in types)
    variate = TensorType(draw.variates.dtype, shape)()
    with inherit(()):
        value = variate if draw.transform is None else draw.transform(variate, *params)
        return InnerGraphs(
            params, variate, list(checked(*params)),
            [as_tensor(a) for a in draw.arguments(*params)],
            [as_tensor(a).astype("float64") for a in draw.routine_arguments(*params)],
            value,
        )  # fmt: skip


# -- one variate for each element ------------------------------------------------------


@dataclass(frozen=True)
class ElementVariates:
    """One call of a function of NumPy for each element, in C order."""

    method: str
    dtype: str = "float64"

    @property
    def routine(self) -> ir.Routine:
        """The C function behind the method."""
        name = "standard_uniform" if self.method == "random" else self.method
        return ir.Routine(f"random_{name}", "random", self.dtype)

    @property
    def routines(self) -> tuple[ir.Routine, ...]:
        return (self.routine,)

    def take(
        self,
        generator: np.random.Generator,
        shape: tuple[int, ...],
        arguments: Sequence[Any],
    ) -> np.ndarray:
        return getattr(generator, self.method)(*arguments, size=shape)

    def emit(
        self, words: ir.Buffer, target: ir.Buffer, arguments: Sequence[ir.Buffer]
    ) -> list[ir.Stmt]:
        name = f"{target.name}_draw"
        indices = indices_of(target, len(target.extents))
        scalars = [ir.Load(b, broadcast_place(b, indices)) for b in arguments]
        return over(indices, target.extents, [
            call(self.routine, words, scalars, name),
            ir.Store(target, indices, ir.Name(name, self.dtype)),
        ])  # fmt: skip


# -- statements of draws ---------------------------------------------------------------


def call(
    routine: ir.Routine, words: ir.Buffer, scalars: Sequence[ir.Expr], result: str
) -> ir.Call:
    """One draw by a function of NumPy, which advances the generator in `words`."""
    return ir.Call(routine, (_start(words), *scalars), (words,), (words,), result)


def indices_of(target: ir.Buffer, count: int) -> tuple[ir.Index, ...]:
    """Indices of the first axes of a buffer, with names of its own."""
    return tuple(ir.Index(f"{target.name}_{axis}") for axis in range(count))


def over(
    indices: Sequence[ir.Index], extents: Sequence[ir.Expr], body: Sequence[ir.Stmt]
) -> list[ir.Stmt]:
    """Statements in a nest of loops in C order."""
    for index, extent in zip(reversed(indices), reversed(extents), strict=True):
        body = [ir.For(index.name, at.ZERO, extent, tuple(body), "in_order")]
    return list(body)


def broadcast_place(
    buffer: ir.Buffer, indices: Sequence[ir.Expr], core: Sequence[ir.Expr] = ()
) -> tuple[ir.Expr, ...]:
    """The subscripts in a buffer that broadcasts along indices, before core axes."""
    batch = buffer.extents[: len(buffer.extents) - len(core)]
    own = indices[len(indices) - len(batch) :]
    places = (at.ZERO if e == at.ONE else i for e, i in zip(batch, own, strict=True))
    return (*places, *core)


def _variates(
    loop: Any, variates: Variates, state: Any, extents: tuple[ir.Expr, ...],
    arguments: Sequence[Any],
) -> tuple[Any, Any]:  # fmt: skip
    """Array values of the state after the variates, and of these."""

    def emit(
        inputs: Sequence[ir.Buffer],
        outputs: Sequence[ir.Buffer],
        _: Sequence[ir.Buffer],
    ) -> list[ir.Stmt]:
        words, target = outputs
        return [
            *_bound_copy(inputs[0], words),
            *variates.emit(words, target, inputs[1:]),
            ir.Call(RELEASE, (_start(words),), (words,), (words,)),
        ]

    results = [((at.integer(WORDS),), "uint64"), (extents, variates.dtype)]
    routines = (BIND, RELEASE, *variates.routines)
    found = loop.call([state, *arguments], results, emit, routines)
    return found[0], found[1]


def _bound_copy(source: ir.Buffer, words: ir.Buffer) -> list[ir.Stmt]:
    """Copy random state, and make NumPy's functions accept the copy."""
    word = ir.Index(f"{words.name}_word")
    copy = ir.Store(words, (word,), ir.Load(source, (word,)))
    return [
        ir.For(word.name, at.ZERO, at.integer(WORDS), (copy,), "any"),
        ir.Call(BIND, (_start(words),), (words,), (words,)),
    ]


def _start(buffer: ir.Buffer) -> ir.Address:
    return ir.Address(buffer, (at.ZERO,))
