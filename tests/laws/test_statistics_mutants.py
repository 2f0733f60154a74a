"""The statistics of groups with mistakes that are easily made: the law sees each."""

import numpy as np
import pytest

from tensorgraph.errors import TensorGraphError
from tensorgraph.rewrites.phases import theme
from tensorgraph.rewrites.speed import residuals, statistics
from tensorgraph.rewrites.speed.directions import Directions
from tensorgraph.rewrites.speed.orthogonal import factored, groups_of
from tensorgraph.rewrites.speed.residuals import AtGroups, Grouped, Product, Residual
from tensorgraph.testing.rules import RuleBroken, check_rule
from tests.laws.rule_examples import EXAMPLES

MUTANTS = {}


def mutant(owner, name, rule="sums_over_data_are_sums_over_groups"):
    """Enter what is to stand for `owner.name`, and the rule whose law sees it."""

    def decorate(function):
        MUTANTS[function.__name__] = owner, name, function, rule
        return function

    return decorate


@mutant(statistics, "factored")
def the_rest_is_forgotten(columns, target, weights, groups, dtype):
    found = factored(columns, target, weights, groups, dtype)
    found.rest[:] = 0
    return found


@mutant(statistics, "factored")
def weights_do_not_matter(columns, target, weights, groups, dtype):
    return factored(columns, target, np.ones_like(weights), groups, dtype)


@mutant(statistics, "factored")
def single_precision_is_enough(columns, target, weights, groups, dtype):
    return factored(columns, target, weights, groups, "float32")


@mutant(statistics, "factored")
def columns_are_orthogonal_anyway(columns, target, weights, groups, dtype):
    found = factored(columns, target, weights, groups, dtype)
    for slope in found.slopes.values():
        slope[:] = 0
    return found


@mutant(statistics, "groups_of")
def the_last_index_does_not_matter(keys, length):
    return groups_of(keys[:-1] if len(keys) > 1 else keys, length)


@mutant(Directions, "_used")
def the_last_column_is_always_a_combination(self):
    return list(range(len(self.found.sizes) - 1))


@mutant(Directions, "products", "data_are_added_to_groups_by_their_statistics")
def a_column_is_orthogonal_to_those_before(self, j):
    return [self.pull(j)]


@mutant(Directions, "_whole")
def every_term_is_added(self, k):
    sign, *_ = self.own[k][0]
    return sign, sum(w for _, w in self.own[k])


@mutant(residuals, "gathered", "data_are_added_to_groups_by_their_statistics")
def every_place_is_read(x, places):
    return x[: places.size]


@mutant(AtGroups, "product")
def nothing_divides(self, factors):
    made = None
    for v, _ in factors:
        made = self(v) if made is None else made * self(v)
    return made


@mutant(Grouped, "note")
def rows_are_grouped_by_nothing(self, v):
    return None


@mutant(statistics, "_normal")
def what_is_the_same_everywhere_is_one(scale):
    same = (scale == scale[0]).all()
    return (np.ones_like(scale) if same else scale), 1.0


@mutant(statistics, "_totals", "products_with_data_are_sums_over_groups")
def columns_may_stand_in_any_order(v, matrix, graph):
    return TOTALS(v, matrix[:, ::-1], graph)


TOTALS, TAKE, READ = statistics._totals, Product.take, Residual.read


@mutant(Product, "take")
def factors_of_squares_are_not_squared(self, v, grouped, power=1):
    power = 1 if v in grouped else power
    return TAKE(self, v, grouped, power)


@mutant(Residual, "read")
def nothing_is_subtracted(self, v, sign=1, scale=residuals.ONE, factors=()):
    return READ(self, v, 1, scale, factors)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mistake_is_seen(name, monkeypatch):
    owner, attribute, function, rule = MUTANTS[name]
    monkeypatch.setattr(owner, attribute, function)
    with pytest.raises((RuleBroken, TensorGraphError)) as error:
        check_rule(theme("statistics")[rule], EXAMPLES[rule], firings=60)
    assert "fired 0 times" not in str(error.value)
