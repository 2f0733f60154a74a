"""What a matrix without a result does: it gives nan, or an error when computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GraphError
from tensorgraph.ops import math
from tensorgraph.ops.check import Check
from tensorgraph.ops.reducing.reduce import all


@dataclass(frozen=True)
class Succeeded(Check):
    """The first input, once every matrix of a stack has a result."""

    kind = "factorization"

    def sentence(self, reported: int) -> str:
        return f"{self.message}."


def settled(result: Any, on_error: str, failure: str) -> Any:
    """`result` as it is, or behind a check that it holds no nan.

    `on_error` is "nan" or "raise": then a nan is a `FactorizationError` that says the
    failure, such as "inv: a matrix is singular".
    """
    if on_error not in ("nan", "raise"):
        raise GraphError(
            f"on_error is {on_error!r}.", remedy='Use on_error="nan" or "raise".'
        )
    if on_error == "nan":
        return result
    return Succeeded(failure)(result, all(~math.isnan(result)))
