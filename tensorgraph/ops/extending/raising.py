"""Assert and CheckAndRaise: values behind conditions that raise what the user chose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import DTypeError, GraphError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.check import Check
from tensorgraph.ops.math import logical_and
from tensorgraph.ops.reducing.reduce import all
from tensorgraph.ops.tensor import as_tensor


@dataclass(frozen=True)
class Raise(Check):
    """The first input, once all the others hold, everywhere; else the exception.

    A failure is fatal: inside a sampler it ends the run.
    """

    exception: type[Exception]

    def coerce(self, inputs: tuple[Any, ...]) -> Sequence[Variable]:
        value, *conditions = map(as_tensor, inputs)
        holds: Any = as_tensor(True)
        for number, condition in enumerate(map(self._checked, conditions)):
            every = all(condition) if condition.type.ndim else condition
            holds = every if number == 0 else logical_and(holds, every)
        return [value, holds]

    def _checked(self, condition: Any) -> Any:
        if condition.type.dtype != "bool":
            raise DTypeError(
                f"{self}: the condition {condition!r} is {condition.type}, not a bool.",
                remedy="Write a comparison, such as x > 0.",
            )
        return condition

    def evaluate(self, xp: Any, x: Any, condition: Any) -> Any:
        if not condition:
            raise self.exception(self.message)
        return x

    def lower(self, loop: Any, x: Any, condition: Any) -> Any:
        escaped = self.message.replace("{", "{{").replace("}", "}}")
        return loop.checked(x, condition, self.exception, escaped, recoverable=False)

    def __str__(self) -> str:
        if self.exception is AssertionError:
            return f"Assert{{msg={self.message!r}}}"
        return f"CheckAndRaise{{{self.exception.__name__}({self.message})}}"


def CheckAndRaise(exc_type: type[Exception], msg: str = "") -> Raise:
    """An op: ``CheckAndRaise(ValueError, "x is negative")(x, x >= 0)`` is x, checked.

    It takes a value of any shape and any number of bool conditions of any shapes. When
    the value is computed and a condition fails anywhere, `exc_type` is raised with
    `msg` and the line that built the check, in every mode. Gradients pass through. A
    batch is checked as one. Raises `GraphError` unless `exc_type` is an exception and
    `msg` a string, and `DTypeError` for a condition that is no bool.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> root = tg.sqrt(tg.CheckAndRaise(ValueError, "x is negative")(x, x >= 0))
    >>> root.eval({x: 4.0})
    array(2.)
    """
    if not (isinstance(exc_type, type) and issubclass(exc_type, Exception)):
        raise GraphError(f"CheckAndRaise raises exceptions, not {exc_type!r}.")
    if not isinstance(msg, str):
        raise GraphError(f"The message of a check is a string, not {msg!r}.")
    return Raise(msg, exc_type)


def Assert(msg: str = "Assert") -> Raise:
    """An op: ``Assert("x is sorted")(x, condition)`` is x, or an `AssertionError`.

    Everything else is as for `CheckAndRaise`.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.Assert("x is positive")(x, x > 0).sum().eval({x: [1.0, 2.0]})
    array(3.)
    """
    return CheckAndRaise(AssertionError, msg)
