"""Gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np

from tensorgraph.errors import GradientError
from tensorgraph.function import function as compile_function
from tensorgraph.graph.evaluate import evaluate
from tensorgraph.graph.node import Variable
from tensorgraph.ops.namespace import numpy_namespace
from tensorgraph.ops.tensor import as_tensor, constant
from tensorgraph.transforms.grad import pullback
from tensorgraph.transforms.pushforward import pushforward

STEP = 2e-3
LEVELS = 4


def numeric_derivative(function: Callable[[float], Any], step: float = STEP) -> Any:
    """The derivative of `function` at 0: central differences, extrapolated to step 0.

    Richardson's extrapolation over `LEVELS` halvings leaves an error of order step**8,
    so that rounding, about 1e-12 of the function's size, is all that remains.

    >>> bool(abs(numeric_derivative(np.exp) - 1) < 1e-11)
    True
    """
    steps = [step / 2**level for level in range(LEVELS)]
    found = [(function(h) - function(-h)) / (2 * h) for h in steps]
    for order in range(1, LEVELS):
        found = [
            fine + (fine - coarse) / (4**order - 1) for coarse, fine in pairwise(found)
        ]
    return found[0]


def numeric_gradient(
    function: Callable[[np.ndarray], float], x: np.ndarray, step: float = STEP
) -> np.ndarray:
    """The gradient of a scalar `function` of an array, element by element.

    For an element x + iy it is df/dx - i df/dy, the convention of `ops.parts`.

    >>> numeric_gradient(lambda z: float(abs(z[0])), np.array([3 + 4j])).round(9)
    array([0.6-0.8j])
    """
    x = np.asarray(x, np.result_type(x, "float64"))
    gradient = np.zeros_like(x)
    directions = (1, 1j) if x.dtype.kind == "c" else (1,)
    for place, way in product(np.ndindex(x.shape), directions):

        def along(h: float, place: Any = place, way: complex = way) -> float:
            moved = x.copy()
            moved[place] += h * way
            return function(moved)

        gradient[place] += np.conj(way) * numeric_derivative(along, step)
    return gradient


def check_gradient(
    outputs: Variable | Sequence[Variable],
    values: Mapping[Variable, Any],
    *,
    order: int = 1,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    step: float = STEP,
    seed: int = 0,
) -> None:
    """Check the gradients of float64 outputs against finite differences at some values.

    The outputs are contracted with random cotangents; the pullback with respect to each
    float64 input is compared with extrapolated central differences, and with the
    pushforward. With `order` 2 the derivatives of that pullback are checked in the same
    way. Raises `AssertionError` with the input and both gradients.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> check_gradient(tg.exp(x) * x, {x: [0.1, 2.0]}, order=2)
    """
    rng = np.random.default_rng(seed)
    arrays = {v: v.type.convert(value) for v, value in values.items()}
    listed = [outputs] if isinstance(outputs, Variable) else list(outputs)
    smooth: list[Any] = [v for v in listed if v.type.differentiable]
    wrt = [v for v in arrays if v.type.differentiable]
    shapes = [y.shape for y in evaluate(smooth, arrays, numpy_namespace)]
    weights: list[Any] = [
        constant(random_values(rng, shape, y.type.dtype))
        for shape, y in zip(shapes, smooth, strict=True)
    ]
    pulled = pullback(smooth, wrt, weights, disconnected="zero")
    found = evaluate(pulled, arrays, numpy_namespace)
    for v, gradient in zip(wrt, found, strict=True):
        check_type(v, gradient, arrays[v])
        expected = numeric_gradient(
            _contracted(smooth, arrays, v, weights), arrays[v], step
        )
        np.testing.assert_allclose(
            gradient, expected, rtol, atol * max(1.0, np.abs(expected).max(initial=0)),
            err_msg=f"gradient of {listed} with respect to {v!r} at {arrays}",
        )  # fmt: skip
    check_pushforward(smooth, arrays, wrt, weights, found, rng)
    if order > 1:
        check_gradient(
            pulled,
            values,
            order=order - 1,
            rtol=rtol,
            atol=atol,
            step=step,
            seed=seed + 1,
        )


def _contracted(
    outputs: Sequence[Variable],
    arrays: Mapping[Variable, np.ndarray],
    moving: Variable,
    weights: Sequence[Any],
) -> Callable[[np.ndarray], float]:
    """The outputs contracted with the weights, as a function of one input's value."""

    def contracted(value: np.ndarray) -> float:
        found = evaluate(outputs, {**arrays, moving: value}, numpy_namespace)
        return sum(_paired(y, w.value) for y, w in zip(found, weights, strict=True))

    return contracted


