"""Giving what a rule returned the dtype and shape of what it replaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tensorgraph.errors import RewriteError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rule
from tensorgraph.ops.broadcast import BroadcastTo, expand_left
from tensorgraph.ops.cast import Cast, cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.tensor import TensorType, as_tensor, constant
from tensorgraph.rewrites.lengths import Source, agree_as, length_of

DEPTH = 4
"""How far up lengths that must agree are collected: a rule looks at no more ops."""

DIGITS = {"float16": 1, "float32": 2, "complex64": 2, "float64": 3, "complex128": 3}
"""The order of dtypes by their precision."""


def fit(made: Any, old: Variable, rule: Rule, graph: Any) -> Variable | None:
    """`made` with the dtype, rank and lengths of `old`, or None where they are not
    proven.

    What a rule computed in fewer digits than `old` has is refused (None); a part of the
    old graph is cast, as the old expression cast it. Raises `RewriteError`
    for what can never fit: another kind of dtype, more axes, other lengths. A
    replacement must not lose a check either: where `old` required two unknown lengths
    to agree, `made` must require it too.
    """
    known = isinstance(made, Variable) and made in graph
    if not isinstance(made, Variable) or made.type is not old.type:
        if not isinstance(old.type, TensorType):
            return _exact(made, old)
        made = _with_type(made, old, known)
    if made is None or (not known and _loses_digits(made, old, graph)):
        return None
    return made if rule.proves_lengths or _keeps_checks(made, old) else None


def _with_type(made: Any, old: Variable, known: bool) -> Variable | None:
    """`made` with the dtype, rank and lengths of `old`, or None."""
    made = _with_dtype(made, old.type.dtype, known)  # type: ignore[attr-defined]
    if made is None:
        return None
    if made.type.ndim > old.type.ndim:
        raise RewriteError(f"{made.type} cannot stand for {old.type}.")
    return _with_lengths(expand_left(made, old.type.ndim), old)


def _exact(made: Any, old: Variable) -> Variable:
    if not isinstance(made, Variable) or not old.type.accepts(made.type):
        raise RewriteError(f"{made!r} cannot stand for {old.type}.")
    return made


def _with_dtype(made: Any, dtype: str, known: bool) -> Variable | None:
    if not isinstance(made, Variable):
        return constant(np.asarray(made).astype(dtype), dtype)
    made = as_tensor(made)
    if not np.can_cast(made.type.dtype, dtype, "same_kind"):
        raise RewriteError(f"{made.type.dtype} cannot stand for {dtype}.")
    computed = (
        not known and made.owner is not None and not isinstance(made.owner.op, Cast)
    )
    if computed and made.type.dtype != dtype and dtype[0] in "fc":
        return None
    return cast(made, dtype)


def _loses_digits(made: Variable, old: Variable, graph: Any) -> bool:
    """Whether a part of `made` is newly computed in fewer digits than `old` has.

    Where s has double, x and y single precision, (s * x) * y is not s * (x * y).
    """
    size = _digits(old)
    return size > 1 and any(
        0 < _digits(v) < size and _is_computed(v) for v in _new_parts(made, graph)
    )


def _digits(v: Variable) -> int:
    return DIGITS.get(getattr(v.type, "dtype", ""), 0)


def _is_computed(v: Variable) -> bool:
    """Whether an op rounded the elements: it did more than to move them."""
    return v.owner is not None and not getattr(v.owner.op, "moves_elements", True)


def _new_parts(made: Variable, graph: Any) -> Iterator[Variable]:
    """The computed variables that a rule made, down to those of the graph."""
    seen: set[Variable] = set()
    stack = [made]
    while stack:
        v = stack.pop()
        if v.owner is not None and v not in graph and v not in seen:
            seen.add(v)
            yield v
            stack.extend(v.owner.inputs)


def _with_lengths(made: Variable, old: Variable) -> Variable | None:
    """`made` repeated where `old` is longer; None where lengths are not proven."""
    pairs = list(zip(made.type.shape, old.type.shape, strict=True))
    for have, want in pairs:
        if have == want or have == 1 or want is None:
            continue
        if isinstance(have, int) and isinstance(want, int):
            raise RewriteError(f"{made.type} cannot stand for {old.type}.")
        return None
    if all(have == want or have != 1 for have, want in pairs):
        return made
    lengths = [_buildable(old, axis) for axis in range(old.type.ndim)]
    if None in lengths:
        return None
    return BroadcastTo()(made, *[as_tensor(n, dtype="int64") for n in lengths])


def _buildable(old: Variable, axis: int) -> Any:
    """A length of `old` that can be computed without it."""
    known = old.type.shape[axis]
    if isinstance(known, int):
        return known
    source = _named_source(old, axis) if known is not None else length_of(old, axis)
    if isinstance(source, Source):
        return None if source.variable is old else source.build()
    return None if isinstance(source, str) else source


def _named_source(old: Variable, axis: int) -> Source | None:
    """An operand that has a named length."""
    assert old.owner is not None
    for v in old.owner.inputs:
        named = isinstance(v.type, TensorType) and v.type.ndim == old.type.ndim
        if named and v.type.shape[axis] == old.type.shape[axis]:
            return Source(v, axis)
    return None


def _keeps_checks(made: Variable, old: Variable) -> bool:
    """Whether lengths that had to agree for `old` must agree for `made`.

    Of the operands that both have no more needs to be shown.
    """
    if not _is_elementwise(old) or None not in old.type.shape:  # type: ignore[attr-defined]
        return True
    kept = {made}
    if _is_elementwise(made):
        kept.update(made.owner.inputs)  # type: ignore[union-attr]
    missing = [v for v in old.owner.inputs if v not in kept]  # type: ignore[union-attr]
    return all(
        agree_as(made, old, axis, DEPTH)
        for axis, length in enumerate(old.type.shape)
        if length is None and any(v.type.shape[axis] != 1 for v in missing)
    )


def _is_elementwise(v: Variable) -> bool:
    return v.owner is not None and isinstance(v.owner.op, Elementwise)
