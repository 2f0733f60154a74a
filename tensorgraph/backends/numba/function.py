"""One Python function while it is printed: its lines and its names."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from tensorgraph.backends.numba.spelling import FLOATS, NUMBERS, in_memory
from tensorgraph.loops.ir import Buffer, Expr, Program
from tensorgraph.loops.show import size_names

INDENT = "    "
MACHINE = (
    "address_of", "clear", "external", "external_complex", "from_half", "lost", "part",
    "quotient", "round_half", "select", "stack", "stop_asked", "sum_of", "to_half",
    "to_int32", "to_int64", "to_uint64",
    *(f"{d}_at" for d in sorted(NUMBERS)), *(f"{d}_lanes" for d in FLOATS),
    *(f"call_{d}" for d in ("nothing", *sorted(NUMBERS))),
)  # fmt: skip
"""What `machine` offers to the code."""

PRINTED = frozenset(
    """inputs outputs sizes runtime extents workspace_bytes workspace routines values
    words math np inf nan kernel plan frame code""".split()
)
"""Names that the printer itself writes."""
RESERVED = frozenset(
    {*keyword.kwlist, *dir(builtins), *MACHINE, *NUMBERS, *PRINTED, "boolean"}
)


class Names:
    """Gives out identifiers, never the same one twice.

    >>> names = Names()
    >>> [names.unique(wanted) for wanted in ("x", "x", "for", "mu'", "2n")]
    ['x', 'x_2', 'for_2', 'mu_', '_2n']
    """

    def __init__(self) -> None:
        self._taken = set(RESERVED)

    def unique(self, wanted: str) -> str:
        """The wanted name, changed where Python or an earlier name requires it."""
        name = re.sub(r"\W", "_", wanted, flags=re.ASCII) or "_"
        name = "_" + name if name[0].isdigit() or name.startswith("tg_") else name
        candidate, number = name, 1
        while candidate in self._taken:
            number += 1
            candidate = f"{name}_{number}"
        self._taken.add(candidate)
        return candidate


@dataclass(frozen=True)
class Binding:
    """A scalar variable; with `combine` a reduction, declared inside `depth` loops."""

    name: str
    dtype: str
    combine: str | None = None
    depth: int = 0

    @property
    def is_total(self) -> bool:
        """Whether it is a compensated sum."""
        return self.combine == "add" and self.dtype in FLOATS

    @property
    def value(self) -> str:
        """The text that reads it."""
        return f"({self.name} + {self.name}_rest)" if self.is_total else self.name


@dataclass(frozen=True)
class Frame:
    """A loop around the current line, and the lanes that its body adds to."""

    lanes: dict[str, str] = field(default_factory=dict)
    lane: str = ""


class Function:
    """The text of one function, growing line by line.

    `settle` spells an expression of sizes in the first lines. `slots` says where in the
    frame the addresses of workspace buffers are, when another function computed them.
    """

    def __init__(
        self,
        program: Program,
        settle: Callable[[Function, Expr], str],
        slots: Mapping[Buffer, int] | None = None,
    ) -> None:
        self.program = program
        self.settle = settle
        self.slots = slots or {}
        self.settled: dict[int, str] = {}
        self.has_runtime = True
        self.names = Names()
        self.lines: list[str] = []
        self.first: dict[str, str] = {}
        self.depth = 1
        self.frames: list[Frame] = []
        self.scopes: list[dict[str, Binding]] = [{}]
        self._buffers: dict[Buffer, str] = {}
        self._letters = size_names(program)
        axes = [
            (n, a) for n, b in enumerate(program.inputs) for a in range(len(b.extents))
        ]
        strided = [key for key in axes if program.inputs[key[0]].strided]
        self._positions = {key: place for place, key in enumerate(axes)}
        self._strides = {key: len(axes) + place for place, key in enumerate(strided)}
        self._sizes: dict[tuple[int, int], str] = {}
        for buffer in (*program.inputs, *program.outputs):
            self._buffers[buffer] = self.names.unique(buffer.name)

    # -- lines -------------------------------------------------------------------------

    def add(self, line: str) -> None:
        """One more line."""
        self.lines.append(INDENT * self.depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Lines under a head, with names of their own."""
        self.add(head)
        self.depth += 1
        self.scopes.append({})
        count = len(self.lines)
        yield
        if len(self.lines) == count:
            self.add("pass")
        self.scopes.pop()
        self.depth -= 1

    @contextmanager
    def loop(self, frame: Frame) -> Iterator[None]:
        """Lines in the body of a loop."""
        self.frames.append(frame)
        yield
        self.frames.pop()

    def text(self, head: str) -> str:
        """The whole function."""
        first = [INDENT + line for line in self.first.values()]
        return "\n".join([head, *first, *self.lines, f"{INDENT}return 0"]) + "\n"

    # -- scalars -----------------------------------------------------------------------

    def bind(self, name: str, dtype: str, combine: str | None = None) -> Binding:
        """A new variable, visible to the end of the block."""
        binding = Binding(self.names.unique(name), dtype, combine, len(self.frames))
        self.scopes[-1][name] = binding
        return binding

    def rename(self, name: str, printed: str) -> None:
        """Let the index of a loop be printed under a name that is already given out."""
        self.scopes[-1][name] = Binding(printed, "int64")

    def binding(self, name: str) -> Binding:
        """The variable that a name means here."""
        return next(scope[name] for scope in reversed(self.scopes) if name in scope)

    def temporary(self, text: str) -> str:
        """A new variable that holds a value; its name."""
        name = self.names.unique("t")
        self.add(f"{name} = {text}")
        return name

    def first_name(self, text: str) -> str:
        """A variable of the first lines with a value; equal texts share one."""
        if text not in self.first:
            self.first[text] = f"{self.names.unique('k')} = {text}"
        return self.first[text].split(" = ")[0]

    # -- memory ------------------------------------------------------------------------

    def pointer(self, buffer: Buffer) -> str:
        """The name of the pointer to a buffer, or of the address if it is strided."""
        memory = buffer.memory
        if memory not in self._buffers:
            self._buffers[memory] = self.names.unique(memory.name)
        name = self._buffers[memory]
        if name not in self.first:
            address = self.address(memory)
            if not memory.strided:
                address = f"{in_memory(memory.dtype)}_at({address})"
            self.first[name] = f"{name} = {address}"
        return name

    def address(self, memory: Buffer) -> str:
        """The address of memory."""
        for words, buffers in (
            ("inputs", self.program.inputs),
            ("outputs", self.program.outputs),
        ):
            if memory in buffers:
                return f"{words}[{buffers.index(memory)}]"
        if memory in self.slots:
            return f"int64_at(frame + {8 * self.slots[memory]})[0]"
        place = next(p.offset for p in self.program.placements if p.buffer is memory)
        return f"{self.workspace()} + {self.settle(self, place)}"

    def workspace(self) -> str:
        """The name of the address of the workspace."""
        self.first.setdefault("words", "words = int64_at(runtime)")
        self.first.setdefault("workspace", "workspace = words[2]")
        return "workspace"

    def routines(self) -> str:
        """The name of the table of routines."""
        self.first.setdefault("words", "words = int64_at(runtime)")
        self.first.setdefault("routines", "routines = int64_at(words[4])")
        return "routines"

    def values(self) -> str:
        """The name of the values that a failed check reports."""
        self.first.setdefault("values", "values = float64_at(runtime + 40)")
        return "values"

    def size(self, number: int, axis: int) -> str:
        """The name of an extent of an input."""
        return self._word(self._positions, self._letters[number, axis], number, axis)

    def stride(self, buffer: Buffer, axis: int) -> str:
        """The name of a stride in bytes of a strided input."""
        number = self.program.inputs.index(buffer)
        wanted = f"{self._buffers[buffer]}_stride{axis}"
        return self._word(self._strides, wanted, number, axis)

    def _word(
        self, places: dict[tuple[int, int], int], wanted: str, number: int, axis: int
    ) -> str:
        place = places[number, axis]
        key = f"sizes[{place}]"
        if key not in self.first:
            name = self.names.unique(wanted)
            self.first[key] = f"{name} = {key}"
        return self.first[key].split(" = ")[0]
