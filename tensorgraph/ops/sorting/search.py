"""Places in sorted arrays: searchsorted, digitize."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ParameterError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Const
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.check import check
from tensorgraph.ops.linalg.stacks import each_core, stack_extents
from tensorgraph.ops.reducing.reduce import all
from tensorgraph.ops.shaping.shape import ravel, reshape
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.sorting.sort import KINDS, sortable
from tensorgraph.ops.tensor import TensorType, as_tensor, static_value

SEARCH = ir.Routine("tg_searchsorted", "tg")


@dataclass(frozen=True)
class SearchSorted(SignatureOp):
    """Where values go in a sorted vector: before equal ones, or behind them."""

    side: str
    signature = "(n),(m)->(m)"

    def infer(self, a: Variable, values: Variable) -> TensorType:
        return TensorType("int64", values.type.shape)

    def evaluate(self, xp: Any, a: Any, values: Any) -> Any:
        return xp.searchsorted(a, values, self.side)

    def pullback(self, *arguments: Any) -> Any:
        return None, None

    def lower(self, loop: Any, a: Any, values: Any) -> Any:
        kind = sortable(a.dtype)
        stack = stack_extents(loop, "searchsorted", (a, values), (1, 1))
        n, m = a.extents[-1], values.extents[-1]
        right, number = Const(int(self.side == "right")), Const(KINDS[kind])

        def call(a: Address, values: Address, places: Address) -> ir.Call:
            return ir.Call(
                SEARCH, (a, values, places, n, m, right, number),
                reads=(a.buffer, values.buffer), writes=(places.buffer,),
            )  # fmt: skip

        return loop.call(
            [loop.cast(a, kind), loop.cast(values, kind)], [((*stack, m), "int64")],
            lambda inputs, outputs, scratch: each_core(
                stack, (*inputs, *outputs), (1, 1, 1), call
            ),
            routines=(SEARCH,),
        )[0]  # fmt: skip


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    """The places in a sorted vector before which values would be inserted, as int64.

    `side` says whether a value goes before ("left") or behind ("right") equal elements;
    nan counts as the largest. `sorter` are the indices that sort `a`. The result has
    the shape of `v`. Of an unsorted `a` the places are arbitrary. Raises `ShapeError`
    unless `a` is a vector.

    >>> searchsorted([1.0, 2.0, 4.0], [0.0, 2.0, 9.0]).eval()
    array([0, 1, 3])
    >>> searchsorted([1, 2, 4], 2, side="right").eval()
    array(2)
    """
    if side not in ("left", "right"):
        raise ValueError(f"searchsorted: side is 'left' or 'right', not {side!r}.")
    a, v = _vector("searchsorted", a), as_tensor(v)
    if sorter is not None:
        a = a[sorter]
    dtype = np.result_type(a.type.dtype, v.type.dtype).name
    if dtype[0] == "c":
        raise DTypeError(
            "searchsorted does not take complex numbers.",
            remedy="Compare their real parts or absolute values.",
        )
    places = SearchSorted(side)(cast(a, dtype), ravel(cast(v, dtype)))
    return places if v.type.ndim == 1 else reshape(places, shape_of(v))


def _vector(what: str, a: Any) -> Any:
    a = as_tensor(a)
    if a.type.ndim != 1:
        raise ShapeError(
            f"{what} needs a sorted vector, not {a!r} of type {a.type}.",
            remedy="Use tg.vectorize to search in each row of an array.",
        )
    return a


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """The bin in which each element of `x` falls, as int64.

    Bin i goes from bins[i - 1] to bins[i], the smaller end included, or the larger one
    if `right`; 0 and len(bins) are outside of all. `bins` ascend or descend; raises
    `ParameterError` if they do neither: at definition when they are known, else on the
    call.

    >>> digitize([0.2, 6.4, 3.0, 1.6], [0.0, 1.0, 2.5, 4.0]).eval()
    array([1, 4, 3, 2])
    """
    bins = _vector("digitize", bins)
    side = "left" if right else "right"
    known = static_value(bins)
    down = all(math.ge(bins[:-1], bins[1:])) if known is None else _falls(known)
    if known is None:
        up = all(math.le(bins[:-1], bins[1:]))
        bins = check(bins, up | down, "digitize: bins ascend or descend")
        down = math.logical_and(down, math.logical_not(up))
    ascending = searchsorted(bins, x, side) if down is not True else None
    if down is False:
        return ascending
    descending = shape_of(bins)[0] - searchsorted(bins[::-1], x, side)
    return descending if down is True else math.where(down, descending, ascending)


def _falls(bins: Sequence[Any]) -> bool:
    """Whether known bins descend; raises if they neither do nor ascend."""
    steps = np.diff(bins) if np.asarray(bins).dtype != bool else np.diff(bins * 1)
    if (steps >= 0).all():
        return False
    if (steps <= 0).all():
        return True
    raise ParameterError(
        f"digitize: the bins {bins} neither ascend nor descend.",
        remedy="Sort them: tg.sort(bins).",
    )
