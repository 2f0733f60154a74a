"""Loops over time: state that never changes, and what nobody uses, leave them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.rules import Rules
from tensorgraph.graph.subgraph import Subgraph
from tensorgraph.graph.traverse import graph_inputs
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, shape_of
from tensorgraph.ops.scan import Scan
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.lengths import Source, length_of, scalar_length

scans = Rules("scans")
node_rule = scans.node_rule


@node_rule(Scan)
def state_that_never_changes_is_no_state(node: Apply) -> Any:
    """It is read from outside, and each of its rows is the same."""
    op = node.op
    body, count = op.body, op.carried
    fixed = [body.outputs[k] is body.inputs[k] for k in range(count)]
    if not any(fixed):
        return None
    length, initial, sequences, others = op.split(node.inputs)
    states, elements, outside = _parts(op)
    moved = [v for v, still in zip(states, fixed, strict=True) if still]
    left = [v for v, still in zip(states, fixed, strict=True) if not still]
    kept = [y for y, still in zip(body.outputs, [*fixed, *_rest(op)], strict=True)
            if not still]  # fmt: skip
    if not kept:
        return None
    small = Scan(Subgraph([*left, *elements, *outside, *moved], kept), len(left),
                 op.sequences)  # fmt: skip
    still_initial = [v for v, still in zip(initial, fixed, strict=True) if still]
    start = [v for v, still in zip(initial, fixed, strict=True) if not still]
    made = as_list(small(length, *start, *sequences, *others, *still_initial))
    finals, rows = iter(made[: len(left)]), iter(made[len(left) :])
    pairs = list(zip(initial, fixed, strict=True))
    return [
        *[v if still else next(finals) for v, still in pairs],
        *[_repeated(v, length) if still else next(rows) for v, still in pairs],
        *rows,
    ]


def _parts(op: Scan) -> tuple[Sequence[Any], Sequence[Any], Sequence[Any]]:
    """The inputs of a body: states, elements of sequences, others."""
    inputs, last = op.body.inputs, op.carried + op.sequences
    return inputs[: op.carried], inputs[op.carried : last], inputs[last:]


def _rest(op: Scan) -> list[bool]:
    return [False] * (len(op.body.outputs) - op.carried)


def _repeated(v: Variable, length: Variable) -> Variable:
    """Rows that are all the same."""
    lengths = [as_tensor(n, dtype="int64") for n in (length, *shape_of(v))]
    return BroadcastTo()(ExpandDims((0,))(v), *lengths)


@node_rule(Scan)
def what_nobody_uses_leaves_a_loop(node: Apply, graph: Any) -> Any:
    """States and rows that nothing needs are not computed, nor what only they read."""
    op = node.op
    needed = _needed(node, graph)
    read = set(graph_inputs([op.body.outputs[i] for i in sorted(needed)]))
    length, initial, sequences, others = op.split(node.inputs)
    states, elements, outside = _parts(op)
    keep = [k in needed for k in range(op.carried)]
    seen = [v in read or not _as_long(s, length)
            for v, s in zip(elements, sequences, strict=True)]  # fmt: skip
    taken = [v in read for v in outside]
    if all(keep) and all(seen) and all(taken) and len(needed) == len(op.body.outputs):
        return None
    inputs = [*_only(states, keep), *_only(elements, seen), *_only(outside, taken)]
    body = Subgraph(inputs, [op.body.outputs[i] for i in sorted(needed)])
    given = [*_only(initial, keep), *_only(sequences, seen), *_only(others, taken)]
    made = as_list(Scan(body, sum(keep), sum(seen))(length, *given))
    finals, rows = iter(made[: sum(keep)]), iter(made[sum(keep) :])
    return [
        *[next(finals) if k in needed else None for k in range(op.carried)],
        *[next(rows) if i in needed else None for i in range(len(op.body.outputs))],
    ]


def _needed(node: Apply, graph: Any) -> set[int]:
    """The numbers of the outputs of a body that a result, or a needed state, needs."""
    op = node.op
    assert isinstance(op, Scan)
    count, outputs = op.carried, op.body.outputs
    finals, rows = node.outputs[:count], node.outputs[count:]
    wanted = [graph.use_count(v) > 0 for v in rows]
    for k, v in enumerate(finals):
        wanted[k] = wanted[k] or graph.use_count(v) > 0
    found = {i for i, want in enumerate(wanted) if want}
    while True:
        read = set(graph_inputs([outputs[i] for i in sorted(found)]))
        more = {k for k in range(count) if op.body.inputs[k] in read} - found
        if not more:
            return found
        found |= more


def _as_long(sequence: Variable, length: Variable) -> bool:
    """Whether a sequence is proven to have a row for each step, and no more."""
    steps = scalar_length(length)
    if isinstance(steps, Source) and steps.axis >= 0:
        steps = length_of(*steps)
    return bool(length_of(sequence, 0) == steps)


def _only(values: Sequence[Any], flags: Sequence[bool]) -> list[Any]:
    return [v for v, flag in zip(values, flags, strict=True) if flag]
