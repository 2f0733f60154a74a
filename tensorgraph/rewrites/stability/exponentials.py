"""Sums of exponentials: their logarithms and shares, without overflow.

Exponents are shifted by the largest of them. What is shifted already is recognized by
its shift: the largest element, as `logsumexp` subtracts it, or as a user does.
"""

from __future__ import annotations

from functools import reduce
from typing import Any, NamedTuple

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.lazy import exponential
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Squeeze, Sum
from tensorgraph.ops.extending.detach import PassedOn
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.math import (
    abs,
    add,
    eq,
    exp,
    log,
    log1mexp,
    log1p,
    lt,
    maximum,
    mul,
    reciprocal,
    softplus,
    where,
)
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.reducing.reduce import Max
from tensorgraph.ops.reducing.softmax import (
    finite_shift,
    log_softmax,
    log_total,
    logsumexp,
    shift_of,
    softmax,
)
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.facts import is_op, is_real, is_real_float
from tensorgraph.rewrites.stability.factors import (
    finite_number,
    inputs_of,
    inside,
    linear_form,
    ratio,
    signed_terms,
    times,
)
from tensorgraph.rewrites.stability.positive import simple_log

exponentials = Rules("exponentials")
rule = exponentials.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
s, w = hole("s", is_real_float), hole("w", is_real_float)
axes = hole("axes")

_MOVES = (ExpandDims, Squeeze, BroadcastTo, PassedOn)


def _total(x: Any) -> Pattern:
    """The pattern of a sum over `axes`."""
    return Pattern.of(Sum, (x,), axes=axes)


def _spread(x: Any) -> Pattern:
    """The pattern of what is spread again over the axes that were summed."""
    return Pattern.of(ExpandDims, (x,), axes=axes)


# -- shifts ----------------------------------------------------------------------------


def _moved(v: Variable) -> Variable:
    while v.owner is not None and isinstance(v.owner.op, _MOVES):
        v = v.owner.inputs[0]
    return v


def largest_of_shift(v: Variable) -> Variable | None:
    """The m of a shift where(abs(m) < inf, m, 0), as `finite_shift` makes it."""
    v = _moved(v)
    if not is_op(v, where):
        return None
    condition, largest, _ = inputs_of(v)
    bounded = is_op(condition, lt) and is_op(inside(condition), abs)
    return _moved(largest) if bounded else None


def unshifted(x: Variable, axes: tuple[int, ...]) -> Variable | None:
    """The u of an x = u - max(u) over these axes, whoever wrote it, or None."""
    form = linear_form(x)
    for v in [v for v in form if v is not None and form[v] == -1]:
        largest = largest_of_shift(v)
        largest = _moved(v) if largest is None else largest
        if not is_op(largest, Max) or largest.owner.op.axes != axes:
            continue
        kept = v.type.ndim == x.type.ndim and all(v.type.shape[a] == 1 for a in axes)
        rest = {u: number for u, number in form.items() if u is not v}
        if kept and linear_form(inside(largest)) == rest:
            return inside(largest)
    return None


def _is_shifted_by_a_maximum(x: Variable) -> bool:
    """Whether exponents are less the largest of a few: themselves among them."""
    form = linear_form(x)
    for v in [v for v in form if v is not None and form[v] == -1]:
        largest = largest_of_shift(v)
        rest = {u: number for u, number in form.items() if u is not v}
        if largest is not None and is_op(largest, maximum):
            return any(linear_form(u) == rest for u in _compared(largest))
    return False


def _compared(v: Variable) -> list[Variable]:
    """What a tree of maxima is the largest of."""
    if not is_op(v, maximum):
        return [v]
    return [u for w in inputs_of(v) for u in _compared(w)]


# -- shares ----------------------------------------------------------------------------


def _is_raw(x: Variable, axes: tuple[int, ...]) -> bool:
    return unshifted(x, axes) is None


@rule(exp(x) / _spread(_total(exp(x))), when=_is_raw, rounding=True, widens=True,
      absolute=True)  # fmt: skip
