"""Object code: how it is kept, and how LLVM makes it executable without Numba."""

from __future__ import annotations

import ctypes
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import llvmlite
import llvmlite.binding as llvm

from tensorgraph.errors import CompileError
from tensorgraph.native import load_math


@dataclass(frozen=True, slots=True)
class ObjectCode:
    """One function of the ABI: its symbol, the symbols it calls, and the code."""

    symbol: str
    calls: tuple[str, ...]
    code: bytes


def packed(objects: Iterable[ObjectCode]) -> bytes:
    """Objects as bytes: a line of JSON that describes them, then their code."""
    parts = list(objects)
    head = [{**asdict(part), "code": len(part.code)} for part in parts]
    return b"\n".join([json.dumps(head).encode(), b"".join(p.code for p in parts)])


def unpacked(content: bytes) -> list[ObjectCode]:
    """The objects that `packed` made bytes of.

    >>> part = ObjectCode("f", ("exp",), b"code")
    >>> unpacked(packed([part, part])) == [part, part]
    True
    """
    head, code = content.split(b"\n", 1)
    objects, start = [], 0
    for entry in json.loads(head):
        end = start + entry["code"]
        objects.append(
            ObjectCode(entry["symbol"], tuple(entry["calls"]), code[start:end])
        )
        start = end
    return objects


def load(part: ObjectCode) -> tuple[int, Any]:
    """The address of a function, and what keeps its code alive.

    Raises CompileError if what it calls does not exist in this process.
    """
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    missing = [name for name in part.calls if not llvm.address_of_symbol(name)]
    if missing:
        raise CompileError(f"Compiled code calls {', '.join(missing)}, not found here.")
    engine.add_object_file(llvm.ObjectFileRef.from_data(part.code))
    engine.finalize_object()
    return engine.get_function_address(part.symbol), engine


def offer(functions: Iterable[str]) -> None:
    """Let code find functions of the vector math library by name.

    Raises CompileError for a function that the library lacks.
    """
    for name in functions:
        function = getattr(load_math(), name, None)
        if function is None:
            raise CompileError(
                f"The math library of tensorgraph has no function {name}.",
                remedy='Use mode="PYTHON", and report it: an op names what is missing.',
            )
        llvm.add_symbol(name, ctypes.cast(function, ctypes.c_void_p).value)


@cache
def processor() -> str:
    """What object code depends on beside its source."""
    features = llvm.get_host_cpu_features().flatten()
    triple = llvm.get_process_triple()
    return " ".join([llvmlite.__version__, triple, llvm.get_host_cpu_name(), features])


def _machine() -> Any:
    """A target machine; the engine that is made with it owns it."""
    _initialize()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()


@cache
def _initialize() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
