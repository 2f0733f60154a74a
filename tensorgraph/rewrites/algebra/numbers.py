"""Numbers: those of sums and products meet, and are combined when compiling."""

from __future__ import annotations

import math as number
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import reciprocal, sqr
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import (
    are_equally_wide,
    carries_rounding,
    is_number,
    is_real_float,
)

numbers = Rules("numbers")
rule = numbers.rule

a, b = hole("a", is_real_float), hole("b", is_real_float)
c, d = hole("c", is_number), hole("d", is_number)
n = hole("n", lambda v: v.type.dtype[0] in "iu")


# -- sums ------------------------------------------------------------------------------


def _sum_is_exact(c: Variable, d: Variable, sign: int = 1) -> bool:
    if not (is_real_float(c) and c.type.dtype == d.type.dtype):
        return False
    first, second = float(number_of(c)), sign * float(number_of(d))
    with np.errstate(all="ignore"):
        total = float(number_of(c) + sign * number_of(d))
    back = total - first
    return total - total == 0 and (first - (total - back)) + (second - back) == 0


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


def _wrap_alike(n: Variable, c: Variable, d: Variable) -> bool:
    """Whether three integers are added in one dtype, where sums are exact."""
    return n.type.dtype == c.type.dtype == d.type.dtype and not is_number(n)


@rule((n + c) + d, when=_wrap_alike)
def integers_of_a_sum_are_added_when_compiling(
    n: Variable, c: Variable, d: Variable
) -> Any:
    """Exact, also where they wrap around."""
    return n + (c + d)


@rule((c - n) + d, when=_wrap_alike)
def integers_around_a_minus_are_added_when_compiling(
    n: Variable, c: Variable, d: Variable
) -> Any:
    """Exact, also where they wrap around."""
    return (c + d) - n


@rule(d - (n + c), when=_wrap_alike)
def an_integer_minus_a_sum_with_an_integer(
    n: Variable, c: Variable, d: Variable
) -> Any:
    """Exact, also where they wrap around."""
    return (d - c) - n


@rule(d - (c - n), when=_wrap_alike)
def an_integer_minus_an_integer_minus_n(n: Variable, c: Variable, d: Variable) -> Any:
    """Exact, also where they wrap around."""
    return n + (d - c)


@rule(n - c, when=lambda n, c: n.type.dtype == c.type.dtype and not is_number(n)
      and n.type.dtype[0] == "i")  # fmt: skip
def subtracting_an_integer_is_adding_its_opposite(n: Variable, c: Variable) -> Any:
    """One form for sums with integers; exact, also where they wrap around."""
    return n + -c


@rule((n * c) * d, when=_wrap_alike)
def integers_of_a_product_are_multiplied_when_compiling(
    n: Variable, c: Variable, d: Variable
) -> Any:
    """Exact, also where they wrap around."""
    return n * (c * d)


# -- products and quotients ------------------------------------------------------------


def _product_is_normal(c: Variable, d: Variable) -> bool:
    """Whether the product of two numbers neither overflows nor underflows."""
    if not (is_real_float(c) and c.type.dtype == d.type.dtype):
        return False
    limits = np.finfo(c.type.dtype)
    product = number.fabs(float(number_of(c))) * number.fabs(float(number_of(d)))
    return float(limits.tiny) <= product <= float(limits.max)


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


def _quotient_is_normal(c: Variable, d: Variable) -> bool:
    """Whether c / d and d / c neither overflow nor underflow."""
    if not (is_real_float(c) and c.type.dtype == d.type.dtype):
        return False
    limits = np.finfo(c.type.dtype)
    first, second = (number.fabs(float(number_of(v))) for v in (c, d))
    if not (first < number.inf and 0 < second < number.inf):
        return False
    return float(limits.tiny) <= first / second <= 1 / float(limits.tiny)


@rule((a * c) / d, (a / d) * c, when=_quotient_is_normal, rounding=True, moderate=True)
def numbers_of_a_quotient_meet(a: Variable, c: Variable, d: Variable) -> Any:
    """One division less for each element."""
    return a * (number_of(c) / number_of(d))


@rule((a / c) / d, when=_product_is_normal, rounding=True, moderate=True)
def divisors_are_multiplied_when_compiling(
    a: Variable, c: Variable, d: Variable
) -> Any:
    """One division in place of two."""
    return a / (number_of(c) * number_of(d))


@rule(d / (a * c), (d / a) / c, when=_quotient_is_normal, rounding=True, moderate=True)
def a_number_in_the_denominator_goes_into_the_numerator(
    a: Variable, c: Variable, d: Variable
) -> Any:
    """One product or division less for each element."""
    return (number_of(d) / number_of(c)) / a


@rule(d / (c / a), d / (reciprocal(a) * c),
      when=_quotient_is_normal, rounding=True, moderate=True)  # fmt: skip
def a_number_over_a_quotient_is_a_product(a: Variable, c: Variable, d: Variable) -> Any:
    """No division is left."""
    return a * (number_of(d) / number_of(c))


@rule(d / (a / c), when=_product_is_normal, rounding=True, moderate=True)
def a_number_over_a_fraction_is_a_quotient(
    a: Variable, c: Variable, d: Variable
) -> Any:
    """One division in place of two."""
    return (number_of(d) * number_of(c)) / a


def _square_is_normal(c: Variable, a: Variable) -> bool:
    return _product_is_normal(c, c) and not is_number(a)


@rule(sqr(a * c), when=_square_is_normal, once=True, rounding=True, moderate=True)
def a_number_leaves_a_square(a: Variable, c: Variable) -> Any:
    """Outside it can meet other numbers, and leave a sum."""
    return sqr(a) * (number_of(c) * number_of(c))


@rule(sqr(a / c), when=_square_is_normal, once=True, rounding=True, moderate=True)
def a_divisor_leaves_a_square(a: Variable, c: Variable) -> Any:
    """Outside it can meet other numbers, and leave a sum."""
    return sqr(a) / (number_of(c) * number_of(c))


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
