"""Walks meet every part of a program, once."""

from __future__ import annotations

from tensorgraph.loops.ir import Const, For, If, Load, Name, Store, Update
from tensorgraph.loops.walk import (
    bodies,
    every_expression,
    expressions,
    loads,
    mentioned,
    postorder,
    statements,
    written,
)
from tests.loops.control import called, radon
from tests.loops.pieces import add, number
from tests.loops.programs import branches


def test_postorder_meets_shared_nodes_once() -> None:
    x = Name("x")
    twice = add(x, x)
    assert postorder(add(twice, twice))[:2] == [x, twice]
    assert len(postorder(add(twice, twice))) == 3


def test_postorder_is_as_deep_as_it_must_be() -> None:
    expr = number(0.0)
    for _ in range(50_000):
        expr = add(expr, number(1.0))
    assert len(postorder(expr)) == 100_001


def test_statements_go_inside() -> None:
    [_, loop, _] = branches().program.body
    kinds = [type(s).__name__ for s in statements((loop,))]
    assert kinds == ["For", "If", "Store", "Accumulate", "Store", "If", "Update"]
    assert isinstance(loop, For) and bodies(loop) == (loop.body,)
    first = loop.body[0]
    assert isinstance(first, If) and len(bodies(first)) == 2


def test_what_a_statement_reads_and_writes() -> None:
    fill, _, loop, _ = radon().body
    update = list(statements((loop,)))[-1]
    assert isinstance(update, Update)
    assert [b.name for b in written(update)] == ["ga"]
    assert [load.buffer.name for load in loads(update)] == ["x"]
    assert [b.name for b in mentioned(update)] == ["x", "ga"]
    assert written(fill)[0] is written(update)[0]


def test_calls() -> None:
    call = called().program.body[0]
    assert [b.name for b in written(call)] == ["out"]
    assert {b.name for b in mentioned(call)} == {"x", "out"}
    assert Const(0) in expressions(call)


def test_every_expression_of_a_program() -> None:
    program = radon()
    seen = [node for e in every_expression(program) for node in postorder(e)]
    stores = [s for s in statements(program.body) if isinstance(s, Store)]
    assert program.plan.checks[0].condition in seen and stores[0].expr in seen
    assert any(isinstance(node, Load) for node in seen)
