"""Gamma and beta distributions: the other tail, and logarithms of beta functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import abs, log, lt, where
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.special.beta import beta, betainc, betaincc, betaln
from tensorgraph.ops.special.gamma import gammasgn
from tensorgraph.ops.special.incomplete_gamma import gammainc, gammaincc
from tensorgraph.rewrites.facts import is_real_float
from tensorgraph.rewrites.ranges import is_not_negative

tails = Rules("tails")
rule = tails.rule

a, b = hole("a", is_real_float), hole("b", is_real_float)
x = hole("x", is_real_float)


def _in_a_gamma_tail(a: Any, x: Any) -> Any:
    """Where the complement has lost digits: the law has no truth to compare with."""
    return ~((a > 0.5) & (a < 20) & (x > 0.3 * a) & (x < 2 * a))


def _in_a_beta_tail(a: Any, b: Any, x: Any) -> Any:
    """Where the complement has lost digits: the law has no truth to compare with."""
    return ~((a > 0.5) & (a < 5) & (b > 0.5) & (b < 5) & (x > 0.2) & (x < 0.8))


@rule(1 - gammainc(a, x), rounding=True, exempt=_in_a_gamma_tail)
def one_minus_gammainc_is_gammaincc(a: Variable, x: Variable) -> Any:
    """In the upper tail all digits cancel."""
    return gammaincc(a, x)


@rule(1 - gammaincc(a, x), rounding=True, exempt=_in_a_gamma_tail)
def one_minus_gammaincc_is_gammainc(a: Variable, x: Variable) -> Any:
    """In the lower tail all digits cancel."""
    return gammainc(a, x)


@rule(gammainc(a, x) + -1, rounding=True, exempt=_in_a_gamma_tail)
def gammainc_minus_one_is_minus_gammaincc(a: Variable, x: Variable) -> Any:
    """In the upper tail all digits cancel."""
    return -gammaincc(a, x)


@rule(1 - betainc(a, b, x), rounding=True, exempt=_in_a_beta_tail)
def one_minus_betainc_is_betaincc(a: Variable, b: Variable, x: Variable) -> Any:
    """In the upper tail all digits cancel."""
    return betaincc(a, b, x)


@rule(1 - betaincc(a, b, x), rounding=True, exempt=_in_a_beta_tail)
def one_minus_betaincc_is_betainc(a: Variable, b: Variable, x: Variable) -> Any:
    """In the lower tail all digits cancel."""
    return betainc(a, b, x)


@rule(betainc(a, b, x) + -1, rounding=True, exempt=_in_a_beta_tail)
def betainc_minus_one_is_minus_betaincc(a: Variable, b: Variable, x: Variable) -> Any:
    """In the upper tail all digits cancel."""
    return -betaincc(a, b, x)


# -- the beta function -----------------------------------------------------------------


@rule(log(beta(a, b)), rounding=True, widens=True, moderate=True,
      exempt=lambda a, b: (a == 0) | (b == 0))  # fmt: skip
def log_of_beta_is_betaln(a: Variable, b: Variable) -> Any:
    """The beta function of large shapes underflows."""
    size = betaln(a, b)
    if is_not_negative(a) and is_not_negative(b):
        return size
    sign = gammasgn(a) * gammasgn(b) * gammasgn(a + b)
    return where(lt(sign, 0), np.nan, size)


@rule(log(abs(beta(a, b))), rounding=True, widens=True, moderate=True)
def log_of_the_size_of_beta_is_betaln(a: Variable, b: Variable) -> Any:
    """The beta function of large shapes underflows."""
    return betaln(a, b)
