"""Ops with a signature: rules for core arrays that hold for stacks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Apply, Type, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.loops.ir import UNEQUAL
from tensorgraph.ops.broadcast import expand_left, reduce_like
from tensorgraph.ops.tensor import TensorOp, broadcast_shapes, check_lengths
from tensorgraph.transforms.vectorize import core_ranks, vectorize_graph

Dims = tuple[tuple[str, ...], ...]
CORE = re.compile(r"\(([^()]*)\)")
ranks_of = cache(core_ranks)


@cache
def core_dims(signature: str) -> tuple[Dims, Dims]:
    """The names of lengths in a signature.

    >>> core_dims("(m,n),(n)->(m)")
    ((('m', 'n'), ('n',)), (('m',),))
    """
    inputs, outputs = (
        tuple(tuple(d for d in core.split(",") if d) for core in CORE.findall(side))
        for side in signature.split("->")
    )
    return inputs, outputs


@dataclass(frozen=True)
class SignatureOp(TensorOp):
    """An op on core arrays, such as matrices, with any leading axes, which broadcast.

    A subclass states `signature` and writes `infer` and `pullback` for core variables
    alone; `evaluate` and `lower` get whole stacks. Operands enter with equally many
    leading axes.
    """

    @property
    def label(self) -> str:
        """What the op is called in errors."""
        return str(getattr(self, "name", self))

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        given = super().coerce(inputs)
        ranks = ranks_of(str(self.signature))[0]
        axes = [x.type.ndim - rank for x, rank in zip(given, ranks, strict=True)]
        for x, rank, more in zip(given, ranks, axes, strict=True):
            if more < 0:
                raise ShapeError(
                    f"{self} needs operands {self.signature}: "
                    f"{x!r} of type {x.type} has rank {x.type.ndim}, less than {rank}.",
                    remedy="Give it the missing axis: x[:, None].",
                )
        most = max(axes)
        return [
            expand_left(x, most + rank) for x, rank in zip(given, ranks, strict=True)
        ]

    def stack_rank(self, inputs: Sequence[Variable]) -> int:
        """How many leading axes the operands have."""
        return inputs[0].type.ndim - ranks_of(str(self.signature))[0][0]

    def output_types(self, inputs: Sequence[Any]) -> Sequence[Type]:
        axes = self.stack_rank(inputs)
        if axes == 0:
            return super().output_types(inputs)
        cores = [x.type.element_type(axes)() for x in inputs]
        stack = broadcast_shapes(str(self), [x.type.shape[:axes] for x in inputs])
        types = as_list(self.infer(*cores))
        return [core.with_shape((*stack, *core.shape)) for core in types]

    def check_values(self, node: Apply, *inputs: Any) -> None:
        axes = self.stack_rank(node.inputs)
        static = [x.type.shape[:axes] for x in node.inputs]
        check_lengths(self.label, static, [x.shape[:axes] for x in inputs])
        lengths: dict[str, int] = {}
        for names, x in zip(core_dims(str(self.signature))[0], inputs, strict=True):
            for name, n in zip(names, x.shape[axes:], strict=True):
                if lengths.setdefault(name, n) != n:
                    found = UNEQUAL.format(lengths[name], n)
                    raise ShapeError(f"{self.label}: {found}")

    def differentiate(
        self, node: Apply, cotangents: Sequence[Any], wanted: Sequence[bool]
    ) -> Sequence[Any]:
        axes = self.stack_rank(node.inputs)
        if axes == 0:
            return super().differentiate(node, cotangents, wanted)
        stacks = [*node.inputs, *node.outputs, *cotangents]
        cores = [None if v is None else v.type.element_type(axes)() for v in stacks]
        pulled = as_list(self.pullback(*cores))
        needed = [i for i, g in enumerate(pulled) if g is not None and wanted[i]]
        replace = {c: v for c, v in zip(cores, stacks, strict=True) if c is not None}
        found = vectorize_graph([pulled[i] for i in needed], replace)
        result: list[Any] = [None] * len(node.inputs)
        for i, g in zip(needed, found, strict=True):
            result[i] = reduce_like(g, node.inputs[i])
        return result

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        return self(*inputs)
