"""Cancellation: differences of what is nearly equal, written without the difference."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.lazy import trigonometry
from tensorgraph.ops.broadcast import ExpandDims, Shape, Sum
from tensorgraph.ops.cast import Cast
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
    maximum,
    mul,
    reciprocal,
    sin,
    sqr,
    sqrt,
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
from tensorgraph.rewrites.stability.factors import (
    are_opposite,
    inputs_of,
    inside,
    is_plain,
)

cancellation = Rules("cancellation")
rule = cancellation.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
n = hole("n", is_real_float)
c = hole("c", lambda v: is_number(v) and is_finite(v))


def has_no_reciprocal(x: Any) -> Any:
    """Which numbers are zero, or so small that their reciprocal overflows."""
    return np.abs(x) < 1 / np.finfo(x.dtype).max


# -- quotients -------------------------------------------------------------------------


@rule(log((1 + x) / (1 - x)), rounding=True)
def log_of_one_plus_over_one_minus_is_a_difference(x: Variable) -> Any:
    """Both logarithms have one sign: nothing cancels."""
    return log1p(x) - log1p(-x)


@rule(log(x / (1 + x)), rounding=True, widens=True, exempt=has_no_reciprocal)
def log_of_x_over_one_plus_x_is_log1p(x: Variable) -> Any:
    """For a large x the quotient rounds to one; the sign of a zero is not kept."""
    return -log1p(1 / x)


@rule(log1p(x) - log(x), rounding=True, widens=True, exempt=has_no_reciprocal)
def the_difference_of_log1p_and_log(x: Variable) -> Any:
    """For a large x all digits cancel; the sign of a zero is not kept."""
    return log1p(1 / x)


@rule(log(x) - log1p(x), rounding=True, widens=True, exempt=has_no_reciprocal)
def the_difference_of_log_and_log1p(x: Variable) -> Any:
    """For a large x all digits cancel; the sign of a zero is not kept."""
    return -log1p(1 / x)


@rule(1 - 1 / (1 + x), 1 - reciprocal(1 + x), rounding=True, when=is_plain)
def one_minus_one_over_one_plus_x(x: Variable) -> Any:
    """For a small x all digits cancel; at infinity the quotient would be nan."""
    return where(eq(abs(x), np.inf), 1.0, x / (1 + x))


@rule(1 - x / (c + x), rounding=True, widens=True, when=lambda x: not is_number(x))
def one_minus_x_over_c_plus_x(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    return number_of(c) / (number_of(c) + x)


@rule(1 / x - 1 / (x + c), reciprocal(x) - reciprocal(x + c), rounding=True,
      moderate=True, when=lambda x: not is_number(x))  # fmt: skip
def the_difference_of_reciprocals_is_a_quotient(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    shift = number_of(c)
    return (shift / x) / (x + shift) if shift else None


# -- squares and roots -----------------------------------------------------------------


def _is_exact(x: Variable) -> bool:
    """Whether x has digits that a square would lose."""
    return not is_number(x) and (is_op(x, sqr) or not carries_rounding(x))


@rule(1 - sqr(x), when=_is_exact, rounding=True)
def one_minus_a_square_is_a_product(x: Variable) -> Any:
    """Near one the square has lost the digits that would be left."""
    return (1 - x) * (1 + x)


@rule(sqr(x) + -1, when=_is_exact, rounding=True)
def a_square_minus_one_is_a_product(x: Variable) -> Any:
    """Near one the square has lost the digits that would be left."""
    return (x - 1) * (x + 1)


@rule(log((1 - x) * (1 + x)), log1p(-sqr(x)), when=is_plain, rounding=True)
def log_of_one_minus_a_square(x: Variable) -> Any:
    """The square is exact enough for a small x, the product near one."""
    return log1m_square(x)


@rule(sqrt(1 + x) + -1, rounding=True, when=is_plain)
def a_root_of_one_plus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return _root_less_one(x)


@rule(1 - sqrt(1 + x), rounding=True, when=is_plain)
def one_minus_a_root_of_one_plus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -_root_less_one(x)


@rule(sqrt(1 - x) + -1, rounding=True, when=is_plain)
def a_root_of_one_minus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return _root_less_one(-x)


@rule(1 - sqrt(1 - x), rounding=True, when=is_plain)
def one_minus_a_root_of_one_minus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -_root_less_one(-x)


def _root_less_one(x: Any) -> Any:
    """sqrt(1 + x) - 1 as a quotient, which would be nan at infinity."""
    return where(lt(x, np.inf), x / (1 + sqrt(1 + x)), x)


@rule(sqrt(x + c) - sqrt(x), rounding=True, widens=True, moderate=True,
      when=is_plain)  # fmt: skip
def a_difference_of_roots_is_a_quotient(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    shift = number_of(c)
    return shift / (sqrt(x + shift) + sqrt(x))


@rule(sqrt(x) - sqrt(x + c), rounding=True, widens=True, moderate=True,
      when=is_plain)  # fmt: skip
def a_reversed_difference_of_roots_is_a_quotient(x: Variable, c: Variable) -> Any:
    """For a large x all digits cancel."""
    shift = float(number_of(c))
    return -shift / (sqrt(x + shift) + sqrt(x))


_SCALES = {"float32": 2.0**90, "float64": 2.0**600}
"""Powers of two that bring squares of what is far from 1 into range."""


def _may_leave_the_range(x: Variable, y: Variable) -> bool:
    """Whether two squares may over- or underflow, and are not scaled already."""
    scaled = any(is_op(v, mul) and any(map(_is_scale, inputs_of(v))) for v in (x, y))
    known = is_number(x) or is_number(y)
    return (
        x.type.dtype == y.type.dtype
        and x.type.dtype in _SCALES
        and not (known or scaled)
    )


def _is_scale(v: Variable) -> bool:
    return is_op(v, where) and is_number(inputs_of(v)[1])


@rule(sqrt(sqr(x) + sqr(y)), rounding=True, when=_may_leave_the_range)
def the_root_of_two_squares_is_scaled(x: Variable, y: Variable) -> Any:
    """The squares over- or underflow; scaling is exact, and costs less than hypot."""
    scale = _SCALES[x.type.dtype]
    size, far = maximum(abs(x), abs(y)), scale**0.8
    down, up = gt(size, far), lt(size, 1 / far)
    factor = where(down, 1 / scale, where(up, scale, 1.0))
    inverse = where(down, scale, where(up, 1 / scale, 1.0))
    return inverse * sqrt(sqr(factor * x) + sqr(factor * y))


@rule(log(x + sqrt(1 + sqr(x))), rounding=True)
def log_of_x_and_a_root_is_arcsinh(x: Variable) -> Any:
    """Far below zero all digits cancel, near it the logarithm has none."""
    return trigonometry.arcsinh(x)


# -- variances -------------------------------------------------------------------------


def _total(x: Any) -> Pattern:
    """The pattern of a sum over `axes`."""
    return Pattern.of(Sum, (x,), axes=hole("axes"))


def _is_count(n: Variable, x: Variable, axes: tuple[int, ...]) -> bool:
    """Whether n is the number of elements that a sum over these axes adds."""
    number, lengths = number_of(n), [x.type.shape[a] for a in axes]
    if number is not None:
        return all(isinstance(k, int) for k in lengths) and number == np.prod(lengths)
    while n.owner is not None and isinstance(n.owner.op, ExpandDims | Cast):
        n = n.owner.inputs[0]
    return (
        len(axes) == 1
        and n.owner is not None
        and (n.owner.op == Shape(axes[0]) and n.owner.inputs[0] is x)
    )


@rule(_total(sqr(x)) / n - sqr(_total(x) / n), when=_is_count, rounding=True,
      widens=True)  # fmt: skip
def a_mean_square_less_a_squared_mean_is_a_variance(
    x: Variable, n: Variable, axes: Any
) -> Any:
    """Beside a large mean all digits of the variance cancel."""
    deviation = x - ExpandDims(axes)(Sum(axes)(x) / n)
    return Sum(axes)(sqr(deviation)) / n


@rule(_total(sqr(x)) / n - sqr(_total(x)) / c, when=_is_count, rounding=True,
      widens=True)  # fmt: skip
def a_mean_square_less_a_squared_sum_is_a_variance(
    x: Variable, n: Variable, c: Variable, axes: Any
) -> Any:
    """Beside a large mean all digits of the variance cancel."""
    if number_of(n) is None or number_of(c) != number_of(n) ** 2:
        return None
    return a_mean_square_less_a_squared_mean_is_a_variance(x, n, axes)


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
    fall = where(some, where(first, y - x, x - y), 0.0)
    return exp(larger) * (where(first, -1.0, 1.0) * expm1(fall))


@rule(1 - cos(x), rounding=True)
def one_minus_cos_is_a_square(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return 2.0 * sqr(sin(mul(0.5, x)))


@rule(cos(x) + -1, rounding=True)
def cos_minus_one_is_minus_a_square(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -2.0 * sqr(sin(mul(0.5, x)))
