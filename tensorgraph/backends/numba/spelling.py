"""How single things are spelled in the Python that Numba compiles: constants, casts."""

from __future__ import annotations

import math
import re
from typing import Any

from tensorgraph.errors import CompileError
from tensorgraph.loops.reduction import neutral as neutral_value

NUMBERS = {
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
}  # fmt: skip
FLOATS = ("float32", "float64")
EXACT_CASTS = {"int64": "to_int64", "int32": "to_int32", "uint64": "to_uint64"}
"""Casts of floats that say what nan and what does not fit become."""


def known(dtype: str) -> str:
    """The dtype, if Numba computes with it.

    Raises CompileError for float16.
    """
    if dtype != "bool" and dtype not in NUMBERS:
        raise CompileError(
            f"Numba has no arithmetic for {dtype}.", remedy='Use mode="PYTHON".'
        )
    return dtype


def in_memory(dtype: str) -> str:
    """The dtype of an element as it lies in memory; a bool there is a byte.

    >>> in_memory("bool"), in_memory("int32")
    ('uint8', 'int32')
    """
    return "uint8" if dtype == "bool" else known(dtype)


def literal(value: Any, dtype: str) -> str:
    """A constant whose type Numba infers to be the dtype.

    >>> literal(1, "float64"), literal(-2, "int64"), literal(3, "uint8")
    ('1.0', '(-2)', 'uint8(3)')
    >>> literal(float("-inf"), "float32"), literal(1, "bool")
    ('float32((-inf))', 'True')
    """
    if known(dtype) == "bool":
        return str(bool(value))
    if dtype.startswith("complex"):
        value = complex(value)
        parts = literal(value.real, "float64"), literal(value.imag, "float64")
        return f"{dtype}(complex({', '.join(parts)}))"
    text = _float(float(value)) if dtype in FLOATS else str(int(value))
    text = f"({text})" if text.startswith("-") else text
    return text if dtype in ("int64", "float64") else f"{dtype}({text})"


def _float(value: float) -> str:
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    return "nan" if math.isnan(value) else sign + repr(abs(value))


def cast(text: str, source: str, target: str) -> str:
    """A value in another dtype, as NumPy casts it.

    A float becomes an integer by dropping its fraction; nan and what does not fit
    become the smallest int64 (or int32).

    >>> cast("k", "int64", "float64"), cast("x", "float64", "uint8")
    ('float64(k)', 'uint8(to_int64(x))')
    """
    if known(source) == known(target):
        return text
    if target == "bool":
        return f"({text} != 0)"
    if source in FLOATS and target not in FLOATS and not target.startswith("complex"):
        function = EXACT_CASTS.get(target, "to_int64")
        call = f"{function}({text})"
        return call if target in EXACT_CASTS else f"{target}({call})"
    return f"{target}({text})"


def combined(combine: str, dtype: str, a: str, b: str) -> str:
    """`a` joined with `b`; both are written several times.

    >>> combined("add", "float64", "s", "x"), combined("or", "bool", "s", "x")
    ('s + x', 's | x')
    >>> combined("max", "float64", "s", "x")
    'select((s < x) | (x != x), x, s)'
    """
    if combine in ("max", "min"):
        test = f"{a} < {b}" if combine == "max" else f"{b} < {a}"
        if dtype in FLOATS:
            test = f"({test}) | ({b} != {b})"
        return f"select({test}, {b}, {a})"
    operator = {"add": "+", "mul": "*", "and": "&", "or": "|"}[combine]
    return settled(f"{a} {operator} {b}", dtype)


def settled(text: str, dtype: str) -> str:
    """The text of a sum or product, cut back to a dtype that Numba would widen."""
    wide = dtype in ("bool", "int64", "uint64", *FLOATS) or dtype.startswith("complex")
    return text if wide else f"{dtype}({text})"


def neutral(combine: str, dtype: str) -> str:
    """The value that a reduction starts from.

    >>> neutral("max", "int8"), neutral("min", "float64")
    ('int8((-128))', 'inf')
    """
    return literal(neutral_value(combine, known(dtype)), dtype)


def library_functions(template: str) -> list[str]:
    """The functions of the vector math library that a spelling calls.

    >>> library_functions("tg_exp({0}) + tg_log({1})")
    ['tg_exp', 'tg_log']
    """
    return re.findall(r"\btg_\w+", template)
