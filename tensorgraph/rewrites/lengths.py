"""Where the length of an axis comes from, so that two lengths can be proven equal."""

from __future__ import annotations

from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from tensorgraph.graph.node import Variable
from tensorgraph.ops.broadcast import BroadcastTo, ExpandDims, Shape, Squeeze, Sum
from tensorgraph.ops.cast import Cast
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.reducing.reduce import Reduction
from tensorgraph.ops.shaping.shape import Transpose
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


_known: WeakKeyDictionary[Variable, dict[int, Length]] = WeakKeyDictionary()
"""Lengths found before; rewriting never changes the length of an axis."""


def length_of(variable: Variable, axis: int) -> Length:
    """The length of an axis: a number, a name, or the axis that it comes from."""
    passed: list[tuple[Variable, int]] = []
    found: Length | None = None
    while found is None:
        known = variable.type.shape[axis]
        found = known if known is not None else _known.get(variable, {}).get(axis)
        if found is None:
            passed.append((variable, axis))
            before = _step(variable, axis)
            if not isinstance(before, Source) or before.axis < 0:
                found = Source(variable, axis) if before is None else before
            else:
                variable, axis = before
    for v, a in passed:
        if found != (v, a):  # a variable must not keep itself alive
            _known.setdefault(v, {})[a] = found
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
    moved = _axis_before(op, axis, inputs[0])
    return None if moved is None else Source(inputs[0], moved)


def scalar_length(scalar: Variable) -> Length:
    """The length that an int64 scalar stands for; axis -1 of itself if computed."""
    value = static_value(scalar)
    if value is not None:
        return int(value)
    if scalar.owner is not None and isinstance(scalar.owner.op, Shape):
        return Source(scalar.owner.inputs[0], scalar.owner.op.axis)
    return Source(scalar, -1)


def _axis_before(op: Any, axis: int, x: Variable) -> int | None:
    """The axis of the first operand that an op which moves axes takes this one from."""
    if isinstance(op, ExpandDims):
        kept = [a for a in range(x.type.ndim + len(op.axes)) if a not in op.axes]
        return kept.index(axis)
    if isinstance(op, Squeeze | Sum | Reduction):
        return [a for a in range(x.type.ndim) if a not in op.axes][axis]
    if isinstance(op, Transpose):
        return op.axes[axis]
    return None


def origins(variable: Variable, axis: int, depth: int) -> set[Variable]:
    """What elementwise ops were given, up to `depth` ops up: all have this axis.

    Operands that are repeated along the axis are left out.
    """
    found: set[Variable] = set()
    stack = [(variable, depth)]
    while stack:
        v, left = stack.pop()
        if v.type.shape[axis] == 1:
            continue
        found.add(v)
        node = v.owner
        if left and node is not None and isinstance(node.op, Elementwise):
            stack.extend((x, left - 1) for x in node.inputs)
    return found


def agree_as(new: Variable, old: Variable, axis: int, depth: int) -> bool:
    """Whether all lengths that must agree for `old` must agree for `new` too."""
    kept = origins(new, axis, 2 * depth)
    stack, lengths = [(old, depth)], None
    while stack:
        v, left = stack.pop()
        if v.type.shape[axis] == 1 or v in kept:
            continue
        node = v.owner
        if left and node is not None and isinstance(node.op, Elementwise):
            stack.extend((x, left - 1) for x in node.inputs)
            continue
        if lengths is None:
            lengths = {length_of(u, axis) for u in kept}
        if length_of(v, axis) not in lengths:
            return False
    return True


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
        self.owned: dict[Source, Source | None] = {}
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
            found = [self._own(Source(v, axis)) for v in out.owner.inputs]
            own = [source for source in found if source is not None]
            for other in own[1:]:
                first, second = self.find(own[0]), self.find(other)
                if first != second:
                    self.above[second] = first
            self.owned[Source(out, axis)] = own[0] if own else None

    def _own(self, place: Source) -> Source | None:
        """Where a length begins, unless it is a broadcast that gives it."""
        for _ in range(MOST_STEPS):
            variable, axis = place
            if variable.type.shape[axis] is not None or _repeats(variable, axis):
                return None
            if place in self.owned:
                return self.owned[place]
            before = _step(variable, axis)
            if before is None:
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
