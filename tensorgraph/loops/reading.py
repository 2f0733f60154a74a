"""Elements of operands: at which subscripts they are read, and in which dtype."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Const, Expr
from tensorgraph.loops.values import Read, Reducing, Subscripts, Value


def constantly(value: Const, dtype: str) -> Callable[[Subscripts], Expr]:
    """How to read an array of a constant in a dtype."""
    found = value if value.dtype == dtype else ir.Cast(value, dtype)
    return lambda s: found


def broadcast_read(value: Value, dtype: str) -> Callable[[Subscripts], Expr]:
    """How to read a value, repeated along its axes of length 1, in a dtype."""
    ones = [at.is_one(extent) for extent in value.extents]
    if not any(ones):
        if value.dtype == dtype:
            return lambda s: Read(value, s)
        return lambda s: ir.Cast(Read(value, s), dtype)

    def read(s: Subscripts) -> Expr:
        place = [at.ZERO if one else i for one, i in zip(ones, s, strict=True)]
        return as_dtype(Read(value, tuple(place)), dtype)

    return read


def moved(s: Subscripts, wide: list[int], kept: list[int], ndim: int) -> Subscripts:
    """Subscripts of an array that differs only in its axes of length 1."""
    result: list[Expr] = [at.ZERO] * ndim
    for source, target in zip(wide, kept, strict=True):
        result[target] = s[source]
    return tuple(result)


def part_of(element: Reducing, part: ir.ScalarFunction, dtype: str) -> Reducing:
    """A part of each complex element of a reduction."""
    return lambda outer, inner: ir.Scalar(part, (element(outer, inner),), dtype)


def as_dtype(expr: Expr, dtype: str) -> Expr:
    """An expression in a dtype."""
    if expr.dtype == dtype:
        return expr
    if isinstance(expr, Const):
        return Const(np.dtype(dtype).type(expr.value).item(), dtype)
    return ir.Cast(expr, dtype)
