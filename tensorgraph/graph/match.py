"""Matching: patterns become small functions, found by the ops at the head of a match."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from typing import Any

from tensorgraph.errors import RewriteError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.pattern import VOCABULARY, Hole, Pattern, depth, is_number
from tensorgraph.graph.rules import Rule, parameters

Bindings = dict[str, Any]
Test = Callable[[Variable, Bindings], bool]

MOST_TERMS = 8
"""A flat pattern looks at so many terms at most."""
_LEAF, _CONSTANT, _NUMBER = "leaf", "constant", "number"


# -- tests ------------------------------------------------------------------------------


def compile_test(operand: Any) -> Test:
    """A function that tells whether a variable fits an operand, and notes what it binds."""
    if isinstance(operand, Hole):
        return _hole_test(operand.name, operand.accepts)
    if isinstance(operand, Pattern):
        return _flat_test(operand) if operand.rest is not None else _apply_test(operand)
    if is_number(operand):
        return lambda v, bound: equals_number(v, operand)
    raise RewriteError(f"{operand!r} cannot stand in a pattern.", remedy="Use holes, ops, numbers.")


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


def _op_test(wanted: Any) -> Callable[[Any], bool]:
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
    fits = _op_test(pattern.op)
    only = pattern.op if _by_identity(type(pattern.op)) else None
    tests = [compile_test(operand) for operand in pattern.operands]
    fields = [_field_test(n, w) for n, w in pattern.parameters if w is not None]

    def test(v: Variable, bound: Bindings) -> bool:
        node = v.owner
        if node is None or (node.op is not only and (only is not None or not fits(node.op))):
            return False
        if v.index or len(node.inputs) != len(tests):
            return False
        for check, x in zip(tests, node.inputs):  # noqa: B905 (lengths were compared)
            if not check(x, bound):
                return False
        return all(check(node.op, bound) for check in fields) if fields else True

    return test


def _flat_test(pattern: Pattern) -> Test:
    fits = _op_test(pattern.op)
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
    """A term for each test: the terms that are left over and what was bound, or None."""
    if not tests:
        return candidates, bound
    for i, term in enumerate(candidates):
        trial = dict(bound)
        if tests[0](term, trial):
            found = _assign(tests[1:], candidates[:i] + candidates[i + 1 :], trial)
            if found is not None:
                return found
    return None


# -- orders of commutative operands -----------------------------------------------------


def orders(operand: Any) -> list[Any]:
    """The pattern with the operands of commutative ops in each order."""
    if not isinstance(operand, Pattern):
        return [operand]
    found = []
    for operands in product(*map(orders, operand.operands)):
        one = replace(operand, operands=operands)
        found.append(one)
        if operand.rest is None and len(operands) == 2 and operand.op.commutative:
            a, b = operands
            if a is not b:
                found.append(replace(one, operands=(b, a)))
    return found


def inner_variables(pattern: Pattern, v: Variable) -> Iterator[Variable]:
    """The results inside a match that the pattern spells out, its head not among them."""
    assert v.owner is not None
    for operand, x in zip(pattern.operands, v.owner.inputs, strict=False):
        if isinstance(operand, Pattern) and pattern.rest is None:
            yield x
            yield from inner_variables(operand, x)


# -- plans: one order of one pattern of one rule ----------------------------------------


@dataclass(frozen=True, eq=False)
class Plan:
    """A rule with one order of one of its patterns, ready to be tried."""

    rule: Rule
    pattern: Pattern | None
    test: Test | None
    wanted: tuple[str, ...]
    condition: tuple[str, ...]

    def arguments(self, node: Apply, graph: Any) -> list[Any] | None:
        """The arguments of the rule's function if the rule matches at this node."""
        bound = self.bind(node, graph)
        return None if bound is None else [bound[n] for n in self.wanted]

    def bind(self, node: Apply, graph: Any) -> Bindings | None:
        """What the holes of the rule stand for if it matches at this node."""
        rule, out = self.rule, node.outputs[0]
        if rule.constant and not all(isinstance(v, Constant) for v in node.inputs):
            return None
        bound: Bindings = {}
        if self.test is not None and not self.test(out, bound):
            return None
        bound["node"], bound["out"], bound["graph"] = node, out, graph
        if rule.when is not None and not rule.when(*[bound[n] for n in self.condition]):
            return None
        if rule.once and self.pattern is not None and not all(
            graph.use_count(v) == 1 for v in inner_variables(self.pattern, out)
        ):
            return None
        return bound


