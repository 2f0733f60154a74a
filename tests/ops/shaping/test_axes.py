"""Axes moved and folded, shapes as values, patterned matrices against NumPy; errors."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tests.ops.wrong import says

T = np.arange(24.0).reshape(2, 3, 4)
VALUES = [np.array(2.0), np.arange(3), np.zeros((0, 2)), T]


def same(found, expected):
    found = found.eval()
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("name", ["atleast_1d", "atleast_2d", "atleast_3d"])
def test_at_least(name):
    make, reference = getattr(tg, name), getattr(np, name)
    for value in VALUES:
        same(make(value), reference(value))
    for got, want in zip(make(*VALUES), reference(*VALUES), strict=True):
        same(got, want)


def test_axes():
    for axis in range(-3, 3):
        for start in range(-3, 4):
            same(tg.rollaxis(T, axis, start), np.rollaxis(T, axis, start))
    same(tg.matrix_transpose(T), np.matrix_transpose(T))
    same(tg.permute_dims(T, (2, 0, 1)), np.permute_dims(T, (2, 0, 1)))
    same(tg.dimshuffle(T, 2, "x", 0, 1), T.transpose(2, 0, 1)[:, None])
    same(tg.dimshuffle(T[:, :1], (2, 0)), T[:, 0].T)
    same(tg.dimshuffle(T, -1, 0, 1), T.transpose(2, 0, 1))
    same(tg.dimshuffle(2.0, "x", "x"), np.full((1, 1), 2.0))
    same(tg.shape_padleft(T, 2), T[None, None])
    same(tg.shape_padright(T), T[..., None])
    same(tg.shape_padaxis(T, -2), T[:, :, None])
    x = tg.specify_broadcastable(tg.dmatrix("x"), 0)
    assert x.type.shape == (1, None)
    says(ShapeError, lambda: tg.specify_broadcastable(T, 1), "length 3", "not 1")
    same(tg.atleast_Nd(T[0, 0], n=3, left=False), T[0, 0][:, None, None])


def test_folding():
    same(tg.flatten(T), T.ravel())
    same(tg.flatten(T, 2), T.reshape(2, 12))
    same(tg.flatten(2.0), np.array([2.0]))
    same(tg.join_dims(T, 0, 2), T.reshape(6, 4))
    same(tg.join_dims(T, 1, 0), T[:, None])
    same(tg.join_dims(T, -2), T.reshape(2, 12))
    same(tg.split_dims(T, (2, 2), -1), T.reshape(2, 3, 2, 2))
    same(tg.ravel(T, "F"), T.ravel("F"))
    same(tg.reshape(T, (3, -1), order="F"), T.reshape((3, -1), order="F"))
    named = tg.tensor("x", "float64", ("n", 3, 4))
    assert tg.join_dims(named, 1).type.shape == ("n", 12)


def test_packing():
    arrays = [T, T[:, :1] + 1, T[:, 0] + 2]
    for keep in (None, 0, -1, (0, -1)):
        packed, shapes = tg.pack(*arrays, keep_axes=keep)
        back = tg.unpack(packed, shapes, keep_axes=keep)
        for got, want in zip(back, arrays, strict=True):
            same(got, want)
    same(packed, np.concatenate([T, T[:, :1] + 1, T[:, :1] + 2], 1))
    assert shapes == [(3,), (1,), ()]


def test_shapes_as_values():
    x, n = tg.dmatrix("x"), tg.lscalar("n")
    assert tg.shape(T) == (2, 3, 4) and tg.ndim(T) == 3
    assert tg.size(T) == 24 and tg.size(T, 1) == 3 and tg.size(2.0) == 1
    assert tg.size(x).eval({x: T[0]}) == 12
    for shapes in [((2, 1), (3,)), ((), (0,)), ((1, 4), (4, 1), 1)]:
        assert tg.broadcast_shapes(*shapes) == np.broadcast_shapes(*shapes)
    assert tg.broadcast_shapes((n, 1), (3,)) == (n, 3)
    assert tg.broadcast_shapes((n,), (3,)) == (3,)
    assert tg.broadcast_shape(T[:1], T[0]) == (1, 3, 4)
    same(tg.second(T[0, :1], T[:, 0, :1]), np.broadcast_to(T[:, 0, :1], (2, 4)))
    same(tg.fill(T, 7.0), np.full((2, 3, 4), 7.0))
    same(tg.alloc(np.arange(3), 2, 3), np.arange(6).reshape(2, 3) % 3)
    assert (
        tg.empty((2, 3)).type.shape == tg.empty_like(T[0, :2, :3]).type.shape == (2, 3)
    )


def test_methods():
    x = tg.tensor("x", "float64", (2, 3, 4))
    for name, arguments in {
        "ravel": (), "flatten": (), "swapaxes": (0, 2), "diagonal": (1, 2, 0),
        "trace": (), "repeat": (2, 1), "dot": (np.ones((5, 4, 2)),),
    }.items():  # fmt: skip
        found = getattr(x, name)(*arguments).eval({x: T})
        np.testing.assert_array_equal(found, getattr(T, name)(*arguments))
    assert x.size == 24 and x.dimshuffle(0, "x", 1, 2).type.shape == (2, 1, 3, 4)


def test_patterned_matrices():
    for n, m, k in [(3, None, 0), (2, 4, 1), (4, 2, -1), (0, 3, 0), (3, 3, 5)]:
        same(tg.tri(n, m, k), np.tri(n, m, k))
        for name in ("tril_indices", "triu_indices"):
            found, expected = getattr(tg, name)(n, k, m), getattr(np, name)(n, k, m)
            for got, want in zip(found, expected, strict=True):
                same(got, want)
            of_array = np.zeros((n, n if m is None else m))
            for got, want in zip(
                getattr(tg, name + "_from")(of_array, k), expected, strict=True
            ):
                same(got, want)
    for dtype in ("int8", "float32", "float64"):
        for N in (None, 0, 1, 5):
            for increasing in (True, False):
                value = np.array([0, 2, 3], dtype)
                same(tg.vander(value, N, increasing), np.vander(value, N, increasing))
    for got, want in zip(tg.diag_indices(3, 3), np.diag_indices(3, 3), strict=True):
        same(got, want)
    for got, want in zip(
        tg.diag_indices_from(np.eye(3)), np.diag_indices_from(np.eye(3)), strict=True
    ):
        same(got, want)
    says(ShapeError, lambda: tg.diag_indices_from(T), "no axes of one length")


def test_static_shapes_of_diagonals():
    v, x = tg.dvector("v", shape=("n",)), tg.dmatrix("x", shape=("n", "n"))
    assert tg.diag(v).type.shape == ("n", "n")
    assert tg.diag(np.zeros(3), -2).type.shape == (5, 5)
    assert tg.diagonal(x).type.shape == ("n",)
    assert tg.diagonal(np.zeros((3, 5)), 1).type.shape == (3,)


def test_diagonals_filled():
    same(tg.identity(3), np.identity(3))
    same(tg.identity_like(T[0].astype(int)), np.eye(3, 4, dtype=int))
    for shape in [(3, 3), (2, 4), (4, 2), (0, 3)]:
        value, diagonal = np.ones(shape), np.arange(float(min(shape)))
        filled = value.copy()
        np.fill_diagonal(filled, 7.0)
        same(tg.fill_diagonal(value, 7), filled)
        if shape[0]:
            np.fill_diagonal(filled, diagonal)
            same(tg.fill_diagonal(value, diagonal), filled)
        for k in (-1, 0, 2):
            below = np.where(np.eye(*shape, k=k), 7.0, value)
            same(tg.fill_diagonal_offset(value, 7.0, k), below)
    cube = np.zeros((3, 3, 3))
    np.fill_diagonal(cube, 2.0)
    same(tg.fill_diagonal(np.zeros((3, 3, 3)), 2.0), cube)
    for k in (-1, 0, 2):
        same(tg.diagflat(T[0, :2, :2], k), np.diagflat(T[0, :2, :2], k))


x, u, n = tg.tensor("x", "float64", (2, 3)), tg.dmatrix("u"), tg.lscalar("n")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: tg.dimshuffle(x, 0), ShapeError, ["axis 1", "length 1"]),
        (lambda: tg.dimshuffle(x, 0, 2), ShapeError, ["dimshuffle", "axis 2"]),
        (lambda: tg.dimshuffle(x, 0, 0, 1), ShapeError, ["dimshuffle", "twice"]),
        (lambda: tg.dimshuffle(x, 0, 1, "y"), ShapeError, ["'y'", "'x'"]),
        (lambda: tg.rollaxis(x, 0, 3), ShapeError, ["start 3", "rank 2"]),
        (lambda: tg.matrix_transpose(tg.dvector()), ShapeError, ["Vector"]),
        (lambda: tg.shape_padleft(x, -1), ShapeError, ["shape_padleft", "-1"]),
        (lambda: tg.broadcast_shapes((2,), (3,)), ShapeError, ["2 and 3", "[:, None]"]),
        (lambda: tg.broadcast_shapes(2.5), ShapeError, ["2.5"]),
        (lambda: tg.flatten(x, 0), ShapeError, ["at least one axis", "0"]),
        (lambda: tg.flatten(x, 4), ShapeError, ["rank 2", "axes 3"]),
        (lambda: tg.join_dims(x, 0, 5), ShapeError, ["rank 2", "axes 0 to 4"]),
        (lambda: tg.split_dims(x, (5, 2)), ShapeError, ["(5, 2, 3)", "-1"]),
        (lambda: tg.pack(x, keep_axes=1), ShapeError, ["keep_axes=1", "gaps"]),
        (lambda: tg.pack(x, 1.0, keep_axes=0), ShapeError, ["keeps 1 axes", "has 0"]),
        (lambda: tg.unpack(x, [(2,)]), ShapeError, ["rank 2", "make 1"]),
        (lambda: tg.unpack(np.zeros(5), [(2,), (2,)]), ShapeError, ["4 elements", "5"]),
        (lambda: tg.tril_indices(2.5), ShapeError, ["tril_indices", "2.5"]),
        (lambda: tg.triu_indices_from(u[0]), ShapeError, ["matrix", "Vector"]),
        (lambda: tg.vander(x), ShapeError, ["vector", "Matrix"]),
        (lambda: tg.vander(tg.dvector()), ShapeError, ["columns", "N=3"]),
        (lambda: tg.diagonal(x, n), DTypeError, ["offset", "n"]),
        (lambda: tg.diag(np.zeros(3), 1.5), DTypeError, ["offset", "1.5"]),
        (lambda: tg.fill_diagonal(x, np.zeros(3)), ShapeError, ["(3,)", "(2,)"]),
        (
            lambda: tg.fill_diagonal(tg.zeros((2, 3, 3)), 1),
            ShapeError,
            ["not all equal"],
        ),
        (lambda: tg.second(x, np.zeros(4)), ShapeError, ["(2, 3)", "4"]),
        (lambda: tg.alloc(1.0, -1), ShapeError, ["-1"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)
