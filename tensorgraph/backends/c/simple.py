"""Statements without a body, as C lines."""

from __future__ import annotations

from tensorgraph.backends.c.expressions import (
    element,
    needing,
    plain,
    position,
    routine,
    text,
)
from tensorgraph.backends.c.function import Binding, Function
from tensorgraph.backends.c.spelling import (
    OPERATORS,
    combined,
    neutral,
    scalar_type,
    suffix,
    to_memory,
)
from tensorgraph.loops.arithmetic import product
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Address,
    Call,
    Carry,
    Check,
    Expr,
    Fill,
    Let,
    RoutineAddress,
    Set,
    Stmt,
    Store,
    Update,
)

CHECK_VALUES = 8
"""TG_CHECK_VALUES of native/abi.h."""


def write(f: Function, statement: Stmt) -> None:
    """Add the lines of one statement."""
    match statement:
        case Let(name, expr):
            value = plain(f, expr)
            kind = scalar_type(expr.dtype)
            f.add(f"const {kind} {f.bind(name, expr.dtype).c} = {value};")
        case Carry(name, expr):
            value = plain(f, expr)
            f.add(f"{scalar_type(expr.dtype)} {f.bind(name, expr.dtype).c} = {value};")
        case Set(name, expr):
            value = plain(f, expr)
            f.add(f"{f.binding(name).c} = {value};")
        case Accumulator(name, combine, dtype):
            accumulator(f, f.bind(name, dtype, combine))
        case Accumulate(name, _, expr):
            accumulate(f, name, plain(f, expr))
        case Store(buffer, subscripts, expr):
            value = needing(f, to_memory(plain(f, expr), buffer.dtype))
            f.add(f"{element(f, buffer, subscripts, True)} = {value};")
        case Update(buffer, subscripts, combine, expr):
            value = plain(f, expr)
            place = element(f, buffer, subscripts, True)
            f.add(joined(f, combine, buffer.dtype, place, value))
        case _:
            _effect(f, statement)


def _effect(f: Function, statement: Stmt) -> None:
    match statement:
        case Fill():
            fill(f, statement)
        case Call():
            call(f, statement)
        case Check():
            check(f, statement)
        case _:
            name = type(statement).__name__
            raise TypeError(f"{name} is no statement of the loop language")


# -- reductions ------------------------------------------------------------------------


def accumulator(f: Function, binding: Binding) -> None:
    """Declare a reduction that has not begun."""
    assert binding.combine is not None
    start = "{0, 0}" if binding.is_total else neutral(binding.combine, binding.dtype)
    if binding.is_total:
        f.unit.prelude.need(f"add_{suffix(binding.dtype)}")
    f.add(f"{binding.type} {binding.c} = {start};")


def accumulate(f: Function, name: str, term: str) -> None:
    """Add one term: to a lane of the loop around it, or directly."""
    binding = f.binding(name)
    assert binding.combine is not None
    lanes = f.frames[-1].lanes.get(name) if f.frames else None
    if lanes is not None:
        place = f"{lanes}[{f.frames[-1].lane}]"
        f.add(joined(f, binding.combine, binding.dtype, place, term))
    elif binding.is_total:
        f.add(f"tg_add_{suffix(binding.dtype)}(&{binding.c}, {term});")
    else:
        f.add(joined(f, binding.combine, binding.dtype, binding.c, term))


def joined(f: Function, combine: str, dtype: str, place: str, term: str) -> str:
    """The assignment that joins a term to what is in a place."""
    value, function = combined(combine, dtype, place, term)
    if function is None:
        return f"{place} {OPERATORS[combine]}= {term};"
    return f"{place} = {needing(f, (value, function))};"


# -- memory, calls, checks -------------------------------------------------------------


def fill(f: Function, statement: Fill) -> None:
    """Set every element of a buffer."""
    value = needing(f, to_memory(plain(f, statement.expr), statement.buffer.dtype))
    count = text(f, product(statement.buffer.extents))
    at = f.unit.names.unique("k")
    pointer = f.pointer(statement.buffer, True)
    f.add(f"for (int64_t {at} = 0; {at} < {count}; {at}++)")
    f.add(f"    {pointer}[{at}] = {value};")


def call(f: Function, statement: Call) -> None:
    """Call a routine by its address in the runtime struct."""
    for buffer in statement.writes:
        f.pointer(buffer, True)
    arguments = [_argument(f, argument) for argument in statement.arguments]
    types = ", ".join(kind for kind, _ in arguments) or "void"
    values = ", ".join(value for _, value in arguments)
    result = statement.routine.result
    returned = "void" if result is None else scalar_type(result)
    address = routine(f, f"{returned} (*)({types})", statement.routine)
    called = f"{address}({values});"
    f.add(f"/* {statement.routine.name} */")
    if statement.result is None or result is None:
        f.add(called)
    else:
        f.add(f"const {returned} {f.bind(statement.result, result).c} = {called}")


def _argument(
    f: Function, argument: Expr | Address | RoutineAddress
) -> tuple[str, str]:
    if isinstance(argument, RoutineAddress):
        number = f.unit.program.routines.index(argument.routine)
        return "void *", f"runtime->routines[{number}]"
    if isinstance(argument, Address):
        place = position(f, argument.buffer, argument.subscripts)
        pointer = f.pointer(argument.buffer)
        return "void *", f"(void *)&{pointer}[{place}]"
    if argument.dtype == "float64":
        return "double", plain(f, argument)
    return "int64_t", text(f, argument)


def check(f: Function, statement: Check) -> None:
    """Leave with the check's number when its condition is false."""
    condition = plain(f, statement.condition)
    with f.block(f"if (!({condition}))"):
        values = statement.values[:CHECK_VALUES] if f.reports_values else ()
        for place, value in enumerate(values):
            f.uses_runtime = True
            f.add(f"runtime->values[{place}] = (double){text(f, value)};")
        f.leave(str(statement.number))
