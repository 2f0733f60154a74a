"""Trees of sums or of products that nothing else uses: their leaves, other leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.ops.cast import cast
from tensorgraph.rewrites.ranges import is_not_nan

MOST_LEAVES = 64
"""No more leaves are opened."""


def is_root(node: Apply, ops: Sequence[Any], graph: Any) -> bool:
    """Whether a node of some ops is no part of a larger tree of them."""
    out = node.outputs[0]
    if graph.use_count(out) != 1:
        return True
    users = graph.users[out]
    if not users:
        return True
    user = next(iter(users))
    return user.op not in ops or user.outputs[0].type.dtype != out.type.dtype


def is_pair(node: Apply, ops: Sequence[Any], graph: Any) -> bool:
    """Whether a tree has but two leaves: no operand is a part of it."""
    dtype = node.outputs[0].type.dtype
    return not any(
        v.owner is not None and v.owner.op in ops and v.type.dtype == dtype
        and graph.use_count(v) == 1
        for v in node.inputs
    )  # fmt: skip


def hides_nan(gone: Iterable[Variable], left: Iterable[Variable]) -> bool:
    """Whether nan in what cancelled would not show: nothing that is left can be nan."""
    return not all(map(is_not_nan, gone)) and all(map(is_not_nan, left))


class Tree:
    """The leaves of a tree of binary ops, with the sign they enter by, from the left.

    The second operand of the second op of `ops` (subtraction, division) enters with the
    opposite sign. Inner nodes have the dtype of the root and no other user.
    """

    def __init__(self, root: Apply, ops: Sequence[Any], graph: Any) -> None:
        self.root = root
        self.ops = ops
        self.inner: set[Apply] = {root}
        self.leaves: list[tuple[Variable, int]] = []
        self.dtype = dtype = root.outputs[0].type.dtype
        stack: list[tuple[Variable, int, bool]] = [(root.outputs[0], 1, True)]
        while stack:
            v, sign, once = stack.pop()
            node = v.owner
            opened = node is root or (
                node is not None and once and node.op in ops and v.type.dtype == dtype
                and len(self.inner) < MOST_LEAVES and graph.use_count(v) == 1
            )  # fmt: skip
            if not opened:
                self.leaves.append((v, sign))
                continue
            assert node is not None
            self.inner.add(node)
            first, second = node.inputs
            differ = first is not second
            stack.append((second, sign if node.op is ops[0] else -sign, differ))
            stack.append((first, sign, differ))

    def merged(
        self, bases: Sequence[Variable], totals: Mapping[Variable, float],
        made: Callable[[Variable, float], Any], inverse: Callable[[Any], Any],
    ) -> Any:  # fmt: skip
        """The tree after the leaves of some bases met, and the others kept their place.

        `bases` has one for each leaf. Where the first leaf of a base stood there is now
        made(base, total), as it enters there; what cancelled is gone. inverse(x) is
        what the second op makes of x alone. Both get operands in the dtype of the root.
        """

        given = iter(self._met(bases, totals, made))

        def build(v: Variable) -> Any:
            node = v.owner
            if node not in self.inner:
                return next(given)
            first, second = (build(u) for u in node.inputs)
            if first is node.inputs[0] and second is node.inputs[1]:
                return v
            if first is None and second is not None:
                plain = node.op is self.ops[0]
                return second if plain else inverse(cast(second, self.dtype))
            return first if second is None else self._of(node, first, second)

        return build(self.root.outputs[0])

    def _of(self, node: Apply, *operands: Any) -> Any:
        """An inner node of other operands; what gave it its dtype may be gone."""
        if all(v.type.dtype != self.dtype for v in operands):
            operands = tuple(cast(v, self.dtype) for v in operands)
        return node.op(*operands)

    def _met(
        self, bases: Sequence[Variable], totals: Mapping[Variable, float],
        made: Callable[[Variable, float], Any],
    ) -> Iterator[Any]:  # fmt: skip
        """What stands at each leaf; None for what met others or cancelled."""
        seen: set[Variable] = set()
        for (v, sign), base in zip(self.leaves, bases, strict=True):
            if base not in totals:
                yield v
            elif base in seen or not totals[base]:
                yield None
            else:
                seen.add(base)
                yield made(cast(base, self.dtype), sign * totals[base])
