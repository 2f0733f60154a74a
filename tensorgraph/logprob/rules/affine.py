"""Affine maps: shifts and scalings by what is not random itself."""

from __future__ import annotations

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
from tensorgraph.ops.broadcast import sum
from tensorgraph.ops.math import where
from tensorgraph.ops.tensor import as_tensor, static_value
from tensorgraph.random.constraint import Constraint


@rule(math.add, math.sub)
def a_shift_moves_the_density(derivation: Derivation, variable: Variable) -> Density:
    """y = a + x has log p_Y(y) = log p_X(y - a); a - x is mirrored first."""
    node = variable.owner
    assert node is not None
    place, inner = one_random_operand(derivation, variable)
    shift = node.inputs[1 - place]
    if node.op is math.add:
        return linear(inner, 1.0, shift)
    if place == 0:
        return linear(inner, 1.0, -shift)  # type: ignore[operator]
    return linear(inner, -1.0, shift)


@rule(math.mul, math.true_div)
def a_scaling_stretches_the_density(
    derivation: Derivation, variable: Variable
) -> Density:
    """y = b x has log p_Y(y) = log p_X(y / b) - log |b|."""
    node = variable.owner
    assert node is not None
    place, inner = one_random_operand(derivation, variable)
    factor = node.inputs[1 - place]
    if node.op is math.true_div:
        if place == 1:
            raise Refusal("the random operand of a division is the divisor")
        factor = 1.0 / factor  # type: ignore[operator]
    value = static_value(factor)
    if value is not None and not np.all(value != 0):
        raise Refusal("a factor is zero, so the product is not random there")
    return linear(inner, factor, 0.0)


def linear(inner: Density, factor: Any, shift: Any) -> Density:
    """The density of shift + factor * x, elementwise."""
    if inner.event_ndim:
        return _linear_event(inner, factor, shift)
    unit = isinstance(factor, float) and abs(factor) == 1.0
    discrete = inner.base == COUNTING
    support = _moved(inner.support, factor, shift)

    def back(value: Any) -> Any:
        moved = as_tensor(value) - shift
        return moved * factor if unit else moved / factor

    def logp(value: Any) -> Any:
        density = inner.logp(back(value))
        return density if unit or discrete else density - math.log(math.abs(factor))

    def tail(mine: Any, other: Any) -> Any:
        if mine is None or other is None:
            return None
        if unit:
            chosen = mine if factor > 0 else other
            return lambda value: chosen(back(value))
        return lambda value: where(
            as_tensor(factor) > 0, mine(back(value)), other(back(value))
        )

    def icdf(p: Any) -> Any:
        p = as_tensor(p)
        assert inner.icdf is not None
        p = where(as_tensor(factor) > 0, p, 1 - p)
        return shift + factor * inner.icdf(p)

    mirrored = discrete and not (unit and factor > 0)
    return Density(
        support, inner.base, 0, inner.noise, logp,
        None if mirrored else tail(inner.logcdf, inner.logccdf),
        None if mirrored else tail(inner.logccdf, inner.logcdf),
        None if inner.icdf is None or mirrored else icdf,
    )  # fmt: skip


def _linear_event(inner: Density, factor: Any, shift: Any) -> Density:
    """Vector-valued draws: one Jacobian factor for each element of the event."""
    if inner.support.test is not None:
        raise Refusal(f"an affine map leaves the support {inner.support!r}")
    axes = tuple(range(-inner.event_ndim, 0))

    def logp(value: Any) -> Any:
        moved = (as_tensor(value) - shift) / factor
        stretch = math.log(math.abs(moved * 0 + factor))
        return inner.logp(moved) - sum(stretch, axis=axes)

    return Density(inner.support, inner.base, inner.event_ndim, inner.noise, logp)


def _moved(support: Constraint, factor: Any, shift: Any) -> Constraint:
    """The support of shift + factor * x; membership is tested on x."""
    if support.test is None:
        return support
    inverse = support.test

    def contains(value: Any) -> Any:
        return inverse((value - shift) / factor)

    plain = isinstance(factor, float) and factor == 1.0
    bounds = [
        None if b is None or not plain else b + shift
        for b in (support.lower, support.upper)
    ]
    numbers = [b if isinstance(b, int | float) else None for b in bounds]
    return Constraint(
        f"affine image of {support.name}", f"({{}} - shift) / factor in {support.name}",
        contains, support.example, 0, support.discrete, *numbers,
    )  # fmt: skip
