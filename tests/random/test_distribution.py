"""Distributions as classes: what follows from a declaration, and what is refused."""

import pickle

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import ParameterError, RandomError
from tensorgraph.random import (
    DISTRIBUTIONS,
    Distribution,
    constructor,
    numpy_draw,
    parametrization,
)
from tensorgraph.random.constraint import positive, real, simplex, vector


class Gumbel(Distribution):
    """The largest of many draws."""

    loc: real
    scale: positive = 1.0
    support = real
    draw = numpy_draw("gumbel")

    @parametrization
    def by_rate(loc, rate):
        return loc, 1 / rate

    def logp(x, loc, scale):
        z = (x - loc) / scale
        return -(z + tg.exp(-z)) - tg.log(scale)

    def support_point(loc, scale):
        return loc


gumbel = constructor(Gumbel)


@pytest.fixture(autouse=True, scope="module")
def forgotten():
    """Later tests do not see the distributions of this file."""
    yield
    for name in ("gumbel", "pair"):
        DISTRIBUTIONS.pop(name, None)


def test_a_distribution_of_the_users_own_is_one_class():
    x = gumbel([0.0, 1.0], size=(3, 2), rng=1)
    expected = np.random.default_rng(1).gumbel([0.0, 1.0], size=(3, 2))
    np.testing.assert_array_equal(x.eval(), expected)
    np.testing.assert_array_equal(tg.function([], x)(), expected)
    assert str(x.owner.op) == 'gumbel_rv{"(),()->()"}'


def test_what_follows_from_the_declaration():
    assert (Gumbel.name, Gumbel.signature, Gumbel.dtype) == (
        "gumbel", "(),()->()", "float64",
    )  # fmt: skip
    assert list(Gumbel.parameters) == ["loc", "scale"]
    assert Gumbel.defaults == {"scale": 1.0}
    assert [p.names for p in Gumbel.parametrizations] == [("loc", "rate")]


def test_core_shapes_follow_from_constraints():
    class Pair(Distribution):
        weights: vector(positive)
        tilt: real = 0.0
        support = simplex

        def logp(x, weights, tilt):
            return tilt

    assert Pair.signature == "(w),()->(w)"
    assert Pair.cores == [("w",), ()]
    assert Pair.event == ("w",)
    assert Pair.logp(np.ones((4, 3)), np.ones(3), 0.5).eval().shape == (4,)


def test_formulas_have_the_shape_of_all_arguments():
    assert Gumbel.support_point(0.0, [1.0, 2.0]).type.shape == (2,)
    rows = tg.tensor("rows", shape=("n", 1))
    columns = tg.tensor("columns", shape=(1, None))
    point = Gumbel.support_point(rows, columns)
    assert point.type.shape == ("n", None)
    value = point.eval({rows: np.ones((2, 1)), columns: np.ones((1, 3))})
    np.testing.assert_array_equal(value, np.ones((2, 3)))


def test_draws_pickle():
    x = gumbel(0.0, size=2, rng=1)
    copy = pickle.loads(pickle.dumps(x))
    assert copy.owner.op == x.owner.op
    np.testing.assert_array_equal(copy.eval(), x.eval())


def test_conditions_name_parameter_and_value():
    (condition,) = Gumbel.conditions(0.0, [1.0, -2.0])
    assert (condition.name, condition.text) == ("scale", "scale > 0")
    np.testing.assert_array_equal(condition.holds.eval(), [True, False])
    with pytest.raises(
        ParameterError, match="scale > 0 does not hold: the value is -2"
    ):
        Gumbel.checked(1.0, 0.0, [1.0, -2.0]).eval()


def test_parameters_without_a_constraint_are_refused():
    with pytest.raises(RandomError, match="parameter loc is annotated with 'real'"):

        class Wrong(Distribution):
            loc: "real"
            support = real

            def logp(x, loc):
                return x - loc


@pytest.mark.parametrize("missing", ["support", "logp"])
def test_a_distribution_needs_a_support_and_a_density(missing):
    members = {"support": real, "logp": lambda x: x, "__annotations__": {}}
    del members[missing]
    with pytest.raises(RandomError, match=f"Wrong states no {missing}"):
        type("Wrong", (Distribution,), members)
