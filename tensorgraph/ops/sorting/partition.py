"""Partitions: arrays in which some elements are where sorting would put them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import BoundsError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Const
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.check import check
from tensorgraph.ops.creating.create import zeros_like
from tensorgraph.ops.indexing.along import UpdateAlong, one_axis
from tensorgraph.ops.indexing.bounds import integers
from tensorgraph.ops.linalg.stacks import each_core, stack_extents
from tensorgraph.ops.pointwise.parts import is_complex
from tensorgraph.ops.shaping.shape import moveaxis, ravel
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.sorting.sort import KINDS, argsort, sort, sortable
from tensorgraph.ops.tensor import TensorType, as_tensor, refuse_complex, static_value

PARTITION = ir.Routine("tg_partition", "tg")

FEW = 8
"""Up to so many elements are selected one by one; for more of them all are sorted."""


@dataclass(frozen=True)
class Partition(SignatureOp):
    """Vectors in which elements of given numbers are as if sorted, and where all were.

    Smaller elements come first, larger ones last; within each part they keep their
    order. nan is the largest. A number outside counts as the nearest inside.
    """

    signature = "(n),(k)->(n),(n)"
    distinct = (1,)

    def infer(self, x: Variable, kth: Variable) -> list[TensorType]:
        refuse_complex("partition", [x.type.dtype])
        return [x.type, TensorType("int64", x.type.shape)]

    def evaluate(self, xp: Any, x: Any, kth: Any) -> Any:
        order = xp.argsort(_parts(xp, x, kth), axis=-1, kind="stable")
        x = xp.broadcast_to(x, order.shape)
        return xp.take_along_axis(x, order, -1), order

    def pullback(self, x: Any, kth: Any, y: Any, order: Any, g: Any, _: Any) -> Any:
        """Each cotangent goes back to where its element came from."""
        back = None if g is None else UpdateAlong(0, "add")(zeros_like(x), g, order)
        return back, None

    def lower(self, loop: Any, x: Any, kth: Any) -> Any:
        kind, (n, k) = sortable(x.dtype), (x.extents[-1], kth.extents[-1])
        stack = stack_extents(loop, "partition", (x, kth), (1, 1))
        words = at.plus(at.times(n, Const(2)), at.plus(at.times(k, Const(3)), Const(2)))

        def call(*addresses: Address) -> ir.Call:
            x, kth, *written = addresses
            return ir.Call(
                PARTITION, (*addresses, n, k, Const(KINDS[kind])),
                reads=(x.buffer, kth.buffer), writes=tuple(a.buffer for a in written),
            )  # fmt: skip

        result, order = loop.call(
            [loop.cast(x, kind), kth], [((*stack, n), kind), ((*stack, n), "int64")],
            lambda inputs, outputs, scratch: each_core(
                stack, (*inputs, *outputs, *scratch), (1, 1, 1, 1, 1), call
            ),
            routines=(PARTITION,), scratch=[((words,), "int64")],
        )  # fmt: skip
        return loop.cast(result, x.dtype), order


def _parts(xp: Any, x: Any, kth: Any) -> Any:
    """The part of each element: even between the selected ones, odd at them."""
    n = x.shape[-1]
    if n == 0:
        return x
    rank = kth + n * (kth < 0)
    rank = rank * (rank > 0)
    rank = rank + (n - 1 - rank) * (rank >= n)
    pivots = xp.take_along_axis(xp.sort(x, axis=-1), xp.sort(rank, axis=-1), -1)
    return xp.searchsorted(pivots, x, "left") + xp.searchsorted(pivots, x, "right")


def partition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """Elements rearranged so that number `kth` is where sorting would put it.

    Smaller ones come before it, larger ones behind, both in any order; nan is the
    largest. `kth` is an integer or several. A few take linear time. Raises
    `BoundsError` for one outside of the axis, or `ParameterError` if only the call
    tells.

    >>> partition([3.0, 1.0, 2.0], 1).eval()
    array([1., 2., 3.])
    """
    return _checked("partition", 0, a, kth, axis)


def argpartition(a: Any, kth: Any, axis: int | None = -1) -> Any:
    """The indices that partition; see `partition`.

    >>> argpartition([3.0, 1.0, 2.0], 1).eval()
    array([1, 2, 0])
    """
    return _checked("argpartition", 1, a, kth, axis)


def partitioned(output: int, x: Any, kth: Any, axis: int) -> Any:
    """The elements of a partition (0) or their indices (1); `kth` is not checked."""
    kth = ravel(as_tensor(kth))
    few = isinstance(kth.type.shape[0], int) and kth.type.shape[0] <= FEW
    if is_complex(x) or not few:
        return (argsort if output else sort)(x, axis)
    return moveaxis(Partition()(moveaxis(x, axis, -1), kth)[output], -1, axis)


def _checked(what: str, output: int, a: Any, kth: Any, axis: int | None) -> Any:
    x = as_tensor(a)
    kth = integers(what, kth)
    if kth.type.ndim > 1:
        raise ShapeError(f"{what}: kth is an integer or a vector, not {kth.type}.")
    x, axis = (ravel(x), 0) if axis is None else (x, one_axis(axis, x.type.ndim, what))
    length, known = x.type.shape[axis], static_value(kth)
    if known is None or not isinstance(length, int):
        n = shape_of(x)[axis]
        inside = math.logical_and(math.ge(kth, -n), math.lt(kth, n))
        kth = check(kth, inside, f"{what}: kth is within the axis", report=kth)
    elif ((known < -length) | (known >= length)).any():
        wrong = known[(known < -length) | (known >= length)]
        raise BoundsError(f"{what}: kth={wrong.flat[0]} is out of bounds ({length}).")
    return partitioned(output, x, kth, axis)
