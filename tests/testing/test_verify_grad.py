"""verify_grad: right gradients pass, wrong ones are told where and by how much."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DisconnectedError, GradientError
from tests.ops.wrong import names_the_line, says

RIGHT = {
    "scalars": (lambda x, y: tg.exp(x) * y, [0.5, 2.0]),
    "several results": (lambda x: [x * x, tg.sin(x).sum()], [np.arange(3.0)]),
    "integers beside": (lambda x, k: x[k] ** 2, [np.arange(1.0, 4.0), [0, 2, 2]]),
    "float32": (lambda x: tg.log(x), [np.ones(2, "float32")]),
    "matrices": (lambda a: tg.linalg.cholesky(a @ a.T), [np.eye(2) + 0.3]),
    "nothing": (lambda x: x * 2, [np.ones(0)]),
    "flat": (lambda x: tg.zero_grad(tg.floor(x)) + x, [0.5]),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_gradients(name):
    function, points = RIGHT[name]
    tg.verify_grad(function, points, order=2)


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "NUMBA"])
def test_in_a_backend(mode):
    tg.verify_grad(lambda x: tg.log1p(tg.exp(x)), [np.array([-1.0, 3.0])], mode=mode)


def test_a_wrong_pullback_is_told():
    wrong = tg.custom_gradient(
        lambda x, y: x * y, lambda xs, ys, gs: [gs[0] * xs[1], gs[0] * 3.0]
    )
    error = says(
        GradientError, lambda: tg.verify_grad(wrong, [np.ones((2, 1)), [[3.0], [2.5]]]),
        "argument 1", "element [0, 0]", "differences give", "2 of 2 differ", "kinks",
    )  # fmt: skip
    assert names_the_line(error, __file__)


def test_a_wrong_second_derivative_is_told():
    wrong = tg.custom_gradient(
        lambda x: x**3, lambda xs, ys, gs: [gs[0] * 3 * tg.zero_grad(xs[0]) ** 2]
    )
    tg.verify_grad(wrong, [1.5])
    says(GradientError, lambda: tg.verify_grad(wrong, [1.5], order=2), "argument 0")


def test_a_missing_gradient_and_a_kink():
    bare = tg.wrap_py(tg.dscalar, tg.dscalar, name="bare")(np.sin)
    says(GradientError, lambda: tg.verify_grad(bare, [1.0]), "bare", "without")
    says(GradientError, lambda: tg.verify_grad(tg.abs, [1e-4]), "argument 0")
    tg.verify_grad(lambda x: x - 1 - tg.disconnected_grad(1.0), [1.0])
    with pytest.raises(DisconnectedError):
        tg.grad(tg.disconnected_grad(tg.dscalar("x")), tg.dscalar("x"))
