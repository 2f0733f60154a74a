"""Gradients at branches, of first and second order, compiled."""

import numpy as np
import pytest

import tensorgraph as tg

X = np.array([-1.0, 0.0, 2.0])
ROOT = 0.5 / np.sqrt(2)

# A function of x, its derivative at X, and the second one.
BRANCHES = {
    "log": (lambda x: tg.where(x > 0, tg.log(x), 0.0), [0, 0, 0.5], [0, 0, -0.25]),
    "power": (lambda x: tg.where(x > 0, x**0.5, 0.0), [0, 0, ROOT], [0, 0, -ROOT / 4]),
    "quotient": (
        lambda x: tg.where(tg.eq(x, 0), 0.0, 1 / x), [-1, 0, -0.25], [-2, 0, 0.25],
    ),
    "sinc": (
        lambda x: tg.where(tg.neq(x, 0), tg.sin(x) / x, 1.0),
        [0.3011686789397568, 0, -0.4353978], [-0.23913363, 0, -0.01925093],
    ),
    "nested": (
        lambda x: tg.where(x > -0.5, tg.where(x > 0, tg.log(x), x * x), tg.sqrt(-x)),
        [-0.5, 0, 0.5], [-0.25, 2, -0.25],
    ),
    "spread": (
        lambda x: tg.where((x > 0)[:, None], tg.log(x)[:, None], tg.zeros((1, 2))),
        [0, 0, 1.0], [0, 0, -0.5],
    ),
    "moved": (
        lambda x: tg.where(x[::-1] > 0, tg.log(x[::-1]), 0.0), [0, 0, 0.5],
        [0, 0, -0.25],
    ),
    "product": (
        lambda x: tg.where(x[:, None] * x > 0.5, tg.log(x[:, None] * x), 0.0),
        [-2, 0, 1], [-2, 0, -0.5],
    ),
    "clipped": (lambda x: tg.log(tg.maximum(x, 1e-3)), [0, 0, 0.5], [0, 0, -0.25]),
    "overflow": (
        lambda x: tg.where(x < 3, x * x, tg.exp(1e3 * x * x)), [-2, 0, 4], [2, 2, 2],
    ),
}  # fmt: skip


@pytest.mark.parametrize("mode", ["FAST_COMPILE", "PYTHON"])
def test_derivatives_at_branches(mode):
    x = tg.dvector("x")
    graphs = []
    for f, _, _ in BRANCHES.values():
        slope = tg.grad(f(x).sum(), x)
        graphs += [slope, tg.grad(slope.sum(), x)]
    found = iter(tg.function([x], graphs, mode=mode)(X))
    for name, (_, first, second) in BRANCHES.items():
        np.testing.assert_allclose(next(found), first, rtol=1e-6, err_msg=name)
        np.testing.assert_allclose(next(found), second, rtol=1e-6, err_msg=name)


def test_composed_functions_keep_their_slopes_far_out():
    "Each against its limit: log(1 - exp(x)) has the slope 1 / x near 0."
    z = tg.dscalar("z")
    cases = [
        (tg.log1mexp(z), -1e-17, -1e17),
        (tg.log(1 - tg.exp(z)), -1e-17, -1e17),
        (tg.log1mexp(z), -800.0, 0.0),
        (tg.softplus(z), 800.0, 1.0),
        (tg.rewrite_graph(tg.log(tg.sigmoid(z))), -800.0, 1.0),
        (tg.rewrite_graph(tg.log(1 + tg.exp(z))), 800.0, 1.0),
    ]
    slopes = [tg.grad(y, z) for y, _, _ in cases]
    f = tg.function([z], slopes, mode="FAST_COMPILE")
    for number, (y, at, expected) in enumerate(cases):
        np.testing.assert_allclose(f(at)[number], expected, rtol=1e-12, err_msg=str(y))
