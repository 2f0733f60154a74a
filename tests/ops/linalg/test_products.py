"""Products by axes against NumPy, over ranks and dtypes; and wrong inputs."""

import warnings

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ShapeError
from tests.ops.wrong import says

RNG = np.random.default_rng(4)


def normal(*shape):
    return RNG.normal(size=shape)


def check(make, reference, *values, **options):
    "With known lengths and with unknown ones, as NumPy does it."
    expected = reference(*values, **options)
    for known in (True, False):
        shapes = [[n if known or n == 1 else None for n in v.shape] for v in values]
        xs = [tg.tensor("x", v.dtype, s) for v, s in zip(values, shapes, strict=True)]
        found = make(*xs, **options).eval(dict(zip(xs, values, strict=True)))
        assert found.dtype == expected.dtype
        np.testing.assert_allclose(found, expected, 1e-12, 1e-13)


def test_tensordot():
    a = normal(2, 3, 4)
    others = {0: normal(2), 1: normal(4, 2, 3), 2: normal(3, 4, 5)}
    for axes, b in others.items():
        check(tg.tensordot, np.tensordot, a, b, axes=axes)
    pairs = [((1, 2), (0, 1)), ((0, 2), (2, 1)), (-1, 0), ((), ()), ((2, 0), (-2, -1))]
    shapes = [(3, 4, 2), (5, 4, 2), (4, 3), (2,), (4, 2)]
    for axes, b in zip(pairs, [normal(*s) for s in shapes], strict=True):
        check(tg.tensordot, np.tensordot, a, b, axes=axes)
    check(tg.tensordot, np.tensordot, np.zeros((2, 0)), np.zeros((0, 3)), axes=1)
    check(tg.tensordot, np.tensordot, a.round().astype(int), others[2].astype("int8"))


def test_of_any_rank():
    stacks = [(), (3,), (2, 3), (2, 1, 3)]
    for left in stacks:
        for right in stacks:
            a, b = normal(*left), normal(*right)
            check(tg.inner, np.inner, a, b)
            check(tg.kron, np.kron, a, b)
            check(tg.outer, np.outer, a, b)
            columns = normal(*right[:-1], 3, 2) if right else b
            check(tg.dot, np.dot, a, columns)
            if left and right:
                check(tg.vecdot, np.vecdot, a, b)
    check(tg.kron, np.kron, np.zeros((0, 2)), normal(2, 3))


def test_stacks_and_complex_numbers():
    check(tg.matvec, np.matvec, normal(5, 2, 3), normal(3))
    check(tg.vecmat, np.vecmat, normal(2), normal(5, 2, 3))
    check(tg.vdot, np.vdot, normal(2, 3), normal(3, 2))
    z, w = normal(2, 3) + 1j * normal(2, 3), normal(2, 3) - 1j * normal(2, 3)
    check(tg.vdot, np.vdot, z, w)
    check(tg.vecdot, np.vecdot, z, w, axis=0)
    check(tg.vecmat, np.vecmat, z[0], w.T)
    check(tg.tensordot, np.tensordot, z, w)
    check(tg.matrix_dot, lambda a, b: a @ b, z, w.T)


def test_cross():
    def both(a, b, **options):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            expected = np.cross(a, b, **options)
        found = tg.cross(a, b, **options).eval()
        np.testing.assert_allclose(found, expected, 1e-13)

    both(normal(4, 3), normal(3))
    both(normal(3, 4), normal(3, 4), axis=0)
    both(normal(3, 4), normal(4, 3), axisa=0)
    both(normal(3, 4), normal(4, 3), axisa=0, axisc=0)
    both(normal(5, 2), normal(5, 3))
    both(normal(3), normal(2))
    both(normal(2), normal(2))
    both(normal(5, 1, 3), normal(1, 4, 2))


x, v = tg.tensor("x", "float64", (2, 3)), tg.dvector("v")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: tg.tensordot(x, x, axes=3), ["no 3 axes", "ranks 2 and 2"]),
        (lambda: tg.tensordot(x, x, axes=-1), ["no -1 axes"]),
        (lambda: tg.tensordot(x, x, axes=1.5), ["1.5", "axes=1"]),
        (lambda: tg.tensordot(x, x, axes=(0, 1, 2)), ["(0, 1, 2)", "pair"]),
        (lambda: tg.tensordot(x, x, axes=((0,), (0, 1))), ["equally many"]),
        (lambda: tg.tensordot(x, x, axes=((0, 0), (0, 1))), ["one axis twice"]),
        (lambda: tg.tensordot(x, x, axes=((5,), (0,))), ["[5]", "rank 2"]),
        (lambda: tg.tensordot(x, x, axes=((0,), (1,))), ["length 2", "length 3"]),
        (lambda: tg.inner(x, np.zeros(2)), ["length 3", "length 2"]),
        (lambda: tg.vdot(x, np.zeros(4)), ["lengths 6 and 4"]),
        (lambda: tg.vecdot(x, tg.dscalar()), ["vecdot", "Scalar"]),
        (lambda: tg.matvec(v, v), ["(m,k),(k)->(m)", "rank 1"]),
        (lambda: tg.cross(x, v), ["cross", "specify_shape"]),
        (lambda: tg.cross(x, np.zeros(4)), ["2 or 3", "length 4"]),
        (lambda: tg.matrix_dot(), ["at least one"]),
        (lambda: tg.dot(x, np.zeros((2, 2, 2))), ["lengths 3 and 2"]),
    ],
)
def test_wrong_inputs(make, words):
    says(ShapeError, make, *words)
