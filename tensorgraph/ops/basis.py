"""The standard basis: an array for each element, 1 there and 0 elsewhere."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.shaping.shape import reshape


def basis_like(x: Variable) -> Any:
    """One array of the shape and dtype of `x` for each of its elements, in C order.

    >>> from tensorgraph.ops.tensor import constant
    >>> basis_like(constant([1.0, 2.0])).eval()
    array([[1., 0.],
           [0., 1.]])
    """
    shape = shape_of(x)
    size: Any = 1
    for length in shape:
        size = length * size
    return reshape(eye(size, dtype=x.type.dtype), (size, *shape))
