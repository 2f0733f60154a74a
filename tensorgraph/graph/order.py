"""The order of computing: what a node needs comes before it."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tensorgraph.graph.node import Apply, Variable


def inputs_first(
    nodes: Iterable[Apply], border: Container[Variable] = ()
) -> list[Apply]:
    """The applies that some need, themselves included, each after those it needs.

    The walk does not go above the variables of `border`.
    """
    order: list[Apply] = []
    done: set[Apply] = set()
    entered: set[Apply] = set()
    stack = list(nodes)[::-1]
    while stack:
        node = stack[-1]
        if node in done:
            stack.pop()
        elif node in entered:
            done.add(node)
            order.append(node)
            stack.pop()
        else:
            entered.add(node)
            for v in reversed(node.inputs):
                owner = v.owner
                if owner is not None and owner not in entered and v not in border:
                    stack.append(owner)
    return order
