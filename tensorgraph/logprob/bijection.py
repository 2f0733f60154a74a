"""Bijections from the real line to supports, with their log-Jacobians."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import LogProbError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.random.constraint import Constraint


@dataclass(frozen=True)
class Bijection:
    """x = forward(u) for unconstrained u, its inverse, and log |det dx/du|.

    `log_jacobian(u)` has the batch shape: event axes are summed. `size_change` is how
    many elements more x has than u along its last axis.
    """

    name: str
    forward: Callable[[Any], Any]
    inverse: Callable[[Any], Any]
    log_jacobian: Callable[[Any], Any] | None
    event_ndim: int = 0
    size_change: int = 0


identity = Bijection("identity", lambda u: u, lambda x: x, None)
"""The real line itself."""

exponential = Bijection("log", math.exp, math.log, lambda u: u)
"""Positive numbers: x = exp(u)."""


def lower_bounded(lower: Any) -> Bijection:
    """Numbers above a bound: x = lower + exp(u)."""
    return Bijection(
        "lower bounded", lambda u: lower + math.exp(u), lambda x: math.log(x - lower),
        lambda u: u,
    )  # fmt: skip


def upper_bounded(upper: Any) -> Bijection:
    """Numbers below a bound: x = upper - exp(u)."""
    return Bijection(
        "upper bounded", lambda u: upper - math.exp(u), lambda x: math.log(upper - x),
        lambda u: u,
    )  # fmt: skip


def between(lower: Any, upper: Any) -> Bijection:
    """Numbers between two bounds: x = lower + (upper - lower) sigmoid(u)."""

    def inverse(x: Any) -> Any:
        return math.log(x - lower) - math.log(upper - x)

    def log_jacobian(u: Any) -> Any:
        width = as_tensor(upper, dtype=None) - lower
        return math.log(width) - math.softplus(-u) - math.softplus(u)

    return Bijection(
        "interval",
        lambda u: lower + (upper - lower) * math.sigmoid(u),
        inverse,
        log_jacobian,
    )


def _stick_offsets(u: Any) -> Any:
    """log of the number of parts that remain at each break, so that u = 0 is the
    centre.
    """
    count = u.shape[-1]
    return math.log((count - arange(count)) * 1.0)


def _break_stick(u: Any) -> Any:
    logits = u - _stick_offsets(u)
    log_rest = _exclusive_cumulative_sum(-math.softplus(logits))
    parts = math.exp(log_rest[..., :-1] - math.softplus(-logits))
    return concatenate([parts, math.exp(log_rest[..., -1:])], axis=-1)


def _exclusive_cumulative_sum(x: Any) -> Any:
    """0, x_0, x_0 + x_1, ...: one element more than x along the last axis."""
    n = x.shape[-1]
    rows, columns = arange(n), arange(n + 1)
    below = math.lt(rows[:, None], columns[None, :])
    return x @ math.where(below, 1.0, 0.0)


def _simplex_inverse(x: Any) -> Any:
    x = as_tensor(x)
    n = x.shape[-1] - 1
    rows, columns = arange(n + 1), arange(n)
    after = math.gt(rows[:, None], columns[None, :])
    rest = x @ math.where(after, 1.0, 0.0)
    logits = math.log(x[..., :-1]) - math.log(rest)
    return logits + _stick_offsets(logits)


def _simplex_log_jacobian(u: Any) -> Any:
    logits = u - _stick_offsets(u)
    log_rest = _exclusive_cumulative_sum(-math.softplus(logits))[..., :-1]
    return sum(log_rest - math.softplus(logits) - math.softplus(-logits), axis=-1)


stick_breaking = Bijection(
    "simplex", _break_stick, _simplex_inverse, _simplex_log_jacobian, 1, 1
)
"""Simplex by breaking a stick (Stan Reference Manual, section 10.7), on its first K - 1
coordinates; u = 0 is the centre."""


def _ordered_forward(u: Any) -> Any:
    steps = concatenate([u[..., :1], math.exp(u[..., 1:])], axis=-1)
    return _exclusive_cumulative_sum(steps)[..., 1:]


def _ordered_inverse(x: Any) -> Any:
    x = as_tensor(x)
    return concatenate([x[..., :1], math.log(x[..., 1:] - x[..., :-1])], axis=-1)


ordered_steps = Bijection(
    "ordered", _ordered_forward, _ordered_inverse, lambda u: sum(u[..., 1:], axis=-1), 1
)
"""Increasing vectors: the first element, then log steps."""


def bijection_of(support: Constraint) -> Bijection:
    """The bijection onto the interior of a support; its bounds may be graphs."""
    if support.discrete:
        raise LogProbError(
            f"Values of the discrete support {support!r} have no bijection."
        )
    if support.name in NAMED:
        return NAMED[support.name]
    lower, upper = _finite(support.lower), _finite(support.upper)
    if lower is None and upper is None:
        if support.test is None:
            return identity
        raise LogProbError(f"No bijection onto the support {support!r} is known.")
    if upper is None:
        zero = isinstance(lower, int | float) and lower == 0
        return exponential if zero else lower_bounded(lower)
    return upper_bounded(upper) if lower is None else between(lower, upper)


def _finite(bound: Any) -> Any:
    return None if isinstance(bound, int | float) and not np.isfinite(bound) else bound


NAMED = {"simplex": stick_breaking, "ordered": ordered_steps}
"""Bijections of supports that are no intervals, by the support's name."""
