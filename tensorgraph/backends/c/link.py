"""From a loop program to the addresses of its machine code."""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache, partial

from tensorgraph.backends import store
from tensorgraph.backends.c.compiler import OBJECT, Compiler, compiler
from tensorgraph.backends.c.parts import Printed
from tensorgraph.backends.contract import Linked
from tensorgraph.backends.digest import digest
from tensorgraph.errors import CompileError
from tensorgraph.lazy import c_pieces, c_printer
from tensorgraph.loops.ir import Program
from tensorgraph.native import header, load_math, math_library
from tensorgraph.record import record

MATH = "math"
"""What code needs that calls the math library."""

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
        printed: Printed = c_printer.print_program(program)
        cc = compiler()
        flags = cc.flags(self.fast_compile, inline=printed.small)
        mathematics = math_digest() if printed.vector_math else ""
        key = key_of(printed.source, flags, cc.version, mathematics)
        build = partial(_build, cc, flags, printed)
        needs = (MATH,) if printed.vector_math else ()
        return (
            _fetched(key, needs, printed.source)
            or _opened(key, needs, printed.source, store.keep(key, build))
            or _linked(key, needs, printed.source, ctypes.CDLL(store.keep(key, build)))
        )

    def identity(self) -> tuple[str, ...]:
        """What decides, beside a program, which code it becomes on this machine."""
        cc = compiler()
        return cc.version, *cc.flags(self.fast_compile)

    def reload(self, key: str, needs: tuple[str, ...]) -> Linked | None:
        """Code that `link` made in some process, or None if it is in no store."""
        return _fetched(key, needs, None)


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


# -- loading ---------------------------------------------------------------------------


def _fetched(key: str, needs: tuple[str, ...], source: str | None) -> Linked | None:
    """Code that is loaded, or in the store."""
    if MATH in needs:
        load_math()
    if key in _loaded:
        return _linked(key, needs, source, _loaded[key])
    path = store.fetch(key)
    return None if path is None else _opened(key, needs, source, path)


def _opened(
    key: str, needs: tuple[str, ...], source: str | None, path: str
) -> Linked | None:
    """An entry as a library; None when another process has just removed it."""
    try:
        library = ctypes.CDLL(path)
    except OSError:
        if os.path.exists(path):
            raise
        return None
    return _linked(key, needs, source, library)


def _linked(
    key: str, needs: tuple[str, ...], source: str | None, library: ctypes.CDLL
) -> Linked:
    with _loading:
        library = _loaded.setdefault(key, library)
    plan, kernel = (_address(library, name) for name in ("tg_plan", "tg_kernel"))
    return Linked(plan, kernel, library, source, key, needs)


def _address(library: ctypes.CDLL, name: str) -> int:
    """The address of an exported function."""
    return ctypes.cast(getattr(library, name), ctypes.c_void_p).value or 0


# -- compiling -------------------------------------------------------------------------


def _build(
    cc: Compiler, flags: tuple[str, ...], printed: Printed, library: str
) -> None:
    """Compile a program to a library; files of the way there are removed."""
    if printed.large:
        _build_of_pieces(cc, flags, printed, library)
        return
    with _written(printed.parts(), library) as sources:
        cc.compile(sources, library, flags)


def _build_of_pieces(
    cc: Compiler, flags: tuple[str, ...], printed: Printed, library: str
) -> None:
    """The same for a large program: the store may have most of its pieces."""
    texts, kernel = c_pieces.texts(printed)
    keys = [key_of(text, flags, cc.version, "") for text in texts]
    found = {key: store.fetch(key, store.OBJECT) for key in keys}
    missing = {k: t for k, t in zip(keys, texts, strict=True) if found[k] is None}
    with _written([*missing.values(), kernel], library) as sources:
        made = [source + OBJECT for source in sources]
        cc.assemble(dict(zip(sources, made, strict=True)), flags)
        for key, path in zip(missing, made, strict=False):
            found[key] = store.keep(key, partial(os.replace, path), store.OBJECT)
        objects = [path for path in found.values() if path]
        try:
            cc.join([*objects, made[-1]], library, flags)
            return
        except CompileError:
            if all(map(os.path.exists, objects)):
                raise
    _build_of_pieces(cc, flags, printed, library)  # another process emptied the store


@contextmanager
def _written(texts: Sequence[str], library: str) -> Iterator[list[str]]:
    """Texts as files beside a library, gone afterwards with what was made of them."""
    sources = [f"{library}.{number}{store.UNFINISHED}" for number in range(len(texts))]
    try:
        for source, text in zip(sources, texts, strict=True):
            with open(source, "w", encoding="utf-8") as file:
                file.write(text)
        yield sources
    finally:
        for path in (*sources, *(source + OBJECT for source in sources)):
            with suppress(FileNotFoundError):
                os.unlink(path)
