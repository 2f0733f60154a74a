"""From a loop program to the addresses of its machine code."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial

from tensorgraph.backends import store
from tensorgraph.backends.c.compiler import OBJECT, Compiler, compiler
from tensorgraph.backends.c.parts import Printed
from tensorgraph.backends.c.printer import print_program
from tensorgraph.backends.contract import Linked
from tensorgraph.backends.digest import digest
from tensorgraph.loops.ir import Program
from tensorgraph.native import header, load_math, math_library
from tensorgraph.record import record

_loaded: dict[str, ctypes.CDLL] = {}
_loading = threading.Lock()


@record
class CBackend:
    """Prints programs as C, compiles them once per machine, and loads them.

    With `fast_compile` the compiler works less and the code is a little slower.
    """

    fast_compile: bool = False

    def link(self, program: Program) -> Linked:
        """Machine code of a program, compiled now or found in the store."""
        printed = print_program(program)
        cc = compiler()
        flags = cc.flags(self.fast_compile, inline=printed.small)
        mathematics = math_digest() if printed.vector_math else ""
        key = key_of(printed.source, flags, cc.version, mathematics)
        library = _loaded.get(key) or _library(key, printed, partial(_build, cc, flags))
        plan, kernel = (address(library, name) for name in ("tg_plan", "tg_kernel"))
        return Linked(plan, kernel, library, printed.source, key)


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
    key: str, printed: Printed, build: Callable[[list[str], str], None]
) -> ctypes.CDLL:
    if printed.vector_math:
        load_math()
    path = store.fetch(key)
    library = _open(path) if path is not None else None
    if library is None:
        library = ctypes.CDLL(store.keep(key, partial(build, printed.parts())))
    with _loading:
        return _loaded.setdefault(key, library)


def _open(path: str) -> ctypes.CDLL | None:
    """A sound entry as a library; None when another process has just removed it."""
    try:
        return ctypes.CDLL(path)
    except OSError:
        return None


def _build(
    cc: Compiler, flags: tuple[str, ...], parts: list[str], library: str
) -> None:
    """Compile texts to a library; files of the way there are removed."""
    sources = [f"{library}.{number}{store.UNFINISHED}" for number in range(len(parts))]
    try:
        for source, text in zip(sources, parts, strict=True):
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
        cc.compile(sources, library, flags)
    finally:
        for path in (*sources, *(source + OBJECT for source in sources)):
            with suppress(FileNotFoundError):
                os.unlink(path)
