"""Values that gradients do not flow through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor


@dataclass(frozen=True)
class StopGradient(TensorOp):
    """The input, as a constant in the eyes of `grad`."""

    def infer(self, x: Variable) -> TensorType:
        return x.type

    def evaluate(self, xp: Any, x: Any) -> Any:
        return x

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return None

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return self(x)

    def lower(self, loop: Any, x: Any) -> Any:
        return x


def stop_gradient(x: Any) -> Any:
    """`x`, held constant in derivatives.

    >>> stop_gradient(2.0).eval()
    array(2.)
    """
    if has_hole((x,)):
        return Pattern.of(StopGradient, (x,))
    return StopGradient()(as_tensor(x))


disconnected_grad = stop_gradient
"""PyTensor's name of it."""
