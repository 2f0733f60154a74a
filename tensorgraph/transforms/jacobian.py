"""Matrices of derivatives: a pullback or a gradient, vectorized over a basis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.transforms.grad import grad, pullback
from tensorgraph.transforms.pushforward import pushforward
from tensorgraph.transforms.vectorize import vectorize_graph


def jacobian(
    output: Any,
    wrt: Variable | Sequence[Variable],
    consider_constant: Iterable[Variable] = (),
    disconnected: str = "raise",
) -> Any:
    """The derivatives of all elements of `output` by all elements of each variable.

    The result has the shape of the output followed by that of the variable. One
    pullback is vectorized over the elements of the output. Raises what `grad` raises,
    and `BatchError` when an op on the way has no batch rule.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> tg.jacobian(x * x, x).eval({x: [1.0, 2.0]})
    array([[2., 0.],
           [0., 4.]])
    """
    single = isinstance(wrt, Variable)
    variables = [wrt] if isinstance(wrt, Variable) else list(wrt)
    seed = output.type()
    pulled = pullback(output, variables, seed, consider_constant, disconnected)
    rows = vectorize_graph(pulled, {seed: output.basis()})
    found = [_unravel(output, v, r) for v, r in zip(variables, rows, strict=True)]
    return found[0] if single else found


def _unravel(output: Any, variable: Any, rows: Any) -> Any:
    """Rows, one an element of the output, under the output's shape."""
    if rows.type.ndim == variable.type.ndim:  # zeros, the same for every element
        column = output.zeros_like().reshape((*output.shape, *[1] * variable.type.ndim))
        return column + rows
    return rows.reshape((*output.shape, *variable.shape))


def hessian(
    cost: Variable,
    wrt: Variable | Sequence[Variable],
    consider_constant: Iterable[Variable] = (),
    disconnected: str = "raise",
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
    constant = list(consider_constant)
    gradients = grad(cost, variables, constant, disconnected=disconnected)
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
