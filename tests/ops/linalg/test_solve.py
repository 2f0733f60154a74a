"""Systems of equations: what is read, what is shared, what is differentiated."""

import numpy as np
import pytest
import scipy.linalg

import tensorgraph as tg
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.linalg.factor import Cholesky
from tensorgraph.ops.linalg.lu import LUFactor

la = tg.linalg
RNG = np.random.default_rng(3)
A, B = RNG.normal(size=(4, 4)), RNG.normal(size=(4, 2))


@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("kind", ["sym", "her", "pos"])
def test_one_triangle_is_read(kind, lower):
    whole = A @ A.T + np.eye(4)
    half = np.where(np.tri(4) if lower else np.tri(4).T, whole, np.nan)
    found = la.solve(half, B, assume_a=kind, lower=lower).eval()
    np.testing.assert_allclose(found, np.linalg.solve(whole, B), rtol=1e-10)
    if kind == "pos":
        factor = la.cholesky(half, lower=lower).eval()
        expected = scipy.linalg.cholesky(whole, lower=lower)
        np.testing.assert_allclose(factor, expected, rtol=1e-10, atol=1e-14)


def test_structures_read_what_they_name():
    kinds = {
        "diagonal": np.eye(4),
        "tridiagonal": np.tri(4, k=1) - np.tri(4, k=-2),
        "upper triangular": np.tri(4).T,
        "lower triangular": np.tri(4),
    }
    for kind, mask in kinds.items():
        part = np.where(mask, A, 0.0)
        given = np.where(mask, A, np.nan)
        for transposed in (False, True):
            found = la.solve(given, B, assume_a=kind, transposed=transposed).eval()
            solved = np.linalg.solve(part.T if transposed else part, B)
            np.testing.assert_allclose(found, solved, rtol=1e-9, err_msg=kind)


@pytest.mark.parametrize("bands", [(0, 0), (1, 1), (0, 2), (3, 1)])
def test_bands_and_corners(bands):
    low, high = bands
    ab = RNG.normal(size=(low + high + 1, 5))
    ab[high] += 4
    b = RNG.normal(size=5)
    expected = scipy.linalg.solve_banded(bands, ab, b)
    for row in range(low + high + 1):  # corners are not part of the matrix
        outside = [j for j in range(5) if not 0 <= row - high + j < 5]
        ab[row, outside] = 7e5
    x = tg.dmatrix("ab")
    f = tg.function([x], la.solve_banded(bands, x, b))
    np.testing.assert_allclose(f(ab), expected, rtol=1e-10)
    slope = tg.grad(la.solve_banded(bands, x, b).sum(), x).eval({x: ab})
    assert (slope[ab == 7e5] == 0).all()


def test_one_matrix_is_factored_once():
    "Solutions, inverse, determinant and all their gradients share the LU factors."
    a, b = tg.dmatrix("a"), tg.dvector("b")
    cost = la.solve(a, b).sum() + la.inv(a).sum() + la.slogdet(a)[1] + la.det(a)
    f = tg.function([a, b], [cost, *tg.grad(cost, [a, b])], mode="FAST_COMPILE")
    ops = [node.op for node in applies(f.outputs)]
    assert len([op for op in ops if isinstance(op, LUFactor)]) == 1


def test_the_cholesky_factor_is_shared_too():
    a, b = tg.dmatrix("a"), tg.dvector("b")
    half = tg.sum(tg.log(la.diagonal(la.cholesky(a, lower=False).mT)))
    cost = la.solve(a, b, assume_a="pos") @ b / 2 + half
    f = tg.function([a, b], [cost, tg.grad(cost, a)], mode="FAST_COMPILE")
    ops = [node.op for node in applies(f.outputs)]
    assert len([op for op in ops if isinstance(op, Cholesky)]) == 1
    p = A @ A.T + np.eye(4)
    q = B[:, 0]
    solution = np.linalg.solve(p, q)
    expected = (np.linalg.inv(p) - np.outer(solution, solution)) / 2
    np.testing.assert_allclose(f(p, q)[1], expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("n", [1, 3, 49, 130])
def test_the_adjoint_of_cholesky_in_blocks(n):
    x = np.random.default_rng(n).normal(size=(n, n))
    p = x @ x.T + n * np.eye(n)
    a, w = tg.dmatrix("a"), tg.dmatrix("w")
    slope = tg.grad(tg.sum(w * la.cholesky(a)), a)
    f = tg.function([a, w], slope)
    np.testing.assert_allclose(f(p, x), slope.eval({a: p, w: x}), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("trans", [0, "T"])
def test_factors_of_a_stack_solve_for_stacks(trans):
    many = RNG.normal(size=(3, 1, 4, 4))
    b = RNG.normal(size=(2, 4))
    x = la.lu_solve(la.lu_factor(tg.constant(many)), b, trans=trans, b_ndim=1).eval()
    turned = many.swapaxes(-1, -2) if trans else many
    np.testing.assert_allclose((turned @ x[..., None])[..., 0], np.stack([b] * 3))
    p, lower, upper = (v.eval() for v in la.lu(tg.constant(many)))
    np.testing.assert_allclose(p @ lower @ upper, many)
    p, lower, upper = (v.eval() for v in la.lu(tg.constant(many), p_indices=True))
    rows = np.take_along_axis(lower, p[..., None], axis=-2)
    np.testing.assert_allclose(rows @ upper, many)


@pytest.mark.parametrize("shape", [(60, 60), (70, 20), (20, 70)])
def test_large_lu(shape):
    value = np.random.default_rng(1).normal(size=shape)
    a = tg.dmatrix("a")
    packed, pivots = la.lu_factor(a)
    weights = np.random.default_rng(2).normal(size=shape)
    slope = tg.grad(tg.sum(packed * weights), a)
    f = tg.function([a], [packed, pivots, slope], mode="FAST_COMPILE")
    lu, piv, found = f(value)
    expected, exchanges = scipy.linalg.lu_factor(value)
    np.testing.assert_allclose(lu, expected, rtol=1e-8, atol=1e-10)
    np.testing.assert_array_equal(piv, exchanges)
    np.testing.assert_allclose(found, slope.eval({a: value}), rtol=1e-6, atol=1e-8)


def test_pickled_and_printed(capsys):
    tg.dprint(la.solve(tg.dmatrix("a"), tg.dmatrix("b")), id_type="")
    assert capsys.readouterr().out == (
        "Solve\n ├─ a\n ├─ LUFactor.0\n │  └─ a\n ├─ LUFactor.2\n │  └─ ···\n └─ b\n"
    )
