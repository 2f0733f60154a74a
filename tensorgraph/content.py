"""What a compiled function computes: its rewritten graph, and how."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from tensorgraph.graph.node import Variable
from tensorgraph.loops.ir import Program, Routine


class Content:
    """The rewritten graph and the loop program (None in mode "PYTHON").

    Both are made when they are first asked for: to be called, a function only needs
    its machine code, the variables behind its `hidden` inputs and its `routines`.
    """

    def __init__(
        self,
        graph: Callable[[], list[Variable]],
        program: Callable[[], Program | None] = lambda: None,
        hidden: tuple[Variable, ...] = (),
        routines: tuple[Routine, ...] = (),
    ) -> None:
        self._graph = graph
        self._program = program
        self.hidden = hidden
        self.routines = routines

    @cached_property
    def graph(self) -> list[Variable]:
        """The rewritten outputs, then the new values of shared variables."""
        return self._graph()

    @cached_property
    def program(self) -> Program | None:
        """The loop program."""
        return self._program()
