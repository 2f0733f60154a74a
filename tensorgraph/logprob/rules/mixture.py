"""Mixtures: where(condition, a, b) with a random or a known condition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.logprob.measurable import COUNTING, Density, Derivation, Refusal, rule
from tensorgraph.ops import math
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.math import where
from tensorgraph.ops.tensor import as_tensor, static_value
from tensorgraph.random.constraint import Constraint

Weights = tuple[Any, Any]


@rule(math.where)
def where_is_a_mixture_of_its_branches(
    derivation: Derivation, variable: Variable
) -> Density:
    """log p = log(w p_a + (1 - w) p_b); with a known condition the density of the
    branch.
    """
    node = variable.owner
    assert node is not None
    condition, first, second = node.inputs
    _same_shape(variable, first, second)
    a, b = derivation.attempt(first), derivation.attempt(second)
    if a.base != b.base or a.event_ndim or b.event_ndim:
        raise Refusal(
            "the branches of a mixture need densities of numbers with one base"
        )
    if a.noise & b.noise:
        raise Refusal("the branches of a mixture share noise")
    choosing = derivation.noise(condition)
    if choosing & (a.noise | b.noise):
        raise Refusal("the condition of a mixture depends on its branches")
    support = _union(a.support, b.support)
    if not choosing:
        return _combined(a, b, support, a.noise | b.noise, _chosen(condition))
    if choosing & (derivation.noise(first) | derivation.noise(second)):
        raise Refusal("the condition and a branch depend on the same noise")
    _same_shape(variable, condition)
    mix = _mixed(log_weights(derivation, condition))
    return _combined(a, b, support, a.noise | b.noise | choosing, mix)


def _same_shape(variable: Variable, *operands: Variable) -> None:
    for operand in operands:
        for have, want in zip(
            operand.type.storage()[1], variable.type.storage()[1], strict=True
        ):
            if have == 1 and want != 1:
                raise Refusal(
                    "an operand of the mixture is repeated along an axis, "
                    "so elements share its noise"
                )


def _chosen(condition: Variable) -> Callable[[Any, Any], Any]:
    return lambda x, y: where(condition, x, y)


def _mixed(weights: Weights) -> Callable[[Any, Any], Any]:
    return lambda x, y: log_add_exp(weights[0] + x, weights[1] + y)


def _combined(
    a: Density, b: Density, support: Constraint, noise: frozenset[Variable],
    combine: Callable[[Any, Any], Any],
) -> Density:  # fmt: skip
    def both(f: Any, g: Any) -> Any:
        return None if f is None or g is None else lambda v: combine(f(v), g(v))

    return Density(
        support, a.base, 0, noise, both(a.logp, b.logp), both(a.logcdf, b.logcdf),
        both(a.logccdf, b.logccdf),
    )  # fmt: skip


def log_add_exp(x: Any, y: Any) -> Any:
    """log(exp(x) + exp(y)) without overflow; -inf where both are."""
    high = math.maximum(x, y)
    safe = where(math.eq(high, -float("inf")), 0.0, high)
    return safe + math.log(math.exp(x - safe) + math.exp(y - safe))


def _union(a: Constraint, b: Constraint) -> Constraint:
    """Members of either support."""
    if a.test is None or b.test is None:
        return a if a.test is None else b
    first, second = a.test, b.test
    return Constraint(
        f"{a.name} or {b.name}", f"{a.text} or {b.text}",
        lambda x: math.logical_or(first(x), second(x)), a.example, 0, a.discrete,
    )  # fmt: skip


def log_weights(derivation: Derivation, condition: Variable) -> Weights:
    """log P(condition) and log P(not condition) of a random bool."""
    node = condition.owner
    if node is None:
        raise Refusal("the condition is not random")
    if isinstance(node.op, Cast):
        inner = derivation.attempt(node.inputs[0])
        if inner.base != COUNTING:
            raise Refusal("a bool made of a continuous variable is almost surely true")
        return _log_one_minus(inner.logp(as_tensor(0)))[::-1]
    if node.op is math.logical_not:
        return log_weights(derivation, node.inputs[0])[::-1]
    handler = COMPARISONS.get(node.op)
    if handler is None:
        raise Refusal(f"the probability of the condition {node.op} is not known")
    x, bound = node.inputs
    if derivation.random(bound):
        raise Refusal("both sides of the condition are random, or the bound is")
    inner = derivation.attempt(x)
    return handler(inner, bound)


def _log_one_minus(logp: Any) -> Weights:
    """(log p, log(1 - p)) from log p."""
    return logp, math.log1p(-math.exp(logp))


def _equal(inner: Density, bound: Any) -> Weights:
    if inner.base != COUNTING:
        raise Refusal("a continuous variable equals a number with probability zero")
    if inner.support.lower == 0 and inner.support.upper == 1:
        return inner.logp(bound), inner.logp(1 - bound)
    return _log_one_minus(inner.logp(bound))


def _above(inner: Density, bound: Any) -> Weights:
    if inner.base == COUNTING and inner.support.lower == 0 and inner.support.upper == 1:
        edge = static_value(bound)
        if edge is None or not ((edge >= 0) & (edge < 1)).all():
            raise Refusal("a bool variable is compared with a bound outside [0, 1)")
        return inner.logp(as_tensor(1)), inner.logp(as_tensor(0))
    if inner.logcdf is None or inner.logccdf is None:
        raise Refusal("the distribution function in the condition is not known")
    return inner.logccdf(bound), inner.logcdf(bound)


def _at_least(inner: Density, bound: Any) -> Weights:
    if inner.base == COUNTING:
        raise Refusal("write x > k - 1 instead of x >= k for a discrete condition")
    return _above(inner, bound)


COMPARISONS: dict[Any, Callable[[Density, Any], Weights]] = {
    math.eq: _equal,
    math.neq: lambda inner, bound: _equal(inner, bound)[::-1],
    math.gt: _above,
    math.ge: _at_least,
    math.le: lambda inner, bound: _above(inner, bound)[::-1],
    math.lt: lambda inner, bound: _at_least(inner, bound)[::-1],
}
"""How likely comparisons of a measurable variable with a known bound are."""
