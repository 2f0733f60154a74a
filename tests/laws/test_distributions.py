"""Every distribution has an oracle, a place in the index, and equal values anywhere."""

import inspect
from pathlib import Path

import numpy as np
import pytest

from tensorgraph import random
from tensorgraph.random import DISTRIBUTIONS
from tensorgraph.random.constructor import CONSTRUCTORS
from tensorgraph.testing.distributions import check_compiled
from tensorgraph.testing.family import Family

TESTS = Path(__file__).parents[1]
OURS = {
    name: d
    for name, d in DISTRIBUTIONS.items()
    if d.__module__.startswith("tensorgraph.")
}


@pytest.mark.parametrize("name", OURS)
def test_every_distribution_is_checked_against_an_oracle(name):
    """A file of its own calls `check_distribution` with the class."""
    distribution = OURS[name]
    *_, kind, module = distribution.__module__.split(".")
    text = (TESTS / "random" / kind / f"test_{module}.py").read_text("utf-8")
    call = text.partition(f"check_distribution(\n        {distribution.__name__},")[2]
    improper = (
        distribution.draw is None
        and f"check_distribution({distribution.__name__})" in text
    )
    assert "scipy=" in call.partition("\n    )")[0] or improper


@pytest.mark.parametrize("name", OURS)
def test_every_distribution_stands_in_the_index(name):
    distribution = OURS[name]
    assert getattr(random, distribution.__name__) is distribution
    assert distribution.__name__ in random.__all__
    made = [f for f in CONSTRUCTORS if getattr(random, f, None) is CONSTRUCTORS[f]]
    assert any(name.startswith(constructor) for constructor in made)


@pytest.mark.parametrize("name", OURS)
def test_every_distribution_says_where_samplers_start(name):
    family = Family(OURS[name])
    params = family.parameters(family.rng)
    (point,) = family.values(params, family.points(params)[:1], ["support_point"])
    inside = family.distribution.support_of(*params).contains(point)
    assert np.isfinite(point).all()
    assert inside is None or inside.eval().all()
    assert point.dtype == family.distribution.dtype


@pytest.mark.parametrize("name", OURS)
def test_every_distribution_is_documented(name):
    assert inspect.getdoc(OURS[name])


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["NUMBA", "FAST_COMPILE"])
@pytest.mark.parametrize("name", OURS)
def test_other_backends_agree(name, mode):
    family = Family(OURS[name])
    params = family.parameters(family.rng)
    check_compiled(family, params, family.points(params), mode)
