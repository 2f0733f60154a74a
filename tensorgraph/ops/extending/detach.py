"""Values that gradients do not flow through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops.inlined import Inlined
from tensorgraph.ops.tensor import TensorOp, TensorType


@dataclass(frozen=True)
class Unchanged(TensorOp):
    """The input itself, its gradient too: base of ops that only say something of it."""

    moves_elements = True

    def infer(self, x: Variable) -> TensorType:
        return x.type  # type: ignore[return-value]

    def evaluate(self, xp: Any, x: Any) -> Any:
        return x

    def pullback(self, x: Any, y: Any, g: Any) -> Any:
        return g

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return self(x)

    def lower(self, loop: Any, x: Any) -> Any:
        return x


@dataclass(frozen=True)
class PassedOn(Unchanged, Inlined):
    """The input itself; only derivatives tell that the op is there."""

    def inside(self, x: Any) -> Sequence[Any]:
        return [x]


@dataclass(frozen=True)
class StopGradient(PassedOn):
    """The input, flat in the eyes of `grad`: gradients through it are zero."""

    def pullback(self, x: Any, y: Any, g: Any) -> Any:
        return None


def stop_gradient(x: Any) -> Any:
    """`x`, of any shape, held constant in derivatives: gradients through it are zero.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> tg.grad(x * tg.stop_gradient(x), x).eval({x: 3.0})
    array(3.)
    """
    return StopGradient()(x)


zero_grad = consider_constant = stop_gradient
"""PyTensor's names of it."""
