"""Sums of exponentials: logsumexp, softmax, log_softmax."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import Axes, ExpandDims, Squeeze, reduced_axes
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import ones_like
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.reducing.reduce import Max, sum
from tensorgraph.ops.shaping.shape import broadcast_arrays
from tensorgraph.ops.tensor import as_tensor


def shift_of(x: Variable, axes: tuple[int, ...]) -> Any:
    """The largest elements where they are finite, else 0: a shift for exponents."""
    finite = finite_shift(Max(axes, True)(x) if axes else x)
    return ExpandDims(axes)(finite) if axes else finite


def finite_shift(largest: Variable) -> Any:
    """A shift where it is finite, else 0: constant in the eyes of gradients."""
    largest = stop_gradient(largest)
    return math.where(math.lt(math.abs(largest), inf), largest, 0.0)


def _less_one(exponents: Variable, axes: tuple[int, ...], b: Any) -> Any:
    """The sum of b exp(exponents), less 1.

    Exponents of 0 are counted, so that what is small beside them is not lost.
    """
    top = math.where(math.eq(exponents, 0), ones_like(exponents), 0.0)
    rest = math.exp(exponents) - top
    if b is not None:
        rest, top = b * rest, b * top
    return sum(rest, axes, keepdims=True) + (sum(top, axes, keepdims=True) - 1)


def log_total(exponents: Variable, axes: tuple[int, ...]) -> Any:
    """The logarithm of the sum of exponentials, over axes that are kept with length 1.

    The largest exponent is 0. Where all are -inf it is -inf, with a gradient of 0.
    """
    total = _less_one(exponents, axes, None)
    some = math.neq(total, -1)
    return math.where(some, math.log1p(math.where(some, total, 0.0)), -inf)


def logsumexp(
    x: Any, axis: Axes = None, b: Any = None, keepdims: bool = False,
    return_sign: bool = False,
) -> Any:  # fmt: skip
    """The logarithm of the sum of b exp(x) over `axis`, without overflow.

    The weights `b`, by default 1, broadcast with `x`. Where the sum is negative its
    logarithm is nan; with `return_sign`, the result is the logarithm of the sum's size
    and its sign. Where every element is -inf it is -inf, with a gradient of zero.

    >>> logsumexp([1000.0, 1000.0]).eval()
    array(1000.69314718)
    >>> logsumexp([1000.0, 1000.0], b=[3.0, -1.0]).eval()
    array(1000.69314718)
    """
    x, b = _operands(x, b)
    axes = reduced_axes(axis, x.type.ndim, "logsumexp")
    if b is None and not return_sign:
        shift = shift_of(x, axes)
        return _placed(log_total(x - shift, axes) + shift, axes, keepdims)
    b = ones_like(x) if b is None else b
    size, sign = _weighted(x, b, axes)
    size, sign = _placed(size, axes, keepdims), _placed(sign, axes, keepdims)
    return (size, sign) if return_sign else math.where(math.lt(sign, 0), nan, size)


def _placed(x: Variable, axes: tuple[int, ...], keepdims: bool) -> Any:
    return x if keepdims or not axes else Squeeze(axes)(x)


def _operands(x: Any, b: Any) -> tuple[Variable, Any]:
    """`x` as floats, and weights of its shape if there are any."""
    if isinstance(b, bool):
        raise TypeError(
            f"logsumexp: the third argument is b, the weights, not {b}. "
            "Write keepdims=True by name."
        )
    x = as_tensor(x)
    x = x if x.type.differentiable else cast(x, "float64")
    return (x, None) if b is None else tuple(broadcast_arrays(x, b))


def _weighted(x: Variable, b: Variable, axes: tuple[int, ...]) -> tuple[Any, Any]:
    """The logarithm of the size of the sum of b exp(x), and its sign.

    What has no weight may be infinite or nan.
    """
    none = math.eq(b, 0)
    shift = shift_of(math.where(none, -inf, x), axes)
    above = math.logical_not(math.le(x - shift, 0))
    exponents = math.where(math.logical_and(none, above), -inf, x - shift)
    total = _less_one(exponents, axes, b)
    below = math.lt(total, -1)
    size = math.log1p(math.where(math.le(total, -1), 0.0, total))
    size = math.where(below, math.log(math.where(below, -1 - total, 1.0)), size)
    size = math.where(math.eq(total, -1), -inf, size) + shift
    return size, math.sign(total + 1)


def softmax(x: Any, axis: Axes = None) -> Any:
    """Exponentials over their sum along `axis` (all axes by default).

    It is the exponential of `log_softmax`, also where an element is infinite: that one
    is nan, finite ones beside it are 0.

    >>> softmax([0.0, 0.0]).eval()
    array([0.5, 0.5])
    """
    x, _ = _operands(x, None)
    axes = reduced_axes(axis, x.type.ndim, "softmax")
    weights = math.exp(x - shift_of(x, axes))
    return weights / sum(weights, axes, keepdims=True)


def log_softmax(x: Any, axis: Axes = None) -> Any:
    """The logarithm of the softmax, exact where that is tiny, or near 1.

    >>> log_softmax([0.0, 1000.0]).eval()
    array([-1000.,     0.])
    """
    x, _ = _operands(x, None)
    axes = reduced_axes(axis, x.type.ndim, "log_softmax")
    exponents = x - shift_of(x, axes)
    return exponents - log_total(exponents, axes)
