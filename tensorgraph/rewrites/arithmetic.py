"""Arithmetic: neutral elements, signs, equal operands, constants that meet."""

from __future__ import annotations

import math as number
from fractions import Fraction
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    abs,
    arctan,
    cos,
    erf,
    eq,
    exp,
    ge,
    gt,
    le,
    logical_and,
    logical_not,
    logical_or,
    lt,
    maximum,
    minimum,
    neg,
    neq,
    reciprocal,
    sin,
    sqr,
    sqrt,
    tanh,
    where,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import (
    is_finite,
    is_integer,
    is_not_negative,
    is_number,
    is_real_float,
)

arithmetic = Rules("arithmetic")
rule = arithmetic.rule

x, y, z = hole("x"), hole("y"), hole("z")
c, d = hole("c", is_number), hole("d", is_number)


# -- neutral and absorbing elements -----------------------------------------------------


@rule(x + 0, x - 0)
def adding_zero_changes_nothing(x: Variable) -> Any:
    """Zero is the neutral element of sums; the sign of a zero is not kept."""
    return x


@rule(0 - x)
def zero_minus_x_is_minus_x(x: Variable) -> Any:
    """One operand less."""
    return -x


@rule(x * 1, x / 1, x**1)
def one_changes_nothing(x: Variable) -> Any:
    """One is the neutral element of products and powers."""
    return x


@rule(x * -1, x / -1)
def minus_one_is_a_sign(x: Variable) -> Any:
    """A sign costs nothing and combines with others."""
    return -x


@rule(x * 0, when=is_finite)
def zero_absorbs_what_is_finite(x: Variable) -> Any:
    """Zero times nan or infinity is nan, so x must be proven finite."""
    return 0


@rule(0 / x, when=lambda x: is_finite(x) and is_number(x) and bool(number_of(x)))
def zero_over_a_number_is_zero(x: Variable) -> Any:
    """Zero divided by zero or nan is nan, so x must be a known number."""
    return 0


@rule(x**0)
def power_zero_is_one(x: Variable) -> Any:
    """So defined for every x, nan included."""
    return 1


@rule(logical_and(x, True), logical_or(x, False), when=lambda x: x.type.dtype == "bool")
def neutral_truth_changes_nothing(x: Variable) -> Any:
    """True is neutral for and, false for or."""
    return x


@rule(logical_and(x, False))
def nothing_and_false_is_true(x: Variable) -> Any:
    """False absorbs."""
    return False


@rule(logical_or(x, True))
def anything_or_true_is_true(x: Variable) -> Any:
    """True absorbs."""
    return True


# -- signs ------------------------------------------------------------------------------


@rule(-(-x))
def two_signs_cancel(x: Variable) -> Any:
    """Minus is its own inverse."""
    return x


@rule(x + (-y))
def adding_the_opposite_is_subtracting(x: Variable, y: Variable) -> Any:
    """One op in place of two, to the bit."""
    return x - y


@rule(x - (-y))
def subtracting_the_opposite_is_adding(x: Variable, y: Variable) -> Any:
    """One op in place of two, to the bit."""
    return x + y


@rule(x - c, when=lambda c: number_of(c) < 0 and is_real_float(c))
def subtracting_a_negative_number_is_adding(x: Variable, c: Variable) -> Any:
    """One form for sums with numbers."""
    return x + -c


@rule((-x) * (-y), (-x) / (-y))
def two_signs_of_a_product_cancel(x: Variable, y: Variable, out: Variable) -> Any:
    """Neither has to be computed."""
    return out.owner.op(x, y)


@rule((-x) * c, (-x) / c, c / (-x))
def a_sign_goes_into_the_number(x: Variable, c: Variable, out: Variable) -> Any:
    """A number is negated when compiling."""
    op, inputs = out.owner.op, out.owner.inputs
    return op(*[-c if v is c else x for v in inputs])


