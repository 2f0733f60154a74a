"""Hyperbolic functions: without overflow, and differences without cancellation."""

from __future__ import annotations

from math import log as log_of_number
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import exp, log, log1mexp, mul, sqr, tanh
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.pointwise.trigonometry import cosh, sinh
from tensorgraph.ops.special.logarithms import log_cosh
from tensorgraph.rewrites.facts import is_real_float

hyperbolic = Rules("hyperbolic")
rule = hyperbolic.rule

x = hole("x", is_real_float)

LOG_2 = log_of_number(2)


@rule(log(cosh(x)), rounding=True)
def log_of_cosh_is_log_cosh(x: Variable) -> Any:
    """cosh overflows long before its logarithm does, and rounds to one near zero."""
    return log_cosh(x)


@rule(log(sinh(x)), rounding=True, absolute=True)
def log_of_sinh_by_log1mexp(x: Variable) -> Any:
    """sinh overflows long before its logarithm does."""
    return x + (log1mexp(-2.0 * x) - LOG_2)


@rule(sinh(x) / cosh(x), rounding=True, widens=True)
def sinh_over_cosh_is_tanh(x: Variable) -> Any:
    """Infinity over infinity is nan, where the result is 1 or -1."""
    return tanh(x)


@rule(cosh(x) + -1, rounding=True)
def cosh_minus_one_is_a_square(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return 2.0 * sqr(sinh(mul(0.5, x)))


@rule(1 - cosh(x), rounding=True)
def one_minus_cosh_is_minus_a_square(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -2.0 * sqr(sinh(mul(0.5, x)))


@rule(cosh(x) - sinh(x), rounding=True, widens=True)
def cosh_minus_sinh_is_exp_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return exp(-x)


@rule(sinh(x) - cosh(x), rounding=True, widens=True)
def sinh_minus_cosh_is_minus_exp_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return -exp(-x)


@rule(cosh(x) + sinh(x), rounding=True, widens=True)
def cosh_plus_sinh_is_exp(x: Variable) -> Any:
    """Far below zero all digits cancel."""
    return exp(x)
