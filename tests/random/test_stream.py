"""Streams: many random variables from one seed."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.random import RandomStream


def test_equal_seeds_make_equal_variables():
    one, other = RandomStream(1), RandomStream(1)
    for stream in (one, other):
        stream.gamma(2.0)
    a, b = one.normal(0, 1, size=3), other.normal(0, 1, size=3)
    np.testing.assert_array_equal(a.eval(), b.eval())


def test_variables_of_a_stream_are_independent():
    stream = RandomStream(1)
    a, b = stream.normal(), stream.normal()
    assert a.eval() != b.eval()
    tg.function([], [a, b])


def test_seeding_again_starts_all_over():
    stream = RandomStream(1)
    x = stream.normal(size=2)
    draw = tg.function([], x)
    first = draw()
    assert not np.array_equal(draw(), first)
    stream.seed(1)
    np.testing.assert_array_equal(draw(), first)


def test_what_is_no_distribution_is_no_method():
    with pytest.raises(AttributeError, match="no distribution 'nromal'"):
        RandomStream(1).nromal()
