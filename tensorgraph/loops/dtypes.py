"""Whether expressions have the dtypes and the number of arguments that they claim."""

from __future__ import annotations

import re

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
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}


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
        case Cast(a, dtype) if a.dtype.startswith("complex") and dtype[0] != "c":
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
    if combine in ("max", "min") and dtype.startswith("complex"):
        return f"{combine} is not defined for {dtype}"
    return None


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
