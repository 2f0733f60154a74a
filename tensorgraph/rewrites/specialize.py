"""Speed: the cheapest op that computes the same."""

from __future__ import annotations

import math as number
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    exp,
    expm1,
    log,
    log1p,
    reciprocal,
    sigmoid,
    softplus,
    sqr,
    sqrt,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import is_not_negative, is_number, is_real_float

specialize = Rules("specialize")
powers = Rules("powers")
rule = specialize.rule

x, y = hole("x"), hole("y")
c = hole("c", is_number)


# -- powers -----------------------------------------------------------------------------


@powers.rule(x**2, rounding=True)
def a_second_power_is_a_square(x: Variable, out: Variable) -> Any:
    """One product in place of a power; one form for squares."""
    return sqr(x) if x.type.dtype == out.type.dtype else None


@powers.rule(x**-1, rounding=True, when=is_real_float)
def power_minus_one_is_a_reciprocal(x: Variable) -> Any:
    """A division in place of a power."""
    return reciprocal(x)


@powers.rule(x**0.5, rounding=True, when=is_real_float, exempt=np.isneginf)
def power_one_half_is_a_root(x: Variable) -> Any:
    """A root in place of a power; they differ at minus infinity only."""
    return sqrt(x)


@powers.rule(x**-0.5, rounding=True, when=is_real_float,
             exempt=lambda x: np.isneginf(x) | (x == 0))  # fmt: skip
def power_minus_one_half_is_a_reciprocal_root(x: Variable) -> Any:
    """A root and a division in place of a power."""
    return reciprocal(sqrt(x))


@powers.rule(x**-2, rounding=True, moderate=True, when=is_real_float)
def power_minus_two_is_the_reciprocal_of_a_square(x: Variable) -> Any:
    """A product and a division in place of a power."""
    return reciprocal(sqr(x))


@powers.rule(x**3, rounding=True, moderate=True, when=is_real_float)
def a_third_power_is_two_products(x: Variable) -> Any:
    """Two products in place of a power."""
    return x * sqr(x)


@powers.rule(x**4, rounding=True, moderate=True, when=is_real_float)
def a_fourth_power_is_a_square_of_a_square(x: Variable) -> Any:
    """Two products in place of a power."""
    return sqr(sqr(x))


@powers.rule(exp(x) ** c, rounding=True, absolute=True, moderate=True, once=True)
def a_power_of_exp_is_exp_of_a_product(x: Variable, c: Variable) -> Any:
    """The power is taken in the exponent."""
    return exp(c * x)


@powers.rule(sqrt(x) ** c, rounding=True, when=lambda x, c: is_not_negative(x))
def a_power_of_a_root_is_half_the_power(x: Variable, c: Variable) -> Any:
    """One power in place of a root and a power."""
    return x ** (0.5 * c)


# -- divisions --------------------------------------------------------------------------


@rule(1 / x, when=is_real_float)
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
    return x * (1 / c)


@rule(x * reciprocal(y), once=True, rounding=True, moderate=True,
      when=lambda x, y: x.type.shape == y.type.shape)  # fmt: skip
def a_product_with_a_reciprocal_is_a_quotient(x: Variable, y: Variable) -> Any:
    """One op in place of two, with one rounding."""
    return x / y


# -- derivatives ------------------------------------------------------------------------


@rule(sigmoid(x) * exp(-x), rounding=True, absolute=True, moderate=True)
def a_falling_exponential_completes_a_sigmoid(x: Variable) -> Any:
    """sigmoid(x) exp(-x) is sigmoid(-x)."""
    return sigmoid(-x)


@rule(exp(x) / (exp(x) + 1), exp(x) / (1 + exp(x)), rounding=True)
def a_quotient_of_exponentials_is_a_sigmoid(x: Variable) -> Any:
    """As the derivative of softplus written out."""
    return sigmoid(x)


__all__ = ["expm1", "log", "log1p", "powers", "softplus", "specialize"]
