"""Quotients: one division in place of several.

Divisors are not multiplied with one another: their product may over- or underflow where
each of two divisions is moderate.
"""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import add, reciprocal, sub
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.rewrites.facts import is_number, is_op, is_real_float

quotients = Rules("quotients")
rule = quotients.rule

c = hole("c", is_number)
x, y = hole("x", is_real_float), hole("y", is_real_float)
a, b = hole("a", is_real_float), hole("b", is_real_float)


@rule(c / (x / y), once=True, rounding=True, moderate=True,
      when=lambda y: not is_number(y))  # fmt: skip
def a_quotient_below_a_number_is_turned_over(
    c: Variable, x: Variable, y: Variable
) -> Any:
    """One division in place of two."""
    return (c * y) / x


@rule(reciprocal(x / y), once=True, rounding=True, moderate=True)
def the_reciprocal_of_a_quotient_is_turned_over(x: Variable, y: Variable) -> Any:
    """One division in place of two."""
    return y / x


@rule(x / reciprocal(y), x / (1 / y), rounding=True, moderate=True)
def dividing_by_a_reciprocal_is_multiplying(x: Variable, y: Variable) -> Any:
    """No division."""
    return x * y


@rule(reciprocal(reciprocal(x)), rounding=True, moderate=True)
def two_reciprocals_cancel(x: Variable) -> Any:
    """A reciprocal is its own inverse."""
    return x


@rule((x * y) * (a / x + b / y), (x * y) * (a / x - b / y), rounding=True,
      absolute=True, moderate=True, widens=True)  # fmt: skip
def factors_cancel_in_both_terms(
    x: Variable, y: Variable, a: Variable, b: Variable, out: Variable
) -> Any:
    """No division, and no nan where a factor is zero: s (1 - s) (y/s - (1 - y)/(1 - s))
    is the gradient of a Bernoulli density by its logit.
    """
    total = next(v for v in out.owner.inputs if is_op(v, add) or is_op(v, sub))
    return total.owner.op(a * y, b * x)
