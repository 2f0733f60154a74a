"""Gradients at ties, bounds, zeros, infinities, and beside the branch not taken."""

import numpy as np
import pytest

import tensorgraph as tg

INF = np.inf


@pytest.mark.parametrize("mode", ["PYTHON", "C"])
def test_gradients_at_the_edges(mode: str):
    x, y = tg.dvector("x"), tg.dvector("y")
    cases = {
        "clip": (tg.clip(x, 0.0, 1.0), [-1, 0, 0.5, 1, 2], None, [0, 0.5, 1, 0.5, 0]),
        "abs": (abs(x), [-2, 0, 3], None, [-1, 0, 1]),
        "maximum": (tg.maximum(x, y), [1, 2, 2], [2, 2, 1], [0, 0.5, 1]),
        "fmax": (tg.fmax(x, y), [1, 2, np.nan, 1], [2, 2, 1, np.nan], [0, 0.5, 0, 1]),
        "fmin": (tg.fmin(x, y), [1, 2, np.nan, 1], [2, 2, 1, np.nan], [1, 0.5, 0, 1]),
        "log1mexp": (tg.log1mexp(x), [-1e-17, -1e-300], None, [-1e17, -1e300]),
        "hypot": (tg.hypot(x, y), [0, 3, 1e300], [0, 4, 1e300], [0, 0.6, 0.5**0.5]),
        "logaddexp": (
            tg.logaddexp(x, y),
            [-INF, INF, -INF, 0], [-INF, INF, 0, 0], [0.5, 0.5, 0, 0.5],
        ),
        "xlogy": (tg.xlogy(x, y), [0, 0, 2], [3, 1, 1], [np.log(3), 0, 0]),
        "nan_to_num": (tg.nan_to_num(x), [np.nan, INF, 2], None, [0, 0, 1]),
        "sinc": (tg.sinc(x), [0, 1], None, [0, -1]),
        "round": (tg.round(x, 1), [0.12, 7], None, [0, 0]),
        "mod": (tg.mod(x, 3.0), [-4, 4], None, [1, 1]),
        "safe": (
            tg.where(x > 0, tg.logit(x), 0.0), [-1, 0, 0.5], None, [0, 0, 4],
        ),
        "safe too": (
            tg.where(x > 0, tg.log1mexp(-x), x), [-1e3, 0, 1e-9], None, [1, 1, 1e9],
        ),
        "arctan2": (tg.arctan2(x, y), [0, 1e-300], [1, 1e-300], [1, 5e299]),
    }  # fmt: skip
    inputs, given, outputs = [], [], []
    for cost, at, other, _ in cases.values():
        replaced = {x: tg.dvector(), y: tg.dvector()}
        inputs += replaced.values()
        given += [np.array(v, "float64") for v in (at, other or at)]
        outputs.append(tg.graph_replace(tg.grad(cost.sum(), x), replaced, strict=False))
    f = tg.function(inputs, outputs, mode=mode, on_unused_input="ignore")
    for (name, case), found in zip(cases.items(), f(*given), strict=True):
        np.testing.assert_allclose(found, case[-1], rtol=1e-8, err_msg=name)


def test_a_product_with_a_logarithm_is_smooth_where_it_is_zero():
    "The derivative of x log(y) in x is log(y), at x = 0 as well."
    x, y = tg.dscalar("x"), tg.dscalar("y")
    cost = tg.xlog1py(x, y)
    first = tg.grad(cost, x)
    at = {x: 0.0, y: 0.5}
    assert first.eval(at) == np.log1p(0.5)
    assert tg.grad(first, y).eval(at) == pytest.approx(1 / 1.5)
    assert tg.grad(tg.xlogy(x, y), y).eval({x: 0.0, y: 0.0}) == 0
