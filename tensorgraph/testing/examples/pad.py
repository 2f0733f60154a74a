"""Examples of padding."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.declare import dvector, lscalar, tensor
from tensorgraph.ops.shaping.pad import pad
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def pad_with_constants_and_ramps(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None))
    a = rng.normal(size=(2, 3))
    widths = ((1, 0), (2, 3))
    modes = [
        {"mode": "constant", "constant_values": ((1.0, 2.0), (3.0, 4.0))},
        {"mode": "linear_ramp", "end_values": (5.0, -1.0)},
        {"mode": "empty"},
    ]
    outputs = [pad(x * x, widths, **m) for m in modes]
    expected = [np.pad(a**2, widths, **m) for m in modes[:2]]
    return Example({x: a}, outputs, [*expected, np.pad(a**2, widths)])


@example
def pad_with_variables(rng: Rng) -> Example:
    x, c, n = dvector("x"), tensor("c", "float64", ()), lscalar("n")
    a = rng.normal(size=3)
    outputs = [pad(x, (n, 1), constant_values=c), pad(x, n + 1, mode="reflect")]
    expected = [np.pad(a, (2, 1), constant_values=0.5), np.pad(a, 3, mode="reflect")]
    return Example({x: a, c: 0.5, n: 2}, outputs, expected, batch=False)


@example
def pad_of_known_lengths_by_its_own_elements(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, 4))
    a = rng.normal(size=(3, 4))
    plans = [
        (((1, 2), (0, 3)), {"mode": "symmetric"}), (((0, 0), (1, 2)), {"mode": "wrap"}),
        (1, {"mode": "edge"}), ((1, 0), {"mode": "reflect", "reflect_type": "odd"}),
    ]  # fmt: skip
    outputs = [pad(x, widths, **options) for widths, options in plans]
    expected = [np.pad(a, widths, **options) for widths, options in plans]
    return Example({x: a}, outputs, expected, order=1)


@example
def pad_of_unknown_lengths_several_times_around(rng: Rng) -> Example:
    x = tensor("x", "float64", (None,))
    a = rng.normal(size=3)
    plans = [("reflect", "even"), ("symmetric", "odd")]
    outputs = [pad(x, (4, 9), mode=m, reflect_type=t) for m, t in plans]
    expected = [np.pad(a, (4, 9), mode=m, reflect_type=t) for m, t in plans]
    outputs, expected = [*outputs, pad(x, 4, "wrap")], [*expected, np.pad(a, 4, "wrap")]
    return Example({x: a}, outputs, expected, order=1)


@example
def pad_with_statistics(rng: Rng) -> Example:
    x = tensor("x", "float64", (3, None))
    a = rng.normal(size=(3, 4))
    plans = [
        ((0, 2), {"mode": "maximum", "stat_length": 2}),
        (((0, 0), (2, 0)), {"mode": "mean"}),
    ]
    outputs = [pad(x, widths, **options) for widths, options in plans]
    expected = [np.pad(a, widths, **options) for widths, options in plans]
    return Example({x: a}, outputs, expected, order=1)
