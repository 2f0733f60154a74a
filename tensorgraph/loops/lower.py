"""From graphs to loop programs: calls each op's `lower`, schedules, plans memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GraphError, TensorGraphError
from tensorgraph.graph.node import Constant, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import applies
from tensorgraph.loops.build import Builder
from tensorgraph.loops.emit import Emitter
from tensorgraph.loops.ir import Plan, Program
from tensorgraph.loops.memory import place_buffers
from tensorgraph.loops.prune import drop_unused_rows
from tensorgraph.loops.schedule import Schedule
from tensorgraph.loops.values import (
    Placed,
    Pointwise,
    Read,
    Reduced,
    Result,
    Scattered,
    Value,
)


@dataclass(frozen=True)
class Lowered:
    """A program, and the constants and shared variables behind its hidden inputs."""

    program: Program
    hidden: tuple[Variable, ...]


def lower(
    inputs: Sequence[Variable], outputs: Sequence[Variable], name: str = "function"
) -> Lowered:
    """The loop program that computes the outputs from the inputs."""
    builder = Builder()
    values: dict[Variable, Any] = {}
    for number, variable in enumerate(inputs):
        values[variable] = _input(builder, variable, f"x{number}")
    hidden = _lower_leaves(builder, outputs, values)
    lower_applies(builder, outputs, values)
    program = finish(builder, [values[v] for v in outputs], name)
    return Lowered(program, tuple(hidden))


def _input(builder: Builder, variable: Variable, fallback: str) -> Value:
    dtype, shape = variable.type.storage()
    name = variable.name if variable.name and variable.name.isidentifier() else fallback
    taken = {b.name for b in builder.inputs}
    within = _extremes(variable.value) if isinstance(variable, Constant) else None
    name = fallback if name in taken else name
    return builder.input(name, dtype, shape, within=within)


def _extremes(array: Any) -> tuple[int, int] | None:
    """The smallest and the largest element of an array of integers."""
    if array.dtype.kind not in "iu" or array.size == 0:
        return None
    return int(array.min()), int(array.max())


def _lower_leaves(
    builder: Builder, outputs: Sequence[Variable], values: dict[Variable, Any]
) -> list[Variable]:
    """Give every constant and shared variable its value; returns the hidden inputs."""
    hidden: list[Variable] = []
    leaves = dict.fromkeys(
        v
        for node in applies(outputs, stop=values)
        for v in node.inputs
        if v.owner is None
    )
    for variable in [*leaves, *outputs]:
        if variable in values or variable.owner is not None:
            continue
        if isinstance(variable, Constant):
            small = lower_constant(builder, variable)
            if small is not None:
                values[variable] = small
                continue
        elif not isinstance(variable, SharedVariable):
            raise GraphError(
                f"{variable!r} of type {variable.type} is needed but not an input.",
                remedy="Add it to the inputs of the function.",
            )
        values[variable] = _input(builder, variable, f"c{len(hidden)}")
        hidden.append(variable)
    return hidden


def lower_constant(builder: Builder, variable: Constant) -> Any:
    """A constant of one element as part of the code; None for larger ones."""
    try:
        dtype, shape = variable.type.storage()
    except NotImplementedError:
        return variable.value
    if any(length != 1 for length in shape):
        return None
    scalar = builder.constant(variable.value.item(), dtype)
    return builder.view(scalar, [builder.length(1)] * len(shape), lambda s: ())


def lower_applies(
    builder: Builder, outputs: Sequence[Variable], values: dict[Variable, Any]
) -> None:
    """Lower every apply that the outputs need, given the values of the leaves."""
    outer = builder.places
    for node in applies(outputs, stop=values):
        storage = [v.type.storage() for v in node.outputs]
        builder.dtypes = tuple(dtype for dtype, _ in storage)
        builder.shapes = tuple(shape for _, shape in storage)
        builder.places = node.places or outer
        try:
            made = as_list(node.op.lower(builder, *[values[v] for v in node.inputs]))
        except TensorGraphError as error:
            error.places = error.places or node.places
            raise
        values.update(zip(node.outputs, made, strict=True))


def lower_inside(
    builder: Builder, inputs: Mapping[Variable, Any], outputs: Sequence[Variable]
) -> list[Value]:
    """Lower an inner graph in the middle of an op's `lower`, with values for its
    inputs.
    """
    before = builder.dtypes, builder.shapes, builder.places
    values: dict[Variable, Any] = dict(inputs)
    for node in applies(outputs, stop=values):
        for v in node.inputs:
            if v not in values and isinstance(v, Constant):
                values[v] = lower_constant(builder, v)
    for v in outputs:
        if v not in values and isinstance(v, Constant):
            values[v] = lower_constant(builder, v)
    lower_applies(builder, outputs, values)
    builder.dtypes, builder.shapes, builder.places = before
    return [values[v] for v in outputs]


def finish(builder: Builder, outputs: Sequence[Value], name: str) -> Program:
    """Schedule the values of the outputs and write the program."""
    final: list[Value] = []
    for value in outputs:
        direct = isinstance(value, Pointwise | Reduced | Scattered | Placed | Result)
        final.append(
            value if direct and value not in final else _copied(builder, value)
        )
    drop_unused_rows(final)
    emitter = Emitter(Schedule(final))
    body = emitter.program()
    placements, workspace = place_buffers(emitter.lives)
    plan = Plan(
        (*builder.entry_checks, *emitter.entry_checks),
        tuple(v.extents for v in final),
        workspace,
    )
    return Program(
        name, tuple(builder.inputs), tuple(emitter.homes.outputs), plan, tuple(body),
        placements, tuple(builder.checks), tuple(emitter.routines),
    )  # fmt: skip


def _copied(builder: Builder, value: Value) -> Any:
    return builder.map(
        value.extents, value.dtype, (value,), lambda s: Read(value, s), cost=0
    )
