"""What a gradient is asked for: the arguments of `grad` and its kin, checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.errors import GradientError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.place import Place

WHEN_DISCONNECTED = {
    "raise": "raise",
    "zero": "zero",
    "ignore": "zero",
    "warn": "warn",
    "none": "none",
}
"""What `disconnected` may say, PyTensor's words included, and what it means."""


def when_disconnected(disconnected: str, returned: str) -> str:
    """One word for PyTensor's two: whether to raise, and what is returned else."""
    if returned not in ("zero", "none"):
        raise GradientError(
            f"return_disconnected is {returned!r}.", remedy="Use zero or none."
        )
    quiet = WHEN_DISCONNECTED.get(disconnected) == "zero"
    return "none" if quiet and returned == "none" else disconnected


def seed(cost: Any) -> Any:
    if not isinstance(cost, Variable):
        raise GradientError(f"The cost of a gradient is a variable, not {cost!r}.")
    _check_cost(cost)
    return cost.ones_like()  # type: ignore[attr-defined]


def known_gradients(gradients: Mapping[Variable, Any]) -> dict[Variable, Variable]:
    """Gradients that are given, checked."""
    if not isinstance(gradients, Mapping):
        raise GradientError(
            f"Known gradients are a dictionary by variables, not {gradients!r}."
        )
    return {v: as_like("gradient", v, g) for v, g in gradients.items()}


def _check_cost(cost: Any) -> None:
    real = cost.type.differentiable and not cost.type.dtype.startswith("complex")
    if cost.type.ndim or not real:
        raise GradientError(
            f"The cost of a gradient is a real scalar, but {cost!r} is a {cost.type}.",
            places=places_of(cost),
            remedy="Sum it (cost.sum()) or use jacobian; cast integers with astype.",
        )


def check_asked(wrt: Sequence[Variable], disconnected: str) -> None:
    if disconnected not in WHEN_DISCONNECTED:
        raise GradientError(
            f"disconnected is {disconnected!r}.",
            remedy=f"Use one of {', '.join(WHEN_DISCONNECTED)}.",
        )
    for v in wrt:
        if not v.type.differentiable:
            raise GradientError(
                f"{v!r} of type {v.type} is not continuous: it has no gradient.",
                places=places_of(v),
                remedy="Differentiate with respect to a float: x.astype('float64').",
            )


def as_like(what: str, variable: Any, value: Any) -> Any:
    """A variable that has the type of another, or a value as a constant of it."""
    if not isinstance(variable, Variable):
        raise GradientError(f"A {what} belongs to a variable, not to {variable!r}.")
    if not isinstance(value, Variable):
        return variable.type.constant(value)
    if not variable.type.agrees(value.type):
        raise GradientError(
            f"The {what} of {variable!r} has type {value.type}, not {variable.type}.",
            remedy="Cast or reshape it; it has the dtype and shape of its variable.",
        )
    return value


def paired(what: str, variables: Any, values: Any) -> list[tuple[Any, Any]]:
    """Variables, one or a list, with the value that is given for each of them."""
    listed, single = variables_of("outputs", variables)
    many = [values] if single and not isinstance(values, list | tuple) else values
    if isinstance(many, Variable) or not isinstance(many, Sequence):
        raise GradientError(
            f"There are {len(listed)} variables, but one {what}: {values!r}.",
            remedy=f"Give a list with a {what} for each.",
        )
    if single and len(many) != 1:  # the value of one variable, written as a list
        many = [values]
    if len(many) != len(listed):
        raise GradientError(
            f"There are {len(many)} {what}s for {len(listed)} variables."
        )
    return [(v, as_like(what, v, x)) for v, x in zip(listed, many, strict=True)]


def variables_of(what: str, variables: Any) -> tuple[list[Variable], bool]:
    """Variables as a list, and whether it was a single one; `GradientError` else."""
    if isinstance(variables, Variable):
        return [variables], True
    if isinstance(variables, str) or not isinstance(variables, Iterable):
        raise GradientError(f"{what} is {variables!r}, not variables.")
    found = list(variables)
    for v in found:
        if not isinstance(v, Variable):
            raise GradientError(
                f"Gradients are taken with respect to variables, not {v!r}."
                if what == "wrt" else f"{what} is a list of variables, not of {v!r}."
            )  # fmt: skip
    return found, False


def places_of(variable: Variable) -> tuple[Place, ...]:
    return variable.owner.places if variable.owner is not None else ()
