"""Callbacks: the op that a Python function of arrays becomes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, GradientError, ShapeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.ops.broadcast import (
    broadcast_like,
    expand_left,
    refuse_batched,
    spread,
    static_length,
)
from tensorgraph.ops.extending.own_pullback import (
    Pullback,
    cotangents_or_zeros,
    pulled_by,
    traced,
)
from tensorgraph.ops.extending.trampoline import lower_call
from tensorgraph.ops.tensor import TensorOp, TensorType
from tensorgraph.transforms.vectorize import vectorize_graph

Shapes = Sequence[tuple[Any, ...]]


@dataclass(frozen=True)
class Callback(TensorOp):
    """A Python function of arrays; it is called once for each element of a batch.

    Inputs: the arrays, with `axes` leading axes, then a length for each axis of the
    outputs. `rule` gives cotangents, as for `OpFromGraph`.
    """

    name: str
    function: Callable[..., Any]
    itypes: tuple[TensorType, ...]
    otypes: tuple[TensorType, ...]
    rule: Pullback | None = None
    axes: int = 0

    def __str__(self) -> str:
        return f"Python{{{self.name}}}"

    def __reduce__(self) -> tuple[Any, ...]:
        """Functions pickle by name; a pullback travels as a graph."""
        rule = self.rule and traced(self.rule, self.name, self.itypes, self.otypes)
        found = _findable(self.function)
        fields = (self.name, self.itypes, self.otypes, rule, self.axes)
        return _restored, (found, *fields)

    def split(self, inputs: Sequence[Any]) -> tuple[list[Any], list[list[Any]]]:
        """The arrays, and the lengths of each output, among the inputs."""
        count = len(self.itypes)
        rest = iter(inputs[count:])
        lengths = [[next(rest) for _ in t.shape] for t in self.otypes]
        return list(inputs[:count]), lengths

    def infer(self, *inputs: Variable) -> list[TensorType]:
        arrays, lengths = self.split(inputs)
        leading = [
            next((n for n in found if n is not None), None)
            for found in zip(*(x.type.shape[: self.axes] for x in arrays), strict=True)
        ]
        return [
            t.with_shape((*leading, *map(static_length, shape)))
            for t, shape in zip(self.otypes, lengths, strict=True)
        ]

    # -- running ----------------------------------------------------------------------

    def run(
        self, arrays: Sequence[np.ndarray], shapes: Sequence[tuple[int, ...]]
    ) -> list[np.ndarray]:
        """What the function returns for core arrays, if it is what was promised."""
        made = self.made(arrays)
        for number, (array, shape) in enumerate(zip(made, shapes, strict=True)):
            if array.shape != shape:
                raise ShapeError(
                    f"{self.name}: result {number} has shape {array.shape}, but "
                    f"{shape} was promised.",
                    remedy="Correct the lengths in otypes, or infer_shape.",
                )
        return made

    def made(self, arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        """What the function returns, of whatever lengths, as arrays of `otypes`."""
        self._check_lengths(arrays)
        made = self.function(*arrays)
        several = isinstance(made, tuple | list) and len(self.otypes) != 1
        found = list(made) if several else [made]
        if len(found) != len(self.otypes):
            raise ShapeError(
                f"{self.name} returned {made!r}, but {len(self.otypes)} values were "
                "promised."
            )
        promised = zip(range(len(found)), found, self.otypes, strict=True)
        return [self._converted(*promise) for promise in promised]

    def _check_lengths(self, arrays: Sequence[np.ndarray]) -> None:
        """Lengths are what `itypes` says, and those of one name are equal."""
        known: dict[str, int] = {}
        for number, (x, t) in enumerate(zip(arrays, self.itypes, strict=True)):
            for n, length in zip(t.shape, x.shape, strict=True):
                wanted = known.setdefault(n, length) if isinstance(n, str) else n
                if wanted not in (None, length):
                    raise ShapeError(
                        f"{self.name}: argument {number} has shape {x.shape}, but {t} "
                        f"is expected, where {n} is {wanted}."
                    )

    def _converted(self, number: int, value: Any, type: TensorType) -> np.ndarray:
        array = np.asarray(value)
        exact = array.dtype is np.dtype(type.dtype)
        if not (exact or np.can_cast(array.dtype, type.dtype, "same_kind")):
            raise DTypeError(
                f"{self.name}: result {number} is an array of {array.dtype}, but "
                f"{type.dtype} was promised.",
            )
        if array.ndim != type.ndim:
            raise ShapeError(
                f"{self.name}: result {number} has shape {array.shape}, but {type} was "
                "promised.",
                remedy="Correct otypes.",
            )
        return array if exact else array.astype(type.dtype)

    def evaluate(self, xp: Any, *inputs: Any) -> Any:
        arrays, lengths = self.split(inputs)
        shapes = [tuple(map(int, shape)) for shape in lengths]
        stack = arrays[0].shape[: self.axes] if arrays else ()
        results = [
            np.empty((*stack, *shape), t.dtype)
            for shape, t in zip(shapes, self.otypes, strict=True)
        ]
        for place in np.ndindex(stack):
            found = self.run([np.array(x[place]) for x in arrays], shapes)
            for result, value in zip(results, found, strict=True):
                result[place] = value
        return results

    def lower(self, loop: Any, *values: Any) -> Any:
        arrays, lengths = self.split(values)
        stack = list(arrays[0].extents[: self.axes]) if arrays else []
        for value in arrays[1:]:
            for axis, extent in enumerate(value.extents[: self.axes]):
                stack[axis] = loop.unify(stack[axis], extent, self.name)
        results = [
            (tuple(map(loop.as_extent, shape)), t.dtype)
            for shape, t in zip(lengths, self.otypes, strict=True)
        ]
        return lower_call(loop, self.name, self.run, stack, arrays, results)

    # -- transforms -------------------------------------------------------------------

    def differentiate(
        self, node: Apply, cotangents: Sequence[Any], wanted: Sequence[bool]
    ) -> Sequence[Any]:
        if self.rule is None:
            raise GradientError(
                f"{self.name} is a Python function without a gradient.",
                remedy="Give wrap_py a pullback, or use zero_grad on its results.",
            )
        count, axes = len(self.itypes), self.axes
        given = cotangents_or_zeros(node.outputs, cotangents)
        stacks = [*node.inputs[:count], *node.outputs, *given]
        cores = [v.type.element_type(axes)() for v in stacks] if axes else stacks
        last = count + len(self.otypes)
        pulled = pulled_by(
            self.rule, self.name, cores[:count], cores[count:last], cores[last:]
        )
        needed = [i for i, g in enumerate(pulled) if g is not None and wanted[i]]
        found = [pulled[i] for i in needed]
        if axes:
            many = vectorize_graph(found, dict(zip(cores, stacks, strict=True)))
            found = [
                broadcast_like(expand_left(g, stacks[i].type.ndim), stacks[i])
                for i, g in zip(needed, many, strict=True)
            ]
        result: list[Any] = [None] * len(node.inputs)
        for i, g in zip(needed, found, strict=True):
            result[i] = g
        return result

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        count = len(self.itypes)
        refuse_batched(self.name, "a length of its results", batched[count:])
        arrays = spread(batched[:count], inputs[:count])
        return as_list(replace(self, axes=self.axes + 1)(*arrays, *inputs[count:]))


@dataclass(frozen=True)
class Measure(TensorOp):
    """The lengths of some axes of what a callback returns, found by calling it.

    `axes` are pairs of the number of a result and an axis of it.
    """

    callback: Callback
    axes: tuple[tuple[int, int], ...]

    def infer(self, *arrays: Variable) -> list[TensorType]:
        return [TensorType("int64", ())] * len(self.axes)

    def measure(self, arrays: Sequence[np.ndarray], shapes: Any) -> list[np.ndarray]:
        """The lengths, for core arrays."""
        made = self.callback.made(arrays)
        return [np.array(made[i].shape[axis]) for i, axis in self.axes]

    def evaluate(self, xp: Any, *arrays: Any) -> Any:
        return self.measure([np.array(x) for x in arrays], ())

    def pullback(self, *arguments: Any) -> Any:
        return [None] * len(self.callback.itypes)

    def batch(self, batched: Sequence[bool], *arrays: Variable) -> Any:
        refuse_batched(self.callback.name, "what decides a length", batched)

    def lower(self, loop: Any, *arrays: Any) -> Any:
        results = [((), "int64")] * len(self.axes)
        name = f"{self.callback.name}_lengths"
        return lower_call(loop, name, self.measure, (), arrays, results)

    def __str__(self) -> str:
        return f"Lengths{{{self.callback.name}}}"


def _findable(function: Callable[..., Any]) -> Callable[..., Any]:
    """What pickle finds under the name of a function: it, or what wraps it."""
    found: Any = sys.modules.get(function.__module__)
    for part in getattr(function, "__qualname__", "").split("."):
        found = getattr(found, part, None)
    wraps_it = getattr(found, "__wrapped__", None) is function
    return found if wraps_it else function


def _restored(found: Any, *fields: Any) -> Callback:
    name, itypes, otypes, rule, axes = fields
    function = getattr(found, "__wrapped__", found)
    return Callback(name, function, itypes, otypes, rule, axes)
