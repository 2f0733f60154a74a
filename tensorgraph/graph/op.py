"""Ops: what an apply does, with every rule of the op as one method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from tensorgraph.errors import BatchError, GradientError, TensorGraphError
from tensorgraph.graph.node import Apply, Type, Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.graph.place import here


@dataclass(frozen=True)
class Op:
    """Base of all ops: frozen dataclasses whose fields are hashable parameters.

    A subclass writes `infer`, `evaluate`, `pullback` and `lower`; `batch` follows from
    `signature` when the op has one. Arrays are inputs, never parameters.
    """

    signature: ClassVar[str | None] = None
    """Core shapes as NumPy's generalized functions write them, e.g.
    ``"(m,n),(n)->(m)"``.
    """
    commutative: ClassVar[bool] = False
    successors: ClassVar[Mapping[int, int]] = {}
    """For ops that advance a state: the number of the input state to that of the
    output.
    """
    lazy: ClassVar[bool] = False
    """A lazy op has `demand`: which inputs it needs, given the ones it has."""
    random: ClassVar[bool] = False
    """A random op has `repeat_draws`: more independent draws of the same distribution.
    """
    disconnects: ClassVar[bool] = False
    """In the eyes of `grad`, what is above such an op does not depend on its inputs."""
    acts: ClassVar[bool] = False
    """An op that acts (prints, for instance) runs at every call: it is never folded."""

    # -- building ---------------------------------------------------------------------

    def __call__(self, *inputs: Any, name: str | None = None) -> Any:
        """Apply the op: its output or list of outputs; a pattern when given a hole."""
        if has_hole(inputs):
            return Pattern.of(self, inputs)
        outputs = self.apply(*self.coerce(inputs)).outputs
        if name is not None:
            outputs[0].name = name
        return outputs[0] if len(outputs) == 1 else outputs

    def apply(self, *inputs: Variable) -> Apply:
        """The node of this op on variables that are already coerced."""
        places = here()
        try:
            types = self.output_types(inputs)
        except TensorGraphError as error:
            error.places = error.places or places
            raise
        return Apply(self, inputs, types, places)

    def output_types(self, inputs: Sequence[Variable]) -> Sequence[Type]:
        """The types of the outputs, by `infer`."""
        types = self.infer(*inputs)
        return (types,) if isinstance(types, Type) else types

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        """The inputs as variables."""
        return inputs

    # -- the rules --------------------------------------------------------------------

    def infer(self, *inputs: Variable) -> Type | Sequence[Type]:
        """The types of the outputs."""
        raise NotImplementedError(f"{type(self).__name__} has no infer rule")

    def evaluate(self, xp: Any, *inputs: Any) -> Any:
        """The values of the outputs, by the array namespace `xp`: the reference."""
        raise NotImplementedError(f"{type(self).__name__} has no evaluate rule")

    def check_values(self, node: Apply, *inputs: Any) -> None:
        """Raise for values that fit their types, but not each other: `evaluate`, which
        does not see the types, would take them.
        """

    def demand(self, *inputs: Any) -> Sequence[int]:
        """For lazy ops: the numbers of inputs needed, given values (None: not yet)."""
        return range(len(inputs))

    def pullback(self, *arguments: Any) -> Any:
        """Cotangents of the inputs, from (*inputs, *outputs, *cotangents of the
        outputs).

        A cotangent is None where there is none: for outputs that nothing depends on,
        and for inputs that the outputs do not depend on differentiably.
        """
        raise GradientError(f"{self} has no derivative.")

    def differentiate(
        self, node: Apply, cotangents: Sequence[Any], wanted: Sequence[bool]
    ) -> Sequence[Any]:
        """What `grad` calls: `pullback` on a node; unwanted inputs may get None."""
        return as_list(self.pullback(*node.inputs, *node.outputs, *cotangents))

    def batch(self, batched: Sequence[bool], *inputs: Any) -> Any:
        """The outputs over one more leading axis, which the `batched` inputs have.

        At least one input is batched; the others are the original ones. The lengths of
        the new axis are equal, or 1 at definition, and then broadcast. An output that
        does not vary along the new axis is returned without it: its rank tells.
        """
        raise BatchError(f"{self} cannot be vectorized: it has no batch rule.")

    def repeat_draws(self, length: Any, *inputs: Any) -> Any:
        """The outputs of a random op with a new leading axis of independent draws."""
        raise BatchError(f"{self} cannot be repeated: it draws nothing.")

    def lower(self, loop: Any, *values: Any) -> Any:
        """The outputs as array values of the loop language."""
        raise NotImplementedError(f"{type(self).__name__} has no lower rule")

    # -- showing ----------------------------------------------------------------------

    def __str__(self) -> str:
        shown = [f"{f.name}={getattr(self, f.name)!r}" for f in fields(self) if f.repr]
        name = type(self).__name__
        return f"{name}{{{', '.join(shown)}}}" if shown else name


def as_list(values: Any) -> list[Any]:
    """What a rule returned, as a list."""
    return list(values) if isinstance(values, tuple | list) else [values]


def by_identity(op: Any) -> bool:
    """Whether an op equals only itself, as all ops of its class do."""
    own: Any = type(op).__eq__
    return own is object.__eq__


_alone: dict[type, bool] = {}
"""Whether the ops of a class equal only themselves."""


def op_key(op: Any) -> Any:
    """An op that equals only itself, or else the class of the op."""
    kind = type(op)
    alone = _alone.get(kind)
    if alone is None:
        alone = _alone[kind] = by_identity(op)
    return op if alone else kind
