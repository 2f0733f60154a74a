"""Mean, variance and standard deviation."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import Axes
from tensorgraph.ops.cast import cast
from tensorgraph.ops.pointwise.parts import imag, is_complex, real
from tensorgraph.ops.reducing.reduce import count, sum
from tensorgraph.ops.tensor import as_tensor, dtype_name


def mean(
    x: Any, axis: Axes = None, dtype: Any = None, keepdims: bool = False,
    where: Any = True,
) -> Any:  # fmt: skip
    """The mean over `axis` (all axes by default) of what the mask `where` selects.

    It is computed in `dtype`, by default in that of a float `x`, else in float64. The
    mean of no elements is nan.

    >>> mean([[1.0, 5.0], [3.0, 4.0]], axis=1).eval()
    array([3. , 3.5])
    """
    x, kept = _floating(x, dtype)
    total = sum(x, axis, keepdims=keepdims, where=where)
    return cast(divided(total, count(x, axis, where, keepdims)), kept)


def var(
    x: Any, axis: Axes = None, dtype: Any = None, ddof: Any = 0, keepdims: bool = False,
    where: Any = True, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The variance over `axis`: the mean squared deviation from the mean.

    Of complex numbers it is that of the real parts plus that of the imaginary ones. The
    sum of squares is divided by the number of elements less `ddof`; where nothing
    is left of it the variance is nan, or inf. The mask `where` selects the elements. A
    `mean` that is known already is given with axes of length 1 for those of `axis`.
    `correction` is the array API's name of `ddof`; giving both raises ValueError.

    >>> var([1.0, 3.0]).eval()
    array(1.)
    """
    x, kept = _floating(x, dtype)
    if correction is not None:
        if ddof != 0:
            raise ValueError("var: ddof and correction are one thing; give only one.")
        ddof = correction
    if mean is None:
        number = count(x, axis, where, keepdims=True)
        mean = divided(sum(x, axis, keepdims=True, where=where), number)
    squares = sum(squared_size(x - mean), axis, keepdims=keepdims, where=where)
    freedom = count(x, axis, where, keepdims) - ddof
    positive = isinstance(freedom, int | float) and freedom > 0
    result = divided(squares, freedom if positive else math.maximum(freedom, 0))
    return cast(result, result.type.dtype if is_complex(x) else kept)


def squared_size(x: Variable) -> Any:
    """The squares of the sizes of elements, which are real."""
    return math.sqr(real(x)) + math.sqr(imag(x)) if is_complex(x) else math.sqr(x)


def std(
    x: Any, axis: Axes = None, dtype: Any = None, ddof: Any = 0, keepdims: bool = False,
    where: Any = True, mean: Any = None, correction: Any = None,
) -> Any:  # fmt: skip
    """The standard deviation over `axis`: the square root of the variance.

    Where all elements are equal it is 0, and so is its gradient: the smallest of the
    slopes that meet there.

    >>> std([1.0, 3.0]).eval()
    array(1.)
    """
    return root(var(x, axis, dtype, ddof, keepdims, where, mean, correction))


def root(variance: Variable) -> Any:
    """The square root, with a gradient of 0 at 0."""
    some = math.neq(variance, 0)
    return math.where(some, math.sqrt(math.where(some, variance, 1.0)), 0.0)


def _floating(x: Any, dtype: Any) -> tuple[Variable, str]:
    """`x` in the dtype of its moments while they are computed, and that dtype."""
    x = as_tensor(x)
    if dtype is not None:
        x = cast(x, dtype_name(dtype))
        if not x.type.differentiable:
            raise DTypeError(f"Moments are floats; they are not computed in {dtype}.")
    kept = x.type.dtype if x.type.dtype[0] in "fc" else "float64"
    return cast(x, "float32" if kept == "float16" else kept), kept


def divided(total: Variable, number: Any) -> Any:
    """A total over a number of elements, in the dtype of the total."""
    if isinstance(number, Variable):
        number = cast(number, np.result_type(total.type.dtype, np.float16))
    return math.true_div(total, number)
