"""Matrices without a result: nan in each mode, or an error that says so."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import FactorizationError, GraphError
from tests.ops.wrong import names_the_line, says

la = tg.linalg
SINGULAR = np.array([[1.0, 2.0], [2.0, 4.0]])
FAILING = {
    "cholesky": (lambda a, e: la.cholesky(a, on_error=e), -SINGULAR),
    "upper": (lambda a, e: la.cholesky(a, lower=False, on_error=e), -SINGULAR),
    "cho_factor": (lambda a, e: la.cho_factor(a, on_error=e)[0], -SINGULAR),
    "solve": (lambda a, e: la.solve(a, np.ones(2), on_error=e), SINGULAR),
    "pos": (
        lambda a, e: la.solve(a, np.ones(2), assume_a="pos", on_error=e),
        -SINGULAR,
    ),
    "tridiagonal": (
        lambda a, e: la.solve(a, np.ones(2), assume_a="tridiagonal", on_error=e),
        SINGULAR,
    ),
    "banded": (
        lambda a, e: la.solve_banded((1, 0), a, np.ones(2), on_error=e),
        np.array([[1.0, 0.0], [1.0, 1.0]]),
    ),
    "inv": (lambda a, e: la.inv(a, on_error=e), SINGULAR),
    "svd": (lambda a, e: la.svd(a, on_error=e)[1], SINGULAR * np.nan),
    "u": (lambda a, e: la.svd(a, on_error=e)[0], SINGULAR * np.nan),
    "v": (lambda a, e: la.eigh(a, on_error=e)[1], SINGULAR * np.nan),
    "svdvals": (
        lambda a, e: la.svd(a, compute_uv=False, on_error=e),
        SINGULAR * np.inf,
    ),
    "eigh": (lambda a, e: la.eigh(a, on_error=e)[0], SINGULAR * np.nan),
    "eigvalsh": (lambda a, e: la.eigvalsh(a, b=a, on_error=e), -SINGULAR),
    "sqrtm": (lambda a, e: la.sqrtm(a, on_error=e), -np.eye(2)),
    "logm": (lambda a, e: la.logm(a, on_error=e), -np.eye(2)),
    "sylvester": (lambda a, e: la.solve_sylvester(a, -a, a, on_error=e), SINGULAR),
    "lyapunov": (
        lambda a, e: la.solve_continuous_lyapunov(a, a, on_error=e),
        np.diag([1.0, -1.0]),
    ),
    "riccati": (
        lambda a, e: la.solve_discrete_are(a, a * 0, a, np.eye(2), on_error=e),
        2 * np.eye(2),
    ),
    "continuous riccati": (
        lambda a, e: la.solve_continuous_are(a, a * 0, a, np.eye(2), on_error=e),
        np.eye(2),
    ),
    "discrete lyapunov": (
        lambda a, e: la.solve_discrete_lyapunov(a, a, on_error=e),
        np.eye(2),
    ),
    "eig": (lambda a, e: la.eig(a, on_error=e)[1], SINGULAR * np.nan),
    "eigvals": (lambda a, e: la.eigvals(a, on_error=e), SINGULAR * np.nan),
    "triangular": (
        lambda a, e: la.solve_triangular(a, np.ones(2), on_error=e),
        np.diag([1.0, 0]),
    ),
    "cho_solve": (
        lambda a, e: la.cho_solve((a, True), np.ones(2), on_error=e),
        np.zeros((2, 2)),
    ),
    "lu_solve": (
        lambda a, e: la.lu_solve(la.lu_factor(a), np.ones(2), on_error=e),
        np.zeros((2, 2)),
    ),
    "tensorsolve": (lambda a, e: la.tensorsolve(a, [1.0, 2], on_error=e), SINGULAR),
    "tensorinv": (lambda a, e: la.tensorinv(a, 1, on_error=e), SINGULAR),
    "qr": (lambda a, e: la.qr(a, on_error=e)[0], SINGULAR * np.nan),
    "pinv": (lambda a, e: la.pinv(a, on_error=e), SINGULAR * np.nan),
    "lstsq": (lambda a, e: la.lstsq(a, np.ones(2), on_error=e)[0], SINGULAR * np.nan),
}


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
def test_nan_by_default(mode):
    a = {name: tg.dmatrix(name) for name in FAILING}
    made = [make(a[name], "nan") for name, (make, _) in FAILING.items()]
    f = tg.function(list(a.values()), made, mode=mode)
    for name, found in zip(a, f(*[v for _, v in FAILING.values()]), strict=True):
        assert np.isnan(found).all(), name


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
def test_an_error_when_asked_for(mode):
    for name, (make, value) in FAILING.items():
        if mode == "PYTHON" or name in ("cholesky", "riccati"):
            a = tg.dmatrix("a")
            f = tg.function([a], make(a, "raise"), mode=mode)
            error = says(FactorizationError, lambda f=f, v=value: f(v), ": a")
            assert names_the_line(error, __file__), name


def test_no_error_where_there_is_a_result():
    a = tg.dtensor3("a")
    stack = np.stack([np.eye(2), 2 * np.eye(2)])
    for make in (la.cholesky, la.inv, la.sqrtm):
        found = make(a, on_error="raise").eval({a: stack})
        np.testing.assert_allclose(found, make(a).eval({a: stack}))
        stack[1] *= -1
        says(FactorizationError, lambda m=make: m(-a * a, on_error="raise").eval(
            {a: stack * 0}), "a matrix")  # fmt: skip


def test_vectorized_checks_fail_together():
    a = tg.dmatrix("a")
    many = tg.dtensor3("many")
    inverse = tg.vectorize_graph(la.inv(a, on_error="raise"), {a: many})
    np.testing.assert_array_equal(inverse.eval({many: np.eye(2)[None]})[0], np.eye(2))
    says(
        FactorizationError,
        lambda: inverse.eval({many: np.stack([np.eye(2), SINGULAR])}),
        "inv: a matrix is singular",
    )


def test_gradients_pass_the_check():
    a = tg.dmatrix("a")
    value = np.array([[2.0, 1.0], [0.0, 4.0]])
    slope = tg.grad(la.inv(a, on_error="raise").sum(), a).eval({a: value})
    plain = tg.grad(la.inv(a).sum(), a).eval({a: value})
    np.testing.assert_allclose(slope, plain)


@pytest.mark.parametrize("make", [make for make, _ in FAILING.values()], ids=FAILING)
def test_another_option_is_refused(make):
    says(GraphError, lambda: make(tg.dmatrix("a"), "warn"), "'warn'", '"raise"')
