"""Examples with elements of another dtype, complex or small."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import TensorGraphError
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import TensorOp, TensorType
from tensorgraph.testing.example import Example


def retyped(example: Example, dtype: str) -> Example | None:
    """The example with its float64 inputs in another dtype; None if it has none.

    Where only elements are moved, the expected result moves along; elsewhere it is what
    the reference evaluator says. None also where an op refuses the dtype.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> other = retyped(Example({x: [1.0, 2.0]}, x[::-1], [2.0, 1.0]), "complex128")
    >>> other.expected_list[0]
    array([2.+1.j , 1.+0.5j])
    """
    replaced: dict[Variable, Any] = {
        v: TensorType(dtype, v.type.shape)(v.name)
        for v in example.inputs
        if v.type.dtype == "float64"
    }
    given = {replaced.get(v, v): turned(x, dtype) if v in replaced else x
             for v, x in example.values.items()}  # fmt: skip
    nodes = [n for n in applies(example.output_list) if n.inputs]
    try:
        moves = all([_rebuild(node, replaced) for node in nodes])
        outputs = [replaced.get(y, y) for y in example.output_list]
        expected = evaluate(outputs, given, numpy_namespace)
    except TensorGraphError:
        return None
    if not any(y.type.dtype == dtype for y in outputs):
        return None
    if moves and all(y in replaced for y in example.output_list):
        expected = [turned(y, dtype) for y in example.expected_list]
    digits = 64 * float(np.finfo(dtype).eps)
    return Example(given, outputs, expected, gradient=False, batch=False, rtol=digits)


def turned(value: Any, dtype: str) -> np.ndarray:
    """Float64 numbers in another dtype; as complex numbers they get imaginary parts."""
    value = np.asarray(value)
    return (value * (1 + 0.5j) if dtype[0] == "c" else value).astype(dtype)


def _rebuild(node: Apply, replaced: dict[Variable, Any]) -> bool:
    """Apply the op of a node to what replaces its inputs; whether it moves elements."""
    if replaced.keys().isdisjoint(node.inputs):
        return True
    made = node.op(*[replaced.get(v, v) for v in node.inputs])
    made = made if isinstance(made, list | tuple) else [made]
    replaced.update(zip(node.outputs, made, strict=True))
    return isinstance(node.op, TensorOp) and node.op.moves_elements
