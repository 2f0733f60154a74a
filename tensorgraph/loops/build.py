"""The builder: what an op's `lower` calls to make array values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tensorgraph.errors import ShapeError
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.dtypes import PARTS, computed_in
from tensorgraph.loops.ir import Buffer, Const, Expr, Size
from tensorgraph.loops.reading import (
    as_dtype,
    broadcast_read,
    constantly,
    moved,
    part_of,
)
from tensorgraph.loops.values import (
    Branch,
    Called,
    Checked,
    ComputedLength,
    Emit,
    Guard,
    Loop,
    Placed,
    Pointwise,
    Read,
    Reduced,
    Reducing,
    Reshaped,
    Result,
    Scattered,
    Scope,
    State,
    Stored,
    Subscripts,
    Value,
    children,
)
from tensorgraph.loops.walk import postorder

SMALL = 16
"""Lengths up to this are part of the code; longer ones are sizes known at entry."""


class Builder:
    """Makes array values; holds the inputs, sizes, checks and scopes of one program.

    `hidden` are the constants and shared variables behind inputs that no caller passes.
    `dtypes`, `shapes` (of the outputs) and `places` belong to the apply being lowered.
    """

    def __init__(self) -> None:
        self.inputs: list[Buffer] = []
        self.hidden: dict[Any, Value] = {}
        self.checks: list[ir.CheckInfo] = []
        self.entry_checks: list[ir.Check] = []
        self.dtypes: tuple[str, ...] = ()
        self.shapes: tuple[tuple[int | str | None, ...], ...] = ()
        self.places: tuple[Any, ...] = ()
        self.scope: Scope | None = None
        self._lengths: dict[int | str, Expr] = {}
        self._same: dict[Expr, Expr] = {}
        self._loops = 0
        self._constants: dict[Value, Const] = {}

    @property
    def dtype(self) -> str:
        """The dtype of the first output of the op that is being lowered."""
        return self.dtypes[0]

    @property
    def has_loops(self) -> bool:
        """Whether any loop in time was made."""
        return self._loops > 0

    # -- leaves -----------------------------------------------------------------------

    def input(
        self,
        name: str,
        dtype: str,
        shape: Sequence[int | str | None],
        strided: bool = False,
        within: tuple[int, int] | None = None,
    ) -> Stored:
        """The next input of the program; equal lengths and names become one size."""
        number = len(self.inputs)
        extents = tuple(self._extent(n, number, axis) for axis, n in enumerate(shape))
        buffer = Buffer(name, dtype, extents, "input", strided=strided, within=within)
        self.inputs.append(buffer)
        return Stored(extents, dtype, buffer=buffer)

    def _extent(self, length: int | str | None, number: int, axis: int) -> Expr:
        if isinstance(length, int) and length <= SMALL:
            return Const(length)
        if length is None:
            return Size(number, axis)
        return self._lengths.setdefault(length, Size(number, axis))

    def length(self, length: int | str) -> Expr:
        """A static length or named size as an extent."""
        known = self._lengths.get(length)
        return known if known is not None else Const(int(length))

    def known(self, extent: Expr) -> int | None:
        """The static length that an extent stands for, if it is one."""
        if isinstance(extent, Const):
            return int(extent.value)
        found = (
            n for n, e in self._lengths.items() if e == extent and isinstance(n, int)
        )
        return next(found, None)

    def constant(self, value: Any, dtype: str, ndim: int = 0) -> Pointwise:
        """A scalar that is part of the code, with some axes of length 1."""
        return self._constant((at.ONE,) * ndim, Const(value, dtype))

    def _constant(self, extents: Sequence[Expr], expr: Const) -> Pointwise:
        """An array of which every element is a constant."""
        made = Pointwise(tuple(extents), expr.dtype, element=lambda s: expr)
        self._constants[made] = expr
        return made

    def scalar(self, expr: Expr) -> Pointwise:
        """A scalar expression of sizes."""
        return Pointwise((), expr.dtype, element=lambda s: expr)

    def within(self, value: Value) -> tuple[int, int] | None:
        """What all elements of integers are known to lie between, if it is known."""
        if isinstance(value, Stored):
            return value.buffer.within
        if not isinstance(value, Pointwise):
            return None
        expr = value.element(tuple(ir.Index(f"i{axis}") for axis in range(value.ndim)))
        while isinstance(expr, ir.Cast) and expr.dtype == "int64":
            expr = expr.a
        if isinstance(expr, Const) and type(expr.value) is int:
            return expr.value, expr.value
        return self.within(expr.value) if isinstance(expr, Read) else None

    # -- extents ----------------------------------------------------------------------

    def as_extent(self, value: Value) -> Expr:
        """A scalar integer value as an extent: `as_integer`, checked not to be
        negative.
        """
        expr = self.as_integer(value)
        if isinstance(expr, Const) and expr.value > SMALL:
            return self._lengths.get(int(expr.value), expr)
        if not isinstance(expr, Const | Size) and not at.is_clipped(expr):
            message = "a length cannot be negative, but it is {0}"
            self.require("shape", message, at.less_equal(at.ZERO, expr), (expr,))
        return expr

    def as_integer(self, value: Value) -> Expr:
        """A scalar integer value as an expression of sizes and elements of inputs.

        Raises ComputedLength for one that follows from other values.
        """
        try:
            expr = self._inline(Read(value, ()))
        except ComputedLength as error:
            error.value = value
            raise
        if isinstance(expr, Const):
            return at.integer(expr.value)
        return as_dtype(expr, "int64")

    def _inline(self, expr: Expr) -> Expr:
        if isinstance(expr, Read) and isinstance(expr.value, Stored):
            return ir.Load(expr.value.buffer, tuple(map(self._inline, expr.subscripts)))
        if isinstance(expr, Read) and isinstance(expr.value, Pointwise):
            return self._inline(expr.value.element(expr.subscripts))
        if isinstance(expr, Read):
            raise ComputedLength(self.places)
        if isinstance(expr, ir.Cast):
            return as_dtype(self._inline(expr.a), expr.dtype)
        if isinstance(expr, ir.Scalar):
            args = tuple(map(self._inline, expr.arguments))
            known = [a.value for a in args if isinstance(a, Const)]
            if len(known) == len(args):
                value = expr.function.reference(*known)
                return Const(np.dtype(expr.dtype).type(value).item(), expr.dtype)
            if expr.function.routine is not None:
                raise ComputedLength(self.places)
            return ir.Scalar(expr.function, args, expr.dtype)
        if isinstance(expr, ir.Select):
            return at.folded(ir.Select(*map(self._inline, children(expr))))
        if not isinstance(expr, Guard):
            return expr
        condition, *values, a = map(self._inline, children(expr))
        if any(isinstance(e, ir.Load) for v in values for e in postorder(v)):
            raise ComputedLength(self.places)  # a plan cannot report loaded values
        self.entry_checks.append(ir.Check(expr.number, condition, tuple(values)))
        return a

    def unify(self, a: Expr, b: Expr, what: str) -> Expr:
        """One extent for two that must be equal; an entry check when not known."""
        a, b = self._canonical(a), self._canonical(b)
        if a == b:
            return a
        if isinstance(a, Const) and isinstance(b, Const):
            raise ShapeError(f"{what}: lengths {a.value} and {b.value} differ.",
                             places=self.places)  # fmt: skip
        number = self.check_number("shape", f"{what}: {ir.UNEQUAL}")
        self.entry_checks.append(ir.Check(number, at.equal(a, b), (a, b)))
        keep, drop = (
            (a, b) if isinstance(a, Const) or not isinstance(b, Const) else (b, a)
        )
        self._same[drop] = keep
        return keep

    def _canonical(self, extent: Expr) -> Expr:
        while extent in self._same:
            extent = self._same[extent]
        return extent

    # -- checks -----------------------------------------------------------------------

    def check_number(self, kind: str, message: str, recoverable: bool = False) -> int:
        """A new check; `message` has ``{0}``, ``{1}`` for the values it reports."""
        number = len(self.checks) + 1
        self.checks.append(
            ir.CheckInfo(number, kind, message, self.places, recoverable)
        )
        return number

    def require(
        self, kind: str, message: str, condition: Expr, values: Sequence[Expr] = ()
    ) -> None:
        """An entry check: `condition` is an expression of sizes and integer inputs."""
        known = [check.condition for check in self.entry_checks]
        if condition not in [Const(True, "bool"), *known]:
            number = self.check_number(kind, message)
            self.entry_checks.append(ir.Check(number, condition, tuple(values)))

    def guard(
        self, kind: str, message: str, condition: Expr, values: Sequence[Expr], a: Expr
    ) -> Expr:
        """`a`, evaluated only after the condition was checked for this element."""
        return Guard(self.check_number(kind, message), condition, tuple(values), a)

    def checked(
        self, value: Value, condition: Value, kind: str, message: str,
        values: Sequence[Value] = (), recoverable: bool = True,
    ) -> Any:  # fmt: skip
        """`value` behind a check of a scalar condition; it reports scalar `values`."""
        number = self.check_number(kind, message, recoverable)
        check = self._place(
            Checked((), "bool", (condition, *values), number=number,
                    condition=condition, values=tuple(values))
        )  # fmt: skip
        return self._place(
            Pointwise(value.extents, value.dtype, (value, check),
                      element=lambda s: Read(value, s))
        )  # fmt: skip

    # -- pointwise --------------------------------------------------------------------

    def _place(self, value: Value) -> Any:
        deepest = None
        for operand in value.operands:
            scope = operand.scope
            if scope is not None and (deepest is None or scope.depth > deepest.depth):
                deepest = scope
        value.scope = deepest
        value.places = self.places
        return value

    def map(
        self, extents: Sequence[Expr], dtype: str, operands: Sequence[Value],
        element: Callable[[Subscripts], Expr], cost: int = 1,
    ) -> Any:  # fmt: skip
        """Each element an expression; inside it, read operands with `read`."""
        return self._place(
            Pointwise(
                tuple(extents), dtype, tuple(operands), element=element, cost=cost
            )
        )

    def read(self, value: Value, subscripts: Sequence[Expr]) -> Expr:
        """An element of a value, for use in an element expression."""
        return Read(value, tuple(subscripts))

    def view(
        self, value: Value, extents: Sequence[Expr],
        subscripts: Callable[[Subscripts], Subscripts],
    ) -> Any:  # fmt: skip
        """The same elements at other subscripts: costs nothing."""
        return self.map(
            extents, value.dtype, (value,), lambda s: Read(value, subscripts(s)), cost=0
        )

    def broadcast(self, value: Value, extents: Sequence[Expr]) -> Any:
        """`value` repeated along its axes of length 1."""
        if all(a == b for a, b in zip(value.extents, extents, strict=True)):
            return value
        have = [
            b if a == at.ONE else self.unify(a, b, "broadcast_to")
            for a, b in zip(value.extents, extents, strict=True)
        ]
        if value in self._constants:
            return self._constant(have, self._constants[value])
        return self.map(
            have, value.dtype, (value,), broadcast_read(value, value.dtype), cost=0
        )

    def cast(self, value: Value, dtype: str) -> Any:
        """The same values in another dtype."""
        if value.dtype == dtype:
            return value
        return self.map(
            value.extents, dtype, (value,), lambda s: ir.Cast(Read(value, s), dtype)
        )

    def pointwise(
        self, function: ir.ScalarFunction, values: Sequence[Value],
        enter: Sequence[str], leave: str,
    ) -> Any:  # fmt: skip
        """A scalar function of every element of operands that broadcast."""
        extents = list(values[0].extents)
        for value in values[1:]:
            for axis, extent in enumerate(value.extents):
                have = extents[axis]
                if have is extent:
                    continue
                if at.is_one(have):
                    extents[axis] = extent
                elif not at.is_one(extent):
                    extents[axis] = self.unify(have, extent, function.name)
        known = self._constants
        reads = [
            broadcast_read(v, d) if v not in known else constantly(known[v], d)
            for v, d in zip(values, enter, strict=True)
        ]
        values = [v for v in values if v not in known]

        def element(s: Subscripts) -> Expr:
            return ir.Scalar(function, tuple([read(s) for read in reads]), leave)

        return self.map(extents, leave, values, element, function.cost)

    def reshape(self, value: Value, extents: Sequence[Expr]) -> Any:
        """The same elements in C order under other extents."""
        if isinstance(value, Reshaped):
            value = value.operands[0]
        kept = [a for a, n in enumerate(value.extents) if n != at.ONE]
        wide = [a for a, n in enumerate(extents) if n != at.ONE]
        if [value.extents[a] for a in kept] == [extents[a] for a in wide]:
            return self.view(value, extents, lambda s: moved(s, wide, kept, value.ndim))
        return self._place(Reshaped(tuple(extents), value.dtype, (value,)))

    # -- reductions, updates, joins ---------------------------------------------------

    def reduce(self, combine: str, value: Value, axes: Sequence[int]) -> Any:
        """A reduction over some axes: add mul max min and or."""
        kept = [a for a in range(value.ndim) if a not in axes]

        def element(outer: Subscripts, inner: Subscripts) -> Expr:
            full: list[Expr] = [at.ZERO] * value.ndim
            for axis, s in zip(kept, outer, strict=True):
                full[axis] = s
            for axis, s in zip(axes, inner, strict=True):
                full[axis] = s
            return Read(value, tuple(full))

        return self.reduction(
            combine, [value.extents[a] for a in kept], value.dtype, (value,),
            [value.extents[a] for a in axes], element,
        )  # fmt: skip

    def reduction(
        self, combine: str, extents: Sequence[Expr], dtype: str,
        operands: Sequence[Value], over: Sequence[Expr],
        element: Reducing,
    ) -> Any:  # fmt: skip
        """A reduction of any expression of outer and inner subscripts."""
        if combine == "add" and dtype in PARTS:
            parts = [
                self.reduction(combine, extents, PARTS[dtype], operands, over,
                               part_of(element, function, PARTS[dtype]))
                for function in (at.REAL, at.IMAG)
            ]  # fmt: skip
            return self.pointwise(at.COMPLEX, parts, (PARTS[dtype],) * 2, dtype)
        wide = computed_in(dtype)
        reduced = Reduced(
            tuple(extents), wide, tuple(operands), combine=combine, over=tuple(over),
            element=lambda outer, inner: as_dtype(element(outer, inner), wide),
        )  # fmt: skip
        return self.cast(self._place(reduced), dtype)

    def scatter(
        self, into: Value, combine: str, space: Sequence[Expr],
        operands: Sequence[Value], target: Callable[[Subscripts], Subscripts],
        element: Callable[[Subscripts], Expr],
    ) -> Any:  # fmt: skip
        """A copy of `into` where each point of `space` sets or combines one element."""
        dtype = into.dtype
        wide = dtype if combine == "set" else computed_in(dtype)
        into = self.cast(into, wide)
        scattered = Scattered(
            into.extents, wide, (into, *operands), into=into, combine=combine,
            space=tuple(space), target=target,
            element=lambda s: as_dtype(element(s), wide),
        )  # fmt: skip
        return self.cast(self._place(scattered), dtype)

    def concatenate(self, values: Sequence[Value], axis: int) -> Any:
        """The values one after another along an axis; the other extents are equal."""
        extents = list(values[0].extents)
        for value in values[1:]:
            for a, extent in enumerate(value.extents):
                joined = at.plus(extents[a], extent)
                other = (
                    extents[a]
                    if a == axis
                    else self.unify(extents[a], extent, "concatenate")
                )
                extents[a] = joined if a == axis else other
        static = extents[axis]
        if isinstance(static, Const) and static.value > SMALL:
            extents[axis] = self._lengths.get(static.value, static)
        return self._place(
            Placed(tuple(extents), values[0].dtype, tuple(values), axis=axis)
        )

    # -- calls and control flow -------------------------------------------------------

    def call(
        self, inputs: Sequence[Value], results: Sequence[tuple[Sequence[Expr], str]],
        emit: Emit, routines: Sequence[ir.Routine] = (),
        scratch: Sequence[tuple[Sequence[Expr], str]] = (),
    ) -> list[Value]:  # fmt: skip
        """Routines on whole arrays: `emit(inputs, outputs, scratch)` gives the code."""
        call = self._place(
            Called((), "bool", tuple(inputs), emit=emit, routines=tuple(routines),
                   results=tuple((tuple(e), d) for e, d in results),
                   scratch=tuple((tuple(e), d) for e, d in scratch))
        )  # fmt: skip
        return self._results(call)

    def _results(self, source: Any) -> list[Value]:
        return [
            self._place(Result(extents, dtype, (source,), number=i))
            for i, (extents, dtype) in enumerate(source.results)
        ]

    def loop(
        self, length: Expr, initial: Sequence[Value],
        body: Callable[[Value, list[Value]], tuple[Sequence[Value], Sequence[Value]]],
    ) -> list[Value]:  # fmt: skip
        """A loop in time. `body(t, state)` gives the next state and the rows to stack.

        Returns the final state, then the stacked rows.
        """
        self._loops += 1
        index = f"t{self._loops}" if self._loops > 1 else "t"
        outer = self.scope
        inner = Scope(outer.depth + 1 if outer else 1, outer)
        state = [
            State(v.extents, v.dtype, (), inner, number=i)
            for i, v in enumerate(initial)
        ]
        time = Pointwise((), "int64", (), inner, element=lambda s: ir.Index(index))
        self.scope = inner
        after, rows = body(time, list(state))
        self.scope = outer
        loop = Loop(
            (), "bool", (*initial, *after, *rows), outer, index=index, length=length,
            body=inner, state=tuple(state), next=tuple(after), rows=tuple(rows),
        )  # fmt: skip
        return self._results(self._outside(loop, inner))

    def _outside(self, loop: Loop, inner: Scope) -> Loop:
        scopes = [v.scope for v in loop.operands]
        kept = [s for s in scopes if s is not None and s.depth < inner.depth]
        loop.scope = max(kept, key=lambda s: s.depth, default=None)
        if inner.parent is not None:
            loop.scope = inner.parent
        return loop

    def branch(
        self, condition: Value, then: Sequence[Value], otherwise: Sequence[Value]
    ) -> list[Value]:
        """`then` where the scalar condition holds, else `otherwise`, lazily."""
        branch = self._place(
            Branch((), "bool", (condition, *then, *otherwise), condition=condition,
                   then=tuple(then), otherwise=tuple(otherwise))
        )  # fmt: skip
        return self._results(branch)
