"""Quotients: one division in place of several."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import reciprocal
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.rewrites.facts import are_equally_wide, is_number, is_real_float

quotients = Rules("quotients")
rule = quotients.rule

a, b = hole("a", is_real_float), hole("b", is_real_float)
x, y = hole("x", is_real_float), hole("y", is_real_float)


def _same_width(x: Variable, y: Variable) -> bool:
    return are_equally_wide(x, y)


@rule((a / x) / y, when=_same_width, once=True, rounding=True, moderate=True)
def divisors_are_multiplied(a: Variable, x: Variable, y: Variable) -> Any:
    """One division in place of two."""
    return a / (x * y)


@rule(a / (x / y), when=lambda a, y: are_equally_wide(a, y)
      or (is_number(a) and not is_number(y)),
      once=True, rounding=True, moderate=True)  # fmt: skip
def a_quotient_below_is_turned_over(a: Variable, x: Variable, y: Variable) -> Any:
    """One division in place of two."""
    return (a * y) / x


@rule((a / x) * (b / y), when=lambda a, b, x, y: are_equally_wide(x, y)
      and (are_equally_wide(a, b) or is_number(a) or is_number(b)),
      once=True, rounding=True, moderate=True)  # fmt: skip
def a_product_of_quotients_is_one_quotient(
    a: Variable, b: Variable, x: Variable, y: Variable
) -> Any:
    """One division in place of two."""
    return (a * b) / (x * y)


@rule(reciprocal(x) * reciprocal(y), when=_same_width,
      once=True, rounding=True, moderate=True)  # fmt: skip
def a_product_of_reciprocals_is_one_reciprocal(x: Variable, y: Variable) -> Any:
    """One division in place of two."""
    return reciprocal(x * y)


@rule(reciprocal(x / y), once=True, rounding=True, moderate=True)
def the_reciprocal_of_a_quotient_is_turned_over(x: Variable, y: Variable) -> Any:
    """One division in place of two."""
    return y / x


@rule(x / reciprocal(y), rounding=True, moderate=True)
def dividing_by_a_reciprocal_is_multiplying(x: Variable, y: Variable) -> Any:
    """No division."""
    return x * y


@rule(reciprocal(reciprocal(x)), rounding=True, moderate=True)
def two_reciprocals_cancel(x: Variable) -> Any:
    """A reciprocal is its own inverse."""
    return x
