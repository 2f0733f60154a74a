"""Flat: no draws, density 1."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import RandomError, ShapeError
from tensorgraph.random import Flat
from tensorgraph.testing.distributions import check_distribution


def test_flat():
    check_distribution(Flat)


def test_its_log_density_has_the_shape_of_the_value():
    x = np.array([-1e300, 0.0, 2.0])
    np.testing.assert_array_equal(Flat.logp(x).eval(), np.zeros(3))


@pytest.mark.parametrize("mode", ["C", "PYTHON"])
def test_it_cannot_be_drawn_from(mode):
    with pytest.raises(RandomError, match="flat is no proper distribution"):
        tg.function([], tg.random.flat(size=3), mode=mode)()


def test_its_size_is_known():
    assert tg.random.flat(size=(2, 3)).type.shape == (2, 3)
    with pytest.raises(ShapeError, match="flat: size must be a number"):
        tg.random.flat(size=tg.lscalar("n"))
