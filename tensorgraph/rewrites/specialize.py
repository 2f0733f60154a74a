"""Speed: the cheapest op that computes the same.

There are no fused multiply-adds: a product is rounded before it is added, in every
backend and at every position, so that a value never depends on how it was compiled.
"""

from __future__ import annotations

import math as number
from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.math import reciprocal, sqr, sqrt, where
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import is_number, is_real_float

specialize = Rules("specialize")
rule, node_rule = specialize.rule, specialize.node_rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c = hole("c", is_number)


# -- divisions -------------------------------------------------------------------------


@rule(1 / x)
def one_over_x_is_a_reciprocal(x: Variable) -> Any:
    """One operand less, to the bit."""
    return reciprocal(x)


def _has_exact_reciprocal(c: Variable) -> bool:
    """Whether a number is a power of two whose reciprocal does not overflow."""
    value = number_of(c)
    if c.type.dtype[0] != "f" or not np.isfinite(value) or not value:
        return False
    limits = np.finfo(c.type.dtype)
    fraction, _ = number.frexp(float(value))
    size = number.fabs(float(value))
    return number.fabs(fraction) == 0.5 and limits.tiny <= size <= 1 / limits.tiny


@rule(x / c, when=_has_exact_reciprocal)
def division_by_a_power_of_two_is_multiplication(x: Variable, c: Variable) -> Any:
    """The reciprocal is exact, so is the result; products are faster."""
    return x * (1 / number_of(c))


@rule(x * reciprocal(y), once=True, rounding=True, moderate=True,
      when=lambda x, y: x.type.shape == y.type.shape)  # fmt: skip
def a_product_with_a_reciprocal_is_a_quotient(x: Variable, y: Variable) -> Any:
    """One op in place of two, with one rounding."""
    return x / y


# -- powers ----------------------------------------------------------------------------


def _is_small(c: Variable) -> bool:
    value = abs(number_of(c))
    return bool(3 <= value <= 8 and value == int(value))


@rule(x**c, when=_is_small, rounding=True, moderate=True)
def a_small_whole_power_is_a_few_products(x: Variable, c: Variable) -> Any:
    """Three products at most in place of a power."""
    exponent = int(number_of(c))
    found = _whole_power(x, number.fabs(exponent))
    return found if exponent > 0 else reciprocal(found)


def _whole_power(x: Variable, exponent: float) -> Any:
    if exponent == 1:
        return x
    half = sqr(_whole_power(x, exponent // 2))
    return x * half if exponent % 2 else half


@rule(x**c, when=lambda c: abs(number_of(c)) in (1.5, 2.5, 3.5),
      rounding=True, moderate=True, exempt=lambda x: np.isneginf(x))  # fmt: skip
def a_power_and_a_half_is_a_product_with_a_root(x: Variable, c: Variable) -> Any:
    """A root and a few products in place of a power."""
    exponent = number.fabs(number_of(c))
    found = _whole_power(x, exponent - 0.5) * sqrt(x)
    return found if number_of(c) > 0 else reciprocal(found)


@rule(x**0.25, rounding=True, moderate=True, exempt=lambda x: np.isneginf(x))
def a_quarter_power_is_a_root_of_a_root(x: Variable) -> Any:
    """Two roots in place of a power."""
    return sqrt(sqrt(x))


# -- branches --------------------------------------------------------------------------


@node_rule(where, among=(Elementwise,))
def a_function_of_both_branches_is_computed_once(node: Apply, graph: Any) -> Any:
    """Of elements both branches are computed, and one of them thrown away."""
    condition, first, second = node.inputs
    if first.owner is None or second.owner is None or first is second:
        return None
    op = first.owner.op
    if not isinstance(op, Elementwise) or second.owner.op is not op or op is where:
        return None
    pairs = list(zip(first.owner.inputs, second.owner.inputs, strict=True))
    differ = [a for a, b in pairs if a is not b]
    alone = graph.use_count(first) == graph.use_count(second) == 1
    if len(differ) != 1 or not alone or any(a.type != b.type for a, b in pairs):
        return None
    return op(*[a if a is b else where(condition, a, b) for a, b in pairs])
