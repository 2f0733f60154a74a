"""Weighted averages, covariances, correlations, ranges and counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import (
    Axes,
    Squeeze,
    broadcast_like,
    expand_left,
    normalize_axes,
)
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.diagonal import diagonal
from tensorgraph.ops.linalg.product import matmul
from tensorgraph.ops.pointwise.parts import complex, conj, imag, is_complex, real
from tensorgraph.ops.reducing.moments import divided, mean
from tensorgraph.ops.reducing.reduce import count, max, min, sum
from tensorgraph.ops.shaping.join import concatenate
from tensorgraph.ops.shaping.shape import expand_dims, transpose
from tensorgraph.ops.tensor import as_tensor, dtype_name, show_shape


def ptp(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """The largest element less the smallest over `axis` (all axes by default).

    >>> ptp([[1.0, 5.0], [3.0, 4.0]], axis=0).eval()
    array([2., 1.])
    """
    x = as_tensor(x)
    return max(x, axis, keepdims) - min(x, axis, keepdims)


def count_nonzero(x: Any, axis: Axes = None, keepdims: bool = False) -> Any:
    """How many elements over `axis` (all axes by default) are not zero, as int64.

    >>> count_nonzero([[1.0, 0.0], [3.0, 4.0]], axis=0).eval()
    array([2, 1])
    """
    return sum(math.neq(x, 0), axis, keepdims=keepdims)


def average(
    x: Any, axis: Axes = None, weights: Any = None, returned: bool = False,
    keepdims: bool = False,
) -> Any:  # fmt: skip
    """The mean over `axis` (all axes by default), weighted if there are weights.

    Weights have the shape of `x`, or of the axes alone. With `returned`, the result is
    the average and the sum of the weights. Where the weights sum to 0, it is nan.

    >>> average([[1.0, 2.0], [3.0, 5.0]], axis=1, weights=[1.0, 3.0]).eval()
    array([1.75, 4.5 ])
    """
    x = as_tensor(x)
    if weights is None:
        result = mean(x, axis, keepdims=keepdims)
        total = cast(as_tensor(count(x, axis)), result.type.dtype)
        total = broadcast_like(expand_left(total, result.type.ndim), result)
    else:
        w = along_axes(as_tensor(weights), x, axis, "average")
        x, w = _in_one_dtype(x, w)
        wide = broadcast_like(w, x)
        total = sum(wide, axis, keepdims=keepdims)
        result = sum(x * w, axis, keepdims=keepdims) / total
    return (result, total) if returned else result


def _in_one_dtype(x: Variable, w: Variable) -> tuple[Any, Any]:
    """Both in a float dtype: that of what is a float, else float64."""
    dtype = np.result_type(x.type.dtype, w.type.dtype)
    if dtype.kind not in "fc" or x.type.dtype[0] not in "fc":
        dtype = np.result_type(dtype, np.float64)
    return cast(x, dtype.name), cast(w, dtype.name)


def along_axes(w: Variable, x: Variable, axis: Axes, what: str) -> Any:
    """Weights of some axes of `x`, with axes of length 1 for the others."""
    if w.type.ndim == x.type.ndim:
        return w
    if axis is None:
        raise ShapeError(
            f"{what}: weights of shape {show_shape(w.type.shape)} are not of the "
            f"shape {show_shape(x.type.shape)}, and no axis is given.",
            remedy="Give the axis along which the weights lie.",
        )
    given = (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    axes = [normalize_axes(int(a), x.type.ndim, what)[0] for a in given]
    if w.type.ndim != len(axes):
        raise ShapeError(
            f"{what}: weights of shape {show_shape(w.type.shape)} do not lie along "
            f"{len(axes)} axes of {show_shape(x.type.shape)}."
        )
    order = sorted(range(len(axes)), key=lambda i: axes[i])
    others = [a for a in range(x.type.ndim) if a not in axes]
    return expand_dims(transpose(w, order), others)


# -- covariances -----------------------------------------------------------------------


def cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: Any = None,
    fweights: Any = None, aweights: Any = None, dtype: Any = None,
) -> Any:  # fmt: skip
    """The covariances of variables, which are rows with their observations in columns.

    `m` is a matrix, or a vector for one variable, whose variance is a scalar; `y` are
    more variables. Unless `rowvar`, variables are columns. Sums are divided by n - 1,
    by n with `bias`, by n - `ddof` if given. `fweights` say how often an observation
    counts, `aweights` how much it is worth. NumPy's function of this name.

    >>> cov([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]).eval()
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    x = _variables(m, rowvar, "cov")
    if y is not None:
        x = concatenate([x, _variables(y, rowvar, "cov")], 0)
    if dtype is None:
        dtype = np.result_type(x.type.dtype, np.float64).name
    x = cast(x, dtype_name(dtype))
    less = (0 if bias else 1) if ddof is None else ddof
    w = _weights(fweights, aweights, x)
    if w is None:
        number = count(x, 1) - less
        positive = isinstance(number, int | float) and number > 0
        freedom = number if positive else math.maximum(number, 0)
    else:
        freedom = math.maximum(_freedom(w, less, aweights, x), 0)
    deviation = x - average(x, 1, w, keepdims=True)
    weighted = deviation if w is None else deviation * w
    result = divided(matmul(deviation, conj(weighted).mT), freedom)
    single = tuple(a for a, n in enumerate(result.type.shape) if n == 1)
    return Squeeze(single)(result) if len(single) == 2 else result


def _variables(m: Any, rowvar: bool, what: str) -> Any:
    m = as_tensor(m)
    if m.type.ndim > 2:
        raise ShapeError(
            f"{what} takes a vector or a matrix of variables, not {m.type}.",
            remedy="Use vectorize for a stack of them.",
        )
    if m.type.ndim == 2:
        return m if rowvar else transpose(m)
    return expand_left(m, 2)


def _weights(fweights: Any, aweights: Any, x: Variable) -> Any:
    found = None
    for name, given in (("fweights", fweights), ("aweights", aweights)):
        if given is None:
            continue
        w = as_tensor(given)
        if w.type.ndim != 1:
            raise ShapeError(f"cov: {name} is a vector, not {w.type}.")
        w = cast(w, x.type.dtype)
        found = w if found is None else found * w
    return found


def _freedom(w: Variable, less: Any, aweights: Any, x: Variable) -> Any:
    """What the weighted sums of products are divided by."""
    total = sum(w)
    if aweights is None or (isinstance(less, int) and less == 0):
        return total - less
    return total - less * sum(w * cast(as_tensor(aweights), x.type.dtype)) / total


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, dtype: Any = None) -> Any:
    """The matrix of Pearson's correlations between variables, as `cov` takes them.

    >>> corrcoef([[0.0, 1.0, 2.0], [2.0, 1.0, 0.0]]).eval()
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    c = cov(x, y, rowvar, dtype=dtype)
    if c.type.ndim == 0:
        return c / c
    scale = math.sqrt(real(diagonal(c)))
    c = c / expand_dims(scale, 1) / scale
    if is_complex(c):
        return complex(_bounded(real(c)), _bounded(imag(c)))
    return _bounded(c)


def _bounded(c: Variable) -> Any:
    return math.maximum(math.minimum(c, 1.0), -1.0)
