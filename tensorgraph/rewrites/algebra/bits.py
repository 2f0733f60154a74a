"""Bits of integers: masks and shifts that change nothing, or meet."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.elementwise import ELEMENTWISE
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.pointwise.bits import left_shift, right_shift
from tensorgraph.rewrites.facts import is_number

bits = Rules("bits")
rule = bits.rule

bitwise_and, bitwise_or = ELEMENTWISE["bitwise_and"], ELEMENTWISE["bitwise_or"]
bitwise_xor, bitwise_not = ELEMENTWISE["bitwise_xor"], ELEMENTWISE["invert"]

n, m = (hole(name, lambda v: v.type.dtype[0] in "iu") for name in "nm")
c, d = hole("c", is_number), hole("d", is_number)


@rule(bitwise_or(n, 0), bitwise_xor(n, 0), left_shift(n, 0), right_shift(n, 0))
def no_bits_change_nothing(n: Variable) -> Any:
    """Zero has no bits, and shifts nowhere."""
    return n


@rule(bitwise_and(n, 0))
def no_bits_are_common_with_zero(n: Variable) -> Any:
    """Zero has none."""
    return 0


@rule(bitwise_and(n, -1))
def all_bits_are_common_with_minus_one(n: Variable) -> Any:
    """Minus one has all."""
    return n


@rule(bitwise_and(n, n), bitwise_or(n, n))
def bits_are_those_of_oneself(n: Variable) -> Any:
    """Both operands are the same variable."""
    return n


@rule(bitwise_xor(n, n))
def nothing_differs_from_oneself(n: Variable) -> Any:
    """Both operands are the same variable."""
    return 0


@rule(bitwise_not(bitwise_not(n)))
def bits_turned_twice_are_the_bits(n: Variable) -> Any:
    """Turning them is its own inverse."""
    return n


@rule(bitwise_xor(bitwise_xor(n, m), m))
def bits_changed_twice_are_the_bits(n: Variable, m: Variable) -> Any:
    """A mask changes them back."""
    return n if n.type.dtype == m.type.dtype else None


@rule(bitwise_and(bitwise_and(n, c), d), bitwise_or(bitwise_or(n, c), d),
      bitwise_xor(bitwise_xor(n, c), d))  # fmt: skip
def masks_meet_when_compiling(
    n: Variable, c: Variable, d: Variable, out: Variable
) -> Any:
    """One op in place of two."""
    same = n.type.dtype == c.type.dtype == d.type.dtype and not is_number(n)
    return out.owner.op(n, out.owner.op(c, d)) if same else None
