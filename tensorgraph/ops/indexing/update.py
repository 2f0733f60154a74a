"""How updates at an index combine with what is there, and their cotangents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tensorgraph.errors import DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import arange, ones_like, zeros_like
from tensorgraph.ops.shaping.shape import reshape
from tensorgraph.ops.tensor import as_tensor, weak_constant

COMBINES = ("set", "add", "mul", "max", "min")
"""What an update does: write, or combine each value with what is there."""

_OF_BOOLS = {"set": "set", "add": "or", "mul": "and", "max": "or", "min": "and"}

Reader = Callable[[Variable], Any]
"""What a reads at the index of an update."""
Writer = Callable[[str, Variable, Any], Any]
"""An array updated at the same index: how, the array, the value."""


def combination(how: str, dtype: str) -> str:
    """The combination of the loop language; of bools, sums are `or`, as in NumPy."""
    return _OF_BOOLS[how] if dtype == "bool" else how


def check_combination(how: str, dtype: str) -> None:
    """Raise `DTypeError` for an update that a dtype does not have."""
    if how in ("max", "min") and dtype.startswith("complex"):
        raise DTypeError(
            f"update: complex numbers have no {how}.",
            remedy="Compare their real parts or absolute values.",
        )


def checked_how(how: str) -> str:
    """What an update does; raises for what none does."""
    if how not in COMBINES:
        raise ValueError(f"An update is one of {', '.join(COMBINES)}, not {how!r}.")
    return how


def in_dtype_of(x: Variable, value: Any) -> Variable:
    """The value of an update in the dtype of the array; raises `DTypeError` where it
    would lose its kind, such as a float in an array of integers.
    """
    if type(value) in (int, float, complex):
        value = weak_constant(value, [x.type.dtype])
    value = as_tensor(value)
    if not np.can_cast(value.type.dtype, x.type.dtype, "same_kind"):
        raise DTypeError(
            f"update: {value.type.dtype} does not go into an array of {x.type.dtype}.",
            remedy=f"Write x.astype('{value.type.dtype}') first, or cast the value.",
        )
    return cast(value, x.type.dtype)


def pull_update(
    how: str, x: Any, value: Any, y: Any, g: Any, read: Reader, write: Writer,
    distinct: bool,
) -> tuple[Any, Any]:  # fmt: skip
    """Cotangents of x and of the value (where it is broadcast) in an update y of x.

    `distinct` says that no place is written twice. Elements that tie for a maximum or a
    minimum share the cotangent equally.
    """
    if how == "set":
        taken = read(g)
        if not distinct:
            taken = math.where(_stays(x, taken, read, write), taken, 0.0)
        return write("set", g, zeros_like(value)), taken
    if how == "add":
        return g, read(g)
    if how == "mul":
        others = 1.0 if distinct else _others(x, value, read, write)
        return write("mul", g, value), read(g * x) * others
    kept, hit = math.eq(x, y), math.eq(value, read(y))
    dtype = g.type.dtype
    share = g / math.maximum(write("add", cast(kept, dtype), cast(hit, dtype)), 1)
    return math.where(kept, share, 0.0), math.where(hit, read(share), 0.0)


def _stays(x: Any, taken: Any, read: Reader, write: Writer) -> Any:
    """Where an element of the value was not overwritten by a later one."""
    size: Any = 1
    for length in taken.shape:
        size = length * size
    numbers = reshape(arange(size), taken.shape)
    return math.eq(read(write("set", zeros_like(x, "int64"), numbers)), numbers)


def _others(x: Any, value: Any, read: Reader, write: Writer) -> Any:
    """For each element of a value the product of those that share its place."""
    zero = math.eq(value, 0)
    filled = math.where(zero, 1.0, value)
    product = read(write("mul", ones_like(x), filled))
    zeros = read(write("add", zeros_like(x), cast(zero, x.type.dtype)))
    alone = math.where(math.eq(zeros, 1), product, 0.0)
    return math.where(zero, alone, math.where(math.eq(zeros, 0), product / filled, 0.0))