def _paired(cotangent: np.ndarray, tangent: np.ndarray) -> float:
    """The change of a cost, from its cotangent; of complex numbers the real part."""
    return float(np.sum(np.real(cotangent * tangent)))


def random_values(
    rng: np.random.Generator, shape: tuple[int, ...], dtype: str
) -> np.ndarray:
    """Random numbers about one in size, complex ones in one quarter of the plane."""
    value = rng.uniform(0.5, 1.5, shape)
    whole = value + 1j * rng.uniform(0.5, 1.5, shape) if dtype[0] == "c" else value
    return np.asarray(whole, dtype)


def check_type(variable: Variable, gradient: np.ndarray, value: np.ndarray) -> None:
    """A gradient has the dtype and the shape of its variable's value."""
    if gradient.dtype != value.dtype or gradient.shape != value.shape:
        raise AssertionError(
            f"The gradient of {variable!r} is {gradient.dtype}{gradient.shape}, "
            f"its value {value.dtype}{value.shape}."
        )


def check_pushforward(
    outputs: Sequence[Variable],
    arrays: Mapping[Variable, np.ndarray],
    wrt: Sequence[Variable],
    weights: Sequence[Any],
    gradients: Sequence[np.ndarray],
    rng: np.random.Generator,
) -> None:
    """Weights times the pushed tangents are the gradients times the tangents."""
    tangents = [random_values(rng, g.shape, g.dtype.name) for g in gradients]
    pushed = pushforward(
        outputs, wrt, [constant(t) for t in tangents], disconnected="zero"
    )
    found = evaluate(pushed, arrays, numpy_namespace)
    left = sum(_paired(w.value, p) for w, p in zip(weights, found, strict=True))
    right = [_paired(g, t) for g, t in zip(gradients, tangents, strict=True)]
    size = sum(np.sum(np.abs(g * t)) for g, t in zip(gradients, tangents, strict=True))
    np.testing.assert_allclose(
        left, sum(right), rtol=1e-9, atol=1e-12 + 1e-9 * size,
        err_msg=f"pushforward of {list(outputs)} at {dict(arrays)}",
    )  # fmt: skip


def verify_grad(
    function: Callable[..., Any],
    points: Sequence[Any],
    *,
    order: int = 1,
    rtol: float = 1e-7,
    atol: float = 1e-9,
    seed: int = 0,
    mode: str | None = None,
) -> None:
    """Check the gradient of a function of tensors, at some points, by differences.

    `points` are values of its arguments: real and complex ones are differentiated, in
    double precision, integers and bools are held fixed. The results, of any shapes, are
    contracted with random numbers (a scalar with 1); then each element of the gradient
    is compared with a central difference, extrapolated to step 0. With `order` 2 the
    derivatives of that gradient are checked likewise. `mode` says which backend
    computes the gradient; by default it is evaluated op by op. Raises `GradientError`
    with the argument, the element and both numbers where they differ by more than rtol
    times the number plus atol times the largest.

    >>> import tensorgraph as tg
    >>> verify_grad(lambda x, y: tg.sin(x) * y, [np.ones(3), 2.0], order=2)
    """
    values = _as_points(function, points)
    doubles = [np.result_type(v.dtype, "float64") for v in values]
    values = [
        v.astype(double) if v.dtype.kind in "fc" else v
        for v, double in zip(values, doubles, strict=True)
    ]
    inputs = [as_tensor(v).type(f"x{i}") for i, v in enumerate(values)]
    found = function(*inputs)
    outputs = [found] if isinstance(found, Variable) else list(found)
    given = dict(zip(inputs, values, strict=True))
    for _ in range(order):
        outputs = _verified(outputs, given, rtol, atol, seed, mode)
        seed += 1


