"""Expressions as Python text; long or repeated parts become variables first."""

from __future__ import annotations

import re

from tensorgraph.backends.numba.function import Function
from tensorgraph.backends.numba.spelling import (
    FLOATS,
    cast,
    from_memory,
    in_memory,
    in_registers,
    literal,
    of_complex,
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
from tensorgraph.loops.show import infix
from tensorgraph.loops.walk import operands, postorder

LONGEST = 100
"""A part with a longer text gets a variable of its own."""

KEEPS_TYPE = ("+", "-", "*")
GIVES_DOUBLE = r"(tg_|math\.(?!floor|ceil|trunc))\w+\(\{0\}(, \{1\})?\)"
NATURAL = ("int64", "uint64", "float32", "float64", "complex64", "complex128")
"""Dtypes whose sums and products Numba infers to be of the same dtype."""


def text(f: Function, expr: Expr) -> str:
    """The value of an expression; lines for its variables are added to the function."""
    nodes = postorder(expr)
    uses = _uses(nodes)
    texts: dict[int, str] = {}
    for node in nodes:
        spelled = _node(f, node, texts)
        if node is not expr and _deserves_variable(node, spelled, uses[id(node)]):
            spelled = f.temporary(bare(spelled))
        texts[id(node)] = spelled
    return texts[id(expr)]


def of_sizes(f: Function, expr: Expr) -> str:
    """The value of an expression of sizes, as a name or number of the first lines."""
    for node in postorder(expr):
        if id(node) not in f.settled:
            spelled = _node(f, node, f.settled)
            if not isinstance(node, Const | Size):
                spelled = f.first_name(bare(spelled))
            f.settled[id(node)] = spelled
    return f.settled[id(expr)]


def plain(f: Function, expr: Expr) -> str:
    """The value of an expression without parentheses around it."""
    return bare(text(f, expr))


def atom(f: Function, expr: Expr) -> str:
    """The value of an expression as a name or a number, which may be repeated."""
    spelled = text(f, expr)
    simple = spelled.isidentifier() or isinstance(expr, Const)
    return spelled if simple else f.temporary(bare(spelled))


def element(f: Function, buffer: Buffer, subscripts: tuple[Expr, ...]) -> str:
    """One element in memory, to be assigned to."""
    return _element(f, buffer, subscripts, [text(f, s) for s in subscripts])


def position(f: Function, buffer: Buffer, subscripts: tuple[Expr, ...]) -> str:
    """Where an element stands in its C-contiguous buffer."""
    return bare(_position(f, buffer, subscripts, [text(f, s) for s in subscripts]))


def bare(spelled: str) -> str:
    """The text without parentheses around the whole of it.

    >>> bare("((a + b))"), bare("(a) + (b)")
    ('a + b', '(a) + (b)')
    """
    while spelled.startswith("(") and spelled.endswith(")") and _closes_at_end(spelled):
        spelled = spelled[1:-1]
    return spelled


def _closes_at_end(spelled: str) -> bool:
    depth = 0
    for place, character in enumerate(spelled):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return place == len(spelled) - 1
    return False


def _uses(nodes: list[Expr]) -> dict[int, int]:
    """How often the text of each node is written."""
    uses = dict.fromkeys(map(id, nodes), 0)
    for node in nodes:
        if isinstance(node, Scalar):
            for number, argument in enumerate(node.arguments):
                uses[id(argument)] += node.function.python.count(f"{{{number}}}")
        else:
            for operand in operands(node):
                uses[id(operand)] += 1
    return uses


def _deserves_variable(node: Expr, spelled: str, uses: int) -> bool:
    if isinstance(node, Const | Index | Size) or spelled.isidentifier():
        return False
    return uses > 1 or len(spelled) > LONGEST


def _node(f: Function, node: Expr, texts: dict[int, str]) -> str:
    match node:
        case Const(value, dtype):
            return literal(value, dtype)
        case Name(name):
            return f.binding(name).value
        case Index(name):
            return f.binding(name).name
        case Size(number, axis):
            return f.size(number, axis)
        case Load(buffer, subscripts):
            spelled = _element(
                f, buffer, subscripts, [texts[id(s)] for s in subscripts]
            )
            return from_memory(spelled, buffer.dtype)
        case Scalar():
            return _scalar(f, node, [texts[id(a)] for a in node.arguments])
        case Select(condition, a, b):
            arms = ", ".join(bare(texts[id(e)]) for e in (condition, a, b))
            return f"select({arms})"
        case Cast(a, dtype):
            return cast(texts[id(a)], a.dtype, dtype)
    raise TypeError(f"{type(node).__name__} is no expression of the loop language")


def routine(f: Function, called: Routine) -> str:
    """The address of a routine in the runtime's table."""
    return f"{f.routines()}[{f.program.routines.index(called)}]"


def called(f: Function, by_address: Routine, result: str, arguments: list[str]) -> str:
    """A call of a routine by its address in the runtime's table."""
    several = ", ".join(arguments) + ("," if len(arguments) == 1 else "")
    return f"call_{result}({routine(f, by_address)}, ({several}))"


def _scalar(f: Function, node: Scalar, arguments: list[str]) -> str:
    if node.function.routine is not None:
        doubles = [
            cast(bare(text), argument.dtype, "float64")
            for text, argument in zip(arguments, node.arguments, strict=True)
        ]
        found = called(f, node.function.routine, "float64", doubles)
        return cast(found, "float64", node.dtype)
    whole = node.dtype.startswith("complex")
    template = of_complex(node.function.python) if whole else node.function.python
    spelled = _filled(template, arguments)
    operator = infix(node.function)
    if operator in KEEPS_TYPE and node.dtype in NATURAL:
        return spelled
    if operator == "/" and node.dtype in FLOATS:
        return spelled
    if node.dtype == "bool":
        return spelled
    if node.dtype == "float64" and re.fullmatch(GIVES_DOUBLE, node.function.python):
        return spelled
    return f"{in_registers(node.dtype)}({bare(spelled)})"


def _filled(template: str, arguments: list[str]) -> str:
    """A spelling with its arguments, bare where a comma or a parenthesis ends them."""
    for number, argument in enumerate(arguments):
        alone = rf"(?<=[(,] )\{{{number}\}}(?=[,)])|(?<=\w\()\{{{number}\}}(?=[,)])"
        template = re.sub(alone, lambda _, a=argument: bare(a), template)  # type: ignore[misc]
    return template.format(*arguments)


def _element(
    f: Function, buffer: Buffer, subscripts: tuple[Expr, ...], texts: list[str]
) -> str:
    pointer = f.pointer(buffer)
    if not buffer.strided:
        return f"{pointer}[{bare(_position(f, buffer, subscripts, texts))}]"
    steps = [
        f"{subscript} * {f.stride(buffer, axis)}"
        for axis, subscript in enumerate(_wide(subscripts, texts))
        if subscript != "0"
    ]
    return f"{in_memory(buffer.dtype)}_at({' + '.join([pointer, *steps])})[0]"


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
        spelled if subscript.dtype == "int64" else f"int64({bare(spelled)})"
        for subscript, spelled in zip(subscripts, texts, strict=True)
    ]
