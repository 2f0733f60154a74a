"""Functions of matrices against mpmath and SciPy; equations by their residuals."""

import mpmath
import numpy as np
import pytest
import scipy.linalg

import tensorgraph as tg

la = tg.linalg


def exactly(function, value):
    with mpmath.workdps(40):
        found = function(mpmath.matrix(value.tolist()))
        return np.array(found.tolist(), dtype="float64")


def relative(found, expected):
    return np.abs(found - expected).max() / np.abs(expected).max()


@pytest.mark.parametrize("size", [1e-8, 0.01, 0.2, 0.9, 2.0, 5.0, 30.0])
def test_exponentials_of_all_sizes(size):
    value = np.random.default_rng(0).normal(size=(4, 4))
    value *= size / np.linalg.norm(value, 1)
    a = tg.dmatrix("a")
    f = tg.function([a], la.expm(a), mode="FAST_COMPILE")
    assert relative(f(value), exactly(mpmath.expm, value)) < 1e-13


def test_an_exponential_that_overflows_and_one_that_vanishes():
    a = tg.dmatrix("a")
    f = tg.function([a], la.expm(a), mode="FAST_COMPILE")
    np.testing.assert_allclose(f(np.diag([-1e5, 0.0])), np.diag([0, 1]), rtol=1e-10)
    assert f(np.array([[800.0]])) == np.inf
    np.testing.assert_array_equal(f(np.zeros((3, 3))), np.eye(3))


@pytest.mark.filterwarnings("ignore:logm result")
def test_roots_and_logarithms():
    rng = np.random.default_rng(1)
    a = tg.dmatrix("a")
    f = tg.function([a], [la.sqrtm(a), la.logm(a)], mode="FAST_COMPILE")
    for n in (1, 2, 5):
        for scale in (1e-6, 1.0, 1e6):
            x = rng.normal(size=(n, n))
            value = scale * (x @ x.T + np.eye(n) + 0.2 * rng.normal(size=(n, n)))
            root, logarithm = f(value)
            assert relative(root @ root, value) < 1e-13
            assert relative(root, scipy.linalg.sqrtm(value)) < 1e-12
            assert relative(logarithm, scipy.linalg.logm(value)) < 1e-11


def test_a_rotation_has_a_root():
    turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    root = la.sqrtm(tg.constant(turn))
    for f in (root.eval, tg.function([], root, mode="FAST_COMPILE")):
        np.testing.assert_allclose(f(), (np.eye(2) + turn) / np.sqrt(2), rtol=1e-13)


def test_eigenvalues_and_vectors_belong_together():
    a = tg.dmatrix("a")
    f = tg.function([a], [*la.eig(a), la.eigvals(a)], mode="FAST_COMPILE")
    for n in (0, 1, 4, 31):
        value = np.random.default_rng(n).normal(size=(n, n))
        w, v, alone = f(value)
        np.testing.assert_allclose(value @ v, v * w, atol=1e-12)
        np.testing.assert_allclose(np.sort(alone), np.sort(w), rtol=1e-10)
        assert w.dtype == v.dtype == "complex128"
    assert all(np.isnan(found).all() for found in f(np.full((2, 2), np.nan)))
    assert la.eigvals(tg.fmatrix("b")).type.dtype == "complex64"


def test_equations_of_larger_matrices():
    rng = np.random.default_rng(2)
    a, b, q = (tg.dmatrix(name) for name in "abq")
    x = la.solve_sylvester(a, b, q)
    y = la.solve_discrete_are(a, q, a @ a.mT, tg.eye(5))
    f = tg.function([a, b, q], [x, y], mode="FAST_COMPILE")
    p, r, s = (rng.normal(size=n) for n in ((30, 30), (5, 5), (30, 5)))
    p /= 6
    found, riccati = f(p, r, s)
    np.testing.assert_allclose(p @ found + found @ r, s, atol=1e-10)
    expected = scipy.linalg.solve_discrete_are(p, s, p @ p.T, np.eye(5))
    assert relative(riccati, expected) < 1e-9


def test_the_cheapest_order_of_products():
    "A vector at the end is multiplied first; the order of CLRS, section 15.2."
    shapes = [(10, 100), (100, 5), (5, 50)]
    given = [tg.dmatrix(f"m{i}", shape=s) for i, s in enumerate(shapes)]
    assert la.multi_dot(given).owner.inputs[1] is given[2]
    tail = [*given, tg.dvector("v", shape=(50,))]
    assert la.multi_dot(tail).owner.inputs[0] is given[0]
    unknown = [tg.dmatrix("x"), tg.dmatrix("y"), tg.dvector("z")]
    assert la.multi_dot(unknown).owner.inputs[1] is unknown[2]


def test_names_load_when_asked_for():
    assert {"svd", "expm", "cholesky"} <= set(dir(la)) and set(la.__all__) <= set(
        dir(la)
    )
    for name in la.__all__:
        assert callable(getattr(la, name)), name
    with pytest.raises(AttributeError, match="singular"):
        _ = la.singular
