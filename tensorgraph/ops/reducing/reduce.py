"""Reductions: sum, prod, max, min, all, any, of what a mask selects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.reduction import neutral
from tensorgraph.ops import broadcast, math
from tensorgraph.ops.broadcast import (
    Axes,
    ExpandDims,
    batched_axes,
    normalize_axes,
    reduced_axes,
    shape_of,
    show_axes,
    sum_type,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.tensor import (
    TensorOp,
    TensorType,
    as_tensor,
    refuse_complex,
    show_shape,
)


@dataclass(frozen=True)
class Reduction(TensorOp):
    """Base of reductions of some axes by one combination of the loop language."""

    axes: tuple[int, ...]
    combine: ClassVar[str]

    def infer(self, x: Variable) -> TensorType:
        kept = [n for i, n in enumerate(x.type.shape) if i not in self.axes]
        return x.type.with_shape(kept)

    def evaluate(self, xp: Any, x: Any) -> Any:
        return getattr(xp, type(self).__name__.lower())(x, axis=self.axes)

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return type(self)(batched_axes(self.axes))(x)

    def lower(self, loop: Any, x: Any) -> Any:
        return loop.reduce(self.combine, loop.cast(x, loop.dtype), self.axes)

    def __str__(self) -> str:
        return f"{type(self).__name__}{{{show_axes(self.axes)}}}"


@dataclass(frozen=True)
class Extremum(Reduction):
    """Base of max and min: nan wins; elements that tie share the cotangent equally.

    Of no elements there is none, unless `open`: then it is what no element can beat.
    """

    open: bool = field(default=False, repr=False)

    def infer(self, x: Variable) -> TensorType:
        refuse_complex(self.combine, [x.type.dtype])
        if not self.open and 0 in [x.type.shape[a] for a in self.axes]:
            raise ShapeError(
                f"{self.combine} of no elements: the shape is "
                f"{show_shape(x.type.shape)}, {show_axes(self.axes)}.",
                remedy="Give a value that stands for no elements: initial=0.",
            )
        return super().infer(x)

    def evaluate(self, xp: Any, x: Any) -> Any:
        lowest = {"initial": neutral(self.combine, x.dtype.name)} if self.open else {}
        return getattr(xp, self.combine)(x, axis=self.axes, **lowest)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        taken = math.eq(x, ExpandDims(self.axes)(y))
        number = broadcast.sum(cast(taken, g.type.dtype), self.axes, keepdims=True)
        return math.where(taken, ExpandDims(self.axes)(g) / number, 0.0)

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return type(self)(batched_axes(self.axes), self.open)(x)

    def lower(self, loop: Any, x: Any) -> Any:
        for axis in () if self.open else self.axes:
            some = at.less(at.ZERO, x.extents[axis])
            message = f"{self.combine} of no elements: axis {axis} is empty"
            loop.require("shape", message, some)
        return super().lower(loop, x)


@dataclass(frozen=True)
class Max(Extremum):
    """The largest element over some axes."""

    combine = "max"


@dataclass(frozen=True)
class Min(Extremum):
    """The smallest element over some axes."""

    combine = "min"


@dataclass(frozen=True)
class Prod(Reduction):
    """The product over some axes, accumulated in the dtype in which sums are."""

    combine = "mul"

    def infer(self, x: Variable) -> TensorType:
        return TensorType(sum_type(x.type), super().infer(x).shape)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        """The product of the others, exact beside zeros, as is its own derivative."""
        zero, expand = math.eq(x, 0), ExpandDims(self.axes)
        zeros = broadcast.sum(cast(zero, x.type.dtype), self.axes, keepdims=True)
        other = broadcast.sum(math.where(zero, x, 0.0), self.axes, keepdims=True) - x
        other = math.where(math.eq(zeros, 2), other, 0.0)
        rest = expand(Prod(self.axes)(math.where(zero, 1.0, x)))
        beside = rest * math.where(math.eq(zeros, 1), 1.0, other)
        quotient = expand(y) / math.where(zero, 1.0, x)
        return expand(g) * math.where(zero, beside, quotient)


@dataclass(frozen=True)
class All(Reduction):
    """Whether every element of an array of bools is true; true of no elements."""

    combine = "and"

    def infer(self, x: Variable) -> TensorType:
        if x.type.dtype != "bool":
            raise DTypeError(
                f"all takes bools, not {x.type}.", remedy="Compare it: x != 0."
            )
        return super().infer(x)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return None


# -- what a mask selects ---------------------------------------------------------------


def selected(x: Variable, where: Any, filling: Any, what: str) -> Any:
    """`x` with a filling where the mask `where` is False; True selects everything.

    Raises `DTypeError` unless the mask is of bools, and `ShapeError` unless it
    broadcasts to the shape of `x`.
    """
    if where is True:
        return x
    mask = as_tensor(where)
    if mask.type.dtype != "bool":
        raise DTypeError(
            f"{what}: where is a mask of bools, not {mask.type}.",
            remedy="Write a comparison, such as where=x > 0.",
        )
    chosen = math.where(mask, x, filling) if _fits(mask, x) else None
    if chosen is None:
        raise ShapeError(
            f"{what}: a mask of shape {show_shape(mask.type.shape)} does not broadcast "
            f"to {show_shape(x.type.shape)}, the shape of what it selects from.",
            remedy="Broadcast the array to the mask's shape first.",
        )
    return chosen


def _fits(mask: Variable, x: Variable) -> bool:
    """Whether a mask has no axis that `x` has not, and none that is longer."""
    own = x.type.shape[x.type.ndim - mask.type.ndim :]
    if mask.type.ndim > x.type.ndim:
        return False
    pairs = zip(mask.type.shape, own, strict=True)
    return [n for n, length in pairs if n != 1 and length == 1] == []


def count(x: Variable, axis: Axes, where: Any = True, keepdims: bool = False) -> Any:
    """How many elements `axis` has, or a mask selects: an int where it is known."""
    if where is not True:
        ones = broadcast.broadcast_like(as_tensor(1), x)
        chosen = selected(ones, where, 0, "count")
        return broadcast.sum(chosen, axis, keepdims)
    number: Any = 1
    for a in normalize_axes(axis, x.type.ndim, "count"):
        number = shape_of(x)[a] * number
    return number


# -- the functions ---------------------------------------------------------------------


def _reduce(
    op: type[Reduction], x: Any, axis: Axes, keepdims: bool, *options: Any
) -> Any:
    if has_hole((x, axis)):
        return Pattern.of(op, (x,), axes=axis)
    x = as_tensor(x)
    axes = reduced_axes(axis, x.type.ndim, op.__name__.lower())
    result = op(axes, *options)(x) if axes else x
    return ExpandDims(axes)(result) if keepdims and axes else result


def sum(
    x: Any, axis: Axes = None, dtype: Any = None, keepdims: bool = False,
    initial: Any = None, where: Any = True,
) -> Any:  # fmt: skip
    """The sum over `axis` (all axes by default) of what the mask `where` selects.

    Elements are added in `dtype`, by default their own or at least 64 bits for
    integers; `initial` is added too. The sum of no elements is 0.

    >>> sum([[1.0, 2.0], [3.0, 4.0]], axis=0).eval()
    array([4., 6.])
    >>> sum([1.0, 2.0, 4.0], where=[True, False, True], initial=10).eval()
    array(15.)
    """
    if has_hole((x, axis)):
        return broadcast.sum(x, axis)
    x = _entered(x, dtype, where, 0, "sum")
    return _left(broadcast.sum(x, axis, keepdims), dtype, initial, math.add)


def prod(
    x: Any, axis: Axes = None, dtype: Any = None, keepdims: bool = False,
    initial: Any = None, where: Any = True,
) -> Any:  # fmt: skip
    """The product over `axis` (all axes by default) of what the mask `where` selects.

    Elements are multiplied in `dtype`, as `sum` adds them, and with `initial`. The
    product of no elements is 1. First and second derivatives are exact beside zeros.

    >>> prod([1.0, 2.0, 4.0]).eval()
    array(8.)
    """
    if has_hole((x, axis)):
        return _reduce(Prod, x, axis, False)
    x = _entered(x, dtype, where, 1, "prod")
    return _left(_reduce(Prod, x, axis, keepdims), dtype, initial, math.mul)


def _entered(x: Any, dtype: Any, where: Any, filling: int, what: str) -> Variable:
    x = as_tensor(x)
    return selected(x if dtype is None else cast(x, dtype), where, filling, what)


def _left(total: Variable, dtype: Any, initial: Any, joined: Any) -> Any:
    if dtype is None:
        total = cast(total, sum_type(total.type))
    total = total if initial is None else joined(total, initial)
    return total if dtype is None else cast(total, dtype)


def max(
    x: Any, axis: Axes = None, keepdims: bool = False, initial: Any = None,
    where: Any = True,
) -> Any:  # fmt: skip
    """The largest element over `axis` (all axes by default); nan if there is a nan.

    `initial` stands beside the elements, so that there may be none, and a mask `where`
    may select none; without it, that raises `ShapeError`. Elements that tie share the
    gradient equally.

    >>> max([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([3., 5.])
    """
    return _extremum(Max, x, axis, keepdims, initial, where)


def min(
    x: Any, axis: Axes = None, keepdims: bool = False, initial: Any = None,
    where: Any = True,
) -> Any:  # fmt: skip
    """The smallest element over `axis` (all axes by default); nan if there is a nan.

    `initial` stands beside the elements, so that there may be none, and a mask `where`
    may select none; without it, that raises `ShapeError`. Elements that tie share the
    gradient equally.

    >>> min([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([1., 4.])
    """
    return _extremum(Min, x, axis, keepdims, initial, where)


amax, amin = max, min
"""NumPy's other names of them."""


def _extremum(
    op: type[Extremum], x: Any, axis: Axes, keepdims: bool, initial: Any, where: Any
) -> Any:
    if has_hole((x, axis)):
        return _reduce(op, x, axis, keepdims)
    x = as_tensor(x)
    if initial is None and where is not True:
        raise ShapeError(
            f"{op.combine}: a mask may select nothing, of which there is no "
            f"{op.combine}.",
            remedy="Give a value that stands beside the selected: initial=0.",
        )
    if initial is None:
        return _reduce(op, x, axis, keepdims)
    x = selected(x, where, neutral(op.combine, x.type.dtype), op.combine)
    joined = math.maximum if op is Max else math.minimum
    return joined(_reduce(op, x, axis, keepdims, True), initial)


def _truth(x: Any) -> Any:
    x = as_tensor(x)
    return x if x.type.dtype == "bool" else math.neq(x, 0)


def all(x: Any, axis: Axes = None, keepdims: bool = False, where: Any = True) -> Any:
    """Whether every element over `axis` (all axes by default) is true, or not zero.

    Only those count that the mask `where` selects; of no elements it is true.

    >>> all([[True, False], [True, True]], axis=0).eval()
    array([ True, False])
    """
    if has_hole((x, axis)):
        return _reduce(All, x, axis, keepdims)
    return _reduce(All, selected(_truth(x), where, True, "all"), axis, keepdims)


def any(x: Any, axis: Axes = None, keepdims: bool = False, where: Any = True) -> Any:
    """Whether some element over `axis` (all axes by default) is true, or not zero.

    Only those count that the mask `where` selects; of no elements it is false.

    >>> any([[True, False], [False, False]], axis=0).eval()
    array([ True, False])
    """
    none = math.logical_not(selected(_truth(x), where, False, "any"))
    return math.logical_not(_reduce(All, none, axis, keepdims))
