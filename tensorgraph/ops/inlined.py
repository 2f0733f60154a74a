"""Ops that only transforms see: a compiled function computes a graph in their place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.ops.tensor import TensorOp


@dataclass(frozen=True)
class Inlined(TensorOp):
    """Stands for the graph that `inside` builds, once gradients are taken."""

    def inside(self, *inputs: Any) -> Sequence[Any]:
        """The outputs as a graph of the inputs."""
        raise NotImplementedError(f"{type(self).__name__} stands for nothing")
