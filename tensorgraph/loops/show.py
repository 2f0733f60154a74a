"""Programs as text, the way a person reads them; tests compare this text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Address,
    Buffer,
    Call,
    Carry,
    Cast,
    Check,
    CheckInfo,
    Const,
    Expr,
    Fill,
    For,
    If,
    Index,
    Let,
    Load,
    Name,
    Program,
    RoutineAddress,
    Scalar,
    ScalarFunction,
    Select,
    Set,
    Size,
    Stmt,
    Store,
    Update,
    While,
)
from tensorgraph.loops.walk import every_expression, mentioned, postorder, statements

PRECEDENCE = {
    "or": 2, "and": 3, "not": 4,
    "<": 5, "<=": 5, ">": 5, ">=": 5, "==": 5, "!=": 5,
    "|": 6, "^": 7, "&": 8, "<<": 9, ">>": 9, "+": 10, "-": 10,
    "*": 11, "/": 11, "//": 11, "%": 11, "~": 12, "**": 13,
}  # fmt: skip
TERNARY, COMPARISON, UNARY, ATOM = 1, 5, 12, 14
ASSOCIATIVE = {"or", "and"}

Piece = str | tuple[Expr, int]

SIZE_LETTERS = "nmklpqrstuvw"


def show(program: Program, *, memory: bool = False) -> str:
    """The text of a program; `memory=True` adds the workspace and what lies where.

    >>> from tensorgraph.loops.arithmetic import plus
    >>> from tensorgraph.loops.ir import Plan
    >>> x = Buffer("x", "float64", (Size(0, 0),), "input")
    >>> out = Buffer("out", "float64", (Size(0, 0),), "output")
    >>> element = Load(x, (Index("i"),))
    >>> double = Store(out, (Index("i"),), plus(element, element))
    >>> loop = For("i", Const(0), Size(0, 0), (double,))
    >>> plan = Plan((), ((Size(0, 0),),), Const(0))
    >>> print(show(Program("double", (x,), (out,), plan, (loop,))))
    kernel double(x: f64[n]) -> out: f64[n]
      for i in n
        out[i] = x[i] + x[i]
    """
    text = _Text(size_names(program), {info.number: info for info in program.checks})
    lines = [text.head(program)]
    lines += (f"  entry {line}" for c in program.plan.checks for line in text.lines(c))
    if memory:
        lines += text.memory(program)
    lines += (f"  {line}" for line in text.body(program.body))
    return "\n".join(lines)


def show_expression(
    expr: Expr, sizes: Mapping[tuple[int, int], str] | None = None
) -> str:
    """The text of an expression, with as few parentheses as Python needs.

    `sizes` names the extents of the inputs, as `size_names` returns them.
    """
    names = {} if sizes is None else sizes
    out: list[str] = []
    stack: list[Piece] = [(expr, 0)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            out.append(piece)
        else:
            stack.extend(reversed(_pieces(*piece, names)))
    return "".join(out)


def show_statement(
    statement: Stmt, sizes: Mapping[tuple[int, int], str] | None = None
) -> str:
    """The text of one statement; of a loop or a branch only its first line."""
    return next(_Text({} if sizes is None else sizes, {}).lines(statement))


def infix(function: ScalarFunction) -> str | None:
    """The operator between two arguments, such as "+", read off the spelling."""
    found = re.fullmatch(r"\(\{0\} (\S+) \{1\}\)", function.python)
    return found[1] if found and found[1] in PRECEDENCE else None


def prefix(function: ScalarFunction) -> str | None:
    """The operator before the argument of a function: "-", "~" or "not "."""
    found = re.fullmatch(r"\((-|~|not )\{0\}\)", function.python)
    return found[1] if found else None


def size_names(program: Program) -> dict[tuple[int, int], str]:
    """A short name for each (input, axis) whose extent the program mentions."""
    taken = {name for name in _names(program)}
    letters = (
        letter + number
        for number in itertools.chain([""], map(str, itertools.count(2)))
        for letter in SIZE_LETTERS
    )
    free = (name for name in letters if name not in taken)
    sizes = dict.fromkeys(
        (node.input, node.axis)
        for expr in every_expression(program)
        for node in postorder(expr)
        if isinstance(node, Size)
    )
    return dict(zip(sizes, free, strict=False))


def short_dtype(dtype: str) -> str:
    """f64 for float64, and so on."""
    kind, bits = re.fullmatch(r"([a-z]+)(\d*)", dtype).groups()  # type: ignore[union-attr]
    return dtype if not bits else kind[0] + bits


def _names(program: Program) -> Iterator[str]:
    for buffer in (*program.inputs, *program.outputs):
        yield buffer.name
    for statement in statements(program.body):
        yield from (buffer.name for buffer in mentioned(statement))
        match statement:
            case For():
                yield statement.index
            case Let() | Carry() | Accumulator():
                yield statement.name
            case Call(result=str() as result):
                yield result


def _pieces(
    expr: Expr, outer: int, sizes: Mapping[tuple[int, int], str]
) -> list[Piece]:
    match expr:
        case Const():
            text = _literal(expr)
            return _wrap([text], UNARY if text.startswith("-") else ATOM, outer)
        case Name() | Index():
            return [expr.name]
        case Size():
            key = (expr.input, expr.axis)
            return [sizes.get(key, f"size({expr.input}, {expr.axis})")]
        case Load():
            return element_pieces(expr.buffer, expr.subscripts)
        case Scalar():
            return _scalar_pieces(expr, outer)
        case Select():
            a, c, b = (
                (expr.a, TERNARY + 1),
                (expr.condition, TERNARY + 1),
                (expr.b, TERNARY),
            )
            return _wrap([a, " if ", c, " else ", b], TERNARY, outer)
        case Cast():
            return [short_dtype(expr.dtype), "(", (expr.a, 0), ")"]
    raise TypeError(f"{type(expr).__name__} is no expression of the loop language")


def element_pieces(buffer: Buffer, subscripts: tuple[Expr, ...]) -> list[Piece]:
    """``x[i, j]``; a buffer without axes is its bare name."""
    if not subscripts:
        return [buffer.name]
    return [buffer.name, "[", *_separated(subscripts), "]"]


def _separated(exprs: tuple[Expr, ...]) -> list[Piece]:
    pieces: list[Piece] = []
    for expr in exprs:
        pieces += [", ", (expr, 0)] if pieces else [(expr, 0)]
    return pieces


def _wrap(pieces: list[Piece], precedence: int, outer: int) -> list[Piece]:
    return pieces if precedence >= outer else ["(", *pieces, ")"]


def _scalar_pieces(expr: Scalar, outer: int) -> list[Piece]:
    operator, before = infix(expr.function), prefix(expr.function)
    if operator is not None and len(expr.arguments) == 2:
        precedence = PRECEDENCE[operator]
        chain = _chain(expr, operator)
        if chain is not None:
            return _wrap(chain, COMPARISON, outer)
        a, b = expr.arguments
        left = precedence + (operator == "**" or precedence == COMPARISON)
        right = precedence + (operator not in ASSOCIATIVE and operator != "**")
        return _wrap([(a, left), f" {operator} ", (b, right)], precedence, outer)
    if before is not None and len(expr.arguments) == 1:
        precedence = PRECEDENCE["not"] if before == "not " else UNARY
        return _wrap([before, (expr.arguments[0], precedence)], precedence, outer)
    return [expr.function.name, "(", *_separated(expr.arguments), ")"]


def _chain(expr: Scalar, operator: str) -> list[Piece] | None:
    """``low <= a < high`` for a conjunction of two comparisons that share `a`."""
    match expr.arguments:
        case (Scalar(f, (low, a)), Scalar(g, (again, high))) if a is again:
            first, second = infix(f), infix(g)
            if operator == "and" and first in ("<", "<=") and second in ("<", "<="):
                inner = COMPARISON + 1
                return [
                    (low, inner),
                    f" {first} ",
                    (a, inner),
                    f" {second} ",
                    (high, inner),
                ]
    return None


def _literal(expr: Const) -> str:
    if isinstance(expr.value, bool) or expr.dtype == "bool":
        return str(bool(expr.value))
    text = repr(expr.value.item() if hasattr(expr.value, "item") else expr.value)
    return text.removesuffix(".0")


class _Text:
    """Lines of statements, for one choice of size names and check messages."""

    def __init__(
        self, sizes: Mapping[tuple[int, int], str], checks: dict[int, CheckInfo]
    ) -> None:
        self.sizes = sizes
        self.checks = checks

    def expr(self, expr: Expr) -> str:
        return show_expression(expr, self.sizes)

    def element(self, buffer: Buffer, subscripts: tuple[Expr, ...]) -> str:
        return self.expr(Load(buffer, subscripts))

    def typed(self, buffer: Buffer) -> str:
        extents = ", ".join(map(self.expr, buffer.extents))
        more = " strided" if buffer.strided else ""
        if buffer.within is not None:
            more += " in {}..{}".format(*buffer.within)
        return f"{buffer.name}: {short_dtype(buffer.dtype)}[{extents}]{more}"

    def head(self, program: Program) -> str:
        inputs = ", ".join(map(self.typed, program.inputs))
        outputs = ", ".join(map(self.typed, program.outputs))
        return f"kernel {program.name}({inputs}) -> {outputs}"

    def memory(self, program: Program) -> Iterator[str]:
        yield f"  workspace {self.expr(program.plan.workspace_bytes)} bytes"
        for placement in program.placements:
            yield f"    {self.typed(placement.buffer)} at {self.expr(placement.offset)}"
        used = (b for s in statements(program.body) for b in mentioned(s))
        for buffer in dict.fromkeys(used):
            if buffer.alias_of is not None:
                yield f"    {self.typed(buffer)} is {buffer.alias_of.name}"

    def body(self, body: tuple[Stmt, ...]) -> Iterator[str]:
        for statement in body:
            yield from self.lines(statement)

    def block(self, head: str, body: tuple[Stmt, ...]) -> Iterator[str]:
        yield head
        yield from (f"  {line}" for line in self.body(body))

    def lines(self, statement: Stmt) -> Iterator[str]:
        match statement:
            case For():
                yield from self.block(self.loop_head(statement), statement.body)
            case While():
                yield from self.block(
                    f"while {self.expr(statement.condition)}", statement.body
                )
            case If():
                yield from self.block(
                    f"if {self.expr(statement.condition)}", statement.then
                )
                if statement.otherwise:
                    yield from self.block("else", statement.otherwise)
            case _:
                yield self.line(statement)

    def loop_head(self, loop: For) -> str:
        start, stop = self.expr(loop.start), self.expr(loop.stop)
        span = stop if isinstance(loop.start, Const) and loop.start.value == 0 else None
        head = f"for {loop.index} in {span or f'{start}..{stop}'}"
        head += f" step {loop.step}" if loop.step != 1 else ""
        return head + ("" if loop.order == "any" else f" {loop.order}")

    def line(self, statement: Stmt) -> str:
        match statement:
            case Let(name, expr):
                return f"let {name} = {self.expr(expr)}"
            case Carry(name, expr):
                return f"carry {name} = {self.expr(expr)}"
            case Set(name, expr):
                return f"set {name} = {self.expr(expr)}"
            case Accumulator(name, combine, dtype):
                return f"accumulator {name}: {short_dtype(dtype)} {combine}"
            case Accumulate(name, combine, expr):
                return f"accumulate {name} {combine} {self.expr(expr)}"
            case Fill(buffer, expr):
                return f"{buffer.name}[...] = {self.expr(expr)}"
            case Store(buffer, subscripts, expr):
                return f"{self.element(buffer, subscripts)} = {self.expr(expr)}"
            case Update(buffer, subscripts, combine, expr):
                place = self.element(buffer, subscripts)
                return f"update {place} {combine} {self.expr(expr)}"
            case Call():
                return self.call(statement)
            case Check():
                return self.check(statement)
        raise TypeError(
            f"{type(statement).__name__} is no statement of the loop language"
        )

    def call(self, call: Call) -> str:
        arguments = ", ".join(map(self.argument, call.arguments))
        result = "" if call.result is None else f"let {call.result} = "
        reads = f" reads {', '.join(b.name for b in call.reads)}" if call.reads else ""
        writes = (
            f" writes {', '.join(b.name for b in call.writes)}" if call.writes else ""
        )
        return f"{result}call {call.routine.name}({arguments}){reads}{writes}"

    def argument(self, argument: Expr | Address | RoutineAddress) -> str:
        if isinstance(argument, Address):
            return f"&{self.element(argument.buffer, argument.subscripts)}"
        if isinstance(argument, RoutineAddress):
            return f"&{argument.routine.name}"
        return self.expr(argument)

    def check(self, check: Check) -> str:
        head = f"check {check.number}: {self.expr(check.condition)}"
        info = self.checks.get(check.number)
        if info is None:
            return head
        values = [self.expr(value) for value in check.values]
        message = re.sub(
            r"\{(\d+)\}",
            lambda found: "{" + (dict(enumerate(values)).get(int(found[1]), "?")) + "}",
            info.message,
        )
        return f'{head} : "{message}"'
