"""Gradients against finite differences."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

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
    """The gradient of a scalar `function` of an array, element by element."""
    x = np.asarray(x, dtype="float64")
    gradient = np.empty_like(x)
    for place in np.ndindex(x.shape):

        def along(h: float, place: tuple[int, ...] = place) -> float:
            moved = x.copy()
            moved[place] += h
            return function(moved)

        gradient[place] = numeric_derivative(along, step)
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
        constant(rng.uniform(0.5, 1.5, shape), y.type.dtype)
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
        return sum(
            float(np.sum(y * w.value)) for y, w in zip(found, weights, strict=True)
        )

    return contracted


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
    tangents = [rng.normal(size=g.shape) for g in gradients]
    pushed = pushforward(
        outputs, wrt, [constant(t) for t in tangents], disconnected="zero"
    )
    found = evaluate(pushed, arrays, numpy_namespace)
    left = sum(np.sum(w.value * p) for w, p in zip(weights, found, strict=True))
    right = [np.sum(g * t) for g, t in zip(gradients, tangents, strict=True)]
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
) -> None:
    """Check the gradient of a function of tensors at some points.

    The other arguments are those of `check_gradient`.

    >>> import tensorgraph as tg
    >>> verify_grad(lambda x, y: tg.sin(x) * y, [np.ones(3), 2.0])
    """
    values = [np.asarray(p) for p in points]
    inputs = [as_tensor(v).type(f"x{i}") for i, v in enumerate(values)]
    check_gradient(
        function(*inputs), dict(zip(inputs, values, strict=True)),
        order=order, rtol=rtol, atol=atol, seed=seed,
    )  # fmt: skip
