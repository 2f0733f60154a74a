"""`function`: from a graph to a compiled callable."""

from __future__ import annotations

import copyreg
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.collector import paused
from tensorgraph.compiled import Compiled, Interpreted
from tensorgraph.errors import GraphError, RandomError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import ancestors, applies, graph_replace
from tensorgraph.graph.working import Working
from tensorgraph.loops.lower import Lowered, lower
from tensorgraph.loops.values import ComputedLength
from tensorgraph.modes import chosen_mode, link
from tensorgraph.native._native import Callable, Cell
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.profile import Profile
from tensorgraph.rewrites.inline import inline
from tensorgraph.rewrites.phases import ALL, rewrite_graph
from tensorgraph.staged import Staged

Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]]


def function(
    inputs: Sequence[Variable],
    outputs: Any = None,
    updates: Pairs = (),
    givens: Pairs = (),
    mode: str | None = None,
    name: str = "function",
    on_unused_input: str = "raise",
    profile: bool = False,
    trust_input: bool = False,
) -> Any:
    """Compile a graph into a callable.

    Parameters are positional or by name, in the order of `inputs`. Returns one value
    for a single output variable, else a list; scalars come as NumPy numbers, arrays as
    fresh C-contiguous arrays. `updates` maps shared variables to their values after the
    call; shared random generators that the graph draws from advance by themselves.
    `givens` replaces variables first. `mode` is "C", "FAST_COMPILE", "NUMBA" or
    "PYTHON". `on_unused_input` is "raise", "warn" or "ignore". With `profile` the
    function times its loop nests: ``f.profile()`` prints where the time goes.
    `trust_input` changes nothing: what fits is passed as it is, after checks that take
    a few nanoseconds an argument.

    The callable has ``copy``, ``dprint``, ``profile``, ``loops`` (the loop program) and
    ``source``, and it pickles; another process finds the machine code in the store.
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
    chosen = chosen_mode(mode)
    with paused():
        return _compile(list(inputs), wanted, changes, chosen, name, single, profile)


def _compile(
    inputs: list[Variable], outputs: list[Variable],
    updates: dict[SharedVariable, Variable], mode: str, name: str, single: bool,
    profile: bool = False, graph: list[Variable] | None = None,
) -> Any:  # fmt: skip
    """Rewrite, unless the rewritten graph is given, then lower and link."""
    if graph is None:
        graph = rewrite_graph([*outputs, *updates.values()], include=(*ALL, inline))
    names = [v.name for v in inputs]
    compiled = Compiled(
        name, inputs, outputs, updates, graph, mode, single, names, _compile
    )
    if mode != "PYTHON":
        lowered = _lower(compiled, profile)
        compiled.program, compiled.hidden = lowered.program, lowered.hidden
        compiled.counts = Profile(lowered.timed, Cell()) if profile else None
        compiled.linked = link(lowered.program, mode)
    return compiled.callable()


def _lower(compiled: Compiled, profile: bool) -> Lowered:
    """The loop program; lengths that a part of it computes get a function before it."""
    while True:
        inputs = [*compiled.lengths, *compiled.inputs]
        try:
            lowered = lower(inputs, compiled.graph, compiled.name, profile)
        except ComputedLength as error:
            if error.variable in compiled.lengths:
                raise
            compiled.lengths.append(error.variable)
        else:
            break
    if compiled.lengths:
        compiled.first = _compile(
            compiled.inputs, [*compiled.lengths], {}, compiled.mode, compiled.name,
            False, graph=[*compiled.lengths],
        )  # fmt: skip
    return lowered


def _reduce(compiled: Any) -> tuple[Any, ...]:
    """How a function pickles: as its rewritten graph; code comes from the store."""
    parts = compiled.keepalive
    return _compile, (
        parts.inputs, parts.wanted, parts.updates, parts.mode, parts.name,
        parts.single, parts.counts is not None, parts.graph,
    )  # fmt: skip


copyreg.pickle(Callable, _reduce)
copyreg.pickle(Staged, _reduce)
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
        seen.add(v)
    _report_unused([v for v in inputs if v not in needed], unused)
    for v in needed - seen:
        if v.owner is None and not isinstance(v, Constant | SharedVariable):
            raise GraphError(
                f"The outputs need {v!r} of type {v.type}, which is not an input.",
                remedy="Add it to the inputs, or give it a value with givens.",
            )


def _report_unused(inputs: Sequence[Variable], how: str) -> None:
    if how not in ("raise", "warn", "ignore"):
        raise GraphError(
            f"on_unused_input is {how!r}.", remedy="Use raise, warn or ignore."
        )
    for v in inputs:
        error = GraphError(
            f"Input {v!r} is not used by the outputs.",
            remedy='Remove it, or pass on_unused_input="ignore".',
        )
        if how == "raise":
            raise error
        if how == "warn":
            warnings.warn(str(error), stacklevel=4)


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
