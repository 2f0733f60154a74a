"""Forward draws: consistent within a draw, reproducible by a seed."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import GraphError, RandomError
from tensorgraph.random import default_rng, next_state

MODES = ["C", "NUMBA", "PYTHON"]


def test_a_single_draw_has_no_leading_axis():
    x = tg.random.normal(0, 1, size=(2, 3))
    assert tg.draw(x).shape == (2, 3)
    assert tg.draw(x, 4).shape == (4, 2, 3)
    a, b = tg.draw([x, x.sum()], 5)
    assert (a.shape, b.shape) == ((5, 2, 3), (5,))
    np.testing.assert_allclose(a.sum((1, 2)), b)


def test_variables_are_drawn_together():
    x = tg.random.normal(0, 1)
    y = tg.random.normal(x, 1e-9)
    z = x + 10
    a, b, c = tg.draw([x, y, z], 50)
    np.testing.assert_allclose(a, b, atol=1e-7)
    np.testing.assert_array_equal(a + 10, c)
    assert len(set(a)) == 50


@pytest.mark.parametrize("mode", MODES)
def test_a_seed_spawns_a_stream_for_each_generator(mode):
    x = tg.random.normal(0, 1)
    y = tg.random.gamma(tg.exp(x), size=2)
    first, second = (
        np.random.default_rng(s) for s in np.random.SeedSequence(7).spawn(2)
    )
    a, b = tg.draw([x, y], 3, seed=7, mode=mode)
    for value, row in zip(a, b, strict=True):
        assert value == first.normal()
        np.testing.assert_allclose(row, second.gamma(np.exp(value), size=2), rtol=1e-15)


def test_a_seed_leaves_the_generators_alone():
    x = tg.random.normal(0, 1, size=3)
    before = x.eval()
    np.testing.assert_array_equal(tg.draw(x, 2, seed=1), tg.draw(x, 2, seed=1))
    assert not np.array_equal(tg.draw(x, 2, seed=2), tg.draw(x, 2, seed=1))
    np.testing.assert_array_equal(x.eval(), before)


def test_without_a_seed_the_generators_advance():
    x = tg.random.normal(0, 1, rng=1)
    generator = np.random.default_rng(1)
    np.testing.assert_array_equal(tg.draw(x, 3), generator.normal(size=3))
    assert tg.draw(x) == generator.normal()


def test_more_draws_begin_with_the_same():
    x = tg.random.poisson(4.0, size=2)
    np.testing.assert_array_equal(tg.draw(x, 9, seed=3)[:4], tg.draw(x, 4, seed=3))
    assert tg.draw(x, 9, seed=3).dtype == "int64"


def test_clones_and_chains_keep_their_noise():
    x = tg.random.normal(0, 1)
    _, (copy,) = tg.clone([x])
    a, b = tg.draw([x, copy], 5, seed=1)
    np.testing.assert_array_equal(a, b)
    y = tg.random.normal(0, 1, rng=next_state(x))
    stream = np.random.default_rng(np.random.SeedSequence(1).spawn(1)[0])
    a, b = tg.draw([x, y], 2, seed=1)
    np.testing.assert_array_equal(np.stack([a, b], 1).ravel(), stream.normal(size=4))


def test_values_may_be_given():
    x = tg.random.normal(0, 1)
    y = tg.random.normal(x, 1e-9)
    np.testing.assert_allclose(
        tg.draw(y, 3, givens={x: tg.constant(5.0)}), 5.0, atol=1e-7
    )


def test_deterministic_variables_are_drawn_too():
    np.testing.assert_array_equal(tg.draw(tg.constant([1.0, 2.0]), 2), [[1, 2], [1, 2]])


@pytest.mark.parametrize("draws", [0, -1, 2.5, True, "3"])
def test_a_wrong_number_of_draws(draws):
    with pytest.raises(RandomError, match="draws must be a positive integer"):
        tg.draw(tg.random.normal(), draws)


def test_missing_inputs_and_improper_variables():
    m = tg.dscalar("m")
    with pytest.raises(GraphError, match="which is not an input"):
        tg.draw(tg.random.normal(m, 1))
    with pytest.raises(RandomError, match="flat is no proper distribution"):
        tg.draw(tg.random.flat())
    with pytest.raises(RandomError, match="'x' cannot seed"):
        tg.draw(tg.random.normal(), seed="x")


def test_two_draws_of_one_state_are_refused():
    rng = default_rng(1)
    pair = [tg.random.normal(rng=rng), tg.random.uniform(rng=rng)]
    for seed in (None, 1):
        with pytest.raises(RandomError, match="Two draws read the state"):
            tg.draw(pair, seed=seed)


def test_a_generator_spawns_different_streams_each_time():
    x = tg.random.normal(0, 1)
    generator = np.random.default_rng(1)
    assert tg.draw(x, seed=generator) != tg.draw(x, seed=generator)
