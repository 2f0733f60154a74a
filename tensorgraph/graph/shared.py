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
        """The value; a copy, unless `borrow` is true."""
        value = self.cell.value
        return value if borrow else self.type.copy_value(value)

    def set_value(self, value: Any, borrow: bool = False) -> None:
        """Replace the value; it must have this variable's type."""
        value = self.type.convert(value)
        self.cell.value = value if borrow else self.type.copy_value(value)
