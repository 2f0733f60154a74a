"""The index of rules: found by the ops at the head of a match and below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import itemgetter
from typing import Any

from tensorgraph.graph.match import (
    Bindings,
    Test,
    by_identity,
    compile_test,
    inner_variables,
    orders,
)
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.pattern import VOCABULARY, Pattern, has_number, is_number
from tensorgraph.graph.rules import Rule, parameters

LEAF, CONSTANT, NUMBER = "leaf", "constant", "number"
"""Keys of operands that no op computed."""
MOST_OPERANDS = 3
"""Operands of ops with more of them are not looked at by the index."""


@dataclass(eq=False)
class Plan:
    """A rule with one order of one of its patterns."""

    rule: Rule
    pattern: Pattern | None
    wanted: tuple[str, ...]
    condition: tuple[str, ...]

    @cached_property
    def test(self) -> Test:
        """The pattern as a test, compiled when it is first needed."""
        return compile_test(self.pattern)

    def bind(self, node: Apply, graph: Any) -> Bindings | None:
        """What the holes of the rule stand for if it matches at this node."""
        out = node.outputs[0]
        bound: Bindings = {}
        if self.pattern is not None:
            if not self.test(out, bound):
                return None
        elif self.rule.constant and not _are_constants(node.inputs):
            return None
        bound["node"], bound["out"], bound["graph"] = node, out, graph
        when = self.rule.when
        if when is not None and not when(*[bound[n] for n in self.condition]):
            return None
        return bound if self._is_alone(out, graph) else None

    def _is_alone(self, out: Variable, graph: Any) -> bool:
        """Whether nothing else uses what the pattern spells out, if the rule asks."""
        if not self.rule.once or self.pattern is None:
            return True
        return all(graph.use_count(v) == 1 for v in inner_variables(self.pattern, out))


def _are_constants(variables: Sequence[Variable]) -> bool:
    return all(isinstance(v, Constant) for v in variables)


def plans(rule: Rule) -> list[Plan]:
    """Every way to try a rule."""
    return [plan for one in rule.patterns or (None,) for plan in _orders(rule, one)]


def _orders(rule: Rule, pattern: Pattern | None) -> list[Plan]:
    """A rule with one of its patterns, in every order of commutative operands."""
    wanted = parameters(rule.function)
    condition = parameters(rule.when) if rule.when is not None else ()
    found = [None] if pattern is None else orders(pattern)
    return [Plan(rule, one, wanted, condition) for one in found]


class Index:
    """The plans of some rules, looked up by the op of a node and those of its operands.

    Plans are made when a node with the op at their head first appears. What is found
    for an op, and for an op with such operands, is kept: a node costs a key.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.depth = max((rule.depth for rule in rules), default=1)
        self.entries: dict[Any, list[tuple[int, int, Rule, Pattern | None]]] = {}
        for number, rule in enumerate(rules):
            for op in rule.ops:
                self._enter(op, (number, 0, rule, None))
            for place, pattern in enumerate(rule.patterns):
                self._enter(pattern.op, (number, place, rule, pattern))
        self.heads: dict[Any, Head] = {}
        self.found: dict[Hashable, tuple[Plan, ...]] = {}

    def _enter(self, wanted: Any, entry: tuple[int, int, Rule, Pattern | None]) -> None:
        """Note a rule under the op, or the class of ops, at the head of its matches."""
        key = wanted if isinstance(wanted, type) else op_key(wanted)
        self.entries.setdefault(key, []).append(entry)

    def candidates(self, node: Apply) -> tuple[Plan, ...]:
        """The plans that the heads of the node and of its operands do not rule out."""
        head, inputs = op_key(node.op), node.inputs
        few = len(inputs) <= MOST_OPERANDS
        key = (head, *map(operand_key, inputs)) if few else (head, len(inputs), "many")
        found = self.found.get(key)
        if found is None:
            if head not in self.heads:
                self.heads[head] = Head(self._of(head))
            keys = key[1:] if few else ()
            found = self.found[key] = self.heads[head].plausible(keys, len(inputs))
        return found

    def _of(self, head: Any) -> list[Plan]:
        """The plans for an op, or for a class of ops, in the order of their rules."""
        classes = head.__mro__ if isinstance(head, type) else type(head).__mro__
        keys = classes if isinstance(head, type) else (head, *classes)
        near = {entry for key in keys for entry in self.entries.get(key, ())}
        return [
            plan
            for *_, rule, one in sorted(near, key=itemgetter(0, 1))
            for plan in _orders(rule, one)
        ]


