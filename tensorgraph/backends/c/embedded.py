"""Arrays as initialized tables of C, bit by bit the same."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from tensorgraph.backends.c.spelling import memory_type

READABLE = 1000
"""Floating-point arrays of more elements are written as their bits: a compiler reads
whole numbers three times as fast."""
WIDTH = 88


def table(name: str, dtype: str, array: np.ndarray) -> tuple[str, str]:
    """The definition of a table with the elements of an array, and a pointer to them.

    >>> text, pointer = table("x", "float64", np.array([0.5, -1.0]))
    >>> print(text, pointer)
    static const double x[2] = {
        0x1.0p-1, -0x1.0p+0
    }; x
    """
    elements = np.ascontiguousarray(array).reshape(-1)
    if dtype in ("float16", "bool"):
        elements = elements.view({"float16": "uint16", "bool": "uint8"}[dtype])
    count = max(len(elements), 1)
    if elements.dtype.kind in "iu":
        inside = _lines(map(_whole, elements.tolist())) or "    0"
        head = f"static const {memory_type(dtype)} {name}[{count}]"
        return f"{head} = {{\n{inside}\n}};", name
    if elements.dtype.kind == "f" and _is_readable(elements):
        end = "f" if dtype == "float32" else ""
        inside = _lines(_hexadecimal(x) + end for x in elements.tolist()) or "    0"
        head = f"static const {memory_type(dtype)} {name}[{count}]"
        return f"{head} = {{\n{inside}\n}};", name
    return _as_bits(name, dtype, elements, count), f"{name}.values"


def _as_bits(name: str, dtype: str, elements: np.ndarray, count: int) -> str:
    """A table whose elements are given by their bits."""
    single = dtype in ("float32", "complex64")
    words = elements.view("uint32" if single else "uint64")
    digits, kind = (8, "uint32_t") if single else (16, "uint64_t")
    end = "u" if single else "ull"
    inside = _lines(f"0x{word:0{digits}x}{end}" for word in words.tolist())
    values = f"{memory_type(dtype)} values[{count}];"
    bits = f"{kind} bits[{len(words) or 1}];"
    head = f"static const union {{ {bits} {values} }} {name}"
    return f"{head} = {{{{\n{inside}\n}}}};"


def _is_readable(elements: np.ndarray) -> bool:
    return len(elements) <= READABLE and bool(np.isfinite(elements).all())


def _hexadecimal(value: float) -> str:
    """A finite float without zeros at its end.

    >>> _hexadecimal(-0.1), _hexadecimal(0.0)
    ('-0x1.999999999999ap-4', '0x0.0p+0')
    """
    digits, _, exponent = value.hex().partition("p")
    digits = digits.rstrip("0")
    return f"{digits}{'0' if digits.endswith('.') else ''}p{exponent}"


def _whole(value: int) -> str:
    if value == -(2**63):
        return "INT64_MIN"
    return f"{value}u" if value >= 2**63 else str(value)


def _lines(texts: Iterable[str]) -> str:
    """Elements in lines of about the same width."""
    lines: list[str] = []
    line = "   "
    for text in texts:
        if len(line) + len(text) + 2 > WIDTH:
            lines.append(line)
            line = "   "
        line += f" {text},"
    if line.strip():
        lines.append(line.rstrip(","))
    return "\n".join(lines)
