"""The same elements under another shape: transpose, expand_dims, squeeze, reshape."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern, has_hole
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Expr
from tensorgraph.ops.broadcast import (
    Axes,
    ExpandDims,
    Squeeze,
    batched_axes,
    broadcast_to,
    normalize_axes,
    reduced_axes,
    refuse_batched,
    shape_of,
    show_axes,
    static_length,
)
from tensorgraph.ops.creating.create import as_length
from tensorgraph.ops.tensor import (
    Length,
    TensorOp,
    TensorType,
    as_tensor,
    broadcast_shapes,
    show_shape,
    unify_lengths,
)

# -- transpose -------------------------------------------------------------------------


@dataclass(frozen=True)
class Transpose(TensorOp):
    """Axis `i` of the result is axis `axes[i]` of the input."""

    axes: tuple[int, ...]
    moves_elements = True

    def infer(self, x: Variable) -> TensorType:
        return x.type.with_shape([x.type.shape[a] for a in self.axes])

    def evaluate(self, xp: Any, x: Any) -> Any:
        return xp.transpose(x, self.axes)

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        return Transpose(self.inverse())(g)

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return Transpose((0, *(a + 1 for a in self.axes)))(x)

    def lower(self, loop: Any, x: Any) -> Any:
        inverse = self.inverse()
        extents = [x.extents[a] for a in self.axes]
        return loop.view(x, extents, lambda s: tuple(s[a] for a in inverse))

    def inverse(self) -> tuple[int, ...]:
        """The order that undoes this one."""
        return tuple(self.axes.index(a) for a in range(len(self.axes)))

    def __str__(self) -> str:
        return f"Transpose{{axes={list(self.axes)}}}"


def transpose(x: Any, axes: Sequence[int] | None = None) -> Any:
    """The axes of `x` in another order, reversed by default.

    Raises `ShapeError` unless `axes` names every axis once.

    >>> transpose([[1, 2], [3, 4]]).eval()
    array([[1, 3],
           [2, 4]])
    """
    if has_hole((x, axes)):
        return Pattern.of(Transpose, (x,), axes=axes)
    x = as_tensor(x)
    if len(axes or ()) == 1 and np.iterable(axes[0]):  # type: ignore[index]
        axes = tuple(axes[0])  # type: ignore[index, arg-type]
    ndim = x.type.ndim
    order = tuple(range(ndim))[::-1] if axes is None else _order(axes, ndim)
    return x if order == tuple(range(ndim)) else Transpose(order)(x)


def _order(axes: Sequence[int], ndim: int) -> tuple[int, ...]:
    if normalize_axes(axes, ndim, "transpose") != tuple(range(ndim)):
        raise ShapeError(
            f"transpose: axes {tuple(axes)} do not name each of the {ndim} axes once."
        )
    return tuple(a % ndim for a in axes)


def swapaxes(x: Any, axis1: int, axis2: int) -> Any:
    """`x` with two axes exchanged.

    >>> swapaxes(np.zeros((2, 3, 4)), 0, 2).type.shape
    (4, 3, 2)
    """
    x = as_tensor(x)
    (a,) = normalize_axes(axis1, x.type.ndim, "swapaxes")
    (b,) = normalize_axes(axis2, x.type.ndim, "swapaxes")
    order = list(range(x.type.ndim))
    order[a], order[b] = b, a
    return transpose(x, order)


def moveaxis(x: Any, source: Axes, destination: Axes) -> Any:
    """`x` with some axes moved to other places; the others keep their order.

    >>> moveaxis(np.zeros((2, 3, 4)), 0, -1).type.shape
    (3, 4, 2)
    """
    x = as_tensor(x)
    start = [_one(a, x.type.ndim) for a in _axes_list(source)]
    stop = [_one(a, x.type.ndim) for a in _axes_list(destination)]
    if len(start) != len(stop) or len({*start}) + len({*stop}) != 2 * len(start):
        raise ShapeError(
            f"moveaxis: {source} and {destination} must name equally many axes, "
            "each once."
        )
    order = [a for a in range(x.type.ndim) if a not in start]
    for to, a in sorted(zip(stop, start, strict=True)):
        order.insert(to, a)
    return transpose(x, order)


def _axes_list(axes: Axes) -> list[int]:
    return [int(axes)] if isinstance(axes, int | np.integer) else list(axes or ())


def _one(axis: int, ndim: int) -> int:
    return normalize_axes(axis, ndim, "moveaxis")[0]


# -- axes of length 1 ------------------------------------------------------------------


def expand_dims(x: Any, axis: int | Sequence[int]) -> Any:
    """`x` with new axes of length 1 at the given places of the result.

    >>> expand_dims([1.0, 2.0], 0).type
    Matrix(float64, shape=(1, 2))
    """
    if has_hole((x, axis)):
        return Pattern.of(ExpandDims, (x,), axes=axis)
    x = as_tensor(x)
    count = 1 if isinstance(axis, int | np.integer) else len(axis)
    axes = normalize_axes(axis, x.type.ndim + count, "expand_dims")
    return ExpandDims(axes)(x) if axes else x


def squeeze(x: Any, axis: Axes = None) -> Any:
    """`x` without the given axes of length 1; by default without all known to have it.

    Raises `ShapeError` for an axis that is not known to have length 1.

    >>> squeeze([[1.0, 2.0]]).type
    Vector(float64, shape=(2,))
    """
    if has_hole((x, axis)):
        return Pattern.of(Squeeze, (x,), axes=axis)
    x = as_tensor(x)
    if axis is None:
        axes = tuple(a for a, n in enumerate(x.type.shape) if n == 1)
    else:
        axes = reduced_axes(axis, x.type.ndim, "squeeze")
    return Squeeze(axes)(x) if axes else x


def broadcast_arrays(*xs: Any) -> list[Any]:
    """The operands repeated along axes of length 1 to their common shape.

    >>> [v.type.shape for v in broadcast_arrays([1.0, 2.0], [[3.0], [4.0], [5.0]])]
    [(3, 2), (3, 2)]
    """
    variables = [as_tensor(x) for x in xs]
    ndim = max((v.type.ndim for v in variables), default=0)
    shapes = [(1,) * (ndim - v.type.ndim) + v.type.shape for v in variables]
    common: list[Any] = list(broadcast_shapes("broadcast_arrays", shapes))
    for axis, length in enumerate(common):
        if not isinstance(length, int):
            pairs = zip(variables, shapes, strict=True)
            longest = next(v for v, shape in pairs if shape[axis] != 1)
            common[axis] = shape_of(longest)[axis - ndim]
    return [broadcast_to(v, common) for v in variables]


def second(a: Any, b: Any) -> Any:
    """`b`, broadcast to the shape that `a` and `b` have together.

    >>> second([[1, 2], [3, 4]], 7.0).eval()
    array([[7., 7.],
           [7., 7.]])
    """
    return broadcast_arrays(a, b)[1]


fill = second

# -- reshape ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Reshape(TensorOp):
    """The same elements in C order under other lengths.

    Inputs: the array, then an int64 scalar for each axis of the result.
    """

    moves_elements = True

    def infer(self, x: Variable, *lengths: Variable) -> TensorType:
        shape = tuple(map(static_length, lengths))
        for length in shape:
            if isinstance(length, int) and length < 0:
                raise ShapeError(f"reshape: {show_shape(shape)} has a negative length.")
        known = _numbers(shape) and _numbers(x.type.shape)
        if known and np.prod(shape) != np.prod(x.type.shape):
            raise _reshape_error(x, shape)
        return x.type.with_shape(shape)

    def evaluate(self, xp: Any, x: Any, *lengths: Any) -> Any:
        shape = tuple(int(n) for n in lengths)
        if min(shape, default=0) < 0 or np.prod(shape) != np.prod(x.shape):
            raise ShapeError(
                f"reshape: an array of shape {x.shape} cannot become {shape}."
            )
        return xp.reshape(x, shape)

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        lengths = [as_tensor(n, dtype="int64") for n in shape_of(x)]
        return (Reshape()(rest[-1], *lengths), *[None] * (len(rest) - 2))

    def batch(self, batched: Sequence[bool], x: Variable, *lengths: Variable) -> Any:
        refuse_batched("reshape", "its lengths", batched[1:])
        return Reshape()(x, shape_of(x)[0], *lengths)

    def lower(self, loop: Any, x: Any, *lengths: Any) -> Any:
        extents = [loop.as_extent(n) for n in lengths]
        sizes = at.product(x.extents), at.product(tuple(extents))
        message = "reshape: an array of {0} elements cannot become one of {1}"
        loop.require("shape", message, at.equal(*sizes), sizes)
        longer = [n for n in x.extents if n != at.ONE]
        if longer != [n for n in extents if n != at.ONE]:
            return loop.reshape(x, extents)
        return loop.view(x, extents, lambda s: _without_ones(x.extents, extents, s))


def _without_ones(
    extents: Sequence[Expr], seen: Sequence[Expr], s: tuple[Expr, ...]
) -> tuple[Expr, ...]:
    """Subscripts of an array that is seen with its axes of length 1 elsewhere."""
    longer = iter([i for n, i in zip(seen, s, strict=True) if n != at.ONE])
    return tuple(at.ZERO if n == at.ONE else next(longer) for n in extents)


def _numbers(shape: Sequence[Length]) -> bool:
    return all(isinstance(n, int) for n in shape)


def _reshape_error(x: Variable, shape: Sequence[Any]) -> ShapeError:
    return ShapeError(
        f"reshape: {x.type} cannot become {show_shape(shape)}: "
        "the numbers of elements differ.",
        remedy="Use -1 for one length to have it computed.",
    )


def reshape(x: Any, shape: Any, order: str = "C") -> Any:
    """The elements of `x` in C order under another shape; one length may be -1.

    Lengths are ints or integer scalar variables. With `order` "F" elements are read and
    put with the first axis fastest. Raises `ShapeError` when the number of elements
    differs: at definition when it is known, else on the call.

    >>> reshape([1, 2, 3, 4, 5, 6], (2, -1)).eval()
    array([[1, 2, 3],
           [4, 5, 6]])
    """
    if has_hole((x,)):
        return Pattern.of(Reshape, (x, *shape))
    x = as_tensor(x)
    single = isinstance(shape, Variable) or not np.iterable(shape)
    given = [shape] if single else list(shape)
    if order not in ("C", "F"):
        raise ValueError(f"reshape: an order is 'C' or 'F', not {order!r}.")
    if order == "F":
        return transpose(reshape(transpose(x), given[::-1]))
    open_axes = [i for i, n in enumerate(given) if _is_open(n)]
    if len(open_axes) > 1:
        raise ShapeError(f"reshape: only one length can be -1, not those of {shape}.")
    lengths = [n if _is_open(n) else as_length(n, "reshape") for n in given]
    for axis in open_axes:
        lengths[axis] = _open_length(x, lengths[:axis] + lengths[axis + 1 :], given)
    if tuple(map(static_length, lengths)) == x.type.shape and None not in x.type.shape:
        return x
    return Reshape()(x, *[as_tensor(n, dtype="int64") for n in lengths])


def _is_open(length: Any) -> bool:
    return not isinstance(length, Variable) and np.ndim(length) == 0 and length == -1


def _open_length(x: Variable, others: Sequence[Any], given: Sequence[Any]) -> Any:
    """The length that makes the number of elements that of `x`.

    Lengths that appear on both sides cancel, so that a known or named length stays one.
    """
    have = Counter(n for n in x.type.shape if not isinstance(n, int))
    want = Counter(n for n in map(static_length, others) if not isinstance(n, int))
    known = int(np.prod([n for n in x.type.shape if isinstance(n, int)]))
    wanted = int(np.prod([n for n in others if isinstance(n, int)]))
    unnamed = None in want
    left = have - want
    if not unnamed and not want - have and wanted and known % wanted == 0:
        if not left:
            return known // wanted
        if left.total() == 1 and known == wanted:
            return shape_of(x)[x.type.shape.index(next(iter(left)))]
    if not unnamed and not have and not want:
        raise _reshape_error(x, [None if _is_open(n) else n for n in given])
    size: Any = 1
    for n in shape_of(x):
        size = n * size
    for n in others:
        size = size // n
    return size


def ravel(x: Any, order: str = "C") -> Any:
    """The elements of `x` as a vector, in C order or ("F") the first axis fastest.

    >>> ravel([[1, 2], [3, 4]]).eval()
    array([1, 2, 3, 4])
    """
    x = as_tensor(x)
    return x if x.type.ndim == 1 else reshape(x, (-1,), order)


# -- checked shapes --------------------------------------------------------------------


@dataclass(frozen=True)
class SpecifyShape(TensorOp):
    """The input, whose axes must have the lengths given as int64 scalars."""

    axes: tuple[int, ...]

    def infer(self, x: Variable, *lengths: Variable) -> TensorType:
        shape = list(x.type.shape)
        for axis, length in zip(self.axes, map(static_length, lengths), strict=True):
            try:
                shape[axis] = unify_lengths(shape[axis], length)
            except ValueError:
                raise ShapeError(
                    f"specify_shape: axis {axis} of {x.type} has length {shape[axis]}, "
                    f"not {length}."
                ) from None
        return x.type.with_shape(shape)

    def evaluate(self, xp: Any, x: Any, *lengths: Any) -> Any:
        for axis, length in zip(self.axes, lengths, strict=True):
            if x.shape[axis] != length:
                raise ShapeError(
                    f"specify_shape: axis {axis} has length {x.shape[axis]}, "
                    f"not {length}."
                )
        return x

    def pullback(self, x: Variable, *rest: Variable) -> Any:
        return (rest[-1], *[None] * len(self.axes))

    def batch(self, batched: Sequence[bool], x: Variable, *lengths: Variable) -> Any:
        refuse_batched("specify_shape", "its lengths", batched[1:])
        return SpecifyShape(batched_axes(self.axes))(x, *lengths)

    def lower(self, loop: Any, x: Any, *lengths: Any) -> Any:
        extents = list(x.extents)
        for axis, length in zip(self.axes, lengths, strict=True):
            want = loop.as_extent(length)
            extents[axis] = loop.unify(extents[axis], want, "specify_shape")
        return loop.view(x, extents, lambda s: s)

    def __str__(self) -> str:
        return f"SpecifyShape{{{show_axes(self.axes)}}}"


def specify_shape(x: Any, shape: Sequence[Any]) -> Any:
    """`x`, with lengths that are asserted and from here on known; None asserts nothing.

    An axis asserted to have length 1 broadcasts. Raises `ShapeError` at definition
    where the lengths are known to differ, else on the call.

    >>> from tensorgraph.ops.tensor import TensorType
    >>> x = TensorType("float64", (None, None))("x")
    >>> specify_shape(x, (1, None)).type
    Matrix(float64, shape=(1, ?))
    """
    if has_hole((x,)):
        return Pattern.of(SpecifyShape, (x, *shape))
    x = as_tensor(x)
    if len(shape) != x.type.ndim:
        raise ShapeError(
            f"specify_shape: {x.type} has {x.type.ndim} axes, but {len(shape)} lengths "
            "were given.",
            remedy="Give None for an axis that may have any length.",
        )
    asserted = {
        a: as_length(n, "specify_shape") for a, n in enumerate(shape) if n is not None
    }
    news = {
        a: n
        for a, n in asserted.items()
        if static_length(n) is None or static_length(n) != x.type.shape[a]
    }
    if not news:
        return x
    lengths = [as_tensor(n, dtype="int64") for n in news.values()]
    return SpecifyShape(tuple(news))(x, *lengths)
