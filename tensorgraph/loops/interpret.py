"""The meaning of loop programs: a slow, plain interpreter, the oracle of backends."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tensorgraph.loops.ir import (
    BLOCK,
    DTYPES,
    LANES,
    Accumulate,
    Accumulator,
    Address,
    Buffer,
    Call,
    Carry,
    Cast,
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
    Select,
    Set,
    Size,
    Stmt,
    Store,
    Update,
    While,
)
from tensorgraph.loops.reduction import Reduction, combined, neutral, sum_of_lanes
from tensorgraph.loops.walk import mentioned, postorder, statements

POISON = 0xFF
"""What memory holds before it is written: nan as a float, -1 as an integer."""

Routines = Mapping[str, Callable[..., Any] | int]


class CheckFailed(Exception):
    """A `Check` of the program was false: its number, and what its values were."""

    def __init__(self, number: int, values: tuple[Any, ...]) -> None:
        super().__init__(f"check {number} failed with values {values}")
        self.number = number
        self.values = values


class UnwrittenMemoryError(Exception):
    """The program read memory that it never wrote, or that another buffer overwrote."""


def interpret(
    program: Program, inputs: Sequence[Any], routines: Routines | None = None
) -> list[np.ndarray]:
    """Run a program statement by statement and return its outputs.

    `inputs` are arrays with the dtypes and ranks that the program declares. `routines`
    maps the name of a routine to its address, or to a Python function, which gets an
    int or float for a scalar and, for an address, the elements from there to the end
    of the buffer as a flat array. Raises `CheckFailed`, IndexError for a subscript
    outside its buffer, and `UnwrittenMemoryError`.
    """
    return _Interpreter(program, inputs, routines or {}).run()


@dataclass
class _Memory:
    """A buffer's elements; `owner` holds, for each byte, which buffer wrote it last."""

    array: np.ndarray
    owner: np.ndarray | None
    number: int

    def seen_as(self, extents: tuple[int, ...]) -> _Memory:
        if self.array.shape == extents:
            return self
        owner = None if self.owner is None else self.owner.reshape(*extents, -1)
        return _Memory(self.array.reshape(extents), owner, self.number)

    def read(self, name: str, at: tuple[int, ...]) -> Any:
        self.guard(name, at)
        if self.owner is not None and (self.owner[at] != self.number).any():
            raise UnwrittenMemoryError(f"{name}{list(at)} is read before it is written")
        return self.array[at]

    def write(self, name: str, at: tuple[int, ...], value: Any) -> None:
        self.guard(name, at)
        self.array[at] = value
        if self.owner is not None:
            self.owner[at] = self.number

    def fill(self, value: Any) -> None:
        self.array[...] = value
        self.claim()

    def claim(self) -> None:
        if self.owner is not None:
            self.owner[...] = self.number

    def guard(self, name: str, at: tuple[int, ...]) -> None:
        extents = self.array.shape
        inside = len(at) == len(extents) and all(
            0 <= k < n for k, n in zip(at, extents, strict=True)
        )
        if not inside:
            raise IndexError(f"{name}{list(at)} is outside the extents {list(extents)}")


@dataclass
class _Run:
    """One run of a loop: the lanes of each sum that the loop's own body adds to."""

    counted: bool
    iteration: int = 0
    lanes: dict[str, list[Any]] = field(default_factory=dict)


def _in_dtype(value: Any, dtype: str) -> Any:
    kind = np.dtype(dtype)
    return value if type(value) is kind.type else np.asarray(value).astype(kind)[()]


