"""Cancellation: differences of what is nearly equal, written without the difference."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.lazy import trigonometry
from tensorgraph.ops.math import (
    abs,
    cos,
    eq,
    exp,
    expm1,
    ge,
    gt,
    log,
    log1p,
    lt,
    mul,
    pow,
    reciprocal,
    sin,
    sqr,
    sqrt,
    sub,
    where,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.ops.special.logarithms import exprel, log1m_square
from tensorgraph.rewrites.facts import (
    carries_rounding,
    is_finite,
    is_number,
    is_op,
    is_real_float,
)
from tensorgraph.rewrites.factors import are_opposite, beyond_one, inputs_of, inside

cancellation = Rules("cancellation")
rule = cancellation.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
n = hole("n", is_real_float)
c = hole("c", lambda v: is_number(v) and is_finite(v))


def _is_plain(x: Variable) -> bool:
    """Whether x is no number, and no branch that a rule below has made."""
    return not is_number(x) and not is_op(x, where)


def _is_plain_base(y: Variable, n: Variable) -> bool:
    """Whether a power may be near one in a way that loses digits.

    Whole powers of what is not written as 1 + x keep half of them.
    """
    number = number_of(n)
    whole = number is not None and number == np.round(number)
    return _is_plain(y) and not (whole and beyond_one(y) is None)


# -- quotients -------------------------------------------------------------------------


@rule(log((1 + x) / (1 - x)), rounding=True)
def log_of_one_plus_over_one_minus_is_a_difference(x: Variable) -> Any:
    """Both logarithms have one sign: nothing cancels."""
    return log1p(x) - log1p(-x)


@rule(log(x / (1 + x)), rounding=True, widens=True, exempt=lambda x: abs_below(x))
def log_of_x_over_one_plus_x_is_log1p(x: Variable) -> Any:
    """For a large x the quotient rounds to one; the sign of a zero is not kept."""
    return -log1p(1 / x)  # type: ignore[operator]


@rule(log1p(x) - log(x), rounding=True, widens=True, exempt=lambda x: abs_below(x))
def the_difference_of_log1p_and_log(x: Variable) -> Any:
    """For a large x all digits cancel; the sign of a zero is not kept."""
    return log1p(1 / x)  # type: ignore[operator]


@rule(log(x) - log1p(x), rounding=True, widens=True, exempt=lambda x: abs_below(x))
def the_difference_of_log_and_log1p(x: Variable) -> Any:
    """For a large x all digits cancel; the sign of a zero is not kept."""
    return -log1p(1 / x)  # type: ignore[operator]


def abs_below(x: Any) -> Any:
    """Which numbers are zero, or so small that their reciprocal overflows."""
    return np.abs(x) < 1 / np.finfo(x.dtype).max


@rule(1 - 1 / (c + x), 1 - reciprocal(c + x), rounding=True,
      when=lambda c, x: number_of(c) == 1 and not is_number(x))  # fmt: skip
def one_minus_one_over_one_plus_x(x: Variable) -> Any:
    """For a small x all digits cancel; at infinity the quotient would be nan."""
    return where(eq(abs(x), np.inf), 1.0, x / (1 + x))  # type: ignore[operator]


@rule(1 - x / (c + x), rounding=True, widens=True, when=lambda x: not is_number(x))
def one_minus_x_over_c_plus_x(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    return number_of(c) / (number_of(c) + x)


@rule(1 / x - 1 / (x + c), reciprocal(x) - reciprocal(x + c), rounding=True,
      moderate=True, when=lambda x, c: not is_number(x) and number_of(c) != 0)  # fmt: skip
def the_difference_of_reciprocals_is_a_quotient(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    return (number_of(c) / x) / (x + number_of(c))


# -- squares and roots -----------------------------------------------------------------


def _is_exact(x: Variable) -> bool:
    """Whether x has digits that a square would lose."""
    return not is_number(x) and (is_op(x, sqr) or not carries_rounding(x))


@rule(1 - sqr(x), when=_is_exact, rounding=True)
def one_minus_a_square_is_a_product(x: Variable) -> Any:
    """Near one the square has lost the digits that would be left."""
    return (1 - x) * (1 + x)  # type: ignore[operator]


@rule(sqr(x) + -1, when=_is_exact, rounding=True)
def a_square_minus_one_is_a_product(x: Variable) -> Any:
    """Near one the square has lost the digits that would be left."""
    return (x - 1) * (x + 1)  # type: ignore[operator]


@rule(log((1 - x) * (1 + x)), log1p(-sqr(x)), when=_is_plain, rounding=True)
def log_of_one_minus_a_square(x: Variable) -> Any:
    """The square is exact enough for a small x, the product near one."""
    return log1m_square(x)


@rule(sqrt(1 + x) + -1, rounding=True, when=_is_plain)
def a_root_of_one_plus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return _root_less_one(x)


@rule(1 - sqrt(1 + x), rounding=True, when=_is_plain)
def one_minus_a_root_of_one_plus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -_root_less_one(x)


@rule(sqrt(1 - x) + -1, rounding=True, when=_is_plain)
def a_root_of_one_minus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return _root_less_one(-x)  # type: ignore[operator]


@rule(1 - sqrt(1 - x), rounding=True, when=_is_plain)
def one_minus_a_root_of_one_minus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -_root_less_one(-x)  # type: ignore[operator]


def _root_less_one(x: Any) -> Any:
    """sqrt(1 + x) - 1 as a quotient, which would be nan at infinity."""
    return where(lt(x, np.inf), x / (1 + sqrt(1 + x)), x)


@rule(sqrt(x + c) - sqrt(x), rounding=True, widens=True, moderate=True,
      when=_is_plain)  # fmt: skip
def a_difference_of_roots_is_a_quotient(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    shift = number_of(c)
    return shift / (sqrt(x + shift) + sqrt(x))  # type: ignore[operator]


@rule(sqrt(x) - sqrt(x + c), rounding=True, widens=True, moderate=True,
      when=_is_plain)  # fmt: skip
def a_reversed_difference_of_roots_is_a_quotient(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    shift = float(number_of(c))  # type: ignore[arg-type]
    return -shift / (sqrt(x + shift) + sqrt(x))


@rule(sqrt(sqr(x) + sqr(y)), rounding=True,
      when=lambda x, y: not (is_number(x) or is_number(y)))  # fmt: skip
def the_root_of_two_squares_is_hypot(x: Variable, y: Variable) -> Any:
    """The squares may over- or underflow, the length need not."""
    return trigonometry.hypot(x, y)


@rule(log(x + sqrt(1 + sqr(x))), rounding=True)
def log_of_x_and_a_root_is_arcsinh(x: Variable) -> Any:
    """Far below zero all digits cancel, near it the logarithm has none."""
    return trigonometry.arcsinh(x)


# -- powers ----------------------------------------------------------------------------


@rule(sqr(1 + x) + -1, when=_is_plain, rounding=True)
def a_square_of_one_plus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (2 + x)  # type: ignore[operator]


@rule(1 - sqr(1 + x), when=_is_plain, rounding=True)
def one_minus_a_square_of_one_plus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -(x * (2 + x))  # type: ignore[operator]


@rule(sqr(1 - x) + -1, when=_is_plain, rounding=True)
def a_square_of_one_minus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (x - 2)  # type: ignore[operator]


@rule(1 - sqr(1 - x), when=_is_plain, rounding=True)
def one_minus_a_square_of_one_minus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (2 - x)  # type: ignore[operator]


@rule((1 + x) * sqr(1 + x) + -1, when=_is_plain, rounding=True, moderate=True)
def a_cube_of_one_plus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (3 + x * (3 + x))  # type: ignore[operator]


@rule(y**n + -1, rounding=True, when=_is_plain_base)
def a_power_minus_one_is_expm1(y: Variable, n: Variable) -> Any:
    """For y near one, or n near zero, all digits cancel; elsewhere none do."""
    return _power_minus_one(y, n)


@rule(1 - y**n, rounding=True, when=_is_plain_base)
def one_minus_a_power_is_minus_expm1(y: Variable, n: Variable) -> Any:
    """For y near one, or n near zero, all digits cancel; elsewhere none do."""
    return -_power_minus_one(y, n)


def _power_minus_one(y: Any, n: Any) -> Any:
    """y**n - 1 by expm1 where that is small."""
    positive, x = gt(y, 0.25), beyond_one(y)
    logarithm = log(where(positive, y, 1.0))
    if x is not None:
        logarithm = log1p(where(positive, x, 0.0))
    exponent = n * logarithm
    small = lt(abs(exponent), 0.5) & positive
    direct = sub(pow(where(small, 2.0, y), where(small, 1.0, n)), 1.0)
    return where(small, expm1(where(small, exponent, 0.0)), direct)


# -- exponentials and cosines ----------------------------------------------------------


@rule(expm1(x) / x, rounding=True, widens=True)
def expm1_over_x_is_exprel(x: Variable) -> Any:
    """At zero the quotient is nan, its limit 1."""
    return exprel(x)


@rule(exp(x) - exp(-x), exp(x) - exp(y), rounding=True)
def a_difference_of_opposite_exponentials(out: Variable) -> Any:
    """For a small x all digits cancel; expm1 has them, and opposite signs."""
    first, second = (inside(v) for v in inputs_of(out))
    return expm1(first) - expm1(second) if are_opposite(first, second) else None


def _may_differ_little(x: Variable, y: Variable, out: Variable, graph: Any) -> bool:
    """Whether exp(x) - exp(y) is needed itself, not only its logarithm."""
    wide = x.type.shape == y.type.shape and not (is_number(x) or is_number(y))
    return wide and not any(user.op is log for user in graph.users.get(out, ()))


@rule(exp(x) - exp(y), when=_may_differ_little, rounding=True, widens=True)
def a_difference_of_exponentials_leaves_the_larger(x: Variable, y: Variable) -> Any:
    """Where x and y are close all digits cancel, but not those of x - y."""
    first = ge(x, y)
    larger = where(first, x, y)
    some = gt(larger, -np.inf)
    fall = where(some, where(first, y - x, x - y), 0.0)  # type: ignore[operator]
    return exp(larger) * (where(first, -1.0, 1.0) * expm1(fall))


@rule(1 - cos(x), rounding=True)
def one_minus_cos_is_a_square(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return 2.0 * sqr(sin(mul(0.5, x)))


@rule(cos(x) + -1, rounding=True)
def cos_minus_one_is_minus_a_square(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -2.0 * sqr(sin(mul(0.5, x)))
