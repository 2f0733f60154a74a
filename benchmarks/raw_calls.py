"""Compiled kernels called from a loop in C: their cost without Python around them."""

from __future__ import annotations

import ctypes
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

CHECK_VALUES = 8


class Runtime(ctypes.Structure):
    """The runtime struct of `native/abi.h`."""

    _fields_ = [
        ("version", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("stop", ctypes.c_void_p),
        ("workspace", ctypes.c_void_p),
        ("workspace_bytes", ctypes.c_int64),
        ("routines", ctypes.c_void_p),
        ("values", ctypes.c_double * CHECK_VALUES),
    ]


@cache
def repeat() -> Any:
    """The C function that calls a kernel many times."""
    source = Path(__file__).with_name("repeat.c")
    library = os.path.join(tempfile.mkdtemp(prefix="tgbench"), "repeat.so")
    command = [os.environ.get("CC", "cc"), "-O2", "-fPIC", "-shared", "-o", library]
    subprocess.check_call([*command, str(source)])
    function = ctypes.CDLL(library).repeat
    function.restype = ctypes.c_int32
    return function


def loop_in_c(function: Any, arguments: Sequence[Any]) -> Callable[[int], list[Any]]:
    """A callable that runs the kernel of `function` n times and returns its outputs."""
    kernel, hidden, sizes, workspace, routines = function.pointers(*arguments)
    inputs = [np.ascontiguousarray(a) for a in (*arguments, *hidden)]
    outputs = [np.empty_like(np.asarray(o)) for o in function(*arguments)]
    memory = np.zeros(workspace + 64, dtype="uint8")
    start = memory.ctypes.data + -memory.ctypes.data % 64
    table = _addresses(routines)
    runtime = Runtime(1, 0, None, start, workspace, ctypes.addressof(table))
    sizes = np.ascontiguousarray(sizes, dtype="int64")
    given = (
        _addresses([a.ctypes.data for a in inputs]),
        _addresses([a.ctypes.data for a in outputs]),
    )
    keep = (inputs, memory, table, sizes, function)

    def run(count: int) -> list[Any]:
        code = repeat()(
            ctypes.c_void_p(kernel), *given, ctypes.c_void_p(keep[3].ctypes.data),
            ctypes.byref(runtime), ctypes.c_int64(count),
        )  # fmt: skip
        if code:
            raise RuntimeError(f"the kernel returned {code}")
        return outputs

    return run


def _addresses(values: Sequence[int]) -> Any:
    return (ctypes.c_void_p * max(1, len(values)))(*values)
