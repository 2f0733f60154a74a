"""The rewriter: applies rules to a working graph until none fires."""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields, replace
from typing import Any

from tensorgraph.errors import RewriteError
from tensorgraph.graph.index import Index, Key, Plan, index_of, key_of_node
from tensorgraph.graph.match import Bindings
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import Op
from tensorgraph.graph.place import inherit
from tensorgraph.graph.rules import Rule
from tensorgraph.graph.subgraph import Subgraph
from tensorgraph.graph.trace import Trace, formula
from tensorgraph.graph.working import Working

Fit = Callable[[Any, Variable, Rule, Working], Variable | None]
"""Gives what a rule returned the type of what it replaces; None where that is not safe.
"""

FIRINGS_PER_NODE = 50
"""More firings than this, over the whole graph, are taken for rules that never end."""


def exact_fit(made: Any, old: Variable, rule: Rule, graph: Working) -> Variable | None:
    """The fit that only accepts variables of the right type."""
    if not isinstance(made, Variable) or not old.type.accepts(made.type):
        raise RewriteError(f"{made!r} does not have the type {old.type}.")
    return made


def rewrite(
    outputs: Sequence[Variable],
    stages: Iterable[Sequence[Rule]],
    fit: Fit = exact_fit,
    trace: Trace | None = None,
) -> list[Variable]:
    """The outputs after the rules of each stage were applied until nothing fires.

    Raises `RewriteError`, naming the rule, for a replacement of another dtype or shape
    and for rules that undo each other.
    """
    graph = Working(outputs)
    done: Sequence[Rule] = ()
    for rules in stages:
        Stage(graph, rules, fit, trace, done).run()
        done = rules
    return graph.finish()


_holding: dict[type, bool] = {}


def holds_graphs(op: Op) -> bool:
    """Whether ops of this class have graphs among their fields."""
    kind = type(op)
    if kind not in _holding:
        _holding[kind] = any("Subgraph" in str(f.type) for f in fields(op))
    return _holding[kind]


class Finder:
    """The plans for the nodes of one graph, by an index that all graphs share."""

    def __init__(self, index: Index, graph: Working) -> None:
        self.index = index
        self.kinds = graph.kinds
        self.count = 0
        self.found: dict[Key, tuple[Plan, ...]] = {}

    def plans(self, node: Apply) -> tuple[Plan, ...]:
        """The plans that the node, its operands and the rest of the graph allow."""
        if self.count != len(self.kinds):
            self.count = len(self.kinds)
            self.found.clear()
        key = key_of_node(node)
        plans = self.found.get(key)
        if plans is None:
            plans = self.found[key] = self.index.plausible(key, self.kinds)
        return plans


