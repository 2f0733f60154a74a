"""What every compiled backend offers: the two functions of native/abi.h, by address."""

from __future__ import annotations

from typing import Protocol

from tensorgraph.loops.ir import Program
from tensorgraph.record import record


@record
class Linked:
    """A program as machine code.

    `plan` and `kernel` are the addresses of functions of the types `tg_plan` and
    `tg_kernel`; they hold while `keepalive` lives. `source` is the text that was
    compiled, None where it was not printed again. `key` names the code by its content:
    equal keys mean equal code. `needs` is what the backend wants to know, beside the
    key, to load it again.
    """

    plan: int
    kernel: int
    keepalive: object
    source: str | None
    key: str
    needs: tuple[str, ...] = ()


class Backend(Protocol):
    """Turns loop programs into machine code; it sees loop code only.

    The caller resolves `Program.routines` in their order (see `routines.resolve`) and
    passes the addresses in the runtime struct.
    """

    def link(self, program: Program) -> Linked:
        """Machine code of a program, compiled now or found in a store.

        Raises CompileError, and NoCompilerError where the machine lacks a compiler.
        """
        ...

    def identity(self) -> tuple[str, ...]:
        """What decides, beside a program, which code it becomes on this machine.

        Raises NoCompilerError where the machine lacks a compiler.
        """
        ...

    def reload(self, key: str, needs: tuple[str, ...]) -> Linked | None:
        """Code that `link` made in some process, or None if it is in no store."""
        ...
