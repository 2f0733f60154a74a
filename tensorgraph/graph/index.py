"""The index of rules: found by the ops at the head of a match and below it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import Any

from tensorgraph.graph.match import (
    Bindings,
    Test,
    compile_test,
    inner_variables,
    orders,
)
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.op import op_key
from tensorgraph.graph.pattern import VOCABULARY, Hole, Pattern, has_number
from tensorgraph.graph.rules import Rule, parameters

LEAF, CONSTANT, NUMBER = "leaf", "constant", "number"
"""Keys of operands that no op computed."""
MOST_OPERANDS = 3
"""Operands of ops with more of them are not looked at by the index."""
PAIR = 2
"""Of so many operands the index knows whether they are one variable."""

Key = tuple[Any, ...]
"""An op, how many operands it has, whether they are a pair of twins, their keys."""


@dataclass(eq=False)
class Entry:
    """One pattern of a rule, or a rule without any, and its place among the others."""

    number: int
    place: int
    rule: Rule
    pattern: Pattern | None

    @cached_property
    def needs(self) -> frozenset[Any]:
        """The kinds of ops that a graph with a match has, beside the head."""
        declared = (
            op if isinstance(op, type) else op_key(op) for op in self.rule.needs
        )
        return frozenset((*declared, *_kinds_below(self.pattern)))

    def plans(self) -> list[Plan]:
        """The pattern in every order of commutative operands."""
        rule = self.rule
        wanted = parameters(rule.function)
        condition = parameters(rule.when) if rule.when is not None else ()
        found = [None] if self.pattern is None else orders(self.pattern)
        return [Plan(self, rule, one, wanted, condition) for one in found]


def _kinds_below(pattern: Pattern | None) -> Iterator[Any]:
    """The ops, or classes of ops, that a pattern spells out below its head."""
    for operand in pattern.operands if pattern is not None else ():
        if isinstance(operand, Pattern):
            op = operand.op
            yield op if isinstance(op, type) else op_key(op)
            yield from _kinds_below(operand)


class Plan:
    """A rule with one order of one of its patterns; made by the hundred."""

    __slots__ = ("_test", "condition", "entry", "pattern", "rule", "wanted")

    def __init__(
        self, entry: Entry, rule: Rule, pattern: Pattern | None,
        wanted: tuple[str, ...], condition: tuple[str, ...],
    ) -> None:  # fmt: skip
        self.entry = entry
        self.rule = rule
        self.pattern = pattern
        self.wanted = wanted
        self.condition = condition
        self._test: Test | None = None

    @property
    def test(self) -> Test:
        """The pattern as a test, compiled when it is first needed."""
        if self._test is None:
            self._test = compile_test(self.pattern)
        return self._test

    def bind(self, node: Apply, graph: Any) -> Bindings | None:
        """What the holes of the rule stand for if it matches at this node."""
        out = node.outputs[0]
        bound: Bindings = {"node": node, "out": out, "graph": graph}
        if self.pattern is not None:
            if not (self._test or self.test)(out, bound):
                return None
        elif self.rule.constant and not _are_constants(node.inputs):
            return None
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
    entries = [
        Entry(0, place, rule, one) for place, one in enumerate(rule.patterns or (None,))
    ]
    return [plan for entry in entries for plan in entry.plans()]


class Index:
    """The plans of some rules, looked up by the op of a node and those of its operands.

    Plans are made when a node with the op at their head first appears. What is found
    for an op, and for an op with such operands, is kept for the next graph.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.depth = max((rule.depth for rule in rules), default=1)
        self.entries: dict[Any, list[Entry]] = {}
        for number, rule in enumerate(rules):
            for op in rule.ops:
                self._enter(op, Entry(number, 0, rule, None))
            for place, pattern in enumerate(rule.patterns):
                self._enter(pattern.op, Entry(number, place, rule, pattern))
        self.heads: dict[Any, Head] = {}
        self.found: dict[Key, list[Plan]] = {}

    def _enter(self, wanted: Any, entry: Entry) -> None:
        """Note a rule under the op, or the class of ops, at the head of its matches."""
        key = wanted if isinstance(wanted, type) else op_key(wanted)
        self.entries.setdefault(key, []).append(entry)

    def plausible(self, key: Key, kinds: Set[Any]) -> tuple[Plan, ...]:
        """The plans for nodes with this key (see `key_of_node`), in the order of rules.

        `kinds` has the keys of all ops in the graph: what needs another is left out.
        """
        found = self.found.get(key)
        if found is None:
            head = self.heads.get(key[0])
            if head is None:
                head = self.heads[key[0]] = Head(self._of(key[0]))
            found = self.found[key] = head.plausible(key)
        return tuple([plan for plan in found if plan.entry.needs <= kinds])

    def _of(self, head: Any) -> list[Plan]:
        """The plans for an op, or for a class of ops, in the order of their rules."""
        classes = head.__mro__ if isinstance(head, type) else type(head).__mro__
        keys = classes if isinstance(head, type) else (head, *classes)
        near = {entry for key in keys for entry in self.entries.get(key, ())}
        in_order = sorted(near, key=attrgetter("number", "place"))
        return [plan for entry in in_order for plan in entry.plans()]


