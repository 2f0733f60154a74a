"""What a graph proves of a tensor: finite, not negative, the same everywhere."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.tensor import static_value

DEPTH = 4
"""Proofs look at so many ops at most."""

_SEE_THROUGH = (ExpandDims, Squeeze, BroadcastTo)
_NOT_NEGATIVE = (math.sqr, math.exp, math.abs, math.sqrt, math.sigmoid, math.softplus)
_CARRY_ROUNDING = (
    math.mul, math.true_div, math.sqr, math.exp, math.log, math.log1p, math.expm1,
    math.sqrt, math.softplus, math.sigmoid, math.tanh, math.pow, math.gammaln,
)  # fmt: skip


def is_number(x: Variable) -> bool:
    """Whether every element is one number that is known."""
    return number_of(x) is not None


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


def is_finite(x: Variable, depth: int = DEPTH) -> bool:
    """Whether no element can be nan or infinite."""
    if is_integer(x):
        return True
    value = static_value(x)
    if value is not None:
        return bool(np.isfinite(value).all())
    node = x.owner
    if node is None or not depth:
        return False
    if isinstance(node.op, (*_SEE_THROUGH, Cast)):
        small = isinstance(node.op, Cast) and node.op.dtype in ("float16", "float32")
        return not small and is_finite(node.inputs[0], depth - 1)
    kept = (math.neg, math.abs, math.sin, math.cos, math.tanh, math.sigmoid, math.sign)
    if any(node.op is op for op in kept):
        return is_finite(node.inputs[0], depth - 1)
    return False


def is_not_negative(x: Variable, depth: int = DEPTH) -> bool:
    """Whether no element can be below zero; nan may be among them."""
    if not is_real(x):
        return False
    if x.type.dtype[0] in "ub":
        return True
    value = static_value(x)
    if value is not None:
        return bool((value >= 0).all())
    node = x.owner
    if node is None or not depth:
        return False
    if any(node.op is op for op in _NOT_NEGATIVE) or isinstance(node.op, Shape):
        return True
    if isinstance(node.op, (*_SEE_THROUGH, Sum)):
        return is_not_negative(node.inputs[0], depth - 1)
    closed = (math.add, math.mul, math.true_div, math.minimum, math.reciprocal)
    if any(node.op is op for op in closed):
        return all(is_not_negative(v, depth - 1) for v in node.inputs)
    if node.op is math.maximum:
        return any(is_not_negative(v, depth - 1) for v in node.inputs)
    return False


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
