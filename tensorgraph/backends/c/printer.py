"""A loop program as one translation unit of plain C99."""

from __future__ import annotations

from tensorgraph.backends.c import control, nests, simple
from tensorgraph.backends.c.expressions import plain, text
from tensorgraph.backends.c.function import INDENT, Function, declared_pointer
from tensorgraph.backends.c.nests import Nest
from tensorgraph.backends.c.overlap import sharing
from tensorgraph.backends.c.parts import LoopFunction, Printed
from tensorgraph.backends.c.unit import Unit
from tensorgraph.errors import VerificationError
from tensorgraph.loops.ir import Buffer, Program, Stmt

PLAN = """\
int32_t tg_plan(void *const *inputs, const int64_t *sizes, int64_t *output_extents,
                int64_t *workspace_bytes)"""
KERNEL = """\
int32_t tg_kernel(void *const *inputs, void *const *outputs, const int64_t *sizes,
                  tg_runtime *runtime)"""


def print_program(program: Program) -> Printed:
    """The C text of a program."""
    unit = Unit(program)
    plan = print_plan(unit)
    loops, kernel = print_kernel(unit)
    prelude = unit.prelude
    ending = f"{PLAN}\n{plan}\n\n{KERNEL}\n{kernel}"
    return Printed(prelude.text(), loops, ending, prelude.vector_math, prelude)


def print_plan(unit: Unit, reports_values: bool = False) -> str:
    """The body of the plan; one with a `runtime` can report what a check saw."""
    f = Function(unit)
    f.reports_values = reports_values
    plan = unit.program.plan
    for check in plan.checks:
        simple.write(f, check)
    extents = [extent for row in plan.output_extents for extent in row]
    for place, extent in enumerate(extents):
        f.add(f"output_extents[{place}] = {plain(f, extent)};")
    f.add(f"*workspace_bytes = {plain(f, plan.workspace_bytes)};")
    return nests.braced(_with_declarations(unit, f))


def print_kernel(unit: Unit) -> tuple[tuple[LoopFunction, ...], str]:
    """The functions of the loop nests, and the body of the kernel that calls them."""
    kernel = Function(unit)
    printed: list[Nest] = []
    used: list[set[Buffer]] = []
    for statement in unit.program.body:
        if control.has_loop(statement):
            name = f"{unit.prefix}nest_{len(printed) + 1}"
            printed.append(nests.print_nest(unit, kernel, statement, name))
            used.append(set(printed[-1].function.buffers))
        else:
            used.append(_inline(kernel, statement))
    shared = sharing(unit.program.placements, used)
    loops = tuple(nests.text(unit, nest, shared) for nest in printed)
    return loops, nests.braced(_with_declarations(unit, kernel))


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
    """The lines of a function after the sizes, places and pointers that they use."""
    with f.captured() as counted:
        places = _places(unit, f)
    ordered = sorted(f.sizes.items(), key=lambda item: item[1])
    sizes = [f"const int64_t {name} = sizes[{place}];" for name, place in ordered]
    given: list[str] = []
    found: list[str] = []
    for memory, writes in f.buffers.items():
        declared = declared_pointer(memory, unit.buffer(memory), writes)
        line = f"{declared} = {places[memory]};"
        (given if memory in unit.origins else found).append(line)
    first = [INDENT + line for line in sizes] + f.first_lines
    return [*first, *(INDENT + line for line in (*given, *counted, *found)), *f.lines]


def _places(unit: Unit, f: Function) -> dict[Buffer, str]:
    """Where the buffers of a function lie; offsets often contain the one before."""
    places = dict(unit.origins)
    for placement in unit.program.placements:
        if placement.buffer in f.buffers:
            name = f"{unit.buffer(placement.buffer)}_offset"
            offset = text(f, placement.offset, name)
            places[placement.buffer] = f"(void *)(runtime->workspace + {offset})"
    for memory in f.buffers:
        if memory not in places:
            raise VerificationError(f"The workspace buffer {memory.name} has no place.")
    return places
