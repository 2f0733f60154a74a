"""Products of arrays by their axes: tensordot, inner, vecdot, matvec, kron, cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import expand_left, shape_of
from tensorgraph.ops.indexing.index import get
from tensorgraph.ops.linalg.contract import Term, contract
from tensorgraph.ops.linalg.product import Dot, matmul
from tensorgraph.ops.pointwise.parts import conj
from tensorgraph.ops.shaping.join import stack
from tensorgraph.ops.shaping.shape import expand_dims, moveaxis, ravel, reshape
from tensorgraph.ops.tensor import as_tensor, show_shape


def tensordot(a: Any, b: Any, axes: Any = 2) -> Any:
    """The products of elements of `a` and `b`, summed over pairs of axes.

    `axes` is a number n, for the last n axes of `a` with the first n of `b` in order,
    or two lists of axes that go together. The result has the other axes of `a`, then
    those of `b`. Raises `ShapeError` for lists that do not match, and for lengths that
    differ: at definition where they are known, else on the call.

    >>> tensordot(np.ones((2, 3, 4)), np.ones((3, 4, 5))).type.shape
    (2, 5)
    """
    a, b = as_tensor(a), as_tensor(b)
    first, second = _summed_axes(axes, a.type.ndim, b.type.ndim)
    for i, j in zip(first, second, strict=True):
        m, n = a.type.shape[i], b.type.shape[j]
        if isinstance(m, int) and isinstance(n, int) and m != n:
            raise ShapeError(
                f"tensordot: axis {i} of shape {show_shape(a.type.shape)} has length "
                f"{m}, but axis {j} of shape {show_shape(b.type.shape)} has length {n}."
            )
    left = tuple(("a", i) for i in range(a.type.ndim))
    right: list[Any] = [("b", j) for j in range(b.type.ndim)]
    for i, j in zip(first, second, strict=True):
        right[j] = left[i]
    kept = [k for k in (*left, *right) if (k in left) != (k in right)]
    return contract(Term(a, left), Term(b, tuple(right)), kept).ordered(kept).x


def _summed_axes(axes: Any, m: int, n: int) -> tuple[list[int], list[int]]:
    """The axes of both operands that are summed over, as non-negative numbers."""
    if isinstance(axes, int | np.integer):
        if not 0 <= axes <= min(m, n):
            raise ShapeError(
                f"tensordot: there are no {axes} axes to sum over in operands of ranks "
                f"{m} and {n}."
            )
        return list(range(m - int(axes), m)), list(range(int(axes)))
    if not isinstance(axes, list | tuple) or len(axes) != 2:
        raise ShapeError(
            f"tensordot: axes={axes!r} is no number and no pair of lists of axes.",
            remedy="Write axes=1, or axes=([0, 1], [1, 0]).",
        )
    first, second = (_list_of(given) for given in axes)
    for given, ndim in ((first, m), (second, n)):
        if any(not -ndim <= i < ndim for i in given):
            raise ShapeError(
                f"tensordot: axes {given} are not all axes of rank {ndim}."
            )
        if len({i % ndim for i in given}) != len(given):
            raise ShapeError(f"tensordot: axes {given} name one axis twice.")
    if len(first) != len(second):
        raise ShapeError(
            f"tensordot: {first} and {second} must name equally many axes, which go "
            "together."
        )
    return [i % m for i in first], [j % n for j in second]


def _list_of(axes: Any) -> list[int]:
    return [int(axes)] if isinstance(axes, int | np.integer) else [int(i) for i in axes]


def inner(a: Any, b: Any) -> Any:
    """The products of elements of `a` and `b`, summed over their last axes.

    A scalar multiplies. Raises `ShapeError` for last axes of different lengths.

    >>> inner([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0]).eval()
    array([21., 43.])
    """
    a, b = as_tensor(a), as_tensor(b)
    if a.type.ndim == 0 or b.type.ndim == 0:
        return a * b  # type: ignore[operator]
    return tensordot(a, b, ((-1,), (-1,)))


def vdot(a: Any, b: Any) -> Any:
    """The products of all elements of `a`, conjugated, and `b`, in C order, summed.

    >>> vdot([[1.0, 2.0]], [3.0, 4.0]).eval()
    array(11.)
    """
    return Dot(1, 1)(conj(ravel(a)), ravel(b))


def vecdot(x1: Any, x2: Any, axis: int = -1) -> Any:
    """The products of vectors, the first conjugated, summed; of stacks along `axis`.

    Raises `ShapeError` for scalars and for vectors of different lengths.

    >>> vecdot([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0]).eval()
    array([21., 43.])
    """
    x, y = _vector("vecdot", x1), _vector("vecdot", x2)
    x, y = (v if axis == -1 else moveaxis(v, axis, -1) for v in (x, y))
    return Dot(1, 1)(conj(x), y)


def matvec(x1: Any, x2: Any) -> Any:
    """The products of matrices and vectors, or of stacks of them, which broadcast.

    Raises `ShapeError` for operands of too low a rank, or of lengths that do not fit.

    >>> matvec([[1.0, 2.0], [3.0, 4.0]], [1.0, 10.0]).eval()
    array([21., 43.])
    """
    return Dot(2, 1)(x1, x2)


def vecmat(x1: Any, x2: Any) -> Any:
    """The products of vectors, conjugated, and matrices, or of stacks of them.

    Raises `ShapeError` for operands of too low a rank, or of lengths that do not fit.

    >>> vecmat([1.0, 10.0], [[1.0, 2.0], [3.0, 4.0]]).eval()
    array([31., 42.])
    """
    return Dot(1, 2)(conj(as_tensor(x1)), x2)


def matrix_dot(*xs: Any) -> Any:
    """The product of several matrices, from left to right.

    >>> matrix_dot([[1.0, 2.0]], [[3.0], [4.0]], [[2.0]]).eval()
    array([[22.]])
    """
    if not xs:
        raise ShapeError("matrix_dot needs at least one matrix.")
    found = as_tensor(xs[0])
    for x in xs[1:]:
        found = matmul(found, x)
    return found


def _vector(what: str, x: Any) -> Variable:
    x = as_tensor(x)
    if x.type.ndim == 0:
        raise ShapeError(f"{what} takes vectors, not a {x.type}.")
    return x


def kron(a: Any, b: Any) -> Any:
    """Kronecker's product: each element of `a` becomes the array `b` times it.

    The operand of lower rank gets new leading axes.

    >>> kron([1.0, 10.0], [1.0, 2.0]).eval()
    array([ 1.,  2., 10., 20.])
    """
    a, b = as_tensor(a), as_tensor(b)
    ndim = max(a.type.ndim, b.type.ndim)
    a, b = expand_left(a, ndim), expand_left(b, ndim)
    outer = expand_dims(a, range(1, 2 * ndim, 2)) * expand_dims(
        b, range(0, 2 * ndim, 2)
    )
    lengths = zip(shape_of(a), shape_of(b), strict=True)
    return reshape(outer, [m * n for m, n in lengths])


def cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1,
    axis: int | None = None,
) -> Any:  # fmt: skip
    """The vectors at right angles to those of `a` and `b`, as long as the area between.

    The vectors have 3 elements and lie along `axisa` and `axisb`, the results along
    `axisc`; `axis` stands for all three. Other axes broadcast. Vectors of 2 elements
    have a third that is zero; of two such only the third element is given. Raises
    `ShapeError` for vectors whose length is not known to be 2 or 3.

    >>> cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0]).eval()
    array([0., 0., 1.])
    """
    if axis is not None:
        axisa = axisb = axisc = axis
    u, v = _components("a", a, axisa), _components("b", b, axisb)
    third = u[0] * v[1] - u[1] * v[0]
    if len(u) == len(v) == 2:
        return third
    if len(v) == 2:
        parts = [-u[2] * v[1], u[2] * v[0], third]
    elif len(u) == 2:
        parts = [u[1] * v[2], -u[0] * v[2], third]
    else:
        parts = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], third]
    return stack(parts, axisc)


def _components(name: str, x: Any, axis: int) -> Sequence[Any]:
    x = moveaxis(_vector("cross", x), axis, 0)
    if x.type.shape[0] not in (2, 3):
        raise ShapeError(
            f"cross: the vectors of {name} must be known to have 2 or 3 elements; "
            f"axis {axis} has length {show_shape(x.type.shape[:1])[1:-2]}.",
            remedy="Use specify_shape to say what it is.",
        )
    return [get(x, i) for i in range(x.type.shape[0])]
