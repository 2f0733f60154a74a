"""The Numba backend: prints a program, finds or makes its object code, loads it."""

from __future__ import annotations

import hashlib

from tensorgraph.backends.contract import Linked
from tensorgraph.backends.numba import compile as compiler
from tensorgraph.backends.numba.objects import load, offer
from tensorgraph.backends.numba.printer import library_calls, python_source
from tensorgraph.loops.ir import Program


class NumbaBackend:
    """Compiles programs with Numba, where there is no C compiler or when asked to."""

    def link(self, program: Program) -> Linked:
        """Machine code of a program, compiled now or found in the store.

        Raises CompileError if Numba has no arithmetic for a dtype of the program.
        """
        source = python_source(program)
        offer(library_calls(program))
        key = hashlib.sha256(source.encode()).hexdigest()
        code = compiler.object_code(source, program.name)
        plan, keep_plan = load(*code["plan"])
        kernel, keep_kernel = load(*code["kernel"])
        return Linked(plan, kernel, (keep_plan, keep_kernel), source, key)
