"""Arithmetic: neutral elements, signs, equal operands, constants that meet."""

from __future__ import annotations

import math as number
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    abs,
    arctan,
    cos,
    eq,
    erf,
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
    are_equally_wide,
    carries_rounding,
    is_finite,
    is_integer,
    is_not_negative,
    is_number,
    is_real,
    is_real_float,
    is_spread,
)

arithmetic = Rules("arithmetic")
rule = arithmetic.rule

x, y = hole("x"), hole("y")
a, b = hole("a", is_real_float), hole("b", is_real_float)
c, d = hole("c", is_number), hole("d", is_number)
r = hole("r", is_real)
truth = hole("truth", lambda v: v.type.dtype == "bool")


# -- neutral and absorbing elements ----------------------------------------------------


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


@rule(logical_and(truth, True), logical_or(truth, False))
def neutral_truth_changes_nothing(truth: Variable) -> Any:
    """True is neutral for and, false for or."""
    return truth


@rule(logical_and(x, False))
def nothing_and_false_is_true(x: Variable) -> Any:
    """False absorbs."""
    return False


@rule(logical_or(x, True))
def anything_or_true_is_true(x: Variable) -> Any:
    """True absorbs."""
    return True


# -- signs -----------------------------------------------------------------------------


@rule(neg(neg(x)))
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


@rule(a - c, when=lambda a, c: is_real_float(c) and not is_number(a))
def subtracting_a_number_is_adding_its_opposite(a: Variable, c: Variable) -> Any:
    """One form for sums with numbers, to the bit."""
    return a + -number_of(c)


