"""Scheduling: which values become roots, and which roots share loops.

A block is a list of nests in order; a nest is one loop shared by its members; a phase
is a part of the nest that runs over a strip before the next phase does. Inside a row
phase the members have more loops, which are scheduled as a block again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import Const, Expr
from tensorgraph.loops.placed import parts_of_parts, placed_parts
from tensorgraph.loops.roots import (
    ALONE,
    HOLDERS,
    Root,
    analyze,
    chosen_order,
    indices_in,
    make_part,
    make_root,
    placeholder,
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

COSTLY = 8
"""A value of this cost, used in several loops, is stored rather than computed again."""
SCATTER_COST = 4
"""Work of this cost beside a scatter runs in a loop of its own, where it vectorizes."""
CHEAP = 8
"""Work below this cost stays in the loop of a scatter, whose waiting for memory hides
it; more work vectorizes in a phase before the scatter."""
ROUNDS = 6


@dataclass(slots=True, eq=False)
class Phase:
    """A part of a nest: "row" has inner loops, the other kinds have one loop.

    It runs in order for "scatter" and for "mixed", which is scatters with cheap work.
    """

    kind: str
    members: list[Root] = field(default_factory=list)
    inner: list[Nest] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Nest:
    """One loop of an extent, or without extent the scalar steps between loops."""

    extent: Expr | None
    opaque: bool
    members: list[Root] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)


class Schedule:
    """The roots of a program and the blocks they form, one for each scope."""

    def __init__(self, outputs: Sequence[Value]) -> None:
        self.outputs = list(outputs)
        self.values = _collect(outputs)
        self.in_memory: set[Value] = set()
        self.chosen: set[Value] = set()
        self._demand()
        self.inside = parts_of_parts(self.values, self.outputs)
        for _ in range(ROUNDS):
            self._make_roots()
            self._make_blocks()
            if not self._promote():
                break

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

    def _make_roots(self) -> None:
        self.roots: list[Root] = []
        self.writers: dict[Value, list[Root]] = {}
        for value in self.values:
            if isinstance(value, Result):
                self.writers[value] = self.writers[value.operands[0]]
            elif self.is_root(value):
                self._add_roots(value)
        for root in self.roots:
            analyze(root, self.is_root)
        self._sink_into_branches()

    def _add_roots(self, value: Value) -> None:
        made: list[Root] = []
        others: list[Root] = []
        if isinstance(value, Placed):
            for part, place in placed_parts(value):
                if part in self.inside:
                    others.extend(self.writers[part])
                else:
                    made.append(make_part(part, value, place, value.scope))
        else:
            if isinstance(value, Scattered) and constant_of(value.into) is None:
                zero = (at.ZERO,) * value.ndim
                made.append(make_part(value.into, value, zero, value.scope))
            made.append(make_root(value, chosen_order(value, self.is_root)))
        self.roots.extend(made)
        self.writers[value] = [*others, *made]

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
        nests: list[Nest] = []
        where: dict[Root, int] = {}
        for root in _by_need(roots, self.depends):
            extent = root.dims[level] if len(root.dims) > level else None
            opaque = isinstance(root.value, ALONE) and root.into is None
            lowest = 0
            for other, subscripts in self.depends(root):
                if other in where and other is not root:
                    together = self._fusable(other, root, subscripts, level)
                    lowest = max(lowest, where[other] + (not together))
            place = len(nests)
            for number in range(lowest, len(nests)):
                nest = nests[number]
                if nest.extent == extent and not opaque and not nest.opaque:
                    place = number
                    break
            if place == len(nests):
                nests.append(Nest(extent, opaque))
            nests[place].members.append(root)
            where[root] = place
        nests = self._merged(nests, where, level)
        for nest in nests:
            self._make_phases(nest, level)
        return nests

    def _merged(
        self, nests: list[Nest], where: dict[Root, int], level: int
    ) -> list[Nest]:
        """Move nests down into later ones of their extent, past steps that do not need
        them.
        """
        lowest: dict[int, int] = {}
        for root, place in where.items():
            for other, subscripts in self.depends(root):
                before = where.get(other, place)
                if before < place:
                    together = self._fusable(other, root, subscripts, level)
                    limit = place if together else place - 1
                    lowest[before] = min(lowest.get(before, len(nests)), limit)
        for place in reversed(range(len(nests))):
            nest, limit = nests[place], lowest.get(place, len(nests) - 1)
            for later in range(place + 1, min(limit, len(nests) - 1) + 1):
                below = nests[later]
                alone = below.opaque or nest.opaque or not below.members
                if below.extent == nest.extent and not alone:
                    both = [*nest.members, *below.members]
                    below.members = _by_need(both, self.depends)
                    nest.members = []
                    lowest[later] = min(lowest.get(later, len(nests)), limit)
                    break
        return [nest for nest in nests if nest.members]

    def _fusable(
        self, other: Root, root: Root, subscripts: Subscripts, level: int
    ) -> bool:
        if len(root.dims) <= level:
            return len(other.dims) <= level and not isinstance(other.value, ALONE)
        if other.into is not None or isinstance(other.value, Scattered):
            return False
        if len(other.dims) <= level or other.dims[level] != root.dims[level]:
            return False
        axis = other.axes[level]
        if axis is None or other.reduces_early or axis >= len(subscripts):
            return False
        return subscripts[axis] == placeholder(level)

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

    # -- what to store rather than compute again ---------------------------------------

    def _promote(self) -> bool:
        """Choose more roots, now that it is known where values would be computed."""
        costs: dict[Value, int] = {}
        places: dict[Value, set[tuple[object, ...]]] = {}
        found: set[Value] = set()
        for root in self.roots:
            loops = {placeholder(d).name for d in range(len(root.dims))}
            for value, subscripts in root.inlined:
                cost = self._cost(value, costs)
                if cost == 0:
                    continue
                names, data = indices_in(subscripts)
                scattering = isinstance(root.value, Scattered) and root.into is None
                if (
                    ((value.ndim or root.dims) and loops - names)
                    or data
                    or (
                        value.scope is not root.scope
                        and _outside(value.scope, root.scope)
                    )
                    or (scattering and cost >= SCATTER_COST)
                ):
                    found.add(value)
                elif cost >= COSTLY:
                    places.setdefault(value, set()).add((*root.path, subscripts))
        found |= {v for v, paths in places.items() if len(paths) > 1}
        found -= self.chosen
        self.chosen |= found
        return bool(found)

    def _cost(self, value: Value, known: dict[Value, int]) -> int:
        stack = [value]
        while stack:
            v = stack[-1]
            if v in known:
                stack.pop()
            elif not isinstance(v, Pointwise) or (v is not value and v in self.chosen):
                known[v] = 0
            else:
                missing = [o for o in v.operands if o not in known]
                if missing:
                    stack.extend(missing)
                else:
                    known[v] = v.cost + sum(known[o] for o in v.operands)
        return known[value]


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


def _outside(scope: Scope | None, other: Scope | None) -> bool:
    """Whether `scope` strictly encloses `other`."""
    while other is not None:
        other = other.parent
        if other is scope:
            return True
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


def _by_need(roots: list[Root], depends: object) -> list[Root]:
    """The roots, each after those of the block it depends on."""
    inside, order, done = set(roots), [], set()
    for first in roots:
        stack = [first]
        while stack:
            root = stack[-1]
            if root in done:
                stack.pop()
                continue
            missing = [
                o for o, _ in depends(root)  # type: ignore[operator]
                if o in inside and o not in done and o is not root
            ]  # fmt: skip
            if missing:
                stack.extend(missing)
            else:
                done.add(root)
                order.append(root)
                stack.pop()
    return order


def constant_of(value: Value) -> Const | None:
    """The one constant that every element of a value is, if it is one."""
    while isinstance(value, Pointwise):
        expr = value.element(tuple(placeholder(d) for d in range(value.ndim)))
        if isinstance(expr, Const):
            return expr
        if not isinstance(expr, Read):
            return None
        value = expr.value
    return None


__all__ = ["Nest", "Phase", "Schedule", "constant_of", "Reduced"]
