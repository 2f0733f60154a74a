"""Examples of indexing and of updates at an index."""

from __future__ import annotations

from typing import Any

import numpy as np

from tensorgraph.ops.declare import (
    dmatrix,
    dscalar,
    dtensor3,
    dvector,
    imatrix,
    iscalar,
    lscalar,
    lvector,
    tensor,
)
from tensorgraph.testing.example import Example, example

Rng = np.random.Generator


class Subscript:
    """Makes an index: `at[1:, None]`."""

    def __getitem__(self, index: Any) -> Any:
        return index


at = Subscript()
BASIC = [
    at[1], at[-1], at[1:], at[:-1], at[::2], at[::-1], at[-1:0:-2], at[1, 2:],
    at[..., 0], at[:, None, 1], at[None, ..., None], at[0, -1, 1], at[5:], at[2:1],
    at[:, ::-2], at[-2:, :, 1:3], at[...], at[1, None], at[1:2, ..., None, ::-1],
]  # fmt: skip
ARRAYS = [
    at[[1, 0]], at[[0, 1], [2, -1]], at[:, [0, 2, 1]], at[0, :, [1, 3]],
    at[[1], :, [0, 2, -1]], at[[[0, 1], [1, 1]]], at[1:, [0, 1]], at[..., [3, 0]],
    at[None, [0]], at[[1, 0], None, [2, 2]], at[:, [1, 0], ..., [2, 3]], at[[], 0],
    at[::-1, [2, 0], 1:3], at[[0, 1], [[0], [2]], 3],
]  # fmt: skip


def _both(rng: Rng, indices: list[Any], shape: Any) -> Example:
    x = tensor("x", "float64", shape)
    value = rng.normal(size=(2, 3, 4))
    outputs = [(x * x)[i] for i in indices]
    return Example({x: value}, outputs, [(value**2)[i] for i in indices])


@example
def basic_indices_of_known_lengths(rng: Rng) -> Example:
    return _both(rng, BASIC, (2, 3, 4))


@example
def basic_indices_of_unknown_lengths(rng: Rng) -> Example:
    return _both(rng, BASIC, (None, "n", None))


@example
def array_indices_of_known_lengths(rng: Rng) -> Example:
    return _both(rng, ARRAYS, (2, 3, 4))


@example
def array_indices_of_unknown_lengths(rng: Rng) -> Example:
    return _both(rng, ARRAYS, (None, "n", None))


@example
def long_slices_of_a_vector(rng: Rng) -> Example:
    q = tensor("q", "float64", (100,))
    value = rng.normal(size=100)
    outputs = [q[5:90] * 2, q[90:] + q[:10], q[20], q[10:80:7], q[95:2:-30]]
    expected = [
        value[5:90] * 2,
        value[90:] + value[:10],
        value[20],
        value[10:80:7],
        value[95:2:-30],
    ]
    return Example({q: value}, outputs, expected, order=1)


@example
def differences_of_neighbours(rng: Rng) -> Example:
    x = tensor("x", "float64", ("k",))
    value = rng.normal(size=5)
    outputs = [x[1:] - x[:-1], x[2:] - 2 * x[1:-1] + x[:-2], x[:-2] * x[2:]]
    expected = [np.diff(value), np.diff(value, 2), value[:-2] * value[2:]]
    return Example({x: value}, outputs, expected)


@example
def symbolic_integers(rng: Rng) -> Example:
    x, i, j = dmatrix("x"), lscalar("i"), iscalar("j")
    value = rng.normal(size=(3, 4))
    outputs = [x[i], x[i, j] * 2, x[:, j], x[i, 1:], x[j, None]]
    expected = [value[2], value[2, -3] * 2, value[:, -3], value[2, 1:], value[-3, None]]
    return Example({x: value, i: 2, j: -3}, outputs, expected, gradient=True)


@example
def symbolic_slices(rng: Rng) -> Example:
    x, i, j, k = dvector("x"), lscalar("i"), lscalar("j"), lscalar("k")
    value = rng.normal(size=9)
    outputs = [x[i:], x[:j], x[i:j], x[j:i:-1], x[i::k], x[::k], x[j::k], x[:i:k]]
    expected = [value[2:], value[:-1], value[2:-1], value[-1:2:-1], value[2::-2],
                value[::-2], value[-1::-2], value[:2:-2]]  # fmt: skip
    return Example({x: value, i: 2, j: -1, k: -2}, outputs, expected, batch=False)


@example
def slices_beyond_the_ends(rng: Rng) -> Example:
    x, i, j = dvector("x"), lscalar("i"), lscalar("j")
    value = rng.normal(size=3)
    outputs = [
        x[i:],
        x[:i],
        x[j:],
        x[:j],
        x[i:j:-1],
        x[j:i],
        x[i::-1],
        x[:-7],
        x[7:],
        x[-7:2],
    ]
    expected = [
        value[8:], value[:8], value[-9:], value[:-9], value[8:-9:-1], value[-9:8],
        value[8::-1], value[:-7], value[7:], value[-7:2],
    ]  # fmt: skip
    return Example({x: value, i: 8, j: -9}, outputs, expected, batch=False)


@example
def gather_by_groups(rng: Rng) -> Example:
    a, b, group = (
        dvector("a"),
        tensor("b", "float64", ("n", 2)),
        lvector("group", shape="k"),
    )
    values = {
        a: rng.normal(size=3),
        b: rng.normal(size=(3, 2)),
        group: np.array([0, 2, 2, -1, 1]),
    }
    i = values[group]
    outputs = [a[group] * 2, b[group], b[group, 1], b[:, 0][group]]
    expected = [values[a][i] * 2, values[b][i], values[b][i, 1], values[b][:, 0][i]]
    return Example(values, outputs, expected)


