"""From graphs to loop programs: calls each op's `lower`, schedules, plans memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tensorgraph.errors import GraphError, ShapeError, TensorGraphError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import applies
from tensorgraph.loops.build import Builder
from tensorgraph.loops.emit import Emitter
from tensorgraph.loops.ir import Plan, Program
from tensorgraph.loops.memory import place_buffers
from tensorgraph.loops.profile import Span, Timed, with_clock
from tensorgraph.loops.prune import drop_unused_rows
from tensorgraph.loops.schedule import Schedule
from tensorgraph.loops.values import (
    ComputedLength,
    Placed,
    Pointwise,
    Read,
    Reduced,
    Reshaped,
    Result,
    Scattered,
    Value,
)


@dataclass(frozen=True)
class Lowered:
    """A program, and the constants and shared variables behind its hidden inputs.

    `timed` are the loop nests whose times the program adds up, if it was asked to; then
    its last input and its last output are the counters, before and after.
    """

    program: Program
    hidden: tuple[Variable, ...]
    timed: tuple[Timed, ...] = ()


def lower(
    inputs: Sequence[Variable],
    outputs: Sequence[Variable],
    name: str = "function",
    profile: bool = False,
) -> Lowered:
    """The loop program that computes the outputs from the inputs.

    With `profile` it reads the clock between its loop nests. Raises ComputedLength when
    a length is known only after a part of the program has run.
    """
    builder = Builder()
    values: dict[Variable, Any] = {}
    for number, variable in enumerate(inputs):
        values[variable] = _input(builder, variable, f"x{number}")
    try:
        _lower_graph(builder, outputs, values)
    except ComputedLength as error:
        error.variable = _variable_of(error, values)
        raise
    spans: list[Span] = []
    program = finish(builder, [values[v] for v in outputs], name, spans)
    if not profile:
        return Lowered(program, tuple(builder.hidden))
    program, timed = with_clock(program, spans)
    return Lowered(program, tuple(builder.hidden), timed)


def _variable_of(error: ComputedLength, values: Mapping[Variable, Any]) -> Variable:
    """The variable of a length that has to be computed first."""
    for variable, value in values.items():
        if value is error.value:
            return variable
    raise ShapeError(
        "A length inside a loop depends on values that the loop computes.",
        places=error.places,
        remedy="Compute the length before the loop, or make room for the largest.",
    )


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


def _lower_graph(
    builder: Builder, outputs: Sequence[Variable], values: dict[Variable, Any]
) -> None:
    """Give the outputs their values, and all that they need, constants first."""
    nodes = applies(outputs, stop=values)
    leaves = dict.fromkeys(v for node in nodes for v in node.inputs if v.owner is None)
    for variable in [*leaves, *outputs]:
        if variable not in values and variable.owner is None:
            values[variable] = lower_leaf(builder, variable)
    _lower_applies(builder, nodes, values)


def lower_leaf(builder: Builder, variable: Variable) -> Any:
    """A constant or a shared variable: part of the code, or a hidden input."""
    if isinstance(variable, Constant):
        small = lower_constant(builder, variable)
        if small is not None:
            return small
    elif not isinstance(variable, SharedVariable):
        raise GraphError(
            f"{variable!r} of type {variable.type} is needed but not an input.",
            remedy="Add it to the inputs of the function.",
        )
    if variable not in builder.hidden:
        value = _input(builder, variable, f"c{len(builder.hidden)}")
        builder.hidden[variable] = value
    return builder.hidden[variable]


def lower_constant(builder: Builder, variable: Constant) -> Any:
    """A constant of one element as part of the code; None for larger ones."""
    try:
        dtype, shape = variable.type.storage()
    except NotImplementedError:
        return variable.value
    if any(length != 1 for length in shape):
        return None
    return builder.constant(variable.value.item(), dtype, len(shape))


def _lower_applies(
    builder: Builder, nodes: Sequence[Apply], values: dict[Variable, Any]
) -> None:
    """Lower applies in their order, given the values of the leaves."""
    outer = builder.places
    for node in nodes:
        storage = [v.type.storage() for v in node.outputs]
        builder.dtypes = tuple(dtype for dtype, _ in storage)
        builder.shapes = tuple(shape for _, shape in storage)
        builder.places = node.places or outer
        try:
            made = as_list(node.op.lower(builder, *[values[v] for v in node.inputs]))
        except TensorGraphError as error:
            error.places = error.places or node.places
            raise
        for output, value in zip(node.outputs, made, strict=True):
            values.setdefault(output, value)  # some outputs may be inputs


def lower_inside(
    builder: Builder, inputs: Mapping[Variable, Any], outputs: Sequence[Variable]
) -> list[Value]:
    """Lower an inner graph in the middle of an op's `lower`, with values for its
    inputs.
    """
    before = builder.dtypes, builder.shapes, builder.places
    values: dict[Variable, Any] = dict(inputs)
    _lower_graph(builder, outputs, values)
    builder.dtypes, builder.shapes, builder.places = before
    return [values[v] for v in outputs]


def finish(
    builder: Builder,
    outputs: Sequence[Value],
    name: str,
    spans: list[Span] | None = None,
) -> Program:
    """Schedule the values of the outputs and write the program.

    `spans` is told which statements belong to which nest.
    """
    final: list[Value] = []
    made: set[Value] = set()
    for value in outputs:
        source = value.operands[0] if _sees_memory(value) else value
        direct = isinstance(source, Pointwise | Reduced | Scattered | Placed | Result)
        final.append(
            value if direct and source not in made else _copied(builder, value)
        )
        made.add(source)
    if builder.has_loops:
        drop_unused_rows(final)
    emitter = Emitter(Schedule(final))
    body = emitter.program()
    if spans is not None:
        spans.extend(emitter.spans)
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


def _sees_memory(value: Value) -> bool:
    """Whether an output is an array under other extents, made in its memory."""
    return bool(isinstance(value, Reshaped) and value.ndim and value.operands[0].ndim)


def _copied(builder: Builder, value: Value) -> Any:
    return builder.map(
        value.extents, value.dtype, (value,), lambda s: Read(value, s), cost=0
    )
