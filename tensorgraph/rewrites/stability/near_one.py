"""Powers of what is near one, less one: without cancellation."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import abs, expm1, gt, log, log1p, lt, pow, sqr, sub, where
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import is_real_float
from tensorgraph.rewrites.stability.factors import beyond_one, is_plain

near_one = Rules("near_one")
rule = near_one.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
n = hole("n", is_real_float)


def _is_plain_base(y: Variable, n: Variable) -> bool:
    """Whether a power may be near one in a way that loses digits.

    Whole powers of what is not written as 1 + x keep half of them.
    """
    number = number_of(n)
    whole = number is not None and number == np.round(number)
    return is_plain(y) and not (whole and beyond_one(y) is None)


# -- small whole powers ----------------------------------------------------------------


@rule(sqr(1 + x) + -1, when=is_plain, rounding=True)
def a_square_of_one_plus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (2 + x)


@rule(1 - sqr(1 + x), when=is_plain, rounding=True)
def one_minus_a_square_of_one_plus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -(x * (2 + x))


@rule(sqr(1 - x) + -1, when=is_plain, rounding=True)
def a_square_of_one_minus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (x - 2)


@rule(1 - sqr(1 - x), when=is_plain, rounding=True)
def one_minus_a_square_of_one_minus_x(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (2 - x)


@rule((1 + x) * sqr(1 + x) + -1, when=is_plain, rounding=True, moderate=True)
def a_cube_of_one_plus_x_minus_one(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return x * (3 + x * (3 + x))


# -- any powers ------------------------------------------------------------------------


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
