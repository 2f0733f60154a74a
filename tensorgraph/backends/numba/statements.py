"""Statements as lines of Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tensorgraph.backends.numba.expressions import (
    atom,
    bare,
    called,
    element,
    plain,
    position,
    routine,
    text,
)
from tensorgraph.backends.numba.function import Binding, Frame, Function
from tensorgraph.backends.numba.spelling import (
    combined,
    from_memory,
    literal,
    neutral,
    to_memory,
)
from tensorgraph.loops.arithmetic import product
from tensorgraph.loops.ir import (
    BLOCK,
    LANES,
    Accumulate,
    Accumulator,
    Address,
    Call,
    Carry,
    Check,
    Expr,
    Fill,
    For,
    If,
    Let,
    RoutineAddress,
    Set,
    Stmt,
    Store,
    Update,
    While,
)
from tensorgraph.loops.walk import statements as inside

POLL_LIGHT, POLL_HEAVY = 4095, 63
"""An outermost loop looks at the stop flag when these bits of its index are 0."""

SHORT = 24
"""A body of more statements is not printed twice."""

CHECK_VALUES = 8
"""TG_CHECK_VALUES of native/abi.h."""


def body(f: Function, statements: Iterable[Stmt]) -> None:
    """Add the lines of several statements."""
    for statement in statements:
        write(f, statement)


def write(f: Function, statement: Stmt) -> None:
    """Add the lines of one statement."""
    match statement:
        case For():
            loop(f, statement)
        case While():
            repeat(f, statement)
        case If():
            branch(f, statement)
        case Let(name, expr) | Carry(name, expr):
            value = plain(f, expr)
            f.add(f"{f.bind(name, expr.dtype).name} = {value}")
        case Set(name, expr):
            f.add(f"{f.binding(name).name} = {plain(f, expr)}")
        case Accumulator(name, combine, dtype):
            accumulator(f, f.bind(name, dtype, combine))
        case Accumulate(name, _, expr):
            accumulate(f, f.binding(name), expr)
        case _:
            effect(f, statement)


def effect(f: Function, statement: Stmt) -> None:
    """Add the lines of a statement that writes memory, calls or checks."""
    match statement:
        case Fill():
            fill(f, statement)
        case Store(buffer, subscripts, expr):
            value = to_memory(plain(f, expr), buffer.dtype)
            f.add(f"{element(f, buffer, subscripts)} = {value}")
        case Update():
            update(f, statement)
        case Call():
            call(f, statement)
        case Check():
            check(f, statement)
        case _:
            kind = type(statement).__name__
            raise TypeError(f"{kind} is no statement of the loop language")


# -- loops -----------------------------------------------------------------------------


def loop(f: Function, statement: For) -> None:
    """A loop; where its body adds to sums it is cut into blocks."""
    start, stop = atom(f, statement.start), atom(f, statement.stop)
    sums = [f.binding(name) for name in accumulated(statement)]
    totals = [binding for binding in sums if binding.is_total]
    if totals:
        blocks(f, statement, start, stop, totals)
        return
    mask = _poll_mask(f, statement)
    index = f.names.unique(statement.index)
    with f.block(_head(index, start, stop, statement.step)), f.loop(Frame()):
        if mask is not None:
            poll(f, f"not ({index} & {mask}) and ")
        rows(f, statement, index)


def blocks(
    f: Function, statement: For, start: str, stop: str, totals: list[Binding]
) -> None:
    """A loop over blocks, each of which adds to lanes and then hands them over."""
    step, block = statement.step, f.names.unique("block")
    lanes = {b.name: f.names.unique(f"{b.name}_lanes") for b in totals}
    for total in totals:
        f.first[lanes[total.name]] = f"{lanes[total.name]} = {total.dtype}_lanes()"
    outermost = not f.frames
    with f.block(_head(block, start, stop, BLOCK * step)):
        if outermost:
            poll(f)
        for array in lanes.values():
            f.add(f"clear({array})")
        end = f"min({block} + {BLOCK * step}, {stop})"
        if vectorizes(statement):
            groups(f, statement, block, f.temporary(end), lanes)
        else:
            one_by_one(f, statement, block, end, lanes)
        for total in totals:
            join(f, total, f"sum_of({lanes[total.name]})")


def one_by_one(
    f: Function, statement: For, start: str, stop: str, lanes: dict[str, str]
) -> None:
    """A block whose iterations pass from lane to lane."""
    index, step = f.names.unique(statement.index), statement.step
    passed = f"({index} - {start})" + ("" if step == 1 else f" // {step}")
    frame = Frame(lanes, f"{passed} & {LANES - 1}")
    with f.block(_head(index, start, stop, step)), f.loop(frame):
        rows(f, statement, index)


def vectorizes(loop: For) -> bool:
    """Whether it pays to print a body twice, once for whole groups of lanes."""
    within = list(inside(loop.body))
    plain_body = all(isinstance(s, Let | Store | Accumulate | Check) for s in within)
    return (
        loop.order == "any" and loop.step == 1 and plain_body and len(within) <= SHORT
    )


def groups(
    f: Function, statement: For, start: str, stop: str, lanes: dict[str, str]
) -> None:
    """A block as whole groups of lanes, which LLVM makes vectors, and a rest."""
    full = f.temporary(f"{stop} - (({stop} - {start}) & {LANES - 1})")
    base, lane = f.names.unique("base"), f.names.unique("lane")
    with (
        f.block(_head(base, start, full, LANES)),
        f.block(_head(lane, "0", str(LANES), 1)),
        f.loop(Frame(lanes, lane)),
    ):
        index = f.names.unique(statement.index)
        f.add(f"{index} = {base} + {lane}")
        rows(f, statement, index)
    one_by_one(f, statement, full, stop, lanes)


def rows(f: Function, statement: For, index: str) -> None:
    """The body of a loop with its index."""
    f.rename(statement.index, index)
    body(f, statement.body)


def repeat(f: Function, statement: While) -> None:
    """A while loop, which looks at the stop flag each time."""
    with f.block("while True:"), f.loop(Frame()):
        f.add(f"if not ({plain(f, statement.condition)}):")
        f.add("    break")
        poll(f)
        body(f, statement.body)


def branch(f: Function, statement: If) -> None:
    """One of two bodies."""
    with f.block(f"if {plain(f, statement.condition)}:"):
        body(f, statement.then)
    if statement.otherwise:
        with f.block("else:"):
            body(f, statement.otherwise)


def poll(f: Function, when: str = "") -> None:
    """Leave when somebody asked long loops to stop."""
    f.add(f"if {when}stop_asked(runtime):")
    f.add("    return -1")


def _poll_mask(f: Function, loop: For) -> int | None:
    """How often an outermost loop polls; a plain vector loop never does."""
    heavy = any(isinstance(s, For | While | Call | Fill) for s in inside(loop.body))
    if f.frames or not (heavy or loop.order == "in_order"):
        return None
    return POLL_HEAVY if heavy else POLL_LIGHT


def _head(index: str, start: str, stop: str, step: int) -> str:
    limits = [stop] if start == "0" and step == 1 else [start, stop]
    steps = [] if step == 1 else [str(step)]
    return f"for {index} in range({', '.join([*limits, *steps])}):"


# -- reductions ------------------------------------------------------------------------


def own(statements: Iterable[Stmt]) -> Iterator[Stmt]:
    """The statements that run once in each iteration: inner loops are left out."""
    for statement in statements:
        yield statement
        if isinstance(statement, If):
            yield from own((*statement.then, *statement.otherwise))


def accumulated(loop: For) -> list[str]:
    """The accumulators from outside to which the loop's own body adds."""
    inner = {s.name for s in own(loop.body) if isinstance(s, Accumulator)}
    names = (s.name for s in own(loop.body) if isinstance(s, Accumulate))
    return [name for name in dict.fromkeys(names) if name not in inner]


