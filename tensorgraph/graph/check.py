"""Whether a graph is well formed: who owns what, types, and no circles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from tensorgraph.errors import GraphError, TensorGraphError
from tensorgraph.graph.node import Apply, Variable


def check_graph(outputs: Variable | Iterable[Variable]) -> None:
    """Raise `GraphError`, naming the node and its place, unless the graph is well
    formed.

    Inputs are variables; each output knows its apply and its position there; the types
    of the outputs are those that the op infers again (or less precise); nothing depends
    on itself.

    >>> import tensorgraph as tg
    >>> check_graph(tg.exp(tg.dscalar("x")))
    """
    for node in _ordered([outputs] if isinstance(outputs, Variable) else list(outputs)):
        _check_outputs(node)
        _check_types(node)


def _ordered(outputs: list[Variable]) -> list[Apply]:
    """The applies, inputs first; raises where one depends on itself."""
    order: list[Apply] = []
    state: dict[Apply, str] = {}
    for variable in outputs:
        if not isinstance(variable, Variable):
            raise GraphError(f"An output of the graph is {variable!r}, not a variable.")
    stack = [v.owner for v in reversed(outputs) if v.owner is not None]
    while stack:
        node = stack[-1]
        if node not in state:
            state[node] = "entered"
            stack.extend(_owners(node, state))
            continue
        stack.pop()
        if state[node] == "entered":
            state[node] = "done"
            order.append(node)
    return order


def _owners(node: Apply, state: dict[Apply, str]) -> list[Apply]:
    """The applies to visit before; one that was entered and not left is a circle."""
    found = []
    for number, v in enumerate(node.inputs):
        if not isinstance(v, Variable):
            _fail(node, f"input {number} is {v!r}, not a variable")
        if v.owner is None or state.get(v.owner) == "done":
            continue
        if v not in v.owner.outputs:
            _fail(node, f"input {number}, {v!r}, is no output of its owner {v.owner!r}")
        if state.get(v.owner) == "entered":
            _fail(node, f"input {number} depends on the result: the graph has a circle")
        found.append(v.owner)
    return found[::-1]


def _check_outputs(node: Apply) -> None:
    for number, v in enumerate(node.outputs):
        if v.owner is not node:
            _fail(node, f"output {number} belongs to {v.owner!r}")
        if v.index != number:
            _fail(node, f"output {number} says that it is output {v.index}")


def _check_types(node: Apply) -> None:
    try:
        types = list(node.op.output_types(node.inputs))
    except TensorGraphError as error:
        _fail(node, f"its types cannot be inferred: {error.what}")
    if len(types) != len(node.outputs):
        _fail(
            node, f"it has {len(node.outputs)} outputs, where {len(types)} are inferred"
        )
    for number, (v, inferred) in enumerate(zip(node.outputs, types, strict=True)):
        if not v.type.accepts(inferred):
            _fail(
                node, f"output {number} has type {v.type}, but {inferred} is inferred"
            )


def _fail(node: Apply, why: str) -> NoReturn:
    shown = ", ".join(map(repr, node.inputs))
    raise GraphError(
        f"Not a well-formed graph: {node.op}({shown}): {why}.", places=node.places
    )
