"""Examples of updates that combine, of masks, and of bools in an index."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.ops.declare import dscalar, dvector, lvector, tensor
from tensorgraph.ops.indexing.index import inc_subtensor, set_subtensor
from tensorgraph.testing.example import Example, example
from tensorgraph.testing.examples.index import at
from tensorgraph.testing.examples.sort import spaced

Rng = np.random.Generator
UFUNCS = {"mul": np.multiply, "max": np.maximum, "min": np.minimum}


def _updated(value: Any, index: Any, how: str, more: Any) -> Any:
    copy = value.copy()
    UFUNCS[how].at(copy, index, more)
    return copy


@example
def combined_at_slices(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (2, None, 4)), tensor("v", "float64", (4,))
    value, more = spaced(rng, 2, 3, 4), spaced(rng, 4) * 3 + 0.1
    indices = [at[0], at[:, 1:], at[1, ::-1], at[..., None, :], at[:, 1]]
    outputs, expected = [], []
    for how in UFUNCS:
        outputs += [getattr(x.at[i], how)(v) for i in indices]
        expected += [_updated(value, i, how, more) for i in indices]
    return Example({x: value, v: more}, outputs, expected, order=1)


@example
def combined_at_repeated_indices(rng: Rng) -> Example:
    x, v, i = tensor("x", "float64", (None, 2)), dvector("v"), lvector("i")
    value, more = spaced(rng, 3, 2), spaced(rng, 5) + 0.03
    index = np.array([0, 2, 2, -1, 0])
    outputs, expected = [], []
    for how in UFUNCS:
        outputs += [getattr(x.at[i, 1], how)(v), getattr(x.at[i[:1]], how)(v[0])]
        expected += [_updated(value, at[index, 1], how, more)]
        expected += [_updated(value, index[:1], how, more[0])]
    return Example({x: value, v: more, i: index}, outputs, expected)


@example
def products_with_zeros_at_repeated_indices(rng: Rng) -> Example:
    x, v = dvector("x"), dvector("v")
    value, more = np.array([0.0, 2.0, 3.0]), np.array([0.0, 5.0, 0.0, 0.0, 7.0])
    index = [0, 1, 1, 2, 2]
    expected = _updated(value, index, "mul", more)
    return Example({x: value, v: more}, x.at[index].mul(v), expected, order=1)


@example
def updates_of_integers_and_bools(rng: Rng) -> Example:
    x, b = tensor("x", "int32", (None,)), tensor("b", "bool", (None,))
    i, c = lvector("i"), tensor("c", "bool", (None,))
    values = {
        x: np.array([5, -3, 2], "int32"),
        b: np.array([True, False, True]),
        i: np.array([0, 1, 1]),
        c: np.array([False, False, True]),
    }
    numbers, flags, index, more = values.values()
    outputs, expected = [], []
    for how, ufunc in {**UFUNCS, "add": np.add}.items():
        outputs += [getattr(x.at[i], how)(3), getattr(b.at[i], how)(c)]
        outputs += [getattr(x.at[1:], how)(0), getattr(b.at[0], how)(False)]
        for array, where, value in (
            (numbers, index, 3), (flags, index, more),
            (numbers, at[1:], 0), (flags, 0, False),
        ):  # fmt: skip
            copy = array.copy()
            ufunc.at(copy, where, value)
            expected.append(copy)
    return Example(values, outputs, expected, gradient=False)


@example
def updates_at_masks_that_vary(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (2, None, 4)), dscalar("y")
    b, c = tensor("b", "bool", (None,)), tensor("c", "bool", (2, None))
    values = {
        x: rng.normal(size=(2, 3, 4)),
        y: 0.5,
        b: np.array([True, False, True]),
        c: rng.random((2, 3)) > 0.5,
    }
    value, number, short, wide = values.values()
    row = np.arange(4.0)
    outputs = [
        x.at[:, b].set(y), x.at[c].add(y), x.at[c].mul(row), x.at[..., b, :].max(y),
        x.at[x > 0].set(y), x.at[:, b].set(row),
    ]  # fmt: skip
    expected = [value.copy() for _ in outputs]
    expected[0][:, short] = number
    expected[1][wide] += number
    expected[2][wide] *= row
    expected[3][:, short] = np.maximum(value[:, short], number)
    expected[4][value > 0] = number
    expected[5][:, short] = row
    return Example(values, outputs, expected, order=1)


@example
def masks_that_vary(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (None, 4)), dvector("v")
    b, c = tensor("b", "bool", (None,)), tensor("c", "bool", (None, 4))
    values = {
        x: rng.normal(size=(3, 4)),
        v: rng.normal(size=2),
        b: np.array([True, False, True]),
        c: rng.random((3, 4)) > 0.5,
    }
    value, more, short, wide = values.values()
    outputs = [x[b] * x[0], x[c] ** 2, x[b, [1, 3]] * v, x.at[b, 0].mul(v)]
    expected = [value[short] * value[0], value[wide] ** 2, value[short, [1, 3]] * more]
    expected.append(_updated(value, at[short, 0], "mul", more))
    return Example(values, outputs, expected, batch=False)


@example
def known_masks_and_bools(rng: Rng) -> Example:
    x = tensor("x", "float64", (2, None, 4))
    value = rng.normal(size=(2, 3, 4))
    mask, wide = np.array([True, False, True]), rng.random((3, 4)) > 0.5
    indices = [
        at[:, mask], at[0, mask, 1], at[:, wide], at[1, wide], at[[0, 1], mask],
        at[True], at[False], at[None, True, ..., mask[[0, 0, 1, 0]]], at[0, True, 1],
        at[mask[:2]],
    ]  # fmt: skip
    outputs = [(x * x)[i] for i in indices]
    expected = [(value**2)[i] for i in indices]
    return Example({x: value}, outputs, expected, order=1)


@example
def updates_of_what_was_taken(rng: Rng) -> Example:
    x, i = dvector("x"), lvector("i")
    value, index = rng.normal(size=5), np.array([0, 2, 2])
    outputs = [
        set_subtensor(x[1:3], 7.0), inc_subtensor(x[i], x[0]), x[i].mul(x[1]),
        x[1:][i].set(0.0), x[::-1][:2].inc(1.0), x[i].set(2.0), x[2].add(x[0]),
    ]  # fmt: skip
    expected = [value.copy() for _ in outputs]
    expected[0][1:3] = 7
    np.add.at(expected[1], index, value[0])
    np.multiply.at(expected[2], index, value[1])
    expected[3] = value[1:].copy()
    expected[3][index] = 0
    expected[4] = value[::-1].copy()
    expected[4][:2] += 1
    expected[5][index] = 2
    expected[6][2] += value[0]
    return Example({x: value, i: index}, outputs, expected)
