"""Scheduling: which values become roots, and which roots share loops.

A block is a list of nests in order; a nest is one loop shared by its members; a phase
is a part of the nest that runs over a strip before the next phase does. Inside a row
phase the members have more loops, which are scheduled as a block again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.fusion import Fusion, Nest, Phase
from tensorgraph.loops.ir import Const
from tensorgraph.loops.placed import parts_of_parts, placed_parts
from tensorgraph.loops.promotion import worth_storing
from tensorgraph.loops.roots import (
    HOLDERS,
    Elements,
    Root,
    analyze,
    chosen_order,
    loop_index,
    make_part,
    make_root,
    steps_read,
)
from tensorgraph.loops.values import (
    Branch,
    Called,
    Loop,
    Placed,
    Pointwise,
    Read,
    Reduced,
    Reshaped,
    Result,
    Scattered,
    Scope,
    Subscripts,
    Value,
)

CHEAP = 8
"""Work below this cost stays in the loop of a scatter, whose waiting for memory hides
it; more work vectorizes in a phase before the scatter."""
ROUNDS = 6


class Schedule:
    """The roots of a program and the blocks they form, one for each scope."""

    def __init__(self, outputs: Sequence[Value]) -> None:
        self.outputs = list(outputs)
        self.values = _collect(outputs)
        self.in_memory: set[Value] = set()
        self.chosen: set[Value] = set()
        self._demand()
        self.inside = parts_of_parts(self.values, self.outputs)
        self.elements = Elements()
        self.roots: list[Root] = []
        fresh: set[Value] = set()
        for _ in range(ROUNDS):
            self._make_roots(fresh)
            self._make_blocks()
            fresh = worth_storing(self.roots, self.chosen) - self.chosen
            if not fresh:
                break
            self.chosen |= fresh

    # -- which values become roots ----------------------------------------------------

    def is_root(self, value: Value) -> bool:
        """Whether a value has loops of its own."""
        if isinstance(value, Pointwise):
            return value in self.chosen
        return not isinstance(value, (*HOLDERS, Reshaped))

    def _demand(self) -> None:
        for value in self.outputs:
            self._choose(value)
        for value in self.values:
            if isinstance(value, Called):
                for v in value.operands:
                    self._need_memory(v)
            elif isinstance(value, Reshaped):
                self._need_memory(value.operands[0])
            elif isinstance(value, Loop):
                for v in value.next:
                    self._choose(v)
                    if v.ndim:
                        self._need_memory(v)
                for v in value.rows:
                    self._choose(v)
            elif isinstance(value, Branch):
                for v in (*value.then, *value.otherwise):
                    self._choose(v)

    def _choose(self, value: Value) -> None:
        if isinstance(value, Pointwise):
            self.chosen.add(value)

    def _need_memory(self, value: Value) -> None:
        self._choose(value)
        if isinstance(value, Reshaped):
            self._need_memory(value.operands[0])
        self.in_memory.add(value)

    def _make_roots(self, fresh: set[Value]) -> None:
        """Make the roots; those that inlined nothing of what is chosen afresh stay."""
        self._kept = {
            (root.value, root.into, root.offset): root
            for root in self.roots
            if not any(value in fresh for value, _ in root.inlined)
        }
        self.roots = []
        self.writers: dict[Value, list[Root]] = {}
        for value in self.values:
            if isinstance(value, Result):
                self.writers[value] = self.writers[value.operands[0]]
            elif self.is_root(value):
                self._add_roots(value)
        self._sink_into_branches()

    def _add_roots(self, value: Value) -> None:
        made: list[Root] = []
        others: list[Root] = []
        if isinstance(value, Placed):
            for part, place in placed_parts(value):
                if part in self.inside:
                    others.extend(self.writers[part])
                else:
                    made.append(self._part(part, value, place))
        else:
            if isinstance(value, Scattered) and constant_of(value.into) is None:
                zero = (at.ZERO,) * value.ndim
                made.append(self._part(value.into, value, zero))
            made.append(self._root(value))
        self.roots.extend(made)
        self.writers[value] = [*others, *made]

    def _part(self, value: Value, into: Value, place: Subscripts) -> Root:
        root = self._kept.get((value, into, place))
        if root is None:
            root = make_part(value, into, place, into.scope)
            analyze(root, self.is_root, self.elements)
        root.scope = into.scope
        return root

    def _root(self, value: Value) -> Root:
        root = self._kept.get((value, None, ()))
        if root is None:
            root = make_root(value, chosen_order(value, self.is_root, self.elements))
            analyze(root, self.is_root, self.elements)
        root.scope = value.scope
        return root

    def _sink_into_branches(self) -> None:
        """Move roots that only one arm of a branch needs into that arm."""
        self.arms: dict[tuple[Value, int], Scope] = {}
        outputs = set(self.outputs)
        for branch in reversed([v for v in self.values if isinstance(v, Branch)]):
            home = self.writers[branch][0].scope
            for arm, values in enumerate((branch.then, branch.otherwise)):
                scope = Scope(home.depth + 1 if home else 1, home)
                self.arms[branch, arm] = scope
                wanted = self._exclusive(values, branch, arm, outputs)
                for root in self.roots:
                    if root.scope is home and (root.into or root.value) in wanted:
                        root.scope = scope

    def _exclusive(
        self, values: Sequence[Value], branch: Branch, arm: int, outputs: set[Value]
    ) -> set[Value]:
        users: dict[Value, set[Value]] = {}
        for value in self.values:
            for v in value.operands:
                users.setdefault(v, set()).add(value)
        other = set(branch.otherwise if arm == 0 else branch.then) | {branch.condition}
        inside: set[Value] = set()
        for value in reversed(self.values):
            if value in outputs or value in other:
                continue
            mine = users.get(value, set()) - inside
            if mine <= {branch} and (
                value in values or users.get(value, set()) & inside
            ):
                inside.add(value)
        return inside

    # -- which roots share loops -------------------------------------------------------

    def _make_blocks(self) -> None:
        self.blocks: dict[Scope | None, list[Nest]] = {}
        self._depends: dict[Root, tuple[tuple[Root, Subscripts], ...]] = {}
        grouped: dict[Scope | None, list[Root]] = {}
        for root in self.roots:
            root.path = []
            grouped.setdefault(root.scope, []).append(root)
        for scope, roots in grouped.items():
            self.blocks[scope] = self._block(roots, 0)

    def depends(self, root: Root) -> Sequence[tuple[Root, Subscripts]]:
        """The roots that must have run, with the subscripts at which they are read."""
        found = self._depends.get(root)
        if found is None:
            found = self._depends[root] = tuple(self._find_depends(root))
        return found

    def _find_depends(self, root: Root) -> Iterable[tuple[Root, Subscripts]]:
        for value, subscripts in root.reads:
            for writer in self.writers.get(value, ()):
                yield writer, subscripts
        if isinstance(root.value, Scattered) and root.into is None:
            for writer in self.writers[root.value]:
                if writer is not root:
                    yield writer, ()
        if isinstance(root.value, Loop | Branch):
            for writer in self._inner_reads(root.value):
                yield writer, ()

    def _inner_reads(self, value: Loop | Branch) -> Iterable[Root]:
        """Roots outside that the bodies of a loop or branch read."""
        scopes = (
            {value.body} if isinstance(value, Loop)
            else {self.arms[value, 0], self.arms[value, 1]}
        )  # fmt: skip
        for root in self.roots:
            if _within(root.scope, scopes):
                for v, _ in (*root.reads, *root.inlined):
                    yield from self.writers.get(v, ())
        for v in set(value.operands) - set(steps_read(value)):
            yield from self.writers.get(v, ())

    def _block(self, roots: list[Root], level: int) -> list[Nest]:
        nests = Fusion(roots, level, self.depends).nests
        for nest in nests:
            self._make_phases(nest, level)
        return nests

    def _make_phases(self, nest: Nest, level: int) -> None:
        if nest.extent is None:
            nest.phases = [Phase("scalar", nest.members)]
        else:
            where: dict[Root, int] = {}
            kinds = self._phase_kinds(nest.members, level)
            for root, kind in zip(nest.members, kinds, strict=True):
                lowest = 0
                for other, _ in self.depends(root):
                    if other in where:
                        same = nest.phases[where[other]].kind == kind != "scatter"
                        lowest = max(lowest, where[other] + (not same))
                place = next(
                    (
                        i
                        for i in range(lowest, len(nest.phases))
                        if nest.phases[i].kind == kind
                    ),
                    len(nest.phases),
                )
                if place == len(nest.phases):
                    nest.phases.append(Phase(kind))
                nest.phases[place].members.append(root)
                where[root] = place
        for phase in nest.phases:
            for root in phase.members:
                root.path.append((id(nest), id(phase)))
            if phase.kind == "row":
                phase.inner = self._block(phase.members, level + 1)

    def _phase_kinds(self, members: Sequence[Root], level: int) -> list[str]:
        """The kind of phase that each member of a nest belongs to."""
        kinds = [_phase_kind(root, level) for root in members]
        if set(kinds) != {"vector", "scatter"}:
            return kinds
        work = self._work([root.value for root in members])
        return kinds if work > CHEAP else ["mixed"] * len(kinds)

    def _work(self, values: Sequence[Value]) -> int:
        """The cost of computing one element, or one term, of each of these roots."""
        work, seen, stack = 0, set(values), list(values)
        while stack:
            value = stack.pop()
            work += value.cost if isinstance(value, Pointwise) else 0
            found = {v for v in value.operands if v not in self.chosen} - seen
            seen |= found
            stack.extend(found)
        return work


def _phase_kind(root: Root, level: int) -> str:
    if len(root.dims) > level + 1:
        return "row"
    scatters = isinstance(root.value, Scattered) and root.into is None
    return "scatter" if scatters else "vector"


def _within(scope: Scope | None, wanted: set[Scope]) -> bool:
    while scope is not None:
        if scope in wanted:
            return True
        scope = scope.parent
    return False


def _collect(outputs: Sequence[Value]) -> list[Value]:
    """All values that the outputs need, each after its operands."""
    order: list[Value] = []
    entered: set[Value] = set()
    done: set[Value] = set()
    stack = list(reversed(outputs))
    while stack:
        value = stack[-1]
        if value in done:
            stack.pop()
        elif value in entered:
            done.add(value)
            order.append(value)
            stack.pop()
        else:
            entered.add(value)
            stack.extend(v for v in reversed(value.operands) if v not in entered)
    return order


def constant_of(value: Value) -> Const | None:
    """The one constant that every element of a value is, if it is one."""
    while isinstance(value, Pointwise):
        expr = value.element(tuple(loop_index(d) for d in range(value.ndim)))
        if isinstance(expr, Const):
            return expr
        if not isinstance(expr, Read):
            return None
        value = expr.value
    return None


__all__ = ["Nest", "Phase", "Schedule", "constant_of", "Reduced"]
