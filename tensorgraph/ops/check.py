"""Checks: values behind conditions that must hold when the graph is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Any, ClassVar

from tensorgraph.errors import CHECK_ERRORS, DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.ops import math
from tensorgraph.ops.reducing.reduce import all, min
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor


@dataclass(frozen=True)
class Check(TensorOp):
    """The first input, once a condition holds.

    Inputs: the value, the condition (a bool scalar), and scalars to report.
    """

    message: str
    kind: ClassVar[str] = "parameter"
    """The kind of error, of those in `CHECK_ERRORS`."""

    def infer(
        self, x: Variable, condition: Variable, *reported: Variable
    ) -> TensorType:
        return x.type

    def evaluate(self, xp: Any, x: Any, condition: Any, *reported: Any) -> Any:
        if not condition:
            raise CHECK_ERRORS[self.kind](
                self.sentence(len(reported)).format(*map(_plain, reported))
            )
        return x

    def sentence(self, reported: int) -> str:
        """What a failed check says, with ``{0}``, ``{1}`` for the reported values."""
        escaped = self.message.replace("{", "{{").replace("}", "}}")
        if not reported:
            return f"{escaped} does not hold."
        values = " and ".join(f"{{{i}}}" for i in range(reported))
        return f"{escaped} does not hold: the value is {values}."

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        return (rest[-1], *[None] * (len(rest) - 2))

    def batch(
        self,
        batched: Sequence[bool],
        x: Variable,
        condition: Variable,
        *reported: Variable,
    ) -> Any:
        """A batch is computed as one, so it fails as one."""
        told = [
            min(v, initial=inf) if has else v
            for v, has in zip(reported, batched[2:], strict=True)
        ]
        return self(x, all(condition) if batched[1] else condition, *told)

    def lower(self, loop: Any, x: Any, condition: Any, *reported: Any) -> Any:
        sentence = self.sentence(len(reported))
        return loop.checked(x, condition, self.kind, sentence, reported)

    def __str__(self) -> str:
        return f"Check{{{self.message}}}"


def check(x: Any, condition: Any, message: str, report: Any = None) -> Any:
    """`x`, once the condition holds everywhere; else a `ParameterError` when computed.

    `message` says the condition, such as "sigma > 0". `report` is the tensor that the
    condition is about, of its shape: the error shows the smallest value that fails. The
    error is recoverable: inside a sampler it is a log-density of -inf.

    >>> check(1.0, math.gt(2.0, 0), "sigma > 0", report=2.0).eval()
    array(1.)
    """
    if has_hole((x, condition, message)):
        return Pattern.of(Check, (x, condition), message=message)
    condition = as_tensor(condition)
    if condition.type.dtype != "bool":
        raise DTypeError(
            f"check: the condition {condition!r} is {condition.type}, not a bool.",
            remedy="Write a comparison, such as sigma > 0.",
        )
    told = [] if report is None else [_worst(condition, as_tensor(report))]
    return Check(message)(x, all(condition), *told)


def _worst(condition: Variable, reported: Variable) -> Any:
    if reported.type.ndim == condition.type.ndim == 0:
        return reported
    return min(math.where(condition, inf, reported), initial=inf)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
