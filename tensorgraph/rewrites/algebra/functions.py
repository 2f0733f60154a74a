"""Functions of functions: inverses, repetitions, roots of squares, conjugates.

Sine and cosine of x + 2 pi are left alone: pi is no number of floating point, and what
is added to x is lost beside it.
"""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    abs,
    ceil,
    cos,
    exp,
    floor,
    mod,
    neg,
    reciprocal,
    sin,
    sqr,
    sqrt,
)
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.pointwise.parts import complex, conj, imag, real
from tensorgraph.rewrites.facts import is_integer, is_real, is_real_float
from tensorgraph.rewrites.ranges import is_finite, is_whole, range_of

functions = Rules("functions")
rule = functions.rule

a, b = hole("a", is_real_float), hole("b", is_real_float)
x, y = hole("x"), hole("y")
z = hole("z", lambda v: not is_real(v))


# -- roots and squares -----------------------------------------------------------------


@rule(sqrt(sqr(a)), rounding=True)
def the_root_of_a_square_is_the_size(a: Variable) -> Any:
    """The square may overflow, its root need not."""
    return abs(a)


@rule(sqr(sqrt(a)), rounding=True, widens=True)
def the_square_of_a_root_is_x(a: Variable) -> Any:
    """Where the root exists."""
    return a


@rule(a / sqrt(a), rounding=True, widens=True)
def x_over_its_root_is_its_root(a: Variable) -> Any:
    """One function in place of two, and no 0/0 at zero."""
    return sqrt(a)


# -- exponentials, sines ---------------------------------------------------------------


@rule(1 / exp(a), reciprocal(exp(a)), once=True, rounding=True)
def the_reciprocal_of_exp_is_exp_of_minus(a: Variable) -> Any:
    """No division."""
    return exp(neg(a))


@rule(sqr(sin(a)) + sqr(cos(a)), when=lambda a: is_finite(a), rounding=True)
def sine_and_cosine_lie_on_the_circle(a: Variable) -> Any:
    """Infinity has neither, so a must be proven finite."""
    return 1.0


# -- whole numbers ---------------------------------------------------------------------


@rule(floor(x), ceil(x), when=is_whole)
def whole_numbers_are_not_rounded(x: Variable) -> Any:
    """It is proven from the graph that there is no fraction."""
    return x


def _is_a_rest(x: Variable, y: Variable) -> bool:
    """Whether it is proven that 0 <= x < y; x may be nan."""
    first, second = range_of(x), range_of(y)
    exact = not (first.whole or second.whole) or second.low < 2.0**52
    return exact and first.low >= 0 and first.high < second.low and not second.nan


@rule(mod(x, y), when=_is_a_rest)
def a_rest_is_its_own_rest(x: Variable, y: Variable) -> Any:
    """It is proven from the graph that x lies between zero and y."""
    return x


@rule(mod(mod(x, y), y), when=lambda out: is_integer(out))
def the_rest_of_a_rest_is_the_rest(out: Variable) -> Any:
    """It lies between zero and y; that of a float may have been rounded to y."""
    return out.owner.inputs[0]


# -- complex numbers -------------------------------------------------------------------


@rule(conj(conj(x)))
def two_conjugates_cancel(x: Variable) -> Any:
    """Conjugation is its own inverse."""
    return x


@rule(real(conj(x)), abs(conj(x)))
def conjugates_have_the_same_real_part_and_size(x: Variable, out: Variable) -> Any:
    """Only the sign of the imaginary part differs."""
    return out.owner.op(x)


@rule(imag(conj(x)), when=lambda out: is_real_float(out))
def the_imaginary_part_of_a_conjugate_is_the_opposite(x: Variable) -> Any:
    """Only its sign differs."""
    return -imag(x)


@rule(real(complex(a, y)))
def the_real_part_is_what_was_put_there(a: Variable) -> Any:
    """Put together and taken apart again."""
    return a


@rule(imag(complex(x, b)))
def the_imaginary_part_is_what_was_put_there(b: Variable) -> Any:
    """Put together and taken apart again."""
    return b


@rule(complex(real(z), imag(z)))
def parts_put_together_are_the_number(z: Variable) -> Any:
    """Taken apart and put together again."""
    return z
