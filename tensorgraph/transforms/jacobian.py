"""Matrices of derivatives: a pullback or a gradient, vectorized over a basis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import prod
from typing import Any

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
    disconnected_inputs: str | None = None,
) -> Any:
    """The derivatives of all elements of `output` by all elements of each variable.

    The result has the shape of the output followed by that of the variable. A pullback
    is vectorized over the elements of the output; or a pushforward over those of the
    variable, where these are known to be fewer. Raises what `grad` raises, and
    `BatchError` when an op on the way has no batch rule.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.jacobian(x * x, x).eval({x: [1.0, 2.0]})
    array([[2., 0.],
           [0., 4.]])
    """
    single = isinstance(wrt, Variable)
    variables = [wrt] if isinstance(wrt, Variable) else list(wrt)
    constant = list(consider_constant or ())
    missing = disconnected_inputs or disconnected
    found = [
        (_by_columns if _is_tall(output, v) else _by_rows)(output, v, constant, missing)
        for v in variables
    ]
    return found[0] if single else found


def _is_tall(output: Any, variable: Any) -> bool:
    """Whether the Jacobian is known to have more rows than columns."""
    lengths = [*output.type.shape, *variable.type.shape]
    known = all(isinstance(n, int) for n in lengths)
    return known and prod(output.type.shape) > prod(variable.type.shape)


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
    constant = list(consider_constant or ())
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
    vectors: Variable | Sequence[Variable],
) -> Any:
    """The Hessian of a scalar cost times vectors of the shapes of `wrt`, not formed.

    >>> import tensorgraph as tg
    >>> x, v = tg.dvector("x"), tg.dvector("v")
    >>> product = tg.hessian_vector_product((x ** 3).sum(), x, v)
    >>> product.eval({x: [1.0, 2.0], v: [1.0, 1.0]})
    array([ 6., 12.])
    """
    return pushforward(grad(cost, wrt), wrt, vectors, disconnected="zero")
