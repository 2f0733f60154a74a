"""Elements taken by index in NumPy's functions: take, put, choose, select, compress."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange
from tensorgraph.ops.indexing.along import one_axis
from tensorgraph.ops.indexing.bounds import integers, within
from tensorgraph.ops.indexing.index import get, update_at
from tensorgraph.ops.indexing.update import in_dtype_of
from tensorgraph.ops.reducing.cumulative import cumsum
from tensorgraph.ops.shaping.shape import broadcast_arrays, ravel, reshape
from tensorgraph.ops.tensor import as_tensor, static_value


def slice_at_axis(index: Any, axis: int) -> tuple[Any, ...]:
    """The index that has `index` at an axis and takes the others whole.

    >>> slice_at_axis(slice(1, None), 1)
    (slice(None, None, None), slice(1, None, None))
    >>> slice_at_axis(0, -1)
    (Ellipsis, 0)
    """
    whole = slice(None)
    if axis >= 0:
        return (*[whole] * axis, index)
    return (Ellipsis, index, *[whole] * (-axis - 1))


def take(a: Any, indices: Any, axis: int | None = None, mode: str = "raise") -> Any:
    """The elements at integers along an axis, or of all in C order without one.

    In mode wrap, integers outside of the axis are wrapped around it; in mode clip they
    are clipped to it, negative ones too. Raises `BoundsError` in mode raise.

    >>> take([[1, 2], [3, 4]], [1, 0, 1], axis=1).eval()
    array([[2, 1, 2],
           [4, 3, 4]])
    """
    x, index = as_tensor(a), integers("take", indices)
    place = 0 if axis is None else one_axis(axis, x.type.ndim, "take")
    if axis is None:
        x = ravel(x)
    if mode != "raise":
        index = within("take", index, shape_of(x)[place], mode)
    return get(x, slice_at_axis(index, place))


def put(a: Any, ind: Any, v: Any, mode: str = "raise") -> Any:
    """A copy of `a` with values written at integers that index it in C order.

    Unlike NumPy's, it changes nothing in place. The values are repeated where there are
    fewer of them than integers. `mode` is that of `take`.

    >>> put([[1, 2], [3, 4]], [0, -1], 9).eval()
    array([[9, 2],
           [3, 9]])
    """
    x, value = as_tensor(a), ravel(v)
    known = static_value(as_tensor(ind))
    index = ravel(ind) if known is None else integers("put", known.ravel())
    flat = ravel(x)
    if mode != "raise":
        index = within("put", index, shape_of(flat)[0], mode)
    if value.type.shape != (1,):
        count = shape_of(index)[0]
        value = value[math.mod(arange(count), shape_of(value)[0])]
    return reshape(update_at(flat, index, value, "set"), shape_of(x))


def putmask(a: Any, mask: Any, values: Any) -> Any:
    """A copy of `a` where a mask of its shape is true: with values by their places.

    Unlike NumPy's, it changes nothing in place. Element n in C order becomes value n,
    counted again from the first one where there are fewer.

    >>> putmask([1, 2, 3, 4], [False, True, True, False], [10, 20]).eval()
    array([ 1, 20, 10,  4])
    """
    x = as_tensor(a)
    return _put_where(x, mask, values, arange(shape_of(ravel(x))[0]))


def place(arr: Any, mask: Any, vals: Any) -> Any:
    """A copy of `arr` where a mask of its shape is true: with values one by one.

    Unlike NumPy's, it changes nothing in place. The first true place gets the first
    value, and so on, from the first value again when all are used.

    >>> place([1, 2, 3, 4], [False, True, True, False], [10, 20]).eval()
    array([ 1, 10, 20,  4])
    """
    number = cumsum(cast(ravel(mask), "int64")) - 1
    return _put_where(as_tensor(arr), mask, vals, math.maximum(number, 0))


def _put_where(x: Any, mask: Any, values: Any, numbers: Any) -> Any:
    """x, with the values of these numbers where the mask is true."""
    mask, values = as_tensor(mask), ravel(values)
    if values.type.shape == (0,):
        raise ShapeError("putmask and place need at least one value.")
    if values.type.shape != (1,):
        values = values[math.mod(numbers, shape_of(values)[0])]
    flat = math.where(ravel(mask), in_dtype_of(x, values), ravel(x))
    return reshape(flat, shape_of(x))


def choose(a: Any, choices: Any, mode: str = "raise") -> Any:
    """Of the arrays `choices`, each element from the one that the integer `a` numbers.

    All of them broadcast. Without gradient for `a`. Integers outside raise
    `BoundsError`, or are wrapped or clipped, by `mode`.

    >>> choose([0, 1, 0], [[1, 2, 3], [10, 20, 30]]).eval()
    array([ 1, 20,  3])
    """
    given = list(choices) if isinstance(choices, tuple | list) else as_tensor(choices)
    options = [as_tensor(c) for c in given]
    if not options:
        raise ShapeError("choose needs at least one array to choose from.")
    dtype = np.result_type(*[c.type.dtype for c in options]).name
    index, *options = broadcast_arrays(
        within("choose", a, len(options), mode), *[cast(c, dtype) for c in options]
    )
    if len(options) == 1:
        return math.where(math.eq(index, 0), options[0], options[0])
    result = options[-1]
    for number in range(len(options) - 2, -1, -1):
        result = math.where(math.eq(index, number), options[number], result)
    return result


def _choice(x: Any) -> Any:
    """A Python number as it is, which is weak when dtypes promote; else a tensor."""
    return x if type(x) in (int, float, complex) else as_tensor(x)


def select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    """Of the arrays `choicelist`, each element from the first whose condition holds.

    Where none does it is `default`. All of them broadcast. Raises `DTypeError` for
    conditions that are no bools.

    >>> x = as_tensor([1.0, 4.0, 9.0])
    >>> select([math.lt(x, 3), math.gt(x, 5)], [x, -x], 0).eval()
    array([ 1.,  0., -9.])
    """
    if len(condlist) != len(choicelist) or not condlist:
        raise ShapeError(
            f"select: there are {len(condlist)} conditions and {len(choicelist)} "
            "choices; there must be equally many, at least one."
        )
    choices = [_choice(x) for x in (*choicelist, default)]
    dtype = np.result_type(*[getattr(x, "dtype", x) for x in choices])
    *choices, result = [cast(as_tensor(x), dtype.name) for x in choices]
    for condition, choice in reversed(list(zip(condlist, choices, strict=True))):
        condition = as_tensor(condition)
        if condition.type.dtype != "bool":
            raise DTypeError(
                f"select: the condition {condition!r} is {condition.type}, not a bool.",
                remedy="Write a comparison, such as x > 0.",
            )
        result = math.where(condition, choice, result)
    return result
