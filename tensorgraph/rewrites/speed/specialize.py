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


def _has_range(x: Variable) -> bool:
    """Whether powers that overflow in halves do not: their reciprocals are numbers."""
    return x.type.dtype != "float16"


def _is_small(x: Variable, c: Variable) -> bool:
    value = abs(number_of(c))
    return bool(3 <= value <= 8 and value == int(value)) and _has_range(x)


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


@rule(x**1.5, x**2.5, x**3.5, x**-1.5, x**-2.5, when=_has_range,
      rounding=True, moderate=True, exempt=lambda x: np.isneginf(x))  # fmt: skip
def a_power_and_a_half_is_a_product_with_a_root(x: Variable, out: Variable) -> Any:
    """A root and a few products in place of a power."""
    exponent = float(number_of(out.owner.inputs[1]))
    found = _whole_power(x, number.fabs(exponent) - 0.5) * sqrt(x)
    return found if exponent > 0 else reciprocal(found)


@rule(x**0.25, rounding=True, moderate=True, exempt=lambda x: np.isneginf(x))
def a_quarter_power_is_a_root_of_a_root(x: Variable) -> Any:
    """Two roots in place of a power."""
    return sqrt(sqrt(x))


# -- branches --------------------------------------------------------------------------


def _alike(node: Apply, graph: Any) -> bool:
    """Whether both branches are computed by one op, for this choice alone."""
    first, second = node.inputs[1:]
    if first.owner is None or second.owner is None or first is second:
        return False
    op = first.owner.op
    alike = isinstance(op, Elementwise) and second.owner.op is op and op is not where
    return alike and graph.use_count(first) == graph.use_count(second) == 1


@node_rule(where, among=(Elementwise,), when=_alike)
def a_function_of_both_branches_is_computed_once(node: Apply) -> Any:
    """Of elements both branches are computed, and one of them thrown away."""
    condition, first, second = node.inputs
    assert first.owner is not None and second.owner is not None
    pairs = list(zip(first.owner.inputs, second.owner.inputs, strict=True))
    differ = [a for a, b in pairs if a is not b]
    if len(differ) != 1 or any(a.type != b.type for a, b in pairs):
        return None
    chosen = [a if a is b else where(condition, a, b) for a, b in pairs]
    return first.owner.op(*chosen)
