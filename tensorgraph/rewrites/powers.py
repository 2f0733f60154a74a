"""Powers with small known exponents: products, roots, reciprocals."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import reciprocal, sqr, sqrt
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.rewrites.facts import is_real_float

powers = Rules("powers")
rule = powers.rule

x = hole("x", is_real_float)


@rule(hole("z") ** 2, rounding=True)
def a_second_power_is_a_square(z: Variable, out: Variable) -> Any:
    """One product in place of a power; one form for squares."""
    return sqr(z) if z.type.dtype == out.type.dtype else None


@rule(x**-1, rounding=True)
def power_minus_one_is_a_reciprocal(x: Variable) -> Any:
    """A division in place of a power."""
    return reciprocal(x)


@rule(x**0.5, rounding=True, exempt=lambda x: np.isneginf(x))
def power_one_half_is_a_root(x: Variable) -> Any:
    """A root in place of a power; they differ at minus infinity only."""
    return sqrt(x)


@rule(x**-0.5, rounding=True,
      exempt=lambda x: np.isneginf(x) | (x == 0))  # fmt: skip
def power_minus_one_half_is_a_reciprocal_root(x: Variable) -> Any:
    """A root and a division in place of a power."""
    return reciprocal(sqrt(x))


@rule(x**-2, rounding=True, moderate=True)
def power_minus_two_is_the_reciprocal_of_a_square(x: Variable) -> Any:
    """A product and a division in place of a power."""
    return reciprocal(sqr(x))


@rule(x**3, rounding=True, moderate=True)
def a_third_power_is_two_products(x: Variable) -> Any:
    """Two products in place of a power."""
    return x * sqr(x)


@rule(x**4, rounding=True, moderate=True)
def a_fourth_power_is_a_square_of_a_square(x: Variable) -> Any:
    """Two products in place of a power."""
    return sqr(sqr(x))
