"""Logarithms of products: sums, where every factor is proven not to be negative."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import Sum
from tensorgraph.ops.math import abs, exp, log, lt, sign, sqr, sqrt, where
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.ops.reducing.reduce import Prod
from tensorgraph.ops.special.gamma import gamma
from tensorgraph.rewrites.facts import is_number, is_op, is_real, is_real_float
from tensorgraph.rewrites.ranges import is_not_negative
from tensorgraph.rewrites.stability.factors import inputs_of, inside
from tensorgraph.rewrites.stability.positive import simple_log

logarithms = Rules("logarithms")
rule = logarithms.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c = hole("c", is_number)
condition = hole("condition", lambda v: v.type.dtype == "bool")
axes = hole("axes")


# -- products and quotients ------------------------------------------------------------


@rule(log(exp(x) * sqr(y)), log(sqrt(x) / exp(y)), log(x * y), log(x / y),
      rounding=True, absolute=True)  # fmt: skip
def log_of_a_product_is_a_sum(out: Variable) -> Any:
    """The logarithm meets exponentials, squares and the like; nothing overflows."""
    return simple_log(inside(out))


@rule(log(sqrt(exp(x))), log(sqrt(x)), rounding=True)
def log_of_a_root_is_half_the_simpler_log(out: Variable) -> Any:
    """What is below the root may over- or underflow, its logarithm need not."""
    found = simple_log(inside(inside(out)))
    return None if found is None else 0.5 * found


# -- products over axes ----------------------------------------------------------------


@rule(log(Pattern.of(Prod, (hole("x", is_real_float),), axes=axes)), rounding=True,
      widens=True, absolute=True)  # fmt: skip
def log_of_a_product_over_axes_is_a_sum(x: Variable, axes: Any) -> Any:
    """The product over- or underflows long before the sum of logarithms does."""
    total = _sum_of_logs(x, axes)
    if is_not_negative(x):
        return total
    return where(lt(Prod(axes)(sign(x)), 0), np.nan, total)


@rule(log(abs(Pattern.of(Prod, (hole("x", is_real_float),), axes=axes))), rounding=True,
      widens=True, absolute=True)  # fmt: skip
def log_of_the_size_of_a_product_over_axes_is_a_sum(x: Variable, axes: Any) -> Any:
    """The product over- or underflows long before the sum of logarithms does."""
    return _sum_of_logs(x, axes)


def _sum_of_logs(x: Variable, axes: Any) -> Any:
    return Sum(axes)(log(x if is_not_negative(x) else abs(x)))


# -- choices ---------------------------------------------------------------------------


@rule(log(where(condition, exp(x), c)), log(where(condition, c, exp(x))),
      log(where(condition, x, y)), rounding=True, absolute=True)  # fmt: skip
def log_of_a_choice_is_a_choice(out: Variable) -> Any:
    """Where a branch has a simpler logarithm, and the other is a number."""
    condition, x, y = inputs_of(inside(out))
    first, second = _log_of_branch(x), _log_of_branch(y)
    if first is None or second is None or (is_number(x) and is_number(y)):
        return None
    return where(condition, first, second)


def _log_of_branch(v: Variable) -> Any:
    """The logarithm of a branch if it is or will be simpler, or of a number."""
    value = number_of(v) if is_real(v) else None
    if value is not None:
        with np.errstate(all="ignore"):
            return float(np.log(float(value)))
    return log(v) if is_op(v, gamma) else simple_log(v)