class _Interpreter:
    def __init__(
        self, program: Program, inputs: Sequence[Any], routines: Routines
    ) -> None:
        self.program = program
        self.routines = routines
        self.names: dict[str, Any] = {}
        self.reductions: dict[str, Reduction] = {}
        self.runs: list[_Run] = []
        self.memories: dict[Buffer, _Memory] = {}
        self.orders: dict[int, tuple[Expr, list[Expr]]] = {}
        self.inputs = [
            _checked(array, buffer)
            for array, buffer in zip(inputs, program.inputs, strict=True)
        ]

    def run(self) -> list[np.ndarray]:
        with np.errstate(all="ignore"):
            for number, (buffer, array) in enumerate(
                zip(self.program.inputs, self.inputs, strict=True)
            ):
                self.memories[buffer] = _Memory(array, None, number)
            self.body(self.program.plan.checks)
            self.allocate_outputs()
            self.allocate_workspace()
            self.body(self.program.body)
        return [self.memories[buffer].array for buffer in self.program.outputs]

    # memory

    def allocate_outputs(self) -> None:
        extents = self.program.plan.output_extents
        for buffer, shape in zip(self.program.outputs, extents, strict=True):
            self.memories[buffer] = self.fresh(buffer, tuple(map(self.integer, shape)))

    def allocate_workspace(self) -> None:
        size = self.integer(self.program.plan.workspace_bytes)
        space = np.full(size + 64, POISON, "uint8")
        aligned = -space.ctypes.data % 64
        space, owner = space[aligned : aligned + size], np.full(size, -1, "int32")
        for placement in self.program.placements:
            buffer, offset = placement.buffer, self.integer(placement.offset)
            self.memories[buffer] = self.placed(buffer, offset, space, owner)
        for statement in statements(self.program.body):
            for buffer in mentioned(statement):
                if buffer.memory not in self.memories:
                    root = buffer.memory
                    self.memories[root] = self.fresh(root, self.shape(root))

    def fresh(self, buffer: Buffer, shape: tuple[int, ...]) -> _Memory:
        count = int(np.prod(shape, dtype="int64")) * DTYPES[buffer.dtype]
        space = np.full(count, POISON, "uint8")
        return self.view(buffer, shape, space, np.full(count, -1, "int32"))

    def placed(
        self, buffer: Buffer, offset: int, space: np.ndarray, owner: np.ndarray
    ) -> _Memory:
        shape = self.shape(buffer)
        end = offset + int(np.prod(shape, dtype="int64")) * DTYPES[buffer.dtype]
        if offset % 64 or not 0 <= offset <= end <= len(space):
            raise IndexError(
                f"{buffer.name} lies at {offset}..{end} of {len(space)} bytes"
            )
        return self.view(buffer, shape, space[offset:end], owner[offset:end])

    def view(
        self,
        buffer: Buffer,
        shape: tuple[int, ...],
        space: np.ndarray,
        owner: np.ndarray,
    ) -> _Memory:
        array = space.view(buffer.dtype).reshape(shape)
        owners = owner.reshape(*shape, DTYPES[buffer.dtype])
        return _Memory(array, owners, len(self.memories))

    def shape(self, buffer: Buffer) -> tuple[int, ...]:
        return tuple(self.integer(extent) for extent in buffer.extents)

    def memory(self, buffer: Buffer) -> _Memory:
        found = self.memories.get(buffer)
        if found is None:
            found = self.memory(buffer.alias_of).seen_as(self.shape(buffer))  # type: ignore[arg-type]
            self.memories[buffer] = found
        return found

    # expressions

    def value(self, expr: Expr) -> Any:
        if id(expr) not in self.orders:
            self.orders[id(expr)] = (expr, postorder(expr))
        values: dict[int, Any] = {}
        for node in self.orders[id(expr)][1]:
            values[id(node)] = self.node(node, values)
        return values[id(expr)]

    def integer(self, expr: Expr) -> int:
        return int(self.value(expr))

    def node(self, node: Expr, values: dict[int, Any]) -> Any:
        match node:
            case Const(value, dtype):
                return _in_dtype(value, dtype)
            case Name(name):
                reduction = self.reductions.get(name)
                return self.names[name] if reduction is None else reduction.total
            case Index(name):
                return self.names[name]
            case Size(number, axis):
                return np.int64(self.inputs[number].shape[axis])
            case Load(buffer, subscripts):
                at = tuple(int(values[id(s)]) for s in subscripts)
                return self.memory(buffer).read(buffer.name, at)
            case Scalar(function, arguments, dtype):
                result = function.reference(*(values[id(a)] for a in arguments))
                return _in_dtype(result, dtype)
            case Select(condition, a, b):
                return values[id(a)] if values[id(condition)] else values[id(b)]
            case Cast(a, dtype):
                return _in_dtype(values[id(a)], dtype)
        raise TypeError(f"{type(node).__name__} is no expression of the loop language")

    # statements

    def body(self, body: Sequence[Stmt]) -> None:
        for statement in body:
            self.step(statement)

    def step(self, statement: Stmt) -> None:
        match statement:
            case For():
                self.loop(statement)
            case While(condition, body):
                self.runs.append(_Run(counted=False))
                while self.value(condition):
                    self.body(body)
                self.runs.pop()
            case If(condition, then, otherwise):
                self.body(then if self.value(condition) else otherwise)
            case Let(name, expr) | Carry(name, expr) | Set(name, expr):
                self.bind(name, self.value(expr))
            case Accumulator(name, combine, dtype):
                start = neutral(combine, dtype)
                zero = np.dtype(dtype).type(0)
                self.reductions[name] = Reduction(
                    combine, dtype, len(self.runs), start, zero
                )
            case Accumulate(name, _, expr):
                self.accumulate(name, self.value(expr))
            case _:
                self.effect(statement)

    def bind(self, name: str, value: Any) -> None:
        self.reductions.pop(name, None)
        self.names[name] = value

    def effect(self, statement: Stmt) -> None:
        match statement:
            case Fill(buffer, expr):
                self.memory(buffer).fill(self.value(expr))
            case Store(buffer, subscripts, expr):
                at = tuple(map(self.integer, subscripts))
                self.memory(buffer).write(buffer.name, at, self.value(expr))
            case Update(buffer, subscripts, combine, expr):
                at = tuple(map(self.integer, subscripts))
                memory = self.memory(buffer)
                new = combined(combine, memory.read(buffer.name, at), self.value(expr))
                memory.write(buffer.name, at, new)
            case Call():
                self.call(statement)
            case Check(number, condition, values):
                if not self.value(condition):
                    raise CheckFailed(number, tuple(map(self.value, values)))
            case _:
                kind = type(statement).__name__
                raise TypeError(f"{kind} is no statement of the loop language")

    def loop(self, loop: For) -> None:
        run = _Run(counted=True)
        start, stop = self.integer(loop.start), self.integer(loop.stop)
        self.runs.append(run)
        for iteration, index in enumerate(range(start, stop, loop.step)):
            if iteration % BLOCK == 0:
                self.flush(run)
            run.iteration = iteration
            self.bind(loop.index, np.int64(index))
            self.body(loop.body)
        self.flush(run)
        self.runs.pop()

    def accumulate(self, name: str, term: Any) -> None:
        reduction = self.reductions[name]
        inside = len(self.runs) > reduction.depth and self.runs[-1].counted
        if reduction.combine == "add" and inside:
            run = self.runs[-1]
            zero = np.dtype(reduction.dtype).type(0)
            lanes = run.lanes.setdefault(name, [zero] * LANES)
            lanes[run.iteration % BLOCK % LANES] += term
        else:
            reduction.join(term)

    def flush(self, run: _Run) -> None:
        for name, lanes in run.lanes.items():
            self.reductions[name].join(sum_of_lanes(lanes))
        run.lanes.clear()

    # calls

    def call(self, call: Call) -> None:
        routine = self.routines[call.routine.name]
        arguments = [self.argument(argument) for argument in call.arguments]
        if isinstance(routine, int):
            result = _call_address(routine, arguments, call.routine.result)
        else:
            result = routine(*arguments)
        for buffer in call.writes:
            self.memory(buffer).claim()
        if call.result is not None:
            self.bind(call.result, _in_dtype(result, call.routine.result or "int64"))

    def argument(self, argument: Expr | Address | RoutineAddress) -> Any:
        if isinstance(argument, RoutineAddress):
            return ctypes.c_void_p(self.routines[argument.routine.name])  # type: ignore[arg-type]
        if isinstance(argument, Address):
            return self.elements(argument)
        value = self.value(argument)
        return float(value) if argument.dtype == "float64" else int(value)

    def elements(self, address: Address) -> np.ndarray:
        """The memory from an address on; it may point one past the end."""
        array = self.memory(address.buffer).array
        position = 0
        for subscript, extent in zip(address.subscripts, array.shape, strict=True):
            position = position * extent + self.integer(subscript)
        if not 0 <= position <= array.size:
            raise IndexError(
                f"the address of {address.buffer.name}[{position}] is outside"
            )
        return array.reshape(-1)[position:]


def _checked(value: Any, buffer: Buffer) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype != buffer.dtype or array.ndim != len(buffer.extents):
        raise TypeError(
            f"{buffer.name} is {buffer.dtype} with {len(buffer.extents)} axes,"
            f" got {array.dtype} with {array.ndim}"
        )
    return array if buffer.strided else np.ascontiguousarray(array).reshape(array.shape)


def _call_address(address: int, arguments: list[Any], result: str | None) -> Any:
    """Call a C function with int64_t, double and pointer arguments."""
    converted = []
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            argument = ctypes.c_void_p(argument.ctypes.data)
        elif not isinstance(argument, ctypes.c_void_p):
            kind = ctypes.c_double if isinstance(argument, float) else ctypes.c_int64
            argument = kind(argument)
        converted.append(argument)
    returned = None if result is None else np.ctypeslib.as_ctypes_type(np.dtype(result))
    prototype = ctypes.CFUNCTYPE(returned, *(type(argument) for argument in converted))
    return prototype(address)(*converted)
