"""Every exception of tensorgraph; the docstring of each is its manual page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class TensorGraphError(Exception):
    """Base of all errors: what happened, where the user built it, what to do.

    `what` is a sentence with the values; `places` are the user's lines; `remedy` is
    advice.

    >>> print(TensorGraphError("It broke.", remedy="Mend it."))
    It broke.
      Mend it.
    """

    def __init__(
        self, what: str, *, places: Iterable[Any] = (), remedy: str | None = None
    ) -> None:
        super().__init__(what)
        self.what = what
        self.places = tuple(places)
        self.remedy = remedy

    def __str__(self) -> str:
        lines = [self.what, *(f"  Built at {place}" for place in self.places)]
        return "\n".join([*lines, *([f"  {self.remedy}"] if self.remedy else [])])


class ShapeError(TensorGraphError, ValueError):
    """Lengths do not fit together: at definition when they are known, else on the call.

    Lengths are numbers, named sizes (``"n"``) or unknown (``?``). Two different
    numbers, or two different names, never match; a length of 1 known at definition
    broadcasts.
    """


class DTypeError(TensorGraphError, TypeError):
    """A dtype is unknown, or an operation is not defined for it."""


class GraphError(TensorGraphError, ValueError):
    """A graph is not well formed, or misses an input that it needs."""


class DisconnectedError(TensorGraphError, ValueError):
    """A gradient was asked for a variable that the cost does not depend on.

    Pass ``disconnected="zero"`` to `grad` to get zeros instead.
    """


class GradientError(TensorGraphError, ValueError):
    """A gradient cannot be taken: the cost is no scalar, or an op has no derivative."""


class BatchError(TensorGraphError, ValueError):
    """A graph cannot be vectorized over one more axis."""


class RewriteError(TensorGraphError, RuntimeError):
    """A rewrite rule broke its contract: other dtype or shape, or two rules that undo
    each other.
    """


class VerificationError(TensorGraphError, AssertionError):
    """A loop program is not well formed: a defect of tensorgraph, please report it."""


class InputError(TensorGraphError, TypeError):
    """A compiled function was called with wrong arguments.

    The message names the parameter, what was expected and what came.
    """


class BoundsError(TensorGraphError, IndexError):
    """An index is outside the array it reads or writes."""


class ParameterError(TensorGraphError, ValueError):
    """A parameter of a distribution is outside its constraint, such as a negative
    scale.

    Inside a sampler this is a log-density of -inf instead.
    """


class FactorizationError(TensorGraphError, ArithmeticError):
    """A matrix could not be factorized, for instance because it is not positive
    definite.
    """


class RandomError(TensorGraphError, ValueError):
    """Random state is used wrongly: a state read twice, or draws that do not exist."""


class LogProbError(TensorGraphError, NotImplementedError):
    """No rule derives the log-density; the message lists the rules tried and why each
    refused.
    """


class ModelError(TensorGraphError, ValueError):
    """A model cannot be sampled: duplicate names, unnamed or discrete free variables,
    bad data.
    """


class CompileError(TensorGraphError, RuntimeError):
    """The C compiler failed on generated code; the message holds what it printed."""


class NoCompilerError(CompileError):
    """No C compiler was found; mode "NUMBA" works without one."""


CHECK_ERRORS: dict[str, type[TensorGraphError]] = {
    "index": BoundsError,
    "shape": ShapeError,
    "parameter": ParameterError,
    "factorization": FactorizationError,
}
"""The exception of each kind of failed check in compiled code."""

__all__ = [
    name
    for name, value in list(globals().items())
    if isinstance(value, type) and issubclass(value, TensorGraphError)
]