class Head:
    """The plans for one op; sets of them are numbers, a bit for each.

    What an operand in some place rules out is found once, and combined for each node.
    """

    def __init__(self, plans: list[Plan]) -> None:
        self.plans = plans
        self.every = (1 << len(plans)) - 1
        self.arities: dict[int | None, int] = defaultdict(int)
        self.constant = self.selective = self.twins = 0
        self.among: dict[Any, int] = defaultdict(int)
        self.numbers: dict[int, int] = defaultdict(int)
        self.ops: dict[int, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
        self.seen: dict[tuple[int, Any], tuple[int, int]] = {}
        for number, plan in enumerate(plans):
            self._enter(plan, 1 << number)

    def _enter(self, plan: Plan, bit: int) -> None:
        """Note what a plan asks of operands."""
        rule, pattern = plan.rule, plan.pattern
        if pattern is None:
            self.constant += bit * rule.constant
            self.selective += bit * bool(rule.among)
            for op in rule.among:
                self.among[op] += bit
        if pattern is None or pattern.rest is not None:
            self.arities[None] += bit
            return
        operands = pattern.operands
        self.arities[len(operands)] += bit
        if _wants_twins(operands):
            self.twins += bit
        for place, operand in enumerate(operands):
            if isinstance(operand, Pattern):
                self.ops[place][operand.op] += bit
            elif not isinstance(operand, Hole) or operand.accepts is has_number:
                self.numbers[place] += bit

    def plausible(self, key: Key) -> list[Plan]:
        """The plans that operands with these keys do not rule out."""
        _, arity, twins, *operands = key
        fits = self.arities[None] | self.arities[arity]
        hits = 0 if operands else self.every
        for place, operand in enumerate(operands):
            if (place, operand) not in self.seen:
                self.seen[place, operand] = self._of_operand(place, operand)
            one, among = self.seen[place, operand]
            fits, hits = fits & one, hits | among
        fits &= hits | (self.every ^ self.selective)
        if operands and not twins:
            fits &= ~self.twins
        found = []
        while fits:
            last = fits.bit_length() - 1
            found.append(self.plans[last])
            fits ^= 1 << last
        return found[::-1]

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


def _wants_twins(operands: Sequence[Any]) -> bool:
    """Whether a pattern is of two operands that must be one variable."""
    if len(operands) != PAIR or not all(isinstance(o, Hole) for o in operands):
        return False
    first, second = operands
    return bool(first.name == second.name)


@lru_cache(maxsize=64)
def index_of(rules: tuple[Rule, ...]) -> Index:
    """The index of these rules, kept for the next graph."""
    return Index(rules)


def key_of_node(node: Apply) -> Key:
    """By what the index finds the plans for a node."""
    inputs = node.inputs
    count = len(inputs)
    if count > MOST_OPERANDS:
        return op_key(node.op), count, False
    twins = count == PAIR and inputs[0] is inputs[1]
    return op_key(node.op), count, twins, *map(operand_key, inputs)


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
