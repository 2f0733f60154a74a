"""Examples of sorting, searching, counting, and taking by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.ops.declare import dmatrix, dscalar, dvector, lmatrix, lvector, tensor
from tensorgraph.ops.indexing.along import put_along_axis, take_along_axis
from tensorgraph.ops.indexing.flat_index import ravel_multi_index, unravel_index
from tensorgraph.ops.indexing.take import choose, put, select, take
from tensorgraph.ops.reducing.counts import bincount, histogram
from tensorgraph.ops.sorting.order import inverse_permutation, topk_and_argtopk
from tensorgraph.ops.sorting.partition import argpartition, partition
from tensorgraph.ops.sorting.search import digitize, searchsorted
from tensorgraph.ops.sorting.sort import argsort, lexsort, sort
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


def spaced(rng: Rng, *shape: int) -> Any:
    """Numbers in any order, so far apart that small steps do not reorder them."""
    size = int(np.prod(shape))
    return (rng.permutation(size).reshape(shape) - size / 2 + 0.2) / 3


@example
def sorted_along_each_axis(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, "n"))
    value = spaced(rng, 2, 3, 4)
    axes = (0, 1, -1, None)
    outputs = [sort(x, axis) * x[0, 0, 0] for axis in axes]
    expected = [np.sort(value, axis) * value[0, 0, 0] for axis in axes]
    outputs.append(sort(x * x, 1, descending=True))
    expected.append(np.sort(value**2, 1)[:, ::-1])
    return Example({x: value}, outputs, expected)


@example
def orders_along_each_axis(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, "n"))
    value = rng.integers(0, 3, size=(2, 3, 5)).astype(float)
    value[1, 1, 1:3] = np.nan
    axes = (0, 1, -1, None)
    outputs = [argsort(x, axis) for axis in axes]
    expected = [np.argsort(value, axis, kind="stable") for axis in axes]
    outputs.append(argsort(x, 1, descending=True))
    flipped = np.argsort(value[:, ::-1], 1, kind="stable")
    expected.append(2 - flipped[:, ::-1])
    return Example({x: value}, outputs, expected, gradient=False)


@example
def sorted_integers_and_bools(rng: Rng) -> Example:
    dtypes = ["int8", "uint8", "int32", "int64", "uint64", "bool", "float32"]
    inputs: dict[Any, Any] = {}
    outputs, expected = [], []
    for dtype in dtypes:
        value = rng.integers(-(2**63), 2**63 - 1, size=9, dtype="int64").astype(dtype)
        x = tensor(f"x_{dtype}", dtype, (None,))
        inputs[x] = value
        outputs += [sort(x), argsort(x)]
        expected += [np.sort(value), np.argsort(value, kind="stable")]
    return Example(inputs, outputs, expected, gradient=False)


@example
def sorted_vectors_of_few_elements(rng: Rng) -> Example:
    x, y, z = dvector("x"), dmatrix("y"), tensor("z", "float64", (1,))
    values = {x: np.zeros(0), y: np.zeros((2, 0)), z: np.ones(1)}
    outputs = [f(v) for v in (x, y, z) for f in (sort, argsort)]
    expected = [f(v) for v in values.values() for f in (np.sort, np.argsort)]
    return Example(values, outputs, expected)


@example
def the_largest_and_the_smallest(rng: Rng) -> Example:
    x = dmatrix("x")
    value = spaced(rng, 3, 5)
    outputs, expected = [], []
    for count, axis in ((2, 1), (1, 0), (-3, -1), (5, 1)):
        order = np.argsort(-value if count > 0 else value, axis, kind="stable")
        order = np.take(order, range(abs(count)), axis)
        top, places = topk_and_argtopk(x, count, axis)
        outputs += [top * x[0, 0], places]
        expected += [np.take_along_axis(value, order, axis) * value[0, 0], order]
    return Example({x: value}, outputs, expected)


@example
def orders_by_keys_and_their_inverses(rng: Rng) -> Example:
    a, b, p = dvector("a"), lvector("b"), lmatrix("p")
    values = {
        a: rng.integers(0, 3, size=12).astype(float),
        b: rng.integers(0, 3, size=12),
        p: np.stack([rng.permutation(5) for _ in range(2)]),
    }
    keys = values[a], values[b]
    outputs = [lexsort((a, b)), lexsort((b, a)), inverse_permutation(p)]
    expected = [np.lexsort(keys), np.lexsort(keys[::-1]), np.argsort(values[p], 1)]
    return Example(values, outputs, expected, gradient=False)


@example
def places_in_sorted_vectors(rng: Rng) -> Example:
    a, v, i = dvector("a"), dmatrix("v"), lvector("i")
    values = {
        a: np.array([-1.5, 0.0, 0.0, 1.0, 2.5, np.nan]),
        v: np.array([[0.0, -9.0, 2.0], [np.nan, np.inf, 1.0]]),
        i: np.array([0, 1, 3]),
    }
    outputs, expected = [], []
    for side in ("left", "right"):
        outputs += [searchsorted(a, v, side), searchsorted(i, v, side)]
        outputs += [searchsorted(a, i, side), searchsorted(i, 1, side)]
        outputs += [searchsorted(a[::-1], 0.5, side, sorter=np.arange(6)[::-1])]
        expected += [np.searchsorted(values[a], values[v], side)]
        expected += [np.searchsorted(values[i], values[v], side)]
        expected += [np.searchsorted(values[a], values[i], side)]
        expected += [np.searchsorted(values[i], 1, side)]
        expected += [np.searchsorted(values[a], 0.5, side)]
    return Example(values, outputs, expected, gradient=False)


@example
def bins_of_elements(rng: Rng) -> Example:
    x, bins, down = dvector("x"), dvector("bins"), dvector("down")
    edges = np.array([-1.0, 0.0, 0.5, 2.0])
    values = {x: rng.normal(size=20).round(1), bins: edges, down: edges[::-1]}
    outputs, expected = [], []
    for right in (False, True):
        for have, bounds in ((bins, edges), (down, edges[::-1])):
            outputs += [digitize(x, have, right), digitize(x, bounds, right)]
            expected += [np.digitize(values[x], bounds, right)] * 2
    return Example(values, outputs, expected, gradient=False, batch=False)


@example
def counts_of_integers(rng: Rng) -> Example:
    i, w = lvector("i"), dvector("w")
    values = {i: rng.integers(0, 5, size=12), w: rng.normal(size=12)}
    outputs = [bincount(i, minlength=6), bincount(i, w * w, minlength=5)]
    outputs.append(bincount([0, 3, 3]))
    expected = [
        np.bincount(values[i], minlength=6),
        np.bincount(values[i], values[w] ** 2, minlength=5),
        np.bincount([0, 3, 3]),
    ]
    return Example(values, outputs, expected)


@example
def histograms(rng: Rng) -> Example:
    x, w, edges = dvector("x"), dvector("w"), dvector("edges")
    values = {
        x: rng.normal(size=30).round(1),
        w: rng.normal(size=30),
        edges: np.array([-1.0, 0.0, 0.5, 0.5, 2.0]),
    }
    given: list[tuple[Any, dict[str, Any]]] = [
        (7, {}), (4, {"range": (-1.0, 1.0)}), (5, {"density": True}),
        (3, {"weights": w}), (edges, {}), ([-1.0, 0.5, 1.0], {"density": True}),
    ]  # fmt: skip
    outputs, expected = [], []
    for bins, options in given:
        outputs += histogram(x, bins, **options)
        plain = {k: values[v] if v is w else v for k, v in options.items()}
        bins = values[bins] if bins is edges else bins
        expected += np.histogram(values[x], bins, **plain)
    return Example(values, outputs, expected, gradient=False, batch=False)


@example
def elements_along_axes(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (2, None, 4)), dmatrix("y")
    i = tensor("i", "int64", (2, "k", 4))
    row = tensor("row", "int32", (1, None, 1))
    values = {
        x: rng.normal(size=(2, 3, 4)),
        y: rng.normal(size=(5, 2)),
        i: rng.integers(-3, 3, size=(2, 5, 4)),
        row: np.array([[[2], [0]]]),
    }
    outputs = [
        take_along_axis(x * x, i, 1), take_along_axis(x, row, 1),
        take_along_axis(y, i[0, :, :2] % 5, axis=0),
    ]  # fmt: skip
    expected = [
        np.take_along_axis(values[x] ** 2, values[i], 1),
        np.take_along_axis(values[x], values[row], 1),
        np.take_along_axis(values[y], values[i][0, :, :2] % 5, 0),
    ]
    return Example(values, outputs, expected)


@example
def updates_along_axes(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (2, None, 4)), tensor("v", "float64", (2, "k", 1))
    i = tensor("i", "int64", (2, "k", 4))
    values = {
        x: spaced(rng, 2, 3, 4),
        v: spaced(rng, 2, 5, 1) + 0.04,
        i: rng.integers(-3, 3, size=(2, 5, 4)),
    }
    grid = (np.arange(2)[:, None, None], values[i], np.arange(4))
    outputs, expected = [], []
    ufuncs = {"add": np.add, "mul": np.multiply, "max": np.maximum, "min": np.minimum}
    for how, ufunc in ufuncs.items():
        outputs.append(put_along_axis(x, i, v, 1, how))
        expected.append(values[x].copy())
        ufunc.at(expected[-1], grid, values[v])
    outputs.append(put_along_axis(x, i, v, 1))
    expected.append(values[x].copy())
    np.put_along_axis(expected[-1], values[i], values[v], 1)
    return Example(values, outputs, expected, order=1)


@example
def taken_and_put(rng: Rng) -> Example:
    x, i = dmatrix("x"), lvector("i")
    values = {x: rng.normal(size=(3, 4)), i: np.array([2, 0, -1])}
    a, k = values[x], values[i]
    outputs = [
        take(x, i), take(x, i, 0), take(x, i, -1), take(x, 1, 1), take(x, [[0], [5]]),
        take(x, i * 5, 1, "wrap"), take(x, i * 5, 0, "clip"),
        put(x, i, 2.5), put(x, i * 3, [1.0, 2.0]), put(x, i * 30, x[0, :2], "wrap"),
        put(x, i * 30, 1.0, "clip"),
    ]  # fmt: skip
    expected = [
        np.take(a, k), np.take(a, k, 0), np.take(a, k, -1), np.take(a, 1, 1),
        np.take(a, [[0], [5]]), np.take(a, k * 5, 1, mode="wrap"),
        np.take(a, k * 5, 0, mode="clip"), *[a.copy() for _ in range(4)],
    ]  # fmt: skip
    np.put(expected[7], k, 2.5)
    np.put(expected[8], k * 3, [1.0, 2.0])
    np.put(expected[9], k * 30, a[0, :2], "wrap")
    np.put(expected[10], k * 30, 1.0, "clip")
    return Example(values, outputs, expected, order=1)


@example
def chosen_and_selected(rng: Rng) -> Example:
    i, x, y = lvector("i"), tensor("x", "float64", (None, 1)), dscalar("y")
    values = {i: np.array([0, 2, 1, 2]), x: rng.normal(size=(3, 1)), y: 0.5}
    k, a, b = values.values()
    outputs = [
        choose(i, [x * x, y, 7]), choose(i - 3, (x, y), "wrap"),
        choose(i * 3, (x, y), "clip"), choose(i * 0, [x]),
        select([x > 0, x > -0.5], [x * y, x * x], 3.0),
    ]  # fmt: skip
    expected = [
        np.choose(k, [a**2, b, 7]), np.choose(k - 3, (a, b), mode="wrap"),
        np.choose(k * 3, (a, b), mode="clip"), np.choose(k * 0, [a]),
        np.select([a > 0, a > -0.5], [a * b, a**2], 3.0),
    ]  # fmt: skip
    return Example(values, outputs, expected)


@example
def positions_and_subscripts(rng: Rng) -> Example:
    i, j = lvector("i"), lvector("j")
    values = {i: np.array([0, 1, 1, 0]), j: np.array([2, 0, 1, 1])}
    a, b = values.values()
    outputs, expected = [], []
    for order in ("C", "F"):
        outputs.append(ravel_multi_index((i, j), (2, 3), order=order))
        outputs += unravel_index(i * 6 + j, (3, 1, 4), order)
        expected.append(np.ravel_multi_index((a, b), (2, 3), order=order))
        expected += np.unravel_index(a * 6 + b, (3, 1, 4), order)
    modes = ("wrap", "clip")
    outputs.append(ravel_multi_index((i * 5, j * 5), (2, 3), mode=modes))
    expected.append(np.ravel_multi_index((a * 5, b * 5), (2, 3), mode=modes))
    return Example(values, outputs, expected, gradient=False)


@example
def parts_on_both_sides_of_selected_elements(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, "n"))
    value = spaced(rng, 2, 3, 5)
    y = partition(x, [1, -1], 2)
    outputs = [y[..., 1] * x[0, 0, 0], y[..., -1], partition(x, 4, None)[4]]
    outputs.append(argpartition(x, 2, 1)[:, 2])
    ordered = np.sort(value)
    expected = [ordered[..., 1] * value[0, 0, 0], ordered[..., -1],
                np.sort(value, None)[4], np.argsort(value, 1)[:, 2]]  # fmt: skip
    return Example({x: value}, outputs, expected)
