"""The error function and the normal distribution: tails without cancellation."""

from __future__ import annotations

from math import sqrt
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    eq,
    erf,
    erfc,
    exp,
    gt,
    log,
    log1mexp,
    log1p,
    minimum,
    mul,
    sqr,
    where,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.ops.special.error_functions import erfcx
from tensorgraph.ops.special.logarithms import log_erfc
from tensorgraph.ops.special.normal import log_ndtr, ndtr
from tensorgraph.rewrites.facts import is_op, is_real_float
from tensorgraph.rewrites.stability.factors import (
    inputs_of,
    inside,
    is_finite_number,
    near,
    scaled,
    times,
)

normal = Rules("normal")
rule = normal.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c, d = hole("c", is_finite_number), hole("d", is_finite_number)

ROOT_HALF = sqrt(0.5)


# -- complements -----------------------------------------------------------------------


@rule(1 - erf(x), rounding=True)
def one_minus_erf_is_erfc(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return erfc(x)


@rule(1 + erf(x), rounding=True)
def one_plus_erf_is_erfc_of_minus(x: Variable) -> Any:
    """Far below zero all digits cancel."""
    return erfc(-x)


@rule(erf(x) + -1, rounding=True)
def erf_minus_one_is_minus_erfc(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return -erfc(x)


@rule(1 - erfc(x), rounding=True)
def one_minus_erfc_is_erf(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return erf(x)


@rule(erfc(x) + -1, rounding=True)
def erfc_minus_one_is_minus_erf(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -erf(x)


@rule(2 - erfc(x), rounding=True)
def two_minus_erfc_is_erfc_of_minus(x: Variable) -> Any:
    """Far below zero all digits cancel."""
    return erfc(-x)


@rule(1 - ndtr(x), rounding=True)
def one_minus_ndtr_is_ndtr_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return ndtr(-x)


@rule(ndtr(x) + -1, rounding=True)
def ndtr_minus_one_is_minus_ndtr_of_minus(x: Variable) -> Any:
    """For a large x all digits cancel."""
    return -ndtr(-x)


@rule(ndtr(x) + -0.5, rounding=True)
def ndtr_minus_a_half_is_erf(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return 0.5 * erf(mul(ROOT_HALF, x))


@rule(0.5 - ndtr(x), rounding=True)
def a_half_minus_ndtr_is_erf(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return -0.5 * erf(mul(ROOT_HALF, x))


@rule(2 * ndtr(x) + -1, rounding=True)
def twice_ndtr_minus_one_is_erf(x: Variable) -> Any:
    """For a small x all digits cancel."""
    return erf(mul(ROOT_HALF, x))


def _are_equal(c: Variable, d: Variable) -> bool:
    return float(number_of(c)) == float(number_of(d))


def _are_opposite(c: Variable, d: Variable) -> bool:
    return float(number_of(c)) == -float(number_of(d))


def _is_reciprocal(c: Variable, d: Variable) -> bool:
    return float(number_of(c)) * float(number_of(d)) == 1


@rule(c + d * erf(x), when=_are_equal, rounding=True)
def a_number_plus_so_many_erf_is_erfc(c: Variable, x: Variable) -> Any:
    """Far below zero all digits cancel."""
    return number_of(c) * erfc(-x)


@rule(c + erf(x) / d, when=_is_reciprocal, rounding=True)
def a_number_plus_a_part_of_erf_is_erfc(c: Variable, x: Variable) -> Any:
    """Far below zero all digits cancel."""
    return number_of(c) * erfc(-x)


@rule(c - d * erf(x), when=_are_equal, rounding=True)
def a_number_minus_so_many_erf_is_erfc(c: Variable, x: Variable) -> Any:
    """For a large x all digits cancel."""
    return number_of(c) * erfc(x)


@rule(c - erf(x) / d, when=_is_reciprocal, rounding=True)
def a_number_minus_a_part_of_erf_is_erfc(c: Variable, x: Variable) -> Any:
    """For a large x all digits cancel."""
    return number_of(c) * erfc(x)


@rule(c + d * erf(x), when=_are_opposite, rounding=True)
def a_number_plus_minus_so_many_erf_is_erfc(c: Variable, x: Variable) -> Any:
    """For a large x all digits cancel."""
    return number_of(c) * erfc(x)


# -- the normal distribution written by hand -------------------------------------------


def _standard(x: Variable) -> Any:
    """The z of an x that is z / sqrt(2), or minus it, as written; or None."""
    number, rest = scaled(x)
    sign = 1 if number > 0 else -1
    return times(sign, rest) if near(abs(number), ROOT_HALF) else None


@rule(0.5 * erfc(ROOT_HALF * x), erfc(ROOT_HALF * x) / 2, 0.5 * erfc(x), erfc(x) / 2,
      rounding=True)  # fmt: skip
def half_of_erfc_is_ndtr(out: Variable) -> Any:
    """One function in place of three; its logarithm and differences are known."""
    function = next(v for v in inputs_of(out) if is_op(v, erfc))
    z = _standard(inside(function))
    return None if z is None else ndtr(-z)


@rule(exp(sqr(x)) * erfc(x), exp(y) * erfc(x), rounding=True, widens=True)
def exp_of_a_square_times_erfc_is_erfcx(x: Variable, out: Variable) -> Any:
    """exp(x**2) overflows where erfc(x) underflows; their product is moderate."""
    exponential = next(v for v in inputs_of(out) if is_op(v, exp))
    number, square = scaled(inside(exponential))
    if not is_op(square, sqr) or number <= 0:
        return None
    inner, base = scaled(inside(square))
    factor, rest = scaled(x)
    same = rest is base and near(number * inner**2, factor**2)
    return erfcx(x) if same else None


# -- logarithms ------------------------------------------------------------------------


@rule(log(erfc(x)), rounding=True)
def log_of_erfc_by_erfcx(x: Variable) -> Any:
    """erfc underflows long before its logarithm is large, and rounds to one."""
    return log_erfc(x)


@rule(log(ndtr(x)), rounding=True)
def log_of_ndtr_is_log_ndtr(x: Variable) -> Any:
    """ndtr underflows long before its logarithm is large, and rounds to one."""
    return log_ndtr(x)


@rule(log1p(-ndtr(x)), rounding=True)
def log_of_one_minus_ndtr_is_log_ndtr_of_minus(x: Variable) -> Any:
    """For a large x, 1 - ndtr(x) is zero, its logarithm is not infinite."""
    return log_ndtr(-x)


@rule(exp(log_ndtr(x)), rounding=True)
def exp_of_log_ndtr_is_ndtr(x: Variable) -> Any:
    """One function in place of two."""
    return ndtr(x)


# -- probabilities of intervals --------------------------------------------------------


def _is_no_branch(x: Variable, y: Variable) -> bool:
    """Whether the rule below has not made these bounds."""
    return not (is_op(x, where) or is_op(y, where))


def _mirrored(x: Any, y: Any) -> tuple[Any, Any]:
    """Two bounds with the same probability between them, not both above zero."""
    above = gt(minimum(x, y), 0)
    return where(above, -y, x), where(above, -x, y)


@rule(log(ndtr(x) - ndtr(y)), when=_is_no_branch, rounding=True, widens=True)
def log_of_the_probability_of_an_interval(x: Variable, y: Variable) -> Any:
    """In the upper tail all digits cancel; in the lower one both underflow."""
    high, low = _mirrored(x, y)
    top, bottom = log_ndtr(high), log_ndtr(low)
    return top + log1mexp(where(eq(top, bottom), 0.0, bottom - top))


def _is_needed(x: Variable, y: Variable, out: Variable, graph: Any) -> bool:
    """Whether the probability is needed itself, not only its logarithm."""
    logged = any(user.op is log for user in graph.users.get(out, ()))
    return _is_no_branch(x, y) and not logged


@rule(ndtr(x) - ndtr(y), when=_is_needed, rounding=True)
def a_difference_of_ndtr_is_taken_in_the_lower_tail(x: Variable, y: Variable) -> Any:
    """In the upper tail all digits cancel."""
    high, low = _mirrored(x, y)
    return ndtr(high) - ndtr(low)
