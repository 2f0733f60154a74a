"""Whether a program is well formed: named checks that every step of lowering must keep.

names    every name, index, buffer and routine is declared where it is used, once
ranks    subscripts match the extents of the buffer; a view is no larger than its memory
dtypes   expressions have the dtypes that statements and functions ask for
reads    no element is read from memory before anything was written there
bounds   every subscript is proven to lie in its extent, if need be by a `Check`
races    no iteration of an "any" loop touches memory or carries that another one writes
sums     an accumulator is not read inside a loop that still adds to it
calls    routines and the buffers a call reads and writes are declared
checks   every check has its message and not too many values
memory   buffers in use have a place in the workspace, once places are planned
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from tensorgraph.errors import VerificationError
from tensorgraph.loops.dtypes import (
    accumulator_fault,
    combine_fault,
    fault,
    subscript_fault,
)
from tensorgraph.loops.ir import (
    DTYPES,
    Accumulate,
    Accumulator,
    Address,
    Buffer,
    Call,
    Carry,
    Check,
    Const,
    Expr,
    Fill,
    For,
    If,
    Index,
    Let,
    Load,
    Name,
    Program,
    RoutineAddress,
    Scalar,
    Set,
    Size,
    Stmt,
    Store,
    Update,
    While,
)
from tensorgraph.loops.polynomial import ONE, Polynomial
from tensorgraph.loops.proof import Facts
from tensorgraph.loops.races import LoopScope
from tensorgraph.loops.show import infix, show_expression, show_statement, size_names
from tensorgraph.loops.walk import postorder, statements, written

CHECK_VALUES = 8
"""How many values a failed check can report."""


def verify(program: Program) -> None:
    """Raise VerificationError, with the name of the check, unless all checks hold.

    >>> from tensorgraph.loops.ir import Plan
    >>> out = Buffer("out", "float64", (Const(3),), "output")
    >>> body = (Store(out, (Const(3),), Const(0.0, "float64")),)
    >>> plan = Plan((), ((Const(3),),), Const(0))
    >>> verify(Program("wild", (), (out,), plan, body))
    Traceback (most recent call last):
    ...
    tensorgraph.errors.VerificationError: bounds: 3 is not proven to be < 3.
      In `out[3] = 0` of kernel wild.
    """
    _Verifier(program).run()


@dataclass
class _Declared:
    """A name: what declared it, its dtype, and the loops around its declaration."""

    kind: str
    dtype: str
    depth: int
    combine: str = ""
    open_loops: set[int] = field(default_factory=set)


class _Verifier:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.facts = Facts()
        self.names: dict[str, _Declared] = {}
        self.loops: list[LoopScope] = []
        self.written = set(program.inputs)
        self.sizes = size_names(program)
        self.messages = {info.number: info for info in program.checks}
        self.places = {p.buffer: p.offset for p in program.placements}
        self.seen: set[Buffer] = set()
        self.statement: Stmt | None = None

    def run(self) -> None:
        for number, buffer in enumerate(self.program.inputs):
            for axis in range(len(buffer.extents)):
                self.facts.size(number, axis)
        self.plan()
        self.body(self.program.body)

    def fail(self, check: str, what: str) -> NoReturn:
        text = "the plan"
        if self.statement is not None:
            text = f"`{show_statement(self.statement, self.sizes)}`"
        raise VerificationError(
            f"{check}: {what}.", remedy=f"In {text} of kernel {self.program.name}."
        )

    def text(self, expr: Expr) -> str:
        return show_expression(expr, self.sizes)

    def expect(self, check: str, what: str | None) -> None:
        if what is not None:
            self.fail(check, what)

    # -- declarations ------------------------------------------------------------------

    def plan(self) -> None:
        plan = self.program.plan
        self.body(plan.checks)
        self.statement = None
        for extents in (*plan.output_extents, (plan.workspace_bytes,)):
            for extent in extents:
                self.expr(extent)
        for placement in self.program.placements:
            self.expr(placement.offset)
        if len(plan.output_extents) != len(self.program.outputs):
            self.fail("ranks", "the plan has other outputs than the program")
        for buffer, extents in zip(
            self.program.outputs, plan.output_extents, strict=True
        ):
            if len(extents) != len(buffer.extents):
                self.fail("ranks", f"{buffer.name} has another rank in the plan")

    def declare(self, name: str, kind: str, dtype: str, combine: str = "") -> None:
        if name in self.names:
            self.fail("names", f"{name} is declared again while it is visible")
        self.names[name] = _Declared(kind, dtype, len(self.loops), combine)

    def buffer(self, buffer: Buffer) -> None:
        """Note a use of a buffer: it must be the program's, and a view must fit."""
        if buffer in self.seen:
            return
        self.seen.add(buffer)
        memory = buffer.memory
        known = {"input": self.program.inputs, "output": self.program.outputs}
        if memory.role != "workspace" and memory not in known.get(memory.role, ()):
            self.fail("names", f"{memory.name} is no {memory.role} of the program")
        if memory.role == "workspace" and self.places and memory not in self.places:
            self.fail("memory", f"{memory.name} has no place in the workspace")
        for extent in buffer.extents:
            self.expr(extent)
        if buffer is not memory:
            self.view(buffer, memory)

    def view(self, buffer: Buffer, memory: Buffer) -> None:
        if buffer.dtype != memory.dtype:
            self.fail("dtypes", f"{buffer.name} and {memory.name} share memory")
        if memory.strided:
            self.fail("ranks", f"{buffer.name} is a view of a strided input")
        room = self.count(memory) - self.count(buffer)
        if not self.facts.prove(room):
            self.fail("ranks", f"{buffer.name} is not proven to fit in {memory.name}")

    def count(self, buffer: Buffer) -> Polynomial:
        count = ONE
        for extent in buffer.extents:
            count = count * self.facts.value(extent)
        return count

    # -- expressions -------------------------------------------------------------------

    def expr(self, expr: Expr, dtype: str | None = None) -> Expr:
        """Check an expression and every element that it loads."""
        for node in postorder(expr):
            match node:
                case Name() | Index():
                    self.name(node)
                case Size(number, axis):
                    self.size(number, axis)
                case Load(buffer, subscripts):
                    self.element(buffer, subscripts)
                    self.read(buffer)
                case Scalar(function) if function.routine is not None:
                    self.routine(function.routine)
            self.expect("dtypes", fault(node))
        if dtype is not None and expr.dtype != dtype:
            self.fail("dtypes", f"{self.text(expr)} is {expr.dtype}, not {dtype}")
        return expr

    def name(self, node: Name | Index) -> None:
        found = self.names.get(node.name)
        if found is None or (found.kind == "index") != isinstance(node, Index):
            self.fail("names", f"{node.name} is not declared here")
        if found.dtype != node.dtype:
            self.fail("dtypes", f"{node.name} is {found.dtype}, not {node.dtype}")
        if found.open_loops:
            self.fail("sums", f"{node.name} is read inside a loop that adds to it")

    def size(self, number: int, axis: int) -> None:
        inputs = self.program.inputs
        if not (0 <= number < len(inputs) and 0 <= axis < len(inputs[number].extents)):
            self.fail("names", f"there is no axis {axis} of input {number}")

    def element(self, buffer: Buffer, subscripts: tuple[Expr, ...]) -> None:
        self.subscripts(buffer, subscripts)
        for subscript, extent in zip(subscripts, buffer.extents, strict=True):
            self.bounds(subscript, extent)
        self.touch(buffer, subscripts)

    def subscripts(self, buffer: Buffer, subscripts: tuple[Expr, ...]) -> None:
        self.buffer(buffer)
        if len(subscripts) != len(buffer.extents):
            self.fail(
                "ranks",
                f"{buffer.name} has {len(buffer.extents)} axes, not {len(subscripts)}",
            )
        for subscript in subscripts:
            self.expect("dtypes", subscript_fault(subscript))

    def bounds(self, subscript: Expr, extent: Expr, beyond: Polynomial = ONE) -> None:
        place = self.facts.value(subscript)
        if not self.facts.prove(place):
            self.fail("bounds", f"{self.text(subscript)} is not proven to be >= 0")
        if not self.facts.prove(self.facts.value(extent) - place - beyond):
            relation = "<" if beyond == ONE else "<="
            between = f"{relation} {self.text(extent)}"
            self.fail("bounds", f"{self.text(subscript)} is not proven to be {between}")

    def touch(self, buffer: Buffer, subscripts: tuple[Expr, ...]) -> None:
        places = tuple(map(self.facts.value, subscripts))
        for loop in self.loops:
            if not loop.touch(self.facts, buffer, places):
                self.fail("races", f"iterations share elements of {buffer.memory.name}")

    def touch_whole(self, buffer: Buffer) -> None:
        if not all(loop.touch_whole(buffer) for loop in self.loops):
            self.fail("races", f"every iteration writes all of {buffer.memory.name}")

    def read(self, buffer: Buffer) -> None:
        if buffer.memory not in self.written:
            self.fail("reads", f"{buffer.name} is read before it is written")

    def write(self, buffer: Buffer) -> None:
        if buffer.memory.role == "input":
            self.fail(
                "names", f"{buffer.memory.name} is an input and cannot be written"
            )
        self.facts.changed(buffer)
        here = self.places.get(buffer.memory)
        if here is not None and buffer.memory not in self.written:
            self.written -= {b for b, place in self.places.items() if place == here}
        self.written.add(buffer.memory)

    # -- statements --------------------------------------------------------------------

    def body(self, body: Iterable[Stmt]) -> None:
        for statement in body:
            self.statement = statement
            self.step(statement)

    @contextmanager
    def scope(self) -> Iterator[None]:
        """What is declared and learned inside is forgotten; what is written stays."""
        names, values = dict(self.names), dict(self.facts.names)
        conditions, mark = dict(self.facts.conditions), self.facts.mark()
        yield
        self.names = names
        self.facts.names, self.facts.conditions = values, conditions
        self.facts.forget(mark)

    def step(self, statement: Stmt) -> None:
        match statement:
            case For():
                self.for_loop(statement)
            case While():
                self.while_loop(statement)
            case If():
                self.branch(statement)
            case Let(name, expr) | Carry(name, expr):
                self.let(name, expr, type(statement).__name__.lower())
            case Set(name, expr):
                self.set(name, expr)
            case Accumulator(name, combine, dtype):
                self.expect("dtypes", accumulator_fault(combine, dtype))
                self.declare(name, "accumulator", dtype, combine)
                self.facts.names[name] = self.facts.fresh()
            case Accumulate(name, combine, expr):
                self.accumulate(name, combine, expr)
            case _:
                self.effect(statement)

    def effect(self, statement: Stmt) -> None:
        match statement:
            case Fill(buffer, expr):
                self.buffer(buffer)
                self.expr(expr, buffer.dtype)
                self.touch_whole(buffer)
                self.write(buffer)
            case Store(buffer, subscripts, expr) | Update(buffer, subscripts, _, expr):
                for e in (*subscripts, expr):
                    self.expr(e)
                self.expr(expr, buffer.dtype)
                self.element(buffer, subscripts)
                if isinstance(statement, Update):
                    self.expect(
                        "dtypes", combine_fault(statement.combine, buffer.dtype)
                    )
                    self.read(buffer)
                self.write(buffer)
            case Call():
                self.call(statement)
            case Check():
                self.check(statement)
            case _:
                self.fail("names", f"{type(statement).__name__} is no statement")

    def let(self, name: str, expr: Expr, kind: str) -> None:
        self.expr(expr)
        self.declare(name, kind, expr.dtype)
        self.facts.names[name] = self.facts.value(expr)
        if kind == "let" and expr.dtype == "bool":
            holds, fails = self.facts.holds(expr), self.facts.holds(expr, False)
            self.facts.conditions[name] = (holds, fails)

    def set(self, name: str, expr: Expr) -> None:
        found = self.names.get(name)
        if found is None or found.kind != "carry":
            self.fail("names", f"{name} is not carried here")
        self.expr(expr, found.dtype)
        if any(loop.order == "any" for loop in self.loops[found.depth :]):
            self.fail("races", f"iterations that may run in any order carry {name}")
        self.facts.names[name] = self.facts.value(expr)

    def accumulate(self, name: str, combine: str, expr: Expr) -> None:
        found = self.names.get(name)
        if found is None or found.kind != "accumulator":
            self.fail("names", f"{name} is no accumulator here")
        if found.combine != combine:
            self.fail("sums", f"{name} combines by {found.combine}, not {combine}")
        self.expr(expr, found.dtype)
        self.facts.names[name] = self.facts.fresh()

    def branch(self, branch: If) -> None:
        self.expr(branch.condition, "bool")
        before, after = set(self.written), []
        for body, truth in ((branch.then, True), (branch.otherwise, False)):
            self.written = set(before)
            with self.scope():
                self.facts.learn(self.facts.holds(branch.condition, truth))
                self.body(body)
            after.append(self.written)
        self.written = after[0] & after[1]
        self.havoc((*branch.then, *branch.otherwise))

    def for_loop(self, loop: For) -> None:
        for limit in (loop.start, loop.stop):
            self.expr(limit, "int64")
        if loop.step < 1 or loop.order not in ("any", "in_order"):
            self.fail("names", f"a loop in order {loop.order!r} by {loop.step}")
        start, stop = self.facts.value(loop.start), self.facts.value(loop.stop)
        counter = self.facts.fresh()
        with self.inside(loop.order, loop.body, counter):
            self.declare(loop.index, "index", "int64")
            index = start + Polynomial.constant(loop.step) * counter
            self.facts.names[loop.index] = index
            self.facts.learn((counter, stop - ONE - index, stop - ONE - start))
            self.body(loop.body)

    def while_loop(self, loop: While) -> None:
        self.expr(loop.condition, "bool")
        with self.inside("in_order", loop.body, self.facts.fresh()):
            self.expr(loop.condition, "bool")
            self.facts.learn(self.facts.holds(loop.condition))
            self.body(loop.body)

    @contextmanager
    def inside(
        self, order: str, body: tuple[Stmt, ...], counter: Polynomial
    ) -> Iterator[None]:
        """The body of a loop: what iterations change is unknown there and after."""
        inner = list(statements(body))
        writes = frozenset(b.memory for s in inner for b in written(s))
        adds = {s.name for s in inner if isinstance(s, Accumulate)}
        open_sums = [self.names[name] for name in adds if name in self.names]
        self.loops.append(LoopScope(order, counter.newest, writes))
        for found in open_sums:
            found.open_loops.add(counter.newest)
        with self.scope():
            self.havoc(body)
            yield
        for found in open_sums:
            found.open_loops.discard(counter.newest)
        self.loops.pop()
        self.havoc(body)

    def havoc(self, body: tuple[Stmt, ...]) -> None:
        """Forget what a body may have changed, except that counters do not fall."""
        changes: dict[str, list[Expr]] = {}
        for statement in statements(body):
            for buffer in written(statement):
                self.facts.changed(buffer)
            if isinstance(statement, Set | Accumulate):
                changes.setdefault(statement.name, []).append(statement.expr)
        for name, exprs in changes.items():
            before = self.facts.names.get(name)
            if before is not None:
                after = self.facts.fresh()
                self.facts.names[name] = after
                if all(_grows(name, expr) for expr in exprs):
                    self.facts.learn((after - before,))

    # -- calls and checks --------------------------------------------------------------

    def call(self, call: Call) -> None:
        self.routine(call.routine)
        for buffer in (*call.reads, *call.writes):
            self.buffer(buffer)
        for argument in call.arguments:
            self.argument(call, argument)
        for buffer in call.reads:
            self.read(buffer)
        addressed = {a.buffer.memory for a in call.arguments if isinstance(a, Address)}
        for buffer in call.writes:
            if buffer.memory not in addressed:
                self.touch_whole(buffer)
            self.write(buffer)
        if call.result is not None:
            if call.routine.result not in DTYPES:
                self.fail("calls", f"{call.routine.name} returns nothing")
            self.declare(call.result, "let", call.routine.result or "")
            self.facts.names[call.result] = self.facts.fresh()

    def routine(self, routine: object) -> None:
        if routine not in self.program.routines:
            self.fail("calls", f"{routine} is not among the program's routines")

    def argument(self, call: Call, argument: Expr | Address | RoutineAddress) -> None:
        if isinstance(argument, RoutineAddress):
            self.routine(argument.routine)
        elif isinstance(argument, Address):
            if argument.buffer.memory.strided:
                self.fail("calls", f"{argument.buffer.name} is strided")
            declared = {buffer.memory for buffer in (*call.reads, *call.writes)}
            if argument.buffer.memory not in declared:
                self.fail(
                    "calls", f"{argument.buffer.name} is neither read nor written"
                )
            self.address(argument)
        elif self.expr(argument).dtype not in ("int64", "float64"):
            self.fail("dtypes", f"{self.text(argument)} cannot be passed")

    def address(self, address: Address) -> None:
        for subscript in address.subscripts:
            self.expr(subscript)
        self.subscripts(address.buffer, address.subscripts)
        for subscript, extent in zip(
            address.subscripts, address.buffer.extents, strict=True
        ):
            self.bounds(subscript, extent, Polynomial.constant(0))
        self.touch(address.buffer, address.subscripts)

    def check(self, check: Check) -> None:
        self.expr(check.condition, "bool")
        for value in check.values:
            self.expr(value)
        if check.number not in self.messages or check.number < 1:
            self.fail("checks", f"check {check.number} has no message")
        if len(check.values) > CHECK_VALUES:
            self.fail("checks", f"more than {CHECK_VALUES} values")
        self.facts.learn(self.facts.holds(check.condition))


def _grows(name: str, expr: Expr) -> bool:
    """Whether an expression is the name plus a constant that is not negative."""
    match expr:
        case Scalar(function, (Name(other), Const(value, "int64"))):
            return infix(function) == "+" and other == name and value >= 0
    return False
