"""Factors that are the same for many elements leave products, sums and scatters.

So the scale of a whole vector is applied to its sum, once, in place of to each element.
A variable is spread over another if it is repeated along one of its axes (or is a
number).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import Shape, Squeeze, Sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.gather import AdvancedIncSubtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.math import add, mul, neg, reciprocal, sqr, sub, true_div
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.facts import (
    are_equally_wide,
    carries_rounding,
    is_constant_array,
    is_number,
    is_op,
    is_real_float,
    is_spread,
)
from tensorgraph.rewrites.lengths import Source, length_of

DEPTH, MOST_USERS = 4, 8
"""How far the users of a variable are followed."""

scalars = Rules("scalars")
rule, node_rule = scalars.rule, scalars.node_rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
s, t = hole("s", is_real_float), hole("t", is_real_float)
k = hole("k", lambda v: is_constant_array(v) and is_real_float(v))
axes = hole("axes")


def not_finite(s: Any) -> Any:
    """For which factors a product cannot leave a sum: infinity times zero is nan."""
    return ~np.isfinite(s)


# -- products --------------------------------------------------------------------------


def is_free(v: Variable, out: Variable, graph: Any) -> bool:
    """Whether taking a factor out of `v`, for `out`, costs nothing for each element.

    Nothing else may need `v`, or all that is computed from `out` are sums.
    """
    return graph.use_count(v) == 1 or _ends_in_sums(out, graph, DEPTH)


def _ends_in_sums(out: Variable, graph: Any, depth: int) -> bool:
    """Whether a factor of `out` goes through all its users into sums."""
    users = graph.users[out]
    if out in graph.pinned or not depth or len(users) > MOST_USERS:
        return False
    return all(_passes(user, out, graph, depth) for user in users)


def _passes(user: Apply, out: Variable, graph: Any, depth: int) -> bool:
    """Whether a factor of an operand can be taken out of a user, and on into sums."""
    if isinstance(user.op, Sum | AdvancedIncSubtensor):
        return True
    others = [v for v in user.inputs if v is not out]
    product = user.op in (mul, neg, sqr) or (
        user.op is true_div and user.inputs[0] is out
    )
    term = user.op in (add, sub) and all(is_spread(v, out) for v in others)
    return (product or term) and _ends_in_sums(user.outputs[0], graph, depth - 1)


def _may_leave(
    s: Variable, x: Variable, y: Variable, out: Variable, graph: Any
) -> bool:
    if not (is_spread(s, x) and is_spread(s, y) and are_equally_wide(x, y)):
        return False
    return is_free(next(v for v in out.owner.inputs if v is not y), out, graph)


@rule((s * x) * y, when=_may_leave, rounding=True, moderate=True)
def factors_leave_products(s: Variable, x: Variable, y: Variable) -> Any:
    """Outside they can leave a sum."""
    return s * (x * y)


@rule(s * (t * x), when=lambda s, t, x: is_spread(s, x) and is_spread(t, x),
      once=True, rounding=True, moderate=True)  # fmt: skip
def factors_meet(s: Variable, t: Variable, x: Variable) -> Any:
    """Their product is computed once, not for each element."""
    return (s * t) * x


@rule(sqr(s * x), rounding=True, moderate=True,
      when=lambda s, x, out, graph: is_spread(s, x) and not is_number(s)
      and is_free(out.owner.inputs[0], out, graph))  # fmt: skip
def factors_leave_squares(s: Variable, x: Variable) -> Any:
    """Outside they can leave a sum."""
    return sqr(s) * sqr(x)


@rule((s * x) + (s * y), (s * x) - (s * y), once=True,
      rounding=True, moderate=True, widens=True,
      when=lambda s, x, y: is_spread(s, x) and is_spread(s, y))  # fmt: skip
def common_factors_leave_sums_of_two(
    s: Variable, x: Variable, y: Variable, out: Variable
) -> Any:
    """One product less for each element, and outside it can leave a sum."""
    return s * out.owner.op(x, y)


def _saves_a_product(s: Variable, x: Variable, y: Variable) -> bool:
    """Whether x + y is no wider than the products were, and they differ."""
    alike = x.type == y.type and x is not y
    return alike and are_equally_wide(s, x) and are_equally_wide(s, y)


@rule((s * x) + (s * y), (s * x) - (s * y), once=True,
      rounding=True, moderate=True, widens=True, when=_saves_a_product)  # fmt: skip
def common_factors_of_one_width_leave_sums_of_two(
    s: Variable, x: Variable, y: Variable, out: Variable
) -> Any:
    """One product less for each element; what cancels does so before it is rounded."""
    return s * out.owner.op(x, y)


@rule((x / s) + (y / s), (x / s) - (y / s), once=True,
      rounding=True, moderate=True, widens=True, when=_saves_a_product)  # fmt: skip
def common_divisors_leave_sums_of_two(
    s: Variable, x: Variable, y: Variable, out: Variable
) -> Any:
    """One division less for each element; what cancels does so before it is rounded."""
    return out.owner.op(x, y) / s


@rule((s * x) / y, when=_may_leave, rounding=True, moderate=True)
def factors_leave_numerators(s: Variable, x: Variable, y: Variable) -> Any:
    """Outside they can leave a sum."""
    return s * (x / y)


@rule(x / s, when=lambda x, s: is_spread(s, x) and not is_number(s),
      rounding=True, moderate=True)  # fmt: skip
def division_by_a_scalar_is_multiplication(x: Variable, s: Variable) -> Any:
    """One division in place of one for each element."""
    return reciprocal(s) * x


def _has_reciprocals(k: Variable) -> bool:
    """Whether no reciprocal of constants over- or underflows."""
    limits = np.finfo(k.type.dtype)
    size = np.abs(k.value)
    return bool(((size >= limits.tiny) & (size <= 1 / limits.tiny)).all())


@rule(x / k, when=_has_reciprocals, rounding=True, moderate=True)
def division_by_constants_is_multiplication(x: Variable, k: Variable) -> Any:
    """Their reciprocals are computed when compiling."""
    return x * (1 / k)


@rule(-(s * x), when=lambda s, x: is_spread(s, x), once=True)
def a_factor_takes_the_sign(s: Variable, x: Variable) -> Any:
    """The sign is applied once, not to each element."""
    return (-s) * x


# -- sums ------------------------------------------------------------------------------


@rule(Pattern.of(Sum, (-x,), axes=axes))
def a_sign_leaves_a_sum(x: Variable, axes: tuple[int, ...]) -> Any:
    """The sign is applied once, not to each element."""
    return -Sum(axes)(x)


@rule(Pattern.of(Sum, (s * x,), axes=axes), when=lambda s, axes: _is_flat(s, axes),
      rounding=True, moderate=True, widens=True, exempt=not_finite)  # fmt: skip
def factors_leave_sums(s: Variable, x: Variable, axes: tuple[int, ...]) -> Any:
    """One product in place of one for each element."""
    total = Sum(axes)(x)
    return total * _squeezed(s, axes)


@rule(Pattern.of(Sum, (x / s,), axes=axes), when=lambda s, axes: _is_flat(s, axes),
      rounding=True, moderate=True, widens=True,
      exempt=lambda s: ~np.isfinite(s) | (s == 0))  # fmt: skip
def divisors_leave_sums(s: Variable, x: Variable, axes: tuple[int, ...]) -> Any:
    """One division in place of one for each element."""
    return Sum(axes)(x) / _squeezed(s, axes)


@rule(Pattern.of(Sum, (s * x,), axes=axes), when=lambda s, x, axes:
      _is_partly_flat(s, x, axes), rounding=True, moderate=True, widens=True,
      exempt=not_finite)  # fmt: skip
def factors_leave_the_sums_along_which_they_are_repeated(
    s: Variable, x: Variable, axes: tuple[int, ...]
) -> Any:
    """One product in place of one for each element; an outer product is never made."""
    first = tuple(a for a in axes if s.type.shape[a] == 1)
    rest = tuple(a - sum(b < a for b in first) for a in axes if a not in first)
    return Sum(rest)(_squeezed(s, first) * Sum(first)(x))


def _is_partly_flat(s: Variable, x: Variable, axes: tuple[int, ...]) -> bool:
    """Whether a factor is repeated along some axes of a sum, and not along others."""
    if is_number(s) or _is_flat(s, axes):
        return False
    return any(s.type.shape[a] == 1 and x.type.shape[a] != 1 for a in axes)


def _is_flat(s: Variable, axes: tuple[int, ...]) -> bool:
    return all(s.type.shape[a] == 1 for a in axes)


def _squeezed(s: Variable, axes: tuple[int, ...]) -> Variable:
    return Squeeze(axes)(s)


@rule(Pattern.of(Sum, (x + s,), axes=axes), Pattern.of(Sum, (x - s,), axes=axes),
      when=lambda x, s, axes: _is_flat(s, axes) and carries_rounding(x), rounding=True,
      absolute=True, moderate=True, exempt=lambda s: ~np.isfinite(s))  # fmt: skip
def terms_leave_sums(
    x: Variable, s: Variable, axes: tuple[int, ...], out: Variable
) -> Any:
    """Adding s to each element is adding n s to the sum.

    Only where x was rounded to its own size: exact data from which a mean is subtracted
    must be summed after the subtraction, or its digits cancel.
    """
    total = Sum(axes)(x)
    times = _count(out.owner.inputs[0], axes, s.type.dtype) * _squeezed(s, axes)
    return out.owner.inputs[0].owner.op(total, times)


@rule(Pattern.of(Sum, (s - x,), axes=axes),
      when=lambda x, s, axes: _is_flat(s, axes) and carries_rounding(x), rounding=True,
      absolute=True, moderate=True, exempt=lambda s: ~np.isfinite(s))  # fmt: skip
def terms_before_a_minus_leave_sums(
    x: Variable, s: Variable, axes: tuple[int, ...], out: Variable
) -> Any:
    """As for terms behind it."""
    times = _count(out.owner.inputs[0], axes, s.type.dtype) * _squeezed(s, axes)
    return times - Sum(axes)(x)


def _count(v: Variable, axes: tuple[int, ...], dtype: str) -> Variable:
    """How many elements are added, as a float."""
    count: Any = 1
    for axis in axes:
        length = length_of(v, axis)
        if isinstance(length, Source):
            length = length.build()
        count = (Shape(axis)(v) if isinstance(length, str) else length) * count
    return cast(as_tensor(count), dtype)


@rule(Pattern.of(Sum, (x + k,), axes=axes), Pattern.of(Sum, (x - k,), axes=axes),
      when=lambda x, k: x.type.shape == k.type.shape and carries_rounding(x),
      rounding=True, absolute=True, moderate=True)  # fmt: skip
def constants_leave_sums(
    x: Variable, k: Variable, axes: tuple[int, ...], out: Variable
) -> Any:
    """Their sum is computed when compiling; x is rounded, as for scalars."""
    return out.owner.inputs[0].owner.op(Sum(axes)(x), Sum(axes)(k))


# -- scatters and products of matrices -------------------------------------------------


def _any_not_finite(values: list[Any]) -> bool:
    return not all(np.isfinite(x).all() for x in values)


@node_rule(AdvancedIncSubtensor, rounding=True, moderate=True, exempt=_any_not_finite)
def factors_leave_scattered_rows(node: Apply) -> Any:
    """The rows that are added to zeros are scaled afterwards, where there are fewer."""
    base, value, *indices = node.inputs
    if not _is_zero(base) or not is_real_float(value):
        return None
    if is_op(value, neg):
        return -node.op(base, value.owner.inputs[0], *indices)
    taken = _without_scalar(value, base)
    if taken is None:
        return None
    scale, rows = taken
    return node.op(base, rows, *indices) * scale


@node_rule(Dot, among=(Elementwise,), rounding=True, moderate=True,
           exempt=_any_not_finite)  # fmt: skip
def factors_leave_products_of_matrices(node: Apply) -> Any:
    """A product of matrices is scaled where there are fewer elements, or none is.

    An integer of a smaller dtype than the product's would wrap around elsewhere.
    """
    out = node.outputs[0]
    for i, v in enumerate(node.inputs):
        others = node.inputs[:i], node.inputs[i + 1 :]
        wraps = v.type.dtype[0] in "iu" and v.type.dtype != out.type.dtype
        if is_op(v, neg) and not wraps:
            return -node.op(*others[0], v.owner.inputs[0], *others[1])
        taken = _without_scalar(v, out) if is_real_float(v) else None
        if taken is not None and (out.type.ndim == 0 or _is_smaller(out, v)):
            return node.op(*others[0], taken[1], *others[1]) * taken[0]
    return None


def _without_scalar(v: Variable, result: Variable) -> tuple[Variable, Variable] | None:
    """A scalar factor of `v` and the other factor, of its dtype, unless the result is
    larger.
    """
    if not is_op(v, mul) or _is_smaller(v, result):
        return None
    for s, x in (v.owner.inputs, v.owner.inputs[::-1]):  # type: ignore[union-attr]
        if all(n == 1 for n in s.type.shape) and x.type == v.type:
            return Squeeze(tuple(range(s.type.ndim)))(s), x
    return None


def _is_zero(x: Variable) -> bool:
    value = number_of(x)
    return value is not None and not value


def _is_smaller(a: Variable, b: Variable) -> bool:
    """Whether `a` is known to have fewer elements than `b`."""
    known = [n for v in (a, b) for n in v.type.shape]
    if not all(isinstance(n, int) for n in known):
        return False
    return bool(np.prod(a.type.shape) < np.prod(b.type.shape))
