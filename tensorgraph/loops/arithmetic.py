"""Integer arithmetic on subscripts and extents, simplified as it is built."""

from __future__ import annotations

import builtins
import operator
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

from tensorgraph.loops.ir import (
    Buffer,
    Cast,
    Const,
    Expr,
    Scalar,
    ScalarFunction,
    Select,
    Size,
)

ADD = ScalarFunction("add", "({0} + {1})", "({0} + {1})", operator.add)
SUB = ScalarFunction("sub", "({0} - {1})", "({0} - {1})", operator.sub)
MUL = ScalarFunction("mul", "({0} * {1})", "({0} * {1})", operator.mul)
FLOORDIV = ScalarFunction("div", "({0} / {1})", "({0} // {1})", operator.floordiv, 20)
MOD = ScalarFunction("mod", "({0} % {1})", "({0} % {1})", operator.mod, 20)
MIN = ScalarFunction("min", "({0} < {1} ? {0} : {1})", "min({0}, {1})", min)
MAX = ScalarFunction("max", "({0} > {1} ? {0} : {1})", "max({0}, {1})", max)
LESS = ScalarFunction("lt", "({0} < {1})", "({0} < {1})", operator.lt)
LESS_EQUAL = ScalarFunction("le", "({0} <= {1})", "({0} <= {1})", operator.le)
EQUAL = ScalarFunction("eq", "({0} == {1})", "({0} == {1})", operator.eq)
AND = ScalarFunction("and", "({0} && {1})", "({0} and {1})", operator.and_)
OR = ScalarFunction("or", "({0} || {1})", "({0} or {1})", operator.or_)

REAL = ScalarFunction("real", "(__real__ {0})", "{0}.real", operator.attrgetter("real"))
IMAG = ScalarFunction("imag", "(__imag__ {0})", "{0}.imag", operator.attrgetter("imag"))
COMPLEX = ScalarFunction(
    "complex", "__builtin_complex({0}, {1})", "complex({0}, {1})", builtins.complex
)

ZERO = Const(0)
ONE = Const(1)


_OWN = frozenset(
    id(f)
    for f in (ADD, SUB, MUL, FLOORDIV, MOD, MIN, MAX, LESS, LESS_EQUAL, EQUAL, AND, OR)
)
"""Which objects the functions of subscripts are."""


def folded(expr: Expr) -> Expr:
    """`expr` without subscript arithmetic on constants and decided selections."""
    if isinstance(expr, Select) and isinstance(expr.condition, Const):
        return expr.a if expr.condition.value else expr.b
    if isinstance(expr, Cast) and isinstance(expr.a, Const):
        if expr.dtype == "int64":
            return Const(int(expr.a.value))
        if expr.dtype == "float64":
            return Const(float(expr.a.value), "float64")
    if isinstance(expr, Scalar) and id(expr.function) in _OWN:
        a, b = expr.arguments
        if isinstance(a, Const) and isinstance(b, Const):
            return Const(expr.function.reference(a.value, b.value), expr.dtype)
        if expr.function is AND and isinstance(a, Const):
            return b if a.value else a
        if expr.function is AND and isinstance(b, Const):
            return a if b.value else b
    return expr


def is_one(extent: Expr) -> bool:
    """Whether an extent is the constant 1."""
    return isinstance(extent, Const) and bool(extent.value == 1)


def integer(value: int) -> Const:
    """The constant `value` as a subscript."""
    return Const(int(value))


def _fold(function: ScalarFunction, a: Expr, b: Expr, dtype: str = "int64") -> Expr:
    if isinstance(a, Const) and isinstance(b, Const):
        return Const(function.reference(a.value, b.value), dtype)
    return Scalar(function, (a, b), dtype)


def _split(a: Expr) -> tuple[Expr, int]:
    """An expression as another one plus a constant."""
    if isinstance(a, Const):
        return ZERO, a.value
    if isinstance(a, Scalar) and a.function in (ADD, SUB):
        left, right = a.arguments
        if isinstance(right, Const):
            return left, right.value if a.function == ADD else -right.value
    return a, 0


