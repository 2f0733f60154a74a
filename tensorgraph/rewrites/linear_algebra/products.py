"""Products of matrices that are vectors in disguise."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims, Squeeze
from tensorgraph.ops.linalg.product import Dot

products = Rules("products")


@products.node_rule(Dot, rounding=True, moderate=True)
def a_matrix_of_one_row_or_column_is_a_vector_in_products(node: Apply) -> Any:
    """A product with a vector fuses with what feeds it; one of matrices is a call."""
    x, y = node.inputs
    op, out = node.op, node.outputs[0]
    assert isinstance(op, Dot)
    if op.left == 2 and x.type.shape[-2] == 1:
        row = Squeeze((x.type.ndim - 2,))(x)
        place = out.type.ndim - (1 if op.right == 1 else 2)
        return ExpandDims((place,))(Dot(1, op.right)(row, y))
    if op.right == 2 and y.type.shape[-1] == 1:
        column = Squeeze((y.type.ndim - 1,))(y)
        return ExpandDims((out.type.ndim - 1,))(Dot(op.left, 1)(x, column))
    return None
