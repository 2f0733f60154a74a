"""The reference evaluator: walks a graph and calls each op's `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tensorgraph.errors import GraphError, TensorGraphError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.shared import SharedVariable


def evaluate(
    outputs: Sequence[Variable], given: Mapping[Variable, Any], xp: Any
) -> list[Any]:
    """The values of the outputs, from the values of the variables in `given`.

    Only what is needed is computed: a lazy op says which inputs it demands. Raises
    `GraphError` for an input without a value.
    """
    values: dict[Variable, Any] = dict(given)
    stack = list(reversed(outputs))
    while stack:
        variable = stack[-1]
        if variable in values:
            stack.pop()
            continue
        node = variable.owner
        if node is None:
            values[variable] = _leaf(variable)
            continue
        missing = _missing(node, values)
        if missing:
            stack.extend(reversed(missing))
        else:
            with xp.quiet():
                found = _run(node, values, xp)
            values.update(zip(node.outputs, found, strict=True))
    return [values[v] for v in outputs]


def _leaf(variable: Variable) -> Any:
    if isinstance(variable, Constant):
        return variable.value
    if isinstance(variable, SharedVariable):
        return variable.cell.value
    raise GraphError(
        f"Input {variable!r} of type {variable.type} has no value.",
        remedy="Give it one: .eval({x: value}), or list it among the function's "
        "inputs.",
    )


def _missing(node: Apply, values: Mapping[Variable, Any]) -> list[Variable]:
    if node.op.lazy:
        wanted = [node.inputs[i] for i in node.op.demand(*map(values.get, node.inputs))]
        return [v for v in wanted if v not in values]
    return [v for v in node.inputs if v not in values]


def _run(node: Apply, values: Mapping[Variable, Any], xp: Any) -> list[Any]:
    try:
        inputs = [values.get(v) for v in node.inputs]
        node.op.check_values(node, *inputs)
        found = as_list(node.op.evaluate(xp, *inputs))
    except TensorGraphError as error:
        error.places = error.places or node.places
        raise
    except Exception as error:
        error.add_note(
            f"In {node.op}" + "".join(f"\n  Built at {p}" for p in node.places)
        )
        raise
    return [v.type.convert(value) for v, value in zip(node.outputs, found, strict=True)]