def _offset(a: Expr, by: int) -> Expr:
    """a + by for a constant."""
    if by == 0:
        return a
    if a == ZERO:
        return Const(by)
    function, amount = (ADD, by) if by > 0 else (SUB, -by)
    return Scalar(function, (a, Const(amount)), "int64")


def plus(a: Expr, b: Expr) -> Expr:
    """a + b"""
    (left, first), (right, second) = _split(a), _split(b)
    if left == ZERO or right == ZERO:
        return _offset(right if left == ZERO else left, first + second)
    return _fold(ADD, a, b)


def minus(a: Expr, b: Expr) -> Expr:
    """a - b"""
    (left, first), (right, second) = _split(a), _split(b)
    if left == right or right == ZERO:
        return _offset(ZERO if left == right else left, first - second)
    return _fold(SUB, a, b)


def times(a: Expr, b: Expr) -> Expr:
    """a * b"""
    if a == ZERO or b == ZERO:
        return ZERO
    if a == ONE:
        return b
    return a if b == ONE else _fold(MUL, a, b)


def quotient(a: Expr, b: Expr) -> Expr:
    """a // b for a >= 0 and b > 0."""
    return a if b == ONE else _fold(FLOORDIV, a, b)


def remainder(a: Expr, b: Expr) -> Expr:
    """a % b for a >= 0 and b > 0."""
    return ZERO if b == ONE else _fold(MOD, a, b)


def minimum(a: Expr, b: Expr) -> Expr:
    """The smaller of a and b."""
    return a if a == b else _fold(MIN, a, b)


def maximum(a: Expr, b: Expr) -> Expr:
    """The larger of a and b."""
    if b == ZERO and isinstance(a, Size):
        return a
    return a if a == b else _fold(MAX, a, b)


def is_clipped(a: Expr) -> bool:
    """Whether an expression is max(.., 0)."""
    return isinstance(a, Scalar) and a.function is MAX and ZERO in a.arguments


def product(factors: tuple[Expr, ...]) -> Expr:
    """The product of all factors; 1 for none."""
    result: Expr = ONE
    for factor in factors:
        result = times(result, factor)
    return result


def less(a: Expr, b: Expr) -> Expr:
    """a < b"""
    return _fold(LESS, a, b, "bool")


def less_equal(a: Expr, b: Expr) -> Expr:
    """a <= b"""
    return _fold(LESS_EQUAL, a, b, "bool")


def equal(a: Expr, b: Expr) -> Expr:
    """a == b"""
    return Const(True, "bool") if a == b else _fold(EQUAL, a, b, "bool")


def both(a: Expr, b: Expr) -> Expr:
    """a and b"""
    return _fold(AND, a, b, "bool")


def between(low: Expr, a: Expr, high: Expr) -> Expr:
    """low <= a < high"""
    return both(less_equal(low, a), less(a, high))


def flat(subscripts: tuple[Expr, ...], extents: tuple[Expr, ...]) -> Expr:
    """The position of an element in C order."""
    position: Expr = ZERO
    for subscript, extent in zip(subscripts, extents, strict=True):
        position = plus(times(position, extent), subscript)
    return position


def unflat(position: Expr, extents: tuple[Expr, ...]) -> tuple[Expr, ...]:
    """The subscripts of the element at a position in C order."""
    result: list[Expr] = []
    for axis, extent in enumerate(reversed(extents)):
        last = axis == len(extents) - 1
        result.append(position if last else remainder(position, extent))
        position = quotient(position, extent)
    return tuple(reversed(result))


def values_from_sizes(
    exprs: Sequence[Expr], inputs: Sequence[Buffer], sizes: Sequence[int]
) -> list[Any]:
    """The values of expressions of sizes; nan for those that need more.

    `sizes` are the extents of all inputs, one input after the other.
    """
    starts = [0, *accumulate(len(buffer.extents) for buffer in inputs)]

    def value(expr: Expr) -> Any:
        match expr:
            case Const():
                return expr.value
            case Size():
                return sizes[starts[expr.input] + expr.axis]
            case Scalar():
                return expr.function.reference(*map(value, expr.arguments))
            case Select():
                return value(expr.a if value(expr.condition) else expr.b)
            case Cast():
                return value(expr.a)
        return float("nan")

    return [value(expr) for expr in exprs]
