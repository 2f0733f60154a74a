"""Blocks, pieces and edits of arrays against NumPy; and wrong inputs."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import BoundsError, DTypeError, ShapeError
from tests.ops.wrong import says

A, B, V = np.arange(6.0).reshape(2, 3), np.ones((2, 2)), np.arange(3.0)
T = np.arange(24.0).reshape(2, 3, 4)


def same(found, expected):
    found = found.eval()
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


def same_each(found, expected):
    for got, want in zip(found, expected, strict=True):
        same(got, want)


@pytest.mark.parametrize("name", ["vstack", "hstack", "dstack", "column_stack"])
def test_stacks(name):
    make, reference = getattr(tg, name), getattr(np, name)
    pairs = {
        "vstack": [(A, V), (V, V), (1.0, 2), (T, T)],
        "hstack": [(A, B), (V, 1), (2, 3.0), (T, T[:, :1])],
        "dstack": [(A, A), (V, V), (1, 2), (T, T[..., :1])],
        "column_stack": [(A.T, V), (V, V), (B, A), (V > 1, V)],
    }
    for pair in pairs[name]:
        same(make(pair), reference(pair))


def test_other_joins():
    same(tg.append(A, V), np.append(A, V))
    same(tg.append(A, B, 1), np.append(A, B, 1))
    same(tg.join(1, A, B), np.concatenate([A, B], 1))
    same(tg.stacklists([[1, 2.0], [3, 4]]), np.array([[1, 2.0], [3, 4]]))
    found = tg.concat_with_broadcast([A[:1], B[:, :1], 5.0], -1)
    same(found, np.concatenate([[[0, 1, 2]] * 2, B[:, :1], [[5.0]] * 2], -1))


def test_joins_of_matrices_only():
    same(tg.vertical_stack(A, A), np.vstack([A, A]))
    same(tg.horizontal_stack(A, B), np.hstack([A, B]))
    says(ShapeError, lambda: tg.vertical_stack(A, V), "vertical_stack", "Vector")
    assert tg.concat is tg.concatenate


def test_blocks():
    nested = [
        [[A, B], [np.zeros((1, 5))]], [V, 4.0], 3, [[V], [V]],
        [[[T, T], [T[:, :1], T[:, :1]]]], [[1, 2], [3, 4]],
    ]  # fmt: skip
    for arrays in nested:
        same(tg.block(arrays), np.block(arrays))


def test_pieces():
    for sections in (1, 2, 3, 7, [1, 2], [0, 5]):
        same_each(tg.array_split(A, sections, 1), np.array_split(A, sections, 1))
        v = tg.dvector("v")
        pieces = [p.eval({v: V}) for p in tg.array_split(v, sections)]
        for got, want in zip(pieces, np.array_split(V, sections), strict=True):
            np.testing.assert_array_equal(got, want)
    same_each(tg.vsplit(A, 2), np.vsplit(A, 2))
    same_each(tg.hsplit(A, [1]), np.hsplit(A, [1]))
    same_each(tg.hsplit(V, 3), np.hsplit(V, 3))
    same_each(tg.dsplit(T, 2), np.dsplit(T, 2))
    same_each(tg.unstack(T, axis=-2), np.unstack(T, axis=-2))


def test_deleting():
    places = [0, -1, [0, 2], [-1, 0, 0], [], slice(None, None, 2), slice(2, 0, -1),
              [True, False, True], np.array([1])]  # fmt: skip
    for place in places:
        same(tg.delete(A, place, 1), np.delete(A, place, 1))
        same(tg.delete(T, place, -2), np.delete(T, place, -2))
    for place in (3, [-1, 0, 5], slice(1, 4)):
        same(tg.delete(A, place), np.delete(A, place))
    u = tg.dmatrix("u")
    for place in (0, 1, -1):
        found = tg.delete(u, place, 1).eval({u: A})
        np.testing.assert_array_equal(found, np.delete(A, place, 1))


def test_inserting():
    cases = [
        (A, 1, 7.0, 1), (A, -1, [8.0, 9.0], 1), (A, 3, 7, 1), (A, 1, V, 0),
        (A, [1], [[8.0], [9.0]], 1), (A, [0, 3], 7.5, 1), (A, [2, 0, 2], V, 1),
        (A, slice(0, 2), [[1.0], [2.0]], 1), (A, 2, 5.0, None),
        (A, [6, 0], [1, 2], None), (V.astype(int), 1, 5.7, None),
        (V, 2, [8.0, 9.0], 0), (V, [], 3.0, 0),
        (T, 1, np.ones((2, 4)), 1), (T, [1, 1], np.ones((2, 2, 4)), 1),
    ]  # fmt: skip
    for x, place, values, axis in cases:
        same(tg.insert(x, place, values, axis), np.insert(x, place, values, axis))
    u = tg.dmatrix("u")
    found = tg.insert(u, 1, 7.0, 0).eval({u: A})
    np.testing.assert_array_equal(found, np.insert(A, 1, 7.0, 0))


def test_joins_of_joins_are_one():
    x = tg.dmatrix("x")
    whole = tg.block([[x, tg.exp(x)], [tg.zeros((1, 2 * x.shape[1]))]])
    loops = str(tg.function([x], whole).keepalive.loops)
    assert "w1" not in loops, loops


x, u, n = tg.tensor("x", "float64", (2, 3)), tg.dmatrix("u"), tg.lscalar("n")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.vstack([]), ShapeError, ["vstack", "at least one"]),
        (lambda: tg.vstack([x, np.zeros(2)]), ShapeError, ["(1, 2)", "axis 1"]),
        (lambda: tg.hstack([x, V]), ShapeError, ["ranks are 2, 1"]),
        (lambda: tg.block([[x], []]), ShapeError, ["block", "at least one"]),
        (lambda: tg.block([[x], x]), ShapeError, ["1 and 2 deep", "upper"]),
        (lambda: tg.stacklists([[1, 2], [3]]), ShapeError, ["(1, 2)", "(1, 1)"]),
        (lambda: tg.concat_with_broadcast([x], 5), ShapeError, ["axis 5", "rank 2"]),
        (lambda: tg.array_split(x, 0), ShapeError, ["0 pieces"]),
        (lambda: tg.array_split(x, 1.5), ShapeError, ["integer", "1.5"]),
        (lambda: tg.split(x, n), ShapeError, ["number of pieces", "on the call"]),
        (lambda: tg.vsplit(V, 3), ShapeError, ["vsplit", "rank 2"]),
        (lambda: tg.hsplit(x, 2), ShapeError, ["length 3", "2 equal pieces"]),
        (lambda: tg.unstack(u), ShapeError, ["u of type", "specify_shape"]),
        (lambda: tg.delete(x, 5, 0), BoundsError, ["index 5", "size 2"]),
        (lambda: tg.delete(x, [0, 9], 0), BoundsError, ["place 9", "length 2"]),
        (lambda: tg.delete(x, n, 0), DTypeError, ["n", "on the call"]),
        (lambda: tg.delete(x, 1.5, 0), DTypeError, ["integers", "float64"]),
        (lambda: tg.delete(u, [0, 1], 0), ShapeError, ["[0, 1]", "specify_shape"]),
        (lambda: tg.delete(x, [True] * 3, 0), ShapeError, ["(3,)", "length 2"]),
        (lambda: tg.insert(x, 9, 1, 0), BoundsError, ["place 9", "-2 to 2"]),
        (lambda: tg.insert(x, 1, np.zeros(4), 0), ShapeError, ["length 4"]),
        (lambda: tg.insert(x, 1.5, 1, 0), DTypeError, ["integers", "float64"]),
        (lambda: tg.insert(u, -1, 0, 0), ShapeError, ["specify_shape"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)
