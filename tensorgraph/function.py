"""`function`: from a graph to a compiled callable."""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.compiled import Compiled, Interpreted
from tensorgraph.errors import GraphError, RandomError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import ancestors, applies, graph_replace
from tensorgraph.graph.working import Working
from tensorgraph.loops.lower import lower
from tensorgraph.modes import chosen_mode, link
from tensorgraph.native._native import Callable
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.rewrites.phases import rewrite_graph

Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]]


def function(
    inputs: Sequence[Variable],
    outputs: Any = None,
    updates: Pairs = (),
    givens: Pairs = (),
    mode: str | None = None,
    name: str = "function",
    on_unused_input: str = "raise",
) -> Any:
    """Compile a graph into a callable.

    Parameters are positional or by name, in the order of `inputs`. Returns one value
    for a single output variable, else a list; scalars come as NumPy numbers, arrays as
    fresh C-contiguous arrays. `updates` maps shared variables to their values after the
    call; shared random generators that the graph draws from advance by themselves.
    `givens` replaces variables first. `mode` is "C", "FAST_COMPILE", "NUMBA" or
    "PYTHON".

    Raises `GraphError` for a missing, unused or repeated input; the callable raises
    `InputError` for arguments of the wrong dtype, rank or shape.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> f = tg.function([x], (x * x).sum())
    >>> f([1.0, 2.0])
    np.float64(5.0)
    """
    single = isinstance(outputs, Variable)
    listed = [outputs] if single else list(outputs or ())
    wanted = [v if isinstance(v, Variable) else as_tensor(v) for v in listed]
    changes = _checked_updates(updates)
    replaced = dict(givens)
    if replaced:
        graph = graph_replace([*wanted, *changes.values()], replaced)
        wanted = graph[: len(wanted)]
        changes = dict(zip(changes, graph[len(wanted) :], strict=True))
    changes = {**generator_updates([*wanted, *changes.values()], changes), **changes}
    _check_inputs(inputs, [*wanted, *changes.values()], on_unused_input)
    return _compile(list(inputs), wanted, changes, chosen_mode(mode), name, single)


def _compile(
    inputs: list[Variable], outputs: list[Variable],
    updates: dict[SharedVariable, Variable], mode: str, name: str, single: bool,
) -> Any:  # fmt: skip
    graph = rewrite_graph([*outputs, *updates.values()])
    compiled = Compiled(
        name, inputs, outputs, updates, graph, mode, single, [v.name for v in inputs]
    )
    if mode != "PYTHON":
        lowered = lower(inputs, graph, name)
        compiled.program, compiled.hidden = lowered.program, lowered.hidden
        compiled.linked = link(lowered.program, mode)
    return compiled.callable()


def _reduce(compiled: Any) -> tuple[Any, ...]:
    """How a function pickles: as its graph; code comes from the store or is rebuilt."""
    parts = compiled.keepalive
    return _compile, (
        parts.inputs, parts.outputs, parts.updates,
        parts.mode, parts.name, parts.single,
    )  # fmt: skip


copyreg.pickle(Callable, _reduce)
copyreg.pickle(Interpreted, _reduce)


def _checked_updates(updates: Pairs) -> dict[SharedVariable, Variable]:
    result: dict[SharedVariable, Variable] = {}
    for shared, value in dict(updates).items():
        if not isinstance(shared, SharedVariable):
            raise GraphError(f"Only shared variables can be updated, not {shared!r}.")
        new = value if isinstance(value, Variable) else as_tensor(value)
        if not shared.type.accepts(new.type):
            raise GraphError(
                f"The update of {shared!r} has type {new.type}, not {shared.type}.",
                remedy="Cast or reshape it; a shared variable keeps its type.",
            )
        result[shared] = new
    return result


def _check_inputs(
    inputs: Sequence[Variable], outputs: Sequence[Variable], unused: str
) -> None:
    needed = set(ancestors(outputs, stop=inputs))
    seen: set[Variable] = set()
    for v in inputs:
        if not isinstance(v, Variable) or isinstance(v, Constant | SharedVariable):
            raise GraphError(
                f"{v!r} cannot be an input of a function.",
                remedy="Inputs are variables; shared variables and constants come by "
                "themselves.",
            )
        if v in seen:
            raise GraphError(f"Input {v!r} is listed twice.")
        if v not in needed and unused == "raise":
            raise GraphError(
                f"Input {v!r} is not used by the outputs.",
                remedy='Remove it, or pass on_unused_input="ignore".',
            )
        seen.add(v)
    for v in needed - seen:
        if v.owner is None and not isinstance(v, Constant | SharedVariable):
            raise GraphError(
                f"The outputs need {v!r} of type {v.type}, which is not an input.",
                remedy="Add it to the inputs, or give it a value with givens.",
            )


def generator_updates(
    outputs: Sequence[Variable], given: Mapping[SharedVariable, Variable]
) -> dict[SharedVariable, Variable]:
    """The states after the call of the shared generators that a graph draws from.

    Equal draws, such as those of a clone, are one. Raises `RandomError` when two others
    read one state: their noise would be the same.
    """
    if not any(node.op.successors for node in applies(outputs)):
        return {}
    readers: dict[Variable, list[tuple[Apply, int]]] = {}
    for node in applies(Working(outputs).finish()):
        for source, target in node.op.successors.items():
            readers.setdefault(node.inputs[source], []).append((node, target))
    found: dict[SharedVariable, Variable] = {}
    for start in list(readers):
        if isinstance(start, SharedVariable) and start not in given:
            found[start] = _last_state(start, readers)
    return found


def _last_state(
    state: Variable, readers: Mapping[Variable, Sequence[tuple[Apply, int]]]
) -> Variable:
    while state in readers:
        nodes = readers[state]
        if len(nodes) > 1:
            raise RandomError(
                f"Two draws read the state {state!r}, so their noise would be "
                "the same.",
                places=[p for n, _ in nodes for p in n.places],
                remedy="Give each its own generator, or chain them through the state.",
            )
        node, target = nodes[0]
        state = node.outputs[target]
    return state
