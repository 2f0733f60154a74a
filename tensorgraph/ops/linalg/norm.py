"""Norms of vectors and matrices, and the condition number."""

from __future__ import annotations

from math import inf
from typing import Any

from tensorgraph.errors import GraphError, ShapeError
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import Axes, normalize_axes, sum
from tensorgraph.ops.cast import cast
from tensorgraph.ops.linalg.inverse import inv
from tensorgraph.ops.linalg.routine import as_numbers
from tensorgraph.ops.linalg.svd import svdvals
from tensorgraph.ops.reducing.moments import squared_size
from tensorgraph.ops.reducing.reduce import max, min
from tensorgraph.ops.shaping.shape import expand_dims, moveaxis
from tensorgraph.ops.tensor import real_part


def vector_norm(
    x: Any, axis: Axes = None, keepdims: bool = False, ord: Any = 2
) -> Any:  # fmt: skip
    """The norm sum(abs(x) ** ord) ** (1 / ord) of the elements along some axes.

    `ord` of inf and -inf is the largest and the smallest size, 0 the number of elements
    that are not zero. All axes by default. The gradient at zero is 0, a subgradient.

    >>> vector_norm([3.0, 4.0]).eval()
    array(5.)
    """
    (x,) = as_numbers(x)
    axes = normalize_axes(axis, x.type.ndim, "vector_norm")
    return _of_elements(x, ord, axes, keepdims)


def _of_elements(x: Any, order: Any, axes: tuple[int, ...], keepdims: bool) -> Any:
    if isinstance(order, str):
        raise GraphError(
            f"norm: ord is {order!r}, which is for matrices.",
            remedy="Use a number for vectors, and give two axes for matrices.",
        )
    if order is None or order == 2:
        return _root(sum(squared_size(x), axes, keepdims))
    if order == inf:
        return max(math.abs(x), axes, keepdims, initial=0.0)
    if order == -inf:
        return min(math.abs(x), axes, keepdims)
    if order == 0:
        count = sum(cast(math.neq(x, 0), "int64"), axes, keepdims)
        return cast(count, real_part(x.type.dtype))
    if order == 1:
        return sum(math.abs(x), axes, keepdims)
    some = math.neq(x, 0)
    of_zero = 0.0 if order > 0 else inf
    powers = math.where(
        some, math.pow(math.where(some, math.abs(x), 1.0), order), of_zero
    )
    return _root(sum(powers, axes, keepdims), 1 / order)


def _root(total: Any, power: float = 0.5) -> Any:
    """total ** power, with a derivative of 0 where the total is 0 (or infinite)."""
    plain = math.logical_and(math.neq(total, 0), math.neq(total, inf))
    inner = math.where(plain, total, 1.0)
    root = math.sqrt(inner) if power == 0.5 else math.pow(inner, power)
    small, large = (0.0, inf) if power > 0 else (inf, 0.0)
    finite = math.where(math.eq(total, 0), small, root)
    return math.where(math.eq(total, inf), large, finite)


def matrix_norm(x: Any, keepdims: bool = False, ord: Any = "fro") -> Any:
    """The norm of the matrices in the last two axes.

    "fro": the root of the sum of squares; "nuc": the sum of the singular values; 2 and
    -2: the largest and the smallest of them; 1 and -1: the largest and the smallest sum
    of sizes in a column; inf and -inf: in a row. The gradient of "fro" at zero is 0;
    that of the others is `svd`'s and that of max.

    >>> matrix_norm([[1.0, -2.0], [3.0, 4.0]], ord=1).eval()
    array(6.)
    """
    (x,) = as_numbers(x)
    if x.type.ndim < 2:
        raise ShapeError(f"matrix_norm takes a matrix, not a {x.type}.")
    norm = _of_matrices(x, ord)
    return expand_dims(norm, (-2, -1)) if keepdims else norm


def _of_matrices(x: Any, order: Any) -> Any:
    if order in (None, "fro", "f"):
        return _of_elements(x, 2, (x.type.ndim - 2, x.type.ndim - 1), False)
    if order == "nuc":
        return sum(svdvals(x), axis=-1)
    if order in (2, -2):
        s = svdvals(x)
        return max(s, axis=-1, initial=0.0) if order > 0 else min(s, axis=-1)
    if order in (1, -1, inf, -inf):
        sums = sum(math.abs(x), axis=-2 if order in (1, -1) else -1)
        return max(sums, axis=-1, initial=0.0) if order > 0 else min(sums, axis=-1)
    raise GraphError(
        f"norm: ord is {order!r}, which matrices do not have.",
        remedy='Use "fro", "nuc", 1, -1, 2, -2, inf or -inf.',
    )


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """The norm of vectors (one axis) or matrices (two axes), as NumPy's norm.

    Without `axis`: of x as a vector or matrix; without `ord` too, the root of the sum
    of squares of all elements. See `vector_norm` and `matrix_norm` for the orders.

    >>> norm([[3.0, 0.0], [0.0, 4.0]]).eval(), norm([[3.0, 0.0], [0.0, 4.0]], 2).eval()
    (array(5.), array(4.))
    """
    (x,) = as_numbers(x)
    ndim = x.type.ndim
    if axis is None and ord is None:
        axes = tuple(range(ndim))
        return _of_elements(x, 2, axes, keepdims) if ndim else math.abs(x)
    given = tuple(range(ndim)) if axis is None else axis
    given = given if isinstance(given, tuple | list) else (given,)
    normalize_axes(given, ndim, "norm")
    if len(given) == 1:
        return _of_elements(x, ord, (int(given[0]) % ndim,), keepdims)
    if len(given) != 2:
        raise ShapeError(
            f"norm: ord is {ord!r} for {len(given)} axes.",
            remedy="Give one axis for vectors, two for matrices.",
        )
    found = _of_matrices(moveaxis(x, list(given), [-2, -1]), ord)
    places = tuple(sorted(int(a) % ndim for a in given))
    return expand_dims(found, places) if keepdims else found


def cond(x: Any, p: Any = None) -> Any:
    """The condition number: the norm of order `p` times that of the inverse.

    By default, and for 2, the largest singular value over the smallest; -2 the other
    way round; these also of matrices that are not square. A singular matrix gives inf
    (or 0), for other orders nan.

    >>> cond([[2.0, 0.0], [0.0, 1.0]]).eval()
    array(2.)
    """
    (x,) = as_numbers(x)
    if x.type.ndim < 2:
        raise ShapeError(f"cond takes a matrix, not a {x.type}.")
    if p is None or p in (2, -2):
        s = svdvals(x)
        return s[..., -1] / s[..., 0] if p == -2 else s[..., 0] / s[..., -1]
    return _of_matrices(x, p) * _of_matrices(inv(x), p)
