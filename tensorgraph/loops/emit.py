"""Emission: the statements of a scheduled program."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.body import Body
from tensorgraph.loops.dtypes import computable
from tensorgraph.loops.homes import Home, Homes, strip_length
from tensorgraph.loops.ir import Buffer, Const, Expr, Index, Load, Name, Stmt
from tensorgraph.loops.roots import Root, element_of, letter_of, loop_index
from tensorgraph.loops.schedule import Nest, Phase, Schedule, constant_of
from tensorgraph.loops.values import (
    LEAVES,
    Branch,
    Called,
    Checked,
    Guard,
    Loop,
    Pointwise,
    Read,
    Reduced,
    Reshaped,
    Scattered,
    Subscripts,
    Value,
    children,
    with_children,
)


class Emitter:
    """Writes the statements of the blocks of a schedule."""

    def __init__(self, schedule: Schedule) -> None:
        self.schedule = schedule
        self.homes = Homes(schedule)
        self.lives: dict[Buffer, list[int]] = {}
        self.routines: dict[ir.Routine, None] = {}
        self.entry_checks: dict[ir.Check, None] = {}
        self.spans: list[tuple[Nest, int, int]] = []
        self._aliases: dict[Value, Buffer] = {}
        self._time = 0
        self._accumulators: dict[Root, str] = {}

    def program(self) -> list[Stmt]:
        """The statements of the program; `spans` tells which are of which nest."""
        body = Body()
        for nest in self.schedule.blocks.get(None, []):
            before = len(body.statements)
            self._block([nest], 0, [], body)
            self.spans.append((nest, before, len(body.statements)))
            self._time += 1
        for value, buffer in zip(
            self.schedule.outputs, self.homes.outputs, strict=True
        ):
            if not value.ndim:
                expr = self.resolve(Read(value, ()), body)
                body.statements.append(ir.Store(buffer, (), expr))
        return body.statements

    # -- loops ------------------------------------------------------------------------

    def _block(
        self, nests: Sequence[Nest], level: int, indices: list[Expr], body: Body
    ) -> None:
        for nest in nests:
            if nest.extent is None:
                for root in nest.members:
                    self._step(root, indices, body)
            else:
                self._nest(nest, level, indices, body)

    def _nest(self, nest: Nest, level: int, indices: list[Expr], body: Body) -> None:
        assert nest.extent is not None
        for root in nest.members:
            self._before(root, level, body)
        letter = letter_of(level)
        if len(nest.phases) == 1:
            self._phase(nest.phases[0], at.ZERO, nest.extent, level, indices, body)
        else:
            strip = strip_length(nest)
            first, inner = Index(letter + "0"), Body(body)
            last = at.minimum(at.plus(first, at.integer(strip)), nest.extent)
            for phase in nest.phases:
                self._phase(phase, first, last, level, indices, inner)
            body.statements.append(
                ir.For(first.name, at.ZERO, nest.extent, tuple(inner.statements),
                       "in_order", strip)
            )  # fmt: skip
        for root in nest.members:
            self._after(root, level, indices, body)

    def _phase(
        self, phase: Phase, start: Expr, stop: Expr, level: int,
        indices: list[Expr], body: Body,
    ) -> None:  # fmt: skip
        inner, index = Body(body), loop_index(level)
        within = [*indices, index]
        if phase.kind == "row":
            self._block(phase.inner, level + 1, within, inner)
        else:
            for root in phase.members:
                self._point(root, within, inner)
        carried = any(
            r.reduces_early or (isinstance(r.value, Scattered) and r.into is None)
            for r in phase.members
        )
        reused = any(self._reuses(r, level) for r in phase.members)
        free = not carried or self._injective(phase, level)
        order = "any" if free and not reused else "in_order"
        body.statements.append(
            ir.For(index.name, start, stop, tuple(inner.statements), order)
        )

    def _reuses(self, root: Root, level: int) -> bool:
        """Whether every iteration of a loop writes the same part of a root's buffer."""
        home = self.homes.homes.get(root.value) if root.into is None else None
        if home is None or home.buffer is None or level >= len(root.axes):
            return False
        axis = root.axes[level]
        return axis is not None and axis not in home.axes

    @staticmethod
    def _injective(phase: Phase, level: int) -> bool:
        """Whether all updates in memory at this level go to places of their own."""
        return phase.kind == "vector" and all(
            r.axes[level] is not None for r in phase.members if r.reduces_early
        )

    def _before(self, root: Root, level: int, body: Body) -> None:
        value = root.value
        if root.into is not None:
            return
        if isinstance(value, Scattered) and level == 0:
            start = constant_of(value.into)
            if start is not None:
                body.statements.append(ir.Fill(self._buffer(value), start))
        if isinstance(value, Reduced) and _first_reduced(root) == level:
            if root.reduces_early:
                body.statements.append(ir.Fill(self._buffer(value), neutral(value)))
            else:
                name = self.homes.fresh_name("s")
                self._accumulators[root] = name
                body.statements.append(ir.Accumulator(name, value.combine, value.dtype))

    def _after(self, root: Root, level: int, indices: list[Expr], body: Body) -> None:
        value = root.value
        ends = (
            isinstance(value, Reduced) and root.into is None and not root.reduces_early
        )
        if ends and _first_reduced(root) == level:
            padded = [*indices, *[at.ZERO] * (len(root.dims) - len(indices))]
            outer = root.full(padded)[: value.ndim]
            name = Name(self._accumulators[root], value.dtype)
            self._settle(value, outer, name, body)

    # -- one point of a root -----------------------------------------------------------

    def _step(self, root: Root, indices: list[Expr], body: Body) -> None:
        value = root.value
        if root.into is None:
            if isinstance(value, Checked):
                return self._check(value, body)
            if isinstance(value, Called):
                return self._call(value, body)
            if isinstance(value, Loop):
                return self._loop(value, body)
            if isinstance(value, Branch):
                return self._branch(value, body)
            if isinstance(value, Scattered):
                self._before(root, 0, body)
        return self._point(root, indices, body)

    def _point(self, root: Root, indices: list[Expr], body: Body) -> None:
        value, full = root.value, root.full(indices[: len(root.dims)])
        if root.into is not None:
            expr = self.resolve(Read(value, full), body)
            place = tuple(map(at.plus, full, root.offset))
            buffer = self._buffer(root.into)
            body.statements.append(
                ir.Store(buffer, self.homes[root.into].place(place), expr)
            )
            return
        exprs = [self.resolve(e, body) for e in element_of(value, full)]
        if isinstance(value, Scattered):
            buffer, target = self._buffer(value), tuple(exprs[:-1])
            body.statements.append(
                ir.Store(buffer, target, exprs[-1]) if value.combine == "set"
                else ir.Update(buffer, target, value.combine, exprs[-1])
            )  # fmt: skip
        elif isinstance(value, Reduced) and None not in root.axes:
            self._settle(value, full[: value.ndim], exprs[0], body)
        elif isinstance(value, Reduced) and root.reduces_early:
            place = self.homes[value].place(full[: value.ndim])
            body.statements.append(
                ir.Update(self._buffer(value), place, value.combine, exprs[0])
            )
        elif isinstance(value, Reduced):
            name = self._accumulators[root]
            body.statements.append(ir.Accumulate(name, value.combine, exprs[0]))
        else:
            self._settle(value, full, exprs[0], body)

    def _settle(
        self, value: Value, subscripts: Subscripts, expr: Expr, body: Body
    ) -> None:
        """Give a finished element its name and its place in memory."""
        home = self.homes.homes.get(value) or Home(name=self.homes.fresh_name())
        self.homes.homes[value] = home
        name = home.name or self.homes.fresh_name()
        if isinstance(expr, Name | Const) and home.name is None:
            known: Expr = expr
        else:
            body.statements.append(ir.Let(name, expr))
            known = Name(name, value.dtype)
        body.known[value, subscripts] = known
        if home.buffer is not None:
            self._touch(home.buffer)
            body.statements.append(ir.Store(home.buffer, home.place(subscripts), known))

    def _buffer(self, value: Value) -> Buffer:
        buffer = self.homes[value].buffer
        assert buffer is not None
        return self._touch(buffer)

    def _touch(self, buffer: Buffer) -> Buffer:
        life = self.lives.setdefault(buffer.memory, [self._time, self._time])
        life[1] = self._time
        return buffer

    # -- opaque steps -----------------------------------------------------------------

    def _check(self, value: Checked, body: Body) -> None:
        condition = self.resolve(Read(value.condition, ()), body)
        if condition != Const(True, "bool"):
            values = tuple(self.resolve(Read(v, ()), body) for v in value.values)
            body.statements.append(ir.Check(value.number, condition, values))

    def memory_of(self, value: Value) -> Buffer:
        """The buffer in which all elements of a value lie, in C order."""
        if isinstance(value, Reshaped):
            if value not in self._aliases:
                base = self.memory_of(value.operands[0])
                self._aliases[value] = Buffer(
                    self.homes.fresh_name("a"),
                    base.dtype,
                    value.extents,
                    base.role,
                    base,
                )
            return self._touch(self._aliases[value])
        stored = getattr(value, "buffer", None)
        return self._touch(stored) if stored is not None else self._buffer(value)

    def _call(self, value: Called, body: Body) -> None:
        inputs = [self.memory_of(v) for v in value.operands]
        outputs = [self._touch(h.buffer) for h in self.homes.results[value]]  # type: ignore[arg-type]
        scratch = [self._touch(self.homes.fresh(d, e)) for e, d in value.scratch]
        body.statements.extend(value.emit(inputs, outputs, scratch))
        self.routines.update(dict.fromkeys(value.routines))

    def _loop(self, value: Loop, body: Body) -> None:
        homes = self.homes.results[value]
        carried = homes[: len(value.state)]
        for home, start in zip(carried, value.operands, strict=False):
            if home.name is not None:
                first = self.resolve(Read(start, ()), body)
                body.statements.append(ir.Carry(home.name, first))
            else:
                self._copy(start, home, (), body)
        inner, time = Body(body), Index(value.index)
        self._block(self.schedule.blocks.get(value.body, []), 0, [], inner)
        for home, row in zip(homes[len(carried) :], value.rows, strict=True):
            self._copy(row, home, (time,), inner)
        self._advance(value, carried, inner)
        body.statements.append(
            ir.For(
                time.name, at.ZERO, value.length, tuple(inner.statements), "in_order"
            )
        )

    def _advance(self, value: Loop, carried: Sequence[Home], body: Body) -> None:
        """Set all carried values together: names first, so none is read too late."""
        moves: list[Stmt] = []
        for home, after, state in zip(carried, value.next, value.state, strict=True):
            if after is state:
                continue
            if home.name is not None:
                expr = self.resolve(Read(after, ()), body)
                name = self.homes.fresh_name()
                body.statements.append(ir.Let(name, expr))
                moves.append(ir.Set(home.name, Name(name, after.dtype)))
            elif after in value.state:
                copy = self.homes.fresh(after.dtype, after.extents)
                self._copy(after, Home(None, self._touch(copy), home.axes), (), body)
                late = Body(body)
                self._copy_buffer(copy, home, late)
                moves.extend(late.statements)
            else:
                late = Body(body)
                self._copy(after, home, (), late)
                moves.extend(late.statements)
        body.statements.extend(moves)

    def _branch(self, value: Branch, body: Body) -> None:
        homes = self.homes.results[value]
        condition = self.resolve(Read(value.condition, ()), body)
        for home, (_, dtype) in zip(homes, value.results, strict=True):
            if home.name is not None:
                body.statements.append(ir.Carry(home.name, Const(0, dtype)))
        arms = []
        for arm, values in enumerate((value.then, value.otherwise)):
            inner = Body(body)
            scope = self.schedule.arms[value, arm]
            self._block(self.schedule.blocks.get(scope, []), 0, [], inner)
            for home, v in zip(homes, values, strict=True):
                if home.name is not None:
                    expr = self.resolve(Read(v, ()), inner)
                    inner.statements.append(ir.Set(home.name, expr))
                else:
                    self._copy(v, home, (), inner)
            arms.append(tuple(inner.statements))
        body.statements.append(ir.If(condition, arms[0], arms[1]))

    def _copy(self, value: Value, home: Home, first: Subscripts, body: Body) -> None:
        """Store all elements of a value, behind the subscripts `first`."""
        assert home.buffer is not None
        buffer = self._touch(home.buffer)
        indices = tuple(loop_index(a) for a in range(value.ndim))
        inner = Body(body)
        expr = self.resolve(Read(value, indices), inner)
        inner.statements.append(ir.Store(buffer, (*first, *indices), expr))
        body.statements.extend(_loops(indices, value.extents, inner.statements))

    def _copy_buffer(self, source: Buffer, home: Home, body: Body) -> None:
        assert home.buffer is not None
        indices = tuple(loop_index(a) for a in range(len(source.extents)))
        store = ir.Store(home.buffer, indices, Load(self._touch(source), indices))
        body.statements.extend(_loops(indices, source.extents, [store]))

    # -- expressions ------------------------------------------------------------------

    def resolve(self, expr: Expr, body: Body) -> Expr:
        """`expr` in terms of loads and names, adding the statements it needs."""
        stack: list[Generator[Expr, Expr, Expr]] = [self._resolving(expr, body)]
        answer: Expr | None = None
        while stack:
            try:
                wanted = stack[-1].send(answer)  # type: ignore[arg-type]
                stack.append(self._resolving(wanted, body))
                answer = None
            except StopIteration as done:
                stack.pop()
                answer = done.value
        assert answer is not None
        return answer

    def _resolving(self, expr: Expr, body: Body) -> Generator[Expr, Expr, Expr]:
        reads: list[tuple[Pointwise, Subscripts]] = []
        made: Expr | None = None
        while made is None:
            inner: list[Expr] = []
            for child in children(expr):
                done = child if type(child) in LEAVES else self._at_once(child, body)
                inner.append((yield child) if done is None else done)
            if not isinstance(expr, Read):
                made = self._rebuilt(expr, inner, body)
                break
            value, subscripts = expr.value, tuple(inner)
            made = self._there(value, subscripts, body)
            if made is None:
                assert isinstance(value, Pointwise)
                reads.append((value, subscripts))
                expr = self.schedule.elements.of(value, subscripts)
        for value, subscripts in reversed(reads):
            made = self._named(value, subscripts, made, body)
        return made

    def _rebuilt(self, expr: Expr, inner: list[Expr], body: Body) -> Expr:
        """An expression around resolved ones; the check of a guard is emitted."""
        if isinstance(expr, Guard):
            self._guard(ir.Check(expr.number, inner[0], tuple(inner[1:-1])), body)
            return inner[-1]
        if isinstance(expr, ir.Scalar) and expr.function.routine is not None:
            self.routines[expr.function.routine] = None
        return at.folded(computable(with_children(expr, inner)))

    def _named(
        self, value: Pointwise, subscripts: Subscripts, made: Expr, body: Body
    ) -> Expr:
        """What stands for an element from now on: a name, if it took any work."""
        if type(made) not in LEAVES and value.cost:
            name = self.homes.fresh_name()
            body.statements.append(ir.Let(name, made))
            made = Name(name, value.dtype)
        body.known[value, subscripts] = made
        return made

    def _at_once(self, expr: Expr, body: Body) -> Expr | None:
        """An element that is there already, at subscripts that are resolved."""
        if type(expr) is not Read:
            return None
        for s in expr.subscripts:
            if type(s) not in LEAVES:
                return None
        return self._there(expr.value, expr.subscripts, body)

    def _there(self, value: Value, subscripts: Subscripts, body: Body) -> Expr | None:
        """An element that has a name or a place; None for one still to compute."""
        found = body.find((value, subscripts))
        if found is not None:
            return found if type(found) in LEAVES else self._live(found)
        if self.schedule.is_root(value) or not isinstance(value, Pointwise):
            return self._stored(value, subscripts)
        return None

    def _live(self, expr: Expr) -> Expr:
        """The same expression; what it loads lives until now."""
        stack = [expr]
        while stack:
            part = stack.pop()
            if isinstance(part, Load):
                self._touch(part.buffer)
            stack.extend(children(part))
        return expr

    def _guard(self, check: ir.Check, body: Body) -> None:
        """Emit a check once; not at all if it holds, on entry if sizes decide it.

        In a loop it stays where it is: a loop of no steps checks nothing.
        """
        key = ("check", check.condition)
        if check.condition == Const(True, "bool") or body.find(key) is not None:
            return
        body.known[key] = check.condition
        if body.parent is None and _of_sizes(check.condition):
            self.entry_checks[check] = None
        else:
            body.statements.append(check)

    def _stored(self, value: Value, subscripts: Subscripts) -> Expr:
        if isinstance(value, Reshaped) or hasattr(value, "buffer"):
            return Load(self.memory_of(value), subscripts)
        home = self.homes[value]
        if home.name is not None:
            return Name(home.name, value.dtype)
        return Load(self._buffer(value), home.place(subscripts))


def _first_reduced(root: Root) -> int | None:
    """The outermost loop that reduces."""
    return root.axes.index(None) if None in root.axes else None


def neutral(value: Reduced) -> Const:
    """What a reduction of nothing is."""
    found = ir.NEUTRAL[value.combine]
    if isinstance(found, float) and value.dtype[0] in "iu":
        bits = 8 * ir.DTYPES[value.dtype] - (value.dtype[0] == "i")
        low = -(2**bits) if value.dtype[0] == "i" else 0
        return Const(low if found < 0 else 2**bits - 1, value.dtype)
    return Const(found, value.dtype)


def _of_sizes(expr: Expr) -> bool:
    """Whether an expression follows from sizes alone."""
    if isinstance(expr, Index | Name | Load):
        return False
    return all(map(_of_sizes, children(expr)))


def _loops(
    indices: Subscripts, extents: Subscripts, statements: Sequence[Stmt]
) -> tuple[Stmt, ...]:
    body = tuple(statements)
    for index, extent in zip(reversed(indices), reversed(extents), strict=True):
        assert isinstance(index, Index)
        body = (ir.For(index.name, at.ZERO, extent, body, "any"),)
    return body
