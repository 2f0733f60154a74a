"""The words about an argument that a compiled function refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

Parameter = tuple[Any, ...]
"""(name, dtype, shape, strided) and perhaps a default, as `Callable` takes it."""


class Refusal(NamedTuple):
    """What `Callable` found wrong with one input, counted with the hidden ones.

    | problem | axis | expected | got |
    |---|---|---|---|
    | `"rank"` | -1 | the rank | the shape |
    | `"length"` | the axis | its length | the shape |
    | `"size"` | the axis | (length, index, axis) of its first use | the shape |
    | `"dtype"` | -1 | the dtype | the dtype |
    | `"range"` | -1 | the dtype | the number |
    | `"value"` | -1 | the dtype | why NumPy makes no array of it |
    | `"mask"` | -1 | the dtype | None |
    """

    parameter: int
    value: Any
    problem: str
    axis: int
    expected: Any
    got: Any


def wrong_argument(
    function: str, parameters: Sequence[Parameter], refusal: Refusal
) -> tuple[str, str]:
    """What is wrong with the argument of a call, and what to do about it.

    `parameters` are the visible ones followed by the hidden ones.

    >>> x = ("x", "int8", (), False)
    >>> number = np.float64(2.5)
    >>> refusal = Refusal(0, number, "dtype", -1, np.dtype("int8"), number.dtype)
    >>> what, remedy = wrong_argument("f", [x], refusal)
    >>> print(what)
    f(): argument 'x' must be an int8 number, but it is a float64 number.
    >>> print(remedy)
    Casting float64 to int8 may lose digits; if meant, write x.astype('int8').
    """
    parameter = parameters[refusal.parameter]
    label = label_of(parameter, refusal.parameter)
    what = (
        f"{function}(): argument {label} must be {expectation(parameter)},"
        f" but it is {arrival(refusal.value)}."
    )
    return what, REMEDIES[refusal.problem](parameters, refusal)


def label_of(parameter: Parameter, index: int) -> str:
    """The parameter's name in quotes, or its place if it has none."""
    return repr(parameter[0]) if parameter[0] is not None else f"number {index + 1}"


def expectation(parameter: Parameter) -> str:
    """What a parameter takes.

    >>> expectation(("x", "float64", (), False))
    'a float64 number'
    >>> expectation(("x", "int8", ("n", None, 3), False))
    'an int8 array of shape (n, ?, 3)'
    """
    _, dtype, shape, *_ = parameter
    return describe(np.dtype(dtype), shape)


def arrival(value: Any) -> str:
    """What was passed: dtype and shape of arrays, else the type and a short look."""
    if isinstance(value, np.ma.MaskedArray):
        return f"a masked array of shape {show_shape(value.shape)}"
    if isinstance(value, np.ndarray | np.generic):
        return describe(value.dtype, value.shape)
    look = repr(value).split("\n")[0]
    look = look if len(look) <= 60 else look[:57] + "..."
    return f"{look} ({type(value).__name__})"


def describe(dtype: np.dtype[Any], shape: Sequence[Any]) -> str:
    return describe_array(dtype, shape) if shape else f"{_one(dtype)} number"


def describe_array(dtype: np.dtype[Any], shape: Sequence[Any]) -> str:
    """Dtype and shape of an array, which may be ().

    >>> describe_array(np.dtype("int8"), ())
    'an int8 array of shape ()'
    """
    return f"{_one(dtype)} array of shape {show_shape(shape)}"


def _one(dtype: np.dtype[Any]) -> str:
    article = "an" if dtype.name[0] in "aeio" else "a"
    return f"{article} {dtype.name}"


def show_shape(shape: Sequence[Any]) -> str:
    """A shape with named and unknown lengths: (n, ?, 3)."""
    entries = ", ".join("?" if entry is None else str(entry) for entry in shape)
    return f"({entries},)" if len(shape) == 1 else f"({entries})"


def about_rank(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    count = len(refusal.got)
    axes = {0: "no axis", 1: "1 axis"}.get(count, f"{count} axes")
    return f"It has {axes} instead of {refusal.expected}."


def about_length(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    axis = refusal.axis
    return f"Axis {axis} has length {refusal.got[axis]} instead of {refusal.expected}."


def about_size(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    length, index, axis = refusal.expected
    size = parameters[refusal.parameter][2][refusal.axis]
    origin = label_of(parameters[index], index)
    return (
        f"{size} is {length}, the length of axis {axis} of {origin},"
        f" but axis {refusal.axis} has length {refusal.got[refusal.axis]} here."
    )


def about_dtype(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    expected, got = refusal.expected, refusal.got
    name = parameters[refusal.parameter][0] or "value"
    if not np.can_cast(got, expected, "unsafe") or got.kind not in "biufc":
        return f"It comes as {got} and cannot become {expected}."
    is_numpy = isinstance(refusal.value, np.ndarray | np.generic)
    array = name if is_numpy else f"np.asarray({name})"
    if got.kind == "c" != expected.kind:
        return f"{expected} has no imaginary part; if meant, write {array}.real."
    return (
        f"Casting {got} to {expected} may lose digits; if meant,"
        f" write {array}.astype('{expected}')."
    )


def about_range(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    if refusal.expected.kind not in "iu":
        return f"{refusal.expected} cannot hold numbers as large as this one."
    limits = np.iinfo(refusal.expected)
    return f"{refusal.expected} holds numbers from {limits.min} to {limits.max}."


def about_value(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    return f"NumPy makes no array of it: {refusal.got}"


def about_mask(parameters: Sequence[Parameter], refusal: Refusal) -> str:
    return "Its mask would be forgotten; pass .filled(...) or .compressed() instead."


REMEDIES = {
    "rank": about_rank,
    "length": about_length,
    "size": about_size,
    "dtype": about_dtype,
    "range": about_range,
    "value": about_value,
    "mask": about_mask,
}
