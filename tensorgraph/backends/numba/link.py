"""The Numba backend: prints a program, finds or makes its object code, loads it.

Code that is in the store runs without Numba, whose import and start take ten times as
long as everything else here; only llvmlite is needed.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from tensorgraph.backends import store
from tensorgraph.backends.contract import Linked
from tensorgraph.backends.digest import SIZE, digest
from tensorgraph.backends.numba.objects import (
    ObjectCode,
    load,
    offer,
    packed,
    processor,
    unpacked,
)
from tensorgraph.backends.numba.printer import library_calls, python_source
from tensorgraph.errors import CompileError
from tensorgraph.lazy import numba_compile
from tensorgraph.loops.ir import Program
from tensorgraph.native import header

_linked: dict[str, Linked] = {}
_linking = threading.Lock()


class NumbaBackend:
    """Compiles programs with Numba, where there is no C compiler or when asked to."""

    def link(self, program: Program) -> Linked:
        """Machine code of a program, compiled now or found in the store.

        Raises CompileError if Numba has no arithmetic for a dtype of the program.
        """
        source = python_source(program)
        key = key_of(source)
        with _linking:
            if key not in _linked:
                needs = tuple(library_calls(program))
                offer(needs)
                _linked[key] = _link(key, source, program.name, needs)
            return _linked[key]

    def identity(self) -> tuple[str, ...]:
        """What decides, beside a program, which code it becomes on this machine."""
        return _contract(), processor()

    def reload(self, key: str, needs: tuple[str, ...]) -> Linked | None:
        """Code that `link` made in some process, or None if it is in no store."""
        with _linking:
            if key not in _linked:
                objects = _fetched(key)
                if objects is None:
                    return None
                offer(needs)
                with suppress(CompileError):
                    _linked[key] = _loaded(objects, None, key, needs)
            return _linked.get(key)


def key_of(source: str) -> str:
    """The name of code by all that it depends on.

    >>> len(key_of("def plan(): pass"))
    32
    """
    parts = ("numba", _contract(), processor(), source)
    return digest("\0".join(parts).encode()).hex()[:32]


@cache
def _contract() -> str:
    """The ABI, and what the printed code is made of beside its own text."""
    here = Path(__file__).parent
    own = [(here / f"{name}.py").read_text("utf-8") for name in ("machine", "compile")]
    return "\0".join([header("abi.h"), *own])


def _link(key: str, source: str, name: str, needs: tuple[str, ...]) -> Linked:
    objects = _fetched(key)
    with suppress(CompileError):
        if objects is not None:
            return _loaded(objects, source, key, needs)
    objects = numba_compile.object_code(source, name)
    with suppress(OSError):
        store.keep(key, lambda path: _write(path, objects))
    return _loaded(objects, source, key, needs)


def _loaded(
    objects: list[ObjectCode], source: str | None, key: str, needs: tuple[str, ...]
) -> Linked:
    (plan, plan_engine), (kernel, kernel_engine) = (load(part) for part in objects)
    return Linked(plan, kernel, (plan_engine, kernel_engine), source, key, needs)


def _fetched(key: str) -> list[ObjectCode] | None:
    path = store.fetch(key)
    if path is None:
        return None
    try:
        content = Path(path).read_bytes()
    except FileNotFoundError:
        return None
    return unpacked(content[: -SIZE - len(store.SEAL)])


def _write(path: str, objects: list[ObjectCode]) -> None:
    Path(path).write_bytes(packed(objects))
