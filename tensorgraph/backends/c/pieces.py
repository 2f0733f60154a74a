"""A large program as pieces whose texts do not depend on each other.

The kernel is cut into functions of some hundred lines, each with the loop nests that it
calls. What one computes and another uses lies in a frame, and tables in the kernel say
where. So the text of a piece stays the same when something changes elsewhere, compilers
need time in proportion to the program, and equal pieces are compiled once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from tensorgraph.backends.c.parts import HIDDEN, LoopFunction, Printed
from tensorgraph.backends.c.printer import KERNEL
from tensorgraph.backends.c.renumbered import TYPES, renumbered
from tensorgraph.backends.digest import digest
from tensorgraph.record import record

FEWEST, MEAN, MOST = 200, 200, 600
"""Lines that a piece has at least, on the average beyond that, and at most."""

WINDOW = 4
"""Statements that say together whether a piece ends."""

VARIABLE = re.compile(
    rf"    (?P<const>const )?(?P<type>{TYPES}) (?P<star>\*?)(?P<name>\w+) = "
    r"(?:(?P<origin>inputs|outputs|sizes)\[(?P<number>\d+)\];)?"
)
WORD = re.compile(r"[A-Za-z_]\w*")
NEST = re.compile(r"\bnest_\d+\b")
FORGOTTEN = re.compile(r"\bnest_\d+|\breturn \d+|\b[A-Za-z_]\w*\b(?!\()")
"""What may differ between texts that are cut at the same places."""

CONTINUED = ("    }", "    else", "    if (code", "     ")
"""How lines begin that belong to the statement before them."""

NEST_LINKAGE = "#define nest static __attribute__((noinline))"
PIECE = "tg_runtime *runtime, char *tg_frame, const int32_t *tg_places"

STEP = "typedef struct { tg_piece *run; int32_t places, checks; } tg_step;"
RUN = """\
{{
    int64_t frame[{size}];
    for (int k = 0; k < {inputs}; k++)
        frame[k] = (int64_t)inputs[k];
    for (int k = 0; k < {outputs}; k++)
        frame[{inputs} + k] = (int64_t)outputs[k];
    for (int k = 0; k < {sizes}; k++)
        frame[{inputs} + {outputs} + k] = sizes[k];
    for (int k = 0; k < {count}; k++) {{
        const tg_step step = steps[k];
        const int32_t code = step.run(runtime, (char *)frame, places + step.places);
        if (code)
            return code < 0 ? code : checks[step.checks + code - 1];
    }}
    return TG_OK;
}}"""


class Variable(NamedTuple):
    """A variable of the kernel; `origin` and `number` say which input it is."""

    name: str
    type: str
    const: bool
    origin: str | None
    number: int

    @property
    def bytes(self) -> int:
        """Its room in the frame."""
        return 16 if self.type.startswith("tg_total") or "_Complex" in self.type else 8


@record
class Piece:
    """One text, and where its variables lie and which checks it has in this program."""

    name: str
    text: str
    places: tuple[int, ...]
    checks: tuple[int, ...]


def texts(printed: Printed) -> tuple[list[str], str]:
    """The translation units of the pieces, and that of the plan and the kernel."""
    plan, _, body = printed.ending.partition(KERNEL)
    kernel = Kernel(body.splitlines()[2:-2], printed)
    pieces = list(kernel.pieces())
    units = {piece.name: piece.text for piece in pieces}
    return list(units.values()), kernel.text(plan, pieces)


class Kernel:
    """The statements of a kernel, its variables, and the frame that they lie in."""

    def __init__(self, lines: Sequence[str], printed: Printed) -> None:
        self.printed = printed
        self.nests = {_name(nest): nest for nest in printed.nests}
        self.variables: dict[str, Variable] = {}
        self.statements: list[str] = []
        self.homes: dict[str, int] = {}
        for line in lines:
            self._read(line)
        self.uses = [self._uses(text) for text in self.statements]
        self.last = {name: k for k, used in enumerate(self.uses) for name in used}
        self.counts: dict[str, int] = {}
        self.places: dict[str, int] = {}
        self.size = 0
        for origin in ("inputs", "outputs", "sizes"):
            self._begin_frame(origin)

    def _read(self, line: str) -> None:
        """Take in the next line of the kernel."""
        found = VARIABLE.match(line)
        if found:
            const, kind, star, name, origin, number = found.groups()
            kind = f"{const or ''}{kind} *" if star else kind
            place = int(number or 0)
            self.variables[name] = Variable(
                name, kind, bool(const or star), origin, place
            )
            if origin:
                return
            self.homes[name] = len(self.statements)
        if self.statements and line.startswith(CONTINUED):
            self.statements[-1] += "\n" + line
        else:
            self.statements.append(line)

    def _begin_frame(self, origin: str) -> None:
        """The pointers or sizes that the kernel is given stand first in the frame."""
        given = [v for v in self.variables.values() if v.origin == origin]
        self.counts[origin] = 1 + max((v.number for v in given), default=-1)
        self.places |= {v.name: self.size + 8 * v.number for v in given}
        self.size += 8 * self.counts[origin]

    def _uses(self, text: str) -> list[str]:
        """The variables that a text has, in the order of their appearance."""
        words = dict.fromkeys(WORD.findall(text))
        return [word for word in words if word in self.variables]

    # -- cutting -----------------------------------------------------------------------

    def pieces(self) -> Iterator[Piece]:
        """The pieces in their order."""
        for start, stop in self._cuts():
            yield self._piece(start, stop)

    def _cuts(self) -> Iterator[tuple[int, int]]:
        """Where pieces start and stop: as the content says, so that cuts stay."""
        start, lines, forms = 0, 0, [""] * WINDOW
        for k, text in enumerate(self.statements):
            whole = "\n".join([text, *(nest.body for nest in self._called(text))])
            length = whole.count("\n") + 1
            forms = [*forms[1:], FORGOTTEN.sub("x", whole)]
            if lines and lines + length > MOST:
                yield start, k
                start, lines = k, 0
            lines += length
            if lines >= FEWEST and _chance(forms) < length / MEAN:
                yield start, k + 1
                start, lines = k + 1, 0
        if start < len(self.statements):
            yield start, len(self.statements)

    def _called(self, text: str) -> list[LoopFunction]:
        return [self.nests[name] for name in dict.fromkeys(NEST.findall(text))]

    # -- one piece ---------------------------------------------------------------------

    def _piece(self, start: int, stop: int) -> Piece:
        """A function; what it shares with others is read and written in the frame."""
        lines: list[str] = []
        places: list[int] = []
        known: dict[str, None] = {}
        for k in range(start, stop):
            new = [self.variables[name] for name in self.uses[k] if name not in known]
            known |= dict.fromkeys(self.uses[k])
            read = [v for v in new if self.homes.get(v.name) != k]
            kept = [
                v for v in new if v.const and v not in read and self._outlives(v, stop)
            ]
            lines += [f"    {_declared(v)} = {self._there(v, places)};" for v in read]
            lines.append(self.statements[k])
            lines += [f"    {self._there(v, places)} = {v.name};" for v in kept]
        changed = [v for v in map(self.variables.get, known) if v and not v.const]
        kept = [v for v in changed if self._outlives(v, stop)]
        lines += [f"    {self._there(v, places)} = {v.name};" for v in kept]
        nests = [nest.text("nest") for nest in self._bare("\n".join(lines))]
        whole = [*nests, f"hidden int32_t tg_piece({PIECE})\n{{", *lines]
        found = renumbered("\n".join([*whole, "    return TG_OK;\n}"]))
        return Piece(*self._unit(found.text), tuple(places), found.checks)

    def _outlives(self, v: Variable, stop: int) -> bool:
        """Whether statements from there on use a variable."""
        return self.last[v.name] >= stop

    def _there(self, v: Variable, places: list[int]) -> str:
        """A variable in the frame, by the next number of a piece."""
        if v.name not in self.places:
            self.places[v.name] = self.size
            self.size += v.bytes
        places.append(self.places[v.name])
        return f"*({v.type} *)(tg_frame + tg_places[{len(places) - 1}])"

    def _bare(self, body: str) -> Iterator[LoopFunction]:
        """The nests that a text calls, without their comments."""
        return (LoopFunction("", n.signature, n.body) for n in self._called(body))

    def _unit(self, text: str) -> tuple[str, str]:
        """The name of a piece, and its translation unit."""
        called = dict.fromkeys(NEST.findall(text))
        names = {name: f"nest_{k}" for k, name in enumerate(called, start=1)}
        text = NEST.sub(lambda found: names[found[0]], text)
        name = "piece_" + digest(text.encode()).hex()[:24]
        prelude = self.printed.declarations.part(text).text()
        parts = [prelude, HIDDEN, NEST_LINKAGE, text.replace("tg_piece", name)]
        return name, "\n\n".join(parts) + "\n"

    # -- the kernel --------------------------------------------------------------------

    def text(self, plan: str, pieces: Sequence[Piece]) -> str:
        """The translation unit of the plan and the kernel, which runs the pieces."""
        names = dict.fromkeys(piece.name for piece in pieces)
        places = accumulate((len(piece.places) for piece in pieces), initial=0)
        checks = accumulate((len(piece.checks) for piece in pieces), initial=0)
        rows = [
            f"    {{{piece.name}, {place}, {check}}},"
            for piece, place, check in zip(pieces, places, checks, strict=False)
        ]
        run = RUN.format(size=self.size // 8 + 1, count=len(pieces), **self.counts)
        parts = [
            self.printed.declarations.part(plan).text(),
            HIDDEN,
            f"typedef int32_t tg_piece({PIECE});",
            "\n".join(f"hidden tg_piece {name};" for name in names),
            plan.rstrip(),
            _table("places", (place for piece in pieces for place in piece.places)),
            _table("checks", (check for piece in pieces for check in piece.checks)),
            "\n".join([f"{STEP}\nstatic const tg_step steps[] = {{", *rows, "};"]),
            f"{KERNEL}\n{run}",
        ]
        return "\n\n".join(parts) + "\n"


def _name(nest: LoopFunction) -> str:
    return NEST.findall(nest.signature)[0]


def _chance(forms: list[str]) -> float:
    """A number from 0 to 1 that follows from the forms of some statements."""
    return int.from_bytes(digest("\n".join(forms).encode())[:4], "little") / 2**32


def _declared(v: Variable) -> str:
    if v.type.endswith("*"):
        return v.type + v.name
    return f"{'const ' if v.const else ''}{v.type} {v.name}"


def _table(name: str, numbers: Iterable[int]) -> str:
    return f"static const int32_t {name}[] = {{{', '.join(map(str, numbers)) or 0}}};"
