"""Examples of sliding windows and convolutions."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.math import sqr
from tensorgraph.ops.shaping.sliding import Overlapped, sliding_window_view
from tensorgraph.ops.signal.convolve import convolve, convolve2d, correlate
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def windows_of_both_axes_and_their_sum_in_place(rng: Rng) -> Example:
    x = TensorType("float64", (4, None))("x")
    value = rng.normal(size=(4, 5))
    seen = np.lib.stride_tricks.sliding_window_view(value, (2, 3))
    pairs = sliding_window_view(x, 2, axis=1)
    back = np.zeros_like(value)
    back[:, :-1] += value[:, :-1]
    back[:, 1:] += value[:, 1:]
    outputs = [sqr(sliding_window_view(x, (2, 3))), Overlapped()(pairs)]
    return Example({x: value}, outputs, [seen**2, back])


@example
def convolutions_of_vectors_of_unknown_length(rng: Rng) -> Example:
    a, v = TensorType("float64", (None,))("a"), TensorType("float64", (None,))("v")
    one, two = rng.normal(size=6), rng.normal(size=3)
    outputs = [convolve(a, v), convolve(a, v, "same"), correlate(a, v)]
    expected = [
        np.convolve(one, two), np.convolve(one, two, "same"), np.correlate(one, two)
    ]  # fmt: skip
    return Example({a: one, v: two}, outputs, expected)


@example
def an_image_under_a_kernel(rng: Rng) -> Example:
    x = TensorType("float64", (3, 4))("x")
    value, kernel = rng.normal(size=(3, 4)), np.array([[1.0, 2.0], [0.0, -1.0]])
    expected = np.zeros((4, 5))
    for (i, j), weight in np.ndenumerate(kernel):
        expected[i : i + 3, j : j + 4] += weight * value
    return Example({x: value}, convolve2d(x, kernel), expected)
