"""`unconstrain`: free variables over the real line, with log-Jacobians."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import ModelError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import copy_apply, rebuild
from tensorgraph.logprob.bijection import Bijection, bijection_of
from tensorgraph.logprob.joint import in_order
from tensorgraph.logprob.logp import prepared
from tensorgraph.logprob.measurable import Derivation
from tensorgraph.ops.tensor import TensorType
from tensorgraph.random.constraint import Constraint


@dataclass(frozen=True)
class Free:
    """A free variable: `u` is unconstrained, `value` the graph of its constrained
    value.

    `log_jacobian` is a graph of batch shape, or None where it is zero.
    """

    variable: Variable
    u: Variable
    value: Variable
    log_jacobian: Any
    bijection: Bijection


def unconstrain(
    variables: Sequence[Variable],
    transforms: Mapping[Variable, Constraint | Bijection] | None = None,
) -> list[Free]:
    """Each variable as a function of an unconstrained one, in topological order.

    Bounds of a support may be graphs of other variables; they are taken at those
    variables' constrained values. `transforms` restricts a variable to another set
    (unnormalized), or gives its bijection.
    """
    chosen = dict(transforms or {})
    found: list[Free] = []
    values: dict[Variable, Variable] = {}
    for variable in in_order(dict.fromkeys(variables)):
        graph = rebuild([variable], values, copy_apply)[0]
        free = _free(variable, graph, chosen.get(variable))
        found.append(free)
        values[variable] = free.value
    return found


def _free(variable: Variable, graph: Variable, chosen: Any) -> Free:
    if chosen is not None and not isinstance(chosen, Bijection | Constraint):
        raise ModelError(
            f"The transform of {variable!r} is {chosen!r}.",
            remedy="Give a constraint such as ordered, or a Bijection.",
        )
    if isinstance(chosen, Bijection):
        bijection = chosen
    else:
        support = chosen or Derivation().density(prepared([graph])[0]).support
        if support.discrete:
            raise ModelError(
                f"{variable!r} is discrete and free; samplers of gradients need it "
                "summed out.",
                places=variable.owner.places if variable.owner is not None else (),
                remedy="Observe it, or marginalize it by hand (a mixture with "
                "tg.where).",
            )
        bijection = bijection_of(support)
    kind = variable.type
    assert isinstance(kind, TensorType)
    shape = list(kind.shape)
    if bijection.size_change:
        last = shape[-1]
        if not isinstance(last, int):
            raise ModelError(f"The length of {variable!r} must be known.")
        shape[-1] = last - bijection.size_change
    u = TensorType(kind.dtype, shape)(variable.name)
    jacobian = None if bijection.log_jacobian is None else bijection.log_jacobian(u)
    return Free(variable, u, bijection.forward(u), jacobian, bijection)
