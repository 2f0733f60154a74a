"""The memory of a program as text: which buffers there are, and who shares which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tensorgraph.loops import arithmetic as at
from tensorgraph.loops.ir import DTYPES, Buffer, Const, Expr, Program
from tensorgraph.loops.memory import ALIGNMENT
from tensorgraph.loops.show import short_dtype, show_expression, size_names
from tensorgraph.loops.walk import mentioned, statements

Sizes = Mapping[tuple[int, int], str]
OUTPUT = "new at each call, unless given as out"


def memory_account(program: Program) -> str:
    """What lies where: inputs, outputs, and each buffer of the workspace.

    Sizes are letters, as in the text of the loops.
    """
    names = size_names(program)
    lines = [
        *(f"{_typed(b, names)}: the caller's" for b in program.inputs),
        *(f"{_typed(b, names)}: {OUTPUT}" for b in program.outputs),
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
    yield f"workspace: {workspace_peak(program)}, each piece rounded up to {ALIGNMENT}"


def workspace_peak(program: Program) -> str:
    """The bytes of workspace of one call; sizes are letters, as in the loops.

    Buffers that lie in one place count once.
    """
    total = program.plan.workspace_bytes
    if isinstance(total, Const):
        return f"{total.value} bytes"
    places = {placement.offset: placement.buffer for placement in program.placements}
    bytes_of: dict[Expr, int] = {}
    for buffer in places.values():
        count = at.product(buffer.extents)
        known = count.value if isinstance(count, Const) else 1
        key = at.ONE if isinstance(count, Const) else count
        bytes_of[key] = bytes_of.get(key, 0) + known * DTYPES[buffer.dtype]
    terms = [at.times(at.integer(size), count) for count, size in bytes_of.items()]
    names = size_names(program)
    return " + ".join(show_expression(term, names) for term in terms) + " bytes"


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
