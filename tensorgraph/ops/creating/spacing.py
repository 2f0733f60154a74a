"""Numbers spread over an interval: linspace, logspace, geomspace."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import expand_left, normalize_axes
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, as_length
from tensorgraph.ops.shaping.shape import expand_dims, moveaxis
from tensorgraph.ops.tensor import as_tensor, constant, dtype_name, static_value


def linspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, retstep: bool = False,
    dtype: Any = None, axis: int = 0,
) -> Any:  # fmt: skip
    """`num` numbers at equal distances from `start` to `stop`, along a new axis.

    The last one is `stop` itself, or without `endpoint` the one before it. `start` and
    `stop` broadcast; `num` is an int or an integer scalar variable. With `retstep` the
    distance is given too. An integer `dtype` rounds down. Raises `ShapeError` for a
    negative number of numbers.

    >>> linspace(0.0, 1.0, 5).eval()
    array([0.  , 0.25, 0.5 , 0.75, 1.  ])
    """
    count = as_length(num, "linspace")
    known = _known(start, stop, count)
    if known is not None:
        found = np.linspace(*known, endpoint, retstep, dtype, axis)
        return tuple(map(constant, found)) if retstep else constant(found)
    first, last = _ends(start, stop)
    steps, number = _steps(count, endpoint, first)
    step = (last - first) / _at_least_one(number)
    result = first + cast(steps, first.type.dtype) * step
    if endpoint:
        end = math.logical_and(math.eq(steps, number), math.gt(steps, 0))
        result = math.where(end, last, result)
    result = _placed(result, dtype, axis)
    return (result, step) if retstep else result


def logspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, base: Any = 10.0,
    dtype: Any = None, axis: int = 0,
) -> Any:  # fmt: skip
    """`base` to the power of `num` numbers at equal distances; see `linspace`.

    >>> logspace(0.0, 2.0, 3).eval()
    array([  1.,  10., 100.])
    """
    count = as_length(num, "logspace")
    known = _known(start, stop, count)
    if known is not None and not isinstance(base, Variable):
        return constant(np.logspace(*known, endpoint, base, dtype, axis))
    first, last = _ends(start, stop)
    ndim = max(first.type.ndim, np.ndim(base) or as_tensor(base).type.ndim)
    wide = expand_left(first, ndim), expand_left(last, ndim)
    powers = math.pow(base, linspace(*wide, count, endpoint))
    return _placed(powers, dtype, axis)


def geomspace(
    start: Any, stop: Any, num: Any = 50, endpoint: bool = True, dtype: Any = None,
    axis: int = 0,
) -> Any:  # fmt: skip
    """`num` numbers from `start` to `stop`, each the same multiple of the one before.

    Both must be other than zero and have the same sign; variables that do not give nan
    or zeros. See `linspace`. Raises ValueError for numbers with a zero among them.

    >>> geomspace(1.0, 8.0, 4).eval()
    array([1., 2., 4., 8.])
    """
    count = as_length(num, "geomspace")
    known = _known(start, stop, count)
    if known is not None:
        return constant(np.geomspace(*known, endpoint, dtype, axis))
    first, last = _ends(start, stop)
    steps, number = _steps(count, endpoint, first)
    share = cast(steps, first.type.dtype) / _at_least_one(number)
    result = first * math.pow(last / first, share)
    if endpoint:
        end = math.logical_and(math.eq(steps, number), math.gt(steps, 0))
        result = math.where(end, last, result)
    return _placed(result, dtype, axis)


def _known(start: Any, stop: Any, num: Any) -> tuple[Any, Any, int] | None:
    """The arguments as numbers, if all are known."""
    ends = [static_value(v) if isinstance(v, Variable) else v for v in (start, stop)]
    found = [None if v is None else np.asarray(v) for v in ends]
    plain = all(v is not None and v.dtype.kind in "biufc" for v in found)
    if not plain or not isinstance(num, int):
        return None
    return found[0], found[1], num


def _ends(start: Any, stop: Any) -> tuple[Variable, Variable]:
    """The ends as floats of one dtype and rank."""
    ends = [as_tensor(v) for v in (start, stop)]
    strong = [
        v.type.dtype
        for v, given in zip(ends, (start, stop), strict=True)
        if type(given) not in (int, float, complex)
    ]
    kinds = [np.dtype(d) for d in strong or ["float64"]]
    dtype = np.result_type(*kinds, 1.0).name
    ndim = max(v.type.ndim for v in ends)
    first, last = (expand_left(cast(v, dtype), ndim) for v in ends)
    return first, last


def _steps(count: Any, endpoint: bool, first: Variable) -> tuple[Variable, Any]:
    """0, 1, ... along a new first axis, and how many steps there are to the end."""
    steps = arange(count)
    wide = expand_dims(steps, range(1, first.type.ndim + 1))
    return wide, count - 1 if endpoint else count


def _at_least_one(number: Any) -> Any:
    if isinstance(number, Variable):
        return cast(math.maximum(number, 1), "float64")
    return float(max(number, 1))


def _placed(result: Variable, dtype: Any, axis: int) -> Any:
    """The result in its dtype, with the first axis where it is wanted."""
    (place,) = normalize_axes(axis, result.type.ndim, "linspace")
    if dtype is not None:
        wanted = dtype_name(dtype)
        result = cast(math.floor(result) if wanted[0] in "iu" else result, wanted)
    return moveaxis(result, 0, place) if place else result
