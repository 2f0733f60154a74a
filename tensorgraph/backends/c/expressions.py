"""Expressions as C text; long or repeated parts become variables first."""

from __future__ import annotations

import re
from collections import Counter

from tensorgraph.backends.c.function import Function
from tensorgraph.backends.c.spelling import (
    NARROW,
    bare,
    called,
    cast,
    from_memory,
    literal,
    memory_type,
    of_complex,
    scalar_type,
    times_used,
)
from tensorgraph.loops.ir import (
    Buffer,
    Cast,
    Const,
    Expr,
    Index,
    Load,
    Name,
    Routine,
    Scalar,
    Select,
    Size,
)
from tensorgraph.loops.walk import operands

LONGEST = 80
"""A part with a longer text gets a variable of its own."""

SHORT_LOAD = 24
"""A load with a longer text is not written twice."""

EFFORT = re.compile(r"\w[\[(]")
"""A load or a call in the text of an expression."""

WORK = re.compile(r"[?/%]")
DIVISION = re.compile(r"[/%]|\w\(")
"""What may fail on a divisor of 0, or is a call that may."""

LEAVES = (Const, Name, Index, Size)

Texts = dict[int, str]


def text(f: Function, expr: Expr, wanted: str = "") -> str:
    """The value of an expression; lines for its variables are added to the function.

    Arithmetic on sizes moves to the first lines, under the wanted name if there is one.
    """
    if isinstance(expr, LEAVES):
        return _node(f, expr, {})
    if isinstance(expr, Scalar) and expr.dtype != "int64":
        short = _short(f, expr)
        if short is not None:
            return short
    nodes = _postorder(expr, f.known)
    uses = _uses(nodes)
    texts: Texts = dict(f.known)
    sizes = set(f.known)
    for node in nodes:
        spelled, last = _node(f, node, texts), node is expr
        if _is_size(node, sizes):
            sizes.add(id(node))
            if isinstance(node, Scalar) and (
                WORK.search(spelled) or uses[id(node)] > 1 or (last and wanted)
            ):
                spelled = f.fixed(node, bare(spelled), (last and wanted) or "size")
        elif not last and _deserves_variable(node, spelled, uses[id(node)]):
            spelled = f.temporary(node.dtype, bare(spelled))
        texts[id(node)] = spelled
    return texts[id(expr)]


def _short(f: Function, expr: Scalar) -> str | None:
    """A function of names and constants, which is most of a program; else None."""
    spelled = []
    for argument in expr.arguments:
        if not isinstance(argument, LEAVES):
            return None
        text = _node(f, argument, {})
        if isinstance(argument, Name) and not text.isidentifier():
            return None
        spelled.append(text)
    return _scalar(f, expr, spelled)


def plain(f: Function, expr: Expr) -> str:
    """The value of an expression without parentheses around it."""
    return bare(text(f, expr))


def element(
    f: Function, buffer: Buffer, subscripts: tuple[Expr, ...], write: bool
) -> str:
    """One element of a buffer, as something to read or to assign to."""
    return _element(f, buffer, subscripts, [text(f, s) for s in subscripts], write)


def position(f: Function, buffer: Buffer, subscripts: tuple[Expr, ...]) -> str:
    """Where an element stands in its C-contiguous buffer."""
    return bare(_position(f, buffer, subscripts, [text(f, s) for s in subscripts]))


def _postorder(expr: Expr, known: Texts) -> list[Expr]:
    """The nodes of an expression, operands first; none inside what has a name."""
    order: list[Expr] = []
    seen = set(known)
    stack: list[tuple[Expr, bool]] = [(expr, False)]
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((operand, False) for operand in reversed(operands(node)))
    return order


def _uses(nodes: list[Expr]) -> Counter[int]:
    """How often the text of each node is written."""
    uses: Counter[int] = Counter()
    for node in nodes:
        if isinstance(node, Scalar):
            for number, argument in enumerate(node.arguments):
                uses[id(argument)] += times_used(node.function.c, number)
        else:
            for operand in operands(node):
                uses[id(operand)] += 1
    return uses


def _is_size(node: Expr, sizes: set[int]) -> bool:
    """Whether a node is arithmetic on sizes that cannot fail."""
    if isinstance(node, Scalar) and node.dtype == "int64":
        divisor = node.arguments[-1]
        safe = not DIVISION.search(node.function.c) or (
            isinstance(divisor, Const) and divisor.value != 0
        )
        return safe and all(id(argument) in sizes for argument in node.arguments)
    return isinstance(node, Size) or (isinstance(node, Const) and node.dtype == "int64")


