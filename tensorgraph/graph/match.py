"""Matching: patterns become functions that tell what fits, and what holes bind."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import Any

from tensorgraph.errors import RewriteError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import by_identity
from tensorgraph.graph.pattern import VOCABULARY, Hole, Pattern, is_number

Bindings = dict[str, Any]
Test = Callable[[Variable, Bindings], bool]

MOST_TERMS = 8
"""A flat pattern looks at so many terms at most."""


# -- tests -----------------------------------------------------------------------------


def compile_test(operand: Any) -> Test:
    """A function that tells whether a variable fits, and notes what holes bind."""
    if isinstance(operand, Hole):
        return _hole_test(operand.name, operand.accepts)
    if isinstance(operand, Pattern):
        return _flat_test(operand) if operand.rest is not None else _apply_test(operand)
    if is_number(operand):
        return lambda v, bound: equals_number(v, operand)
    raise RewriteError(
        f"{operand!r} cannot stand in a pattern.", remedy="Use holes, ops, numbers."
    )


def equals_number(variable: Variable, wanted: complex) -> bool:
    """Whether every element is known to be `wanted`, in whatever dtype; 0 is not -0."""
    value = VOCABULARY.number(variable)
    if value is None or value != wanted:
        return False
    return bool(wanted) or math.copysign(1, value.real) == math.copysign(1, wanted.real)


def _hole_test(name: str, accepts: Callable[[Any], bool] | None) -> Test:
    def test(v: Variable, bound: Bindings) -> bool:
        before = bound.get(name)
        if before is not None:
            return before is v
        if accepts is not None and not accepts(v):
            return False
        bound[name] = v
        return True

    return test


def op_test(wanted: Any) -> Callable[[Any], bool]:
    """Whether an op is one that a pattern wants: an op, or an op of a class."""
    if isinstance(wanted, type):
        return lambda op: isinstance(op, wanted)
    return lambda op: op is wanted or op == wanted


def _field_test(name: str, wanted: Any) -> Callable[[Any, Bindings], bool]:
    def test(op: Any, bound: Bindings) -> bool:
        value = getattr(op, name)
        if not isinstance(wanted, Hole):
            return bool(value == wanted)
        if wanted.accepts is not None and not wanted.accepts(value):
            return False
        return bool(bound.setdefault(wanted.name, value) == value)

    return test


def _apply_test(pattern: Pattern) -> Test:
    fits = op_test(pattern.op)
    single = not isinstance(pattern.op, type) and by_identity(pattern.op)
    only = pattern.op if single else None
    steps = [_step(operand) for operand in pattern.operands]
    fields = [_field_test(n, w) for n, w in pattern.parameters if w is not None]

    def test(v: Variable, bound: Bindings) -> bool:
        node = v.owner
        if node is None or (
            node.op is not only and (only is not None or not fits(node.op))
        ):
            return False
        if v.index or len(node.inputs) != len(steps):
            return False
        for (name, check), x in zip(steps, node.inputs):  # noqa: B905 (compared above)
            if check is not None:
                if not check(x, bound):
                    return False
            elif bound.setdefault(name, x) is not x:
                return False
        return all(check(node.op, bound) for check in fields) if fields else True

    return test


def _step(operand: Any) -> tuple[str, Test | None]:
    """What a test does with an operand: a name alone is bound, without a call."""
    plain = isinstance(operand, Hole) and operand.accepts is None
    return (operand.name, None) if plain else ("", compile_test(operand))


def _flat_test(pattern: Pattern) -> Test:
    fits = op_test(pattern.op)
    tests = [compile_test(operand) for operand in pattern.operands]

    def test(v: Variable, bound: Bindings) -> bool:
        if v.owner is None or not fits(v.owner.op):
            return False
        found = _assign(tests, list(terms(v, fits)), bound)
        if found is None:
            return False
        rest, names = found
        bound.update(names)
        bound[pattern.rest] = tuple(rest)  # type: ignore[index]
        return True

    return test


def terms(v: Variable, fits: Callable[[Any], bool]) -> Iterator[Variable]:
    """The first terms of nested applications of one op, in order."""
    stack, opened = [v], 1
    while stack:
        v = stack.pop()
        node = v.owner
        if node is not None and opened < MOST_TERMS and fits(node.op):
            opened += 1
            stack.extend(reversed(node.inputs))
        else:
            yield v


def _assign(
    tests: Sequence[Test], candidates: list[Variable], bound: Bindings
) -> tuple[list[Variable], Bindings] | None:
    """A term for each test: the terms left over and what was bound, or None."""
    if not tests:
        return candidates, bound
    for i, term in enumerate(candidates):
        trial = dict(bound)
        if tests[0](term, trial):
            found = _assign(tests[1:], candidates[:i] + candidates[i + 1 :], trial)
            if found is not None:
                return found
    return None


# -- orders of commutative operands ----------------------------------------------------


def orders(pattern: Pattern) -> list[Pattern]:
    """The pattern with the operands of commutative ops in each order."""
    inner = [orders(o) if isinstance(o, Pattern) else (o,) for o in pattern.operands]
    found = [pattern]
    if any(len(one) > 1 for one in inner):
        op, parameters, rest = pattern.op, pattern.parameters, pattern.rest
        found = [Pattern(op, chosen, parameters, rest) for chosen in product(*inner)]
    pair = len(inner) == 2 and pattern.rest is None and pattern.op.commutative
    if not pair or pattern.operands[0] is pattern.operands[1]:
        return found
    swapped = [Pattern(p.op, p.operands[::-1], p.parameters) for p in found]
    return [one for both in zip(found, swapped, strict=True) for one in both]


def inner_variables(pattern: Pattern, v: Variable) -> Iterator[Variable]:
    """The results inside a match that the pattern spells out, without its head."""
    assert v.owner is not None
    for operand, x in zip(pattern.operands, v.owner.inputs, strict=False):
        if isinstance(operand, Pattern) and pattern.rest is None:
            yield x
            yield from inner_variables(operand, x)