def exponentials_over_their_sum_are_softmax(x: Variable, axes: Any) -> Any:
    """Infinity over infinity is nan, and so is 0/0; only differences matter."""
    return softmax(x, axes)


@rule(exp(x) * _spread(y / _total(exp(x))), when=_is_raw, rounding=True, widens=True)
def exponentials_times_a_part_of_their_sum(x: Variable, y: Variable, axes: Any) -> Any:
    """So the gradient of the logarithm of a sum is written."""
    return softmax(x, axes) * ExpandDims(axes)(y)


@rule(exp(x) * _spread(reciprocal(_total(exp(x)))), when=_is_raw, rounding=True,
      widens=True)  # fmt: skip
def exponentials_times_the_reciprocal_of_their_sum(x: Variable, axes: Any) -> Any:
    """So the gradient of the logarithm of a sum is written."""
    return softmax(x, axes)


@rule(log(exp(x) / _spread(_total(exp(x)))), rounding=True, widens=True, absolute=True)
def log_of_shares_is_log_softmax(x: Variable, axes: Any) -> Any:
    """Small shares underflow, their logarithms do not."""
    u = unshifted(x, axes)
    return log_softmax(x if u is None else u, axes)


# -- logarithms of sums over axes ------------------------------------------------------


@rule(log(_total(exp(x))), rounding=True)
def log_of_sum_of_exp_is_shifted_by_the_largest(
    x: Variable, axes: tuple[int, ...]
) -> Any:
    """exp overflows long before the logarithm of the sum does."""
    if unshifted(x, axes) is not None:
        return Squeeze(axes)(log_total(x, axes))
    return logsumexp(x, axes)


@rule(log(_total(w * exp(x))), when=_is_raw, rounding=True, widens=True,
      absolute=True)  # fmt: skip
def log_of_a_weighted_sum_of_exp_is_shifted(w: Variable, x: Variable, axes: Any) -> Any:
    """exp overflows long before the logarithm of the sum does."""
    shift = shift_of(x, axes)
    total = Sum(axes)(mul(w, exp(x - shift)))
    return log(total) + Squeeze(axes)(shift)


@exponentials.node_rule(log, among=(Dot,), rounding=True, widens=True, absolute=True)
def log_of_a_product_with_exp_is_shifted(node: Apply) -> Any:
    """So one step of a hidden Markov model is written; exp underflows there."""
    product = node.inputs[0]
    assert product.owner is not None
    for v in product.owner.inputs:
        raw = v.type.ndim == 1 and is_op(v, exp) and _is_raw(inside(v), (0,))
        raw = raw and is_real(v)
        if raw:
            shift = finite_shift(Max((0,), True)(inside(v)))
            less = exp(inside(v) - shift)
            made = [less if u is v else u for u in product.owner.inputs]
            return log(product.owner.op(*made)) + shift
    return None


@rule(log1p(_total(exp(x))), when=_is_raw, rounding=True)
def log1p_of_sum_of_exp_is_softplus(x: Variable, axes: Any) -> Any:
    """exp overflows long before the logarithm of the sum does."""
    return softplus(logsumexp(x, axes))


def _is_shift_of(s: Variable, x: Variable) -> bool:
    """Whether s is the shift of `logsumexp` for exponents x."""
    largest = largest_of_shift(s)
    return largest is not None and is_op(largest, Max) and inside(largest) is x


@rule(x - (y + s), when=_is_shift_of, rounding=True, absolute=True)
def a_shift_is_subtracted_first(x: Variable, y: Variable, s: Variable) -> Any:
    """x - logsumexp(x) keeps the digits of x - max(x)."""
    return (x - s) - y


@rule(x - _spread(y + s), when=_is_shift_of, rounding=True, absolute=True)
def a_spread_shift_is_subtracted_first(
    x: Variable, y: Variable, s: Variable, axes: Any
) -> Any:
    """x - logsumexp(x) keeps the digits of x - max(x)."""
    spread = ExpandDims(axes)
    return (x - spread(s)) - spread(y)


