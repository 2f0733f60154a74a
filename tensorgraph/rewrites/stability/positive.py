"""Logarithms that are simpler than what they are of, of what is positive."""

from __future__ import annotations

from math import log as log_of_number
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.ops.broadcast import ExpandDims, Sum
from tensorgraph.ops.math import (
    abs,
    erfc,
    exp,
    log,
    mul,
    reciprocal,
    sigmoid,
    softplus,
    sqr,
    sqrt,
    true_div,
)
from tensorgraph.ops.reducing.softmax import logsumexp
from tensorgraph.ops.special.logarithms import log_erfc
from tensorgraph.ops.special.normal import log_ndtr, ndtr
from tensorgraph.rewrites.facts import is_op, is_real_float
from tensorgraph.rewrites.ranges import is_not_negative
from tensorgraph.rewrites.stability.factors import finite_number

DEPTH = 4
"""Products are looked into so far."""

_LOGS: dict[Any, Any] = {
    exp: lambda x: x,
    sigmoid: lambda x: -softplus(-x),
    ndtr: log_ndtr,
    erfc: log_erfc,
    sqr: lambda x: 2.0 * log(x if is_not_negative(x) else abs(x)),
    sqrt: lambda x: 0.5 * log(x),
}
"""Functions that are never negative, and their logarithms."""


def simple_log(y: Variable, depth: int = DEPTH) -> Any:
    """The logarithm of a `y` that is written so that it is simpler than y, or None.

    It is a Python number for a positive one. Only what is proven not to be negative
    has one; functions of integers, which wrap around, do not.
    """
    number = finite_number(y)
    if number is not None:
        return log_of_number(number) if number > 0 else None
    node = y.owner
    if node is None or not depth:
        return None
    if node.op in (mul, true_div):
        return _of_product(node, depth - 1)
    (x, *_) = node.inputs
    if not is_real_float(x):
        return None
    if node.op is reciprocal:
        found = simple_log(x, depth - 1)
        return None if found is None else -found
    if isinstance(node.op, ExpandDims):
        found = simple_log(x, depth - 1)
        return None if found is None else node.op(found)
    if isinstance(node.op, Sum) and is_op(x, exp):
        assert x.owner is not None
        exponent = x.owner.inputs[0]
        return logsumexp(exponent, node.op.axes) if is_real_float(exponent) else None
    return _LOGS[node.op](x) if node.op in _LOGS else None


def _of_product(node: Apply, depth: int) -> Any:
    """The logarithm of a product or quotient, if a factor has a simple one."""
    found = [simple_log(v, depth) for v in node.inputs]
    if all(v is None or isinstance(v, float) for v in found):
        return None
    logs = []
    for v, simple in zip(node.inputs, found, strict=True):
        if simple is None and not is_not_negative(v):
            return None
        logs.append(log(v) if simple is None else simple)
    return logs[0] + logs[1] if node.op is mul else logs[0] - logs[1]
