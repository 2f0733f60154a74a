"""Reductions that leave out what is nan."""

from __future__ import annotations

from math import inf, nan
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import Axes
from tensorgraph.ops.check import check
from tensorgraph.ops.reducing.cumulative import cumprod, cumsum
from tensorgraph.ops.reducing.moments import mean, root, var
from tensorgraph.ops.reducing.positions import argmax, argmin
from tensorgraph.ops.reducing.reduce import all, count, max, min, prod, sum
from tensorgraph.ops.tensor import as_tensor


def _without_nan(x: Any, filling: Any) -> Variable:
    """`x` with a filling in place of nan."""
    x = as_tensor(x)
    return math.where(math.isnan(x), filling, x) if x.type.differentiable else x


def _numbers(x: Variable, where: Any) -> Any:
    """A mask of what is no nan and is selected."""
    if not x.type.differentiable:
        return where
    mask = math.logical_not(math.isnan(x))
    return mask if where is True else math.logical_and(mask, where)


def nansum(
    x: Any, axis: Axes = None, dtype: Any = None, keepdims: bool = False,
    initial: Any = None, where: Any = True,
) -> Any:  # fmt: skip
    """The sum over `axis` of what is not nan; see `sum`.

    >>> nansum([1.0, float("nan"), 2.0]).eval()
    array(3.)
    """
    return sum(_without_nan(x, 0), axis, dtype, keepdims, initial, where)


def nanprod(
    x: Any, axis: Axes = None, dtype: Any = None, keepdims: bool = False,
    initial: Any = None, where: Any = True,
) -> Any:  # fmt: skip
    """The product over `axis` of what is not nan; see `prod`.

    >>> nanprod([3.0, float("nan"), 2.0]).eval()
    array(6.)
    """
    return prod(_without_nan(x, 1), axis, dtype, keepdims, initial, where)


def nanmax(
    x: Any, axis: Axes = None, keepdims: bool = False, initial: Any = None,
    where: Any = True,
) -> Any:  # fmt: skip
    """The largest element over `axis` that is not nan; nan if there is none.

    See `max`; of no elements it raises `ShapeError`.

    >>> nanmax([1.0, float("nan"), 2.0]).eval()
    array(2.)
    """
    found = max(_without_nan(x, -inf), axis, keepdims, initial, where)
    return _or_nan(found, x, axis, keepdims, initial)


def nanmin(
    x: Any, axis: Axes = None, keepdims: bool = False, initial: Any = None,
    where: Any = True,
) -> Any:  # fmt: skip
    """The smallest element over `axis` that is not nan; nan if there is none.

    See `min`; of no elements it raises `ShapeError`.

    >>> nanmin([1.0, float("nan"), 2.0]).eval()
    array(1.)
    """
    found = min(_without_nan(x, inf), axis, keepdims, initial, where)
    return _or_nan(found, x, axis, keepdims, initial)


def _or_nan(found: Any, x: Any, axis: Axes, keepdims: bool, initial: Any) -> Any:
    """What was found, but nan where there was nothing else, and no initial value."""
    x = as_tensor(x)
    if initial is not None or not x.type.differentiable:
        return found
    return math.where(all(math.isnan(x), axis, keepdims), nan, found)


def nanargmax(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The index of the first largest element that is not nan; see `argmax`.

    Where every element of a slice is nan, computing it raises `ParameterError`.

    >>> nanargmax([1.0, float("nan"), 2.0]).eval()
    array(2)
    """
    found = argmax(_without_nan(x, -inf), axis, keepdims)
    return _checked(found, x, axis, "nanargmax")


def nanargmin(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The index of the first smallest element that is not nan; see `argmin`.

    Where every element of a slice is nan, computing it raises `ParameterError`.

    >>> nanargmin([1.0, float("nan"), 2.0]).eval()
    array(0)
    """
    found = argmin(_without_nan(x, inf), axis, keepdims)
    return _checked(found, x, axis, "nanargmin")


def _checked(found: Any, x: Any, axis: Axes, what: str) -> Any:
    x = as_tensor(x)
    if not x.type.differentiable:
        return found
    some = math.logical_not(all(math.isnan(x), axis))
    return check(
        found, some, f"{what}: that every slice has an element which is no nan"
    )


def nanmean(
    x: Any, axis: Axes = None, dtype: Any = None, keepdims: bool = False,
    where: Any = True,
) -> Any:  # fmt: skip
    """The mean over `axis` of what is not nan; nan if nothing is. See `mean`.

    >>> nanmean([1.0, float("nan"), 2.0]).eval()
    array(1.5)
    """
    x = as_tensor(x)
    return mean(x, axis, dtype, keepdims, _numbers(x, where))


def nanvar(
    x: Any, axis: Axes = None, dtype: Any = None, ddof: Any = 0, keepdims: bool = False,
    where: Any = True,
) -> Any:  # fmt: skip
    """The variance over `axis` of what is not nan; see `var`.

    It is nan where no more than `ddof` elements are left.

    >>> nanvar([1.0, float("nan"), 3.0]).eval()
    array(1.)
    """
    x = as_tensor(x)
    mask = _numbers(x, where)
    found = var(x, axis, dtype, ddof, keepdims, mask)
    enough = math.gt(count(x, axis, mask, keepdims), ddof)
    return math.where(enough, found, nan)


def nanstd(
    x: Any, axis: Axes = None, dtype: Any = None, ddof: Any = 0, keepdims: bool = False,
    where: Any = True,
) -> Any:  # fmt: skip
    """The standard deviation over `axis` of what is not nan; see `std` and `nanvar`.

    >>> nanstd([1.0, float("nan"), 3.0]).eval()
    array(1.)
    """
    return root(nanvar(x, axis, dtype, ddof, keepdims, where))


def nancumsum(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The cumulative sums along `axis`, to which nan adds nothing; see `cumsum`.

    >>> nancumsum([1.0, float("nan"), 2.0]).eval()
    array([1., 1., 3.])
    """
    return cumsum(_without_nan(x, 0), axis, dtype)


def nancumprod(x: Any, axis: int | None = None, dtype: Any = None) -> Any:
    """The cumulative products along `axis`, which nan leaves alone; see `cumprod`.

    >>> nancumprod([3.0, float("nan"), 2.0]).eval()
    array([3., 3., 6.])
    """
    return cumprod(_without_nan(x, 1), axis, dtype)
