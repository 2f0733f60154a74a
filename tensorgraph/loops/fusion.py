"""Fusion: which roots share a loop, and when a loop has enough of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, field

from tensorgraph.loops.ir import Expr
from tensorgraph.loops.roots import ALONE, Root, loop_index
from tensorgraph.loops.values import Scattered, Subscripts, Value

MOST = 100
"""A loop that computes so many values takes only roots that share enough with it.

Compilers need more than proportional time for long loops, and machine registers hold a
few dozen values.
"""
ENOUGH = 3
"""A root shares enough when one in so many of its values is there already."""

Depends = Callable[[Root], Sequence[tuple[Root, Subscripts]]]
"""The roots that must have run, with the subscripts at which they are read."""


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
    """One loop of an extent, or without extent the scalar steps between loops.

    `values` are what it computes, where that decides who joins it.
    """

    extent: Expr | None
    opaque: bool
    members: list[Root] = field(default_factory=list)
    phases: list[Phase] = field(default_factory=list)
    values: set[Value] = field(default_factory=set)


class Fusion:
    """The nests of a block, in order."""

    def __init__(self, roots: list[Root], level: int, depends: Depends) -> None:
        self.level = level
        self.depends = depends
        self.bounded = sum([len(root.inlined) + 1 for root in roots]) > MOST
        self.nests: list[Nest] = []
        self._where: dict[Root, int] = {}
        for root in _by_need(roots, depends):
            self._place(root)
        self._merge()

    def _place(self, root: Root) -> None:
        """Put a root into the first nest that takes it, or into a new one."""
        extent = root.dims[self.level] if len(root.dims) > self.level else None
        opaque = isinstance(root.value, ALONE) and root.into is None
        values = root.computed() if self.bounded else set()
        place = self._lowest(root)
        while place < len(self.nests):
            nest = self.nests[place]
            alone = opaque or nest.opaque
            if not alone and _same(nest.extent, extent) and self._takes(nest, values):
                break
            place += 1
        if place == len(self.nests):
            self.nests.append(Nest(extent, opaque))
        self.nests[place].members.append(root)
        self.nests[place].values |= values
        self._where[root] = place

    def _lowest(self, root: Root) -> int:
        """The first nest in which a root finds all it needs."""
        lowest = 0
        for other, subscripts in self.depends(root):
            if other in self._where and other is not root:
                together = self._fusable(other, root, subscripts)
                lowest = max(lowest, self._where[other] + (not together))
        return lowest

    def _takes(self, nest: Nest, values: Set[Value]) -> bool:
        """Whether a nest has room for values, or shares enough of them."""
        if not self.bounded or nest.extent is None:
            return True
        if len(nest.values) + len(values) <= MOST:
            return True
        if nest.values.isdisjoint(values):
            return False
        return ENOUGH * len(nest.values & values) >= len(values)

    def _merge(self) -> None:
        """Move nests down into later ones of their extent, past steps that do not need
        them.
        """
        nests, lowest = self.nests, self._limits()
        for place in reversed(range(len(nests))):
            nest, limit = nests[place], lowest.get(place, len(nests) - 1)
            for later in range(place + 1, min(limit, len(nests) - 1) + 1):
                below = nests[later]
                alone = below.opaque or nest.opaque or not below.members
                if (
                    not alone
                    and _same(below.extent, nest.extent)
                    and self._takes(below, nest.values)
                ):
                    both = [*nest.members, *below.members]
                    below.members = _by_need(both, self.depends)
                    below.values |= nest.values
                    nest.members = []
                    lowest[later] = min(lowest.get(later, len(nests)), limit)
                    break
        self.nests = [nest for nest in nests if nest.members]

    def _limits(self) -> dict[int, int]:
        """The last nest into which each may move, for those that others need."""
        limits: dict[int, int] = {}
        for root, place in self._where.items():
            for other, subscripts in self.depends(root):
                before = self._where.get(other, place)
                if before < place:
                    together = self._fusable(other, root, subscripts)
                    limit = place if together else place - 1
                    limits[before] = min(limits.get(before, len(self.nests)), limit)
        return limits

    def _fusable(self, other: Root, root: Root, subscripts: Subscripts) -> bool:
        """Whether a root may share the loop of another that it reads."""
        level = self.level
        if len(root.dims) <= level:
            return len(other.dims) <= level and not isinstance(other.value, ALONE)
        if other.into is not None or isinstance(other.value, Scattered):
            return False
        if len(other.dims) <= level or other.dims[level] != root.dims[level]:
            return False
        axis = other.axes[level]
        if axis is None or other.reduces_early or axis >= len(subscripts):
            return False
        return subscripts[axis] == loop_index(level)


def _same(a: Expr | None, b: Expr | None) -> bool:
    """Whether two extents are one."""
    return a is b or a == b


def _by_need(roots: list[Root], depends: Depends) -> list[Root]:
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
                o for o, _ in depends(root)
                if o in inside and o not in done and o is not root
            ]  # fmt: skip
            if missing:
                stack.extend(missing)
            else:
                done.add(root)
                order.append(root)
                stack.pop()
    return order