@example
def gather_by_two_arrays(rng: Rng) -> Example:
    x, i, j = dtensor3("x"), imatrix("i"), lvector("j")
    value = rng.normal(size=(2, 3, 4))
    a, b = np.array([[0], [1]], "int32"), np.array([2, 0, -1])
    outputs = [
        x[tensor_i(i), j],
        x[:, j, tensor_i(i)],
        x[tensor_i(i), :, j],
        x[j[:1] * 0, 1],
    ]
    expected = [value[a, b], value[:, b, a], value[a, :, b], value[b[:1] * 0, 1]]
    return Example({x: value, i: a, j: b}, outputs, expected)


def tensor_i(i: Any) -> Any:
    """A column of indices, known to be one."""
    return i[:, 0][:, None]


@example
def set_at_basic_indices(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (2, None, 4)), dscalar("v")
    value = rng.normal(size=(2, 3, 4))
    outputs = [(x * x).at[i].set(v) for i in BASIC]
    expected = []
    for i in BASIC:
        copy = value**2
        copy[i] = 0.5
        expected.append(copy)
    return Example({x: value, v: 0.5}, outputs, expected, order=1)


@example
def add_at_basic_indices(rng: Rng) -> Example:
    x, y = dmatrix("x"), dvector("y")
    value, other = rng.normal(size=(3, 4)), rng.normal(size=4)
    outputs = [
        x.at[1].add(y),
        x.at[1:].add(y),
        x.at[:, ::-1].add(y * y),
        x.at[None, 0].add(y),
    ]
    expected = []
    for i, more in [(1, other), (at[1:], other), (at[:, ::-1], other**2), (0, other)]:
        copy = value.copy()
        copy[i] += more
        expected.append(copy)
    return Example({x: value, y: other}, outputs, expected)


@example
def add_at_repeated_indices(rng: Rng) -> Example:
    x, y, i = dvector("x"), dvector("y"), lvector("i")
    value, other, index = (
        rng.normal(size=3),
        rng.normal(size=5),
        np.array([0, 2, 2, -1, 0]),
    )
    expected = value.copy()
    np.add.at(expected, index, other**2)
    return Example({x: value, y: other, i: index}, x.at[i].add(y * y), expected)


@example
def set_at_repeated_indices_keeps_the_last(rng: Rng) -> Example:
    x, y, i = dvector("x"), dvector("y"), lvector("i")
    value, other, index = (
        rng.normal(size=3),
        rng.normal(size=5),
        np.array([0, 2, 2, -1, 0]),
    )
    expected = value.copy()
    expected[index] = other**2
    return Example({x: value, y: other, i: index}, x.at[i].set(y * y), expected)


@example
def update_at_array_indices(rng: Rng) -> Example:
    x, v = tensor("x", "float64", (2, None, 4)), dscalar("v")
    value = rng.normal(size=(2, 3, 4))
    outputs, expected = [], []
    for i in ARRAYS:
        outputs += [x.at[i].set(v), x.at[i].add(v)]
        copy, more = value.copy(), value.copy()
        copy[i] = 0.5
        np.add.at(more, i, 0.5)
        expected += [copy, more]
    return Example({x: value, v: 0.5}, outputs, expected, order=1)


@example
def update_at_symbolic_integers(rng: Rng) -> Example:
    x, y = tensor("x", "float64", (None, "m")), dvector("y", shape="m")
    i, j = lscalar("i"), lscalar("j")
    value, other = rng.normal(size=(3, 4)), rng.normal(size=4)
    outputs = [
        x.at[i].set(y),
        x.at[i, j].add(y[j]),
        x.at[:, j].set(y[:3]),
        x.at[i, 1:3].add(y[1:3]),
    ]
    expected = [value.copy() for _ in outputs]
    expected[0][1] = other
    expected[1][1, -2] += other[-2]
    expected[2][:, -2] = other[:3]
    expected[3][1, 1:3] += other[1:3]
    return Example({x: value, y: other, i: 1, j: -2}, outputs, expected)


@example
def rows_of_a_value_go_to_their_places(rng: Rng) -> Example:
    x, y = (tensor(name, "float64", (None, "n", 4)) for name in "xy")
    i = lvector("i")
    value, other, index = (
        rng.normal(size=(2, 3, 4)),
        rng.normal(size=(3, 3, 4)),
        np.array([1, 0, 1]),
    )
    outputs = [x.at[i].add(y), x.at[:, i].add(y[0]), x.at[i, 1:2].add(y[:, 1:2])]
    expected = [value.copy() for _ in outputs]
    np.add.at(expected[0], index, other)
    np.add.at(expected[1], at[:, index], other[0])
    np.add.at(expected[2], at[index, 1:2], other[:, 1:2])
    return Example({x: value, y: other, i: index}, outputs, expected, order=1)


@example
def indices_of_integers_and_bools(rng: Rng) -> Example:
    x, b = tensor("x", "int32", (None, 2)), tensor("b", "bool", (3,))
    value, flags = (
        np.arange(6, dtype="int32").reshape(3, 2),
        np.array([True, False, True]),
    )
    outputs = [
        x[1:, 0],
        x[[2, 0]],
        x.at[0].set(7),
        x.at[[1, 1], 0].add(2),
        b[::-1],
        b[[0, 0]],
    ]
    expected = [
        value[1:, 0],
        value[[2, 0]],
        value.copy(),
        value.copy(),
        flags[::-1],
        flags[[0, 0]],
    ]
    expected[2][0] = 7
    expected[3][1, 0] += 4
    return Example({x: value, b: flags}, outputs, expected, gradient=False)
