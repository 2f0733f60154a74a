"""Random variables themselves: the density is the distribution's, in its support."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.logprob.measurable import (
    COUNTING,
    LEBESGUE,
    Density,
    Derivation,
    Function,
    rule,
)
from tensorgraph.ops.math import where
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.random.constraint import Constraint
from tensorgraph.random.distribution import Distribution
from tensorgraph.random.variable import RandomVariable


@rule(RandomVariable)
def a_draw_has_the_density_of_its_distribution(
    derivation: Derivation, variable: Variable
) -> Density:
    """Invalid parameters fail a check; outside the support the density is zero."""
    node = variable.owner
    assert node is not None and isinstance(node.op, RandomVariable)
    family, params = node.op.distribution, tuple(node.inputs[2:])
    support = family.support_of(*params)

    def logp(value: Any) -> Any:
        inside = inside_support(support, value, family.logp(value, *params))  # type: ignore[attr-defined]
        return family.checked(inside, *params)

    return Density(
        support, COUNTING if support.discrete else LEBESGUE, support.event_ndim,
        frozenset([node.inputs[0]]), logp,
        _log_of_measure(family, params, support, "logcdf"),
        _log_of_measure(family, params, support, "logccdf"),
        _quantile(family, params),
    )  # fmt: skip


def inside_support(support: Constraint, value: Any, logp: Any) -> Any:
    """`logp` where the value is in the support, -inf elsewhere."""
    member = support.contains(value)
    return logp if member is None else where(member, logp, -np.inf)


def _log_of_measure(
    family: type[Distribution], params: tuple[Any, ...], support: Constraint, which: str
) -> Function | None:
    """logcdf or logccdf with what lies outside the support: 0 or -inf."""
    formula: Callable[..., Any] | None = getattr(family, which, None)
    if formula is None:
        return None
    below, above = (-np.inf, 0.0) if which == "logcdf" else (0.0, -np.inf)

    def log_measure(value: Any) -> Any:
        value = as_tensor(value)
        result = formula(value, *params)
        if support.lower is not None:
            result = where(value < support.lower, below, result)
        if support.upper is not None and not support.discrete:
            result = where(value > support.upper, above, result)
        return family.checked(result, *params)

    return log_measure


def _quantile(family: type[Distribution], params: tuple[Any, ...]) -> Function | None:
    formula: Callable[..., Any] | None = getattr(family, "icdf", None)
    if formula is None:
        return None

    def icdf(p: Any) -> Any:
        p = as_tensor(p)
        valid = (p >= 0) & (p <= 1)
        return family.checked(where(valid, formula(p, *params), np.nan), *params)

    return icdf
