"""Wrong inputs of linear algebra: each error says what came and what to do."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, GradientError, GraphError, ShapeError
from tests.ops.wrong import says

la = tg.linalg
a, v = tg.dmatrix("a", shape=(3, 3)), tg.dvector("v", shape=(3,))
wide = np.zeros((2, 3))
SQUARE = [
    la.inv, la.det, la.slogdet, la.eigvals, la.eig, la.eigh, la.eigvalsh, la.expm,
    la.sqrtm, la.logm,
    la.cholesky, la.cho_factor, lambda x: la.matrix_power(x, 2),
    lambda x: la.solve(x, np.zeros(2)), lambda x: la.solve_continuous_lyapunov(x, x),
    lambda x: la.solve_discrete_lyapunov(x, x),
]  # fmt: skip
MATRICES = [la.qr, la.svd, la.lu, la.lu_factor, la.pinv, la.matrix_norm, la.cond]


@pytest.mark.parametrize("make", SQUARE)
def test_only_square_matrices(make):
    for wrong in (wide, np.zeros((4, 2, 3))):
        says(ShapeError, lambda w=wrong: make(w), "square", "2, 3")
    says(ShapeError, lambda: make(tg.dmatrix("m", shape=("n", "k"))), "(n, k)")


@pytest.mark.parametrize("make", [*SQUARE, *MATRICES])
def test_only_matrices_of_numbers(make):
    says(ShapeError, lambda: make(2.0))
    says(ShapeError, lambda: make(np.zeros(2)))
    says(DTypeError, lambda: make("a"), "'a'")


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: la.solve(a, np.zeros(2)), ShapeError, ["solve", "(3, 3)", "(2, 1)"]),
        (lambda: la.solve(a, 1.0), ShapeError, ["rank 0", "b[:, None]"]),
        (
            lambda: la.solve(a, v, assume_a="diag"),
            GraphError,
            ["'diag'", "tridiagonal"],
        ),
        (lambda: la.solve(a, v, b_ndim=2), ShapeError, ["rank 1", "2"]),
        (lambda: la.solve(a, v, b_ndim=0), ShapeError, ["b_ndim", "0"]),
        (lambda: la.solve_banded((1, 1), a, wide[0, :2]), ShapeError, ["(3, 3)"]),
        (lambda: la.solve_banded((1, 0), a, v), ShapeError, ["2 rows", "(3, 3)"]),
        (lambda: la.solve_banded((-1, 0), a, v), ShapeError, ["(-1, 0)"]),
        (lambda: la.cho_solve((a, True), np.zeros(2)), ShapeError, ["(3, 3)"]),
        (lambda: la.lu_solve((a, v), v), DTypeError, ["pivot_to_permutation"]),
        (lambda: la.lu_solve(la.lu_factor(a), v, trans=5), ShapeError, ["trans", "5"]),
        (lambda: la.qr(a, mode="economic"), GraphError, ["'economic'", "reduced"]),
        (lambda: la.eigh(a, UPLO="X"), GraphError, ["'X'", '"L"']),
        (lambda: la.lstsq(a, np.zeros(2)), ShapeError, ["lstsq", "(3, 3)"]),
        (lambda: la.lstsq(a, v, rcond=-1.0), DTypeError, ["rcond", "-1.0"]),
        (lambda: la.pinv(a, rcond=a), DTypeError, ["rcond"]),
        (lambda: la.norm(v, "fro"), GraphError, ["'fro'", "two axes"]),
        (lambda: la.norm(a, 7), GraphError, ["7", '"nuc"']),
        (lambda: la.norm(a, axis=2), ShapeError, ["axis 2"]),
        (lambda: la.norm(a, axis=(0, 0)), ShapeError, ["twice"]),
        (lambda: la.norm(tg.dtensor3("t"), 2), ShapeError, ["3 axes"]),
        (lambda: la.matrix_power(a, 0.5), DTypeError, ["0.5", "logm"]),
        (lambda: la.tensorinv(a, 2), ShapeError, ["ind", "2", "rank 2"]),
        (lambda: la.tensorsolve(a, a), ShapeError, ["no more axes"]),
        (lambda: la.solve_sylvester(a, wide, wide), ShapeError, ["sylvester"]),
        (lambda: la.solve_sylvester(a, np.eye(2), a), ShapeError, ["(2, 2)", "(3, 3)"]),
        (lambda: la.solve_discrete_lyapunov(a, a, "slow"), GraphError, ["'slow'"]),
        (lambda: la.multi_dot([a]), ShapeError, ["not 1"]),
        (lambda: la.multi_dot([a, v, a]), ShapeError, ["operand 1"]),
        (lambda: la.multi_dot([a, wide]), ShapeError, ["(2, 3)"]),
        (lambda: la.toeplitz(1.0), ShapeError, ["toeplitz"]),
        (lambda: la.companion([1.0]), ShapeError, ["companion", "1"]),
        (lambda: la.block_diag(tg.dtensor3("t")), ShapeError, ["block_diag"]),
    ],
)
def test_wrong_inputs(make, error, words):
    says(error, make, *words)


def test_vectors_without_a_gradient():
    tall = tg.dmatrix("t", shape=(3, 2))
    q, _ = la.qr(tall, mode="complete")
    says(GradientError, lambda: tg.grad(q.sum(), tall), "any basis", "reduced")
    u, s, _ = la.svd(tall)
    says(GradientError, lambda: tg.grad(u.sum(), tall), "full_matrices=False")
    assert tg.grad(s.sum(), tall).type == tall.type


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
def test_lengths_that_do_not_fit_on_the_call(mode):
    x, b, free = tg.dmatrix("x"), tg.dvector("b"), [la.det, la.inv, la.expm]
    makers = [*free, lambda x: la.eigh(x)[0], lambda x: la.solve(x, b)]
    for make in makers if mode == "PYTHON" else makers[-1:]:
        f = tg.function([x, b], make(x), mode=mode, on_unused_input="ignore")
        with pytest.raises(ShapeError):
            f(np.ones((2, 3)), np.ones(2))
    with pytest.raises(ShapeError, match="solve"):
        f(np.ones((2, 2)), np.ones(3))
