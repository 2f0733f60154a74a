"""Windows that slide along an axis, and their sum where they overlap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Const
from tensorgraph.ops.broadcast import normalize_axes, refuse_batched, shape_of
from tensorgraph.ops.creating.create import as_shape
from tensorgraph.ops.shaping.shape import moveaxis
from tensorgraph.ops.tensor import TensorOp, TensorType, as_tensor, static_value


@dataclass(frozen=True)
class Windows(TensorOp):
    """All windows of a length along the last axis: y[..., i, k] = x[..., i + k]."""

    moves_elements = True

    def infer(self, x: Variable, length: Variable) -> TensorType:
        *stack, n = x.type.shape
        k = static_value(length)
        size = None if k is None else int(k)
        known = isinstance(n, int) and size is not None
        if size is not None and (size < 1 or (known and n < size)):
            raise ShapeError(
                f"An axis of length {'?' if n is None else n} has no windows of length "
                f"{size}.",
                remedy="A window has at least one element and at most all of them.",
            )
        count = n - size + 1 if known else (n if size == 1 else None)
        return x.type.with_shape((*stack, count, size))

    def evaluate(self, xp: Any, x: Any, length: Any) -> Any:
        return xp.sliding_window_view(x, int(length), axis=-1)

    def pullback(self, x: Variable, length: Variable, y: Variable, g: Any) -> Any:
        return Overlapped()(g), None

    def batch(self, batched: Sequence[bool], x: Variable, length: Variable) -> Any:
        refuse_batched("sliding_window_view", "the length", batched[1:])
        return self(x, length)

    def lower(self, loop: Any, x: Any, length: Any) -> Any:
        k = loop.as_extent(length)
        *stack, n = x.extents
        count = at.plus(at.minus(n, k), at.ONE)
        message = "a window of length {0} does not fit an axis of length {1}"
        fits = at.both(at.less_equal(at.ONE, k), at.less_equal(k, n))
        loop.require("shape", message, fits, (k, n))
        return loop.view(
            x, (*stack, count, k), lambda s: (*s[:-2], at.plus(s[-2], s[-1]))
        )


@dataclass(frozen=True)
class Overlapped(TensorOp):
    """The sum of windows where they lie: y[..., j] sums x[..., i, k] of i + k = j."""

    def infer(self, x: Variable) -> TensorType:
        *stack, m, k = x.type.shape
        known = isinstance(m, int) and isinstance(k, int)
        length = m + k - 1 if known else (m if k == 1 else None)
        return x.type.with_shape((*stack, length))

    def evaluate(self, xp: Any, x: Any) -> Any:
        *stack, m, k = x.shape
        y = xp.zeros((*stack, m + k - 1), x.dtype)
        for place in range(k):
            y[..., place : place + m] += x[..., place]
        return y

    def pullback(self, x: Variable, y: Variable, g: Any) -> Any:
        return Windows()(g, shape_of(x)[x.type.ndim - 1])

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return self(x)

    def lower(self, loop: Any, x: Any) -> Any:
        *stack, m, k = x.extents
        extents = (*stack, at.minus(at.plus(m, k), at.ONE))
        zero = Const(0, x.dtype)
        return loop.scatter(
            loop.map(extents, x.dtype, (), lambda s: zero), "add", x.extents, (x,),
            lambda s: (*s[:-2], at.plus(s[-2], s[-1])), lambda s: loop.read(x, s),
        )  # fmt: skip


def windows(x: Variable, length: Any, axis: int) -> Any:
    """All windows along an axis; their elements lie along a new last axis."""
    found = Windows()(moveaxis(x, axis, -1), as_tensor(length, dtype="int64"))
    return moveaxis(found, -2, axis)


def sliding_window_view(x: Any, window_shape: Any, axis: Any = None) -> Any:
    """All windows of a shape; `window_shape` are the lengths along the axes given.

    The result has the axes of x, shorter by the window's length less one, then the axes
    of a window. Gradients of windows that share an element add up. Raises `ShapeError`
    for a window that does not fit.

    >>> sliding_window_view([1, 2, 3, 4], 3).eval()
    array([[1, 2, 3],
           [2, 3, 4]])
    """
    x = as_tensor(x)
    what = "sliding_window_view"
    lengths = as_shape(window_shape, what)
    given = range(x.type.ndim) if axis is None else np.atleast_1d(axis)
    axes = [normalize_axes(a, x.type.ndim, what)[0] for a in given]
    if len(lengths) != len(axes):
        raise ShapeError(
            f"{what}: {len(lengths)} lengths for {len(axes)} axes.",
            remedy="Give a length for each axis, and the axes if not all are meant.",
        )
    for length, place in zip(lengths, axes, strict=True):
        x = windows(x, length, place)
    return x
