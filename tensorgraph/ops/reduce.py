"""Reductions besides the sum: max, min, prod, all, and what is composed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any, ClassVar

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.reduction import neutral
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    Axes,
    ExpandDims,
    Squeeze,
    batched_axes,
    normalize_axes,
    shape_of,
    show_axes,
    sum,
    sum_type,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.create import arange
from tensorgraph.ops.detach import stop_gradient
from tensorgraph.ops.shape import ravel
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor, show_shape


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
        number = sum(cast(taken, g.type.dtype), self.axes, keepdims=True)
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
        """The product of the others: exact where one element, or more, is zero."""
        zero = math.eq(x, 0)
        zeros = sum(cast(zero, x.type.dtype), self.axes, keepdims=True)
        rest = Prod(self.axes)(math.where(zero, 1.0, x))
        rest, y, g = (ExpandDims(self.axes)(v) for v in (rest, y, g))
        alone = math.where(math.logical_and(zero, math.eq(zeros, 1)), rest, 0.0)
        return g * math.where(math.eq(zeros, 0), y / math.where(zero, 1.0, x), alone)


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


def _reduce(
    op: type[Reduction], x: Any, axis: Axes, keepdims: bool, *options: Any
) -> Any:
    if has_hole((x, axis)):
        return Pattern.of(op, (x,), axes=axis)
    x = as_tensor(x)
    axes = normalize_axes(axis, x.type.ndim, op.__name__.lower())
    result = op(axes, *options)(x) if axes else x
    return ExpandDims(axes)(result) if keepdims and axes else result


def max(x: Any, axis: Axes = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The largest element over `axis` (all axes by default); nan if there is a nan.

    `initial` stands beside the elements, so that there may be none; without it, that
    raises `ShapeError`. Elements that tie share the gradient equally.

    >>> max([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([3., 5.])
    """
    if initial is None:
        return _reduce(Max, x, axis, keepdims)
    return math.maximum(_reduce(Max, x, axis, keepdims, True), initial)


def min(x: Any, axis: Axes = None, keepdims: bool = False, initial: Any = None) -> Any:
    """The smallest element over `axis` (all axes by default); nan if there is a nan.

    `initial` stands beside the elements, so that there may be none; without it, that
    raises `ShapeError`. Elements that tie share the gradient equally.

    >>> min([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([1., 4.])
    """
    if initial is None:
        return _reduce(Min, x, axis, keepdims)
    return math.minimum(_reduce(Min, x, axis, keepdims, True), initial)


