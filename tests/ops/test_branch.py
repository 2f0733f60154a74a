"""ifelse: laziness, gradients, arrays, batching, wrong inputs."""

from __future__ import annotations

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.loops.lower import lower
from tensorgraph.loops.show import show

MODES = ["C", "NUMBA", "PYTHON"]


@pytest.mark.parametrize("mode", MODES)
def test_only_the_arm_taken_is_computed(mode):
    """An index out of bounds in the other arm is never looked at."""
    x, i = tg.dvector("x"), tg.lscalar("i")
    y = tg.ifelse(i < 3, x[i] * 2, tg.sum(x))
    f = tg.function([x, i], y, mode=mode)
    assert f(np.arange(3.0), 2) == 4.0
    assert f(np.arange(3.0), 7) == 3.0


def test_the_work_of_an_arm_stands_inside_of_it():
    x, c = tg.dvector("x"), tg.scalar("c", dtype="bool")
    y = tg.ifelse(c, tg.sum(tg.exp(x)), tg.sum(tg.log(x)))
    text = show(lower([x, c], [y]).program)
    assert (
        text.index("if ") < text.index("exp(") < text.index("else") < text.index("log(")
    )


def test_shared_work_stands_before_both_arms():
    x, c = tg.dvector("x"), tg.scalar("c", dtype="bool")
    total = tg.sum(tg.exp(x))
    text = show(lower([x, c], [tg.ifelse(c, total, total * 2)]).program)
    assert text.index("exp(") < text.index("if ")


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("taken", [True, False])
def test_gradients_follow_the_arm(mode, taken):
    x, c = tg.dvector("x"), tg.scalar("c", dtype="bool")
    y = tg.ifelse(c, tg.sum(tg.exp(x)), tg.sum(x**3))
    f = tg.function([x, c], tg.grad(y, x), mode=mode)
    point = np.array([0.5, 2.0])
    expected = np.exp(point) if taken else 3 * point**2
    np.testing.assert_allclose(f(point, taken), expected, rtol=1e-14)


@pytest.mark.parametrize("mode", MODES)
def test_arms_of_several_arrays(mode):
    x, c = tg.dvector("x"), tg.scalar("c", dtype="bool")
    a, b = tg.ifelse(c, [x + 1, tg.sum(x)], [x * 2, tg.max(x)])
    f = tg.function([x, c], [a, b], mode=mode)
    np.testing.assert_array_equal(f(np.arange(3.0), True)[0], [1, 2, 3])
    assert f(np.arange(3.0), False)[1] == 2.0


def test_nested_branches():
    x = tg.dscalar("x")
    inner = tg.ifelse(x > 10, x * 100, x * 10)
    f = tg.function([x], tg.ifelse(x > 0, inner, -x))
    assert [f(-3.0), f(2.0), f(20.0)] == [3.0, 20.0, 2000.0]


def test_a_batch_of_conditions_needs_both_arms():
    x, c = tg.dscalar("x"), tg.scalar("c", dtype="bool")
    y = tg.ifelse(c, tg.exp(x), -x)
    cs = tg.vector("cs", dtype="bool")
    got = tg.vectorize_graph(y, {c: cs}).eval({cs: [True, False], x: 1.0})
    np.testing.assert_allclose(got, [np.e, -1.0])


def test_wrong_inputs():
    x = tg.dvector("x")
    with pytest.raises(ShapeError, match="bool scalar"):
        tg.ifelse(x > 0, x, x)
    with pytest.raises(ShapeError, match="arms have types"):
        tg.ifelse(tg.constant(True), x, tg.sum(x))
    with pytest.raises(ShapeError, match="1 and 2 values"):
        tg.ifelse(tg.constant(True), x, [x, x])


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
def test_arms_promote_and_numbers_choose(mode):
    x, k, h = tg.dscalar("x"), tg.lscalar("k"), tg.fscalar("h")
    outputs = [tg.ifelse(k, x, 1), tg.ifelse(k > 1, k, x), tg.ifelse(x, h, 2)]
    assert [v.type.dtype for v in outputs] == ["float64", "float64", "float32"]
    f = tg.function([x, k, h], outputs, mode=mode)
    assert f(0.5, 2, 3.0) == [0.5, 2.0, 3.0] and f(0.0, 0, 3.0) == [1.0, 0.0, 2.0]


def test_wrong_branches():
    x, v = tg.dscalar("x"), tg.dvector("v")
    for wrong in (
        lambda: tg.ifelse(v > 0, x, x), lambda: tg.ifelse("yes", x, x),
        lambda: tg.ifelse(x > 0, x, v), lambda: tg.ifelse(x > 0, [x, x], [x]),
        lambda: tg.ifelse(x > 0, "a", x), lambda: tg.ifelse(None, x, x),
    ):  # fmt: skip
        with pytest.raises((ShapeError, DTypeError)):
            wrong()


@pytest.mark.parametrize("mode", ["PYTHON", "C"])
def test_gradients_of_branches_of_other_lengths(mode):
    p, a, b = tg.scalar("p", dtype="bool"), tg.dvector("a"), tg.dvector("b")
    y = tg.ifelse(p, b, tg.exp(a))
    f = tg.function([p, a, b], tg.grad(tg.sum(y * y), [a, b]), mode=mode)
    slopes = f(True, [0.5], [1.0, 2.0, 3.0])
    np.testing.assert_array_equal(slopes[0], [0.0])
    np.testing.assert_array_equal(slopes[1], [2.0, 4.0, 6.0])
    slopes = f(False, [0.5], [1.0, 2.0, 3.0])
    np.testing.assert_allclose(slopes[0], 2 * np.exp([1.0]), rtol=1e-15)
    np.testing.assert_array_equal(slopes[1], np.zeros(3))
