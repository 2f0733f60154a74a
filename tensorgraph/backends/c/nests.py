"""One function for each loop nest: its parameters, its text, the line that calls it."""

from __future__ import annotations

from collections.abc import Iterable

from tensorgraph.backends.c import control
from tensorgraph.backends.c.function import Binding, Function, declared_pointer
from tensorgraph.backends.c.parts import LoopFunction
from tensorgraph.backends.c.unit import Unit
from tensorgraph.loops.ir import Accumulate, Buffer, Check, CheckInfo, Set, Stmt
from tensorgraph.loops.walk import statements
from tensorgraph.record import record

WIDTH = 88


@record
class Nest:
    """A statement with loops, printed as the body of a function."""

    name: str
    statement: Stmt
    function: Function


def print_nest(unit: Unit, kernel: Function, statement: Stmt, name: str) -> Nest:
    """The body of a nest's function; the kernel gets the lines that call it."""
    f = Function(unit, kernel, _changed(statement))
    control.write(f, statement)
    for memory, writes in f.buffers.items():
        kernel.pointer(memory, writes)
    kernel.sizes.update(f.sizes)
    call = f"{name}({', '.join(_arguments(unit, kernel, f))})"
    if f.returns_code:
        code = unit.names.unique("code")
        kernel.add(f"const int32_t {code} = {call};")
        kernel.add(f"if ({code})")
        kernel.add(f"    return {code};")
    else:
        kernel.add(f"{call};")
    return Nest(name, statement, f)


def text(unit: Unit, nest: Nest, sharing: set[Buffer]) -> LoopFunction:
    """The function of a nest; pointers to memory that is shared are not `restrict`."""
    f = nest.function
    head = f"{'int32_t' if f.returns_code else 'void'} {nest.name}"
    parameters = _parameters(unit, f, sharing) or ["void"]
    begin = [f"    {b.type} {b.c} = *{b.c}_at;" for b in _changing(f)]
    finish = [f"    *{b.c}_at = {b.c};" for b in _changing(f)]
    lines = [*begin, *f.first_lines, *f.lines, *finish]
    return LoopFunction(
        _comments(unit, nest.statement),
        _signature(head, parameters),
        braced(lines, f.returns_code),
    )


def braced(lines: Iterable[str], returns_code: bool = True) -> str:
    """The body of a function."""
    last = ["    return TG_OK;"] if returns_code else []
    return "\n".join(["{", *lines, *last, "}"])


def _changed(statement: Stmt) -> frozenset[str]:
    """The scalars that a statement may change."""
    inner = statements((statement,))
    return frozenset(s.name for s in inner if isinstance(s, Set | Accumulate))


def _changing(f: Function) -> list[Binding]:
    return [binding for name, binding in f.taken.items() if name in f.changes]


# -- parameters and arguments, in the same order ---------------------------------------


def _parameters(unit: Unit, f: Function, sharing: set[Buffer]) -> list[str]:
    found = ["tg_runtime *runtime"] if f.uses_runtime else []
    found += [f"int64_t {name}" for name in f.sizes]
    for name, b in f.taken.items():
        found.append(f"{b.type} *{b.c}_at" if name in f.changes else f"{b.type} {b.c}")
    for memory, writes in f.buffers.items():
        alone = memory not in sharing
        found.append(
            declared_pointer(memory, unit.buffer(memory), writes, restrict=alone)
        )
    return found


def _arguments(unit: Unit, kernel: Function, f: Function) -> list[str]:
    found = ["runtime"] if f.uses_runtime else []
    found += f.sizes
    for name in f.taken:
        outer = kernel.binding(name)
        found.append(f"&{outer.c}" if name in f.changes else outer.value)
    return found + [unit.buffer(memory) for memory in f.buffers]


def _signature(head: str, parameters: list[str]) -> str:
    """The head of a function, broken into lines."""
    width = len("static ") + len(head) + 1
    lines, indent = [head + "("], " " * width
    for number, parameter in enumerate(parameters):
        piece = parameter + (")" if number == len(parameters) - 1 else ", ")
        used = len(lines[-1]) + (len("static ") if len(lines) == 1 else 0)
        if used + len(piece) > WIDTH and lines[-1] != indent:
            lines[-1] = lines[-1].rstrip()
            lines.append(indent)
        lines[-1] += piece
    return "\n".join(lines)


# -- comments --------------------------------------------------------------------------


def _comments(unit: Unit, statement: Stmt) -> str:
    """What the checks of a nest say."""
    infos = {info.number: info for info in unit.program.checks}
    inner = statements((statement,))
    numbers = dict.fromkeys(s.number for s in inner if isinstance(s, Check))
    return "".join(_comment(infos[n]) for n in numbers if n in infos)


def _comment(info: CheckInfo) -> str:
    message = info.message.replace("*/", "* /").replace("\n", " ")
    return f"/* check {info.number}: {message} */\n"
