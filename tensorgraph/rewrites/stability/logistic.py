"""Logistic and hyperbolic functions: written by exponentials, and their complements."""

from __future__ import annotations

from math import log as log_of_number
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    exp,
    expm1,
    log,
    log1mexp,
    log1p,
    mul,
    reciprocal,
    sigmoid,
    softplus,
    sqr,
    tanh,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.ops.special.logarithms import log_cosh
from tensorgraph.rewrites.facts import is_real_float
from tensorgraph.rewrites.stability.factors import (
    are_opposite,
    inputs_of,
    inside,
    is_finite_number,
)

logistic = Rules("logistic")
rule = logistic.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c, d = hole("c", is_finite_number), hole("d", is_finite_number)


# -- written by exponentials -----------------------------------------------------------


@rule(exp(x) / (exp(x) + exp(y)), rounding=True, widens=True)
def a_share_of_two_exponentials_is_sigmoid(x: Variable, y: Variable) -> Any:
    """Infinity over infinity is nan, and so is 0/0; only the difference matters."""
    return sigmoid(x - y)


@rule(exp(x) / sqr(1 + exp(x)), rounding=True, widens=True)
def the_logistic_density_by_exponentials(x: Variable) -> Any:
    """Infinity over infinity is nan, where the density is zero."""
    return sigmoid(x) * sigmoid(-x)


@rule((1 / (1 + exp(x))) * exp(x), reciprocal(1 + exp(x)) * exp(x),
      rounding=True, widens=True)  # fmt: skip
def exp_times_one_over_one_plus_exp_is_sigmoid(x: Variable) -> Any:
    """Zero times infinity is nan, where the result is 1."""
    return sigmoid(x)


@rule(expm1(x) / (1 + exp(x)), rounding=True, widens=True)
def expm1_over_one_plus_exp_is_tanh(x: Variable) -> Any:
    """Infinity over infinity is nan, where the result is 1."""
    return tanh(mul(0.5, x))


@rule((expm1(x) - expm1(-x)) / (exp(x) + exp(-x)),
      (expm1(x) - expm1(y)) / (exp(x) + exp(y)),
      rounding=True, widens=True)  # fmt: skip
def a_quotient_of_exponentials_is_tanh(out: Variable) -> Any:
    """Infinity over infinity is nan, where the result is 1 or -1."""
    first, second = (inside(v) for v in inputs_of(inputs_of(out)[0]))
    return tanh(first) if are_opposite(first, second) else None


# -- complements -----------------------------------------------------------------------


@rule(1 - tanh(x), rounding=True)
def one_minus_tanh_is_sigmoid(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return 2.0 * sigmoid(-2.0 * x)


@rule(1 + tanh(x), rounding=True)
def one_plus_tanh_is_sigmoid(x: Variable) -> Any:
    """Far below zero all digits cancel."""
    return 2.0 * sigmoid(2.0 * x)


@rule(tanh(x) + -1, rounding=True)
def tanh_minus_one_is_minus_sigmoid(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return -2.0 * sigmoid(-2.0 * x)


@rule(1 - sqr(tanh(x)), once=True, rounding=True)
def one_minus_the_square_of_tanh_is_a_product(x: Variable) -> Any:
    """Far from zero all digits cancel; where tanh is needed anyway they may."""
    twice = 2.0 * x
    return 4.0 * (sigmoid(twice) * sigmoid(-twice))


@rule(2 * sigmoid(x) + -1, rounding=True)
def twice_sigmoid_minus_one_is_tanh(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return tanh(mul(0.5, x))


@rule(1 - 2 * sigmoid(x), rounding=True)
def one_minus_twice_sigmoid_is_minus_tanh(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -tanh(mul(0.5, x))


@rule(sigmoid(x) + -0.5, rounding=True)
def sigmoid_minus_a_half_is_tanh(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return 0.5 * tanh(mul(0.5, x))


@rule(0.5 - sigmoid(x), rounding=True)
def a_half_minus_sigmoid_is_minus_tanh(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -0.5 * tanh(mul(0.5, x))


# -- logarithms ------------------------------------------------------------------------


@rule(log(tanh(x)), rounding=True)
def log_of_tanh_by_both_exponentials(x: Variable) -> Any:
    """For a large x tanh rounds to one."""
    return log1mexp(-2.0 * x) - softplus(-2.0 * x)


@rule(log1p(-sqr(tanh(x))), log(4 * (sigmoid(x) * sigmoid(-x))), rounding=True)
def log_of_one_minus_the_square_of_tanh(x: Variable, out: Variable) -> Any:
    """Far from zero the difference cancels to zero, near it to one."""
    assert out.owner is not None
    return -2.0 * log_cosh(x if out.owner.op is log1p else mul(0.5, x))


def _is_positive(c: Variable) -> bool:
    return number_of(c) > 0


@rule(log(c * sigmoid(x)), when=_is_positive, rounding=True, absolute=True)
def log_of_a_number_times_sigmoid(c: Variable, x: Variable) -> Any:
    """Far below zero the logistic function underflows, its logarithm does not."""
    return log_of_number(number_of(c)) - softplus(-x)


# -- softplus and its inverse ---------------------------------------------------------


@rule(softplus(x + log1mexp(-x)), rounding=True, widens=True)
def softplus_of_its_inverse_is_x(x: Variable) -> Any:
    """Where the inverse exists."""
    return x