def plans(rule: Rule) -> list[Plan]:
    """Every way to try a rule."""
    wanted = parameters(rule.function)
    condition = parameters(rule.when) if rule.when is not None else ()
    if rule.ops:
        return [Plan(rule, None, None, wanted, condition)]
    return [
        Plan(rule, one, compile_test(one), wanted, condition)
        for pattern in rule.patterns
        for one in orders(pattern)
    ]


class Index:
    """The plans of some rules, looked up by the op of a node and those of its operands."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.plans = [plan for rule in rules for plan in plans(rule)]
        self.depth = max((depth(p.pattern) for p in self.plans), default=1)
        self.found: dict[Hashable, tuple[Plan, ...]] = {}

    def candidates(self, node: Apply) -> tuple[Plan, ...]:
        """The plans that the heads of the node and of its operands do not rule out."""
        operands = node.inputs if len(node.inputs) <= 3 else ()
        key = (_op_key(node.op), *map(_operand_key, operands))
        found = self.found.get(key)
        if found is None:
            fit = [p for p in self.plans if _plausible(p, node.op, key[1:], len(node.inputs))]
            found = self.found[key] = tuple(fit)
        return found


@lru_cache(maxsize=64)
def index_of(rules: tuple[Rule, ...]) -> Index:
    """The index of these rules, kept for the next graph."""
    return Index(rules)


@lru_cache(maxsize=None)
def _by_identity(cls: type) -> bool:
    return cls.__eq__ is object.__eq__


def _op_key(op: Any) -> Any:
    """An op that equals only itself, or else the class of the op."""
    cls = type(op)
    return op if _by_identity(cls) else cls


def _operand_key(v: Variable) -> Any:
    node = v.owner
    if node is None:
        if not isinstance(v, Constant):
            return _LEAF
        return _CONSTANT if VOCABULARY.number(v) is None else _NUMBER
    key = _op_key(node.op)
    return key if VOCABULARY.number(v) is None else (_NUMBER, key)


def _plausible(plan: Plan, op: Any, keys: Sequence[Any], arity: int) -> bool:
    if plan.pattern is None:
        looked_at = any(_same_head(wanted, _op_key(op)) for wanted in plan.rule.ops)
        return looked_at and _inputs_plausible(plan.rule, keys)
    if not _op_test(plan.pattern.op)(op) and type(plan.pattern.op) is not _op_key(op):
        return False
    if plan.pattern.rest is not None:
        return True
    if len(plan.pattern.operands) != arity:
        return False
    return all(map(_operand_plausible, plan.pattern.operands, keys))


def _inputs_plausible(rule: Rule, keys: Sequence[Any]) -> bool:
    """What a rule without pattern declares of the inputs; unknown for many of them."""
    if rule.constant and not all(key in (_CONSTANT, _NUMBER) for key in keys):
        return False
    heads = [key[1] if isinstance(key, tuple) else key for key in keys]
    return not rule.among or not keys or any(
        _same_head(wanted, head) for head in heads for wanted in rule.among
    )


def _operand_plausible(operand: Any, key: Any) -> bool:
    numeric = key is _NUMBER or (isinstance(key, tuple) and key[0] is _NUMBER)
    if is_number(operand):
        return numeric
    if not isinstance(operand, Pattern):
        return True
    return _same_head(operand.op, key[1] if isinstance(key, tuple) else key)


def _same_head(wanted: Any, head: Any) -> bool:
    """Whether an op with key `head` may fit `wanted`, an op or a class of ops."""
    if isinstance(head, str):
        return False
    if isinstance(wanted, type):
        return issubclass(head if isinstance(head, type) else type(head), wanted)
    return wanted is head or type(wanted) is head
