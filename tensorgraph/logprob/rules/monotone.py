"""Strictly monotone functions of one variable: change of variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.logprob.measurable import (
    COUNTING,
    Density,
    Derivation,
    Refusal,
    one_random_operand,
    rule,
)
from tensorgraph.ops import math
from tensorgraph.ops.math import where
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.random.constraint import (
    Constraint,
    interval,
    positive,
    real,
    unit_interval,
)


@dataclass(frozen=True)
class Map:
    """A monotone function: its inverse, log |d inverse / dy|, and its image of the
    reals.

    `domain` is where the function is monotone; the operand's support must lie inside.
    """

    function: Callable[[Any], Any]
    inverse: Callable[[Any], Any]
    log_derivative: Callable[[Any], Any]
    image: Constraint
    increasing: bool = True
    domain_lower: float = -np.inf


MAPS: dict[Any, Map] = {
    math.exp: Map(math.exp, math.log, lambda y: -math.log(y), positive),
    math.log: Map(math.log, math.exp, lambda y: y, real, True, 0.0),
    math.log1p: Map(math.log1p, math.expm1, lambda y: y, real, True, -1.0),
    math.expm1: Map(
        math.expm1, math.log1p, lambda y: -math.log1p(y), interval(-1.0, np.inf)
    ),
    math.sigmoid: Map(
        math.sigmoid, lambda y: math.log(y) - math.log1p(-y),
        lambda y: -math.log(y) - math.log1p(-y), unit_interval,
    ),
    math.softplus: Map(
        math.softplus, lambda y: y + math.log(-math.expm1(-y)),
        lambda y: -math.log(-math.expm1(-y)), positive,
    ),
    math.sqrt: Map(
        math.sqrt, math.sqr, lambda y: math.log(2 * y), positive, True, 0.0
    ),
    math.neg: Map(math.neg, math.neg, lambda y: 0.0 * y, real, False),
    math.reciprocal: Map(
        math.reciprocal, math.reciprocal,
        lambda y: -2 * math.log(math.abs(y)), real, False, 0.0,
    ),
}  # fmt: skip
"""The monotone functions by op."""


@rule(*MAPS)
def a_monotone_function_changes_variables(
    derivation: Derivation, variable: Variable
) -> Density:
    """log p_Y(y) = log p_X(f^-1(y)) + log |d f^-1 / dy| on the image of f, -inf
    elsewhere.
    """
    assert variable.owner is not None
    _, inner = one_random_operand(derivation, variable)
    return mapped(inner, MAPS[variable.owner.op], str(variable.owner.op))


def mapped(inner: Density, change: Map, what: str) -> Density:
    """The density of a monotone function of a measurable variable."""
    if inner.event_ndim:
        raise Refusal(f"{what} of a vector-valued draw leaves its support")
    lower = inner.support.lower
    bounded = isinstance(lower, int | float) and lower >= change.domain_lower
    if np.isfinite(change.domain_lower) and not bounded:
        raise Refusal(f"{what} is not defined on the whole support {inner.support!r}")
    discrete = inner.base == COUNTING
    support = _image(inner.support, change)

    def logp(value: Any) -> Any:
        value = as_tensor(value)
        density = inner.logp(change.inverse(value))
        if not discrete:
            density = density + change.log_derivative(value)
        member = support.contains(value)
        return density if member is None else where(member, density, -np.inf)

    cdfs = (
        (inner.logcdf, inner.logccdf)
        if change.increasing
        else (inner.logccdf, inner.logcdf)
    )
    below, above = (_of_inverse(f, support, change, i == 0) for i, f in enumerate(cdfs))
    if discrete and not change.increasing:
        below = above = None
    return Density(
        support,
        inner.base,
        0,
        inner.noise,
        logp,
        below,
        above,
        _quantile(inner, change),
    )


def _image(support: Constraint, change: Map) -> Constraint:
    """The image of the operand's support."""
    bounds = [
        None if bound is None else change.function(as_tensor(float(bound)))
        if isinstance(bound, int | float) and np.isfinite(bound) else None
        for bound in (support.lower, support.upper)
    ]  # fmt: skip
    lower, upper = bounds if change.increasing else bounds[::-1]
    lower = change.image.lower if lower is None else _number(lower)
    upper = change.image.upper if upper is None else _number(upper)
    if lower is None and upper is None:
        return real if not support.discrete else support
    made = interval(
        -np.inf if lower is None else lower, np.inf if upper is None else upper
    )
    return Constraint(
        made.name, made.text, made.test, made.example, 0, support.discrete, lower, upper
    )


def _number(bound: Any) -> float:
    return float(bound.eval())


def _of_inverse(
    function: Any, support: Constraint, change: Map, lower_tail: bool
) -> Callable[[Any], Any] | None:
    if function is None:
        return None

    def composed(value: Any) -> Any:
        value = as_tensor(value)
        result = function(change.inverse(value))
        if support.lower is not None:
            result = where(
                value <= support.lower, -np.inf if lower_tail else 0.0, result
            )
        if support.upper is not None:
            result = where(
                value >= support.upper, 0.0 if lower_tail else -np.inf, result
            )
        return result

    return composed


def _quantile(inner: Density, change: Map) -> Callable[[Any], Any] | None:
    icdf = inner.icdf
    if icdf is None:
        return None
    if change.increasing:
        return lambda p: change.function(icdf(p))
    return lambda p: change.function(icdf(1 - as_tensor(p)))
