"""Walks over expressions and statements, without recursion on expressions."""

from __future__ import annotations

from collections.abc import Iterator

from tensorgraph.loops.ir import (
    Accumulate,
    Address,
    Buffer,
    Call,
    Carry,
    Cast,
    Check,
    Expr,
    Fill,
    For,
    If,
    Let,
    Load,
    Program,
    Routine,
    Scalar,
    Select,
    Set,
    Stmt,
    Store,
    Update,
    While,
)


def operands(expr: Expr) -> tuple[Expr, ...]:
    """The expressions that `expr` is computed from, subscripts included."""
    match expr:
        case Load():
            return expr.subscripts
        case Scalar():
            return expr.arguments
        case Select():
            return (expr.condition, expr.a, expr.b)
        case Cast():
            return (expr.a,)
    return ()


def postorder(expr: Expr) -> list[Expr]:
    """Every distinct node object of an expression once, operands first.

    >>> from tensorgraph.loops.ir import Cast, Const
    >>> [type(node).__name__ for node in postorder(Cast(Const(2), "float64"))]
    ['Const', 'Cast']
    """
    order: list[Expr] = []
    seen: set[int] = set()
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


def bodies(statement: Stmt) -> tuple[tuple[Stmt, ...], ...]:
    """The statement lists inside a loop or a branch."""
    match statement:
        case For() | While():
            return (statement.body,)
        case If():
            return (statement.then, statement.otherwise)
    return ()


def statements(body: tuple[Stmt, ...]) -> Iterator[Stmt]:
    """Every statement of a body and of the bodies inside, in the order of the text."""
    for statement in body:
        yield statement
        for inner in bodies(statement):
            yield from statements(inner)


def expressions(statement: Stmt) -> tuple[Expr, ...]:
    """The expressions that one statement evaluates itself, bodies not included."""
    match statement:
        case For():
            return (statement.start, statement.stop)
        case If() | While():
            return (statement.condition,)
        case Let() | Carry() | Set() | Accumulate() | Fill():
            return (statement.expr,)
        case Store() | Update():
            return (*statement.subscripts, statement.expr)
        case Check():
            return (statement.condition, *statement.values)
        case Call():
            return tuple(
                e for argument in statement.arguments for e in _scalars(argument)
            )
    return ()


def _scalars(argument: object) -> tuple[Expr, ...]:
    if isinstance(argument, Address):
        return argument.subscripts
    return (argument,) if isinstance(argument, Expr) else ()


def called(statement: Stmt) -> Iterator[Routine]:
    """The routines that expressions of one statement call, bodies not included."""
    for expr in expressions(statement):
        for node in postorder(expr):
            if isinstance(node, Scalar) and node.function.routine is not None:
                yield node.function.routine


def loads(statement: Stmt) -> Iterator[Load]:
    """Every load of one statement, bodies not included."""
    for expr in expressions(statement):
        for node in postorder(expr):
            if isinstance(node, Load):
                yield node


def written(statement: Stmt) -> tuple[Buffer, ...]:
    """The buffers that one statement writes itself, bodies not included."""
    match statement:
        case Store() | Update() | Fill():
            return (statement.buffer,)
        case Call():
            return statement.writes
    return ()


def mentioned(statement: Stmt) -> Iterator[Buffer]:
    """The buffers that one statement reads or writes itself, bodies not included."""
    yield from (load.buffer for load in loads(statement))
    yield from written(statement)
    if isinstance(statement, Call):
        yield from statement.reads
        yield from (a.buffer for a in statement.arguments if isinstance(a, Address))


def every_expression(program: Program) -> Iterator[Expr]:
    """Every expression of a program, with those of its plan and of buffer extents."""
    for buffer in (*program.inputs, *program.outputs):
        yield from buffer.extents
    for check in program.plan.checks:
        yield from expressions(check)
    for extents in program.plan.output_extents:
        yield from extents
    yield program.plan.workspace_bytes
    for placement in program.placements:
        yield from (*placement.buffer.extents, placement.offset)
    for statement in statements(program.body):
        yield from expressions(statement)
        for buffer in mentioned(statement):
            yield from buffer.extents
