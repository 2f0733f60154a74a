"""Logic, comparisons, branches, the larger and the smaller, casts."""

import pytest

import tensorgraph as tg
from tests.rewrites.lines import canonical, full, k, n, p, q, s, t, u


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.logical_and(p, tg.logical_or(p, q)), "p"),
        (tg.logical_and(p, tg.logical_not(p)), "False"),
        (tg.logical_or(s, tg.logical_not(s)), "True"), (tg.eq(p, True), "p"),
        (tg.eq(p, False), "Logical_not(p)"), (tg.gt(p.astype("float64"), 0), "p"),
        (tg.lt(0, s), "Gt(s, 0.0)"), (tg.lt(-s, -t), "Gt(s, t)"),
        (tg.lt(-s, 2), "Gt(s, -2.0)"), (tg.logical_not(tg.eq(s, t)), "Neq(s, t)"),
        (tg.logical_not(tg.lt(n, k)), "Ge(n, k)"),
        (tg.logical_and(tg.gt(s, 1), tg.gt(s, 2)), "Gt(s, 2.0)"),
        (tg.logical_or(tg.gt(s, 1), tg.gt(s, 2)), "Gt(s, 1.0)"),
    ],
)  # fmt: skip
def test_logic(graph, expected):
    assert canonical(graph) == expected


def test_nan_keeps_its_answers():
    assert canonical(tg.logical_not(tg.lt(s, t))) == "Logical_not(Lt(s, t))"
    assert canonical(tg.eq(s, s)) == "Eq(s, s)"
    assert canonical(tg.lt(s, s)) == "False"


def test_ranges_decide():
    assert canonical(tg.lt(tg.exp(s), -1.0)) == "False"
    assert canonical(tg.ge(tg.exp(s), -1.0)).startswith("Ge")  # nan is not
    assert canonical(tg.maximum(tg.exp(s), 0.0)) == "Exp(s)"
    assert canonical(tg.minimum(tg.sigmoid(s), 1.0)) == "Sigmoid(s)"
    assert canonical(tg.maximum(tg.tanh(s), 0.5)).startswith("Maximum")


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.where(p, tg.where(p, s, t), u), "Where(p, s, u)"),
        (tg.where(p, s, tg.where(p, t, u)), "Where(p, s, u)"),
        (tg.where(p, tg.where(q, s, t), t), "Where(Logical_and(p, q), s, t)"),
        (tg.where(p, s, tg.where(q, s, t)), "Where(Logical_or(p, q), s, t)"),
        (tg.where(tg.logical_not(p), s, t), "Where(p, t, s)"),
        (tg.where(p, True, False), "p"), (tg.where(tg.constant(True), s, t), "s"),
        (tg.maximum(tg.maximum(s, 1), 2), "Maximum(s, 2.0)"),
        (tg.clip(tg.clip(s, 0, 5), 1, 7), "Minimum(Maximum(s, 1.0), 5.0)"),
        (tg.maximum(-s, -t), "Neg(Minimum(s, t))"),
        (tg.maximum(s, tg.maximum(s, t)), "Maximum(s, t)"),
    ],
)  # fmt: skip
def test_choices(graph, expected):
    assert canonical(graph) == expected


def test_a_function_of_both_branches_is_computed_once():
    assert full(tg.where(p, tg.exp(s), tg.exp(t))) == "Exp(Where(p, s, t))"
    assert full(tg.where(p, s * u, t * u)) == "Mul(Where(p, s, t), u)"


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (n.astype("int8").astype("int64"), "Cast{int64}(Cast{int8}(n))"),
        (n.astype("int32").astype("int8"), "Cast{int8}(n)"),
        (n.astype("float64").astype("int64"), "Cast{int64}(Cast{float64}(n))"),
        (p.astype("int8").astype("float64"), "Cast{float64}(p)"),
        (tg.fscalar("f").astype("float64").astype("float32"), "f"),
        (n.astype("bool"), "Neq(n, 0)"),
        (tg.where(p, 1, 0).astype("float64"), "Where(p, 1.0, 0.0)"),
    ],
)  # fmt: skip
def test_casts(graph, expected):
    assert canonical(graph) == expected
