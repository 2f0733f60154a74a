"""Numbers of sums and products that meet, and quotients."""

import numpy as np
import pytest

import tensorgraph as tg
from tests.rewrites.lines import canonical, n, s, t, u


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ((s / 2) / 3, "True_div(s, 6.0)"), ((s * 6) / 3, "Mul(s, 2.0)"),
        (6 / (2 * s), "True_div(3.0, s)"), (6 / (2 / s), "Mul(s, 3.0)"),
        (6 / (s / 2), "True_div(12.0, s)"), (tg.sqr(3 * s), "Mul(Sqr(s), 9.0)"),
        (-0.5 * tg.sqr((s - t) / 2), "Mul(Sqr(Sub(s, t)), -0.125)"),
        (2 * s * t * 3, "Mul(Mul(s, t), 6.0)"), ((1 / s) * 3, "True_div(3.0, s)"),
    ],
)  # fmt: skip
def test_numbers_of_products_meet(graph, expected):
    assert canonical(graph) == expected


def test_numbers_that_would_overflow_stay_apart():
    assert canonical((s / 1e-200) / 1e-200).count("True_div") == 2
    assert canonical(1e300 / (1e-300 * s)) == "True_div(1e+300, Mul(1e-300, s))"


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ((n + 3) + 4, "Add(n, 7)"), (n - 1 + 1, "n"), (5 - (n + 2), "Sub(3, n)"),
        (5 - (2 - n), "Add(n, 3)"), ((n * 2) * 3, "Mul(n, 6)"),
    ],
)  # fmt: skip
def test_integers_meet(graph, expected):
    assert canonical(graph) == expected


def test_integers_wrap_as_before():
    b = tg.bvector("b")
    given = np.array([-128, -1, 0, 127], "int8")
    for graph in ((b + 100) + 100, (b * 100) * 3, 100 - (b - 100)):
        with np.errstate(all="ignore"):
            found = tg.rewrite_graph(graph).eval({b: given})
            np.testing.assert_array_equal(found, graph.eval({b: given}))


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        ((s / t) / u, "True_div(True_div(s, t), u)"),  # t u may overflow
        (3 / (t / u), "Mul(3.0, True_div(u, t))"),
        (1 / (s / t), "True_div(t, s)"), (s / (1 / t), "Mul(s, t)"),
        (tg.reciprocal(s) * tg.reciprocal(t), "Mul(Reciprocal(s), Reciprocal(t))"),
    ],
)  # fmt: skip
def test_quotients_lose_divisions_but_no_range(graph, expected):
    assert canonical(graph) == expected