@rule((-x) * y, when=lambda y: not is_number(y))
def a_sign_leaves_a_product(x: Variable, y: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(x * y)


@rule((-x) / y, when=lambda y: not is_number(y))
def a_sign_leaves_a_numerator(x: Variable, y: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(x / y)


@rule(x / (-y), when=lambda x: not is_number(x))
def a_sign_leaves_a_denominator(x: Variable, y: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(x / y)


@rule(-(c * x), -(c / x), once=True)
def a_number_takes_the_sign(c: Variable, x: Variable, out: Variable) -> Any:
    """A number is negated when compiling."""
    inner = out.owner.inputs[0].owner
    return inner.op(*[-c if v is c else v for v in inner.inputs])


@rule(-(x - y), once=True)
def the_opposite_of_a_difference_is_reversed(x: Variable, y: Variable) -> Any:
    """One op in place of two; the sign of a zero is not kept."""
    return y - x


@rule(sqr(-x), sqr(abs(x)), abs(-x), cos(-x), cos(abs(x)), abs(abs(x)))
def even_functions_ignore_the_sign(x: Variable, out: Variable) -> Any:
    """f(-x) is f(x)."""
    return out.owner.op(x)


@rule(sin(-x), tanh(-x), arctan(-x), erf(-x))
def odd_functions_pass_the_sign_on(x: Variable, out: Variable) -> Any:
    """f(-x) is -f(x), and outside the sign can meet another."""
    return -out.owner.op(x)


@rule(abs(x), when=is_not_negative)
def the_size_of_what_is_not_negative_is_itself(x: Variable) -> Any:
    """It is proven from the graph that x has no sign."""
    return x


# -- equal operands ---------------------------------------------------------------------


@rule(x * x)
def a_product_with_itself_is_a_square(x: Variable) -> Any:
    """One form for squares, however they were written; to the bit."""
    return sqr(x)


@rule(x + x, when=is_real_float)
def a_sum_with_itself_is_twice(x: Variable) -> Any:
    """Doubling is exact, and the number can meet others."""
    return 2.0 * x


@rule(x - x, when=is_integer)
def nothing_is_left_of_x_minus_x(x: Variable) -> Any:
    """Only for integers: infinity minus infinity is nan."""
    return 0


@rule(maximum(x, x), minimum(x, x), logical_and(x, x), logical_or(x, x),
      when=lambda x, out: x.type.dtype == out.type.dtype)  # fmt: skip
def choosing_among_equals_is_no_choice(x: Variable, out: Variable) -> Any:
    """Both operands are the same variable."""
    return x


@rule(where(z, x, x))
def a_condition_between_equals_is_no_condition(x: Variable) -> Any:
    """Both branches are the same variable."""
    return x


@rule(where(True, x, y))
def a_true_condition_takes_the_first_branch(x: Variable) -> Any:
    """The other branch is never taken."""
    return x


@rule(where(False, x, y))
def a_false_condition_takes_the_second_branch(y: Variable) -> Any:
    """The other branch is never taken."""
    return y


@rule(logical_not(logical_not(x)), when=lambda x: x.type.dtype == "bool")
def two_negations_cancel(x: Variable) -> Any:
    """Negation is its own inverse."""
    return x


@rule(where(logical_not(z), x, y))
def a_negated_condition_exchanges_the_branches(z: Variable, x: Variable, y: Variable) -> Any:
    """One op less."""
    return where(z, y, x)


@rule(eq(x, x), le(x, x), ge(x, x), when=is_integer)
def an_integer_equals_itself(x: Variable) -> Any:
    """Only nan differs from itself, and integers have none."""
    return True


@rule(neq(x, x), lt(x, x), gt(x, x), when=is_integer)
def an_integer_does_not_differ_from_itself(x: Variable) -> Any:
    """Only nan differs from itself, and integers have none."""
    return False


# -- numbers meet -----------------------------------------------------------------------


def _sum_is_exact(c: Variable, d: Variable, sign: int = 1) -> bool:
    a, b = number_of(c), number_of(d)
    if c.type.dtype[0] != "f" or not (np.isfinite(a) and np.isfinite(b)):
        return False
    with np.errstate(all="ignore"):
        total = a + b if sign > 0 else a - b
    exact = Fraction(float(a)) + sign * Fraction(float(b))
    return bool(np.isfinite(total)) and Fraction(float(total)) == exact


def _product_is_normal(c: Variable, d: Variable) -> bool:
    """Whether the product of two numbers neither overflows nor underflows."""
    if c.type.dtype[0] != "f" or c.type.dtype != d.type.dtype:
        return False
    product = number.fabs(float(number_of(c))) * number.fabs(float(number_of(d)))
    limits = np.finfo(c.type.dtype)
    return float(limits.tiny) <= product <= float(limits.max)


@rule((x + c) + d, when=_sum_is_exact, rounding=True)
def numbers_of_a_sum_are_added_when_compiling(x: Variable, c: Variable, d: Variable) -> Any:
    """Only where their sum is exact: then the result is no worse."""
    return x + (c + d)


@rule((c - x) + d, when=_sum_is_exact, rounding=True)
def numbers_around_a_minus_are_added_when_compiling(
    x: Variable, c: Variable, d: Variable
) -> Any:
    """Only where their sum is exact: then the result is no worse."""
    return (c + d) - x


@rule(d - (x + c), when=lambda d, c: _sum_is_exact(d, c, -1), rounding=True)
def a_number_minus_a_sum_with_a_number(x: Variable, c: Variable, d: Variable) -> Any:
    """Only where their difference is exact: then the result is no worse."""
    return (d - c) - x


@rule(d - (c - x), when=lambda d, c: _sum_is_exact(d, c, -1), rounding=True)
def a_number_minus_a_number_minus_x(x: Variable, c: Variable, d: Variable) -> Any:
    """Only where their difference is exact: then the result is no worse."""
    return x + (d - c)


@rule((x * c) * d, when=_product_is_normal, rounding=True, moderate=True)
def numbers_of_a_product_are_multiplied_when_compiling(
    x: Variable, c: Variable, d: Variable
) -> Any:
    """One product less for each element."""
    return x * (c * d)


@rule((c / x) * d, when=_product_is_normal, rounding=True, moderate=True)
def a_number_goes_into_the_numerator(x: Variable, c: Variable, d: Variable) -> Any:
    """One product less for each element."""
    return (c * d) / x


@rule(reciprocal(x) * c, when=is_real_float, rounding=True, moderate=True)
def a_number_times_a_reciprocal_is_a_quotient(x: Variable, c: Variable) -> Any:
    """One division does both."""
    return c / x


@rule((x * c) * y, when=lambda x, y: not is_number(x) and not is_number(y),
      once=True, rounding=True, moderate=True)  # fmt: skip
def numbers_leave_products(x: Variable, c: Variable, y: Variable) -> Any:
    """Outside they can meet other numbers, and leave a sum."""
    return c * (x * y)


@rule((x * c) / y, when=lambda x, y: not is_number(x) and not is_number(y),
      once=True, rounding=True, moderate=True)  # fmt: skip
def numbers_leave_numerators(x: Variable, c: Variable, y: Variable) -> Any:
    """Outside they can meet other numbers, and leave a sum."""
    return c * (x / y)


# -- square roots and squares -----------------------------------------------------------


@rule(sqrt(sqr(x)), rounding=True, when=is_real_float)
def the_root_of_a_square_is_the_size(x: Variable) -> Any:
    """The square may overflow, its root need not."""
    return abs(x)


@rule(sqr(sqrt(x)), rounding=True, widens=True, when=is_real_float)
def the_square_of_a_root_is_x(x: Variable) -> Any:
    """Where the root exists."""
    return x


@rule(x / sqrt(x), rounding=True, widens=True, when=is_real_float)
def x_over_its_root_is_its_root(x: Variable) -> Any:
    """One function in place of two, and no 0/0 at zero."""
    return sqrt(x)


@rule(1 / exp(x), reciprocal(exp(x)), once=True, rounding=True)
def the_reciprocal_of_exp_is_exp_of_minus(x: Variable) -> Any:
    """No division."""
    return exp(neg(x))
