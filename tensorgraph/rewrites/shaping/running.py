"""Running sums, products and extrema: only what is read of them is computed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.broadcast import Sum
from tensorgraph.ops.indexing.gather import AdvancedSubtensor
from tensorgraph.ops.indexing.slices import number_of
from tensorgraph.ops.indexing.subtensor import Subtensor
from tensorgraph.ops.reducing.reduce import Max, Min, Prod
from tensorgraph.ops.reducing.running import Cumulative
from tensorgraph.rewrites.indexing.items import (
    WHOLE,
    below,
    checked,
    items_of,
    moved,
    saves_work,
    take,
)

running = Rules("running")
node_rule = running.node_rule

TOTALS = {"add": Sum, "mul": Prod, "max": Max, "min": Min}
"""What the last element of a running combination is."""


@node_rule(Subtensor, AdvancedSubtensor, among=(Cumulative,))
def an_index_goes_through_what_runs_along_another_axis(node: Apply, graph: Any) -> Any:
    """Each vector runs by itself."""
    inner = below(node, Cumulative)
    if inner is None or not saves_work(node, graph):
        return None
    items = items_of(node)
    if items[inner.op.axis] != WHOLE:
        return None
    (axis,) = moved((inner.op.axis,), items)
    return replace(inner.op, axis=axis)(take(inner.inputs[0], items))


@node_rule(Subtensor, among=(Cumulative,))
def what_runs_stops_where_nobody_reads_on(node: Apply, graph: Any) -> Any:
    """cumsum(x)[:n] is cumsum(x[:n])."""
    inner = below(node, Cumulative)
    if inner is None or not saves_work(node, graph):
        return None
    items, axis = items_of(node), inner.op.axis
    if items[axis][0] != ("start:" if inner.op.reverse else ":stop"):
        return None
    before = [WHOLE if a != axis else item for a, item in enumerate(items)]
    after = [WHOLE if a == axis else item for a, item in enumerate(items)]
    return take(inner.op(take(inner.inputs[0], before)), after)


@node_rule(Subtensor, among=(Cumulative,), rounding=True)
def the_last_of_a_running_sum_is_the_sum(node: Apply, graph: Any) -> Any:
    """Its elements need not be computed one after the other."""
    inner = below(node, Cumulative)
    if inner is None or not saves_work(node, graph):
        return None
    x, op, items = inner.inputs[0], inner.op, items_of(node)
    last = items[op.axis]
    place = number_of(last[1]) if last[0] == "i" else None
    if place != (0 if op.reverse else -1):
        return None
    whole = [WHOLE if a == op.axis else item for a, item in enumerate(items)]
    total = TOTALS[op.combine](moved((op.axis,), whole))(take(x, whole))
    only = [item if a == op.axis else WHOLE for a, item in enumerate(items)]
    return checked(total, x, only)
