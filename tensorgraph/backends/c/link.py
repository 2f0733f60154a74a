"""From a loop program to the addresses of its machine code."""

from __future__ import annotations

import ctypes
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, partial

from tensorgraph.backends.c import store
from tensorgraph.backends.c.compiler import Compiler, compiler
from tensorgraph.backends.c.digest import digest
from tensorgraph.backends.c.printer import print_program
from tensorgraph.backends.contract import Linked
from tensorgraph.loops.ir import Program
from tensorgraph.native import header, load_math, math_library

_loaded: dict[str, ctypes.CDLL] = {}
_loading = threading.Lock()


@dataclass(frozen=True)
class CBackend:
    """Prints programs as C, compiles them once per machine, and loads them.

    With `fast_compile` the compiler works less and the code is a little slower.
    """

    fast_compile: bool = False

    def link(self, program: Program) -> Linked:
        """Machine code of a program, compiled now or found in the store."""
        source, vector_math = print_program(program)
        cc = compiler()
        flags = cc.flags(self.fast_compile)
        key = key_of(source, flags, cc.version, math_digest() if vector_math else "")
        library = _library(key, source, cc, flags, vector_math)
        plan, kernel = (address(library, name) for name in ("tg_plan", "tg_kernel"))
        return Linked(plan, kernel, library, source, key)


def key_of(source: str, flags: tuple[str, ...], version: str, mathematics: str) -> str:
    """The name of code by all that it depends on; the flags name the processor.

    >>> len(key_of("int x;", ("-O2",), "gcc version 12.2.0", ""))
    32
    """
    parts = (_contract(), version, *flags, mathematics, source)
    return digest("\0".join(parts).encode()).hex()[:32]


@cache
def _contract() -> str:
    return header("abi.h")


@cache
def math_digest() -> str:
    """A checksum of the math library that compiled code will call."""
    with open(math_library(), "rb") as file:
        return digest(file.read()).hex()


def address(library: ctypes.CDLL, name: str) -> int:
    """The address of an exported function."""
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0


def _library(
    key: str, source: str, cc: Compiler, flags: tuple[str, ...], vector_math: bool
) -> ctypes.CDLL:
    known = _loaded.get(key)
    if known is not None:
        return known
    if vector_math:
        load_math()
    path = store.fetch(key)
    library = _open(path) if path is not None else None
    if library is None:
        path = store.keep(key, partial(_build, source, cc, flags))
        library = ctypes.CDLL(path)
    with _loading:
        return _loaded.setdefault(key, library)


def _open(path: str) -> ctypes.CDLL | None:
    """A sound entry as a library; None when another process has just removed it."""
    try:
        return ctypes.CDLL(path)
    except OSError:
        return None


def _build(source: str, cc: Compiler, flags: tuple[str, ...], library: str) -> None:
    text = library.removesuffix(".tmp") + ".c.tmp"
    try:
        with open(text, "w", encoding="utf-8") as file:
            file.write(source)
        cc.compile(text, library, flags)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(text)
