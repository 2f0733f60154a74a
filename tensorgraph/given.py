"""Arrays that a call gives for its results (``out=``): refused, named, or written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

import numpy as np

from tensorgraph.errors import InputError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.native.wrong_argument import label_of
from tensorgraph.native.wrong_output import (
    Expected,
    Named,
    labels,
    wrong_list,
    wrong_output,
)


def refuse_entry(
    parts: Any, number: int, given: Any, shape: Sequence[int], arrays: Sequence[Any]
) -> NoReturn:
    """Raise the error for an array that cannot take result `number`, as C found it.

    -1 stands for the list as a whole. `arrays` are those of the inputs, hidden ones
    included, and those for the results before, with None where there is none.
    """
    if number < 0:
        refuse_list(parts, given)
    names = [*_inputs(parts), *labels(len(parts.wanted), parts.single)]
    check_entry(parts, number, given, shape, zip(names, arrays, strict=False))
    raise AssertionError(f"{parts.name}() refused a sound array for a result")


def refuse_list(parts: Any, given: Any) -> NoReturn:
    """Raise the error for an ``out`` that is no list with an entry for each result."""
    what, remedy = wrong_list(parts.name, len(parts.wanted), given)
    raise InputError(what, remedy=remedy)


def check_entry(
    parts: Any, number: int, given: Any, shape: Sequence[int], others: Iterable[Named]
) -> None:
    """Raise `InputError` if an array cannot take result `number`.

    `others` are arrays that lie apart from it; None among them is skipped.
    """
    name = labels(len(parts.wanted), parts.single)[number]
    dtype = np.dtype(parts.wanted[number].type.storage()[0])
    apart = [(label, array) for label, array in others if array is not None]
    found = wrong_output(parts.name, Expected(name, dtype, shape), given, apart)
    if found is not None:
        raise InputError(found[0], remedy=found[1])


def places(
    parts: Any, out: Any, results: Sequence[Any], arguments: Sequence[Any]
) -> Sequence[Any]:
    """What was given for each of the results, None for a fresh array; `InputError`."""
    if out is None:
        return [None] * len(results)
    listed = [out] if parts.single else out
    if not isinstance(listed, list | tuple) or len(listed) != len(results):
        refuse_list(parts, out)
    shared = [(_hidden(v), v.get_value(borrow=True)) for v in parts.get_shared()]
    others = [*zip(_inputs(parts), arguments, strict=False), *shared]
    names = labels(len(listed), parts.single)
    for number, (given, result) in enumerate(zip(listed, results, strict=True)):
        if given is not None:
            check_entry(parts, number, given, np.shape(result), others)
            others.append((names[number], given))
    return listed


def placed(result: Any, place: Any) -> Any:
    """A result in the array that was given for it; without one in a fresh array."""
    if place is None:
        return result[()] if np.ndim(result) == 0 else np.array(result)
    np.copyto(place, result)
    return place


def _inputs(parts: Any) -> list[str]:
    """What messages call the inputs, hidden ones included."""
    visible = enumerate(parts.parameters(), -len(parts.lengths))
    return [
        *(f"argument {label_of(declared, number)}" for number, declared in visible),
        *(_hidden(v) for v in parts.hidden),
        *(["the counters of the profile"] if parts.counts is not None else []),
    ]


def _hidden(variable: Variable) -> str:
    if isinstance(variable, SharedVariable):
        return f"the shared variable {variable!r}"
    return "a constant of the function"
