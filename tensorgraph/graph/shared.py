"""Shared variables: variables that hold a value between calls."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Type, Variable


class SharedVariable(Variable):
    """A variable with a value in a cell, read at each call and changed by updates.

    `cell` has one attribute, `value`. Two functions that use the same shared variable
    see the same cell.
    """

    __slots__ = ("cell",)

    def __init__(self, type: Type, cell: Any, name: str | None = None) -> None:
        super().__init__(type, None, 0, name)
        self.cell = cell

    def get_value(self, borrow: bool = False) -> Any:
        """The value: a copy, or with `borrow` the array that functions read.

        What you write into that array counts from the next call on. An update puts a
        new array in its place, so an array that was borrowed earlier keeps its values.
        """
        value = self.cell.value
        return value if borrow else self.type.copy_value(value)

    def set_value(self, value: Any, borrow: bool = False) -> None:
        """Replace the value by a copy of another one of this variable's type.

        With `borrow` the array itself is kept (unless its dtype must be converted), and
        what you write into it later counts.
        """
        value = self.type.convert(value)
        self.cell.value = value if borrow else self.type.copy_value(value)
