"""Draws of events: NumPy's own choices, vectors on the simplex."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.loops.lower import lower
from tensorgraph.loops.show import show
from tensorgraph.random import random_type

CHOICE = """\
  call tg_bitgen_bind(&words[0]) reads words writes words
  for 0 in 2 in_order
    let uniform = call random_standard_uniform(&words[0]) reads words writes words
    carry total = 0
    for k in 3 in_order
      set total = total + p[0, k]
    carry sum = 0
    carry category = 0
    for k in 3 in_order
      set sum = sum + p[0, k]
      set category = category + i64(sum / total <= uniform)
    out0[0] = category
  call tg_bitgen_release(&words[0]) reads words writes words"""
MODES = ["C", "NUMBA", "PYTHON"]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("count", [1, 2, 30])
def test_choices_are_numpys(count, mode):
    p = np.random.default_rng(0).dirichlet(np.full(count, 0.5))
    x = tg.random.categorical(p, size=(50,), rng=1)
    expected = np.random.default_rng(1).choice(count, p=p, size=50)
    np.testing.assert_array_equal(tg.function([], x, mode=mode)(), expected)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "alpha",
    [[0.01, 0.05, 0.002], [0.09], [0.05, 0.2], [3.0], [0.1, 0.1], [50.0] * 20, []],
)
def test_vectors_on_the_simplex_are_numpys(alpha, mode):
    x = tg.random.dirichlet(np.array(alpha), size=4, rng=1)
    expected = np.random.default_rng(1).dirichlet(alpha, size=4)
    np.testing.assert_array_equal(tg.function([], x, mode=mode)(), expected)


@pytest.mark.parametrize("mode", MODES)
def test_each_row_of_a_batch_is_an_event_of_its_own(mode):
    alpha = np.array([[0.01, 0.02], [1.0, 2.0], [0.05, 5.0]])
    generator = np.random.default_rng(1)
    expected = [[generator.dirichlet(row) for row in alpha] for _ in range(2)]
    x = tg.random.dirichlet(alpha, size=(2, 3), rng=1)
    np.testing.assert_array_equal(tg.function([], x, mode=mode)(), expected)


def test_the_loop_of_a_choice_reads_as_written():
    p, rng = tg.tensor("p", shape=(3,)), random_type("rng")
    x = tg.random.categorical(p, size=2, rng=rng)
    text = show(lower([rng, p], [x]).program)
    assert CHOICE in text.replace("w4", "p").replace("w5", "words").replace("out0_", "")
