"""The C routines of linear algebra against NumPy, called as compiled code does."""

import ctypes

import numpy as np
import pytest

from tensorgraph.backends.routines import resolve
from tensorgraph.loops.ir import Routine
from tensorgraph.native import load_math


def call(name, *arguments, helper):
    "Call a routine: arrays by address, integers as int64, the helper by its pointer."
    given = [
        a.ctypes.data_as(ctypes.c_void_p)
        if isinstance(a, np.ndarray)
        else ctypes.c_int64(a)
        for a in arguments
    ]
    function = getattr(load_math(), name)
    function.restype = None
    function(*given, ctypes.c_void_p(resolve(helper)))


GEMM, TRSM = Routine("dgemm", "blas"), Routine("dtrsm", "blas")
POTRF = Routine("dpotrf", "lapack")


def guarded(shape):
    "An array of nan between two numbers that no routine may touch."
    size = int(np.prod(shape))
    space = np.full(size + 2, np.nan)
    space[[0, -1]] = 7.0
    return space, space[1:-1].reshape(shape)


@pytest.mark.parametrize("m", [0, 1, 3, 40])
@pytest.mark.parametrize("k", [0, 1, 17])
@pytest.mark.parametrize("n", [0, 1, 5])
def test_products(m, k, n):
    rng = np.random.default_rng(m + k + n)
    a, b = rng.normal(size=(m, k)), rng.normal(size=(k, n))
    space, c = guarded((m, n))
    for a_turned, b_turned in np.ndindex(2, 2):
        p = np.ascontiguousarray(a.T) if a_turned else a
        q = np.ascontiguousarray(b.T) if b_turned else b
        call("tg_matmul", p, q, c, m, k, n, a_turned, b_turned, helper=GEMM)
        np.testing.assert_allclose(c, a @ b, rtol=1e-13, atol=1e-13)
    assert space[0] == space[-1] == 7.0


@pytest.mark.parametrize("n", [0, 1, 2, 33])
def test_cholesky_factors(n):
    x = np.random.default_rng(n).normal(size=(n, n))
    a = x @ x.T + n * np.eye(n)
    upper = np.triu_indices(n, 1)
    expected = np.linalg.cholesky(a)
    a[upper] = np.nan
    before = a.copy()
    space, factor = guarded((n, n))
    call("tg_cholesky", a, factor, n, helper=POTRF)
    np.testing.assert_allclose(factor, expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(a, before)
    assert space[0] == space[-1] == 7.0


@pytest.mark.parametrize("wrong", [0.0, -1.0, np.nan, -np.inf])
def test_no_cholesky_factor(wrong):
    a = np.diag([1.0, 2.0, wrong, 3.0])
    factor = np.empty((4, 4))
    call("tg_cholesky", a, factor, 4, helper=POTRF)
    assert np.isnan(factor).all()


@pytest.mark.parametrize("n", [0, 1, 2, 33])
@pytest.mark.parametrize("k", [0, 1, 2, 9])
@pytest.mark.parametrize("lower", [0, 1])
@pytest.mark.parametrize("transposed", [0, 1])
def test_triangular_systems(n, k, lower, transposed):
    rng = np.random.default_rng(n + k)
    a, b = rng.normal(size=(n, n)) + 2 * n * np.eye(n), rng.normal(size=(n, k))
    triangle = np.tril(a) if lower else np.triu(a)
    a[triangle == 0] = np.nan
    space, x = guarded((n, k))
    call("tg_solve_triangular", a, b, x, n, k, lower, transposed, 0, helper=TRSM)
    matrix = triangle.T if transposed else triangle
    np.testing.assert_allclose(matrix @ x, b, rtol=1e-11, atol=1e-13)
    assert space[0] == space[-1] == 7.0


@pytest.mark.parametrize("k", [1, 3])
def test_a_singular_triangular_system(k):
    a, x = np.array([[1.0, 5.0], [2.0, 0.0]]), np.zeros((2, k))
    call("tg_solve_triangular", a, np.ones((2, k)), x, 2, k, 1, 0, 0, helper=TRSM)
    assert np.isnan(x).all()