class Stage:
    """One run of some rules over a working graph, by a worklist.

    Nodes wait on a stack, inputs above what is computed from them. A replacement puts
    the users of the old variable on it, and their users as far up as patterns look
    down. The rules that are `done` have been applied until none fired: nodes are
    looked at by the others only, until something near them changes.
    """

    def __init__(
        self, graph: Working, rules: Sequence[Rule], fit: Fit, trace: Trace | None,
        done: Sequence[Rule] = (),
    ) -> None:  # fmt: skip
        self.graph = graph
        self.rules = tuple(rules)
        self.is_first, known = not done, set(done)
        further = tuple(rule for rule in self.rules if rule not in known)
        self.every = Finder(index_of(self.rules), graph)
        self.further = Finder(index_of(further), graph)
        self.depth = self.every.index.depth
        self.bodies: dict[Subgraph, Subgraph] = {}
        self.fit = fit
        self.trace = trace
        graph.retired.clear()
        self.stack = self._order()[::-1]
        self.waiting = set(self.stack)
        self.untouched = set(self.stack)
        self.stale: set[Apply] = set()
        self.left = FIRINGS_PER_NODE * (len(self.stack) + 20)
        self.recent: deque[str] = deque(maxlen=100)

    def _order(self) -> list[Apply]:
        """The nodes, inputs first, as they entered a graph that nobody changed yet."""
        graph = self.graph
        return (
            list(graph.members)
            if self.is_first
            else graph.ordered(map(graph.find, graph.outputs))
        )

    def run(self) -> None:
        """Apply the rules until none fires."""
        members, stack = self.graph.members, self.stack
        while stack:
            node = stack.pop()
            self.waiting.discard(node)
            if node in members and not (node in self.stale and self.refresh(node)):
                self.visit(node)

    def plans(self, node: Apply) -> tuple[Plan, ...]:
        """What is to be tried at a node."""
        if node in self.untouched:
            self.untouched.discard(node)
            return self.further.plans(node)
        return self.every.plans(node)

    def visit(self, node: Apply) -> None:
        """Rewrite the graphs inside an op, or fire the first rule that applies."""
        if self.trace is not None:
            self.watch(node, self.trace)
        elif not self.enter(node):
            for plan in self.plans(node):
                bound = plan.bind(node, self.graph)
                if bound is not None and self.fire(plan, node, bound):
                    return

    def watch(self, node: Apply, trace: Trace) -> None:
        """Do the same under the eyes of a trace, which may also put an end to it."""
        if trace.is_full or self.enter(node) or trace.is_full:
            return
        for plan in self.plans(node):
            start = time.perf_counter()
            bound = plan.bind(node, self.graph)
            fired = bound is not None and self.fire(plan, node, bound)
            trace.count(plan.rule, fired, start)
            if fired:
                return

    def enter(self, node: Apply) -> bool:
        """Rewrite the graphs inside an op by the same rules: whether any changed."""
        if not holds_graphs(node.op):
            return False
        inner = {k: v for k, v in vars(node.op).items() if isinstance(v, Subgraph)}
        better = {k: self.inside(graph) for k, graph in inner.items()}
        if better == inner:
            return False
        with inherit(node.places):
            made = replace(node.op, **better).apply(*node.inputs)
        if any(
            a.type != b.type for a, b in zip(made.outputs, node.outputs, strict=True)
        ):
            return False
        new = self.graph.intern(made.outputs[0])[0].owner
        assert new is not None
        for old, v in zip(node.outputs, new.outputs, strict=True):
            self.mark(self.graph.replace(old, v))
        self.graph.drop(node)
        self.push(new)
        return True

    def inside(self, graph: Subgraph) -> Subgraph:
        """A graph inside an op, rewritten; itself where a type would change."""
        if graph not in self.bodies:
            outputs = rewrite(graph.outputs, [self.rules], self.fit, self.trace)
            pairs = zip(outputs, graph.outputs, strict=True)
            same = all(new.type == old.type for new, old in pairs)
            better = Subgraph(graph.inputs, outputs) if same else graph
            self.bodies[graph] = self.bodies[better] = better
        return self.bodies[graph]

    # -- the worklist -----------------------------------------------------------------

    def refresh(self, node: Apply) -> bool:
        """Bring a node with replaced inputs up to date: whether it merged away."""
        self.stale.discard(node)
        users = self.graph.refresh(node)
        if users is not None:
            self.mark(users)
            self.look_at_freed()
            return True
        self.climb(node)
        return False

    def mark(self, users: Iterable[Apply]) -> None:
        """Put nodes on the stack whose inputs were replaced."""
        for node in users:
            self.stale.add(node)
            self.push(node)

    def push(self, node: Apply) -> None:
        """Put a node on the stack unless it waits there."""
        self.untouched.discard(node)
        if node not in self.waiting:
            self.waiting.add(node)
            self.stack.append(node)

    def climb(self, node: Apply) -> None:
        """Push what is computed from a node, as far up as patterns reach."""
        level, found = [node], []
        for _ in range(self.depth - 1):
            level = [
                user
                for below in level
                for v in below.outputs
                for user in self.graph.users.get(v, ())
                if not (self.is_first and user in self.untouched)
            ]
            found += level
        for user in reversed(found):
            self.push(user)

    def look_at_freed(self) -> None:
        """Look again at nodes that became the only user of an input."""
        for v in self.graph.freed:
            for user in self.graph.users.get(v, ()):
                self.push(user)
        self.graph.freed.clear()

    # -- firing -----------------------------------------------------------------------

    def fire(self, plan: Plan, node: Apply, bound: Bindings) -> bool:
        """Call a rule and replace what it gives a replacement for: whether it did."""
        rule = plan.rule
        with inherit(node.places):
            made = rule.function(*[bound[name] for name in plan.wanted])
            if made is None:
                return False
            given = made if isinstance(made, list | tuple) else [made]
            pairs = [
                (old, self._fitted(rule, one, old))
                for old, one in zip(node.outputs, given, strict=True)
                if one is not None
            ]
        fired = False
        for old, new in pairs:
            if new is not None and self._substitute(rule, node, old, new):
                fired = True
        if fired:
            self.graph.drop(node)
            self.look_at_freed()
        return fired

    def _fitted(self, rule: Rule, made: Any, old: Variable) -> Variable | None:
        try:
            return self.fit(made, old, rule, self.graph)
        except RewriteError as error:
            broken = f"The rule {rule.name} broke its contract on {formula(old)}"
            raise RewriteError(
                f"{broken}: {error.what}",
                places=old.owner.places if old.owner is not None else (),
                remedy="It must have the dtype and static shape of what it replaces.",
            ) from error

    def _substitute(
        self, rule: Rule, node: Apply, old: Variable, made: Variable
    ) -> bool:
        before = formula(old) if self.trace is not None else ""
        new, added = self.graph.intern(made)
        if new is old or any(old in n.inputs for n in added):
            self._check_progress(rule, node, new is old)
            for n in reversed(added):
                self.graph.drop(n)
            return False
        self._count(rule, node)
        if self.trace is not None:
            self.trace.record(rule, node, before, new)
        if len(node.outputs) == 1:
            self.graph.retire(node, new, rule)
        self.mark(self.graph.replace(old, new))
        for n in reversed(added):
            self.push(n)
        return True

    def _check_progress(self, rule: Rule, node: Apply, same: bool) -> None:
        """Building the same node again is to decline; anything else would go round."""
        if same and not self.graph.recalled:
            return
        if same:
            names = {r.name for r in self.graph.recalled} | {rule.name}
            what = f"The rules {' and '.join(sorted(names))} undo each other"
        else:
            what = f"The replacement by the rule {rule.name} contains what it replaces"
        raise RewriteError(
            f"{what}, at {formula(node.outputs[0])}.",
            places=node.places,
            remedy="Give one of the rules a condition.",
        )

    def _count(self, rule: Rule, node: Apply) -> None:
        self.left -= 1
        self.recent.append(rule.name)
        if self.left < 0:
            names = [name for name, _ in Counter(self.recent).most_common(5)]
            raise RewriteError(
                f"Rewriting does not end; the rules that fire are {', '.join(names)}, "
                f"now at {formula(node.outputs[0])}.",
                places=node.places,
                remedy="Give one of the rules a condition, or exclude it.",
            )
