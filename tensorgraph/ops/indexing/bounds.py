"""Integers that are checked to lie between 0 and a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import BoundsError, DTypeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.values import Guard
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import refuse_batched
from tensorgraph.ops.cast import cast
from tensorgraph.ops.indexing.slices import as_int64
from tensorgraph.ops.tensor import (
    TensorOp,
    TensorType,
    as_tensor,
    constant,
    static_value,
)

MODES = ("raise", "wrap", "clip")
"""What NumPy does with indices out of bounds."""


@dataclass(frozen=True)
class Within(TensorOp):
    """Integers, each of them at least 0 and below a limit. Inputs: they, the limit."""

    what: str

    @property
    def message(self) -> str:
        """What a failed check says of an integer and the limit."""
        return f"{self.what}: index {{0}} is out of bounds for size {{1}}"

    def infer(self, index: Variable, limit: Variable) -> TensorType:
        known = static_value(index), static_value(limit)
        if known[0] is not None and known[1] is not None:
            self.evaluate(None, *known)
        return index.type

    def evaluate(self, xp: Any, index: Any, limit: Any) -> Any:
        wrong = index[(index < 0) | (index >= limit)]
        if wrong.size:
            raise BoundsError(self.message.format(wrong[0], limit) + ".")
        return index

    def pullback(self, *arguments: Any) -> Any:
        return None, None

    def batch(self, batched: Sequence[bool], index: Variable, limit: Variable) -> Any:
        refuse_batched(self.what, "its length", batched[1:])
        return self(index, limit)

    def lower(self, loop: Any, index: Any, limit: Any) -> Any:
        number = loop.check_number("index", self.message)

        def element(s: Any) -> Any:
            found, most = loop.read(index, s), as_int64(loop.read(limit, ()))
            place = as_int64(found)
            inside = at.between(at.ZERO, place, most)
            return Guard(number, inside, (place, most), found)

        return loop.map(index.extents, index.dtype, (index, limit), element)


def within(what: str, index: Any, limit: Any, mode: str = "raise") -> Any:
    """Integers between 0 and a limit: checked, wrapped around, or clipped.

    `what` names the function in errors. Raises `BoundsError` for integers outside in
    mode raise, where both are known at definition, else on the call.

    >>> within("put", [-1, 5], 4, "wrap").eval()
    array([3, 1])
    """
    if mode not in MODES:
        raise ValueError(f"{what}: mode is one of {', '.join(MODES)}, not {mode!r}.")
    index = integers(what, index)
    if mode == "wrap":
        return math.mod(index, limit)
    if mode == "clip":
        return math.minimum(math.maximum(index, 0), limit - 1)
    return Within(what)(index, as_tensor(limit, dtype="int64"))


def integers(what: str, index: Any) -> Any:
    """Integers as a variable of int64, bools too; raises `DTypeError` for others."""
    index = as_tensor(index)
    known = static_value(index)
    empty = known is not None and known.size == 0
    if index.type.dtype[0] not in "iub" and not empty:
        raise DTypeError(
            f"{what} takes integers, not {index!r} of dtype {index.type.dtype}.",
            remedy="Cast it with astype('int64').",
        )
    if index.type.dtype == "uint64":
        return index
    return cast(index, "int64") if known is None else constant(known, "int64")
