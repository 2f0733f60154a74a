"""`function`: from a graph to a compiled callable."""

from __future__ import annotations

import copyreg
import pickle
import warnings
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.arguments import Prepared, as_inputs, as_outputs, states
from tensorgraph.collector import paused
from tensorgraph.compiled import Compiled, Interpreted
from tensorgraph.config import config
from tensorgraph.content import Content
from tensorgraph.errors import GraphError, RandomError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.graph.traverse import ancestors, applies, graph_replace
from tensorgraph.graph.working import Working
from tensorgraph.loops.lower import Lowered, lower
from tensorgraph.loops.values import ComputedLength
from tensorgraph.modes import chosen_mode, identity, link
from tensorgraph.native._native import Callable, Cell
from tensorgraph.ops.tensor import as_tensor
from tensorgraph.profile import Profile
from tensorgraph.recall import recall, remember
from tensorgraph.request import Request, Unnamed
from tensorgraph.rewrites.inline import inline
from tensorgraph.rewrites.phases import ALL, rewrite_graph
from tensorgraph.staged import Staged

Pairs = Mapping[Any, Any] | Iterable[tuple[Any, Any]] | None


def function(
    inputs: Sequence[Any],
    outputs: Any = None,
    mode: str | None = None,
    updates: Pairs = None,
    givens: Pairs = None,
    no_default_updates: bool | Sequence[SharedVariable] = False,
    accept_inplace: bool = False,
    name: str | None = None,
    rebuild_strict: bool = True,
    allow_input_downcast: bool | None = None,
    profile: bool | None = None,
    on_unused_input: str | None = None,
    trust_input: bool = False,
) -> Any:
    """Compile a graph into a callable.

    Parameters are positional or by name, in the order of `inputs`, which are variables
    or `In`. Returns one value for a single output variable (or `Out`), else a list;
    scalars come as NumPy numbers, arrays as fresh C-contiguous arrays, or those that a
    call is given by ``out=``. `mode` is "C", "FAST_COMPILE", "NUMBA" or "PYTHON".
    `updates` maps shared variables to their values after the call; shared random
    generators that the graph draws from advance by themselves, unless
    `no_default_updates` is true or lists them. `givens` replaces variables first, by
    variables or values of their types; without `rebuild_strict` also by variables of
    other types, if the graph allows it. `allow_input_downcast` is that of `In`, for all
    inputs. `on_unused_input` is "raise" (the default), "warn" or "ignore". With
    `profile` the function times its loop nests: ``f.profile()`` prints where the time
    goes.

    `trust_input` and `accept_inplace` change nothing: what fits is passed as it is,
    after checks of about 5 ns an argument in a call of 60, and no op works in place.

    The callable has ``copy``, ``dprint``, ``profile``, ``get_shared``, ``loops`` (the
    loop program) and ``source``, and it pickles; another process finds the machine code
    in the store. Raises `GraphError` for a missing, unused or repeated input; the
    callable raises `InputError` for arguments of the wrong dtype, rank or shape.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> f = tg.function([x], (x * x).sum())
    >>> f([1.0, 2.0])
    np.float64(5.0)
    """
    taken = as_inputs(inputs, allow_input_downcast)
    wanted, single = as_outputs(outputs)
    kept = states(taken)
    changes = _pairs("updates", updates)
    changes |= {kept[i]: taken[i].update for i in kept}
    changes = _checked_updates(changes)
    replaced = _pairs("givens", givens)
    replaced |= {taken[i].variable: state for i, state in kept.items()}
    wanted, changes = _replaced(wanted, changes, replaced, rebuild_strict)
    advanced = generator_updates([*wanted, *changes.values()], changes)
    changes = {**_without(advanced, no_default_updates), **changes}
    plain = [given for i, given in enumerate(taken) if i not in kept]
    variables = [given.variable for given in plain]
    _check_inputs(variables, [*wanted, *changes.values()], on_unused_input or "raise")
    signature = (
        [given.name or given.variable.name for given in plain],
        [given.default() for given in plain],
    )
    with paused():
        main = _compile(
            variables, wanted, changes, chosen_mode(mode), _checked_name(name), single,
            bool(profile), signature,
        )  # fmt: skip
    looks = kept or any(given.looks for given in taken)
    return Prepared(main, taken, kept) if looks else main


def function_dump(
    filename: Any, inputs: Sequence[Any], outputs: Any = None, **options: Any
) -> None:
    """Write the arguments of a call of `function` to a file, for a report of a bug.

    The file is a pickle of a dictionary: ``function(**pickle.load(open(path, "rb")))``
    compiles the same function, in any process that has the ops.

    >>> import os, pickle, tempfile
    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> path = os.path.join(tempfile.mkdtemp(), "bug.pkl")
    >>> tg.function_dump(path, [x], (x * x).sum(), mode="PYTHON")
    >>> tg.function(**pickle.load(open(path, "rb")))([3.0])
    np.float64(9.0)
    """
    text = pickle.dumps({"inputs": list(inputs), "outputs": outputs, **options})
    with open(filename, "wb") as file:
        file.write(text)


