"""One C function while it is printed: its lines, its names, what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tensorgraph.backends.c.spelling import FLOATS, memory_type, scalar_type, suffix
from tensorgraph.backends.c.unit import Unit
from tensorgraph.loops.ir import Buffer, Expr
from tensorgraph.record import record

INDENT = "    "


@record
class Binding:
    """A scalar variable: a value, or one that changes, or an accumulator."""

    c: str
    dtype: str
    combine: str | None = None
    depth: int = -1

    @property
    def is_total(self) -> bool:
        """Whether it is a compensated sum."""
        return self.combine == "add" and self.dtype in FLOATS

    @property
    def type(self) -> str:
        """The C type of the variable."""
        return (
            f"tg_total_{suffix(self.dtype)}"
            if self.is_total
            else scalar_type(self.dtype)
        )

    @property
    def value(self) -> str:
        """The C text that reads it."""
        return f"({self.c}.sum + {self.c}.rest)" if self.is_total else self.c


@record
class Frame:
    """A loop around the current line, with the lanes of the sums in its body."""

    lanes: dict[str, str]
    lane: str = ""


class Function:
    """The text of one function, growing line by line."""

    def __init__(
        self,
        unit: Unit,
        parent: Function | None = None,
        changes: frozenset[str] = frozenset(),
    ) -> None:
        self.unit = unit
        self.parent = parent
        self.changes = changes
        self.lines: list[str] = []
        self.depth = 1
        self.frames: list[Frame] = []
        self.known: dict[int, str] = {}
        self.first_lines: list[str] = []
        self._fixed: set[str] = set()
        self._alive: list[Expr] = []
        self._recent: dict[str, str] = {}
        self.in_vector_loop = False
        self.scopes: list[dict[str, Binding]] = [{}]
        self.taken: dict[str, Binding] = {}
        self.buffers: dict[Buffer, bool] = {}
        self.sizes: dict[str, int] = {}
        self.uses_runtime = False
        self.returns_code = False
        self.reports_values = True

    # -- lines -------------------------------------------------------------------------

    def add(self, line: str) -> None:
        """One more line."""
        self._recent = {}
        self.lines.append(INDENT * self.depth + line)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Lines between braces, with names of their own."""
        self.add(head + " {" if head else "{")
        with self.inside():
            yield
        self.add("}")

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Indented lines, with names of their own."""
        self.depth += 1
        self.scopes.append({})
        yield
        self.scopes.pop()
        self.depth -= 1

    @contextmanager
    def loop(self, frame: Frame) -> Iterator[None]:
        """Statements are inside one more loop."""
        self.frames.append(frame)
        yield
        self.frames.pop()

    @contextmanager
    def vector_loop(self) -> Iterator[None]:
        """Statements are in a loop that the compiler should vectorize."""
        self.in_vector_loop = True
        yield
        self.in_vector_loop = False

    @contextmanager
    def captured(self) -> Iterator[list[str]]:
        """Lines written meanwhile go to the list, not indented."""
        kept, depth = self.lines, self.depth
        self.lines, self.depth = [], 0
        yield self.lines
        self.lines, self.depth = kept, depth

    # -- scalars -----------------------------------------------------------------------

    def bind(self, name: str, dtype: str, combine: str | None = None) -> Binding:
        """A new variable in the current scope."""
        binding = Binding(self.unit.scalar(name), dtype, combine, len(self.frames))
        self.scopes[-1][name] = binding
        return binding

    def binding(self, name: str) -> Binding:
        """The variable of that name, taken from the caller if it is not our own."""
        for scope in reversed(self.scopes):
            if name in scope:
                return scope[name]
        if name not in self.taken:
            assert self.parent is not None, f"{name} is not defined"
            outer = self.parent.binding(name)
            kept = outer.combine if name in self.changes else None
            self.taken[name] = Binding(outer.c, outer.dtype, kept)
        return self.taken[name]

    def temporary(self, dtype: str, text: str) -> str:
        """A variable that holds a value for the next line; its name."""
        recent = self._recent
        if text not in recent:
            recent[text] = self.unit.names.unique("t")
            self.add(f"const {scalar_type(dtype)} {recent[text]} = {text};")
            self._recent = recent
        return recent[text]

    def fixed(self, expr: Expr, text: str, wanted: str) -> str:
        """A variable that holds arithmetic on sizes from the start on; its name."""
        name = self.unit.fixed(text, wanted)
        if name not in self._fixed:
            self._fixed.add(name)
            self.first_lines.append(f"{INDENT}const int64_t {name} = {text};")
        self.known[id(expr)] = name
        self._alive.append(expr)
        return name

    # -- memory ------------------------------------------------------------------------

    def pointer(self, buffer: Buffer, write: bool = False) -> str:
        """The name of the pointer to a buffer's memory."""
        memory = buffer.memory
        self.buffers[memory] = write or self.buffers.get(memory, False)
        return self.unit.buffer(memory)

    def size(self, input: int, axis: int) -> str:
        """The name of an extent."""
        name = self.unit.size(input, axis)
        self.sizes[name] = self.unit.positions[input, axis]
        return name

    def stride(self, buffer: Buffer, axis: int) -> str:
        """The name of a stride in bytes of a strided input."""
        name, position = self.unit.stride(buffer, axis)
        self.sizes[name] = position
        return name

    # -- leaving -----------------------------------------------------------------------

    def leave(self, code: str) -> None:
        """Return early with a code."""
        self.returns_code = True
        self.add(f"return {code};")

    def poll(self, when: str = "") -> None:
        """Leave when somebody asked long loops to stop."""
        self.unit.prelude.need("stopped")
        self.uses_runtime = True
        asked = "tg_stopped(runtime)"
        self.add(f"if ({when} && {asked})" if when else f"if ({asked})")
        self.depth += 1
        self.leave("TG_INTERRUPTED")
        self.depth -= 1


def declared_pointer(
    memory: Buffer, name: str, writes: bool, restrict: bool = False
) -> str:
    """A declaration of a pointer to the elements of a buffer."""
    const = "" if writes else "const "
    keyword = "restrict " if restrict else ""
    return f"{const}{memory_type(memory.dtype)} *{keyword}{name}"
