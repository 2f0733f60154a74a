"""Bodies: statements that are being written, and what the names in sight stand for."""

from __future__ import annotations

from typing import Any

from tensorgraph.loops.ir import Expr, Stmt

Key = tuple[Any, ...]


class Body:
    """A list of statements, with what the names in sight stand for."""

    def __init__(self, parent: Body | None = None) -> None:
        self.statements: list[Stmt] = []
        self.known: dict[Key, Expr] = {}
        self.parent = parent

    def find(self, key: Key) -> Expr | None:
        """The expression that stands for a key here or in an enclosing body."""
        body: Body | None = self
        while body is not None:
            if key in body.known:
                return body.known[key]
            body = body.parent
        return None
