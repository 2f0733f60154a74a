"""Constructors: parameters in NumPy's order, by position and by keyword."""

import inspect

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.errors import DTypeError, RandomError, ShapeError
from tensorgraph.random import default_rng


@pytest.mark.parametrize(
    "name", ["normal", "uniform", "exponential", "gamma", "poisson", "dirichlet"]
)
def test_parameters_stand_in_numpys_order(name):
    theirs = getattr(np.random.Generator(np.random.PCG64()), name).__doc__.split("\n")
    first = next(line for line in theirs if f"{name}(" in line)
    given = first[first.index("(") + 1 : first.index(")")].split(",")
    expected = [part.split("=")[0].strip() for part in given]
    ours = list(inspect.signature(getattr(tg.random, name)).parameters)
    assert ours[: len(expected)] == expected


def test_parameters_by_position_by_keyword_and_by_default():
    expected = np.random.default_rng(1).normal(2.0, 3.0, 4)
    for x in (
        tg.random.normal(2.0, 3.0, 4, rng=1),
        tg.random.normal(size=4, scale=3.0, loc=2.0, rng=1),
        tg.random.normal(2.0, size=4, scale=3.0, rng=default_rng(1)),
    ):
        np.testing.assert_array_equal(x.eval(), expected)
    standard = tg.random.normal(rng=1)
    assert standard.eval() == np.random.default_rng(1).normal()


def test_a_name_is_kept():
    assert tg.random.normal(0, 1, name="mu").name == "mu"


def test_the_documentation_lists_parameters_and_alternatives():
    text = tg.random.gamma.__doc__
    assert "- shape: shape > 0" in text
    assert "- scale: scale > 0, by default 1.0" in text
    assert "(shape, rate), or (mean, sd)" in text


r = tg.random
WRONG = {
    "too many": (lambda: r.normal(0, 1, 2, 3), RandomError, "too many positional"),
    "unknown": (lambda: r.normal(mu=0), RandomError, "keyword argument 'mu'"),
    "missing": (lambda: r.gamma(), RandomError, "missing a required argument: 'shape'"),
    "mixed forms": (
        lambda: r.gamma(1.0, rate=2.0, scale=3.0), RandomError,
        r"gamma takes \(shape, scale\) or \(shape, rate\) or \(mean, sd\), then size",
    ),
    "two forms": (lambda: r.bernoulli(0.5, logit=1.0), RandomError, "bernoulli takes"),
    "half a form": (lambda: r.gamma(mean=1.0), RandomError, "argument: 'sd'"),
    "text": (lambda: r.normal("a", 1), DTypeError, "Cannot make a tensor of 'a'"),
    "size rank": (
        lambda: r.normal([0.0, 1.0], 1, size=()), ShapeError,
        r"size \(\) has rank 0, but the parameters have batch rank 1",
    ),
    "size length": (
        lambda: r.normal([0.0, 1.0], 1, size=3), ShapeError,
        "normal: loc has length 2 where 3 is needed",
    ),
    "negative size": (lambda: r.normal(size=-1), ShapeError, "-1 was given"),
    "broken size": (lambda: r.normal(size=2.5), ShapeError, "not 2.5"),
    "parameters": (
        lambda: r.normal([1.0, 2.0], [1.0, 2.0, 3.0]), ShapeError,
        "normal: scale has length 3 where 2 is needed",
    ),
    "core rank": (
        lambda: r.dirichlet(1.0), ShapeError, "alpha of type .* has rank 0; it needs",
    ),
    "seed": (lambda: r.normal(rng="x"), RandomError, "'x' cannot seed"),
    "tensor as rng": (
        lambda: r.normal(rng=tg.dscalar("g")), RandomError, "not a random generator",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments(case):
    call, error, message = WRONG[case]
    with pytest.raises(error, match=message) as caught:
        call()
    assert "test_constructor.py" in str(caught.value)
