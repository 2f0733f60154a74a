"""The places of elements that are not zero, as many as the values say.

Their numbers are computed first, by a program of its own; see `Staged`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import refuse_batched, shape_of, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.indexing.flat_index import unravel_index
from tensorgraph.ops.shaping.shape import ravel
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor, static_value

POSITIONS = ir.Routine("tg_positions", "tg")


@dataclass(frozen=True)
class Positions(TensorOp):
    """Where a vector of bools is true, given how often it is."""

    distinct = (0,)

    def infer(self, mask: Variable, count: Variable) -> TensorType:
        known = static_value(count)
        return TensorType("int64", (None if known is None else int(known),))

    def evaluate(self, xp: Any, mask: Any, count: Any) -> Any:
        return xp.nonzero(mask)[0]

    def pullback(self, mask: Variable, count: Variable, y: Variable, g: Any) -> Any:
        return None, None

    def batch(self, batched: Sequence[bool], mask: Variable, count: Variable) -> Any:
        refuse_batched("nonzero", "the number of true elements", batched)

    def lower(self, loop: Any, mask: Any, count: Any) -> Any:
        number = loop.as_extent(count)

        def emit(inputs: Any, outputs: Any, scratch: Any) -> Any:
            (mask,), (places,) = inputs, outputs
            starts = (Address(b, (ir.Const(0),)) for b in (mask, places))
            start, first = starts
            arguments = (start, mask.extents[0], first, number)
            return [ir.Call(POSITIONS, arguments, reads=(mask,), writes=(places,))]

        return loop.call([mask], [((number,), "int64")], emit, (POSITIONS,))[0]


def truth(x: Any) -> Any:
    """Whether each element is not zero."""
    x = as_tensor(x)
    return x if x.type.dtype == "bool" else math.neq(x, 0)


def flatnonzero(x: Any) -> Any:
    """The places of the elements that are not zero, of `x` in C order.

    >>> flatnonzero([[0.0, 2.0], [3.0, 0.0]]).eval()
    array([1, 2])
    """
    known = static_value(as_tensor(x))
    if known is not None:
        return as_tensor(np.flatnonzero(known))
    mask = ravel(truth(x))
    return Positions()(mask, sum(cast(mask, "int64")))


def nonzero(x: Any) -> tuple[Any, ...]:
    """The subscripts of the elements that are not zero, a vector for each axis.

    Raises `ShapeError` for an array without axes.

    >>> rows, columns = nonzero([[0.0, 2.0], [3.0, 0.0]])
    >>> rows.eval(), columns.eval()
    (array([0, 1]), array([1, 0]))
    """
    x = as_tensor(x)
    if x.type.ndim == 0:
        raise ShapeError(
            "nonzero of an array without axes.", remedy="Use nonzero(atleast_1d(x))."
        )
    known = static_value(x)
    if known is not None:
        return tuple(map(as_tensor, np.nonzero(known)))
    places = flatnonzero(x)
    return (places,) if x.type.ndim == 1 else unravel_index(places, shape_of(x))
