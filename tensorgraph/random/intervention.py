"""`do`: a graph under an intervention."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import graph_replace
from tensorgraph.ops.broadcast import broadcast_to, shape_of
from tensorgraph.ops.cast import cast
from tensorgraph.ops.tensor import as_tensor


def do(outputs: Any, interventions: Mapping[Variable, Any]) -> Any:
    """The graph of `outputs` with variables set to values, whatever they depended on.

    Values are broadcast to the shape of their variable.

    >>> import tensorgraph as tg
    >>> mu = tg.random.normal(0, 1, name="mu")
    >>> tg.do(mu + 1.0, {mu: 2.0}).eval()
    array(3.)
    """
    fixed = {}
    for variable, value in interventions.items():
        given = cast(as_tensor(value), variable.type.storage()[0])
        fixed[variable] = broadcast_to(given, shape_of(variable))
        fixed[variable].name = variable.name
    return graph_replace(outputs, fixed)
