"""What patterns need to know of ops: their operators, and which tensors are one number.

Whoever writes rules imports `hole` from here, and so has both.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Constant, Variable
from tensorgraph.graph.pattern import VOCABULARY, flat, hole
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.tensor import TensorType

__all__ = ["flat", "hole", "number_of"]

MOST_ELEMENTS = 1000
"""Constants with more elements are not searched for a common value."""


def number_of(variable: Variable) -> Any:
    """The number that every element of a tensor is known to be, as a NumPy scalar, or
    None.

    Looks through casts, new axes and broadcasts.

    >>> number_of(math.add(1.0, [2.0]).owner.inputs[0])
    np.float64(1.0)
    """
    node = variable.owner
    if node is None:
        return _constant_number(variable) if isinstance(variable, Constant) else None
    kind = type(node.op)
    if kind is ExpandDims or kind is BroadcastTo:
        return number_of(node.inputs[0])
    if kind is Cast:
        value = number_of(node.inputs[0])
        return None if value is None else np.asarray(value).astype(node.op.dtype)[()]
    return None


def _constant_number(variable: Constant) -> Any:
    """The number, which is kept among the facts."""
    facts = variable.facts
    if facts is None or "number" not in facts:
        facts = variable.facts = {**(facts or {}), "number": _common_number(variable)}
    return facts["number"]


def _common_number(variable: Constant) -> Any:
    value = variable.value
    if not isinstance(variable.type, TensorType) or not 0 < value.size <= MOST_ELEMENTS:
        return None
    first = value.flat[0]
    if value.size == 1:
        return first
    bits = first.tobytes()
    return first if value.tobytes() == bits * value.size else None


VOCABULARY.number = number_of
VOCABULARY.operators.update(
    add=math.add, sub=math.sub, mul=math.mul, true_div=math.true_div, pow=math.pow,
    neg=math.neg,
)  # fmt: skip
