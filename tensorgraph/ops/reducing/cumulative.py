"""Cumulative sums, products, extrema and sums of exponentials along an axis."""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import normalize_axes, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import full
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.reducing.running import NAMES, Cumulative, Recurrence
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import ravel
from tensorgraph.ops.tensor import as_tensor


def _along(x: Any, axis: int | None, what: str) -> tuple[Variable, int]:
    """`x`, raveled where there is no axis, and the axis."""
    x = as_tensor(x)
    if axis is None or x.type.ndim == 0:
        x = ravel(x)
    axes = normalize_axes(0 if axis is None else axis, x.type.ndim, what)
    if len(axes) != 1:
        raise ShapeError(f"{what} runs along one axis, not along {axis}.")
    return x, axes[0]


def _cumulative(combine: str, x: Any, axis: int | None, dtype: Any) -> Any:
    x, place = _along(x, axis, NAMES[combine].lower())
    result = Cumulative(place, combine)(x if dtype is None else cast(x, dtype))
    return result if dtype is None else cast(result, dtype)


def cumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The sums of each element and all before it along `axis`.

    Without an axis, of all elements in C order. Elements are added in `dtype`, by
    default their own or at least 64 bits for integers.

    >>> cumsum([1.0, 2.0, 4.0]).eval()
    array([1., 3., 7.])
    """
    return _cumulative("add", x, axis, dtype)


def cumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The products of each element and all before it along `axis`.

    Without an axis, of all elements in C order. Derivatives of every order are exact
    beside zeros.

    >>> cumprod([1.0, 2.0, 4.0]).eval()
    array([1., 2., 8.])
    """
    return _cumulative("mul", x, axis, dtype)


def cummax(x: Any, axis: int | None = None) -> Any:
    """The largest of each element and all before it along `axis`; nan stays.

    Without an axis, of all elements in C order. It is NumPy's `maximum.accumulate`.
    Elements that tie share the gradient equally.

    >>> cummax([1.0, 3.0, 2.0]).eval()
    array([1., 3., 3.])
    """
    return _cumulative("max", x, axis, None)


def cummin(x: Any, axis: int | None = None) -> Any:
    """The smallest of each element and all before it along `axis`; nan stays.

    Without an axis, of all elements in C order. It is NumPy's `minimum.accumulate`.
    Elements that tie share the gradient equally.

    >>> cummin([2.0, 3.0, 1.0]).eval()
    array([2., 2., 1.])
    """
    return _cumulative("min", x, axis, None)


def cumulative_sum(
    x: Any, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> Any:
    """`cumsum`, with the sum of no elements in front if `include_initial`.

    Raises `ShapeError` without an axis for more than one.

    >>> cumulative_sum([1.0, 2.0], include_initial=True).eval()
    array([0., 1., 3.])
    """
    return _from_nothing(cumsum, 0, x, axis, dtype, include_initial)


def cumulative_prod(
    x: Any, axis: int | None = None, dtype: Any = None, include_initial: bool = False
) -> Any:
    """`cumprod`, with the product of no elements in front if `include_initial`.

    Raises `ShapeError` without an axis for more than one.

    >>> cumulative_prod([3.0, 2.0], include_initial=True).eval()
    array([1., 3., 6.])
    """
    return _from_nothing(cumprod, 1, x, axis, dtype, include_initial)


def _from_nothing(
    cumulate: Any, nothing: int, x: Any, axis: int | None, dtype: Any, include: bool
) -> Any:
    x = as_tensor(x)
    if axis is None and x.type.ndim > 1:
        raise ShapeError(
            f"{cumulate.__name__}: {x.type} has {x.type.ndim} axes and none is named.",
            remedy="Give the axis along which to cumulate.",
        )
    result = cumulate(x, axis, dtype)
    if not include:
        return result
    (place,) = normalize_axes(0 if axis is None else axis, result.type.ndim, "axis")
    shape = list(shape_of(result))
    shape[place] = 1
    return concatenate([full(shape, nothing, result.type.dtype), result], place)


def logcumsumexp(x: Any, axis: int | None = None) -> Any:
    """The logarithm of the cumulative sum of exponentials along `axis`.

    Without an axis, of all elements in C order. Nothing overflows: terms are scaled by
    the largest so far, and each step rescales the sum.

    >>> logcumsumexp([1000.0, 1000.0]).eval()
    array([1000.        , 1000.69314718])
    """
    x, place = _along(x, axis, "logcumsumexp")
    x = x if x.type.differentiable else cast(x, "float64")
    largest = stop_gradient(Cumulative(place, "max")(x))
    before = [slice(None)] * place
    old = get(largest, (*before, slice(None, -1)))
    new = get(largest, (*before, slice(1, None)))
    links = math.exp(math.where(math.eq(old, new), 0.0, old - new))
    shift = math.where(math.lt(math.abs(largest), inf), largest, 0.0)
    total = Recurrence(place)(links, math.exp(x - shift))
    some = math.neq(total, 0)
    return math.where(some, math.log(math.where(some, total, 1.0)), -inf) + shift
