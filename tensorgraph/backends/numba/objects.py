"""Object code in memory: made executable by LLVM's linker, without Numba."""

from __future__ import annotations

import ctypes
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import llvmlite.binding as llvm

from tensorgraph.errors import CompileError
from tensorgraph.native import load_math


def load(symbol: str, code: bytes) -> tuple[int, Any]:
    """The address of a function in object code, and what keeps it alive.

    Raises CompileError if the code does not hold the function.
    """
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address = engine.get_function_address(symbol)
    if not address:
        raise CompileError(f"The object code lacks the function {symbol}.")
    return address, engine


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


def processor() -> Mapping[str, str]:
    """What the code of this machine depends on."""
    return {
        "cpu": llvm.get_host_cpu_name(),
        "features": llvm.get_host_cpu_features().flatten(),
        "triple": llvm.get_process_triple(),
        "llvm": ".".join(map(str, llvm.llvm_version_info)),
    }


def _machine() -> Any:
    """A target machine; the engine that is made with it owns it."""
    _initialize()
    return llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine()


@cache
def _initialize() -> None:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
