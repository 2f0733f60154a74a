"""Speed: the cheapest op that computes the same."""

from __future__ import annotations

import math as number
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import reciprocal
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import is_number, is_real_float

specialize = Rules("specialize")
rule = specialize.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c = hole("c", is_number)


# -- divisions -------------------------------------------------------------------------


@rule(1 / x)
def one_over_x_is_a_reciprocal(x: Variable) -> Any:
    """One operand less, to the bit."""
    return reciprocal(x)


@rule(reciprocal(reciprocal(x)), rounding=True, moderate=True)
def two_reciprocals_cancel(x: Variable) -> Any:
    """A reciprocal is its own inverse."""
    return x


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
