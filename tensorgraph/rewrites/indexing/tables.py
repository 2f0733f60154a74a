"""Tables: what is computed of few elements that are gathered often is computed before.

exp(x[i]) computes the same again where indices repeat; exp(x)[i] does not.
"""

from __future__ import annotations

from math import prod
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import expand_left
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.ops.tensor import constant
from tensorgraph.rewrites.facts import is_number, is_op

tables = Rules("tables")

SMALL = 64
"""A table of so many rows costs little, however few of them are gathered."""


@tables.node_rule(Elementwise, Cast, among=(AdvancedSubtensor,), rounding=True)
def what_is_gathered_often_is_computed_before(node: Apply, graph: Any) -> Any:
    """There are fewer elements in the table than are taken from it."""
    gathered = [v for v in node.inputs if not is_number(v)]
    if not gathered or not all(is_op(v, AdvancedSubtensor) for v in gathered):
        return None
    first = gathered[0].owner
    assert first is not None
    if not all(_is_alike(v, first) for v in gathered) or not _repeats(first):
        return None
    if len(gathered) > 1 and any(graph.use_count(v) != 1 for v in gathered):
        return None
    rank = first.inputs[0].type.ndim
    small = [_in_table(v, rank) for v in node.inputs]
    return first.op(node.op(*small), *first.inputs[1:])


def _is_alike(v: Variable, first: Apply) -> bool:
    """Whether the same places of a table of the same lengths are gathered."""
    node = v.owner
    assert node is not None
    return (
        node.op == first.op
        and all(a is b for a, b in zip(node.inputs[1:], first.inputs[1:], strict=True))
        and node.inputs[0].type.shape == first.inputs[0].type.shape
        and (node is first or None not in node.inputs[0].type.shape)
    )


def _repeats(node: Apply) -> bool:
    """Whether more elements are gathered than there are."""
    x, *indices = node.inputs
    rows = [x.type.shape[a] for a in node.op.axes]  # type: ignore[attr-defined]
    if not all(isinstance(n, int) for n in rows) or _is_distinct(indices):
        return False
    place, rank = node.op.place, indices[0].type.ndim  # type: ignore[attr-defined]
    taken = node.outputs[0].type.shape[place : place + rank]
    if not all(isinstance(n, int) for n in taken):
        return prod(rows) <= SMALL
    return prod(taken) > prod(rows)


def _is_distinct(indices: list[Variable]) -> bool:
    return any(
        i.owner is not None and i.index in getattr(i.owner.op, "distinct", ())
        for i in indices
    )


def _in_table(v: Variable, rank: int) -> Variable:
    """What is gathered as it is in the table; a number with as many axes."""
    if not is_number(v):
        assert v.owner is not None
        return v.owner.inputs[0]
    number = constant(number_of(v), v.type.dtype)
    return expand_left(number, rank)
