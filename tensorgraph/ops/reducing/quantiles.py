"""Medians, quantiles and percentiles, by every method that NumPy has."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ParameterError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    Axes,
    ExpandDims,
    broadcast_like,
    normalize_axes,
    shape_of,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.check import check
from tensorgraph.ops.creating.create import full
from tensorgraph.ops.indexing.along import take_along_axis
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.reducing.cumulative import cumsum
from tensorgraph.ops.reducing.positions import in_one_axis
from tensorgraph.ops.reducing.reduce import sum
from tensorgraph.ops.reducing.statistics import along_axes
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import moveaxis, ravel, reshape
from tensorgraph.ops.sorting.sort import argsort, sort
from tensorgraph.ops.tensor import as_tensor, static_value

# -- where a quantile lies among n sorted values ---------------------------------------


def _after(v: Any, only_odd: bool) -> Any:
    """The first whole place above v; a whole v is its own, if need be only an odd."""
    below = math.floor(v)
    stays = math.eq(v, below)
    if only_odd:
        stays = math.logical_and(stays, math.eq(below % 2, 1))
    return math.where(stays, below, below + 1)


def _nearest(v: Any) -> Any:
    below = math.floor(v)
    rest, odd = v - below, math.neq(below % 2, 0)
    half = math.logical_and(math.eq(rest, 0.5), odd)
    return below + math.where(math.logical_or(math.gt(rest, 0.5), half), 1.0, 0.0)


def _plotting(alpha: float, beta: float) -> Callable[[Any, Any], Any]:
    return lambda n, q: q * n + (alpha + q * (1 - alpha - beta)) - 1


def _midpoint(n: Any, q: Any) -> Any:
    return 0.5 * (math.floor((n - 1) * q) + math.ceil((n - 1) * q))


METHODS: dict[str, Callable[[Any, Any], Any]] = {
    "inverted_cdf": lambda n, q: _after(q * n - 1, only_odd=False),
    "averaged_inverted_cdf": lambda n, q: q * n - 1,
    "closest_observation": lambda n, q: _after(q * n - 1.5, only_odd=True),
    "interpolated_inverted_cdf": _plotting(0, 1),
    "hazen": _plotting(0.5, 0.5),
    "weibull": _plotting(0, 0),
    "linear": lambda n, q: (n - 1) * q,
    "median_unbiased": _plotting(1 / 3, 1 / 3),
    "normal_unbiased": _plotting(3 / 8, 3 / 8),
    "lower": lambda n, q: math.floor((n - 1) * q),
    "higher": lambda n, q: math.ceil((n - 1) * q),
    "midpoint": _midpoint,
    "nearest": lambda n, q: _nearest((n - 1) * q),
}
"""The place, counted from 0, of quantile q; from Hyndman and Fan (1996)."""

DISCRETE = {"inverted_cdf", "closest_observation", "lower", "higher", "nearest"}
"""Methods that give one of the values."""


def _share(method: str, place: Any, below: Any) -> Any:
    """How far a quantile lies from the value below towards that above."""
    rest = place - below
    if method == "averaged_inverted_cdf":
        return math.where(math.eq(rest, 0), 0.5, 1.0)
    return rest


# -- quantiles -------------------------------------------------------------------------


def quantile(
    x: Any, q: Any, axis: Axes = None, method: str = "linear", keepdims: bool = False,
    weights: Any = None,
) -> Any:  # fmt: skip
    """The quantiles `q`, between 0 and 1, over `axis` (all axes by default).

    The axes of `q` come first in the result. `method` is any of NumPy's; `weights`, for
    the method "inverted_cdf", have the shape of `x` or of the axes. A slice with nan
    gives nan. Raises `ParameterError` for other `q`, and `ShapeError` where there are
    no elements.

    >>> quantile([1.0, 2.0, 4.0, 8.0], [0.25, 0.5]).eval()
    array([1.75, 3.  ])
    >>> quantile([1.0, 2.0, 4.0, 8.0], 0.3, method="lower").eval()
    array(1.)
    """
    return _quantile("quantile", x, q, axis, method, keepdims, weights, False)


def percentile(
    x: Any, q: Any, axis: Axes = None, method: str = "linear", keepdims: bool = False,
    weights: Any = None,
) -> Any:  # fmt: skip
    """The percentiles `q`, between 0 and 100, over `axis`; see `quantile`.

    >>> percentile([1.0, 2.0, 4.0], 50).eval()
    array(2.)
    """
    q = _hundredth(q)
    return _quantile("percentile", x, q, axis, method, keepdims, weights, False)


def nanquantile(
    x: Any, q: Any, axis: Axes = None, method: str = "linear", keepdims: bool = False,
    weights: Any = None,
) -> Any:  # fmt: skip
    """The quantiles `q` over `axis` of what is not nan; nan if nothing is.

    See `quantile`.

    >>> nanquantile([1.0, float("nan"), 2.0], 0.5).eval()
    array(1.5)
    """
    return _quantile("nanquantile", x, q, axis, method, keepdims, weights, True)


def nanpercentile(
    x: Any, q: Any, axis: Axes = None, method: str = "linear", keepdims: bool = False,
    weights: Any = None,
) -> Any:  # fmt: skip
    """The percentiles `q` over `axis` of what is not nan; see `nanquantile`.

    >>> nanpercentile([1.0, float("nan"), 2.0], 50).eval()
    array(1.5)
    """
    q = _hundredth(q)
    return _quantile("nanpercentile", x, q, axis, method, keepdims, weights, True)


def _hundredth(q: Any) -> Any:
    if isinstance(q, Variable):
        return math.true_div(q, 100)
    return q / 100 if type(q) in (int, float) else np.asarray(q) / 100


def _quantile(
    what: str, x: Any, q: Any, axis: Axes, method: str, keepdims: bool, weights: Any,
    skip: bool,
) -> Any:  # fmt: skip
    x = as_tensor(x)
    _check_method(what, x, method, weights)
    if method not in DISCRETE:
        x = _interpolable(x, q)
    q = _checked(what, q)
    axes = normalize_axes(axis, x.type.ndim, what)
    flat, rows = ravel(q), in_one_axis(x, axes)
    if rows.type.shape[-1] == 0:
        found = _of_nothing(what, rows, flat, skip)
    elif weights is None:
        found = _of_sorted(rows, flat, method, skip)
    else:
        w = broadcast_like(along_axes(as_tensor(weights), x, axis, what), x)
        found = _weighted(what, rows, flat, in_one_axis(w, axes), skip)
    found = moveaxis(found, -1, 0)
    found = reshape(found, (*shape_of(q), *shape_of(found)[1:]))
    expand = tuple(a + q.type.ndim for a in axes)
    return ExpandDims(expand)(found) if keepdims and axes else found


def _interpolable(x: Variable, q: Any) -> Any:
    """`x` as floats in the dtype of the result, which a Python number `q` leaves."""
    dtypes = [x.type.dtype if x.type.dtype[0] == "f" else "float64"]
    if type(q) not in (int, float):
        dtypes.append(as_tensor(q).type.dtype)
    return cast(x, np.result_type(*dtypes).name)


def _checked(what: str, q: Any) -> Any:
    """`q` as floats, which must lie between 0 and 1."""
    if not isinstance(q, Variable) and np.asarray(q).dtype.kind in "iub":
        q = np.asarray(q, "float64")
    q = as_tensor(q)
    q = q if q.type.differentiable else cast(q, "float64")
    known = static_value(q)
    if known is None:
        inside = math.logical_and(math.ge(q, 0), math.le(q, 1))
        return check(q, inside, f"{what}: 0 <= q <= 1", report=q)
    if not ((known >= 0) & (known <= 1)).all():
        raise ParameterError(
            f"{what}: q must lie between 0 and 1 (percentiles between 0 and 100), but "
            f"it is {q.type.show_value(known)}."
        )
    return q


def _check_method(what: str, x: Variable, method: str, weights: Any) -> None:
    if method not in METHODS:
        raise ValueError(f"{what}: no method {method!r}; give one of {[*METHODS]}.")
    if weights is not None and method != "inverted_cdf":
        raise ValueError(f"{what}: weights need method='inverted_cdf', not {method!r}.")
    if x.type.dtype[0] in "bc":
        raise DTypeError(f"{what} takes real numbers, not {x.type}.")


def _of_nothing(what: str, rows: Variable, q: Variable, skip: bool) -> Any:
    if not skip:
        raise ShapeError(
            f"{what} of no elements.", remedy="Use nanquantile, for which it is nan."
        )
    dtype = rows.type.dtype if rows.type.differentiable else "float64"
    return full((*shape_of(rows)[:-1], *shape_of(q)), nan, dtype)


def _of_sorted(rows: Variable, q: Variable, method: str, skip: bool) -> Any:
    """Quantiles `q` of vectors along the last axis, along the last axis."""
    number = shape_of(rows)[-1]
    last: Any = number - 1
    rows = _sorted(rows) if skip else sort(rows)
    if skip and rows.type.differentiable:
        number = sum(math.logical_not(math.isnan(rows)), -1, keepdims=True)
        last = math.maximum(number - 1, 0)
    place = METHODS[method](
        cast(number, q.type.dtype) if isinstance(number, Variable) else number, q
    )
    below = math.floor(place)
    low, high = (_within(v, last) for v in (below, below + 1))
    found = a = _picked(rows, low)
    if method not in DISCRETE:
        share = math.where(math.eq(low, high), 0.0, _share(method, place, below))
        share = cast(share, rows.type.dtype)
        b = _picked(rows, high)
        far = math.logical_and(math.eq(share, 0), math.eq(math.abs(b), inf))
        found = _between(a, math.where(far, a, b), share)
    return found if skip else _nan_stays(found, rows)


def _sorted(rows: Variable) -> Any:
    """Sorted rows; behind those of unknown length, which may be none, stands a nan."""
    length = shape_of(rows)[-1]
    if isinstance(length, Variable) and rows.type.differentiable:
        end = full((*shape_of(rows)[:-1], 1), nan, rows.type.dtype)
        rows = concatenate([rows, end], -1)
    return sort(rows)


def _within(place: Any, last: Any) -> Any:
    """A place as an index from 0 to the last."""
    return math.minimum(cast(math.maximum(place, 0), "int64"), last)


def _picked(rows: Variable, index: Variable) -> Any:
    """The elements of rows at an index for all of them, or for each its own."""
    if index.type.ndim == 1:
        return get(rows, (..., index))
    return take_along_axis(rows, index, -1)


def _between(a: Any, b: Any, share: Any) -> Any:
    """a + (b - a) share, from the nearer side, as NumPy rounds it."""
    rise = b - a
    return math.where(math.lt(share, 0.5), a + rise * share, b - rise * (1 - share))


def _nan_stays(found: Any, rows: Variable) -> Any:
    """What was found in sorted rows, but nan where the last is nan."""
    if not rows.type.differentiable:
        return found
    return math.where(math.isnan(_last(rows)), nan, found)


def _last(rows: Variable) -> Any:
    """The last elements, along an axis of length 1."""
    return ExpandDims((rows.type.ndim - 1,))(get(rows, (..., -1)))


def _weighted(what: str, rows: Variable, q: Variable, weights: Any, skip: bool) -> Any:
    """The first of the sorted values up to which there is a share `q` of the weight."""
    weights = cast(weights, "float64")
    weights = check(weights, math.ge(weights, 0), f"{what}: weights >= 0", weights)
    if skip and rows.type.differentiable:
        weights = math.where(math.isnan(rows), 0.0, weights)
    order = argsort(rows)
    rows = take_along_axis(rows, order, -1)
    share = cumsum(take_along_axis(weights, order, -1), -1)
    whole = _last(share)
    share = share / whole
    share = math.where(math.eq(share, 0), -1.0, share)
    before = math.lt(get(share, (..., None, slice(None))), get(q, (slice(None), None)))
    index = math.minimum(sum(before, -1), shape_of(rows)[-1] - 1)
    found = take_along_axis(rows, index, -1)
    if rows.type.differentiable:
        found = math.where(math.gt(whole, 0), found, nan)
    return found if skip else _nan_stays(found, rows)


# -- medians ---------------------------------------------------------------------------


def median(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The middle of the sorted elements over `axis`, or the mean of the two there.

    A slice with nan gives nan, as does one without elements. Complex numbers are sorted
    by their real parts, then by the imaginary ones, as NumPy does.

    >>> median([1.0, 8.0, 2.0, 4.0]).eval()
    array(3.)
    """
    return _median("median", x, axis, keepdims, False)


