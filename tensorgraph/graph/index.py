"""The index of rules: found by the ops at the head of a match and below it."""

from __future__ import annotations

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
from tensorgraph.graph.pattern import VOCABULARY, Hole, Pattern, has_number, is_number
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

    def arguments(self, node: Apply, graph: Any) -> list[Any] | None:
        """The arguments of the rule's function if the rule matches at this node."""
        bound = self.bind(node, graph)
        return None if bound is None else [bound[n] for n in self.wanted]

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
        self.heads: dict[Any, list[Plan]] = {}
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
            keys = key[1:] if few else ()
            fit = [p for p in self._of(head) if _plausible(p, keys, len(inputs))]
            found = self.found[key] = tuple(fit)
        return found

    def _of(self, head: Any) -> list[Plan]:
        """The plans for an op, or for a class of ops, in the order of their rules."""
        if head not in self.heads:
            classes = head.__mro__ if isinstance(head, type) else type(head).__mro__
            keys = classes if isinstance(head, type) else (head, *classes)
            near = {entry for key in keys for entry in self.entries.get(key, ())}
            self.heads[head] = [
                plan
                for *_, rule, one in sorted(near, key=itemgetter(0, 1))
                for plan in _orders(rule, one)
            ]
        return self.heads[head]


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


def _plausible(plan: Plan, keys: Sequence[Any], arity: int) -> bool:
    if plan.pattern is None:
        return _inputs_plausible(plan.rule, keys)
    if plan.pattern.rest is not None:
        return True
    if len(plan.pattern.operands) != arity:
        return False
    pairs = zip(plan.pattern.operands, keys, strict=False)
    return all(_operand_plausible(operand, key) for operand, key in pairs)


def _inputs_plausible(rule: Rule, keys: Sequence[Any]) -> bool:
    """What a rule without pattern declares of the inputs; unknown for many of them."""
    if rule.constant and not all(key in (CONSTANT, NUMBER) for key in keys):
        return False
    return (
        not rule.among
        or not keys
        or any(_is_among(wanted, key) for key in keys for wanted in rule.among)
    )


def _is_among(wanted: type, key: Any) -> bool:
    if wanted is Constant:
        return key in (CONSTANT, NUMBER)
    return _same_head(wanted, key[1] if isinstance(key, tuple) else key)


def _operand_plausible(operand: Any, key: Any) -> bool:
    if is_number(operand) or (
        isinstance(operand, Hole) and operand.accepts is has_number
    ):
        return key is NUMBER or (isinstance(key, tuple) and key[0] is NUMBER)
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
