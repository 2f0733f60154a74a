"""Operands for any elementwise op, from the domain it declares."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np

import tensorgraph.ops
from tensorgraph.errors import DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.lazy import load_all
from tensorgraph.ops.elementwise import Elementwise, Interval
from tensorgraph.ops.tensor import TensorType

load_all(tensorgraph.ops)  # the laws look at what every module declares


def points(interval: Interval, shape: tuple[int, ...], rng: np.random.Generator) -> Any:
    """Random values well inside an open interval.

    >>> points((0.0, 1.0), (2,), np.random.default_rng(0)).round(2)
    array([0.61, 0.32])
    """
    low, high = interval
    if np.isfinite(low) and np.isfinite(high):
        return low + (high - low) * rng.uniform(0.1, 0.9, shape)
    if np.isfinite(low):
        return low + np.exp(rng.uniform(-1.2, 1.5, shape))
    if np.isfinite(high):
        return high - np.exp(rng.uniform(-1.2, 1.5, shape))
    return rng.normal(scale=1.5, size=shape)


def operands(
    op: Elementwise,
    shapes: Sequence[tuple[int, ...]],
    dtype: str,
    rng: np.random.Generator,
) -> dict[Variable, np.ndarray]:
    """Inputs of an op with values from its domain; conditions of branches are bools.

    Operands that cannot have the dtype, or have no derivative, are integers; complex
    numbers have their real parts in the domain. A length of 1 is known at definition,
    the others are not.
    """
    found = {}
    given = zip(op.domain, cycle(shapes), accepted(op, dtype), strict=False)
    for i, (interval, shape, dtype) in enumerate(given):
        static = [1 if n == 1 else None for n in shape]
        if dtype == "bool":
            found[TensorType("bool", static)("condition")] = rng.random(shape) < 0.5
        else:
            value = points(interval, shape, rng)
            if dtype[0] == "c":
                value = value + 1j * rng.normal(size=shape)
            value = np.asarray(value).astype(dtype)
            found[TensorType(dtype, static)(f"x{i}")] = value
    return found


def takes(op: Elementwise, dtype: str) -> bool:
    """Whether operands of an op may have a dtype.

    >>> from tensorgraph.ops.math import exp, lt
    >>> takes(exp, "complex64"), takes(lt, "complex64")
    (True, False)
    """
    return dtype in accepted(op, dtype)


def accepted(op: Elementwise, dtype: str) -> tuple[str, ...]:
    """The dtypes of operands that an op takes: `dtype` where it can be, or integers.

    >>> from tensorgraph.ops.pointwise.arithmetic import gcd, ldexp
    >>> accepted(ldexp, "float32"), accepted(gcd, "float32")
    (('float32', 'int64'), ('int64', 'int64'))
    """
    last = len(op.domain) - 1
    if op.kind == "branch":
        return ("bool", *[dtype] * last)
    whole = (dtype,) * (last + 1)
    if not all(map(callable, op.derivatives)):
        whole = tuple(dtype if callable(d) else "int8" for d in op.derivatives)
    for given in [whole, (*[dtype] * last, "int64")]:
        try:
            op.dtypes(given)
        except DTypeError:
            continue
        return given
    return ("int64",) * (last + 1)