def prod(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The product over `axis` (all axes by default); 1 for no elements.

    >>> prod([1.0, 2.0, 4.0]).eval()
    array(8.)
    """
    return _reduce(Prod, x, axis, keepdims)


def _truth(x: Any) -> Any:
    x = as_tensor(x)
    return x if x.type.dtype == "bool" else math.neq(x, 0)


def all(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """Whether every element over `axis` (all axes by default) is true, or not zero.

    >>> all([[True, False], [True, True]], axis=0).eval()
    array([ True, False])
    """
    return _reduce(All, x if has_hole((x,)) else _truth(x), axis, keepdims)


def any(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """Whether some element over `axis` (all axes by default) is true, or not zero.

    >>> any([[True, False], [False, False]], axis=0).eval()
    array([ True, False])
    """
    return math.logical_not(all(math.logical_not(_truth(x)), axis, keepdims))


# -- composed --------------------------------------------------------------------------


def count(x: Variable, axis: Axes) -> Any:
    """How many elements `axis` has: an int where it is known, or an int64 scalar."""
    number: Any = 1
    for a in normalize_axes(axis, x.type.ndim, "count"):
        number = shape_of(x)[a] * number
    return number


def _divided(total: Variable, number: Any) -> Any:
    if isinstance(number, Variable):
        number = cast(number, np.result_type(total.type.dtype, np.float16))
    return math.true_div(total, number)


def mean(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The mean over `axis` (all axes by default); nan for no elements.

    >>> mean([[1.0, 5.0], [3.0, 4.0]], axis=1).eval()
    array([3. , 3.5])
    """
    x = as_tensor(x)
    return _divided(sum(x, axis, keepdims), count(x, axis))


def var(x: Any, axis: Axes = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The variance over `axis`: the mean squared deviation from the mean.

    The sum of squares is divided by the number of elements less `ddof`.

    >>> var([1.0, 3.0]).eval()
    array(1.)
    """
    x = as_tensor(x)
    deviation = x - mean(x, axis, keepdims=True)
    freedom = count(x, axis) - ddof
    if isinstance(freedom, Variable):
        freedom = math.maximum(freedom, 0)
    return _divided(sum(math.sqr(deviation), axis, keepdims), freedom)


def std(x: Any, axis: Axes = None, ddof: Any = 0, keepdims: bool = False) -> Any:
    """The standard deviation over `axis`: the square root of the variance.

    >>> std([1.0, 3.0]).eval()
    array(1.)
    """
    return math.sqrt(var(x, axis, ddof, keepdims))


def argmax(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the first largest element, or nan, along an axis or in C order.

    >>> argmax([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([1, 0])
    """
    return _first(max, x, axis, keepdims)


def argmin(x: Any, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the first smallest element, or nan, along an axis or in C order.

    >>> argmin([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([0, 1])
    """
    return _first(min, x, axis, keepdims)


def _first(extremum: Any, x: Any, axis: int | None, keepdims: bool) -> Any:
    x = as_tensor(x)
    if axis is None:
        found = _first(extremum, ravel(x), 0, False)
        return ExpandDims(tuple(range(x.type.ndim)))(found) if keepdims else found
    (place,) = normalize_axes(axis, x.type.ndim, "argmax")
    best = extremum(x, place, keepdims=True)
    hit = math.logical_or(math.eq(x, best), math.isnan(x))
    behind = x.type.ndim - place - 1
    length = shape_of(x)[place]
    numbers = arange(length)
    numbers = ExpandDims(tuple(range(1, behind + 1)))(numbers) if behind else numbers
    return min(math.where(hit, numbers, length), place, keepdims)


def _shift(x: Variable, axis: Axes) -> Any:
    """The largest elements where they are finite, else 0: a shift for exponents."""
    largest = stop_gradient(max(x, axis, keepdims=True))
    return math.where(math.lt(math.abs(largest), inf), largest, 0.0)


def logsumexp(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of exponentials over `axis`, without overflow.

    Where every element is -inf it is -inf, with a gradient of zero.

    >>> logsumexp([1000.0, 1000.0]).eval()
    array(1000.69314718)
    """
    x = as_tensor(x)
    axes = normalize_axes(axis, x.type.ndim, "logsumexp")
    if not axes:
        return x
    shift = _shift(x, axes)
    total = sum(math.exp(x - shift), axes, keepdims=True)
    some = math.neq(total, 0)
    result = math.where(some, math.log(math.where(some, total, 1.0)) + shift, -inf)
    return result if keepdims else Squeeze(axes)(result)


def softmax(x: Any, axis: Axes = None) -> Any:
    """Exponentials over their sum along `axis` (all axes by default).

    >>> softmax([0.0, 0.0]).eval()
    array([0.5, 0.5])
    """
    x = as_tensor(x)
    axes = normalize_axes(axis, x.type.ndim, "softmax")
    weights = math.exp(x - _shift(x, axes))
    return weights / sum(weights, axes, keepdims=True)


def log_softmax(x: Any, axis: Axes = None) -> Any:
    """The logarithm of the softmax, exact where that is tiny.

    >>> log_softmax([0.0, 1000.0]).eval()
    array([-1000.,     0.])
    """
    x = as_tensor(x)
    return x - logsumexp(x, axis, keepdims=True)
