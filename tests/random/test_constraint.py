"""Constraints: members, examples, bounds."""

import numpy as np
import pytest

import tensorgraph as tg
from tensorgraph.random import constraint
from tensorgraph.random.constraint import (
    above,
    at_least,
    categories,
    interval,
    vector,
)

INF, NAN = np.inf, np.nan
MEMBERS = {
    "positive": ([1e-300, 3.0, INF], [0.0, -1.0, NAN]),
    "nonnegative": ([0.0, 3.0], [-1e-300, NAN]),
    "unit_interval": ([0.0, 0.5, 1.0], [-1e-9, 1.1, NAN]),
    "boolean": ([0, 1], [2, -1]),
    "counts": ([0, 7], [-1]),
}
MATRICES = {
    "simplex": ([[0.2, 0.8], [0.0, 1.0]], [[0.5, 0.6], [-0.1, 1.1], [NAN, 1.0]]),
    "ordered": ([[1.0, 2.0]], [[1.0, 1.0], [2.0, 1.0], [NAN, 1.0]]),
    "positive_definite": ([[[2.0, 1.0], [1.0, 2.0]]], [[[1.0, 2.0], [2.0, 1.0]]]),
}


@pytest.mark.parametrize("name", [*MEMBERS, *MATRICES])
def test_members_and_others(name):
    inside, outside = (MEMBERS | MATRICES)[name]
    found = getattr(constraint, name).contains
    assert found(np.array(inside)).eval().all()
    assert not found(np.array(outside)).eval().any()


@pytest.mark.parametrize("name", ["boolean", "counts"])
def test_fractions_are_no_integers(name):
    assert not getattr(constraint, name).contains([0.5]).eval().any()


def test_all_real_numbers_are_real():
    assert constraint.real.contains(3.0) is None


def test_elements_of_vectors():
    positive = vector(constraint.positive)
    found = positive.contains([[1.0, 2.0], [1.0, 0.0]]).eval()
    np.testing.assert_array_equal(found, [True, False])
    assert vector(constraint.real).contains([1.0]) is None


def test_intervals_include_their_bounds():
    found = interval(-1.0, 2.0).contains([-1.0, 2.0, 2.1, -1.1]).eval()
    np.testing.assert_array_equal(found, [True, True, False, False])
    found = categories(3).contains([0, 2, 3, -1]).eval()
    np.testing.assert_array_equal(found, [True, True, False, False])


def test_bounds_are_numbers_where_they_are_known():
    expanded = tg.expand_dims(tg.constant(2.0), 0)
    low = tg.dscalar("low")
    assert interval(0, expanded).upper == 2.0
    assert at_least(expanded).lower == 2.0
    assert at_least(0) is constraint.nonnegative
    assert at_least(low).lower is low
    assert at_least(low).contains(1.0).eval({low: 1.0})


def test_a_constraint_may_depend_on_another_parameter():
    high = above("low")
    assert high.others == ("low",)
    np.testing.assert_array_equal(high.contains([1.0, 2.0], 1.0).eval(), [False, True])


@pytest.mark.parametrize(
    "one",
    [
        constraint.real, constraint.positive, constraint.nonnegative,
        constraint.unit_interval, constraint.boolean, constraint.counts,
        constraint.simplex, constraint.ordered, constraint.positive_definite,
        interval(-1.0, 3.0), at_least(2.0), categories(4), vector(constraint.positive),
    ],
    ids=repr,
)  # fmt: skip
def test_examples_are_members(one):
    shape = (50, *[3] * one.event_ndim)
    example = one.example(np.random.default_rng(0), shape)
    member = one.contains(example)
    assert example.shape == shape
    assert member is None or member.eval().all()
    assert one.dtype == ("int64" if one.discrete else "float64")