def nanmedian(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The median over `axis` of what is not nan; nan if nothing is. See `median`.

    >>> nanmedian([1.0, float("nan"), 2.0]).eval()
    array(1.5)
    """
    return _median("nanmedian", x, axis, keepdims, True)


def _median(what: str, x: Any, axis: Axes, keepdims: bool, skip: bool) -> Any:
    x = as_tensor(x)
    x = x if x.type.dtype[0] in "fc" else cast(x, "float64")
    axes = normalize_axes(axis, x.type.ndim, what)
    rows = in_one_axis(x, axes)
    number: Any = shape_of(rows)[-1]
    rows = _sorted(rows)
    if isinstance(number, int) and number == 0:
        found = full(shape_of(rows)[:-1], nan, x.type.dtype)
    else:
        found = _middle(rows, number, skip)
    return ExpandDims(axes)(found) if keepdims and axes else found


def _middle(rows: Variable, number: Any, skip: bool) -> Any:
    """The mean of the one or two elements in the middle of sorted rows."""
    if skip:
        number = sum(math.logical_not(math.isnan(rows)), -1, keepdims=True)
        last = math.maximum(number - 1, 0)
        low, high = last // 2, math.minimum(number // 2, last)
        a, b = (get(_picked(rows, i), (..., 0)) for i in (low, high))
        low, high = (get(i, (..., 0)) for i in (low, high))
    else:
        low, high = (number - 1) // 2, number // 2
        last = number - 1
        if isinstance(number, Variable):
            low, last = math.maximum(low, 0), math.maximum(last, 0)
        a, b = get(rows, (..., low)), get(rows, (..., high))
    if isinstance(low, int):
        found = a if low == high else (a + b) / 2
    else:
        found = math.where(math.eq(low, high), a, (a + b) / 2)
    if skip:
        return found
    return math.where(math.isnan(get(rows, (..., last))), nan, found)
