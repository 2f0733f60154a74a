"""Python functions as C routines, which compiled code calls from any thread."""

from __future__ import annotations

import ctypes
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from tensorgraph.errors import CompileError
from tensorgraph.loops import arithmetic as at
from tensorgraph.loops import ir
from tensorgraph.loops.ir import Address, Expr, Stmt
from tensorgraph.ops.linalg.stacks import each_core

PythonCall = Callable[[list[np.ndarray], list[tuple[int, ...]]], Sequence[np.ndarray]]
Array = tuple[str, int]
"""The dtype and the rank of an argument or a result."""

KEPT = 64
"""So many exceptions wait to be raised again, in case that nobody asks for them."""

WRITABLE = 0x200
"""PyBUF_WRITE of Python's C API."""

_tickets = itertools.count(1)
_memory = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.c_void_p, ctypes.c_ssize_t, ctypes.c_int
)(("PyMemoryView_FromMemory", ctypes.pythonapi))


@dataclass(eq=False)
class Trampoline:
    """A C function that calls a Python function of arrays, with the GIL.

    `function` takes a list of arrays and the shapes of its results, and returns these.
    The C function takes for each of the inputs and then of the outputs a pointer and
    the lengths of the axes; it returns 0, or the ticket of the exception that was
    raised, which `error` redeems.
    """

    function: PythonCall
    inputs: tuple[Array, ...]
    outputs: tuple[Array, ...]

    def __post_init__(self) -> None:
        self.raised: dict[int, BaseException] = {}
        kinds = [
            kind
            for _, rank in (*self.inputs, *self.outputs)
            for kind in (ctypes.c_void_p, *[ctypes.c_int64] * rank)
        ]
        self.pointer = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(self.call)

    def address(self) -> int:
        """Where the C function lies; it holds while this object lives."""
        return ctypes.cast(self.pointer, ctypes.c_void_p).value or 0

    def call(self, *arguments: Any) -> int:
        """Run the function on what the pointers point to; whatever it raises is kept.

        It gets copies: the memory of a kernel is used again.
        """
        try:
            given = iter(arguments)
            sources = [_seen(given, *array) for array in self.inputs]
            targets = [_seen(given, *array) for array in self.outputs]
            shapes = [target.shape for target in targets]
            made = self.function([source.copy() for source in sources], shapes)
            for target, value in zip(targets, made, strict=True):
                target[...] = value
        except BaseException as error:
            return self._keep(error)
        return 0

    def _keep(self, error: BaseException) -> int:
        ticket = next(_tickets)
        self.raised[ticket] = error
        self.raised.pop(ticket - KEPT, None)
        return ticket

    def error(self, message: str, values: Sequence[float]) -> BaseException:
        """The exception behind a ticket; another one where it is not known here."""
        found = self.raised.pop(int(values[0]), None)
        return found or CompileError(
            message, remedy="It happened in another process; run it in this one."
        )


def _seen(arguments: Any, dtype: str, rank: int) -> np.ndarray:
    """The memory at the next pointer, under the lengths that follow it."""
    pointer = next(arguments)
    shape = tuple(itertools.islice(arguments, rank))
    count = prod(shape)
    if not count:
        return np.empty(shape, dtype)
    size = count * ir.DTYPES[dtype]
    return np.ndarray(shape, dtype, _memory(pointer, size, WRITABLE))


def lower_call(
    loop: Any, name: str, function: PythonCall, stack: Sequence[Expr],
    operands: Sequence[Any], results: Sequence[tuple[Sequence[Expr], str]],
) -> list[Any]:  # fmt: skip
    """Call a Python function for each element of the leading axes `stack`.

    `results` are the extents, without those of the stack, and the dtypes.
    """
    cores = [(v.extents[len(stack) :], v.dtype) for v in operands]
    inputs = tuple((dtype, len(extents)) for extents, dtype in cores)
    outputs = tuple((dtype, len(extents)) for extents, dtype in results)
    trampoline = Trampoline(function, inputs, outputs)
    number = loop.check_number(trampoline.error, f"{name} raised an exception.")
    routine = ir.Routine(
        f"{re.sub(r'[^A-Za-z0-9]+', '_', name)}_{number}", "python", "int64",
        trampoline.address,
    )  # fmt: skip

    def call(*addresses: Address) -> list[Stmt]:
        arguments: list[Any] = []
        for address, (extents, _) in zip(addresses, (*cores, *results), strict=True):
            arguments += [address, *extents]
        code = ir.Name(f"code{number}", "int64")
        buffers = [address.buffer for address in addresses]
        return [
            ir.Call(
                routine, tuple(arguments), tuple(buffers[: len(cores)]),
                tuple(buffers[len(cores) :]), code.name,
            ),
            ir.Check(number, at.equal(code, at.ZERO), (code,)),
        ]  # fmt: skip

    ranks = [rank for _, rank in (*inputs, *outputs)]
    stored = [_in_memory(loop, v) for v in operands]
    return loop.call(
        stored, [((*stack, *extents), dtype) for extents, dtype in results],
        lambda given, made, scratch: each_core(stack, (*given, *made), ranks, call),
        routines=(routine,),
    )  # fmt: skip


def _in_memory(loop: Any, value: Any) -> Any:
    """A value that has an address; a scalar may live in a register, so it is copied."""
    if value.ndim:
        return value
    return loop.map((), value.dtype, (value,), lambda s: loop.read(value, s))
