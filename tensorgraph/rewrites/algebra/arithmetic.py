"""Arithmetic: elements that change nothing, elements that absorb, equal operands."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import mod, pow, sqr
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.rewrites.facts import is_integer, is_real_float
from tensorgraph.rewrites.ranges import is_finite, is_not_nan, is_not_zero

arithmetic = Rules("arithmetic")
rule = arithmetic.rule

x = hole("x")
a = hole("a", is_real_float)


# -- what changes nothing --------------------------------------------------------------


@rule(x + 0, x - 0)
def adding_zero_changes_nothing(x: Variable) -> Any:
    """Zero is the neutral element of sums; the sign of a zero is not kept."""
    return x


@rule(0 - a)
def zero_minus_a_is_minus_a(a: Variable) -> Any:
    """One operand less."""
    return -a


@rule(x * 1, x / 1, x**1)
def one_changes_nothing(x: Variable) -> Any:
    """One is the neutral element of products and powers."""
    return x


@rule(a * -1, a / -1)
def minus_one_is_a_sign(a: Variable) -> Any:
    """A sign costs nothing and combines with others."""
    return -a


# -- what absorbs ----------------------------------------------------------------------


@rule(x * 0, when=is_finite)
def zero_absorbs_what_is_finite(x: Variable) -> Any:
    """Zero times nan or infinity is nan, so x must be proven finite."""
    return 0


@rule(0 / x, when=lambda x: is_not_zero(x) and is_not_nan(x))
def zero_over_anything_else_is_zero(x: Variable) -> Any:
    """Zero divided by zero or nan is nan, so x must be proven to be neither."""
    return 0


@rule(x**0)
def power_zero_is_one(x: Variable) -> Any:
    """So defined for every x, nan included."""
    return 1


@rule(pow(1, a))
def every_power_of_one_is_one(a: Variable) -> Any:
    """So defined for every a, nan included."""
    return 1


@rule(mod(x, 1), when=is_integer)
def integers_leave_no_rest(x: Variable) -> Any:
    """One divides every integer."""
    return 0


# -- equal operands --------------------------------------------------------------------


@rule(x * x, when=lambda x: x.type.dtype != "bool")
def a_product_with_itself_is_a_square(x: Variable) -> Any:
    """One form for squares, however they were written; to the bit."""
    return sqr(x)


@rule(a + a)
def a_sum_with_itself_is_twice(a: Variable) -> Any:
    """Doubling is exact, and the number can meet others."""
    return 2.0 * a


@rule(x - x, when=is_finite)
def nothing_is_left_of_x_minus_x(x: Variable) -> Any:
    """Infinity minus infinity is nan, so x must be proven finite."""
    return 0


@rule(x / x, when=lambda x: is_finite(x) and is_not_zero(x))
def x_over_x_is_one(x: Variable) -> Any:
    """Zero over zero is nan, so x must be proven finite and not zero."""
    return 1
