"""Generators: words and NumPy's generators, shared generators, streams from a seed."""

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import RandomError
from tensorgraph.random import default_rng, next_state, random_type
from tensorgraph.random.generator import KINDS, spawn, to_generator, to_words


def generator_of(kind, seed=7):
    """A generator of a kind that has drawn, and holds half a word."""
    generator = np.random.Generator(getattr(np.random, kind)(seed))
    generator.integers(0, 10, dtype="uint32")
    generator.normal()
    return generator


@pytest.mark.parametrize("kind", KINDS)
def test_words_are_the_whole_state(kind):
    generator = generator_of(kind)
    copy = to_generator(to_words(generator.bit_generator))
    assert type(copy.bit_generator).__name__ == kind
    for _ in range(3):
        expected = generator.integers(0, 1 << 30, 3, "uint32")
        np.testing.assert_array_equal(copy.integers(0, 1 << 30, 3, "uint32"), expected)
        np.testing.assert_array_equal(copy.normal(size=4), generator.normal(size=4))


@pytest.mark.parametrize("mode", ["C", "NUMBA", "PYTHON"])
@pytest.mark.parametrize("kind", KINDS)
def test_compiled_draws_go_on_where_numpy_would(kind, mode):
    generator, rng = generator_of(kind), default_rng(generator_of(kind))
    x = tg.random.gamma([0.5, 3.0], size=(3, 2), rng=rng)
    draw = tg.function([], x, mode=mode)
    for _ in range(2):
        np.testing.assert_array_equal(draw(), generator.gamma([0.5, 3.0], size=(3, 2)))
    after = rng.get_value()
    np.testing.assert_array_equal(after.normal(size=3), generator.normal(size=3))


@pytest.mark.parametrize("kind", ["MT19937", "Philox"])
def test_other_kinds_are_refused(kind):
    with pytest.raises(RandomError, match=f"A {kind} generator cannot be part"):
        default_rng(np.random.Generator(getattr(np.random, kind)(1)))


@pytest.mark.parametrize("seed", [-1, "seed", 1.5, [1, -2]])
def test_what_cannot_seed_is_refused(seed):
    with pytest.raises(RandomError, match="cannot seed a random generator"):
        default_rng(seed)
    with pytest.raises(RandomError, match="cannot seed a random generator"):
        spawn(seed, 1)


def test_values_that_are_no_generators_are_refused():
    rng = default_rng(1)
    for value in (3, np.zeros(11), np.zeros(3, "uint64"), None):
        with pytest.raises(RandomError, match="Expected a random generator"):
            rng.set_value(value)


def test_a_shared_generator_is_set_and_read():
    rng = default_rng(1)
    first = rng.get_value()
    assert first.normal() == np.random.default_rng(1).normal()
    assert rng.get_value().normal() == np.random.default_rng(1).normal()
    rng.set_value(np.random.default_rng(2))
    x = tg.random.normal(rng=rng)
    assert x.eval() == np.random.default_rng(2).normal()


def test_a_shared_generator_pickles_with_its_state():
    rng = default_rng(3, name="noise")
    tg.function([], tg.random.normal(rng=rng))()
    copy = pickle.loads(pickle.dumps(rng))
    assert copy.name == "noise"
    assert copy.get_value().normal() == rng.get_value().normal()


def test_it_prints_its_kind():
    assert repr(default_rng(1)) == "RNG(<Generator(PCG64)>)"
    assert repr(default_rng(generator_of("SFC64"))) == "RNG(<Generator(SFC64)>)"
    assert repr(default_rng(1, name="rng")) == "rng"


def test_streams_of_a_seed_do_not_depend_on_their_number():
    two, five = spawn(1, 2), spawn(1, 5)
    numbers = [rng.get_value().normal() for rng in five]
    assert [rng.get_value().normal() for rng in two] == numbers[:2]
    assert len(set(numbers)) == 5
    assert spawn(2, 1)[0].get_value().normal() not in numbers


def test_a_numpy_generator_spawns_as_numpy_does():
    expected = [g.normal() for g in np.random.default_rng(1).spawn(2)]
    found = [rng.get_value().normal() for rng in spawn(np.random.default_rng(1), 2)]
    assert found == expected


def test_the_state_after_a_draw_serves_the_next():
    x = tg.random.normal(size=2, rng=1)
    y = tg.random.exponential(rng=next_state(x))
    generator = np.random.default_rng(1)
    expected = generator.normal(size=2), generator.exponential()
    for value, wanted in zip(tg.function([], [x, y])(), expected, strict=True):
        np.testing.assert_array_equal(value, wanted)


@pytest.mark.parametrize("variable", [tg.dscalar("x"), tg.exp(tg.dscalar("x"))])
def test_only_draws_have_a_next_state(variable):
    with pytest.raises(RandomError, match="is not a draw"):
        next_state(variable)


def test_a_generator_may_be_an_input():
    rng = random_type("rng")
    x = tg.random.normal(rng=rng)
    draw = tg.function([rng], [x, next_state(x)])
    generator = np.random.default_rng(4)
    state = to_words(generator.bit_generator)
    for _ in range(3):
        value, state = draw(state)
        assert value == generator.normal()
