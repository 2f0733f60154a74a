"""How single things are spelled in C: types, constants, casts, combinations."""

from __future__ import annotations

import math
import re
import struct
from functools import cache
from typing import Any

from tensorgraph.errors import CompileError
from tensorgraph.loops.ir import NEUTRAL

SCALAR_TYPES = {
    "bool": "_Bool", "int8": "int8_t", "int16": "int16_t", "int32": "int32_t",
    "int64": "int64_t", "uint8": "uint8_t", "uint16": "uint16_t", "uint32": "uint32_t",
    "uint64": "uint64_t", "float16": "float", "float32": "float", "float64": "double",
    "complex64": "float _Complex", "complex128": "double _Complex",
}  # fmt: skip
MEMORY_TYPES = {**SCALAR_TYPES, "bool": "uint8_t", "float16": "uint16_t"}
FLOATS = ("float32", "float64")
PARTS = {"complex64": "float32", "complex128": "float64"}
NARROW = ("int8", "int16", "uint8", "uint16", "float32", "complex64")
"""Results that C computes in a wider type and that must be cut back at once."""

INT64_MIN = -(2**63)


def scalar_type(dtype: str) -> str:
    """The type of a variable.

    >>> scalar_type("float64")
    'double'
    """
    if dtype not in SCALAR_TYPES:
        raise CompileError(
            f"The C backend has no arithmetic for {dtype}.", remedy='Use mode="PYTHON".'
        )
    return SCALAR_TYPES[dtype]


def memory_type(dtype: str) -> str:
    """The type of an element in memory; a bool there is any byte, a half is its bits.

    >>> memory_type("bool"), memory_type("float16")
    ('uint8_t', 'uint16_t')
    """
    return MEMORY_TYPES.get(dtype) or scalar_type(dtype)


def suffix(dtype: str) -> str:
    """What ends the name of a function that exists for each dtype.

    >>> suffix("float64"), suffix("int32")
    ('f64', 'i32')
    """
    kind, bits = re.fullmatch(r"([a-z]+)(\d*)", dtype).groups()  # type: ignore[union-attr]
    return kind[0] + bits


# -- constants -------------------------------------------------------------------------


def literal(value: Any, dtype: str) -> str:
    """A constant that C reads back to the same bits.

    >>> [literal(0.1, "float64"), literal(-2, "int64"), literal(1, "float32")]
    ['0.1', '(-2)', '1.0f']
    >>> literal(float("-inf"), "float64"), literal(-(2**63), "int64")
    ('(-__builtin_inf())', 'INT64_MIN')
    """
    if dtype[0] == "f":
        return _float_literal(float(value), dtype)
    if dtype in PARTS:
        parts = [literal(x, PARTS[dtype]) for x in (value.real, value.imag)]
        return f"__builtin_complex({', '.join(parts)})"
    if dtype == "bool":
        return "1" if value else "0"
    return _integer_literal(int(value), dtype)


def _integer_literal(value: int, dtype: str) -> str:
    scalar_type(dtype)
    if value == INT64_MIN:
        return "INT64_MIN"
    text = f"{value}u" if dtype in ("uint32", "uint64") else str(value)
    return f"({text})" if value < 0 else text


def _float_literal(value: float, dtype: str) -> str:
    if dtype in ROUNDED:
        value = _rounded(value, ROUNDED[dtype])
    if math.isnan(value):
        text = '__builtin_nan("")'
    elif math.isinf(value):
        text = "__builtin_inf()"
    else:
        text = repr(abs(value)) + ("f" if dtype in ROUNDED else "")
    return f"(-{text})" if math.copysign(1.0, value) < 0 else text


ROUNDED = {"float16": "e", "float32": "f"}
"""The smaller floats, as `struct` calls them."""


