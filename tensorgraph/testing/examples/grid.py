"""Examples of grids, spaced numbers and windows."""

from __future__ import annotations

import numpy as np

from tensorgraph.ops.creating.grid import indices, ix_, meshgrid, mgrid, ogrid
from tensorgraph.ops.creating.spacing import geomspace, linspace, logspace
from tensorgraph.ops.creating.windows import bartlett, blackman, hamming, hanning
from tensorgraph.ops.declare import dscalar, dvector, lscalar
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


@example
def spaced_between_variables(rng: Rng) -> Example:
    a, v = dscalar("a"), dvector("v")
    start, stops = 0.5, np.array([2.0, 3.0])
    outputs = [
        linspace(a, v, 4), linspace(a, 1.0, 3, endpoint=False), linspace(v, a, 1),
        linspace(v, 4.0, 2, axis=1), logspace(a, 1, 3), geomspace(a, v, 3),
    ]  # fmt: skip
    expected = [
        np.linspace(start, stops, 4), np.linspace(start, 1.0, 3, endpoint=False),
        np.linspace(stops, start, 1), np.linspace(stops, 4.0, 2, axis=1),
        np.logspace(start, 1, 3), np.geomspace(start, stops, 3),
    ]  # fmt: skip
    return Example({a: start, v: stops}, outputs, expected)


@example
def spaced_as_many_as_a_variable_says(rng: Rng) -> Example:
    a, n = dscalar("a"), lscalar("n")
    outputs = [linspace(a, 2.0, n), linspace(0, 7, n, dtype="int64"), a * bartlett(n)]
    expected = [np.linspace(0.5, 2.0, 5), np.linspace(0, 7, 5, dtype="int64")]
    return Example(
        {a: 0.5, n: 5}, outputs, [*expected, 0.5 * np.bartlett(5)], batch=False
    )


@example
def grids_of_two_vectors(rng: Rng) -> Example:
    x, y = dvector("x"), dvector("y")
    a, b = rng.normal(size=3), rng.normal(size=2)
    first, second = meshgrid(x, y)
    outputs = [first * second, *meshgrid(x, y, indexing="ij", sparse=True)]
    expected = [np.multiply(*np.meshgrid(a, b)), a[:, None], b[None]]
    outputs += [(x[:, None] * y)[ix_([2, 0], [1])], x[0] * mgrid[0:2, 0:1:3j]]
    expected += [np.outer(a, b)[np.ix_([2, 0], [1])], a[0] * np.mgrid[0:2, 0:1:3j]]
    outputs += [*ogrid[0 : x.shape[0], 1:4:2], indices((2, x.shape[0]))]
    expected += [*np.ogrid[0:3, 1:4:2], np.indices((2, 3))]
    return Example({x: a, y: b}, outputs, expected)


@example
def windows_of_known_and_unknown_lengths(rng: Rng) -> Example:
    n = lscalar("n")
    windows = [bartlett, hanning, hamming, blackman]
    references = [np.bartlett, np.hanning, np.hamming, np.blackman]
    outputs = [w(m) for w in windows for m in (1, 6, n)]
    expected = [w(m) for w in references for m in (1, 6, 7)]
    return Example({n: 7}, outputs, expected, gradient=False, batch=False)