def accumulator(f: Function, binding: Binding) -> None:
    """Declare a reduction that has not begun."""
    assert binding.combine is not None
    f.add(f"{binding.name} = {neutral(binding.combine, binding.dtype)}")
    if binding.is_total:
        f.add(f"{binding.name}_rest = {literal(0, binding.dtype)}")


def accumulate(f: Function, binding: Binding, expr: Expr) -> None:
    """Add one term: to a lane of the loop around it, or directly."""
    lanes = f.frames[-1].lanes.get(binding.name) if f.frames else None
    if lanes is not None:
        f.add(f"{lanes}[{f.frames[-1].lane}] += {plain(f, expr)}")
    elif binding.is_total:
        join(f, binding, plain(f, expr))
    else:
        assert binding.combine is not None
        term = atom(f, expr)
        value = combined(binding.combine, binding.dtype, binding.name, term)
        f.add(f"{binding.name} = {value}")


def join(f: Function, total: Binding, term: str) -> None:
    """Add a term to a sum, with Neumaier's compensation while the sum is finite."""
    s, t = total.name, f.temporary(term)
    n = f.temporary(f"{s} + {t}")
    f.add(f"{s}_rest += lost({s}, {t}, {n})")
    f.add(f"{s} = {n}")


# -- memory, calls, checks -------------------------------------------------------------


def fill(f: Function, statement: Fill) -> None:
    """Set every element of a buffer."""
    value = to_memory(atom(f, statement.expr), statement.buffer.dtype)
    count, at = atom(f, product(statement.buffer.extents)), f.names.unique("k")
    f.add(f"for {at} in range({count}):")
    f.add(f"    {f.pointer(statement.buffer)}[{at}] = {value}")


def update(f: Function, statement: Update) -> None:
    """Combine an element in memory with a value."""
    dtype, value = statement.buffer.dtype, atom(f, statement.expr)
    place = element(f, statement.buffer, statement.subscripts)
    old = f.temporary(from_memory(place, dtype))
    new = combined(statement.combine, dtype, old, value)
    f.add(f"{place} = {to_memory(new, dtype)}")


def call(f: Function, statement: Call) -> None:
    """Call a routine by its address in the runtime struct."""
    arguments = [_argument(f, argument) for argument in statement.arguments]
    result = statement.routine.result
    line = called(f, statement.routine, result or "nothing", arguments)
    if statement.result is not None and result is not None:
        line = f"{f.bind(statement.result, result).name} = {line}"
    f.add(f"{line}  # {statement.routine.name}")


def _argument(f: Function, argument: Expr | Address | RoutineAddress) -> str:
    if isinstance(argument, RoutineAddress):
        return routine(f, argument.routine)
    if isinstance(argument, Address):
        place = position(f, argument.buffer, argument.subscripts)
        return f"address_of({f.pointer(argument.buffer)}, {place})"
    return bare(text(f, argument))


def check(f: Function, statement: Check) -> None:
    """Leave with the check's number when its condition is false."""
    with f.block(f"if not ({plain(f, statement.condition)}):"):
        for place, value in enumerate(statement.values[:CHECK_VALUES]):
            if f.has_runtime:
                f.add(f"{f.values()}[{place}] = float64({plain(f, value)})")
        f.add(f"return {statement.number}")
