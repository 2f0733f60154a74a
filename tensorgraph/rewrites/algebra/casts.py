"""Casts: conversions between dtypes that are not needed, or come earlier."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import ExpandDims
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.math import neq, where
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.rewrites.facts import is_number

casts = Rules("casts")
rule = casts.rule

x, p = hole("x"), hole("p")
c, d = hole("c", is_number), hole("d", is_number)
axes, dtype = hole("axes"), hole("dtype")


@rule(Pattern.of(Cast, (Pattern.of(ExpandDims, (x,), axes=axes),), dtype=dtype))
def a_cast_comes_before_new_axes(x: Variable, axes: tuple[int, ...], dtype: str) -> Any:
    """Below, the new axis can meet others, and numbers are cast when compiling."""
    return ExpandDims(axes)(cast(x, dtype))


@rule(
    Pattern.of(Cast, (x,), dtype=dtype),
    when=lambda x, dtype: x.type.dtype == dtype,
)
def a_cast_to_the_same_dtype_is_no_cast(x: Variable) -> Any:
    """The elements are of that dtype."""
    return x


BITS = {"float16": 11, "float32": 24, "float64": 53}
"""How many bits of an integer each floating dtype keeps."""


def keeps_all(given: str, wide: str) -> bool:
    """Whether every number of a dtype is one of another: int32 of float64, not int64.

    >>> keeps_all("int32", "float64"), keeps_all("int64", "float64")
    (True, False)
    """
    if given == "bool" or given == wide:
        return True
    if given[0] in "iu" and wide[0] in "fc":
        size = np.iinfo(given).bits - (given[0] == "i")
        part = {"complex64": "float32", "complex128": "float64"}.get(wide, wide)
        return bool(size <= BITS[part])
    return bool(np.can_cast(given, wide, "safe"))


@rule(Pattern.of(Cast, (Pattern.of(Cast, (x,), dtype=hole("wide")),), dtype=dtype),
      when=lambda x, wide, dtype: keeps_all(x.type.dtype, wide)
      and (dtype[0] in "fc" or x.type.dtype[0] in "biu"))  # fmt: skip
def a_cast_through_a_wider_dtype_is_one_cast(x: Variable, dtype: str) -> Any:
    """The dtype in between keeps every number; floats out of range stay as they are."""
    return cast(x, dtype)


@rule(Pattern.of(Cast, (Pattern.of(Cast, (x,), dtype=hole("narrow")),), dtype=dtype),
      when=lambda x, narrow, dtype: dtype[0] in "iu" and narrow[0] in "iu"
      and x.type.dtype[0] in "iu"
      and np.dtype(narrow).itemsize >= np.dtype(dtype).itemsize)  # fmt: skip
def the_last_bits_of_an_integer_are_cut_off_at_once(x: Variable, dtype: str) -> Any:
    """What the first cast cut off, the second would have."""
    return cast(x, dtype)


@rule(Pattern.of(Cast, (x,), dtype="bool"), when=lambda x: x.type.dtype != "bool")
def a_cast_to_bool_asks_whether_it_is_zero(x: Variable) -> Any:
    """A comparison can be simplified further."""
    return neq(x, 0)


@rule(Pattern.of(Cast, (where(p, c, d),), dtype=dtype), once=True)
def a_choice_between_numbers_is_cast_when_compiling(
    p: Variable, c: Variable, d: Variable, dtype: str
) -> Any:
    """Numbers are cast once."""
    return where(p, cast(c, dtype), cast(d, dtype))
