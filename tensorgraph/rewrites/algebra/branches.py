"""Branches of which one is never taken, or that are the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.branch import IfElse
from tensorgraph.ops.math import logical_not
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.rewrites.facts import is_op

branches = Rules("branches")
node_rule = branches.node_rule


def _arms(node: Apply) -> tuple[Sequence[Variable], Sequence[Variable]]:
    """The values if the condition holds, and if it does not."""
    count = node.op.count  # type: ignore[attr-defined]
    return node.inputs[1 : 1 + count], node.inputs[1 + count :]


@node_rule(IfElse)
def a_known_condition_takes_its_arm(node: Apply) -> Any:
    """The other arm is dead: it goes, and what only it needed."""
    known = number_of(node.inputs[0])
    if known is None:
        return None
    then, other = _arms(node)
    return list(then if known else other)


@node_rule(IfElse)
def a_negated_condition_exchanges_the_arms(node: Apply) -> Any:
    """One op less."""
    condition = node.inputs[0]
    if not is_op(condition, logical_not):
        return None
    then, other = _arms(node)
    return as_list(node.op(condition.owner.inputs[0], *other, *then))


@node_rule(IfElse)
def equal_arms_are_no_choice(node: Apply) -> Any:
    """Whatever holds, it is the same variable."""
    pairs = zip(*_arms(node), strict=True)
    found = [a if a is b else None for a, b in pairs]
    return found if any(v is not None for v in found) else None


@node_rule(IfElse)
def a_condition_is_known_in_its_arms(node: Apply) -> Any:
    """An arm that asks it again gets the same answer."""
    condition, *arms = node.inputs
    count = node.op.count
    known = [_inside(v, condition, i < count) for i, v in enumerate(arms)]
    if all(new is old for new, old in zip(known, arms, strict=True)):
        return None
    return as_list(node.op(condition, *known))


def _inside(v: Variable, condition: Variable, holds: bool) -> Variable:
    """What a variable is where a condition holds, or does not hold."""
    node = v.owner
    if node is None or not isinstance(node.op, IfElse):
        return v
    if node.inputs[0] is not condition:
        return v
    return _arms(node)[0 if holds else 1][v.index]


@node_rule(IfElse)
def values_that_nobody_uses_are_not_chosen(node: Apply, graph: Any) -> Any:
    """What was computed for them alone need not be computed."""
    used = [graph.use_count(v) > 0 for v in node.outputs]
    if all(used) or not any(used):
        return None
    kept = [v for arm in _arms(node) for v, u in zip(arm, used, strict=True) if u]
    made = iter(as_list(IfElse(sum(used))(node.inputs[0], *kept)))
    return [next(made) if u else None for u in used]