class Head:
    """The plans for one op; sets of them are numbers, a bit for each.

    What an operand in some place rules out is found once, and combined for each node.
    """

    def __init__(self, plans: list[Plan]) -> None:
        self.plans = plans
        self.every = (1 << len(plans)) - 1
        self.arities: Counter[int | None] = Counter()
        self.constant = self.selective = 0
        self.among: Counter[Any] = Counter()
        self.numbers: Counter[int] = Counter()
        self.ops: dict[int, Counter[Any]] = {}
        self.seen: dict[tuple[int, Any], tuple[int, int]] = {}
        for number, plan in enumerate(plans):
            self._enter(plan, 1 << number)

    def _enter(self, plan: Plan, bit: int) -> None:
        """Note what a plan asks of operands."""
        rule, pattern = plan.rule, plan.pattern
        if pattern is None:
            self.constant += bit * rule.constant
            self.selective += bit * bool(rule.among)
            self.among.update(dict.fromkeys(rule.among, bit))
        if pattern is None or pattern.rest is not None:
            self.arities[None] += bit
            return
        self.arities[len(pattern.operands)] += bit
        for place, operand in enumerate(pattern.operands):
            if isinstance(operand, Pattern):
                self.ops.setdefault(place, Counter())[operand.op] += bit
            elif is_number(operand) or operand.accepts is has_number:
                self.numbers[place] += bit

    def plausible(self, keys: Sequence[Any], arity: int) -> tuple[Plan, ...]:
        """The plans that operands with these keys, so many, do not rule out."""
        fits = self.arities[None] | self.arities[arity]
        hits = 0 if keys else self.every
        for place, key in enumerate(keys):
            if (place, key) not in self.seen:
                self.seen[place, key] = self._of_operand(place, key)
            one, among = self.seen[place, key]
            fits, hits = fits & one, hits | among
        fits &= hits | (self.every ^ self.selective)
        return tuple(p for number, p in enumerate(self.plans) if fits >> number & 1)

    def _of_operand(self, place: int, key: Any) -> tuple[int, int]:
        """The plans that an operand does not rule out, and those that look for it."""
        known, head = key if isinstance(key, tuple) else (key, key)
        fixed = key in (CONSTANT, NUMBER)
        out = 0 if fixed else self.constant
        out |= 0 if known is NUMBER else self.numbers[place]
        for op, bits in self.ops.get(place, {}).items():
            out |= 0 if _same_head(op, head) else bits
        hits = 0
        for op, bits in self.among.items():
            hits |= bits if (fixed if op is Constant else _same_head(op, head)) else 0
        return self.every & ~out, hits


@lru_cache(maxsize=64)
def index_of(rules: tuple[Rule, ...]) -> Index:
    """The index of these rules, kept for the next graph."""
    return Index(rules)


def op_key(op: Any) -> Any:
    """An op that equals only itself, or else the class of the op."""
    return op if by_identity(op) else type(op)


def operand_key(v: Variable) -> Any:
    """What the index knows of an operand: its op, and whether it is a number."""
    node = v.owner
    if node is None:
        if not isinstance(v, Constant):
            return LEAF
        return CONSTANT if VOCABULARY.number(v) is None else NUMBER
    key = op_key(node.op)
    return key if VOCABULARY.number(v) is None else (NUMBER, key)


def _same_head(wanted: Any, head: Any) -> bool:
    """Whether an op with key `head` may fit `wanted`, an op or a class of ops."""
    if isinstance(head, str):
        return False
    if isinstance(wanted, type):
        return issubclass(head if isinstance(head, type) else type(head), wanted)
    return wanted is head or type(wanted) is head
