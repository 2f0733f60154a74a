"""Like terms of sums, and powers of one base in products."""

import numpy as np
import pytest

import tensorgraph as tg
from tests.rewrites.lines import canonical, full, k, n, s, t, u


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (s + 2 * s, "Mul(3.0, s)"), (2 * s - 3 * s, "Neg(s)"), (s + t - s, "t"),
        ((s + t) + (u - s), "Add(t, u)"), (s - (t + s), "Neg(t)"),
        (s + t + s + t, "Add(Mul(2.0, s), Mul(2.0, t))"),
        (0.5 * s + 0.5 * s + t, "Add(s, t)"), ((2 * s + t) - (t - s), "Mul(3.0, s)"),
        (n + k - n, "k"), (n + k + n, "Add(Add(n, k), n)"), (s - s, "Sub(s, s)"),
    ],
)  # fmt: skip
def test_like_terms(graph, expected):
    assert canonical(graph) == expected


def test_others_keep_their_grouping():
    graph = (s + t) + ((u + 1e10) - s)
    assert canonical(graph) == "Add(t, Add(u, 10000000000.0))"


def test_sums_that_are_used_elsewhere_are_not_taken_apart():
    total = s + t
    kept, rest = tg.rewrite_graph([tg.exp(total), total - s])
    assert kept.owner.inputs[0] is rest.owner.inputs[0]


def test_long_sums_are_linear():
    total = s
    for number in range(3000):
        total = total + (t if number % 2 else u) * float(number)
    out = tg.rewrite_graph(total)
    given = {s: 1.0, t: 2.0, u: 3.0}
    np.testing.assert_allclose(out.eval(given), total.eval(given))


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (s * s * s * s, "Pow(s, 4.0)"), (s * t * s, "Mul(Sqr(s), t)"),
        (tg.sqr(s) / s, "s"), (s / tg.sqr(s), "Reciprocal(s)"), (s * t / s, "t"),
        (s**3 * s**2, "Pow(s, 5.0)"), (s * tg.sqr(s), "Mul(s, Sqr(s))"),
        (tg.sqrt(s) * tg.sqrt(s), "s"), (s / s, "True_div(s, s)"),
        ((s**2) ** 3, "Pow(s, 6.0)"), (tg.sqr(s) ** 1.5, "Pow(Abs(s), 3.0)"),
        (tg.sqrt(tg.exp(s) ** 3), "Pow(Exp(s), 1.5)"), (1 / s**3, "Pow(s, -3.0)"),
        (tg.sqrt(s**3), "Sqrt(Pow(s, 3.0))"), (tg.sqr(s**1.5), "Pow(s, 3.0)"),
        (tg.sqr(s) / tg.sqr(t), "Sqr(True_div(s, t))"),
    ],
)  # fmt: skip
def test_powers_meet(graph, expected):
    assert canonical(graph) == expected


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (s**3, "Mul(s, Sqr(s))"), (s**4, "Sqr(Sqr(s))"), (s**5, "Mul(s, Sqr(Sqr(s)))"),
        (s**6, "Sqr(Mul(s, Sqr(s)))"), (s**8, "Sqr(Sqr(Sqr(s)))"),
        (s**-3, "Reciprocal(Mul(s, Sqr(s)))"), (s**1.5, "Mul(s, Sqrt(s))"),
        (s**-2.5, "Reciprocal(Mul(Sqr(s), Sqrt(s)))"), (s**0.25, "Sqrt(Sqrt(s))"),
        (s**9, "Pow(s, 9.0)"),
    ],
)  # fmt: skip
def test_small_powers_are_products(graph, expected):
    assert full(graph) == expected
