"""How single things are spelled in the Python that Numba compiles: constants, casts."""

from __future__ import annotations

import math
import re
from typing import Any

from tensorgraph.loops.reduction import neutral as neutral_value

NUMBERS = {
    "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float32", "float64", "complex64", "complex128",
}  # fmt: skip
FLOATS = ("float32", "float64")
IN_MEMORY = {"bool": "uint8", "float16": "uint16"}
IN_REGISTERS = {"bool": "boolean", "float16": "float32"}
EXACT_CASTS = {"int64": "to_int64", "int32": "to_int32", "uint64": "to_uint64"}
"""Casts of floats that say what nan and what does not fit become."""


def in_memory(dtype: str) -> str:
    """The dtype of an element as it lies in memory: of a bool a byte, of a half bits.

    >>> in_memory("bool"), in_memory("float16"), in_memory("int32")
    ('uint8', 'uint16', 'int32')
    """
    return IN_MEMORY.get(dtype, dtype)


def in_registers(dtype: str) -> str:
    """The type of a value that is computed with.

    >>> in_registers("float16"), in_registers("int32")
    ('float32', 'int32')
    """
    return IN_REGISTERS.get(dtype, dtype)


def from_memory(text: str, dtype: str) -> str:
    """The value of an element.

    >>> from_memory("x[i]", "bool"), from_memory("x[i]", "float16")
    ('(x[i] != 0)', 'from_half(x[i])')
    """
    if dtype == "float16":
        return f"from_half({text})"
    return f"({text} != 0)" if dtype == "bool" else text


def to_memory(text: str, dtype: str) -> str:
    """A value as memory holds it.

    >>> to_memory("x", "bool"), to_memory("x", "float16"), to_memory("x", "int8")
    ('uint8(x)', 'to_half(x)', 'x')
    """
    functions = {"bool": "uint8", "float16": "to_half"}
    return f"{functions[dtype]}({text})" if dtype in functions else text


def literal(value: Any, dtype: str) -> str:
    """A constant whose type Numba infers to be the dtype.

    >>> literal(1, "float64"), literal(-2, "int64"), literal(3, "uint8")
    ('1.0', '(-2)', 'uint8(3)')
    >>> literal(float("-inf"), "float32"), literal(1, "bool")
    ('float32((-inf))', 'True')
    """
    if dtype == "bool":
        return str(bool(value))
    if dtype.startswith("complex"):
        parts = literal(value.real, "float64"), literal(value.imag, "float64")
        return f"{dtype}(complex({', '.join(parts)}))"
    text = _float(float(value)) if dtype[0] == "f" else str(int(value))
    text = f"({text})" if text.startswith("-") else text
    kind = in_registers(dtype)
    return text if kind in ("int64", "float64") else f"{kind}({text})"


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
    if source == target or (source, target) == ("float16", "float32"):
        return text
    if target == "bool":
        return f"({text} != 0)"
    if target == "float16":
        return f"round_half({text})"
    if source[0] == "f" and target[0] not in "fc":
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
    return text if wide else f"{in_registers(dtype)}({text})"


def neutral(combine: str, dtype: str) -> str:
    """The value that a reduction starts from.

    >>> neutral("max", "int8"), neutral("min", "float64")
    ('int8((-128))', 'inf')
    """
    return literal(neutral_value(combine, dtype), dtype)


QUOTIENT = re.compile(r"\((\{\d\}|1) / (\{\d\})\)")


def of_complex(template: str) -> str:
    """A spelling for complex numbers: Numba's own quotients raise errors.

    >>> of_complex("({0} / {1})")
    'quotient({0}, {1})'
    """
    return QUOTIENT.sub(r"quotient(\1, \2)", template).replace("(1,", "(complex(1.0),")


def library_functions(template: str) -> list[str]:
    """The functions of the vector math library that a spelling calls.

    >>> library_functions("tg_exp({0}) + tg_log({1})")
    ['tg_exp', 'tg_log']
    """
    return re.findall(r"\btg_\w+", template)
