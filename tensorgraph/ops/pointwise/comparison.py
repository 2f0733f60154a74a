"""Comparisons beyond those in `math`, and the bounds and repairs that they make."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np

from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import ones_like, zeros_like
from tensorgraph.ops.math import (
    abs,
    eq,
    isnan,
    le,
    logical_and,
    logical_or,
    lt,
    maximum,
    minimum,
    where,
)
from tensorgraph.ops.pointwise.parts import complex, imag, real
from tensorgraph.ops.reducing.reduce import all
from tensorgraph.ops.tensor import as_tensor


def isinf(x: Any) -> Any:
    """Whether each element is infinite.

    >>> isinf([1.0, float("inf"), float("nan")]).eval()
    array([False,  True, False])
    """
    x = as_tensor(x)
    if x.type.dtype[0] in "biu":
        return zeros_like(x, "bool")
    return eq(abs(x), inf)


def isfinite(x: Any) -> Any:
    """Whether each element is neither infinite nor nan.

    >>> isfinite([1.0, float("inf"), float("nan")]).eval()
    array([ True, False, False])
    """
    x = as_tensor(x)
    if x.type.dtype[0] in "biu":
        return ones_like(x, "bool")
    return lt(abs(x), inf)


def isposinf(x: Any) -> Any:
    """Whether each element of a real tensor is positive infinity.

    >>> isposinf([1.0, float("inf"), -float("inf")]).eval()
    array([False,  True, False])
    """
    return logical_and(isinf(x), lt(0, x))


def isneginf(x: Any) -> Any:
    """Whether each element of a real tensor is negative infinity.

    >>> isneginf([1.0, float("inf"), -float("inf")]).eval()
    array([False, False,  True])
    """
    return logical_and(isinf(x), lt(x, 0))


def isclose(
    a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether abs(a - b) <= atol + rtol * abs(b), or a and b are the same infinity.

    With `equal_nan` two nan are close to each other.

    >>> isclose([1.0, 1.0], [1.0 + 1e-9, 1.1]).eval()
    array([ True, False])
    """
    a, b = as_tensor(a), as_tensor(b)
    if b.type.dtype[0] in "biu":
        b = cast(b, "float64")
    near = le(abs(a - b), atol + rtol * abs(b))
    close = logical_or(logical_and(near, isfinite(b)), eq(a, b))
    if equal_nan:
        close = logical_or(close, logical_and(isnan(a), isnan(b)))
    return close


def allclose(
    a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False
) -> Any:
    """Whether all elements are close, in the sense of `isclose`: a bool scalar.

    >>> allclose([1.0, 2.0], [1.0, 2.0 + 1e-9]).eval()
    array(True)
    """
    return all(isclose(a, b, rtol, atol, equal_nan))


def fmax(x1: Any, x2: Any) -> Any:
    """The larger of two numbers; of a number and nan the number.

    >>> fmax([1.0, float("nan")], 2.0).eval()
    array([2., 2.])
    """
    return where(isnan(x2), x1, where(isnan(x1), x2, maximum(x1, x2)))


def fmin(x1: Any, x2: Any) -> Any:
    """The smaller of two numbers; of a number and nan the number.

    >>> fmin([1.0, float("nan")], 2.0).eval()
    array([1., 2.])
    """
    return where(isnan(x2), x1, where(isnan(x1), x2, minimum(x1, x2)))


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None,
         max: Any = None) -> Any:  # fmt: skip
    """`a` with what is below `a_min` raised to it, and what is above `a_max` lowered.

    `min` and `max` are NumPy's other names of the bounds, of which None is no bound;
    they broadcast, and where they cross, the upper one wins. At a bound the gradient is
    shared equally between `a` and the bound, as it is for `maximum`.

    >>> clip([-1.0, 0.5, 3.0], 0.0, 1.0).eval()
    array([0. , 0.5, 1. ])
    """
    low = min if a_min is None else a_min
    high = max if a_max is None else a_max
    a = as_tensor(a)
    raised = a if low is None else maximum(a, low)
    return raised if high is None else minimum(raised, high)


def nan_to_num(
    x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    """`x` with numbers in place of nan and of infinities.

    Infinities become the largest and the smallest number of the dtype by default. The
    gradient is 0 where an element is replaced. Of complex numbers each part is repaired
    alone. `copy` is NumPy's and means nothing here.

    >>> nan_to_num([1.0, float("nan"), -float("inf")], neginf=-9.0).eval()
    array([ 1.,  0., -9.])
    """
    x = as_tensor(x)
    if x.type.dtype[0] in "biu":
        return x
    if x.type.dtype[0] == "c":
        parts = (nan_to_num(v, copy, nan, posinf, neginf) for v in (real(x), imag(x)))
        return complex(*parts)
    largest = float(np.finfo(x.type.dtype).max)
    above = largest if posinf is None else posinf
    below = -largest if neginf is None else neginf
    x = where(isnan(x), nan, x)
    return where(eq(x, inf), above, where(eq(x, -inf), below, x))
