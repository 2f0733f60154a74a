"""Trigonometric and hyperbolic functions: inverses, signs, and what is even or odd."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import abs, arctan, cos, sin, sqrt, tanh
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.pointwise.trigonometry import (
    arccos,
    arccosh,
    arcsin,
    arcsinh,
    arctanh,
    cosh,
    deg2rad,
    rad2deg,
    sinc,
    sinh,
    tan,
)
from tensorgraph.rewrites.facts import is_real_float

trigonometry = Rules("trigonometry")
rule = trigonometry.rule

a = hole("a", is_real_float)


@rule(sin(arcsin(a)), cos(arccos(a)), tanh(arctanh(a)), cosh(arccosh(a)),
      rounding=True, widens=True)  # fmt: skip
def a_function_undoes_its_inverse(a: Variable) -> Any:
    """Where the inverse exists."""
    return a


@rule(tan(arctan(a)), sinh(arcsinh(a)), arcsinh(sinh(a)), arctanh(tanh(a)),
      deg2rad(rad2deg(a)), rad2deg(deg2rad(a)),
      rounding=True, moderate=True, exempt=lambda a: np.isinf(a))  # fmt: skip
def functions_that_undo_each_other_cancel(a: Variable) -> Any:
    """Defined everywhere; the inner function may lose digits or overflow."""
    return a


@rule(arccosh(cosh(a)), rounding=True)
def the_inverse_of_an_even_function_gives_the_size(a: Variable) -> Any:
    """cosh forgets the sign, and may overflow."""
    return abs(a)


@rule(cos(arcsin(a)), sin(arccos(a)), rounding=True)
def sine_and_cosine_share_a_circle(a: Variable) -> Any:
    """A root in place of two functions; near one no digits cancel."""
    return sqrt((1 - a) * (1 + a))


@rule(tan(arcsin(a)), rounding=True, exempt=lambda a: np.abs(a) == 1)
def the_tangent_of_an_arcsine(a: Variable) -> Any:
    """A root and a division in place of two functions."""
    return a / sqrt((1 - a) * (1 + a))


@rule(sin(a) / cos(a), once=True, rounding=True)
def sine_over_cosine_is_the_tangent(a: Variable) -> Any:
    """One function in place of two."""
    return tan(a)


@rule(cosh(-a), cosh(abs(a)), sinc(-a), sinc(abs(a)))
def even_functions_of_angles_ignore_the_sign(a: Variable, out: Variable) -> Any:
    """f(-x) is f(x)."""
    return out.owner.op(a)


@rule(tan(-a), arcsin(-a), sinh(-a), arcsinh(-a), arctanh(-a), deg2rad(-a), rad2deg(-a))
def odd_functions_of_angles_pass_the_sign_on(a: Variable, out: Variable) -> Any:
    """f(-x) is -f(x), and outside the sign can meet another."""
    return -out.owner.op(a)
