"""The words about an array that was given for a result and cannot take it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tensorgraph.native.wrong_argument import arrival, describe_array, show_shape

Named = tuple[str, Any]
"""What an array is called in a message, and the array."""


class Expected(NamedTuple):
    """What takes a result: its name, ``out`` or ``out[1]``, its dtype and shape."""

    label: str
    dtype: np.dtype[Any]
    shape: Sequence[int]


def labels(count: int, single: bool) -> list[str]:
    """What the user calls the arrays for the results.

    >>> labels(2, single=False), labels(1, single=True)
    (['out[0]', 'out[1]'], ['out'])
    """
    return ["out"] if single else [f"out[{number}]" for number in range(count)]


def wrong_list(function: str, count: int, given: Any) -> tuple[str, str]:
    """What is wrong with ``out=given`` for a function that returns a list.

    >>> print(wrong_list("f", 2, [None])[0])
    f(): out must be a list of 2 arrays, but it is [None] (list).
    """
    what = "an empty list" if count == 0 else f"a list of {count} arrays"
    what = what[:-1] if count == 1 else what
    return (
        f"{function}(): out must be {what}, but it is {_arrival(given)}.",
        "It has one entry for each result: an array, or None for a fresh one.",
    )


def wrong_output(
    function: str, expected: Expected, given: Any, others: Iterable[Named] = ()
) -> tuple[str, str] | None:
    """What is wrong with an array for a result, and what to do about it; None if right.

    `others` are the inputs and the arrays for other results, which lie apart from it.

    >>> expected = Expected("out[1]", np.dtype("float64"), (3,))
    >>> what, remedy = wrong_output("f", expected, np.zeros(3, "float32"))
    >>> print(what)
    f(): out[1] must be a float64 array of shape (3,), but it is a float32 array of \
shape (3,).
    >>> print(remedy)
    Pass np.empty((3,), 'float64'), or None for a fresh array.
    >>> wrong_output("f", expected, np.zeros(3)) is None
    True
    """
    found = _wrong_kind(expected, given) or _wrong_memory(given, others)
    return found and (f"{function}(): {expected.label} {found[0]}.", found[1])


def _wrong_kind(expected: Expected, given: Any) -> tuple[str, str] | None:
    _, dtype, shape = expected
    plain = isinstance(given, np.ndarray) and not isinstance(given, np.ma.MaskedArray)
    if plain and given.dtype == dtype and given.shape == tuple(shape):
        return None
    wanted, size = describe_array(dtype, shape), show_shape(shape)
    return (
        f"must be {wanted}, but it is {_arrival(given)}",
        f"Pass np.empty({size}, {dtype.name!r}), or None for a fresh array.",
    )


def _wrong_memory(given: Any, others: Iterable[Named]) -> tuple[str, str] | None:
    flags = given.flags
    if not flags.c_contiguous:
        remedy = "Results lie in rows without gaps: pass np.empty, and copy from there."
        return f"must be C-contiguous, but its strides are {given.strides}", remedy
    if not flags.aligned:
        remedy = "Pass an array that NumPy allocated."
        return f"must be aligned to {given.dtype.alignment} bytes, but is not", remedy
    if not flags.writeable:
        return "is read-only", "Pass an array that may be written."
    for label, other in others:
        if np.may_share_memory(given, other):
            return f"shares memory with {label}", APART
    return None


APART = "Results are written while inputs are still read: pass memory of its own."


def _arrival(given: Any) -> str:
    if not isinstance(given, np.ndarray) or isinstance(given, np.ma.MaskedArray):
        return arrival(given)
    order = "" if given.dtype.isnative else ", its bytes in the other order"
    return describe_array(given.dtype, given.shape) + order
