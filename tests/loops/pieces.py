"""The small words that hand-built loop programs are written in."""

from __future__ import annotations

import ctypes
import ctypes.util
import math
import operator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.ir import (
    DTYPES,
    Buffer,
    CheckInfo,
    Const,
    Expr,
    For,
    Index,
    Placement,
    Plan,
    Program,
    Scalar,
    ScalarFunction,
    Size,
    Stmt,
)

DIVIDE = ScalarFunction("divide", "({0} / {1})", "({0} / {1})", operator.truediv, 4)
NEGATE = ScalarFunction("negate", "(-{0})", "(-{0})", operator.neg)
GREATER = ScalarFunction("gt", "({0} > {1})", "({0} > {1})", operator.gt)
NOT = ScalarFunction("not", "(!{0})", "(not {0})", np.logical_not)
SQRT = ScalarFunction("sqrt", "sqrt({0})", "math.sqrt({0})", np.sqrt, 4)

LIBC = ctypes.CDLL(ctypes.util.find_library("c"))
LIBM = ctypes.CDLL(ctypes.util.find_library("m"))
DOUBLE = ctypes.POINTER(ctypes.c_double)

I, J, K = Index("i"), Index("j"), Index("k")  # noqa: E741
ZERO, ONE = ar.ZERO, ar.ONE
INDEX_CHECK = CheckInfo(
    7, "index", "index {0} is out of bounds for axis 0 with size {1}"
)


@ctypes.CFUNCTYPE(ctypes.c_int32, DOUBLE, DOUBLE)
def compare_doubles(a: Any, b: Any) -> int:
    return int(a[0] > b[0]) - int(a[0] < b[0])


def address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


@dataclass(frozen=True)
class Example:
    """A program, what goes in, and what must come out: outputs, or a failed check."""

    program: Program
    inputs: tuple[Any, ...]
    outputs: tuple[Any, ...] = ()
    failure: tuple[int, tuple[float, ...]] | None = None
    exact: bool = True

    routines: dict[str, int] = field(default_factory=dict)


def array(name: str, dtype: str, *extents: Expr, **options: Any) -> Buffer:
    return Buffer(name, dtype, extents, **options)


def given(name: str, dtype: str, number: int, rank: int, **options: Any) -> Buffer:
    extents = tuple(Size(number, axis) for axis in range(rank))
    return Buffer(name, dtype, extents, "input", **options)


def result(name: str, dtype: str, *extents: Expr) -> Buffer:
    return Buffer(name, dtype, extents, "output")


def op(function: ScalarFunction, *arguments: Expr, dtype: str | None = None) -> Scalar:
    return Scalar(function, arguments, dtype or arguments[0].dtype)


def add(a: Expr, b: Expr) -> Expr:
    return op(ar.ADD, a, b)


def mul(a: Expr, b: Expr) -> Expr:
    return op(ar.MUL, a, b)


def number(value: Any, dtype: str = "float64") -> Const:
    return Const(value, dtype)


def loop(
    index: str, stop: Expr, *body: Stmt, order: str = "any", **options: Any
) -> For:
    return For(index, options.pop("start", ZERO), stop, body, order, **options)


def program(
    name: str,
    inputs: tuple[Buffer, ...],
    outputs: tuple[Buffer, ...],
    *body: Stmt,
    workspace: tuple[Buffer, ...] = (),
    **options: Any,
) -> Program:
    """A program whose workspace buffers lie one after the other."""
    placements, offset = [], ZERO
    for buffer in workspace:
        placements.append(Placement(buffer, offset))
        size = ar.times(ar.product(buffer.extents), Const(DTYPES[buffer.dtype]))
        lines = ar.quotient(ar.plus(size, Const(63)), Const(64))
        offset = ar.plus(offset, ar.times(lines, Const(64)))
    entry = options.pop("entry", ())
    plan = Plan(entry, tuple(b.extents for b in outputs), offset)
    return Program(name, inputs, outputs, plan, body, tuple(placements), **options)


def numbers(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape)


def exact_sum(data: np.ndarray) -> Any:
    """The sum, rounded once where it is finite."""
    if data.dtype.kind != "f" or not np.isfinite(data).all():
        with np.errstate(invalid="ignore"):
            return data.sum(dtype=data.dtype)
    return data.dtype.type(math.fsum(data.tolist()))
