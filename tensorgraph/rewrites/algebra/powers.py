"""Powers: those of one base meet; small known exponents are squares and roots."""

from __future__ import annotations

from math import isfinite
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import abs, mul, pow, reciprocal, sqr, sqrt, true_div
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.algebra.tree import Tree, hides_nan, is_pair, is_root
from tensorgraph.rewrites.facts import are_equally_wide, is_number, is_real_float
from tensorgraph.rewrites.ranges import is_not_negative

powers = Rules("powers")
rule = powers.rule

x, y = hole("x", is_real_float), hole("y", is_real_float)
c, d = hole("c", is_number), hole("d", is_number)


# -- small exponents -------------------------------------------------------------------


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


# -- powers of powers ------------------------------------------------------------------


MOST_BITS = 2.0**20
"""Exponents of so many bits before and after the point have an exact product."""


def _exponents(x: Variable, c: Variable, d: Variable) -> Any:
    """The product of two exponents, where powers of powers are powers."""
    if is_number(x) or not (is_real_float(c) and c.type.dtype == d.type.dtype):
        return None
    first, second = float(number_of(c)), float(number_of(d))
    whole = first.is_integer() and second.is_integer()
    both = first * second
    few = all(
        (e * MOST_BITS).is_integer() and -MOST_BITS < e < MOST_BITS
        for e in (first, second)
    )
    return both if few and (whole or is_not_negative(x)) else None


@rule((x**c) ** d, rounding=True, moderate=True)
def exponents_are_multiplied(x: Variable, c: Variable, d: Variable) -> Any:
    """One power in place of two, where x is not negative or the exponents are whole."""
    both = _exponents(x, c, d)
    return None if both is None else x**both


@rule(sqr(x**c), when=lambda x, c: is_real_float(c) and not is_number(x),
      rounding=True, moderate=True, widens=True)  # fmt: skip
def the_square_of_a_power_has_twice_the_exponent(x: Variable, c: Variable) -> Any:
    """One op less."""
    return x ** (2 * number_of(c))


@rule(sqrt(x**c), when=lambda x, c: is_not_negative(x) and is_real_float(c)
      and not is_number(x), rounding=True, moderate=True)  # fmt: skip
def the_root_of_a_power_has_half_the_exponent(x: Variable, c: Variable) -> Any:
    """One op less, where x is proven not to be negative."""
    return x ** (0.5 * number_of(c))


@rule(reciprocal(x**c), 1 / x**c, when=lambda x, c: is_real_float(c)
      and not is_number(x), rounding=True, moderate=True)  # fmt: skip
def the_reciprocal_of_a_power_has_the_opposite_exponent(
    x: Variable, c: Variable
) -> Any:
    """No division."""
    return x ** -number_of(c)


@rule(sqr(x) ** c, when=lambda x, c: is_real_float(c) and not is_number(x),
      rounding=True, moderate=True)  # fmt: skip
def a_power_of_a_square_is_one_of_the_size(x: Variable, c: Variable) -> Any:
    """One op less, or as many; a whole power of a square needs no size."""
    whole = float(number_of(c)).is_integer()
    return (x if whole else abs(x)) ** (2 * number_of(c))


# -- products of powers ----------------------------------------------------------------


@rule(sqr(x) * sqr(y), sqr(x) / sqr(y), when=lambda x, y: are_equally_wide(x, y),
      once=True, rounding=True, moderate=True)  # fmt: skip
def squares_of_factors_are_the_square_of_the_product(
    x: Variable, y: Variable, out: Variable
) -> Any:
    """One op less."""
    return sqr(out.owner.op(x, y))


PRODUCTS = (mul, true_div)
COSTS = {0: 0, 1: 0, 2: 1, 3: 2, 4: 2, 5: 3, 6: 3, 8: 3, 0.5: 5, -0.5: 9, -1: 4, -2: 5}
"""What small powers cost, in products; others are calls."""
CALL, DIVISION = 25, 4


class Power(NamedTuple):
    """A factor as a power of a base, inverted where it is divided by."""

    base: Variable
    exponent: float
    cost: int


def _may_have_equal_bases(node: Apply, graph: Any) -> bool:
    """Whether a node is the root of a product, and not of two bases that differ."""
    out = node.outputs[0]
    if not is_real_float(out) or not is_root(node, PRODUCTS, graph):
        return False
    if not is_pair(node, PRODUCTS, graph):
        return True
    first, second = (_power(v, 1, out, graph) for v in node.inputs)
    return first.base is second.base


@powers.node_rule(*PRODUCTS, when=_may_have_equal_bases,
                  rounding=True, moderate=True, widens=True)  # fmt: skip
def powers_of_one_base_meet(node: Apply, graph: Any) -> Any:
    """One power in place of several, and nothing in place of what cancels.

    Only where that is less work: x * x**2 stays as it is. Beside other factors, only
    what cancels: y / x**2 may underflow where (y / x) / x does not.
    """
    out = node.outputs[0]
    tree = Tree(node, PRODUCTS, graph)
    factors = [_power(v, sign, out, graph) for v, sign in tree.leaves]
    groups: dict[Variable, list[Power]] = {}
    for factor in factors:
        groups.setdefault(factor.base, []).append(factor)
    if len(groups) == len(factors):
        return None
    alike = [b for b, group in groups.items() if len(group) > 1 and not is_number(b)]
    found = {b: _total(groups[b], len(groups) == 1) for b in alike}
    totals = {b: total for b, total in found.items() if total is not None}
    gone = {b for b, total in totals.items() if not total}
    if not totals or len(gone) == len(groups) or hides_nan(gone, groups.keys() - gone):
        return None
    return tree.merged([f.base for f in factors], totals, _raised, reciprocal)


def _power(v: Variable, sign: int, out: Variable, graph: Any) -> Power:
    """A factor as a power; what else is used is there anyway, and costs nothing."""
    node = v.owner
    mine = Power(v, sign, DIVISION if sign < 0 else 1)
    if node is None or v.type.dtype != out.type.dtype:
        return mine
    exponent = EXPONENTS.get(node.op)
    if node.op is pow:
        exponent = number_of(node.inputs[1])
    if exponent is None or not isfinite(exponent):
        return mine
    work = COSTS.get(float(exponent), CALL) if graph.use_count(v) == 1 else 0
    return Power(node.inputs[0], sign * float(exponent), mine.cost + work)


EXPONENTS = {sqr: 2, sqrt: 0.5, reciprocal: -1}


def _total(group: list[Power], alone: bool) -> float | None:
    """The exponent of the product of powers of one base, if that is less work.

    It is larger than all of them only for x * x, or if there are no other factors.
    """
    exponents = [float(factor.exponent) for factor in group]
    total = sum(exponents)
    if exponents == [1, 1]:
        return total
    half = all((2 * e).is_integer() for e in exponents)
    cancels = alone or total * total <= max(e * e for e in exponents)
    before = sum(factor.cost for factor in group)
    after = COSTS.get(total, CALL) + (1 if total else 0)
    return total if half and cancels and after < before else None


def _raised(base: Variable, exponent: float) -> Any:
    """A power, the shortest way."""
    return base if exponent == 1 else base**exponent