Signature = tuple[list[str | None], list[tuple[Any, ...]]]
"""The names of the parameters, and their defaults (no entry where there is none)."""


def _compile(
    inputs: list[Variable], outputs: list[Variable],
    updates: dict[SharedVariable, Variable], mode: str, name: str, single: bool,
    profile: bool, signature: Signature, graph: list[Variable] | None = None,
) -> Any:  # fmt: skip
    """Find the function in the store; or rewrite, unless `graph` is given, and link."""
    request = None
    if graph is None and not profile and config.recall:
        request = _request(inputs, outputs, updates, mode, name)
    found = recall(request, mode) if request is not None else None
    if found is not None:
        content, linked = found
        return Compiled(
            name, inputs, outputs, updates, content, mode, single, *signature, _compile,
            linked,
        ).callable()  # fmt: skip
    if graph is None:
        graph = rewrite_graph([*outputs, *updates.values()], include=(*ALL, inline))
    compiled = Compiled(
        name, inputs, outputs, updates, Content(lambda: graph), mode, single,
        *signature, _compile,
    )  # fmt: skip
    if mode != "PYTHON":
        lowered = _lower(compiled, profile)
        compiled.content = _content(graph, lowered)
        compiled.counts = Profile(lowered.timed, Cell()) if profile else None
        compiled.linked = link(lowered.program, mode)
        if request is not None and not compiled.lengths:
            remember(request, compiled.content, compiled.linked)
    return compiled.callable()


def _content(graph: list[Variable], lowered: Lowered) -> Content:
    program = lowered.program
    return Content(lambda: graph, lambda: program, lowered.hidden, program.routines)


def _request(
    inputs: list[Variable], outputs: list[Variable],
    updates: dict[SharedVariable, Variable], mode: str, name: str,
) -> Request | None:  # fmt: skip
    """The request to compile this, unless what decides the result is not known."""
    deciding = identity(mode)
    if deciding is None:
        return None
    targets = list(updates)
    graph = [*outputs, *updates.values(), *targets]
    try:
        return Request(inputs, graph, mode, name, len(targets), *deciding)
    except Unnamed:
        return None


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
            False, False, compiled.signature, [*compiled.lengths],
        )  # fmt: skip
    return lowered


def _reduce(compiled: Any) -> tuple[Any, ...]:
    """How a function pickles: as its rewritten graph; code comes from the store."""
    parts = compiled.keepalive
    return _compile, (
        parts.inputs, parts.wanted, parts.updates, parts.mode, parts.name,
        parts.single, parts.counts is not None, parts.signature, parts.graph,
    )  # fmt: skip


copyreg.pickle(Callable, _reduce)
copyreg.pickle(Staged, _reduce)
copyreg.pickle(Interpreted, _reduce)


def _checked_name(name: Any) -> str:
    if not isinstance(name, str | None):
        raise GraphError(f"The name of a function is a string, not {name!r}.")
    return name or "function"


def _pairs(what: str, pairs: Any) -> dict[Any, Any]:
    """Replacements or updates as a dictionary; each variable has one."""
    listed = list(pairs.items() if isinstance(pairs, Mapping) else pairs or ())
    if not all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in listed):
        raise GraphError(
            f"{what} are a dictionary or pairs of variables and values, not {pairs!r}."
        )
    found = dict(listed)
    if len(found) < len(listed):
        raise GraphError(f"{what} have two values for one variable: {pairs!r}.")
    return found


def _replaced(
    outputs: list[Variable], updates: dict[SharedVariable, Variable],
    replaced: dict[Any, Any], strict: bool,
) -> tuple[list[Variable], dict[SharedVariable, Variable]]:  # fmt: skip
    """The outputs and updates after the replacements."""
    if not replaced:
        return outputs, updates
    both = [*outputs, *updates.values()]
    graph = graph_replace(both, replaced, strict=False, rebuild_strict=strict)
    values = graph[len(outputs) :]
    return graph[: len(outputs)], dict(zip(updates, values, strict=True))


def _without(
    advanced: dict[SharedVariable, Variable], stay: bool | Sequence[SharedVariable]
) -> dict[SharedVariable, Variable]:
    """The updates of generators, but for those that shall stay as they are."""
    if isinstance(stay, bool):
        return {} if stay else advanced
    if not all(isinstance(v, SharedVariable) for v in stay):
        raise GraphError(
            f"no_default_updates is True or a list of shared variables, not {stay!r}."
        )
    return {v: new for v, new in advanced.items() if v not in stay}


def _checked_updates(updates: Mapping[Any, Any]) -> dict[SharedVariable, Variable]:
    result: dict[SharedVariable, Variable] = {}
    for shared, value in updates.items():
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
