"""Examples of interpolation."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from tensorgraph.ops.signal.interpolate import cubic_spline, interp
from tensorgraph.ops.tensor import TensorType
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def lines_and_splines_through_points(rng: Rng) -> Example:
    x, xp, fp = (TensorType("float64", (None,))(n) for n in ("x", "xp", "fp"))
    places = np.array([0.0, 1.0, 1.5, 3.0, 4.0])
    heights, at = rng.normal(size=5), np.array([0.2, 1.2, 2.0, 3.9])
    outputs = [
        interp(x, xp, fp), cubic_spline(x, xp, fp), cubic_spline(x, xp, fp, "natural")
    ]  # fmt: skip
    expected = [
        np.interp(at, places, heights), CubicSpline(places, heights)(at),
        CubicSpline(places, heights, bc_type="natural")(at),
    ]  # fmt: skip
    return Example({x: at, xp: places, fp: heights}, outputs, expected)
