"""Constants: what does not depend on inputs is computed once."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import BroadcastTo
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.subtensor import IntoZeros
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorOp, TensorType

MOST_ELEMENTS = 1_000_000
"""Elementwise ops on more elements are left for the compiled code."""
MOST_WORK = 10_000
"""Other ops take inputs of so many elements at most: a matrix of 100 by 100."""
SMALL = 16
"""A result may be larger than its inputs up to here; beyond, broadcasting is free."""

fold = Rules("fold")


@fold.node_rule(TensorOp, constant=True)
def what_is_constant_is_computed_once(node: Apply) -> Any:
    """Its value does not depend on the inputs; large results stay a computation."""
    if node.op.lazy or node.op.random or node.op.acts or not _is_cheap(node):
        return None
    try:
        with np.errstate(all="ignore"):
            values = evaluate(node.outputs, {}, numpy_namespace)
    except Exception:  # it will be raised, with the user's line, when it is computed
        return None
    return [
        v.type.constant(_frozen(x)) for v, x in zip(node.outputs, values, strict=True)
    ]


def _is_cheap(node: Apply) -> bool:
    """Whether the work is bounded and the results not much larger than the inputs."""
    if not all(isinstance(v.type, TensorType) for v in (*node.inputs, *node.outputs)):
        return False
    if isinstance(node.op, BroadcastTo | IntoZeros) or None in _lengths(node):
        return False
    size = sum(v.value.size for v in node.inputs if isinstance(v, Constant))
    result = sum(int(np.prod(v.type.shape)) for v in node.outputs)
    most = MOST_ELEMENTS if isinstance(node.op, Elementwise | Cast) else MOST_WORK
    return size <= most and result <= max(SMALL, size)


def _lengths(node: Apply) -> list[Any]:
    lengths = [n for v in node.outputs for n in v.type.shape]
    return [n if isinstance(n, int) else None for n in lengths]


def _frozen(value: Any) -> np.ndarray:
    array = np.ascontiguousarray(value).reshape(np.shape(value))
    array.flags.writeable = False
    return array


@fold.node_rule(Elementwise, among=(Constant,))
def constants_have_the_dtype_they_are_used_in(node: Apply) -> Any:
    """Int8 1 and float64 1.0 become one constant; nothing is converted at run time."""
    given = tuple(v.type.dtype for v in node.inputs)
    enter, _ = node.op.dtypes(given)
    if enter == given:
        return None
    inputs = [_cast(v, dtype) for v, dtype in zip(node.inputs, enter, strict=True)]
    changed = any(a is not b for a, b in zip(inputs, node.inputs, strict=True))
    return node.op(*inputs) if changed else None


def _cast(x: Variable, dtype: str) -> Variable:
    if (
        not isinstance(x, Constant)
        or x.type.dtype == dtype
        or x.value.size > MOST_ELEMENTS
    ):
        return x
    return TensorType(dtype, x.type.shape).constant(_frozen(x.value.astype(dtype)))
