"""Promotion: which values are stored rather than computed again."""

from __future__ import annotations

from collections.abc import Sequence, Set

from tensorgraph.loops.roots import Root, indices_in, loop_index
from tensorgraph.loops.values import Pointwise, Scattered, Scope, Subscripts, Value

COSTLY = 8
"""A value of this cost, used in several loops, is stored rather than computed again."""
SCATTER_COST = 4
"""Work of this cost beside a scatter runs in a loop of its own, where it vectorizes."""


def worth_storing(roots: Sequence[Root], chosen: Set[Value]) -> set[Value]:
    """Values to become roots, now that it is known where each would be computed."""
    costs: dict[Value, int] = {}
    first: dict[Value, tuple[object, Subscripts]] = {}
    found: set[Value] = set()
    for root in roots:
        path = tuple(root.path)
        scattering = isinstance(root.value, Scattered) and root.into is None
        again: dict[int, bool] = {}  # by the subscripts of `inlined`
        for value, subscripts in root.inlined:
            cost = costs.get(value, -1)
            if cost < 0:
                cost = _cost(value, chosen, costs)
            if cost == 0:
                continue
            if id(subscripts) not in again:
                again[id(subscripts)] = _computes_again(root, subscripts)
            if (
                again[id(subscripts)]
                or (value.scope is not root.scope and _outside(value.scope, root.scope))
                or (scattering and cost >= SCATTER_COST)
            ):
                found.add(value)
            elif cost >= COSTLY:
                here = path, subscripts
                if first.setdefault(value, here) != here:
                    found.add(value)
    return found


def _computes_again(root: Root, subscripts: Subscripts) -> bool:
    """Whether a root computes an element in several iterations, or at data's places."""
    names, data = indices_in(subscripts)
    return data or any(loop_index(d).name not in names for d in range(len(root.dims)))


def _cost(value: Value, chosen: Set[Value], known: dict[Value, int]) -> int:
    """The work behind an element; what is more than COSTLY counts as that."""
    stack = [value]
    while stack:
        v = stack[-1]
        if v in known:
            stack.pop()
        elif not isinstance(v, Pointwise) or (v is not value and v in chosen):
            known[v] = 0
        else:
            missing = [o for o in v.operands if o not in known]
            if missing:
                stack.extend(missing)
            else:
                work = v.cost + sum([known[o] for o in v.operands])
                known[v] = min(work, COSTLY)
    return known[value]


def _outside(scope: Scope | None, other: Scope | None) -> bool:
    """Whether `scope` strictly encloses `other`."""
    while other is not None:
        other = other.parent
        if other is scope:
            return True
    return False
