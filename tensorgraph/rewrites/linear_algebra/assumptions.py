"""What was assumed of matrices has been used, and gives way to the matrix."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.linalg.assume import Assume

assumptions = Rules("assumptions")


@assumptions.node_rule(Assume)
def what_was_assumed_gives_way_to_the_matrix(node: Apply) -> Any:
    """It is the value itself; the phases before have used what it says."""
    return node.inputs[0]
