"""`logp`, `logcdf`, `icdf` and `explain`: the density of one variable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import tensorgraph.logprob.rules  # noqa: F401  (declares the rules)
from tensorgraph.errors import LogProbError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.logprob.measurable import Density, Derivation
from tensorgraph.ops.tensor import TensorType, as_tensor, show_shape
from tensorgraph.rewrites.phases import rewrite_graph


def prepared(variables: Sequence[Variable]) -> list[Variable]:
    """The graphs in the form that the rules expect; draws and supports are kept."""
    for v in variables:
        if not isinstance(v, Variable):
            raise LogProbError(
                f"{v!r} is no variable of a graph, so it has no density.",
                remedy="Pass a random variable, such as tg.random.normal(0, 1).",
            )
    return list(rewrite_graph(list(variables), include=("prepare",)))


def density_of(variable: Any) -> tuple[Density, Variable]:
    """The density of a variable and the value type it expects."""
    return Derivation().density(prepared([variable])[0]), variable


def as_value(variable: Variable, value: Any) -> Variable:
    """A value for a variable as a graph, checked against its type."""
    given = as_tensor(value)
    want, have = variable.type, given.type
    assert isinstance(want, TensorType) and isinstance(have, TensorType)
    fits = want.ndim == have.ndim and all(
        not (isinstance(a, int) and isinstance(b, int)) or a == b
        for a, b in zip(want.shape, have.shape, strict=True)
    )
    if not fits:
        raise ShapeError(
            f"The value of {variable!r} has shape {show_shape(have.shape)}, "
            f"but the variable has shape {show_shape(want.shape)}.",
            places=variable.owner.places if variable.owner is not None else (),
            remedy="Give one value for each element of the variable.",
        )
    return given


def logp(rv: Variable, value: Any) -> Any:
    """The log-density (or log-probability) graph of a random variable at a value.

    `value` is an array or a graph of the variable's shape; the result has its batch
    shape, event axes summed. It is -inf outside the support; invalid parameters raise
    `ParameterError` when the graph is computed. Random parents stay nodes of the graph.
    Raises `LogProbError` when no rule derives the density.

    >>> import tensorgraph as tg
    >>> x = tg.random.normal(0, 1)
    >>> tg.logp(tg.exp(x), 1.0).eval()
    array(-0.91893853)
    """
    density, variable = density_of(rv)
    return density.logp(as_value(variable, value))


def logcdf(rv: Variable, value: Any) -> Any:
    """The log of the distribution function, P(variable <= value), as a graph."""
    density, variable = density_of(rv)
    if density.logcdf is None:
        raise LogProbError(
            f"No closed form of the distribution function of {rv!r} is known."
        )
    return density.logcdf(as_value(variable, value))


def logccdf(rv: Variable, value: Any) -> Any:
    """The log of P(variable > value) as a graph, accurate in the upper tail."""
    density, variable = density_of(rv)
    if density.logccdf is None:
        raise LogProbError(f"No closed form of the tail function of {rv!r} is known.")
    return density.logccdf(as_value(variable, value))


def icdf(rv: Variable, p: Any) -> Any:
    """The quantile function as a graph; nan for p outside [0, 1]."""
    density, variable = density_of(rv)
    if density.icdf is None:
        raise LogProbError(
            f"No closed form of the quantile function of {rv!r} is known."
        )
    return density.icdf(as_value(variable, p))


def explain(rv: Variable) -> str:
    """How the density of a variable is derived, or why it is not: every rule tried.

    >>> import tensorgraph as tg
    >>> x, y = tg.random.normal(0, 1), tg.random.normal(0, 1)
    >>> print(tg.explain(x * y).split(",")[0])
    No density of Mul.0 can be derived: 2 operands of Mul are random
    """
    derivation = Derivation()
    variable = prepared([rv])[0]
    try:
        density = derivation.density(variable)
    except LogProbError as error:
        return str(error)
    lines = [f"{rv!r}: {density.base} density on {density.support!r}"]
    for target, found in derivation.table.items():
        if target.owner is not None:
            lines.append(
                f"    {target.owner.op}: {found.base} density on {found.support!r}"
            )
    return "\n".join(lines)