# -- logarithms of sums of a few terms -------------------------------------------------


class Term(NamedTuple):
    """weight * exp(exponent)."""

    weight: Any
    exponent: Any


def _as_term(sign: int, v: Variable) -> Term | None:
    """A term of a sum as an exponential with a weight; None if it is none."""
    value = finite_number(v)
    if value is not None:
        return Term(sign * value, 0.0)
    number, above, below = ratio(v)
    found = _factors(above)
    if found is None:
        return None
    weight = found.weight if below is None else found.weight / below
    return Term(times(sign * number, weight), found.exponent)


def _factors(v: Variable) -> Term | None:
    if _is_exp(v):
        return Term(1.0, inside(v))
    if not is_op(v, mul):
        return None
    a, b = inputs_of(v)
    if _is_exp(a):
        return Term(b, inside(a))
    return Term(a, inside(b)) if _is_exp(b) else None


def _is_exp(v: Variable) -> bool:
    """Whether `v` is an exponential of floats: differences of integers wrap around."""
    return is_op(v, exp) and is_real_float(inside(v))


def _log_of_terms(terms: list[tuple[int, Variable]]) -> Any:
    """The logarithm of a sum, one of whose terms is an exponential; else None."""
    found = [_as_term(sign, v) for sign, v in terms]
    exponents = [t.exponent for t in found if t and isinstance(t.exponent, Variable)]
    if not exponents or any(map(_is_shifted_by_a_maximum, exponents)):
        return None
    logs = [simple_log(v) if sign > 0 else None for sign, v in terms]
    if all(v is not None for v in logs):
        return _added(logs)
    return _shifted([t for t in found if t]) if None not in found else None


def _added(logs: list[Any]) -> Any:
    """The logarithm of the sum of what has these logarithms."""
    total = reduce(exponential.logaddexp, [v for v in logs if not isinstance(v, float)])
    for number in [v for v in logs if isinstance(v, float)]:
        total = number + softplus(total - number) if number else softplus(total)
    return total


def _shifted(terms: list[Term]) -> Any:
    """The logarithm of a sum of terms of any sign, exponents less the largest."""
    shift = finite_shift(reduce(maximum, [as_tensor(t.exponent) for t in terms]))
    parts = [times(1.0, t.weight) * exp(t.exponent - shift) for t in terms]
    return log(reduce(add, parts)) + shift


@rule(log(exp(x) + exp(y)), log(exp(x) + y), log(w * exp(x) + s * exp(y)), log(x + y),
      rounding=True, widens=True, absolute=True)  # fmt: skip
def log_of_a_sum_of_exponentials(out: Variable) -> Any:
    """exp overflows long before the logarithm of the sum does."""
    return _log_of_terms(signed_terms(inside(out)))


@rule(log(exp(x) - exp(y)), rounding=True, widens=True, absolute=True)
def log_of_a_difference_of_exponentials(x: Variable, y: Variable) -> Any:
    """exp overflows long before the logarithm of the difference does."""
    return x + log1mexp(where(eq(x, y), 0.0, y - x))


@rule(log(w * exp(x) - s * exp(y)), log(x - y), rounding=True, widens=True,
      absolute=True)  # fmt: skip
def log_of_a_weighted_difference_of_exponentials(out: Variable) -> Any:
    """exp overflows long before the logarithm of the difference does."""
    return _log_of_terms(signed_terms(inside(out)))


@rule(log1p(exp(x) + exp(y)), log1p(w * exp(x)), log1p(x), rounding=True, absolute=True)
def log1p_of_exponentials_is_softplus(out: Variable) -> Any:
    """exp overflows long before the logarithm does."""
    terms = signed_terms(inside(out))
    found = [simple_log(v) if sign > 0 else None for sign, v in terms]
    grows = any(_factors(ratio(v)[1]) is not None for _, v in terms)
    if not grows or any(v is None for v in found):
        return None
    return softplus(_added(found))
