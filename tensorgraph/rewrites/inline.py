"""What `function` rewrites beside the phases: ops for transforms alone give way."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.inlined import Inlined

inline = Rules("inline")
"""In no phase: a graph that is still to be differentiated must keep these ops."""


@inline.node_rule(Inlined)
def what_an_op_stands_for_takes_its_place(node: Apply) -> Any:
    """Its gradients are taken; its inside is rewritten and fused with the rest."""
    return list(node.op.inside(*node.inputs))  # type: ignore[attr-defined]
