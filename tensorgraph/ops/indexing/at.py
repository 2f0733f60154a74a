"""x.at[index]: what is there, and pure updates of it."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.ops.indexing.index import get, update_at


class Indexed:
    """`x.at[index]`: pure updates of the elements at an index, as in `update_at`."""

    __slots__ = ("index", "x")

    def __init__(self, x: Variable, index: Any) -> None:
        self.x = x
        self.index = index

    def get(self) -> Any:
        """x[index]."""
        return get(self.x, self.index)

    def set(self, value: Any) -> Any:
        """A copy of x with these elements replaced."""
        return update_at(self.x, self.index, value, "set")

    def add(self, value: Any) -> Any:
        """A copy of x with `value` added at the index, repeated indices included."""
        return update_at(self.x, self.index, value, "add")

    inc = add

    def mul(self, value: Any) -> Any:
        """A copy of x multiplied at the index, as often as an index is repeated."""
        return update_at(self.x, self.index, value, "mul")

    def max(self, value: Any) -> Any:
        """A copy of x with the larger of element and `value` at the index."""
        return update_at(self.x, self.index, value, "max")

    def min(self, value: Any) -> Any:
        """A copy of x with the smaller of element and `value` at the index."""
        return update_at(self.x, self.index, value, "min")


class At:
    """What `x.at` gives: index it to get an `Indexed`."""

    __slots__ = ("x",)

    def __init__(self, x: Variable) -> None:
        self.x = x

    def __getitem__(self, index: Any) -> Indexed:
        return Indexed(self.x, index)
