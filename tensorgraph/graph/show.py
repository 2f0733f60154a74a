"""Graphs as text: `dprint`, an indented tree in which shared parts appear once."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from tensorgraph.errors import GraphError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import Op
from tensorgraph.graph.subgraph import Subgraph

WRAP = 100
"""So many levels are indented; what is deeper continues at the margin, further down."""

Note = Callable[[Variable], str]


def char_id(number: int) -> str:
    """0 is A, 25 is Z, 26 is BA: numbers in base 26 with letters for digits."""
    letters = ""
    while True:
        number, digit = divmod(number, 26)
        letters = chr(ord("A") + digit) + letters
        if not number:
            return letters


ID_TYPES: dict[str, Callable[[int], str]] = {
    "CHAR": lambda number: f" [id {char_id(number)}]",
    "int": lambda number: f" [id {number}]",
    "": lambda number: "",
}


def dprint(
    graph: Any,
    *,
    depth: int = -1,
    print_type: bool = False,
    id_type: str = "CHAR",
    file: TextIO | str | None = None,
    stop_on_name: bool = False,
    print_destroy_map: bool = False,
    print_memory_map: bool = False,
) -> str | None:
    """Print a graph as a tree, inputs below what is computed from them.

    `graph` is a variable, a sequence of them, or anything with `outputs`, such as a
    compiled function. Every node has an id; a node that was printed before is not
    spelled out again (``···``). Constants print their value, named results their name
    behind the id, ops with several outputs the index of the output.

    `depth` limits the levels; `print_type` adds types; `id_type` is ``"CHAR"``,
    ``"int"`` or ``""``; `file` is where to write, ``"str"`` returns the text;
    `stop_on_name` does not go above named results. `print_destroy_map` adds what the
    object says of each result with its method `destroy_note`, if it has one; this and
    `print_memory_map` add its `memory_account`: a compiled function's buffers, their
    bytes, and which share memory.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> dprint(tg.exp(1 + x))
    Exp [id A]
     └─ Add [id B]
        ├─ ExpandDims{axis=0} [id C]
        │  └─ 1 [id D]
        └─ x [id E]
    """
    if id_type not in ID_TYPES:
        known = ", ".join(map(repr, ID_TYPES))
        raise ValueError(f"id_type is one of {known}, not {id_type!r}.")
    note = getattr(graph, "destroy_note", None) if print_destroy_map else None
    printer = Printer(depth, print_type, ID_TYPES[id_type], stop_on_name, note)
    text = "\n".join(printer.lines(_outputs(graph))) + "\n"
    account = getattr(graph, "memory_account", None)
    if account is not None and (print_memory_map or print_destroy_map):
        text += f"\n{account()}"
    if file == "str":
        return text
    (file or sys.stdout).write(text)  # type: ignore[union-attr]
    return None


def _outputs(graph: Any) -> list[Variable]:
    if isinstance(graph, Variable):
        return [graph]
    if isinstance(graph, Apply):
        return graph.outputs[:1]
    found = getattr(graph, "outputs", graph)
    if isinstance(found, Variable):
        return [found]
    if not isinstance(found, list | tuple):
        raise GraphError(
            f"Cannot print {graph!r} as a graph.",
            remedy="Pass a variable, a list of variables or a compiled function.",
        )
    return [v for item in found for v in _outputs(item)]


def inner_outputs(op: Op) -> list[Variable]:
    """The outputs of the graphs inside an op, such as the step of a loop."""
    inner = [value for value in vars(op).values() if isinstance(value, Subgraph)]
    return [v for graph in inner for v in graph.outputs]


class Printer:
    """One printing of a graph: the ids given and the nodes already spelled out."""

    def __init__(
        self,
        depth: int,
        print_type: bool,
        show_id: Callable[[int], str],
        stop_on_name: bool,
        note: Note | None,
    ) -> None:
        self.depth = depth
        self.print_type = print_type
        self.show_id = show_id
        self.stop_on_name = stop_on_name
        self.note = note
        self.ids: dict[Apply | Variable, int] = {}
        self.done: set[Apply] = set()
        self.deeper: deque[Variable] = deque()
        self.inner: dict[Apply, None] = {}

    def lines(self, outputs: list[Variable]) -> Iterator[str]:
        """Every line: the outputs, what was too deep to indent, and inner graphs."""
        for variable in outputs:
            yield from self.tree(variable, self.depth)
        heading = "\nContinued:"
        while self.deeper:
            variable = self.deeper.popleft()
            if variable.owner not in self.done:
                yield heading
                heading = ""
                yield from self.tree(variable, -1)
        yield from self.inner_graphs()

    def inner_graphs(self) -> Iterator[str]:
        """The graphs inside ops, such as the step of a loop, each once."""
        heading = "\nInner graphs:"
        shown = 0
        while shown < len(self.inner):
            node = list(self.inner)[shown]
            shown += 1
            yield heading
            heading = ""
            yield self.label(node.outputs[0], with_type=False, with_index=False)
            for variable in inner_outputs(node.op):
                yield from self.tree(variable, -1, " ← ", "   ")

    def tree(
        self, root: Variable, depth: int, first: str = "", rest: str = ""
    ) -> Iterator[str]:
        """The lines of one variable and of what it is computed from."""
        stack: list[tuple[Variable, str, str, int]] = [(root, first, rest, 0)]
        while stack:
            variable, lead, below, level = stack.pop()
            yield lead + self.label(variable)
            node = variable.owner
            if node is None or level == depth or not node.inputs:
                continue
            if self.stop_on_name and variable.name is not None:
                continue
            if node in self.done or level == WRAP:
                yield below + " └─ ···"
                if level == WRAP:
                    self.deeper.append(variable)
                continue
            self.done.add(node)
            if inner_outputs(node.op):
                self.inner.setdefault(node)
            last = len(node.inputs) - 1
            for i in range(last, -1, -1):
                lines = (" └─ ", "   ") if i == last else (" ├─ ", " │ ")
                item = (node.inputs[i], below + lines[0], below + lines[1], level + 1)
                stack.append(item)

    def label(
        self, variable: Variable, with_type: bool = True, with_index: bool = True
    ) -> str:
        """What stands on the line of a variable."""
        node = variable.owner
        number = self.ids.setdefault(variable if node is None else node, len(self.ids))
        if node is None:
            text = repr(variable)
        else:
            text = str(node.op)
            if with_index and len(node.outputs) > 1:
                text += f".{variable.index}"
        text += self.show_id(number)
        if self.print_type and with_type:
            text += f" <{variable.type}>"
        if node is not None and variable.name is not None and with_index:
            text += f" '{variable.name}'"
        said = self.note(variable) if self.note is not None else ""
        return f"{text} {said}" if said else text
