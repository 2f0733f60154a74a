"""Signs: where they cancel, and how they leave products to meet others."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    abs,
    arctan,
    cos,
    erf,
    neg,
    reciprocal,
    sign,
    sin,
    sqr,
    tanh,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import is_number, is_real, is_real_float, is_spread
from tensorgraph.rewrites.ranges import (
    is_not_nan,
    is_not_negative,
    is_positive,
    is_within,
)

signs = Rules("signs")
rule = signs.rule

x, y = hole("x"), hole("y")
a, b = hole("a", is_real_float), hole("b", is_real_float)
c = hole("c", is_number)
r = hole("r", is_real)
signed = hole("x", lambda v: v.type.dtype[0] not in "ub")


# -- sums and differences --------------------------------------------------------------


@rule(neg(neg(x)))
def two_signs_cancel(x: Variable) -> Any:
    """Minus is its own inverse."""
    return x


def _negates(y: Variable, out: Variable) -> bool:
    """Whether -y is what the sum takes: minus a byte is a byte, -(-128) is -128."""
    return y.type.dtype[0] in "fc" or y.type.dtype == out.type.dtype


@rule(x + (-y), when=_negates)
def adding_the_opposite_is_subtracting(x: Variable, y: Variable) -> Any:
    """One op in place of two, to the bit."""
    return x - y


@rule(x - (-y), when=_negates)
def subtracting_the_opposite_is_adding(x: Variable, y: Variable) -> Any:
    """One op in place of two, to the bit."""
    return x + y


@rule(a - c, when=lambda a, c: is_real_float(c) and not is_number(a))
def subtracting_a_number_is_adding_its_opposite(a: Variable, c: Variable) -> Any:
    """One form for sums with numbers, to the bit."""
    return a + -number_of(c)


@rule((-a) - b)
def a_sign_leaves_a_difference(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign or leave a sum; to the bit."""
    return -(a + b)


@rule(-(a - b), once=True)
def the_opposite_of_a_difference_is_reversed(a: Variable, b: Variable) -> Any:
    """One op in place of two; the sign of a zero is not kept."""
    return b - a


# -- products and quotients ------------------------------------------------------------


@rule((-a) * (-b), (-a) / (-b))
def two_signs_of_a_product_cancel(a: Variable, b: Variable, out: Variable) -> Any:
    """Neither has to be computed."""
    return out.owner.op(a, b)


@rule((-a) * c, (-a) / c, c / (-a), when=lambda c: is_real_float(c))
def a_sign_goes_into_the_number(a: Variable, c: Variable, out: Variable) -> Any:
    """A number is negated when compiling."""
    op, inputs = out.owner.op, out.owner.inputs
    return op(*[-number_of(c) if v is c else a for v in inputs])


@rule((-a) * b, when=lambda a, b: not is_number(b) and not is_spread(a, b))
def a_sign_leaves_a_product(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(a * b)


@rule((-a) / b, when=lambda b: not is_number(b))
def a_sign_leaves_a_numerator(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(a / b)


@rule(a / (-b), when=lambda a: not is_number(a))
def a_sign_leaves_a_denominator(a: Variable, b: Variable) -> Any:
    """Outside it can meet another sign, a sum or a number."""
    return -(a / b)


@rule(-(c * a), -(c / a), once=True,
      when=lambda a, c: is_real_float(c) and not is_number(a))  # fmt: skip
def a_number_takes_the_sign(c: Variable, a: Variable, out: Variable) -> Any:
    """A number is negated when compiling."""
    inner = out.owner.inputs[0].owner
    return inner.op(*[-number_of(c) if v is c else a for v in inner.inputs])


# -- functions -------------------------------------------------------------------------


@rule(sqr(-x), sqr(abs(r)), abs(-signed), cos(-a), cos(abs(a)), abs(abs(x)))
def even_functions_ignore_the_sign(out: Variable) -> Any:
    """f(-x) is f(x)."""
    return out.owner.op(*out.owner.inputs[0].owner.inputs)


@rule(sin(-a), tanh(-a), arctan(-a), erf(-a), sign(-a), reciprocal(-a))
def odd_functions_pass_the_sign_on(a: Variable, out: Variable) -> Any:
    """f(-x) is -f(x), and outside the sign can meet another."""
    return -out.owner.op(a)


# -- sizes and directions --------------------------------------------------------------


@rule(abs(x), when=is_not_negative)
def the_size_of_what_is_not_negative_is_itself(x: Variable) -> Any:
    """It is proven from the graph that x has no sign."""
    return x


@rule(abs(a), when=lambda a: is_within(a, -inf, 0))
def the_size_of_what_is_not_positive_is_its_opposite(a: Variable) -> Any:
    """It is proven from the graph that a is nowhere above zero."""
    return -a


@rule(abs(c * a), abs(a / c), abs(c / a),
      when=lambda a, c: is_real_float(c) and not is_number(a))  # fmt: skip
def a_number_leaves_a_size(c: Variable, a: Variable, out: Variable) -> Any:
    """Outside it can meet other numbers; to the bit."""
    inner = out.owner.inputs[0].owner
    return inner.op(*[np.abs(number_of(c)) if v is c else abs(a) for v in inner.inputs])


@rule(abs(a) * abs(b), abs(a) / abs(b), when=lambda a, b: not is_spread(a, b)
      and not is_spread(b, a))  # fmt: skip
def sizes_of_factors_are_the_size_of_the_product(
    a: Variable, b: Variable, out: Variable
) -> Any:
    """One op less; to the bit."""
    return abs(out.owner.op(a, b))


@rule(sign(sign(r)))
def the_sign_of_a_sign_is_the_sign(out: Variable) -> Any:
    """It is -1, 0 or 1 already."""
    return out.owner.inputs[0]


@rule(sign(a), when=lambda a: is_positive(a) and is_not_nan(a))
def the_sign_of_what_is_positive_is_one(a: Variable) -> Any:
    """It is proven from the graph where a lies."""
    return 1


@rule(a * sign(a))
def x_times_its_sign_is_its_size(a: Variable) -> Any:
    """One op in place of two; to the bit."""
    return abs(a)


@rule(abs(a) * sign(a))
def the_size_with_its_sign_is_x(a: Variable) -> Any:
    """Taken apart and put together again; to the bit."""
    return a
