"""New tensors from shapes and numbers: zeros, ones, full, arange and their kin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    broadcast_to,
    refuse_batched,
    shape_of,
    static_length,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.tensor import (
    TensorOp,
    TensorType,
    as_tensor,
    constant,
    dtype_name,
    static_value,
)

ShapeLike = Any
"""A length, or a sequence of lengths: ints or integer scalar variables."""


def as_length(length: Any, what: str) -> Any:
    """A length as an int, or an int64 scalar; raises for what cannot be one."""
    if isinstance(length, Variable):
        value = static_value(length)
        if length.type.ndim or length.type.dtype[0] not in "iu":
            raise ShapeError(
                f"{what}: a length must be an integer scalar, not {length.type}.",
                remedy="Take x.shape[axis], or cast it to int64.",
            )
        if value is None:
            return cast(length, "int64")
        length = value
    if isinstance(length, np.ndarray) and length.ndim == 0:
        length = length.item()
    if isinstance(length, bool) or not isinstance(length, int | np.integer):
        raise ShapeError(f"{what}: a length must be an integer, not {length!r}.")
    if length < 0:
        raise ShapeError(
            f"{what}: a length cannot be negative, but {length} was given."
        )
    return int(length)


def as_shape(shape: ShapeLike, what: str) -> tuple[Any, ...]:
    """The lengths of a shape given as one length or as a sequence of them."""
    single = isinstance(shape, Variable) or not np.iterable(shape)
    return tuple(as_length(n, what) for n in ((shape,) if single else shape))


def full(shape: ShapeLike, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor of `shape` filled with a value, which broadcasts to it.

    Lengths are ints or integer scalar variables. Raises `ShapeError` for what is no
    length and for a value that does not broadcast.

    >>> full((2, 2), 7.0).eval()
    array([[7., 7.],
           [7., 7.]])
    """
    lengths = as_shape(shape, "full")
    if dtype is None and type(fill_value) is int:
        dtype = "int64"
    return broadcast_to(_filling(fill_value, dtype), lengths)


def _filling(value: Any, dtype: Any) -> Variable:
    """A value to fill with as a variable, of a dtype if one is given."""
    if not isinstance(value, Variable):
        return constant(value, dtype)
    return as_tensor(value) if dtype is None else cast(value, dtype)


def alloc(value: Any, *shape: Any) -> Any:
    """A tensor filled with a value, which broadcasts to the lengths given one by one.

    >>> alloc(7.0, 2, 2).eval()
    array([[7., 7.],
           [7., 7.]])
    """
    return full(shape, value)


def empty(shape: ShapeLike, dtype: Any = "float64") -> Any:
    """A tensor of a shape whose elements mean nothing: they are zeros.

    >>> empty((2, 3)).type
    Matrix(float64, shape=(2, 3))
    """
    return zeros(shape, dtype)


def empty_like(x: Any, dtype: Any = None) -> Any:
    """A tensor of the shape of `x` whose elements mean nothing: they are zeros.

    >>> empty_like([[1, 2]]).type
    Matrix(int64, shape=(1, 2))
    """
    return zeros_like(x, dtype)


def zeros(shape: ShapeLike, dtype: Any = "float64") -> Any:
    """Zeros of a shape.

    >>> zeros((2, 3)).type
    Matrix(float64, shape=(2, 3))
    """
    return broadcast_to(constant(0, dtype), as_shape(shape, "zeros"))


def ones(shape: ShapeLike, dtype: Any = "float64") -> Any:
    """Ones of a shape.

    >>> ones(3).eval()
    array([1., 1., 1.])
    """
    return broadcast_to(constant(1, dtype), as_shape(shape, "ones"))


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor of the shape of `x`, filled with a value; of its dtype by default.

    >>> full_like([1.0, 2.0], 3).eval()
    array([3., 3.])
    """
    x = as_tensor(x)
    dtype = x.type.dtype if dtype is None else dtype_name(dtype)
    return broadcast_to(_filling(fill_value, dtype), shape_of(x))


def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros of the shape of `x`, and of its dtype by default.

    >>> zeros_like([[1, 2]]).type
    Matrix(int64, shape=(1, 2))
    """
    return full_like(x, 0, dtype)


def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones of the shape of `x`, and of its dtype by default.

    >>> ones_like([1.0, 2.0]).eval()
    array([1., 1.])
    """
    return full_like(x, 1, dtype)


@dataclass(frozen=True)
class ARange(TensorOp):
    """The int64 vector 0, 1, ..., n - 1, from the int64 scalar n."""

    distinct = (0,)

    def infer(self, length: Variable) -> TensorType:
        return TensorType("int64", (static_length(length),))

    def evaluate(self, xp: Any, length: Any) -> Any:
        return xp.arange(int(length))

    def pullback(self, length: Variable, y: Variable, g: Variable) -> Any:
        return None

    def batch(self, batched: Sequence[bool], length: Variable) -> Any:
        refuse_batched("arange", "its length", batched)

    def lower(self, loop: Any, length: Any) -> Any:
        return loop.map((loop.as_extent(length),), "int64", (), lambda s: s[0])


def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Any:
    """The numbers from `start` up to but without `stop`, `step` apart, as NumPy counts.

    Arguments are numbers or integer scalar variables; the length is then known when the
    function is called. `arange(n)` starts at 0. Raises `ShapeError` for a step of zero
    and `DTypeError` for variables that are no integer scalars.

    >>> arange(5).eval()
    array([0, 1, 2, 3, 4])
    >>> arange(1, 10, 3).eval()
    array([1, 4, 7])
    """
    if stop is None:
        start, stop = 0, start
    given = [_range_argument(v) for v in (start, stop, step)]
    if not any(isinstance(v, Variable) for v in given) and any(
        isinstance(v, float) for v in given
    ):
        return constant(np.arange(*given, dtype=dtype))
    start, stop, step = given
    if not isinstance(step, Variable) and step == 0:
        raise ShapeError(
            "arange: the step is 0.", remedy="Give a step that is not zero."
        )
    numbers = start + step * _count(start, stop, step)
    return numbers if dtype is None else cast(numbers, dtype)


def _range_argument(value: Any) -> Any:
    if isinstance(value, Variable) and static_value(value) is None:
        if value.type.ndim or value.type.dtype[0] not in "iu":
            raise DTypeError(
                f"arange takes numbers and integer scalars, not {value!r} of type "
                f"{value.type}.",
                remedy="Cast it to int64, or multiply a range of integers.",
            )
        return cast(value, "int64")
    number = np.asarray(static_value(value) if isinstance(value, Variable) else value)
    if number.ndim or number.dtype.kind not in "iuf":
        raise DTypeError(f"arange takes numbers and integer scalars, not {value!r}.")
    return number.item()


def _count(start: Any, stop: Any, step: Any) -> Any:
    """0, 1, ... as many as there are numbers in the range."""
    if not any(isinstance(v, Variable) for v in (start, stop, step)):
        length = len(range(start, stop, step))
    elif type(start) is int and start == 0 and type(step) is int and step == 1:
        length = math.maximum(stop, 0) if static_length(stop) is None else stop
    else:
        length = math.maximum(-((start - stop) // step), 0)
    return ARange()(as_tensor(length, dtype="int64"))
