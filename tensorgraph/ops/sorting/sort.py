"""Sorting along an axis, and the orders that sort: stable, nan last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Const
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.creating.create import zeros_like
from tensorgraph.ops.indexing.along import UpdateAlong, one_axis, take_along_axis
from tensorgraph.ops.linalg.stacks import each_core
from tensorgraph.ops.pointwise.parts import imag, real
from tensorgraph.ops.shaping.shape import moveaxis, ravel, specify_shape
from tensorgraph.ops.signature import SignatureOp
from tensorgraph.ops.tensor import TensorType, as_tensor, refuse_complex

SORT = ir.Routine("tg_sort", "tg")

KINDS = {"float64": 0, "int64": 1, "uint64": 2}
"""The kinds of elements that the routines take; see native/math/sort.c."""

ALGORITHMS = (None, "quicksort", "mergesort", "heapsort", "stable")
"""What NumPy calls `kind`; here all of them are one stable algorithm."""


def sortable(dtype: str) -> str:
    """The dtype in which elements of a dtype are compared by the routines."""
    if dtype == "uint64":
        return dtype
    return "float64" if dtype[0] == "f" else "int64"


@dataclass(frozen=True)
class Sort(SignatureOp):
    """Vectors in ascending order, and where their elements were; equal ones keep their
    order.
    """

    signature = "(n)->(n),(n)"
    distinct = (1,)

    def infer(self, x: Any) -> list[TensorType]:
        refuse_complex("sort", [x.type.dtype])
        return [x.type, TensorType("int64", x.type.shape)]

    def evaluate(self, xp: Any, x: Any) -> Any:
        order = xp.argsort(x, axis=-1, kind="stable")
        return xp.take_along_axis(x, order, -1), order

    def pullback(self, x: Any, y: Any, order: Any, g: Any, _: Any) -> Any:
        """Each cotangent goes back to where its element came from."""
        return None if g is None else UpdateAlong(0, "add")(zeros_like(x), g, order)

    def lower(self, loop: Any, x: Any) -> Any:
        kind, length = sortable(x.dtype), x.extents[-1]

        def call(*addresses: Address) -> ir.Call:
            x, *written = addresses
            return ir.Call(
                SORT, (*addresses, length, Const(KINDS[kind])),
                reads=(x.buffer,), writes=tuple(a.buffer for a in written),
            )  # fmt: skip

        result, order = loop.call(
            [loop.cast(x, kind)], [(x.extents, kind), (x.extents, "int64")],
            lambda inputs, outputs, scratch: each_core(
                x.extents[:-1], (*inputs, *outputs, *scratch), (1, 1, 1, 1), call
            ),
            routines=(SORT,), scratch=[((at.times(length, Const(4)),), "int64")],
        )  # fmt: skip
        return loop.cast(result, loop.dtype), order


def sort(
    a: Any, axis: int | None = -1, kind: str | None = None, *,
    stable: bool | None = None, descending: bool = False,
) -> Any:  # fmt: skip
    """The elements along an axis (of all, without one) in ascending order; nan last.

    Complex numbers go by their real parts, then by the imaginary ones. It is always
    stable; `kind` and `stable` are there for NumPy's sake. Gradients go back to where
    each element came from. Raises `ShapeError` for an axis that there is not.

    >>> sort([[3.0, 1.0], [2.0, 4.0]]).eval()
    array([[1., 3.],
           [2., 4.]])
    """
    x, place = _sorted_along("sort", a, axis, kind)
    if _is_complex(x):
        return take_along_axis(x, argsort(x, place, descending=descending), place)
    found = _on_last(0, x, place)
    return _reversed(found, place) if descending else found


def argsort(
    a: Any, axis: int | None = -1, kind: str | None = None, *,
    stable: bool | None = None, descending: bool = False,
) -> Any:  # fmt: skip
    """The indices that sort along an axis (all elements, without one), as int64.

    Equal elements keep their order, also when `descending`; nan counts as the largest.

    >>> argsort([30.0, 10.0, 20.0, 10.0]).eval()
    array([1, 3, 2, 0])
    >>> argsort([30.0, 10.0, 20.0, 10.0], descending=True).eval()
    array([0, 2, 1, 3])
    """
    x, place = _sorted_along("argsort", a, axis, kind)
    if descending:
        last = shape_of(x)[place] - 1
        return last - _reversed(argsort(_reversed(x, place), place), place)
    if _is_complex(x):
        re, im = real(x), imag(x)
        return lexsort((im, re, math.isnan(im), math.isnan(re)), place)
    return _on_last(1, x, place)


def lexsort(keys: Any, axis: int = -1) -> Any:
    """The order that sorts by several keys: by the last one, ties by those before it.

    `keys` are arrays of one shape, or the rows of one array. Raises `ShapeError` for
    different shapes.

    >>> lexsort(([9, 4, 0], [1, 5, 1])).eval()
    array([2, 0, 1])
    """
    rows = list(keys) if isinstance(keys, tuple | list) else list(as_tensor(keys))
    if not rows:
        raise ShapeError("lexsort needs at least one key.")
    first = as_tensor(rows[0])
    order = argsort(first, axis)
    for row in rows[1:]:
        key = specify_shape(row, shape_of(first))
        ranked = argsort(take_along_axis(key, order, axis), axis)
        order = take_along_axis(order, ranked, axis)
    return order


def _is_complex(x: Variable) -> bool:
    return x.type.dtype.startswith("complex")  # type: ignore[attr-defined]


def _sorted_along(
    what: str, a: Any, axis: int | None, kind: str | None
) -> tuple[Any, int]:
    """The array and the axis, both checked."""
    if kind not in ALGORITHMS:
        raise ValueError(f"{what}: kind is one of {ALGORITHMS}, not {kind!r}.")
    x = as_tensor(a)
    if axis is None:
        return ravel(x), 0
    return x, one_axis(axis, x.type.ndim, what)


def _on_last(output: int, x: Any, place: int) -> Any:
    """The sorted vectors along an axis (0), or their order (1)."""
    return moveaxis(Sort()(moveaxis(x, place, -1))[output], -1, place)


def _reversed(x: Any, place: int) -> Any:
    return x[(*[slice(None)] * place, slice(None, None, -1))]
