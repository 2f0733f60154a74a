"""Rounding: what is whole stays what it is."""

from __future__ import annotations

from typing import Any

from tensorgraph.graph.node import Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import ceil, floor, neg
from tensorgraph.ops.pattern_operators import hole
from tensorgraph.ops.pointwise.rounding import rint, trunc
from tensorgraph.rewrites.facts import is_real_float
from tensorgraph.rewrites.ranges import is_whole

rounding = Rules("rounding")
rule = rounding.rule

x, a = hole("x"), hole("a", is_real_float)
ROUNDED = (floor, ceil, trunc, rint)


@rule(*[f(g(a)) for f in (trunc, rint) for g in ROUNDED],
      *[f(g(a)) for f in (floor, ceil) for g in (trunc, rint)])  # fmt: skip
def what_was_rounded_is_not_rounded_again(out: Variable) -> Any:
    """It has no fraction left."""
    return out.owner.inputs[0]


@rule(trunc(x), rint(x), when=is_whole)
def what_is_proven_whole_is_not_rounded(x: Variable) -> Any:
    """It is proven from the graph that there is no fraction."""
    return x


@rule(trunc(-a), rint(-a))
def rounding_passes_the_sign_on(a: Variable, out: Variable) -> Any:
    """Both directions are rounded alike; outside the sign can meet another."""
    return -out.owner.op(a)


@rule(floor(-a), ceil(-a))
def rounding_down_the_opposite_is_rounding_up(a: Variable, out: Variable) -> Any:
    """Outside the sign can meet another."""
    return neg((ceil if out.owner.op is floor else floor)(a))