def _rounded(value: float, kind: str) -> float:
    try:
        return float(struct.unpack(kind, struct.pack(kind, value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


# -- casts -----------------------------------------------------------------------------


def cast(text: str, source: str, target: str) -> tuple[str, str | None]:
    """A value in another dtype as NumPy casts it, and the prelude function it calls.

    A float becomes an integer by dropping its fraction; nan and what does not fit
    become the smallest int64 (or int32).

    >>> cast("x", "int32", "float64"), cast("x", "float64", "int64")
    (('(double)x', None), ('tg_to_int64(x)', 'to_int64'))
    """
    if source == target or (source, target) == ("float16", "float32"):
        return text, None
    if target == "bool":
        return f"({text} != 0)", None
    if source == "bool" and target in ("float64", "float32"):
        end = "f" if target == "float32" else ""  # a selection is vectorized
        return f"({text} ? 1.0{end} : 0.0{end})", None
    if target == "float16":
        return f"tg_round_half({text})", "round_half"
    if source[0] != "f" or target[0] in "fc":
        return f"({scalar_type(target)}){text}", None
    exact = {"int64": "to_int64", "int32": "to_int32", "uint64": "to_uint64"}
    function = exact.get(target, "to_int64")
    call = f"tg_{function}({text})"
    return (call if target in exact else f"({scalar_type(target)}){call}"), function


# -- float16 in memory -----------------------------------------------------------------


def from_memory(text: str, dtype: str) -> tuple[str, str | None]:
    """The value of an element, and the prelude function that it calls.

    >>> from_memory("x[i]", "float16"), from_memory("x[i]", "int8")
    (('tg_from_half(x[i])', 'from_half'), ('x[i]', None))
    """
    half = dtype == "float16"
    return (f"tg_from_half({bare(text)})", "from_half") if half else (text, None)


def to_memory(text: str, dtype: str) -> tuple[str, str | None]:
    """A value as memory holds it, and the prelude function that it calls."""
    half = dtype == "float16"
    return (f"tg_to_half({bare(text)})", "to_half") if half else (text, None)


# -- products of complex numbers -------------------------------------------------------

OPERAND = r"(\{\d\}|1)"
PRODUCT = re.compile(rf"\({OPERAND} ([*/]) {OPERAND}\)")
CALLED = {"*": "mul", "/": "div"}


def of_complex(template: str, dtype: str) -> tuple[str, list[str]]:
    """A spelling for complex numbers, and the prelude functions that it calls.

    The operators of C look for infinities behind a nan, which takes a library.

    >>> of_complex("({0} * {1})", "complex128")
    ('tg_mul_c128({0}, {1})', ['mul_c128'])
    """
    found = PRODUCT.findall(template) if dtype in PARTS else []
    needed = [f"{CALLED[operator]}_{suffix(dtype)}" for _, operator, _ in found]
    for (a, _, b), function in zip(found, needed, strict=True):
        template = PRODUCT.sub(f"tg_{function}({a}, {b})", template, count=1)
    return template, needed


# -- combinations ----------------------------------------------------------------------

OPERATORS = {"add": "+", "mul": "*", "and": "&", "or": "|"}


def combined(combine: str, dtype: str, a: str, b: str) -> tuple[str, str | None]:
    """`a` joined with `b`, and the prelude function that it calls.

    >>> combined("add", "float64", "s", "x"), combined("max", "float64", "s", "x")
    (('s + x', None), ('tg_max_f64(s, x)', 'max_f64'))
    """
    if combine in OPERATORS and not (combine == "mul" and dtype in PARTS):
        return f"{a} {OPERATORS[combine]} {b}", None
    function = f"{combine}_{suffix(dtype)}"
    return f"tg_{function}({a}, {b})", function


def neutral(combine: str, dtype: str) -> str:
    """The value that a reduction starts from.

    >>> neutral("max", "float64"), neutral("max", "int32"), neutral("min", "uint8")
    ('(-__builtin_inf())', '(-2147483648)', '255')
    """
    if combine not in ("max", "min") or dtype in FLOATS:
        return literal(NEUTRAL[combine], dtype)
    if dtype == "bool":
        return literal(combine == "min", dtype)
    bits, signed = int(re.sub(r"\D", "", dtype)), dtype.startswith("int")
    low, high = (
        (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    )
    return literal(low if combine == "max" else high, dtype)


# -- text ------------------------------------------------------------------------------


def bare(text: str) -> str:
    """The text without parentheses around the whole of it.

    >>> bare("((a + b))"), bare("(a) + (b)")
    ('a + b', '(a) + (b)')
    """
    while text.startswith("(") and text.endswith(")") and _closes_at_end(text):
        text = text[1:-1]
    return text


def _closes_at_end(text: str) -> bool:
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position == len(text) - 1
    return False


@cache
def times_used(template: str, argument: int) -> int:
    """How often a spelling writes an argument."""
    return template.count(f"{{{argument}}}")


@cache
def called(template: str) -> tuple[tuple[str, int], ...]:
    """The functions that a spelling calls, each with the number of its arguments.

    >>> called("floor({0} / {1}) + tg_pow({0}, {1})")
    (('floor', 1), ('tg_pow', 2))
    """
    found = []
    for match in re.finditer(r"([A-Za-z_]\w*)\s*\(", template):
        if match[1] not in ("sizeof", "return", "if"):
            found.append((match[1], _arguments(template, match.end())))
    return tuple(found)


def _arguments(template: str, start: int) -> int:
    depth, commas = 1, 0
    for character in template[start:]:
        depth += (character == "(") - (character == ")")
        if depth == 0:
            break
        commas += character == "," and depth == 1
    return commas + 1
