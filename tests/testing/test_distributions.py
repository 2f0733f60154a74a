"""The law of distributions finds what is wrong with one."""

import numpy as np
import pytest
from scipy import stats

from tensorgraph.ops.math import log, sqr
from tensorgraph.ops.special.normal import HALF_LOG_TWO_PI, log_ndtr, ndtri
from tensorgraph.random import DISTRIBUTIONS, Distribution, numpy_draw
from tensorgraph.random.constraint import nonnegative, positive, real
from tensorgraph.testing.distributions import check_distribution


def logp(x, loc, scale):
    return -0.5 * sqr((x - loc) / scale) - log(scale) - HALF_LOG_TWO_PI


RIGHT = {
    "support": real,
    "draw": numpy_draw("normal"),
    "logp": logp,
    "logcdf": lambda x, loc, scale: log_ndtr((x - loc) / scale),
    "icdf": lambda p, loc, scale: loc + scale * ndtri(p),
    "mean": lambda loc, scale: loc,
    "variance": lambda loc, scale: sqr(scale),
}
WRONG = {
    "a density twice as high": {"logp": lambda x, m, s: logp(x, m, s) + log(2.0)},
    "a density of another scale": {"logp": lambda x, m, s: logp(x, m, 2 * s)},
    "a tail of the other side": {"logcdf": lambda x, m, s: log_ndtr((m - x) / s)},
    "quantiles that do not invert": {"icdf": lambda p, m, s: m + ndtri(p)},
    "draws of another scale": {"draw": numpy_draw("normal", lambda m, s: (m, 2 * s))},
    "draws of another place": {"draw": numpy_draw("normal", lambda m, s: (m + s, s))},
    "draws outside the support": {"support": nonnegative},
    "another mean": {"mean": lambda m, s: m + s},
    "another variance": {"variance": lambda m, s: s},
    "rows that are summed": {"logp": lambda x, m, s: logp(x, m, s).sum()},
}


@pytest.fixture
def made():
    """Makes a normal with some of its members changed, and forgets it afterwards."""

    def make(scale=positive, **changes):
        members = {"__annotations__": {"loc": real, "scale": scale}}
        return type("Changed", (Distribution,), members | RIGHT | changes)

    yield make
    DISTRIBUTIONS.pop("changed", None)


def check(distribution, **options):
    check_distribution(
        distribution,
        scipy=lambda loc, scale: stats.norm(loc, scale),
        modes=(),
        **options,
    )


def test_nothing_is_found_where_nothing_is_wrong(made):
    check(made(), numpy=lambda rng, loc, scale, size: rng.normal(loc, scale, size))


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found_by_the_oracle(what, made):
    with pytest.raises((AssertionError, ValueError)):
        check(made(**WRONG[what]))


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_found_without_an_oracle(what, made):
    with pytest.raises((AssertionError, ValueError)):
        check_distribution(made(**WRONG[what]), modes=())


def test_another_stream_is_found(made):
    with pytest.raises(AssertionError, match="draws of changed"):
        check(made(), numpy=lambda rng, loc, scale, size: rng.normal(size=size))


def test_draws_that_differ_by_rounding_are_found(made):
    shifted = numpy_draw("normal", transform=lambda z, m, s: z + 1e-16 * s + 1e-9)
    with pytest.raises(AssertionError, match="draws of changed"):
        check(made(draw=shifted), numpy=lambda rng, m, s, size: rng.normal(m, s, size))


def test_a_parameter_that_is_not_checked_is_found(made):
    def unchecked(result, *params):
        return result

    distribution = made()
    distribution.checked = unchecked
    with pytest.raises(AssertionError, match=r"scale = .* was taken"):
        check(distribution)


def test_parameters_of_ones_own_are_tried(made):
    def only_small(x, loc, scale):
        return logp(x, loc, scale) + (scale > 1e3) * 1.0

    distribution = made(logp=only_small)
    check(distribution)
    with pytest.raises(AssertionError, match="logp of changed"):
        check(distribution, also=[(0.0, np.float64(2e3))])
