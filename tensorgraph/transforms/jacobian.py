"""Matrices of derivatives: a pullback or a gradient, vectorized over a basis."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

from tensorgraph.errors import GradientError
from tensorgraph.graph.node import Variable
from tensorgraph.transforms.grad import grad, pullback
from tensorgraph.transforms.pushforward import pushforward
from tensorgraph.transforms.vectorize import vectorize_graph


def jacobian(
    output: Variable,
    wrt: Variable | Sequence[Variable],
    consider_constant: Iterable[Variable] | None = None,
    disconnected: str = "raise",
    *,
    by: str = "cost",
    disconnected_inputs: str | None = None,
) -> Any:
    """The derivatives of all elements of `output` by all elements of each variable.

    The result has the shape of the output followed by that of the variable. A pullback
    is vectorized over the elements of the output; or a pushforward over those of the
    variable, where these are known to be fewer (lengths of one name cancel). `by` may
    say which: "rows" (pullback, reverse mode) or "columns" (pushforward, forward mode).
    Raises what `grad` raises, and `BatchError` when an op on the way has no batch rule.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.jacobian(x * x, x).eval({x: [1.0, 2.0]})
    array([[2., 0.],
           [0., 4.]])
    """
    single = isinstance(wrt, Variable)
    variables = [wrt] if isinstance(wrt, Variable) else list(wrt)
    constant = _constants(consider_constant)
    missing = disconnected_inputs or disconnected
    if by not in ("cost", "rows", "columns"):
        raise GradientError(
            f"jacobian by {by!r}.", remedy='Use "cost", "rows" or "columns".'
        )
    for v in (output, *variables):
        if not isinstance(v, Variable):
            raise GradientError(f"A Jacobian is that of variables, not of {v!r}.")
    found = [
        (_by_columns if by == "columns" or (by == "cost" and _is_tall(output, v))
         else _by_rows)(output, v, constant, missing)
        for v in variables
    ]  # fmt: skip
    return found[0] if single else found


def _constants(given: Variable | Iterable[Variable] | None) -> list[Variable]:
    return [given] if isinstance(given, Variable) else list(given or ())


def _is_tall(output: Any, variable: Any) -> bool:
    """Whether the Jacobian is known to have more rows than columns."""
    rows, columns = Counter(output.type.shape), Counter(variable.type.shape)
    named = {n: count for n, count in (rows & columns).items() if isinstance(n, str)}
    rows, columns = rows - Counter(named), columns - Counter(named)
    known = all(isinstance(n, int) for n in (*rows, *columns))
    return known and prod(rows.elements()) > prod(columns.elements())


def _by_rows(output: Any, variable: Any, constant: Any, disconnected: str) -> Any:
    """A pullback for each element of the output."""
    seed = output.type()
    pulled = pullback(output, variable, seed, constant, disconnected)
    rows = vectorize_graph(pulled, {seed: output.basis()})
    if rows.type.ndim == variable.type.ndim:  # zeros, the same for every element
        column = output.zeros_like().reshape((*output.shape, *[1] * variable.type.ndim))
        return column + rows
    return rows.reshape((*output.shape, *variable.shape))


def _by_columns(output: Any, variable: Any, constant: Any, disconnected: str) -> Any:
    """A pushforward for each element of the variable."""
    seed = variable.type()
    pushed = pushforward(output, variable, seed, constant, disconnected)
    columns = vectorize_graph(pushed, {seed: variable.basis()})
    if columns.type.ndim == output.type.ndim:  # zeros, the same for every element
        return _by_rows(output, variable, constant, disconnected)
    first, rank = variable.type.ndim, output.type.ndim
    axes = [*range(first, first + rank), *range(first)]
    return columns.reshape((*variable.shape, *output.shape)).transpose(*axes)


def hessian(
    cost: Variable,
    wrt: Variable | Sequence[Variable],
    consider_constant: Iterable[Variable] | None = None,
    disconnected: str = "raise",
    *,
    disconnected_inputs: str | None = None,
) -> Any:
    """The second derivatives of a scalar cost by each variable (not by pairs of them).

    The shape is that of the variable twice. Raises what `jacobian` raises.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.hessian((x ** 3).sum(), x).eval({x: [1.0, 2.0]})
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    single = isinstance(wrt, Variable)
    variables = [wrt] if isinstance(wrt, Variable) else list(wrt)
    constant = _constants(consider_constant)
    missing = disconnected_inputs or disconnected
    gradients = grad(cost, variables, constant, disconnected=missing)
    found = [
        jacobian(g, v, constant, disconnected="zero")
        for g, v in zip(gradients, variables, strict=True)
    ]
    return found[0] if single else found


def hessian_vector_product(
    cost: Variable,
    wrt: Variable | Sequence[Variable],
    vectors: Any,
    consider_constant: Iterable[Variable] | None = None,
    disconnected: str = "raise",
) -> Any:
    """The Hessian of a scalar cost times vectors of the shapes of `wrt`, not formed.

    With several variables it is the Hessian by all of them together, and the result a
    list of its parts. Costs a few times as much as the gradient, whatever the lengths.
    Raises what `grad` raises, and `GradientError` for vectors that do not fit.

    >>> import tensorgraph as tg
    >>> x, v = tg.dvector("x"), tg.dvector("v")
    >>> product = tg.hessian_vector_product((x ** 3).sum(), x, v)
    >>> product.eval({x: [1.0, 2.0], v: [1.0, 1.0]})
    array([ 6., 12.])
    """
    constant = _constants(consider_constant)
    gradients = grad(cost, wrt, constant, disconnected=disconnected)
    return pushforward(gradients, wrt, vectors, constant, disconnected="zero")
