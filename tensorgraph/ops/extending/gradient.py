"""Values with other gradients: disconnected, undefined, clipped, scaled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, GradientError
from tensorgraph.ops.extending.detach import PassedOn
from tensorgraph.ops.math import maximum, minimum


@dataclass(frozen=True)
class DisconnectedGrad(PassedOn):
    """The input, which nothing above depends on in the eyes of `grad`."""

    disconnects = True


@dataclass(frozen=True)
class UndefinedGrad(PassedOn):
    """The input; no derivative goes through."""

    reason: str = ""

    def pullback(self, x: Any, y: Any, g: Any) -> Any:
        raise GradientError(
            f"The gradient through {x!r} was declared undefined"
            + (f": {self.reason}." if self.reason else "."),
            remedy="Use zero_grad if it should count as zero.",
        )


@dataclass(frozen=True)
class GradClip(PassedOn):
    """The input; each element of the gradient is clipped to an interval."""

    lower_bound: float
    upper_bound: float

    def pullback(self, x: Any, y: Any, g: Any) -> Any:
        return minimum(maximum(g, self.lower_bound), self.upper_bound)


@dataclass(frozen=True)
class GradScale(PassedOn):
    """The input; the gradient is multiplied by a number."""

    multiplier: float

    def pullback(self, x: Any, y: Any, g: Any) -> Any:
        return g * self.multiplier


def disconnected_grad(x: Any) -> Any:
    """`x`, of any shape, as if nothing above depended on what `x` is computed from.

    `grad` with respect to what can only be reached through it raises
    `DisconnectedError`, where `zero_grad` gives zeros.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> tg.grad(x + tg.disconnected_grad(x * x), x).eval({x: 3.0})
    array(1.)
    """
    return DisconnectedGrad()(x)


def undefined_grad(x: Any, reason: str = "") -> Any:
    """`x`, of any shape; `grad` through it raises `GradientError`, with the reason.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> try:
    ...     tg.grad(tg.undefined_grad(x, "x is a count"), x)
    ... except tg.GradientError as error:
    ...     print(error.what)
    The gradient through x was declared undefined: x is a count.
    """
    return UndefinedGrad(reason)(x)


def grad_clip(x: Any, lower_bound: float, upper_bound: float) -> Any:
    """`x`, of any shape, whose gradient is clipped to [lower_bound, upper_bound].

    Bounds are numbers. Raises `GradientError` unless they are in order and
    `DTypeError` for complex x, whose gradient has no order.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> tg.grad(tg.grad_clip(x, -1, 1) ** 2, x).eval({x: 7.0})
    array(1.)
    """
    lower, upper = _number("grad_clip", lower_bound), _number("grad_clip", upper_bound)
    if not lower <= upper:
        raise GradientError(f"grad_clip: {lower} to {upper} is no interval.")
    if str(getattr(getattr(x, "type", None), "dtype", "")).startswith("complex"):
        raise DTypeError(
            f"grad_clip: {x!r} is complex, and its gradient has no order.",
            remedy="Clip its real and its imaginary part.",
        )
    return GradClip(lower, upper)(x)


def grad_scale(x: Any, multiplier: float) -> Any:
    """`x`, of any shape, whose gradient is multiplied by a number.

    A multiplier of -1 reverses the gradient, as adversarial training does.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> tg.grad(tg.grad_scale(x, -0.5) ** 2, x).eval({x: 3.0})
    array(-3.)
    """
    return GradScale(_number("grad_scale", multiplier))(x)


def _number(what: str, value: Any) -> float:
    if isinstance(value, int | float | np.number) and not np.iscomplexobj(value):
        return float(value)
    raise GradientError(
        f"{what} needs real numbers, not {value!r}.",
        remedy="Use tg.custom_gradient for a rule that depends on values of a graph.",
    )