@rule((-a) - b)
def a_sign_leaves_a_difference(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign or leave a sum; to the bit."""
    return -(a + b)


@rule((-a) * (-b), (-a) / (-b))
def two_signs_of_a_product_cancel(a: Variable, b: Variable, out: Variable) -> Any:
    """Neither has to be computed."""
    return out.owner.op(a, b)


@rule((-a) * c, (-a) / c, c / (-a), when=lambda c: is_real_float(c))
def a_sign_goes_into_the_number(a: Variable, c: Variable, out: Variable) -> Any:
    """A number is negated when compiling."""
    op, inputs = out.owner.op, out.owner.inputs
    return op(*[-number_of(c) if v is c else a for v in inputs])


@rule((-a) * b, when=lambda a, b: not is_number(b) and not is_spread(a, b))
def a_sign_leaves_a_product(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(a * b)


@rule((-a) / b, when=lambda b: not is_number(b))
def a_sign_leaves_a_numerator(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(a / b)


@rule(a / (-b), when=lambda a: not is_number(a))
def a_sign_leaves_a_denominator(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(a / b)


@rule(-(c * a), -(c / a), once=True,
      when=lambda a, c: is_real_float(c) and not is_number(a))  # fmt: skip
def a_number_takes_the_sign(c: Variable, a: Variable, out: Variable) -> Any:
    """A number is negated when compiling."""
    inner = out.owner.inputs[0].owner
    return inner.op(*[-number_of(c) if v is c else a for v in inner.inputs])


@rule(-(a - b), once=True)
def the_opposite_of_a_difference_is_reversed(a: Variable, b: Variable) -> Any:
    """One op in place of two; the sign of a zero is not kept."""
    return b - a


@rule(sqr(-x), sqr(abs(r)), abs(-x), cos(-a), cos(abs(a)), abs(abs(x)))
def even_functions_ignore_the_sign(out: Variable) -> Any:
    """f(-x) is f(x)."""
    return out.owner.op(*out.owner.inputs[0].owner.inputs)


@rule(sin(-a), tanh(-a), arctan(-a), erf(-a))
def odd_functions_pass_the_sign_on(a: Variable, out: Variable) -> Any:
    """f(-x) is -f(x), and outside the sign can meet another."""
    return -out.owner.op(a)


@rule(abs(x), when=is_not_negative)
def the_size_of_what_is_not_negative_is_itself(x: Variable) -> Any:
    """It is proven from the graph that x has no sign."""
    return x


# -- equal operands --------------------------------------------------------------------


@rule(x * x, when=lambda x: x.type.dtype != "bool")
def a_product_with_itself_is_a_square(x: Variable) -> Any:
    """One form for squares, however they were written; to the bit."""
    return sqr(x)


@rule(a + a)
def a_sum_with_itself_is_twice(a: Variable) -> Any:
    """Doubling is exact, and the number can meet others."""
    return 2.0 * a


@rule(x - x, when=is_integer)
def nothing_is_left_of_x_minus_x(x: Variable) -> Any:
    """Only for integers: infinity minus infinity is nan."""
    return 0


@rule(maximum(x, x), minimum(x, x), logical_and(x, x), logical_or(x, x),
      when=lambda x, out: x.type.dtype == out.type.dtype)  # fmt: skip
def choosing_among_equals_is_no_choice(x: Variable, out: Variable) -> Any:
    """Both operands are the same variable."""
    return x


@rule(where(truth, x, x))
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


@rule(logical_not(logical_not(truth)))
def two_negations_cancel(truth: Variable) -> Any:
    """Negation is its own inverse."""
    return truth


@rule(where(logical_not(truth), x, y))
def a_negated_condition_exchanges_the_branches(
    truth: Variable, x: Variable, y: Variable
) -> Any:
    """One op less."""
    return where(truth, y, x)


@rule(eq(x, x), le(x, x), ge(x, x), when=is_integer)
def an_integer_equals_itself(x: Variable) -> Any:
    """Only nan differs from itself, and integers have none."""
    return True


@rule(neq(x, x), lt(x, x), gt(x, x), when=is_integer)
def an_integer_does_not_differ_from_itself(x: Variable) -> Any:
    """Only nan differs from itself, and integers have none."""
    return False


# -- numbers meet ----------------------------------------------------------------------


def _sum_is_exact(c: Variable, d: Variable, sign: int = 1) -> bool:
    if not (is_real_float(c) and c.type.dtype == d.type.dtype):
        return False
    first, second = float(number_of(c)), sign * float(number_of(d))
    with np.errstate(all="ignore"):
        total = float(number_of(c) + sign * number_of(d))
    back = total - first
    return total - total == 0 and (first - (total - back)) + (second - back) == 0


def _product_is_normal(c: Variable, d: Variable) -> bool:
    """Whether the product of two numbers neither overflows nor underflows."""
    if not (is_real_float(c) and c.type.dtype == d.type.dtype):
        return False
    limits = np.finfo(c.type.dtype)
    product = number.fabs(float(number_of(c))) * number.fabs(float(number_of(d)))
    return float(limits.tiny) <= product <= float(limits.max)


@rule((a + c) + d, when=_sum_is_exact, rounding=True)
def numbers_of_a_sum_are_added_when_compiling(
    a: Variable, c: Variable, d: Variable
) -> Any:
    """Only where their sum is exact: then the result is no worse."""
    return a + (number_of(c) + number_of(d))


@rule((c - a) + d, when=_sum_is_exact, rounding=True)
def numbers_around_a_minus_are_added_when_compiling(
    a: Variable, c: Variable, d: Variable
) -> Any:
    """Only where their sum is exact: then the result is no worse."""
    return (number_of(c) + number_of(d)) - a


@rule((a + c) + d, when=lambda a: carries_rounding(a), rounding=True, absolute=True)
def numbers_meet_beside_what_is_rounded(a: Variable, c: Variable, d: Variable) -> Any:
    """Where a is not exact, no digits that c leaves of it can be lost beside d."""
    return a + (number_of(c) + number_of(d)) if is_real_float(c) else None


@rule(d - (a + c), when=lambda d, c: _sum_is_exact(d, c, -1), rounding=True)
def a_number_minus_a_sum_with_a_number(a: Variable, c: Variable, d: Variable) -> Any:
    """Only where their difference is exact: then the result is no worse."""
    return (number_of(d) - number_of(c)) - a


@rule(d - (c - a), when=lambda d, c: _sum_is_exact(d, c, -1), rounding=True)
def a_number_minus_a_number_minus_x(a: Variable, c: Variable, d: Variable) -> Any:
    """Only where their difference is exact: then the result is no worse."""
    return a + (number_of(d) - number_of(c))


@rule((a * c) * d, when=_product_is_normal, rounding=True, moderate=True)
def numbers_of_a_product_are_multiplied_when_compiling(
    a: Variable, c: Variable, d: Variable
) -> Any:
    """One product less for each element."""
    return a * (number_of(c) * number_of(d))


@rule((c / a) * d, when=_product_is_normal, rounding=True, moderate=True)
def a_number_goes_into_the_numerator(a: Variable, c: Variable, d: Variable) -> Any:
    """One product less for each element."""
    return (number_of(c) * number_of(d)) / a


@rule(reciprocal(a) * c, rounding=True, moderate=True)
def a_number_times_a_reciprocal_is_a_quotient(a: Variable, c: Variable) -> Any:
    """One division does both."""
    return c / a


@rule((a * c) * b, when=are_equally_wide,
      once=True, rounding=True, moderate=True)  # fmt: skip
def numbers_leave_products(a: Variable, c: Variable, b: Variable) -> Any:
    """Outside they can meet other numbers, and leave a sum."""
    return c * (a * b)


@rule((a * c) / b, when=are_equally_wide,
      once=True, rounding=True, moderate=True)  # fmt: skip
def numbers_leave_numerators(a: Variable, c: Variable, b: Variable) -> Any:
    """Outside they can meet other numbers, and leave a sum."""
    return c * (a / b)


# -- square roots and squares ----------------------------------------------------------


@rule(sqrt(sqr(a)), rounding=True)
def the_root_of_a_square_is_the_size(a: Variable) -> Any:
    """The square may overflow, its root need not."""
    return abs(a)


@rule(sqr(sqrt(a)), rounding=True, widens=True)
def the_square_of_a_root_is_x(a: Variable) -> Any:
    """Where the root exists."""
    return a


@rule(a / sqrt(a), rounding=True, widens=True)
def x_over_its_root_is_its_root(a: Variable) -> Any:
    """One function in place of two, and no 0/0 at zero."""
    return sqrt(a)


@rule(1 / exp(a), reciprocal(exp(a)), once=True, rounding=True)
def the_reciprocal_of_exp_is_exp_of_minus(a: Variable) -> Any:
    """No division."""
    return exp(neg(a))
