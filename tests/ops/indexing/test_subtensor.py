"""What basic indexing costs: the loops that views, updates and gradients become."""

import numpy as np

import tensorgraph as tg
from tensorgraph.loops.ir import Check, For, Program
from tensorgraph.loops.lower import lower
from tensorgraph.loops.verify import verify
from tensorgraph.loops.walk import statements
from tests.ops.interpreted import interpreted

q = tg.dvector("q", shape=300)
x = tg.dvector("x")
k = tg.lscalar("k")


def program(inputs, outputs) -> Program:
    "The loop program of a graph, verified."
    found = lower(inputs, outputs).program
    verify(found)
    return found


def loops(found: Program) -> list[str]:
    "The orders of the loops of a program."
    return [s.order for s in statements(found.body) if isinstance(s, For)]


def checks(found: Program) -> int:
    "How many checks a run makes, those on entry aside."
    return len([s for s in statements(found.body) if isinstance(s, Check)])


def test_known_places_are_read_where_they_are():
    "Scalars and slices of a parameter vector: one loop, no memory, no check in it."
    found = program([q], [q[0] + q[1] * q[2:200]])
    assert loops(found) == ["any"]
    assert not found.placements and not checks(found)


def test_relative_slices_fit_every_length():
    for y in (x[1:] - x[:-1], x[::-1] * x, x[3:] + x[1:-2], x[::2] * 2):
        found = program([x], [y])
        assert loops(found) == ["any"]
        assert not found.placements and not checks(found) and not found.plan.checks


def test_relative_slices_of_known_lengths_do_not_fix_them():
    "The same code serves data of another length."
    first = program([q], [q[1:] - q[:-1]])
    longer = tg.dvector("q", shape=301)
    assert first.plan == program([longer], [longer[1:] - longer[:-1]]).plan


def test_a_symbolic_place_is_checked_once():
    assert checks(program([x, k], [x[k] * x])) == 1
    assert checks(program([x, k], [tg.grad(x[k] * 2.0, x)])) == 1


def test_the_gradient_of_a_slice_is_one_loop():
    y = tg.sum(tg.exp(q[10:200]))
    slope = tg.grad(y, q)
    assert loops(program([q], [slope])) == ["any"]
    value = np.linspace(-1, 1, 300)
    expected = np.where(
        (np.arange(300) >= 10) & (np.arange(300) < 200), np.exp(value), 0
    )
    np.testing.assert_allclose(interpreted([slope], {q: value})[0], expected)


def test_an_update_copies_and_writes():
    found = program([x, k], [x.at[k].set(2.0)])
    assert loops(found) == ["any"] and checks(found) == 1
    assert not found.placements


def test_gradients_of_slices_of_no_elements():
    for y in (x[5:], x[:-5], x[2:2], x[k:]):
        slope = tg.grad(tg.sum(y * 2.0), x)
        for n in (0, 1, 5):
            given = {x: np.ones(n), k: n}
            np.testing.assert_array_equal(interpreted([slope], given)[0], np.zeros(n))