def _as_points(function: Any, points: Any) -> list[np.ndarray]:
    if not callable(function):
        raise GradientError(f"verify_grad checks a function, not {function!r}.")
    if not isinstance(points, list | tuple):
        raise GradientError(
            f"The points of verify_grad are a list of a value for each argument, not "
            f"{points!r}.",
            remedy="Write verify_grad(function, [value]).",
        )
    return [np.asarray(p) for p in points]


def numeric_grad(function: Callable[..., Any], points: Any, step: float = STEP) -> Any:
    """The derivatives of a scalar function of arrays, by differences, to 1e-10 or so.

    `points` is the value of its argument, or a list of those of several; the result has
    their shapes, in double precision. Central differences are extrapolated to step 0.
    PyTensor's `numeric_grad` keeps the same numbers in an attribute `gf`.

    >>> by_x, by_y = numeric_grad(lambda x, y: (x**2).sum() * y, [np.ones(2), 3.0])
    >>> by_x.round(9), by_y.round(9)
    (array([6., 6.]), np.float64(2.0))
    """
    if not isinstance(points, list | tuple):
        return numeric_gradient(function, np.asarray(points), step)
    values = [np.asarray(p) for p in points]

    def by(number: int) -> np.ndarray:
        def moved(x: np.ndarray) -> float:
            return float(function(*values[:number], x, *values[number + 1 :]))

        return numeric_gradient(moved, values[number], step)

    return [by(number) for number in range(len(values))]


def _verified(
    outputs: Sequence[Any], values: Mapping[Variable, np.ndarray], rtol: float,
    atol: float, seed: int, mode: str | None,
) -> list[Any]:  # fmt: skip
    """The gradients of the outputs, if they are right at the values."""
    smooth = [y for y in outputs if y.type.differentiable]
    rng = np.random.default_rng(seed)
    weights: list[Any] = [
        constant(
            random_values(rng, y.shape, y.dtype.name) if y.ndim else y.dtype.type(1)
        )
        for y in evaluate(smooth, values, numpy_namespace)
    ]
    wrt = [v for v in values if v.type.differentiable]
    pulled = pullback(smooth, wrt, weights, disconnected="zero")
    gradients = _computed(pulled, values, mode)
    for v, gradient in zip(wrt, gradients, strict=True):
        moved = _contracted(smooth, values, v, weights)
        _compare(v, gradient, numeric_gradient(moved, values[v]), rtol, atol, smooth)
    return pulled


def _computed(
    graph: Sequence[Any], values: Mapping[Variable, np.ndarray], mode: str | None
) -> list[Any]:
    if mode is None:
        return evaluate(graph, values, numpy_namespace)
    compiled = compile_function(
        list(values), graph, mode=mode, on_unused_input="ignore"
    )
    return list(compiled(*values.values()))


def _compare(
    variable: Variable, gradient: Any, expected: np.ndarray, rtol: float, atol: float,
    outputs: Sequence[Any],
) -> None:  # fmt: skip
    largest = max(1.0, float(np.abs(expected).max(initial=0)))
    close = np.isclose(gradient, expected, rtol, atol * largest, equal_nan=True)
    if close.all():
        return
    place = tuple(int(i) for i in np.argwhere(~close)[0])
    where = f" at its element {list(place)}" if place else ""
    raise GradientError(
        f"The gradient with respect to argument {str(variable.name)[1:]} is "
        f"{np.asarray(gradient)[place]}{where}, but finite "
        f"differences give {expected[place]}; {(~close).sum()} of {close.size} differ.",
        places=[p for y in outputs if y.owner is not None for p in y.owner.places],
        remedy="Correct the pullback; or take points away from kinks and jumps.",
    )
