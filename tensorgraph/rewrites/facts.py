"""What a graph shows of a tensor: its kind, where it is repeated, if it is rounded."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import has_number
from tensorgraph.ops import math
from tensorgraph.ops.tensor import static_value
from tensorgraph.rewrites.ranges import is_finite, is_not_negative

__all__ = ["is_finite", "is_not_negative"]

is_number = has_number
"""Whether every element is one number that is known."""

DEPTH = 4
"""Proofs look at so many ops at most."""

_CARRY_ROUNDING = (
    math.mul, math.true_div, math.sqr, math.exp, math.log, math.log1p, math.expm1,
    math.sqrt, math.softplus, math.sigmoid, math.tanh, math.pow, math.gammaln,
)  # fmt: skip


def is_constant_array(x: Variable) -> bool:
    """Whether the elements are known, and not all the same number."""
    return static_value(x) is not None and not is_number(x)


def is_real_float(x: Variable) -> bool:
    """Whether the dtype is a real floating one."""
    return x.type.dtype[0] == "f"


def is_real(x: Variable) -> bool:
    """Whether the dtype is not a complex one."""
    return x.type.dtype[0] != "c"


def is_integer(x: Variable) -> bool:
    """Whether the elements are integers or bools: never nan or infinite."""
    return x.type.dtype[0] in "iub"


def is_spread(s: Variable, x: Variable) -> bool:
    """Whether `s` is repeated along an axis of `x` and nowhere longer than it.

    Numbers are spread over everything that is no number.
    """
    if is_number(s):
        return not is_number(x)
    if is_number(x):
        return False
    pairs = list(zip(s.type.shape, x.type.shape, strict=True))
    narrower = any(a == 1 and b != 1 for a, b in pairs)
    return narrower and all(a == 1 or b != 1 for a, b in pairs)


def are_equally_wide(a: Variable, b: Variable) -> bool:
    """Whether two factors have the same axes, and none is a number.

    A product has one form: narrow factors meet before they are multiplied with wide
    ones, and leave products of equally wide ones.
    """
    return not (is_number(a) or is_number(b) or is_spread(a, b) or is_spread(b, a))


def carries_rounding(x: Variable, depth: int = DEPTH) -> bool:
    """Whether the elements are rounded: not exact data, nor differences of them.

    A sum with a rounded term is rounded to the size of its largest term.
    """
    node = x.owner
    if node is None or not depth:
        return False
    if any(node.op is op for op in _CARRY_ROUNDING):
        return True
    if node.op is not math.add and node.op is not math.sub:
        return False
    return any(carries_rounding(v, depth - 1) for v in node.inputs)


def is_op(x: Variable, op: Any) -> bool:
    """Whether `x` is computed by an op, or by an op of a class."""
    if x.owner is None:
        return False
    return isinstance(x.owner.op, op) if isinstance(op, type) else x.owner.op is op
