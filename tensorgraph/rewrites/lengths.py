"""Where the length of an axis comes from, so that two lengths can be proven equal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from tensorgraph.graph.node import Variable
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.check import Check
from tensorgraph.ops.creating.create import ARange
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.extending.detach import PassedOn
from tensorgraph.ops.indexing.gather import AdvancedSubtensor, ArrayUpdate
from tensorgraph.ops.indexing.subtensor import BasicUpdate, IntoZeros, Subtensor
from tensorgraph.ops.linalg.product import Dot
from tensorgraph.ops.reducing.reduce import Reduction
from tensorgraph.ops.scan import Scan
from tensorgraph.ops.shaping.join import Join
from tensorgraph.ops.shaping.shape import Reshape, SpecifyShape, Transpose
from tensorgraph.ops.tensor import static_value

MOST_STEPS = 64
"""Lengths that must agree are followed through so many ops at most."""


class Source(NamedTuple):
    """An axis of unknown length: the origin of the lengths that follow from it."""

    variable: Variable
    axis: int

    def build(self) -> Variable:
        """The length as an int64 scalar; one that was computed stands for itself."""
        if self.axis < 0:
            return self.variable
        return Shape(self.axis)(self.variable)


Length = int | str | Source


def length_of(variable: Variable, axis: int) -> Length:
    """The length of an axis: a number, a name, or the axis that it comes from.

    It is kept: rewriting never changes the length of an axis.
    """
    passed: list[tuple[Variable, int]] = []
    found: Length | None = None
    while found is None:
        known = variable.type.shape[axis]
        found = known if known is not None else _known(variable).get(axis)
        if found is None:
            passed.append((variable, axis))
            before = _step(variable, axis)
            if not isinstance(before, Source) or before.axis < 0:
                found = Source(variable, axis) if before is None else before
            else:
                variable, axis = before
    for v, a in passed:
        if found != (v, a):  # a variable must not keep itself alive
            v.facts = v.facts or {}
            v.facts.setdefault("lengths", {})[a] = found
    return found


def _known(v: Variable) -> dict[int, Length]:
    """The lengths that were found before, by axis."""
    found: dict[int, Length] = v.facts.get("lengths", {}) if v.facts else {}
    return found


def _step(variable: Variable, axis: int) -> Length | None:
    """The length one op earlier; None where it begins here."""
    node = variable.owner
    if node is None:
        return None
    op, inputs = node.op, node.inputs
    if isinstance(op, Elementwise | Cast):
        found = [v for v in inputs if v.type.shape[axis] != 1]
        return Source(found[0], axis) if found else None
    if isinstance(op, BroadcastTo):
        if inputs[0].type.shape[axis] != 1:
            return Source(inputs[0], axis)
        return scalar_length(inputs[1 + axis])
    given = _given(variable, axis)
    if given is not None:
        return scalar_length(given)
    if isinstance(op, Dot):
        return _of_product(inputs[0], inputs[1], op, axis)
    if isinstance(op, AdvancedSubtensor):
        return _of_gather(op, inputs, axis)
    moved = _axis_before(op, axis, inputs[0])
    return None if moved is None else Source(inputs[0], moved)


def scalar_length(scalar: Variable) -> Length:
    """The length that an int64 scalar stands for; axis -1 of itself if computed."""
    value = static_value(scalar)
    if value is not None:
        return int(value)
    node = scalar.owner
    if node is not None and isinstance(node.op, Shape):
        return Source(node.inputs[0], node.op.axis)
    if node is not None and node.op is math.maximum:  # arange takes no negative length
        shapes = [v for v in node.inputs if static_value(v) != 0]
        if len(shapes) == 1 and isinstance(scalar_length(shapes[0]), Source):
            found = scalar_length(shapes[0])
            if isinstance(found, Source) and found.axis >= 0:
                return found
    return Source(scalar, -1)


def given_length(scalar: Variable) -> Length:
    """The length that a scalar stands for, as `length_of` gives it."""
    found = scalar_length(scalar)
    place = isinstance(found, Source) and found.axis >= 0
    return length_of(*found) if place else found  # type: ignore[misc]


def _given(variable: Variable, axis: int) -> Variable | None:
    """The scalar that an op is given as the length of an axis."""
    node = variable.owner
    assert node is not None
    op, inputs = node.op, node.inputs
    if isinstance(op, SpecifyShape) and axis in op.axes:
        return inputs[1 + op.axes.index(axis)]
    if isinstance(op, Reshape):
        return inputs[1 + axis]
    if isinstance(op, IntoZeros):
        return inputs[axis - variable.type.ndim]  # type: ignore[attr-defined]
    rows = isinstance(op, Scan) and variable.index >= op.carried and axis == 0
    return inputs[0] if rows or isinstance(op, ARange) else None


def _of_product(x: Variable, y: Variable, op: Dot, axis: int) -> Source | None:
    """The length of a row or column of a product, or of its stack."""
    stack = x.type.ndim - op.left
    if axis < stack:
        wide = [v for v in (x, y) if v.type.shape[axis] != 1]
        return Source(wide[0], axis) if wide else None
    if op.left == 2 and axis == stack:
        return Source(x, stack)
    return Source(y, y.type.ndim - 1)


def _of_gather(
    op: AdvancedSubtensor, inputs: Sequence[Variable], axis: int
) -> Source | None:
    """The length of an index array, or of an axis that is not indexed."""
    x, *indices = inputs
    place, rank = op.place, indices[0].type.ndim
    if place <= axis < place + rank:
        return Source(indices[0], axis - place) if len(indices) == 1 else None
    kept = [a for a in range(x.type.ndim) if a not in op.axes]
    return Source(x, kept[axis if axis < place else axis - rank])


def _axis_before(op: Any, axis: int, x: Variable) -> int | None:
    """The axis of the first operand that an op which moves axes takes this one from."""
    if isinstance(op, ExpandDims):
        kept = [a for a in range(x.type.ndim + len(op.axes)) if a not in op.axes]
        return kept.index(axis)
    if isinstance(op, Squeeze | Sum | Reduction):
        return [a for a in range(x.type.ndim) if a not in op.axes][axis]
    if isinstance(op, Transpose):
        return op.axes[axis]
    if isinstance(op, Subtensor):
        words = op.padded(x.type.ndim)
        kept = [a for a, word in enumerate(words) if word != "i"]
        return kept[axis] if words[kept[axis]] == ":" else None
    if isinstance(op, Join):
        return axis if axis != op.axis else None
    same = PassedOn | Check | BasicUpdate | ArrayUpdate | SpecifyShape
    return axis if isinstance(op, same) else None


def origins(variable: Variable, axis: int, depth: int) -> set[Variable]:
    """What elementwise ops were given, up to `depth` ops up: all have this axis.

    Operands that are repeated along the axis are left out.
    """
    found: set[Variable] = set()
    level = [variable]
    for _ in range(depth + 1):
        seen = [v for v in level if v not in found and v.type.shape[axis] != 1]
        found.update(seen)
        level = [x for v in seen if _is_elementwise(v) for x in v.owner.inputs]
    return found


def _is_elementwise(v: Variable) -> bool:
    return v.owner is not None and isinstance(v.owner.op, Elementwise)


def agree_as(new: Variable, old: Variable, axis: int, depth: int) -> bool:
    """Whether all lengths that must agree for `old` must agree for `new` too.

    `new` is looked at `2 * depth` ops up; most often its own operands are enough.
    """
    return any(
        _are_kept(origins(new, axis, up), old, axis, depth) for up in (1, 2 * depth)
    )


def _are_kept(kept: set[Variable], old: Variable, axis: int, depth: int) -> bool:
    """Whether all lengths that must agree for `old` are among those of `kept`."""
    level, ends = [old], []
    for up in range(depth + 1):
        level = [v for v in level if v.type.shape[axis] != 1 and v not in kept]
        ends += [v for v in level if up == depth or not _is_elementwise(v)]
        level = [x for v in level if _is_elementwise(v) for x in v.owner.inputs]
    if not ends:
        return True
    lengths = {length_of(u, axis) for u in kept}
    return all(length_of(v, axis) in lengths for v in ends)


def same_lengths(a: Variable, b: Variable) -> bool:
    """Whether two tensors of one rank are proven to have the same shape."""
    return a.type.ndim == b.type.ndim and all(
        length_of(a, axis) == length_of(b, axis) for axis in range(a.type.ndim)
    )


class Agreements:
    """Which unknown lengths must be equal, because elementwise ops need it.

    Lengths that only a broadcast gives do not count: to be repeated to a length proves
    nothing. Leaving it out keeps one op from proving another and being proven by it.
    """

    def __init__(self, graph: Any) -> None:
        self.above: dict[Length, Length] = {}
        self.owned: dict[int, dict[Variable, Source | None]] = defaultdict(dict)
        nodes = graph.ordered(map(graph.find, graph.outputs))
        if any(node.op.lazy for node in nodes):
            return
        for node in nodes:
            if isinstance(node.op, Elementwise):
                self._learn(node.outputs[0])

    def _learn(self, out: Variable) -> None:
        """Unite the lengths that an elementwise op needs to agree."""
        assert out.owner is not None
        for axis, known in enumerate(out.type.shape):
            if known is not None:
                continue
            owned, first = self.owned[axis], None
            for v in out.owner.inputs:
                source = owned[v] if v in owned else self._own(Source(v, axis))
                if first is None:
                    first = source
                elif source is not None and source is not first:
                    self._unite(first, source)
            owned[out] = first

    def _unite(self, a: Source, b: Source) -> None:
        first, second = self.find(a), self.find(b)
        if first != second:
            self.above[second] = first

    def _own(self, place: Source) -> Source | None:
        """Where a length begins, unless it is a broadcast that gives it."""
        for _ in range(MOST_STEPS):
            variable, axis = place
            if variable.type.shape[axis] is not None or _repeats(variable, axis):
                return None
            if variable in self.owned[axis]:
                return self.owned[axis][variable]
            before = _step(variable, axis)
            if before is None:
                self.owned[axis][variable] = place
                return place
            if not isinstance(before, Source) or before.axis < 0:
                return None
            place = before
        return place

    def find(self, length: Length) -> Length:
        """The representative of the lengths that must equal this one."""
        while length in self.above:
            length = self.above[length]
        return length

    def same(self, a: Variable, b: Variable) -> bool:
        """Whether two tensors of one rank must have the same shape."""
        return all(
            self.find(length_of(a, axis)) == self.find(length_of(b, axis))
            for axis in range(a.type.ndim)
        )


def _repeats(v: Variable, axis: int) -> bool:
    """Whether this axis is the work of a broadcast."""
    node = v.owner
    broadcast = node is not None and isinstance(node.op, BroadcastTo)
    return broadcast and node.inputs[0].type.shape[axis] == 1  # type: ignore[union-attr]


def must_agree(a: Variable, b: Variable, graph: Any) -> bool:
    """Whether the graph needs two tensors of one rank to have the same shape."""
    if same_lengths(a, b):
        return True
    if "lengths" not in graph.notes:
        graph.notes["lengths"] = Agreements(graph)
    return bool(graph.notes["lengths"].same(a, b))
