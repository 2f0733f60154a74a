"""What other C programs see of an exported function: parameters, lengths, a header."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from tensorgraph.backends.c.names import Names
from tensorgraph.backends.c.spelling import memory_type
from tensorgraph.loops.arithmetic import values_from_sizes
from tensorgraph.loops.ir import Expr, Load, Name, Program
from tensorgraph.loops.walk import postorder
from tensorgraph.record import record

RESERVED = "sizes workspace values extents lengths code text length".split()
"""Parameters that every exported function has, and names in its body."""

WIDTH = 88

Length = int | str | None
"""The length of an axis: known, named, or given in each call."""


@record
class Argument:
    """An input or output: its name, dtype, and the lengths of its axes."""

    name: str
    dtype: str
    shape: tuple[Length, ...]


class Part:
    """A program as one C function `name`, with what surrounds it.

    `hidden` are the arrays of the inputs that the caller does not give. With
    `recoverable`, a failed check that a sampler survives is a first output of -inf.
    """

    def __init__(
        self, name: str, about: str, program: Program, inputs: Sequence[Argument],
        outputs: Sequence[str | None], hidden: Sequence[np.ndarray],
        recoverable: bool = False,
    ) -> None:  # fmt: skip
        self.name = name
        self.about = about
        self.program = program
        self.inputs = tuple(inputs)
        self.hidden = tuple(hidden)
        self.recoverable = recoverable
        self.outputs = self._outputs(outputs)
        self.c_names = self._c_names()

    # -- lengths -----------------------------------------------------------------------

    @cached_property
    def sizes(self) -> list[str]:
        """The lengths that a caller gives, as text: a name, or an axis."""
        found: dict[str, None] = {}
        for argument in self.inputs:
            for axis, length in enumerate(argument.shape):
                if not isinstance(length, int):
                    found[_size(argument, axis)] = None
        return list(found)

    def lengths(self) -> list[str]:
        """The C text of the length of each axis of each input, hidden ones included."""
        found = [
            str(length)
            if isinstance(length, int)
            else f"sizes[{self.sizes.index(_size(argument, axis))}]"
            for argument in self.inputs
            for axis, length in enumerate(argument.shape)
        ]
        return found + [str(n) for array in self.hidden for n in array.shape]

    def known(self, exprs: Sequence[Expr]) -> list[int | None]:
        """The values of expressions of sizes; None for what only a call knows."""
        free = {
            (number, axis)
            for number, argument in enumerate(self.inputs)
            for axis, length in enumerate(argument.shape)
            if not isinstance(length, int)
        }
        sizes = [int(text) if text.isdecimal() else 1 for text in self.lengths()]
        inputs = self.program.inputs
        return [
            int(values_from_sizes([e], inputs, sizes)[0])
            if _is_known(e, free)
            else None
            for e in exprs
        ]

    @cached_property
    def workspace_bytes(self) -> int | None:
        """The bytes of workspace, if they do not depend on the call."""
        return self.known([self.program.plan.workspace_bytes])[0]

    def _outputs(self, names: Sequence[str | None]) -> tuple[Argument, ...]:
        found = []
        extents = self.program.plan.output_extents
        for number, buffer in enumerate(self.program.outputs):
            name = (names[number] if number < len(names) else None) or buffer.name
            found.append(
                Argument(name, buffer.dtype, tuple(self.known(extents[number])))
            )
        return tuple(found)

    # -- declarations ------------------------------------------------------------------

    def _c_names(self) -> list[str]:
        names = Names()
        for word in (*RESERVED, self.name):
            names.unique(word)
        return [names.unique(a.name) for a in (*self.inputs, *self.outputs)]

    def input_names(self) -> list[str]:
        """The C names of the parameters for the inputs."""
        return self.c_names[: len(self.inputs)]

    def output_names(self) -> list[str]:
        """The C names of the parameters for the outputs."""
        return self.c_names[len(self.inputs) :]

    def kernel_head(self) -> str:
        """The head of the function that computes the outputs."""
        given = [*self._given(), *self._taken(), *self._sizes()]
        parameters = [*given, "void *workspace", "double *values"]
        return head(f"int32_t {self.name}", parameters)

    def plan_head(self) -> str:
        """The head of the function that finds extents and workspace."""
        parameters = [*self._given(), *self._sizes(), "int64_t *extents"]
        parameters += ["int64_t *workspace_bytes", "double *values"]
        return head(f"int32_t {self.name}_plan", parameters)

    def describe_head(self) -> str:
        """The head of the function that says what a code means."""
        parameters = ["int32_t code", "const double *values"]
        return head(
            f"void {self.name}_describe", [*parameters, "char *text", "size_t length"]
        )

    def _given(self) -> Iterator[str]:
        for argument, name in zip(self.inputs, self.input_names(), strict=True):
            kind = memory_type(argument.dtype)
            if argument.shape:
                yield f"const {kind} {_array(name, argument.shape)}"
            else:
                yield f"{kind} {name}"

    def _taken(self) -> Iterator[str]:
        for argument, name in zip(self.outputs, self.output_names(), strict=True):
            shape = argument.shape if argument.shape else (None,)
            yield f"{memory_type(argument.dtype)} {_array(name, shape)}"

    def _sizes(self) -> list[str]:
        return [f"const int64_t sizes[{len(self.sizes)}]"] if self.sizes else []


def _size(argument: Argument, axis: int) -> str:
    length = argument.shape[axis]
    return length if isinstance(length, str) else f"{argument.name}.shape[{axis}]"


def _is_known(expr: Expr, free: set[tuple[int, int]]) -> bool:
    for node in postorder(expr):
        if isinstance(node, Load | Name):
            return False
        if (getattr(node, "input", None), getattr(node, "axis", None)) in free:
            return False
    return True


def _array(name: str, shape: Sequence[Length]) -> str:
    """A parameter that is an array; as a pointer where its length is not known."""
    known = [length for length in shape if isinstance(length, int)]
    count = math.prod(known) if len(known) == len(shape) else 0
    return f"{name}[{count}]" if count else f"*{name}"


def head(name: str, parameters: Sequence[str]) -> str:
    """The head of a function, broken into lines.

    >>> head("int f", ["int a", "int b"])
    'int f(int a, int b)'
    """
    lines, indent = [f"{name}("], " " * (len(name) + 1)
    for number, parameter in enumerate(parameters):
        piece = parameter + (")" if number == len(parameters) - 1 else ", ")
        if len(lines[-1]) + len(piece) > WIDTH and lines[-1].strip() not in ("", name):
            lines[-1] = lines[-1].rstrip()
            lines.append(indent)
        lines[-1] += piece
    return "\n".join(lines)


# -- text in C -------------------------------------------------------------------------


def quoted(text: str) -> str:
    r"""A string of C.

    >>> print(quoted('say "n > 0"??\n'))
    "say \"n > 0\"\?\?\n"
    """
    escaped = re.sub(r'(["\\?])', r"\\\1", text).replace("\n", "\\n")
    control = re.sub(r"[\x00-\x1f\x7f]", lambda x: f"\\{ord(x[0]):03o}", escaped)
    return f'"{control}"'


def commented(text: str) -> str:
    """Text that can stand in a comment."""
    return text.replace("*/", "* /").replace("/*", "/ *")


def shown(argument: Argument) -> str:
    """An argument as a reader sees it.

    >>> shown(Argument("x", "float64", (3, "n", None)))
    'x: float64[3, n, ?]'
    """
    lengths = ", ".join("?" if n is None else str(n) for n in argument.shape)
    return f"{argument.name}: {argument.dtype}[{lengths}]"
