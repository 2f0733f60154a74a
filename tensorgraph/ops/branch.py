"""ifelse: one of two graphs, chosen by a scalar; the other is never computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.ops.broadcast import spread
from tensorgraph.ops.cast import cast
from tensorgraph.ops.math import neq, where
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor


@dataclass(frozen=True)
class IfElse(TensorOp):
    """From (condition, *then, *otherwise) to the values of the arm that is taken."""

    count: int
    lazy = True

    def demand(self, condition: Any, *arms: Any) -> list[int]:
        """The numbers of the inputs that are needed, given the values so far."""
        if condition is None:
            return [0]
        first = 1 if bool(condition) else 1 + self.count
        return list(range(first, first + self.count))

    def infer(self, condition: Variable, *arms: Variable) -> list[TensorType]:
        if condition.type.ndim or condition.type.dtype != "bool":
            raise ShapeError(
                f"ifelse: the condition is a bool scalar, not {condition.type}.",
                remedy="Write a comparison, or use where to choose element by element.",
            )
        found = []
        for a, b in zip(arms[: self.count], arms[self.count :], strict=True):
            if not a.type.agrees(b.type):
                raise ShapeError(
                    f"ifelse: the arms have types {a.type} and {b.type}.",
                    remedy="Give both the same rank; lengths may differ if unknown.",
                )
            shape = [
                m if m == n else None
                for m, n in zip(a.type.shape, b.type.shape, strict=True)
            ]
            found.append(a.type.with_shape(shape))
        return found

    def evaluate(self, xp: Any, condition: Any, *arms: Any) -> Any:
        return list(arms[: self.count] if bool(condition) else arms[self.count :])

    def pullback(self, *arguments: Any) -> Any:
        n = self.count
        condition, then, other = (
            arguments[0],
            arguments[1 : 1 + n],
            arguments[1 + n : 1 + 2 * n],
        )
        bars = arguments[1 + 3 * n :]
        pulled_then: list[Any] = []
        pulled_other: list[Any] = []
        for a, b, bar in zip(then, other, bars, strict=True):
            smooth = bar is not None
            zero_a, zero_b = (
                (a.zeros_like(), b.zeros_like()) if smooth else (None, None)
            )
            pulled_then.append(ifelse(condition, bar, zero_a) if smooth else None)
            pulled_other.append(ifelse(condition, zero_b, bar) if smooth else None)
        return [None, *pulled_then, *pulled_other]

    def choice(self, node: Apply, index: int) -> tuple[Variable, ...]:
        condition, *arms = node.inputs
        return condition, arms[index], arms[self.count + index]

    def batch(self, batched: Sequence[bool], *inputs: Variable) -> Any:
        n = self.count
        if batched[0]:  # elements choose for themselves, so both arms are needed
            condition, *arms = spread(batched, inputs)
            axes = [tuple(range(1, a.type.ndim)) for a in arms[:n]]
            return [
                where(condition.reshape((*condition.shape, *[1] * len(axis))), a, b)
                for a, b, axis in zip(arms[:n], arms[n:], axes, strict=True)
            ]
        arms = spread(batched[1:], inputs[1:])
        return as_list(self(inputs[0], *arms))

    def lower(self, loop: Any, condition: Any, *arms: Any) -> Any:
        return loop.branch(condition, arms[: self.count], arms[self.count :])


def ifelse(condition: Any, then: Any, otherwise: Any) -> Any:
    """`then` if the scalar condition holds, else `otherwise`; only that one is
    computed.

    The arms are tensors of one rank, or lists of them; dtypes promote as in NumPy. The
    condition is a bool, or a number that is not zero.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> tg.ifelse(x > 0, tg.sqrt(x), 0.0).eval({x: 4.0})
    array(2.)
    """
    first, second = as_list(then), as_list(otherwise)
    if len(first) != len(second):
        raise ShapeError(
            f"ifelse: the arms have {len(first)} and {len(second)} values."
        )
    pairs = [_promoted(a, b) for a, b in zip(first, second, strict=True)]
    chosen = as_tensor(condition)
    if chosen.type.dtype != "bool":
        chosen = neq(chosen, 0)
    arms = (*(a for a, _ in pairs), *(b for _, b in pairs))
    found = as_list(IfElse(len(first))(chosen, *arms))
    return found if isinstance(then, list | tuple) else found[0]


def _promoted(first: Any, second: Any) -> tuple[Any, Any]:
    """Two arms in their common dtype; Python numbers take that of the other one."""
    a, b = as_tensor(first), as_tensor(second)
    if not (isinstance(a.type, TensorType) and isinstance(b.type, TensorType)):
        return a, b
    kinds = [
        given if type(given) in (bool, int, float, complex) else v.type.dtype
        for given, v in ((first, a), (second, b))
    ]
    dtype = str(np.result_type(*kinds))
    return cast(a, dtype), cast(b, dtype)
