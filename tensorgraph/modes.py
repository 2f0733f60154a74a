"""The modes of `function`: which backend compiles a program, and its stand-in."""

from __future__ import annotations

from tensorgraph.backends.contract import Backend, Linked
from tensorgraph.config import config
from tensorgraph.errors import GraphError, NoCompilerError
from tensorgraph.lazy import c_backend, numba_backend
from tensorgraph.loops.ir import Program

MODES = ("C", "FAST_COMPILE", "NUMBA", "PYTHON")
_backends: dict[str, Backend] = {}


def chosen_mode(mode: str | None) -> str:
    """The name of a mode in capitals; None is `config.mode`."""
    name = str(mode or config.mode).upper()
    if name not in MODES:
        raise GraphError(
            f"Unknown mode {mode!r}.", remedy=f"Use one of {', '.join(MODES)}."
        )
    return name


def _backend(mode: str) -> Backend:
    if mode not in _backends:
        if mode == "NUMBA":
            _backends[mode] = numba_backend.NumbaBackend()
        else:
            _backends[mode] = c_backend.CBackend(fast_compile=mode == "FAST_COMPILE")
    return _backends[mode]


def link(program: Program, mode: str) -> Linked:
    """Machine code of a program; Numba compiles it where there is no C compiler."""
    try:
        return _backend(mode).link(program)
    except NoCompilerError as error:
        config.warn_once(
            f"No C compiler was found ({error.what}); compiling with Numba instead. "
            "The first call of each function is slower; results agree to rounding."
        )
        return _backend("NUMBA").link(program)


def identity(mode: str) -> tuple[str, ...] | None:
    """What decides, beside a program, which code it becomes; None in mode PYTHON, and
    where a stand-in will compile.
    """
    try:
        return None if mode == "PYTHON" else _backend(mode).identity()
    except NoCompilerError:
        return None


def reload(mode: str, key: str, needs: tuple[str, ...]) -> Linked | None:
    """Code that `link` made in some process, or None if the store has it no more."""
    return _backend(mode).reload(key, needs)
