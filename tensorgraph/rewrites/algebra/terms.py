"""Terms: those of a sum that are multiples of one variable are added up.

A sum is a tree of additions and subtractions that nothing else uses; it is looked at
from its root. Like terms meet where the first of them stands, the others stay where
they are: a sum that was grouped with care keeps its grouping.
"""

from __future__ import annotations

from collections import Counter
from math import isfinite
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.rules import Rules
from tensorgraph.ops.math import add, mul, neg, sub
from tensorgraph.ops.pattern_operators import number_of
from tensorgraph.rewrites.algebra.tree import Tree, hides_nan, is_pair, is_root
from tensorgraph.rewrites.facts import is_number, is_real_float

terms = Rules("terms")

SUMS = (add, sub)
FACTORS = (mul, neg)


Multiple = tuple[Variable, float]
"""A term of a sum as a variable and a number times it, its sign in the sum included."""


def _may_have_like_terms(node: Apply, graph: Any) -> bool:
    """Whether a node is the root of a sum, and not of two terms that differ."""
    out = node.outputs[0]
    if out.type.dtype[0] not in "fiu" or not is_root(node, SUMS, graph):
        return False
    if not is_pair(node, SUMS, graph):
        return True
    (first, _), (second, _) = (_multiple(v, 1, out) for v in node.inputs)
    return first is second


@terms.node_rule(*SUMS, when=_may_have_like_terms,
                 rounding=True, absolute=True, moderate=True, widens=True)  # fmt: skip
def like_terms_are_added_up(node: Apply, graph: Any) -> Any:
    """One product in place of several, and nothing in place of what cancels.

    Of integers, which wrap around in their dtype, only what cancels.
    """
    out = node.outputs[0]
    tree = Tree(node, SUMS, graph)
    multiples = [_multiple(v, sign, out) for v, sign in tree.leaves]
    bases = [base for base, _ in multiples]
    if len(set(bases)) == len(bases):
        return None
    totals: dict[Variable, float] = {}
    for base, times in multiples:
        totals[base] = totals.get(base, 0) + times
    alike = [base for base, n in Counter(bases).items() if n > 1]
    real = is_real_float(out)
    changed = {b for b in alike if not is_number(b) and (real or not totals[b])}
    gone = {b for b in changed if not totals[b]}
    if not changed or hides_nan(gone, totals.keys() - gone):
        return None
    totals = {base: totals[base] for base in changed}
    return tree.merged(bases, totals, _times, neg)


def _multiple(v: Variable, sign: int, out: Variable) -> Multiple:
    """A term without its number, if it is a product with a finite one."""
    node = v.owner
    if node is None or node.op not in FACTORS or v.type.dtype != out.type.dtype:
        return v, sign
    if node.op is neg:
        return _multiple(node.inputs[0], -sign, out)
    if not is_real_float(v):
        return v, sign
    for number, base in (node.inputs, node.inputs[::-1]):
        value = number_of(number)
        if value is not None and isfinite(value) and base.type.dtype == v.type.dtype:
            return base, sign * float(value)
    return v, sign


def _times(base: Variable, number: float) -> Any:
    """A number times a variable, the shortest way."""
    return base if number == 1 else -base if number == -1 else number * base
