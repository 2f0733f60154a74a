"""Subgraphs: graphs as parameters of ops, compared by structure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from tensorgraph.graph.node import Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import ancestors, applies, copy_apply, rebuild


class Subgraph:
    """A function of variables given as a graph; equal when the structure is equal.

    `inputs` are the only variables without owner that are not constant.
    """

    __slots__ = ("_key", "inputs", "outputs")

    def __init__(self, inputs: Sequence[Variable], outputs: Sequence[Variable]) -> None:
        self.inputs = tuple(inputs)
        self.outputs = tuple(outputs)
        self._key: Hashable = None

    def __reduce__(self) -> tuple[Any, ...]:
        return Subgraph, (self.inputs, self.outputs)

    def key(self) -> Hashable:
        """The structure: ops and numbers of their inputs, in order."""
        if self._key is None:
            self._key = structure(self.inputs, self.outputs)
        return self._key

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Subgraph) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"<graph of {len(applies(self.outputs, self.inputs))} nodes>"

    def call(self, *inputs: Variable) -> list[Variable]:
        """The outputs with other variables in place of the inputs."""
        replaced = dict(zip(self.inputs, inputs, strict=True))
        return rebuild(self.outputs, replaced, copy_apply)


def structure(inputs: Sequence[Variable], outputs: Sequence[Variable]) -> Hashable:
    """A key that two graphs share when they are the same function, written the same
    way.
    """
    numbers: dict[Variable, Hashable] = {v: ("in", i) for i, v in enumerate(inputs)}
    nodes: list[Hashable] = []
    for node in applies(outputs, stop=inputs):
        nodes.append((node.op, tuple(_number(v, numbers) for v in node.inputs)))
        for v in node.outputs:
            numbers.setdefault(v, ("node", len(nodes) - 1, v.index))
    types = tuple(v.type for v in inputs)
    return types, tuple(nodes), tuple(_number(v, numbers) for v in outputs)


def _number(variable: Variable, numbers: dict[Variable, Hashable]) -> Hashable:
    if variable not in numbers:
        numbers[variable] = (
            ("const", variable.key())
            if isinstance(variable, Constant)
            else ("var", id(variable))
        )
    return numbers[variable]


def equal_graphs(
    first: Sequence[Variable], second: Sequence[Variable],
    first_inputs: Sequence[Variable] = (), second_inputs: Sequence[Variable] = (),
) -> bool:  # fmt: skip
    """Whether two graphs have the same structure; other leaves must be the same
    variables.
    """
    return structure(first_inputs, first) == structure(second_inputs, second)


def close_over(
    inputs: Sequence[Variable], outputs: Sequence[Variable]
) -> tuple[Subgraph, list[Variable]]:
    """A subgraph of `inputs` and of whatever else from outside the outputs use.

    Returns the subgraph, whose further inputs stand for the captured variables, and
    these. What does not depend on `inputs` is captured whole, so it is computed once,
    outside.
    """
    inside = set(inputs)
    for node in applies(outputs):
        if not inside.isdisjoint(node.inputs):
            inside.update(node.outputs)
    captured: dict[Variable, Variable] = {}
    reached = [v for v in ancestors(outputs, stop=_outside(outputs, inside))]
    for v in reached:
        if v not in inside and not _constant_like(v):
            captured[v] = v.type(v.name)
    body = rebuild(outputs, captured, copy_apply)
    return Subgraph([*inputs, *captured.values()], body), list(captured)


def _outside(outputs: Sequence[Variable], inside: set[Variable]) -> set[Variable]:
    return {v for v in ancestors(outputs) if v not in inside and not _constant_like(v)}


def _constant_like(variable: Variable) -> bool:
    """Constants, and small graphs of constants alone, stay inside."""
    if isinstance(variable, SharedVariable):
        return False
    if variable.owner is None:
        return isinstance(variable, Constant)
    return all(isinstance(v, Constant) for v in variable.owner.inputs) and not (
        variable.owner.op.successors
    )
