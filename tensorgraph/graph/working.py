"""The working graph: a private, interned, mutable copy of a graph to be rewritten."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from tensorgraph.errors import GraphError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.op import Op, op_key
from tensorgraph.graph.place import merge
from tensorgraph.graph.traverse import applies

FEW_USERS = 3
"""Rules that ask who uses a variable look again when so many are left."""


def key_of(op: Op, inputs: Sequence[Variable]) -> Hashable:
    """Equal for nodes that compute the same: one op on the same inputs.

    Two operands of a commutative op may stand in either order.
    """
    if len(inputs) == 2 and op.commutative and id(inputs[0]) > id(inputs[1]):
        return op, inputs[1], inputs[0]
    return (op, *inputs)


class Working:
    """Equal nodes are one node, and every variable knows its users.

    `replace` is lazy: it forwards the old variable to the new one and gives it the old
    one's users; a user that is refreshed reads its inputs anew, and merges with its
    twin if another node has become equal to it. So a replacement costs what its direct
    users cost, and a node with many inputs is read anew once, however many of them
    changed. Rules may keep in `notes` what they found out about the whole graph.
    """

    def __init__(self, outputs: Sequence[Variable]) -> None:
        self.nodes: dict[Hashable, Apply] = {}
        self.members: dict[Apply, None] = {}
        self.users: dict[Variable, dict[Apply, None]] = {}
        self.constants: dict[Hashable, Constant] = {}
        self.forward: dict[Variable, Variable] = {}
        self.retired: dict[Hashable, tuple[Variable, Any]] = {}
        self.recalled: list[Any] = []
        self.freed: list[Variable] = []
        self.notes: dict[str, Any] = {}
        self.kinds: set[Any] = set()
        self.origin: dict[Apply, Apply] = {}
        known: dict[Variable, Variable] = {}
        for node in applies(outputs):
            copy = self._copy(node, known)
            known.update(zip(node.outputs, copy.outputs, strict=True))
        self.outputs = [known[v] if v in known else self.leaf(v) for v in outputs]
        self.pinned = set(self.outputs)

    # -- entering ---------------------------------------------------------------------

    def leaf(self, variable: Variable) -> Variable:
        """An input as the graph knows it: equal constants are one."""
        if isinstance(variable, Constant):
            variable = self.constants.setdefault(variable.key(), variable)
        self.users.setdefault(variable, {})
        return variable

    def _copy(self, node: Apply, known: dict[Variable, Variable]) -> Apply:
        inputs = [known[v] if v in known else self.leaf(v) for v in node.inputs]
        key = key_of(node.op, inputs)
        twin = self.nodes.get(key)
        if twin is not None:
            _adopt(twin, node)
            return twin
        copy = Apply(node.op, inputs, [v.type for v in node.outputs], node.places)
        for before, after in zip(node.outputs, copy.outputs, strict=True):
            after.name = before.name
        self._enter(key, copy)
        self.origin[copy] = node
        return copy

    def _enter(self, key: Hashable, node: Apply) -> None:
        self.nodes[key] = node
        self.members[node] = None
        kind = op_key(node.op)
        if kind not in self.kinds:
            self.kinds.update((kind, *type(node.op).__mro__))
        for v in node.inputs:
            self.users[v][node] = None
        for v in node.outputs:
            self.users[v] = {}

    def intern(self, variable: Variable) -> tuple[Variable, list[Apply]]:
        """Enter an expression over variables of this graph: its variable, the new
        nodes.

        Nodes that were rewritten before are entered as what they became; `recalled`
        lists the rules that rewrote them.
        """
        self.recalled.clear()
        added: list[Apply] = []
        known: dict[Variable, Variable] = {}
        stack = [self.find(variable)]
        while stack:
            v = stack[-1]
            node = v.owner
            if v in known or node is None or v in self.users:
                stack.pop()
                continue
            inputs = [self.find(i) for i in node.inputs]
            missing = [i for i in inputs if self._foreign(i) and i not in known]
            if missing:
                stack.extend(reversed(missing))
                continue
            stack.pop()
            inputs = [known[i] if i in known else self._own(i) for i in inputs]
            known.update(
                zip(node.outputs, self._intern_node(node, inputs, added), strict=True)
            )
        variable = self.find(variable)
        return known[variable] if variable in known else self._own(variable), added

    def _foreign(self, v: Variable) -> bool:
        """Whether a variable is new, or was dropped and is wanted again."""
        return v.owner is not None and v not in self.users

    def _own(self, v: Variable) -> Variable:
        return self.leaf(v) if v.owner is None else v

    def _intern_node(
        self, node: Apply, inputs: list[Variable], added: list[Apply]
    ) -> Sequence[Variable]:
        key = key_of(node.op, inputs)
        found = self.nodes.get(key)
        if found is None:
            became = self._recall(key)
            if became is not None:
                return [became]
            node.inputs = inputs
            self._enter(key, node)
            added.append(node)
            return node.outputs
        _adopt(found, node)
        return found.outputs

    def _recall(self, key: Hashable) -> Variable | None:
        retired, rule = self.retired.get(key, (None, None))
        if retired is None:
            return None
        became = self.find(retired)
        if became.owner is not None and became.owner not in self.members:
            return None
        self.recalled.append(rule)
        return became

    # -- looking ----------------------------------------------------------------------

    def __contains__(self, variable: Variable) -> bool:
        return variable in self.users or variable in self.forward

    def find(self, variable: Variable) -> Variable:
        """What a variable has become."""
        forward = self.forward
        if variable not in forward:
            return variable
        path = []
        while variable in forward:
            path.append(variable)
            variable = forward[variable]
        for v in path:
            forward[v] = variable
        return variable

    def use_count(self, variable: Variable) -> int:
        """How many nodes read a variable; an output of the graph counts as one more."""
        variable = self.find(variable)
        return len(self.users.get(variable, ())) + (variable in self.pinned)

    # -- changing ---------------------------------------------------------------------

    def replace(self, old: Variable, new: Variable) -> list[Apply]:
        """Let `new` stand for `old`: the users, which are to be refreshed."""
        if old is new:
            return []
        moved = self.users.pop(old)
        self.forward[old] = new
        self.users[new].update(moved)
        if old in self.pinned:
            self.pinned.discard(old)
            self.pinned.add(new)
        if old.name is not None and new.name is None and new.owner is not None:
            new.name = old.name
        return list(moved)

    def retire(self, node: Apply, new: Variable, rule: Any) -> None:
        """Note what a rule rewrote a node to, in case that it is built again."""
        self.retired[key_of(node.op, node.inputs)] = new, rule

    def refresh(self, node: Apply) -> list[Apply] | None:
        """Read the inputs of a node anew; the users of a twin that it merged with.

        None when the node stands, changed or not.
        """
        inputs = [self.find(v) for v in node.inputs]
        before = key_of(node.op, node.inputs)
        key = key_of(node.op, inputs)
        if self.nodes.get(before) is node:
            del self.nodes[before]
        node.inputs = inputs
        twin = self.nodes.setdefault(key, node)
        if twin is node:
            return None
        _adopt(twin, node)
        users: list[Apply] = []
        for old, new in zip(node.outputs, twin.outputs, strict=True):
            users += self.replace(old, new)
        self.drop(node)
        return users

    def drop(self, node: Apply) -> None:
        """Forget a node whose outputs nobody uses, and then its inputs likewise.

        What is left with few users is noted in `freed`.
        """
        stack = [node]
        while stack:
            node = stack.pop()
            if node not in self.members or any(map(self._is_used, node.outputs)):
                continue
            del self.members[node]
            key = key_of(node.op, node.inputs)
            if self.nodes.get(key) is node:
                del self.nodes[key]
            for v in map(self.find, node.inputs):
                users = self.users[v]
                users.pop(node, None)
                if not users and v.owner is not None:
                    stack.append(v.owner)
                elif len(users) <= FEW_USERS:
                    self.freed.append(v)
            for v in node.outputs:
                self.users.pop(v, None)

    def _is_used(self, v: Variable) -> bool:
        return v not in self.forward and (v in self.pinned or bool(self.users.get(v)))

    # -- leaving ----------------------------------------------------------------------

    def finish(self) -> list[Variable]:
        """The outputs as an ordinary graph; parts that did not change are the user's
        own.

        This graph must not be used afterwards.
        """
        outputs = [self.find(v) for v in self.outputs]
        known: dict[Variable, Variable] = {}
        for node in self.ordered(outputs):
            node.inputs = [known.get(v, v) for v in map(self.find, node.inputs)]
            before = self.origin.get(node)
            if before is not None and _same(before, node):
                known.update(zip(node.outputs, before.outputs, strict=True))
        return [known.get(v, v) for v in outputs]

    def ordered(self, outputs: Iterable[Variable]) -> list[Apply]:
        """The nodes that the outputs need, inputs first; raises for a circle."""
        order: list[Apply] = []
        done: dict[Apply, bool] = {}
        stack = [v.owner for v in outputs if v.owner is not None]
        while stack:
            node = stack[-1]
            if node in done:
                stack.pop()
                if not done[node]:
                    done[node] = True
                    order.append(node)
                continue
            done[node] = False
            for v in reversed(node.inputs):
                owner = (self.find(v) if v in self.forward else v).owner
                if owner is None or done.get(owner):
                    continue
                if owner in done:
                    raise GraphError(f"{v!r} depends on itself after rewriting.")
                stack.append(owner)
        return order


def _adopt(twin: Apply, node: Apply) -> None:
    """What a node takes over from an equal one: places, names, sharper types."""
    twin.places = merge(twin.places, node.places)
    for mine, other in zip(twin.outputs, node.outputs, strict=True):
        if mine.name is None:
            mine.name = other.name
        if mine.type is not other.type and mine.type.accepts(other.type):
            mine.type = other.type


def _same(before: Apply, node: Apply) -> bool:
    """Whether a copy still is what it was copied from."""
    return (
        before.op == node.op
        and all(a is b for a, b in zip(before.inputs, node.inputs, strict=True))
        and all(
            a.name == b.name and a.type == b.type
            for a, b in zip(before.outputs, node.outputs, strict=True)
        )
        and before.places == node.places
    )
