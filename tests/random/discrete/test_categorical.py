"""Categorical against SciPy and NumPy."""

import numpy as np
import pytest
from scipy import stats

import tensorgraph as tg
from tensorgraph.errors import ParameterError
from tensorgraph.random import Categorical
from tensorgraph.testing.distributions import check_distribution


def test_categorical():
    check_distribution(
        Categorical,
        scipy=lambda p: stats.rv_discrete(values=(range(len(p)), p)),
        numpy=lambda rng, p, size: rng.choice(len(p), p=p, size=size),
        also=[([0.0, 1.0, 0.0],)],
    )


def test_each_row_of_a_table_has_its_own_value():
    p = np.random.default_rng(0).dirichlet([1.0, 2.0, 3.0, 4.0], size=(5, 2))
    x = np.random.default_rng(1).integers(0, 4, size=(3, 5, 2))
    expected = np.log(
        np.take_along_axis(np.broadcast_to(p, (3, 5, 2, 4)), x[..., None], -1)
    )
    np.testing.assert_allclose(
        Categorical.logp(x, p).eval(), expected[..., 0], rtol=1e-15
    )


def test_values_off_the_support_do_not_read_outside():
    p = tg.dvector("p")
    f = tg.function([p], Categorical.logp(np.array([-5, 0, 7]), p))
    np.testing.assert_array_equal(f([0.25, 0.75]), np.log([0.25, 0.25, 0.75]))


def test_rows_of_probabilities_draw_their_own_categories():
    p = np.eye(3)[[2, 0, 1, 1]]
    x = tg.random.categorical(p, size=(6, 4), rng=1)
    assert x.type.shape == (6, 4)
    expected = np.broadcast_to([2, 0, 1, 1], (6, 4))
    np.testing.assert_array_equal(x.eval(), expected)
    np.testing.assert_array_equal(tg.function([], x)(), expected)


@pytest.mark.parametrize("p", [[0.5, 0.6], [-0.5, 1.5], [], [np.nan, 1.0]])
def test_what_are_no_probabilities_is_refused(p):
    with pytest.raises(ParameterError, match="p >= 0 and sums to 1 does not hold"):
        tg.random.categorical(np.array(p, "float64")).eval()
