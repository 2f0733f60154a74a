"""Dtypes of expressions: which are right, and in which dtype they are computed.

Float16 is for storage. What is computed of it is computed in float32 and rounded at
once, as NumPy does it; sums and products of many are rounded at their end. A sum of
complex numbers is two sums, of real and of imaginary parts.
"""

from __future__ import annotations

import re

from tensorgraph.loops.arithmetic import LESS
from tensorgraph.loops.ir import (
    COMBINES,
    DTYPES,
    Cast,
    Const,
    Expr,
    Load,
    Scalar,
    ScalarFunction,
    Select,
)
from tensorgraph.loops.proof import INTEGERS
from tensorgraph.loops.show import infix, show_expression

ARITHMETIC = {"+", "-", "*", "/", "//", "%"}
ORDER = {"<", "<=", ">", ">="}
COMPARISONS = {*ORDER, "==", "!="}
HALF = "float16"
PARTS = {"complex64": "float32", "complex128": "float64"}
"""The dtypes of the two parts of complex numbers."""


def computed_in(dtype: str) -> str:
    """The dtype in which values of a dtype are computed.

    >>> computed_in("float16"), computed_in("int8")
    ('float32', 'int8')
    """
    return "float32" if dtype == HALF else dtype


def computable(expr: Expr) -> Expr:
    """An expression in terms of those that backends compute."""
    if not isinstance(expr, Scalar):
        return expr
    kinds = [a.dtype for a in expr.arguments]
    if expr.dtype == HALF or HALF in kinds:
        return _widened(expr)
    if "uint64" not in kinds or sorted(kinds) != ["int64", "uint64"]:
        return expr
    if infix(expr.function) in COMPARISONS:
        return _compared(expr)
    return expr


def _compared(expr: Scalar) -> Expr:
    """A comparison of an int64 with a uint64: what is negative is smaller."""
    signed = next(a for a in expr.arguments if a.dtype == "int64")
    as_unsigned = tuple(Cast(a, "uint64") if a is signed else a for a in expr.arguments)
    below = expr.function.reference(*(-1 if a is signed else 0 for a in expr.arguments))
    return Select(
        Scalar(LESS, (signed, Const(0)), "bool"),
        Const(bool(below), "bool"),
        Scalar(expr.function, as_unsigned, "bool"),
    )


def _single(half: Expr) -> Expr:
    """A float16 in float32, which holds it exactly."""
    if isinstance(half, Const):
        return Const(half.value, "float32")
    return Cast(half, "float32")


def _widened(expr: Scalar) -> Expr:
    """A function of float16 numbers as one of float32, and rounded if it gives one."""
    arguments = tuple(_single(a) if a.dtype == HALF else a for a in expr.arguments)
    wide = Scalar(expr.function, arguments, computed_in(expr.dtype))
    return Cast(wide, HALF) if expr.dtype == HALF else wide


def fault(node: Expr) -> str | None:
    """What is wrong with the dtype of one node, its operands being right."""
    if node.dtype not in DTYPES:
        return f"{node.dtype!r} is no dtype"
    match node:
        case Const(value, dtype):
            return _constant_fault(value, dtype)
        case Scalar():
            return _scalar_fault(node)
        case Select(condition, a, b):
            if condition.dtype != "bool":
                return (
                    f"the condition {show_expression(condition)} is {condition.dtype}"
                )
            return None if a.dtype == b.dtype else f"it selects {a.dtype} or {b.dtype}"
        case Load(_, subscripts):
            return next(filter(None, map(subscript_fault, subscripts)), None)
        case Cast(a, dtype) if a.dtype in PARTS and dtype[0] not in "cb":
            return f"{a.dtype} has no value in {dtype}"
    return None


def subscript_fault(subscript: Expr) -> str | None:
    """What is wrong with the dtype of a subscript or of the limit of a loop."""
    if subscript.dtype in INTEGERS:
        return None
    return f"{show_expression(subscript)} is {subscript.dtype}, not an integer"


def combine_fault(combine: str, dtype: str) -> str | None:
    """What is wrong with combining values of a dtype."""
    if combine not in COMBINES:
        return f"{combine!r} is no combination"
    if combine in ("and", "or") and dtype != "bool" and dtype not in INTEGERS:
        return f"{combine} is not defined for {dtype}"
    if combine not in ("and", "or") and dtype == "bool":
        return f"{combine} is not defined for bool"
    if dtype == HALF or (combine in ("max", "min") and dtype in PARTS):
        return f"{combine} is not defined for {dtype}"
    return None


def accumulator_fault(combine: str, dtype: str) -> str | None:
    """What is wrong with reducing values of a dtype to one scalar."""
    if combine == "add" and dtype in PARTS:
        return f"a sum of {dtype} is one of {PARTS[dtype]} for each part"
    return combine_fault(combine, dtype)


def arity(function: ScalarFunction) -> int | None:
    """How many arguments the spellings of a function take; None if they disagree."""
    counts = {
        len(set(re.findall(r"\{(\d+)\}", text)))
        for text in (function.c, function.python)
    }
    return counts.pop() if len(counts) == 1 else None


def _constant_fault(value: object, dtype: str) -> str | None:
    kind = type(value.item() if hasattr(value, "item") else value)
    allowed: dict[str, tuple[type, ...]] = {"b": (bool,), "f": (int, float)}
    allowed["c"] = (int, float, complex)
    kinds = allowed.get(dtype[0], (int,))
    return None if kind in kinds else f"{value!r} is no constant of {dtype}"


def _scalar_fault(node: Scalar) -> str | None:
    wanted = arity(node.function)
    if wanted != len(node.arguments):
        return (
            f"{node.function.name} takes {wanted} arguments, not {len(node.arguments)}"
        )
    operator = infix(node.function)
    kinds = [argument.dtype for argument in node.arguments]
    if HALF in (node.dtype, *kinds):
        return f"{node.function.name} is computed in float32, not in {HALF}"
    if operator in ORDER and not PARTS.keys().isdisjoint(kinds):
        return f"complex numbers have no order for {operator}"
    if operator in ("and", "or"):
        same = set(kinds) == {"bool"} == {node.dtype}
    elif operator in COMPARISONS:
        same = len(set(kinds)) == 1 and node.dtype == "bool"
    elif operator in ARITHMETIC:
        same = len({*kinds, node.dtype}) == 1
    else:
        same = True
    between = f" {operator} ".join(kinds)
    return None if same else f"{between} is no operation that gives {node.dtype}"
