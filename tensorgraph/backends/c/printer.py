"""A loop program as one translation unit of plain C99."""

from __future__ import annotations

from collections.abc import Iterable

from tensorgraph.backends.c import control, nests, simple
from tensorgraph.backends.c.expressions import plain, text
from tensorgraph.backends.c.function import INDENT, Function, Unit, declared_pointer
from tensorgraph.backends.c.nests import Nest
from tensorgraph.backends.c.overlap import sharing
from tensorgraph.errors import VerificationError
from tensorgraph.loops.ir import Buffer, Program, Stmt

PLAN = """\
int32_t tg_plan(void *const *inputs, const int64_t *sizes, int64_t *output_extents,
                int64_t *workspace_bytes)"""
KERNEL = """\
int32_t tg_kernel(void *const *inputs, void *const *outputs, const int64_t *sizes,
                  tg_runtime *runtime)"""


def print_program(program: Program) -> tuple[str, bool]:
    """The C text of a program, and whether it calls the vector math library."""
    unit = Unit(program)
    plan = _plan(unit)
    *loops, kernel = _kernel(unit)
    functions = [*loops, plan, kernel]
    source = unit.prelude.text() + "\n" + "\n\n".join(functions) + "\n"
    return source, unit.prelude.vector_math


def _plan(unit: Unit) -> str:
    f = Function(unit)
    f.reports_values = False
    plan = unit.program.plan
    for check in plan.checks:
        simple.write(f, check)
    extents = [extent for row in plan.output_extents for extent in row]
    for place, extent in enumerate(extents):
        f.add(f"output_extents[{place}] = {plain(f, extent)};")
    f.add(f"*workspace_bytes = {plain(f, plan.workspace_bytes)};")
    return nests.whole(PLAN, _with_declarations(unit, f))


def _kernel(unit: Unit) -> list[str]:
    """The functions of the loop nests, and the kernel that calls them."""
    kernel = Function(unit)
    printed: list[Nest] = []
    used: list[set[Buffer]] = []
    for statement in unit.program.body:
        if control.has_loop(statement):
            name = f"nest_{len(printed) + 1}"
            printed.append(nests.print_nest(unit, kernel, statement, name))
            used.append(set(printed[-1].function.buffers))
        else:
            used.append(_inline(kernel, statement))
    shared = sharing(unit.program.placements, used)
    functions = [nests.text(unit, nest, shared) for nest in printed]
    return [*functions, nests.whole(KERNEL, _with_declarations(unit, kernel))]


def _inline(kernel: Function, statement: Stmt) -> set[Buffer]:
    """Print a statement in the kernel itself; the buffers that it uses."""
    before, kernel.buffers = kernel.buffers, {}
    control.write(kernel, statement)
    used, kernel.buffers = kernel.buffers, before
    for memory, writes in used.items():
        kernel.pointer(memory, writes)
    return set(used)


# -- what a function of the contract declares ------------------------------------------


def _with_declarations(unit: Unit, f: Function) -> list[str]:
    """The lines of a function after the sizes and pointers that they use."""
    with f.captured() as first:
        pointers = list(_pointers(unit, f))
    ordered = sorted(f.sizes.items(), key=lambda item: item[1])
    sizes = [f"    const int64_t {name} = sizes[{place}];" for name, place in ordered]
    return [*sizes, *(INDENT + line for line in first), *pointers, *f.lines]


def _pointers(unit: Unit, f: Function) -> Iterable[str]:
    offsets = {p.buffer: p.offset for p in unit.program.placements}
    for memory, writes in f.buffers.items():
        if memory in unit.origins:
            origin = unit.origins[memory]
        elif memory in offsets:
            origin = f"(void *)(runtime->workspace + {text(f, offsets[memory])})"
        else:
            raise VerificationError(f"The workspace buffer {memory.name} has no place.")
        yield f"    {declared_pointer(memory, unit.buffer(memory), writes)} = {origin};"
