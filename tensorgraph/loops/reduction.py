"""What reductions mean, to the last bit: combinations, lanes, compensation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.loops.ir import NEUTRAL


def combined(combine: str, a: Any, b: Any) -> Any:
    """`a` joined with `b`; in max and min nan wins, and `a` in a tie."""
    match combine:
        case "add":
            return a + b
        case "mul":
            return a * b
        case "max":
            return b if a < b or b != b else a
        case "min":
            return b if b < a or b != b else a
        case "and":
            return a & b
        case "or":
            return a | b
    raise ValueError(f"unknown combination {combine!r}")


def neutral(combine: str, dtype: str) -> Any:
    """The value that `combine` starts from, in the range of the dtype.

    >>> print(neutral("max", "int8"), neutral("min", "float64"))
    -128 inf
    """
    kind = np.dtype(dtype)
    if combine in ("max", "min") and kind.kind in "iu":
        limits = np.iinfo(kind)
        return kind.type(limits.min if combine == "max" else limits.max)
    if combine in ("max", "min") and kind.kind == "b":
        return np.bool_(combine == "min")
    return kind.type(NEUTRAL[combine])


def sum_of_lanes(s: list[Any]) -> Any:
    """The fixed tree over eight lanes."""
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]))


@dataclass
class Reduction:
    """The running value of an Accumulator, declared inside `depth` loops."""

    combine: str
    dtype: str
    depth: int
    value: Any
    compensation: Any

    @property
    def total(self) -> Any:
        return self.value + self.compensation if self.compensated else self.value

    @property
    def compensated(self) -> bool:
        return self.combine == "add" and np.dtype(self.dtype).kind == "f"

    def join(self, term: Any) -> None:
        """Add one block; with Neumaier's compensation, while the sum stays finite."""
        total = combined(self.combine, self.value, term)
        if self.compensated and np.isfinite(total):
            if abs(self.value) >= abs(term):
                self.compensation += (self.value - total) + term
            else:
                self.compensation += (term - total) + self.value
        self.value = total
