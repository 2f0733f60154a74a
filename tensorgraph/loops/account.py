"""The memory of a program as text: which buffers there are, and who shares which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import DTYPES, Buffer, Const, Expr, Program
from tensorgraph.loops.memory import ALIGNMENT
from tensorgraph.loops.show import short_dtype, show_expression, size_names
from tensorgraph.loops.walk import mentioned, statements

Sizes = Mapping[tuple[int, int], str]


def memory_account(program: Program) -> str:
    """What lies where: inputs, outputs, and each buffer of the workspace.

    Sizes are letters, as in the text of the loops.
    """
    names = size_names(program)
    lines = [
        *(f"{_typed(b, names)}: the caller's" for b in program.inputs),
        *(f"{_typed(b, names)}: new at each call" for b in program.outputs),
        *_workspace(program, names),
        *_aliases(program, names),
    ]
    return "\n".join(["Memory:", *(f"  {line}" for line in lines)]) + "\n"


def _workspace(program: Program, names: Sizes) -> Iterator[str]:
    if not program.placements:
        yield "workspace: none; what lies between stays in registers"
        return
    first: dict[Expr, Buffer] = {}
    for placement in program.placements:
        buffer = placement.buffer
        before = first.setdefault(placement.offset, buffer)
        where = (
            f"in the place of {before.name}" if before is not buffer else "workspace"
        )
        yield f"{_typed(buffer, names)}: {_bytes(buffer, names)} bytes, {where}"
    total = program.plan.workspace_bytes
    pieces = " + ".join(_bytes(buffer, names) for buffer in first.values())
    known = f"{total.value} bytes" if isinstance(total, Const) else f"{pieces} bytes"
    yield f"workspace: {known}, each piece rounded up to {ALIGNMENT}"


def _bytes(buffer: Buffer, names: Sizes) -> str:
    size, count = at.integer(DTYPES[buffer.dtype]), at.product(buffer.extents)
    known = isinstance(count, Const)
    return show_expression(
        at.times(count, size) if known else at.times(size, count), names
    )


def _aliases(program: Program, names: Sizes) -> Iterator[str]:
    """Buffers that are others under other extents."""
    used = (b for s in statements(program.body) for b in mentioned(s))
    for buffer in dict.fromkeys(used):
        if buffer.alias_of is not None:
            yield f"{_typed(buffer, names)}: the memory of {buffer.alias_of.name}"


def _typed(buffer: Buffer, names: Sizes) -> str:
    extents = ", ".join(show_expression(n, names) for n in buffer.extents)
    return f"{buffer.name}: {short_dtype(buffer.dtype)}[{extents}]"
