"""Pullbacks that users give: checked when they are used, and traced as graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GradientError, GraphError
from tensorgraph.graph.node import Constant, Type, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.subgraph import Subgraph
from tensorgraph.graph.traverse import ancestors

Pullback = Callable[[list[Any], list[Any], list[Any]], Any]
"""From (inputs, outputs, cotangents) to a cotangent, or None, for each input."""


@dataclass(frozen=True)
class Pulled:
    """A pullback as a graph from (*inputs, *outputs, *cotangents).

    `wanted` says which inputs its outputs are cotangents of; the others have none.
    """

    graph: Subgraph
    wanted: tuple[bool, ...]

    def __call__(
        self, inputs: Sequence[Any], outputs: Sequence[Any], cotangents: Sequence[Any]
    ) -> list[Any]:
        made = iter(self.graph.call(*inputs, *outputs, *cotangents))
        return [next(made) if has else None for has in self.wanted]


def cotangents_or_zeros(outputs: Sequence[Any], cotangents: Sequence[Any]) -> list[Any]:
    """The cotangents, with zeros for the outputs that nothing depends on."""
    return [
        g if g is not None else v.zeros_like() if v.type.differentiable else v
        for v, g in zip(outputs, cotangents, strict=True)
    ]


def pulled_by(
    rule: Pullback, name: str, inputs: Sequence[Any], outputs: Sequence[Any],
    cotangents: Sequence[Any],
) -> list[Any]:  # fmt: skip
    """What a pullback returns, one cotangent or None an input; `GradientError` else."""
    pulled = as_list(rule(list(inputs), list(outputs), list(cotangents)))
    if len(pulled) != len(inputs):
        raise GradientError(
            f"{name}: the pullback returned {len(pulled)} cotangents for "
            f"{len(inputs)} inputs."
        )
    for v, g in zip(inputs, pulled, strict=True):
        if g is not None and not (isinstance(g, Variable) and v.type.agrees(g.type)):
            raise GradientError(
                f"{name}: the pullback returned {g!r} of type "
                f"{getattr(g, 'type', '?')} for an input of type {v.type}.",
                remedy="A cotangent has the type of its input.",
            )
    return pulled


def traced(
    rule: Pullback, name: str, inputs: Sequence[Type], outputs: Sequence[Type]
) -> Pulled:
    """A pullback as a graph, which needs nothing of the user's code to be pickled."""
    xs, ys = [t("x") for t in inputs], [t("y") for t in outputs]
    gs = [t("g") for t in outputs]
    found = pulled_by(rule, name, xs, ys, gs)
    known, made = (*xs, *ys, *gs), [g for g in found if g is not None]
    for v in ancestors(made, stop=known):
        strange = v.owner is None and not isinstance(v, Constant) and v not in known
        if strange:
            kind = "shared variable" if isinstance(v, SharedVariable) else "variable"
            raise GraphError(
                f"{name}: the pullback uses the {kind} {v!r}, which is no input.",
                remedy="Use what it is given: inputs, outputs, cotangents.",
            )
    return Pulled(Subgraph(known, made), tuple(g is not None for g in found))
