"""Logic and comparisons: what is known without asking, and what is asked twice."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.pattern import Pattern
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.math import (
    eq,
    ge,
    gt,
    le,
    logical_and,
    logical_not,
    logical_or,
    lt,
    maximum,
    minimum,
    neq,
)
from tensorgraph.ops.pattern_operators import hole, number_of
from tensorgraph.rewrites.facts import is_number, is_real_float
from tensorgraph.rewrites.ranges import Range, is_not_nan, range_of

logic = Rules("logic")
rule, node_rule = logic.rule, logic.node_rule

x, y = hole("x"), hole("y")
a, b = hole("a", is_real_float), hole("b", is_real_float)
c, d = hole("c", is_number), hole("d", is_number)
truth = hole("truth", lambda v: v.type.dtype == "bool")
p, q = (hole(name, lambda v: v.type.dtype == "bool") for name in "pq")


# -- logic -----------------------------------------------------------------------------


@rule(logical_and(truth, True), logical_or(truth, False))
def neutral_truth_changes_nothing(truth: Variable) -> Any:
    """True is neutral for and, false for or."""
    return truth


@rule(logical_and(x, False))
def nothing_and_false_is_true(x: Variable) -> Any:
    """False absorbs."""
    return False


@rule(logical_or(x, True))
def anything_or_true_is_true(x: Variable) -> Any:
    """True absorbs."""
    return True


@rule(logical_not(logical_not(truth)))
def two_negations_cancel(truth: Variable) -> Any:
    """Negation is its own inverse."""
    return truth


@rule(logical_and(x, logical_not(x)))
def nothing_is_and_is_not() -> Any:
    """A contradiction, whatever the values; nan counts as true."""
    return False


@rule(logical_or(x, logical_not(x)))
def everything_is_or_is_not() -> Any:
    """One of the two holds, whatever the values; nan counts as true."""
    return True


@rule(logical_and(p, logical_or(p, q)), logical_or(p, logical_and(p, q)))
def what_is_said_twice_counts_once(p: Variable) -> Any:
    """The other operand cannot change the outcome."""
    return p


@rule(logical_and(p, logical_and(p, q)), logical_or(p, logical_or(p, q)))
def what_is_asked_twice_is_asked_once(p: Variable, out: Variable) -> Any:
    """One op in place of two."""
    return next(v for v in out.owner.inputs if v is not p)


@rule(logical_and(logical_not(p), logical_not(q)),
      logical_or(logical_not(p), logical_not(q)))  # fmt: skip
def two_negations_become_one(p: Variable, q: Variable, out: Variable) -> Any:
    """Neither holds: not one of them does. One op less."""
    other = logical_or if out.owner.op is logical_and else logical_and
    return logical_not(other(p, q))


# -- comparisons -----------------------------------------------------------------------

REVERSED = {lt: gt, gt: lt, le: ge, ge: le, eq: eq, neq: neq}
"""The comparison that holds when the operands change places."""
OPPOSITE = {lt: ge, ge: lt, gt: le, le: gt, eq: neq, neq: eq}
"""The comparison that holds when another does not, where nothing is nan."""


@rule(lt(c, x), le(c, x), gt(c, x), ge(c, x), when=lambda x: not is_number(x))
def a_number_stands_behind_a_comparison(c: Variable, x: Variable, out: Variable) -> Any:
    """One form, so that equal questions are asked once."""
    return REVERSED[out.owner.op](x, c)


@rule(lt(-a, -b), le(-a, -b), gt(-a, -b), ge(-a, -b), eq(-a, -b), neq(-a, -b))
def opposites_compare_the_other_way(a: Variable, b: Variable, out: Variable) -> Any:
    """No sign has to be computed; to the bit."""
    return REVERSED[out.owner.op](a, b)


@rule(lt(-a, c), le(-a, c), gt(-a, c), ge(-a, c), eq(-a, c), neq(-a, c),
      when=lambda c: is_real_float(c))  # fmt: skip
def an_opposite_compares_with_the_opposite_number(
    a: Variable, c: Variable, out: Variable
) -> Any:
    """The number is negated when compiling; to the bit."""
    return REVERSED[out.owner.op](a, -number_of(c))


@rule(logical_not(eq(x, y)), logical_not(neq(x, y)))
def what_is_not_equal_differs(x: Variable, y: Variable, out: Variable) -> Any:
    """So too for nan, which differs from everything."""
    return OPPOSITE[out.owner.inputs[0].owner.op](x, y)


@rule(logical_not(lt(x, y)), logical_not(le(x, y)), logical_not(gt(x, y)),
      logical_not(ge(x, y)),
      when=lambda x, y: is_not_nan(x) and is_not_nan(y))  # fmt: skip
def what_is_not_less_is_greater_or_equal(
    x: Variable, y: Variable, out: Variable
) -> Any:
    """Only where nothing is nan, which is neither."""
    return OPPOSITE[out.owner.inputs[0].owner.op](x, y)


@rule(eq(x, x), le(x, x), ge(x, x), when=is_not_nan)
def a_number_equals_itself(x: Variable) -> Any:
    """Only nan differs from itself; it is proven that there is none."""
    return True


@rule(neq(x, x), when=is_not_nan)
def a_number_does_not_differ_from_itself(x: Variable) -> Any:
    """Only nan differs from itself; it is proven that there is none."""
    return False


@rule(lt(x, x), gt(x, x))
def nothing_is_less_than_itself(x: Variable) -> Any:
    """Neither is nan."""
    return False


@node_rule(lt, le, gt, ge, eq, neq)
def what_the_ranges_decide_is_not_asked(node: Apply) -> Any:
    """It is proven from the graph where the elements lie."""
    first, second = map(range_of, node.inputs)
    if not are_exact(first, second):
        return None
    if node.op in (gt, ge):
        return _is_below(REVERSED[node.op], second, first)
    return _is_below(node.op, first, second)


def are_exact(*ranges: Range) -> bool:
    """Whether bounds are the numbers they stand for, as large integers are not."""
    ends = [end for r in ranges if r.whole for end in (r.low, r.high)]
    return all(abs(end) < 2.0**52 for end in ends)


def _is_below(op: Any, first: Range, second: Range) -> bool | None:
    """Whether elements of two ranges are lt, le, eq or neq; None if not known."""
    below, above = first.high < second.low, first.low > second.high
    if op in (eq, neq):
        return op is neq if below or above else None
    never = above or (op is lt and first.low == second.high)
    if never:
        return False
    always = below or (op is le and first.high == second.low)
    return True if always and not (first.nan or second.nan) else None


@rule(eq(truth, True), neq(truth, False))
def is_it_true_is_the_truth(truth: Variable) -> Any:
    """The answer is what was asked about."""
    return truth


@rule(eq(truth, False), neq(truth, True))
def is_it_false_is_its_negation(truth: Variable) -> Any:
    """A negation in place of a comparison."""
    return logical_not(truth)


_counted = Pattern.of(Cast, (truth,), dtype=hole("dtype"))


@rule(neq(_counted, 0), gt(_counted, 0), eq(_counted, 1), ge(_counted, 1))
def a_truth_that_became_a_number_is_still_one(truth: Variable) -> Any:
    """No number is needed to ask it."""
    return truth


@rule(eq(_counted, 0), le(_counted, 0), neq(_counted, 1), lt(_counted, 1))
def a_truth_that_became_zero_is_false(truth: Variable) -> Any:
    """No number is needed to ask it."""
    return logical_not(truth)


def _are_comparable(c: Variable, d: Variable) -> bool:
    return c.type.dtype == d.type.dtype and is_not_nan(c) and is_not_nan(d)


@rule(logical_and(gt(x, c), gt(x, d)), logical_and(ge(x, c), ge(x, d)),
      logical_or(lt(x, c), lt(x, d)), logical_or(le(x, c), le(x, d)),
      when=_are_comparable)  # fmt: skip
def the_larger_of_two_bounds_counts(
    x: Variable, c: Variable, d: Variable, out: Variable
) -> Any:
    """One comparison in place of two; to the bit."""
    return out.owner.inputs[0].owner.op(x, maximum(c, d))


@rule(logical_and(lt(x, c), lt(x, d)), logical_and(le(x, c), le(x, d)),
      logical_or(gt(x, c), gt(x, d)), logical_or(ge(x, c), ge(x, d)),
      when=_are_comparable)  # fmt: skip
def the_smaller_of_two_bounds_counts(
    x: Variable, c: Variable, d: Variable, out: Variable
) -> Any:
    """One comparison in place of two; to the bit."""
    return out.owner.inputs[0].owner.op(x, minimum(c, d))