def _deserves_variable(node: Expr, spelled: str, uses: int) -> bool:
    if isinstance(node, Const | Index | Size) or spelled.isidentifier():
        return False
    if isinstance(node, Load) and len(spelled) <= SHORT_LOAD:
        return False
    return uses > 1 or len(spelled) > LONGEST


def _node(f: Function, node: Expr, texts: Texts) -> str:
    match node:
        case Const(value, dtype):
            return literal(value, dtype)
        case Name(name):
            return f.binding(name).value
        case Index(name):
            return f.binding(name).c
        case Size(number, axis):
            return f.size(number, axis)
        case Load(buffer, subscripts):
            places = [texts[id(s)] for s in subscripts]
            stored = _element(f, buffer, subscripts, places, False)
            return needing(f, from_memory(stored, buffer.dtype))
        case Scalar():
            return _scalar(f, node, [texts[id(a)] for a in node.arguments])
        case Select(condition, a, b):
            asked = texts[id(condition)]
            arms = [_arm(f, arm, texts[id(arm)], asked) for arm in (a, b)]
            return f"({asked} ? {arms[0]} : {arms[1]})"
        case Cast(a, dtype):
            return needing(f, cast(texts[id(a)], a.dtype, dtype))
    raise TypeError(f"{type(node).__name__} is no expression of the loop language")


def needing(f: Function, spelled: tuple[str, str | None]) -> str:
    """The text, with the function that it calls in the prelude."""
    text, function = spelled
    if function is not None:
        f.unit.prelude.need(function)
    return text


def _arm(f: Function, arm: Expr, spelled: str, asked: str) -> str:
    """One side of a choice; in a vector loop, loads and calls happen on both sides."""
    if f.in_vector_loop and EFFORT.search(spelled) and spelled not in asked:
        return f.temporary(arm.dtype, bare(spelled))
    return spelled


def _scalar(f: Function, node: Scalar, arguments: list[str]) -> str:
    for function, count in called(node.function.c):
        f.unit.prelude.call(function, count)
    if node.dtype == "int64" and all(isinstance(a, Const) for a in node.arguments):
        arguments = [f"(int64_t){a}" for a in arguments]
    template, needed = of_complex(node.function.c, node.arguments[0].dtype)
    for function in needed:
        f.unit.prelude.need(function)
    spelled = template.format(*arguments)
    if node.function.routine is not None:
        kind = f"double (*)({', '.join(['double'] * len(arguments))})"
        spelled = f"{routine(f, kind, node.function.routine)}({spelled})"
    return f"({scalar_type(node.dtype)}){spelled}" if node.dtype in NARROW else spelled


def routine(f: Function, kind: str, called: Routine) -> str:
    """A routine of the runtime's table, as a function to call."""
    f.uses_runtime = True
    return f"(({kind})runtime->routines[{f.unit.program.routines.index(called)}])"


# -- elements --------------------------------------------------------------------------


def _element(
    f: Function,
    buffer: Buffer,
    subscripts: tuple[Expr, ...],
    texts: list[str],
    write: bool,
) -> str:
    pointer = f.pointer(buffer, write)
    if not buffer.strided:
        return f"{pointer}[{bare(_position(f, buffer, subscripts, texts))}]"
    steps = [
        f"{subscript} * {f.stride(buffer, axis)}"
        for axis, subscript in enumerate(_wide(subscripts, texts))
        if subscript != "0"
    ]
    offset = " + ".join(steps) or "0"
    kind = memory_type(buffer.dtype)
    return f"*(const {kind} *)((const char *){pointer} + {offset})"


def _position(
    f: Function, buffer: Buffer, subscripts: tuple[Expr, ...], texts: list[str]
) -> str:
    place = "0"
    for subscript, extent in zip(_wide(subscripts, texts), buffer.extents, strict=True):
        if place == "0":
            place = subscript
        else:
            row = f"{place} * {text(f, extent)}"
            place = f"({row})" if subscript == "0" else f"({row} + {subscript})"
    return place


def _wide(subscripts: tuple[Expr, ...], texts: list[str]) -> list[str]:
    """The subscripts in 64 bits."""
    return [
        spelled if subscript.dtype == "int64" else f"(int64_t){spelled}"
        for subscript, spelled in zip(subscripts, texts, strict=True)
    ]
