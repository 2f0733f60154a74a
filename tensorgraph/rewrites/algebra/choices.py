"""Choices: branches by a condition, the larger and the smaller of two."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import (
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    neg,
    where,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.algebra.logic import are_exact
from tensorgraph.rewrites.facts import is_integer, is_number, is_real_float
from tensorgraph.rewrites.ranges import range_of

choices = Rules("choices")
rule, node_rule = choices.rule, choices.node_rule

x, y, z = hole("x"), hole("y"), hole("z")
a, b = hole("a", is_real_float), hole("b", is_real_float)
c, d = hole("c", is_number), hole("d", is_number)
truth = hole("truth", lambda v: v.type.dtype == "bool")
p, q = (hole(name, lambda v: v.type.dtype == "bool") for name in "pq")


# -- branches --------------------------------------------------------------------------


@rule(where(truth, x, x))
def a_condition_between_equals_is_no_condition(x: Variable) -> Any:
    """Both branches are the same variable."""
    return x


@rule(where(True, x, y))
def a_true_condition_takes_the_first_branch(x: Variable) -> Any:
    """The other branch is never taken."""
    return x


@rule(where(False, x, y))
def a_false_condition_takes_the_second_branch(y: Variable) -> Any:
    """The other branch is never taken."""
    return y


@rule(where(logical_not(truth), x, y))
def a_negated_condition_exchanges_the_branches(
    truth: Variable, x: Variable, y: Variable
) -> Any:
    """One op less."""
    return where(truth, y, x)


@rule(where(p, True, False), when=lambda out: out.type.dtype == "bool")
def a_condition_is_its_own_truth(p: Variable) -> Any:
    """The branches say what the condition says."""
    return p


@rule(where(p, False, True), when=lambda out: out.type.dtype == "bool")
def a_condition_between_false_and_true_is_negated(p: Variable) -> Any:
    """The branches say the opposite of what the condition says."""
    return logical_not(p)


@rule(where(truth, where(truth, x, y), z))
def a_condition_is_known_in_its_first_branch(
    truth: Variable, x: Variable, z: Variable
) -> Any:
    """There the condition holds."""
    return where(truth, x, z)


@rule(where(truth, x, where(truth, y, z)))
def a_condition_is_known_in_its_second_branch(
    truth: Variable, x: Variable, z: Variable
) -> Any:
    """There the condition does not hold."""
    return where(truth, x, z)


@rule(where(p, where(q, x, y), y))
def two_conditions_for_one_value_are_one(
    p: Variable, q: Variable, x: Variable, y: Variable
) -> Any:
    """Both must hold: a choice between numbers less."""
    return where(logical_and(p, q), x, y)


@rule(where(p, x, where(q, x, y)))
def either_of_two_conditions_is_one(
    p: Variable, q: Variable, x: Variable, y: Variable
) -> Any:
    """One of them must hold: a choice between numbers less."""
    return where(logical_or(p, q), x, y)


# -- the larger and the smaller --------------------------------------------------------


@rule(maximum(x, x), minimum(x, x), logical_and(x, x), logical_or(x, x),
      when=lambda x, out: x.type.dtype == out.type.dtype)  # fmt: skip
def choosing_among_equals_is_no_choice(x: Variable, out: Variable) -> Any:
    """Both operands are the same variable."""
    return x


@rule(maximum(x, maximum(x, y)), minimum(x, minimum(x, y)))
def what_was_chosen_from_is_not_chosen_from_again(x: Variable, out: Variable) -> Any:
    """The inner choice has already seen it."""
    return next(v for v in out.owner.inputs if v is not x)


@rule(maximum(x, minimum(x, y)), minimum(x, maximum(x, y)), when=is_integer)
def the_larger_of_x_and_something_smaller_is_x(x: Variable, y: Variable) -> Any:
    """Only for integers: nan wins every choice."""
    return x if is_integer(y) else None


@rule(maximum(maximum(x, c), d), minimum(minimum(x, c), d),
      when=lambda x: not is_number(x))  # fmt: skip
def bounds_on_one_side_are_one(
    x: Variable, c: Variable, d: Variable, out: Variable
) -> Any:
    """The stronger bound is found when compiling."""
    op = out.owner.op
    return op(x, op(c, d)) if c.type.dtype == d.type.dtype else None


def _are_bounds(x: Variable, c: Variable, d: Variable) -> bool:
    """Whether x is bounded from above by c, and from below by d, which is not above."""
    alike = c.type.dtype == d.type.dtype and not is_number(x)
    return alike and bool(number_of(d) <= number_of(c))


@rule(maximum(minimum(x, c), d), when=_are_bounds)
def the_lower_bound_comes_first(x: Variable, c: Variable, d: Variable) -> Any:
    """One form for clipping, in which bounds on one side meet."""
    return minimum(maximum(x, d), c)


@rule(maximum(-a, -b), minimum(-a, -b))
def the_larger_of_opposites_is_that_of_the_smaller(
    a: Variable, b: Variable, out: Variable
) -> Any:
    """One sign in place of two, outside, where it can meet another."""
    return neg((minimum if out.owner.op is maximum else maximum)(a, b))


@node_rule(maximum, minimum)
def what_the_ranges_choose_is_not_compared(node: Apply) -> Any:
    """It is proven from the graph which operand wins, and that the other is not nan."""
    x, y = node.inputs
    if not are_exact(range_of(x), range_of(y)):
        return None
    for winner, other in ((x, y), (y, x)):
        a, b = range_of(winner), range_of(other)
        wins = a.low >= b.high if node.op is maximum else a.high <= b.low
        if wins and not b.nan:
            return winner
    return None
