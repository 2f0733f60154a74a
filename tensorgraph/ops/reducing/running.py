"""Loops with a carry along one axis: cumulative reductions and linear recurrences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import DTypeError, ShapeError
from tensorgraph.graph.node import Variable
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import (
    Buffer,
    Carry,
    Expr,
    For,
    Index,
    Load,
    Name,
    Scalar,
    Set,
    Stmt,
    Store,
)
from tensorgraph.ops import math
from tensorgraph.ops.broadcast import spread, sum_type
from tensorgraph.ops.cast import cast
from tensorgraph.ops.creating.create import ones_like
from tensorgraph.ops.indexing.index import get, update_at
from tensorgraph.ops.tensor import (
    TensorOp,
    TensorType,
    refuse_complex,
    show_shape,
)

COMBINES = {
    "add": math.add, "mul": math.mul, "max": math.maximum, "min": math.minimum,
}  # fmt: skip
NAMES = {"add": "Cumsum", "mul": "Cumprod", "max": "Cummax", "min": "Cummin"}


@dataclass(frozen=True)
class Cumulative(TensorOp):
    """Each element combined with all before it along an axis, or behind it.

    `combine` is add, mul, max or min. Sums and products are in the dtype in which `sum`
    adds; every element is rounded after its own step, in order. In max and min nan
    stays; elements that tie share the cotangent equally, as in `max`.
    """

    axis: int
    combine: str
    reverse: bool = False

    def infer(self, x: Variable) -> TensorType:
        if self.combine in ("max", "min"):
            refuse_complex(f"cumulative {self.combine}", [x.type.dtype])
        return TensorType(self._dtype(x.type.dtype), x.type.shape)

    def _dtype(self, given: str) -> str:
        grows = self.combine in ("add", "mul")
        return sum_type(TensorType(given, ())) if grows else given

    def evaluate(self, xp: Any, x: Any) -> Any:
        x = xp.astype(x, self._dtype(x.dtype.name))
        combine = xp.function(COMBINES[self.combine].reference)
        turn = _all_before(self.axis, slice(None, None, -1 if self.reverse else 1))
        return combine.accumulate(x[turn], axis=self.axis)[turn]

    def pullback(self, x: Variable, y: Variable, g: Variable) -> Any:
        if self.combine == "add":
            return Cumulative(self.axis, "add", not self.reverse)(g)
        if self.combine == "mul":
            return self._others(y) * self._back(self._later(x), g)
        taken, same = math.eq(x, y), math.eq(*self._neighbours(y))
        kept = cast(same, g.type.dtype)
        ties = Recurrence(self.axis, self.reverse)(kept, cast(taken, g.type.dtype))
        some = math.gt(ties, 0)
        share = math.where(some, g / math.where(some, ties, 1.0), 0.0)
        return math.where(taken, self._back(kept, share), 0.0)

    def _back(self, links: Variable, g: Variable) -> Any:
        return Recurrence(self.axis, not self.reverse)(links, g)

    def _neighbours(self, x: Variable) -> tuple[Any, Any]:
        """All elements but the last, and all but the first."""
        return (
            get(x, _all_before(self.axis, slice(None, -1))),
            get(x, _all_before(self.axis, slice(1, None))),
        )

    def _later(self, x: Variable) -> Any:
        """The elements that have one before them."""
        return self._neighbours(x)[0 if self.reverse else 1]

    def _others(self, y: Variable) -> Any:
        """The products of what comes before each element, from those up to it."""
        place = slice(None, -1) if self.reverse else slice(1, None)
        before = self._neighbours(y)[1 if self.reverse else 0]
        return update_at(ones_like(y), _all_before(self.axis, place), before, "set")

    def batch(self, batched: Sequence[bool], x: Variable) -> Any:
        return Cumulative(self.axis + 1, self.combine, self.reverse)(x)

    def lower(self, loop: Any, x: Any) -> Any:
        dtype = loop.dtype
        function = COMBINES[self.combine].scalar_function(dtype)

        def step(before: Expr, run: Run, time: Expr) -> Expr:
            return Scalar(function, (before, run.element(0, time)), dtype)

        return run_along(loop, [loop.cast(x, dtype)], self.axis, self.reverse, step)

    def __str__(self) -> str:
        reverse = ", reverse=True" if self.reverse else ""
        return f"{NAMES[self.combine]}{{axis={self.axis}{reverse}}}"


@dataclass(frozen=True)
class Recurrence(TensorOp):
    """s[t] = links[t - 1] s[t - 1] + b[t] along an axis, from s[0] = b[0].

    In reverse it is s[t] = links[t] s[t + 1] + b[t]. Inputs: the links between
    neighbours, one fewer than elements, and b, of the same float dtype.
    """

    axis: int
    reverse: bool = False

    def infer(self, links: Variable, b: Variable) -> TensorType:
        if links.type.dtype != b.type.dtype:
            raise DTypeError(
                f"recurrence: {links.type.dtype} and {b.type.dtype} differ."
            )
        have, want = links.type.shape[self.axis], b.type.shape[self.axis]
        known = isinstance(have, int) and isinstance(want, int)
        if known and have != max(want - 1, 0):  # type: ignore[operator]
            raise ShapeError(
                f"recurrence: {want} elements have {want} - 1 links between them, but "
                f"the shapes are {show_shape(links.type.shape)} and "
                f"{show_shape(b.type.shape)}."
            )
        return b.type

    def evaluate(self, xp: Any, links: Any, b: Any) -> Any:
        rows = range(b.shape[self.axis])
        made: list[Any] = []
        for t in reversed(rows) if self.reverse else rows:
            row = b[_all_before(self.axis, t)]
            if made:
                link = links[_all_before(self.axis, t if self.reverse else t - 1)]
                row = link * made[-1] + row
            made.append(row)
        if not made:
            return b
        return xp.stack(made[::-1] if self.reverse else made, axis=self.axis)

    def pullback(self, links: Variable, b: Variable, s: Variable, g: Variable) -> Any:
        first, later = slice(None, -1), slice(1, None)
        here, there = (first, later) if self.reverse else (later, first)
        g_b = Recurrence(self.axis, not self.reverse)(links, g)
        from_b = get(g_b, _all_before(self.axis, here))
        return from_b * get(s, _all_before(self.axis, there)), g_b

    def batch(self, batched: Sequence[bool], links: Variable, b: Variable) -> Any:
        return Recurrence(self.axis + 1, self.reverse)(*spread(batched, (links, b)))

    def lower(self, loop: Any, links: Any, b: Any) -> Any:
        dtype, message = loop.dtype, "recurrence: {0} links between {1} elements"
        sizes = links.extents[self.axis], b.extents[self.axis]
        enough = at.less_equal(sizes[1], at.plus(sizes[0], at.ONE))
        loop.require("shape", message, enough, sizes)
        for axis, (have, want) in enumerate(zip(links.extents, b.extents, strict=True)):
            if axis != self.axis:
                loop.unify(have, want, "recurrence")
        mul = math.mul.scalar_function(dtype)
        add = math.add.scalar_function(dtype)

        def step(before: Expr, run: Run, time: Expr) -> Expr:
            between = time if self.reverse else at.minus(time, at.ONE)
            part = Scalar(mul, (run.element(0, between), before), dtype)
            return Scalar(add, (part, run.element(1, time)), dtype)

        return run_along(loop, [links, b], self.axis, self.reverse, step)

    def __str__(self) -> str:
        reverse = ", reverse=True" if self.reverse else ""
        return f"Recurrence{{axis={self.axis}{reverse}}}"


def _all_before(axis: int, item: Any) -> tuple[Any, ...]:
    """The index of an item of one axis, and of everything of the axes before it."""
    return (*[slice(None)] * axis, item)


# -- lowering --------------------------------------------------------------------------

Step = Callable[[Expr, "Run", Expr], Expr]


@dataclass(frozen=True)
class Run:
    """One run along an axis: buffers of the inputs and the result, and its indices."""

    inputs: Sequence[Buffer]
    result: Buffer
    axis: int
    reverse: bool

    @property
    def outer(self) -> list[Expr]:
        """The indices of the axes before."""
        return [Index(f"b{a}") for a in range(self.axis)]

    @property
    def inner(self) -> list[Expr]:
        """The indices of the axes behind."""
        behind = self.result.extents[self.axis + 1 :]
        return [
            at.ZERO if n == at.ONE else Index(f"a{a}") for a, n in enumerate(behind)
        ]

    def subscripts(self, time: Expr) -> tuple[Expr, ...]:
        """Where one moment of the run lies."""
        return (*self.outer, time, *self.inner)

    def element(self, number: int, time: Expr) -> Expr:
        """An element of an input."""
        return Load(self.inputs[number], self.subscripts(time))

    def time(self, step: Expr) -> Expr:
        """The place along the axis of a step that is counted from 0."""
        last = at.minus(self.result.extents[self.axis], at.ONE)
        return at.minus(last, step) if self.reverse else step

    def statements(self, step: Step) -> list[Stmt]:
        """The loops; the first element, if there is one, takes no step."""
        begin, number = Index("first"), Index("k")
        length = self.result.extents[self.axis]
        start, now = self.time(begin), self.time(number)
        first = Load(self.inputs[-1], self.subscripts(start))
        if all(index == at.ZERO for index in self.inner):
            last = Name(f"{self.result.name}_last", self.result.dtype)
            opening: list[Stmt] = [Carry(last.name, first), self._store(start, last)]
            each: list[Stmt] = [
                Set(last.name, step(last, self, now)), self._store(now, last)
            ]  # fmt: skip
        else:
            before = self.subscripts(self.time(at.minus(number, at.ONE)))
            opening = self._behind(self._store(start, first))
            each = self._behind(
                self._store(now, step(Load(self.result, before), self, now))
            )
        run = For(number.name, at.ONE, length, tuple(each), "in_order")
        once = at.minimum(length, at.ONE)
        whole = For(begin.name, at.ZERO, once, (*opening, run), "in_order")
        return _nested(self.outer, self.result.extents, [whole], "in_order")

    def _store(self, time: Expr, value: Expr) -> Stmt:
        return Store(self.result, self.subscripts(time), value)

    def _behind(self, statement: Stmt) -> list[Stmt]:
        extents = self.result.extents[self.axis + 1 :]
        return _nested(self.inner, extents, [statement], "any")


def _nested(
    indices: Sequence[Expr], extents: Sequence[Expr], body: list[Stmt], order: str
) -> list[Stmt]:
    pairs = list(zip(indices, extents, strict=False))
    for index, extent in reversed(pairs):
        if isinstance(index, Index):
            body = [For(index.name, at.ZERO, extent, tuple(body), order)]
    return body


def run_along(
    loop: Any, inputs: Sequence[Any], axis: int, reverse: bool, step: Step
) -> Any:
    """The value that starts as the last input and takes a step along an axis.

    `step(before, run, time)` is the element at a time from the one before.
    """
    extents, dtype = inputs[-1].extents, inputs[-1].dtype
    return loop.call(
        inputs, [(extents, dtype)],
        lambda buffers, results, scratch: Run(
            buffers, results[0], axis, reverse
        ).statements(step),
    )[0]  # fmt: skip
