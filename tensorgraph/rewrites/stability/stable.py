"""Stability: formulas that would lose digits or overflow, written safely."""

from __future__ import annotations

import math as number
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    abs,
    exp,
    expm1,
    log,
    log1mexp,
    log1p,
    reciprocal,
    sigmoid,
    softplus,
    sqr,
    sqrt,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.ops.special.logarithms import logit
from tensorgraph.rewrites.facts import (
    is_not_negative,
    is_number,
    is_real_float,
)

stable = Rules("stable")
rule = stable.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c = hole("c", is_number)


# -- sums and differences near one -----------------------------------------------------


@rule(log(1 + x), rounding=True)
def log_of_one_plus_is_log1p(x: Variable) -> Any:
    """1 + x rounds a small x away."""
    return log1p(x)


@rule(log(1 - x), rounding=True)
def log_of_one_minus_is_log1p(x: Variable) -> Any:
    """1 - x rounds a small x away."""
    return log1p(-x)


@rule(exp(x) - 1, exp(x) + -1, rounding=True)
def exp_minus_one_is_expm1(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return expm1(x)


@rule(1 - exp(x), rounding=True)
def one_minus_exp_is_minus_expm1(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -expm1(x)


# -- the logistic function -------------------------------------------------------------


@rule(1 / (1 + exp(x)), reciprocal(1 + exp(x)), rounding=True)
def one_over_one_plus_exp_is_sigmoid(x: Variable) -> Any:
    """exp overflows, the logistic function does not."""
    return sigmoid(-x)


@rule(exp(x) / (1 + exp(x)), rounding=True, widens=True)
def exp_over_one_plus_exp_is_sigmoid(x: Variable) -> Any:
    """Infinity over infinity is nan, where the result is 1."""
    return sigmoid(x)


@rule(1 - sigmoid(x), rounding=True)
def one_minus_sigmoid_is_sigmoid_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return sigmoid(-x)


@rule(sigmoid(x) + -1, rounding=True)
def sigmoid_minus_one_is_minus_sigmoid_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return -sigmoid(-x)


@rule(exp(x) * sigmoid(-x), rounding=True, widens=True)
def exp_times_sigmoid_of_minus_is_sigmoid(x: Variable) -> Any:
    """Infinity times zero is nan, where the result is 1."""
    return sigmoid(x)


@rule(log1p(exp(x)), rounding=True)
def log1p_of_exp_is_softplus(x: Variable) -> Any:
    """exp overflows long before its logarithm does."""
    return softplus(x)


@rule(log(sigmoid(x)), rounding=True)
def log_of_sigmoid_is_minus_softplus(x: Variable) -> Any:
    """Far below zero the logistic function underflows, its logarithm does not."""
    return -softplus(-x)


@rule(log1p(-sigmoid(x)), rounding=True)
def log_of_one_minus_sigmoid_is_minus_softplus(x: Variable) -> Any:
    """For a large x, 1 - sigmoid(x) is zero, its logarithm is not infinite."""
    return -softplus(x)


@rule(softplus(x) - x, rounding=True, widens=True)
def softplus_minus_x_is_softplus_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return softplus(-x)


@rule(x - softplus(x), rounding=True, widens=True)
def x_minus_softplus_is_minus_softplus_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return -softplus(-x)


@rule(exp(-softplus(x)), rounding=True)
def exp_of_minus_softplus_is_sigmoid(x: Variable) -> Any:
    """One function in place of two, and more digits of a small result."""
    return sigmoid(-x)


@rule(log(-expm1(x)), rounding=True)
def log_of_minus_expm1_is_log1mexp(x: Variable) -> Any:
    """Far below zero -expm1(x) rounds to one."""
    return log1mexp(x)


@rule(log1p(-exp(x)), rounding=True, exempt=lambda x: (x > 0) & (np.exp(x) == 1))
def log1p_of_minus_exp_is_log1mexp(x: Variable) -> Any:
    """Near zero all digits cancel."""
    return log1mexp(x)


@rule(exp(log1mexp(x)), rounding=True, widens=True)
def exp_of_log1mexp_is_minus_expm1(x: Variable) -> Any:
    """Where the logarithm exists."""
    return -expm1(x)


@rule(log(expm1(x)), rounding=True)
def log_of_expm1_is_x_and_log1mexp(x: Variable) -> Any:
    """The inverse of softplus: exp overflows long before its logarithm does."""
    return x + log1mexp(-x)


@rule(softplus(x) - softplus(-x), rounding=True)
def the_difference_of_opposite_softplus_is_x(x: Variable) -> Any:
    """Near zero all digits cancel."""
    return x


# -- log-odds --------------------------------------------------------------------------


@rule(log(x / (1 - x)), log(x) - log1p(-x), rounding=True)
def log_of_odds_is_logit(x: Variable) -> Any:
    """Near one half the logarithms cancel."""
    return logit(x)


@rule(logit(sigmoid(x)), rounding=True)
def logit_of_sigmoid_is_x(x: Variable) -> Any:
    """sigmoid rounds to one on the way."""
    return x


@rule(sigmoid(logit(x)), rounding=True, widens=True)
def sigmoid_of_logit_is_x(x: Variable) -> Any:
    """Where the log-odds exist."""
    return x


# -- functions and their inverses ------------------------------------------------------


@rule(log(exp(x)), rounding=True)
def log_of_exp_is_x(x: Variable) -> Any:
    """exp may overflow on the way."""
    return x


@rule(exp(log(x)), rounding=True, widens=True)
def exp_of_log_is_x(x: Variable) -> Any:
    """Where the logarithm exists."""
    return x


@rule(log1p(expm1(x)), rounding=True)
def log1p_of_expm1_is_x(x: Variable) -> Any:
    """expm1 may overflow on the way."""
    return x


@rule(expm1(log1p(x)), rounding=True, widens=True)
def expm1_of_log1p_is_x(x: Variable) -> Any:
    """Where the logarithm exists."""
    return x


@rule(exp(log1p(x)), rounding=True, widens=True)
def exp_of_log1p_is_one_plus_x(x: Variable) -> Any:
    """Where the logarithm exists."""
    return 1 + x


@rule(expm1(log(x)), rounding=True, widens=True)
def expm1_of_log_is_x_minus_one(x: Variable) -> Any:
    """Where the logarithm exists."""
    return x - 1


# -- logarithms of powers and products -------------------------------------------------


@rule(log(sqrt(x)), rounding=True)
def log_of_a_root_is_half_the_log(x: Variable) -> Any:
    """A product in place of a root, and the logarithm may be needed anyway."""
    return 0.5 * log(x)


@rule(log(sqr(x)), rounding=True)
def log_of_a_square_is_twice_the_log(x: Variable) -> Any:
    """The square may over- or underflow; its logarithm is moderate."""
    return 2.0 * log(x if is_not_negative(x) else abs(x))


@rule(log(reciprocal(x)), log(1 / x), rounding=True)
def log_of_a_reciprocal_is_minus_the_log(x: Variable) -> Any:
    """No division; the sign of a zero is not kept."""
    return -log(x)


@rule(log(x**c), rounding=True, when=lambda c: c.type.dtype[0] == "f",
      exempt=lambda x, c: np.isneginf(x) | ((x == 0) & (c <= 0)))  # fmt: skip
def log_of_a_power_is_a_product(x: Variable, c: Variable) -> Any:
    """The power may over- or underflow; even ones have the size of x alone."""
    even = number_of(c) % 2 == 0 and not is_not_negative(x)
    return c * log(abs(x) if even else x)


def _matters(c: Variable, y: Variable) -> bool:
    """Whether a positive number times y, of which the logarithm is simpler than y."""
    node = y.owner
    simple = (exp, sqr, sqrt)
    return number_of(c) > 0 and node is not None and any(node.op is op for op in simple)


@rule(log(c * y), when=_matters, rounding=True, absolute=True)
def log_of_a_number_times_a_power_is_a_sum(c: Variable, y: Variable) -> Any:
    """The logarithm meets the exponential, square or root; nothing overflows."""
    return number.log(number_of(c)) + log(y)


@rule(log(y / c), when=_matters, rounding=True, absolute=True)
def log_of_a_power_over_a_number_is_a_difference(c: Variable, y: Variable) -> Any:
    """The logarithm meets the exponential, square or root; nothing overflows."""
    return log(y) - number.log(number_of(c))
