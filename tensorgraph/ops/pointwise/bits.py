"""Logic and bits of integers: and, or, xor, not, shifts, counts.

Bools are integers of one bit: for them the bitwise functions are the logical ones.
"""

from __future__ import annotations

from typing import Any

from tensorgraph.errors import DTypeError
from tensorgraph.ops.cast import cast
from tensorgraph.ops.elementwise import Elementwise, elementwise
from tensorgraph.ops.math import abs, logical_and, logical_not, logical_or, neq
from tensorgraph.ops.tensor import as_tensor

_and = elementwise(
    "bitwise_and", c="({0} & {1})", python="({0} & {1})", arity=2, symmetric=True
)
_or = elementwise(
    "bitwise_or", c="({0} | {1})", python="({0} | {1})", arity=2, symmetric=True
)
_xor = elementwise(
    "bitwise_xor", c="({0} ^ {1})", python="({0} ^ {1})", arity=2, symmetric=True
)
_not = elementwise("invert", c="(~{0})", python="(~{0})", boolean=("(!{0})", "not {0}"))
left_shift = elementwise("left_shift", c="({0} << {1})", python="({0} << {1})", arity=2)
right_shift = elementwise(
    "right_shift", c="({0} >> {1})", python="({0} >> {1})", arity=2
)


def _spell_shifts(left: Elementwise, right: Elementwise) -> None:
    """What C leaves open NumPy defines: shifts by a negative number or too far."""
    for bits in (8, 16, 32, 64):
        wide = f"{{1}} >= 0 && {{1}} < {bits}"
        width = f"0 <= {{1}} < {bits}"
        left.spelling[f"int{bits}"] = (
            f"({wide} ? (int{bits}_t)((uint64_t){{0}} << {{1}}) : 0)",
            f"(int64({{0}}) << int64({{1}}) if {width} else 0)",
        )
        left.spelling[f"uint{bits}"] = (
            f"({{1}} < {bits} ? (uint{bits}_t)((uint64_t){{0}} << {{1}}) : 0)",
            f"(uint64({{0}}) << uint64({{1}}) if {{1}} < {bits} else uint64(0))",
        )
        right.spelling[f"int{bits}"] = (
            f"({wide} ? {{0}} >> {{1}} : {{0}} < 0 ? -1 : 0)",
            f"(int64({{0}}) >> (int64({{1}}) if {width} else 63))",
        )
        right.spelling[f"uint{bits}"] = (
            f"({{1}} < {bits} ? {{0}} >> {{1}} : 0)",
            f"(uint64({{0}}) >> uint64({{1}}) if {{1}} < {bits} else uint64(0))",
        )


_spell_shifts(left_shift, right_shift)


def bitwise_and(x1: Any, x2: Any) -> Any:
    """The bits that both integers have; for bools, whether both are true.

    Raises `DTypeError` for floats.

    >>> bitwise_and([12, 10], 6).eval()
    array([4, 2])
    """
    return (logical_and if _are_bools(x1, x2) else _and)(x1, x2)


def bitwise_or(x1: Any, x2: Any) -> Any:
    """The bits that any of two integers has; for bools, whether one is true.

    Raises `DTypeError` for floats.

    >>> bitwise_or([12, 10], 6).eval()
    array([14, 14])
    """
    return (logical_or if _are_bools(x1, x2) else _or)(x1, x2)


def bitwise_xor(x1: Any, x2: Any) -> Any:
    """The bits that one of two integers has; for bools, whether they differ.

    Raises `DTypeError` for floats.

    >>> bitwise_xor([12, 10], 6).eval()
    array([10, 12])
    """
    return (neq if _are_bools(x1, x2) else _xor)(x1, x2)


def invert(x: Any) -> Any:
    """The bits that an integer does not have; for bools, whether it is false.

    Raises `DTypeError` for floats.

    >>> invert([0, 5]).eval()
    array([-1, -6])
    """
    return (logical_not if _are_bools(x) else _not)(x)


def logical_xor(x1: Any, x2: Any) -> Any:
    """Whether one of two numbers is zero and the other is not.

    >>> logical_xor([0.0, 2.0, 2.0], [0.0, 0.0, 3.0]).eval()
    array([False,  True, False])
    """
    return neq(neq(x1, 0), neq(x2, 0))


def bitwise_count(x: Any) -> Any:
    """How many bits the size of an integer has, as uint8.

    Counts pairs, then fours and bytes side by side, and adds the bytes by a product.
    Raises `DTypeError` for floats.

    >>> bitwise_count([255, -1, 0]).eval()
    array([8, 1, 0], dtype=uint8)
    """
    x = as_tensor(x)
    dtype = x.type.dtype
    if dtype[0] not in "iub":
        raise DTypeError(f"bitwise_count is not defined for {dtype}.")
    n = cast(cast(abs(x), f"u{dtype}") if dtype[0] == "i" else x, "uint64")
    n = n - bitwise_and(right_shift(n, 1), 0x5555555555555555)
    n = bitwise_and(n, 0x3333333333333333) + bitwise_and(
        right_shift(n, 2), 0x3333333333333333
    )
    n = bitwise_and(n + right_shift(n, 4), 0x0F0F0F0F0F0F0F0F)
    return cast(right_shift(n * 0x0101010101010101, 56), "uint8")


def _are_bools(*operands: Any) -> bool:
    return all(as_tensor(x).type.dtype == "bool" for x in operands)
