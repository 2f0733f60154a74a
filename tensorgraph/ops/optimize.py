"""Roots and minima of expressions, found inside the graph, with implicit derivatives.

Levenberg's method (Nocedal and Wright, Numerical Optimization, 2006, section 10.3)
walks to the solution in a loop, which is no part of derivatives. Then two Newton steps
are taken in the graph itself: at a solution they change nothing, but their derivatives
are those of the implicit function theorem, the second ones too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorgraph.errors import GradientError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import ancestors, graph_replace
from tensorgraph.ops import math
from tensorgraph.ops.branch import ifelse
from tensorgraph.ops.broadcast import shape_of, sum
from tensorgraph.ops.creating.diagonal import eye
from tensorgraph.ops.extending.detach import stop_gradient
from tensorgraph.ops.linalg.solve import solve
from tensorgraph.ops.reducing.reduce import max
from tensorgraph.ops.scan import scan
from tensorgraph.ops.shaping.shape import reshape
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.transforms.grad import grad
from tensorgraph.transforms.jacobian import jacobian

FIRST_DAMPING = 1e-3
"""The damping of the first step, relative to the squares of the derivatives."""
LESS, MORE = 0.2, 5.0
"""How the damping changes after a step that made things better, or worse."""


def root(
    equations: Variable, variables: Variable, *, tol: float = 1e-10, maxiter: int = 100
) -> tuple[Any, Any]:
    """Values of `variables` for which `equations` are zero, and whether it worked.

    Both are scalars, or vectors of one length; `variables` occurs in `equations`, and
    its own value is where the search begins. It worked when no equation is above `tol`
    in size after `maxiter` steps. The solution can be differentiated by everything else
    in the equations, not by the start. Raises `ShapeError` for other shapes, and
    `GradientError` when the equations do not depend on the variables.

    >>> import tensorgraph as tg
    >>> x, a = tg.dscalars("x a")
    >>> solution, found = root(x**2 - a, x)
    >>> slope = tg.grad(solution, a)
    >>> [v.eval({x: 1.0, a: 9.0}).item() for v in (solution, found, slope)]
    [3.0, True, 0.16666666666666666]
    """
    equations = as_tensor(equations)
    _check("root", equations, variables)

    def residual(x: Any) -> Any:
        return graph_replace(equations, {variables: x}, strict=False)

    def slopes(x: Any) -> Any:
        return _square(jacobian(residual(x), x))

    def system(x: Any) -> tuple[Any, Any, Any]:
        f, j = _flat(residual(x)), slopes(x)
        return sum(math.sqr(f)), j.T @ f, j.T @ j

    def done(x: Any) -> Any:
        return math.le(max(math.abs(_flat(residual(x)))), tol)

    found = _walk(system, done, variables, maxiter)
    solution = _polished(lambda x: _flat(residual(x)), slopes, found)
    return solution, done(found)


def minimize(
    objective: Variable, variables: Variable, *, tol: float = 1e-8, maxiter: int = 200
) -> tuple[Any, Any]:
    """Values of `variables` at which `objective` is smallest, and whether it worked.

    The objective is a scalar that can be differentiated twice; `variables` is a scalar
    or a vector, and its own value is where the search for a local minimum begins. It
    worked when no derivative is above `tol` in size after `maxiter` steps. The solution
    can be differentiated by everything else in the objective, not by the start. Raises
    `ShapeError` for other shapes, and `GradientError` when the objective does not
    depend on the variables.

    >>> import tensorgraph as tg
    >>> x, a = tg.dvector("x"), tg.dscalar("a")
    >>> solution, found = minimize(tg.sum((x - a) ** 2) + tg.sum(x**4), x)
    >>> solution.eval({x: [0.0, 3.0], a: 3.0}).round(9)
    array([1., 1.])
    """
    objective = as_tensor(objective)
    _check("minimize", objective, variables, scalar=True)

    def slope(x: Any) -> Any:
        return grad(graph_replace(objective, {variables: x}, strict=False), x)

    def curvature(x: Any) -> Any:
        return _square(jacobian(slope(x), x))

    def system(x: Any) -> tuple[Any, Any, Any]:
        value = graph_replace(objective, {variables: x}, strict=False)
        return value, _flat(slope(x)), curvature(x)

    def done(x: Any) -> Any:
        return math.le(max(math.abs(_flat(slope(x)))), tol)

    found = _walk(system, done, variables, maxiter)
    return _polished(lambda x: _flat(slope(x)), curvature, found), done(found)


def _check(
    what: str, value: Variable, variables: Variable, scalar: bool = False
) -> None:
    if not isinstance(variables, Variable):
        raise GradientError(
            f"{what} changes a variable of the graph, not {variables!r}.",
            remedy="Declare one: x = tg.dvector('x'); its value is the start.",
        )
    ndim = variables.type.ndim
    if ndim > 1 or (value.type.ndim != 0 if scalar else value.type.ndim != ndim):
        wanted = "a scalar objective" if scalar else "as many equations"
        raise ShapeError(
            f"{what} takes a scalar or a vector of variables and {wanted}, not "
            f"{variables.type} and {value.type}.",
            remedy="Reshape them with ravel.",
        )
    if variables not in set(ancestors([value])):
        raise GradientError(f"{what}: {value!r} does not depend on {variables!r}.")


def _flat(x: Any) -> Any:
    return x if x.type.ndim else reshape(x, (1,))


def _square(slopes: Any) -> Any:
    return slopes if slopes.type.ndim else reshape(slopes, (1, 1))


def _like(step: Any, x: Any) -> Any:
    return step if x.type.ndim else reshape(step, ())


def _walk(
    system: Callable[[Any], tuple[Any, Any, Any]], done: Callable[[Any], Any],
    start: Variable, maxiter: int,
) -> Any:  # fmt: skip
    """Levenberg's method; a step is taken only where it makes the value smaller."""
    if isinstance(maxiter, bool) or not isinstance(maxiter, int) or maxiter < 1:
        raise ShapeError(f"maxiter is a number of steps, at least 1, not {maxiter!r}.")

    def step(x: Any, damping: Any) -> list[Any]:
        def move() -> list[Any]:
            value, slope, curvature = system(x)
            identity = eye(shape_of(slope)[0])
            scale = damping * (1.0 + max(math.abs(curvature)))
            moved = x - _like(solve(curvature + scale * identity, slope), x)
            better = math.lt(system(moved)[0], value)
            factor = math.where(better, LESS, MORE)
            return [math.where(better, moved, x), damping * factor]

        return ifelse(done(x), [x, damping], move())

    first = as_tensor(FIRST_DAMPING)
    walked, _ = scan(step, outputs_info=[start, first], n_steps=maxiter)
    return stop_gradient(walked[-1])


def _polished(
    residual: Callable[[Any], Any], slopes: Callable[[Any], Any], x: Any
) -> Any:
    for _ in range(2):
        x = x - _like(solve(slopes(x), residual(x)), x)
    return x
