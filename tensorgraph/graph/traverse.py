"""Walking over graphs, without recursion: ancestors, applies in order, copies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from tensorgraph.errors import GraphError
from tensorgraph.graph.node import Apply, Constant, Variable, inputs_first
from tensorgraph.graph.shared import SharedVariable


def applies(outputs: Iterable[Variable], stop: Iterable[Variable] = ()) -> list[Apply]:
    """The applies that the outputs need, each after those it depends on.

    The walk does not go above the variables of `stop`.
    """
    border = set(stop)
    owners = [v.owner for v in outputs if v.owner is not None and v not in border]
    return inputs_first(owners, border)


def ancestors(
    outputs: Variable | Iterable[Variable], stop: Iterable[Variable] = ()
) -> Iterator[Variable]:
    """Every variable that the outputs depend on, themselves included, each once."""
    border = set(stop)
    seen: set[Variable] = set()
    stack = [outputs] if isinstance(outputs, Variable) else list(outputs)
    while stack:
        variable = stack.pop()
        if variable in seen:
            continue
        seen.add(variable)
        yield variable
        if variable.owner is not None and variable not in border:
            stack.extend(reversed(variable.owner.inputs))


def graph_inputs(outputs: Variable | Iterable[Variable]) -> list[Variable]:
    """The variables without owner that are neither constant nor shared, in order of
    use.
    """
    return [
        v
        for v in ancestors(outputs)
        if v.owner is None and not isinstance(v, Constant | SharedVariable)
    ]


def shared_inputs(outputs: Iterable[Variable]) -> list[SharedVariable]:
    """The shared variables that the outputs read, in order of use."""
    return [v for v in ancestors(outputs) if isinstance(v, SharedVariable)]


def depends_on(outputs: Iterable[Variable], variables: Iterable[Variable]) -> bool:
    """Whether any of the outputs depends on any of the variables."""
    wanted = set(variables)
    return any(v in wanted for v in ancestors(outputs))


def rebuild(
    outputs: Sequence[Variable],
    replace: Mapping[Variable, Variable],
    make: Callable[[Apply, list[Variable]], Sequence[Variable]],
) -> list[Variable]:
    """Copy a graph with some variables replaced; `make` builds each apply that changes.

    Applies that do not depend on a replaced variable are kept as they are.
    """
    known: dict[Variable, Variable] = dict(replace)
    for node in applies(outputs, stop=replace):
        inputs = [known.get(v, v) for v in node.inputs]
        if any(new is not old for new, old in zip(inputs, node.inputs, strict=True)):
            for old, new in zip(node.outputs, make(node, inputs), strict=True):
                known.setdefault(old, new)
    return [known.get(v, v) for v in outputs]


def copy_apply(node: Apply, inputs: Sequence[Variable]) -> list[Variable]:
    """The outputs of the same op on other inputs, with the same places and names.

    Types are inferred again only when an input's type changed.
    """
    same = all(a.type is b.type for a, b in zip(inputs, node.inputs, strict=True))
    if same:
        new = Apply(node.op, inputs, [v.type for v in node.outputs], node.places)
    else:
        new = node.op.apply(*inputs)
        new.places = node.places
    for before, after in zip(node.outputs, new.outputs, strict=True):
        after.name = before.name
    return new.outputs


def _pairs(replace: Any, checked: bool) -> dict[Variable, Variable]:
    """Replacements as variables; values become constants of the type replaced."""
    pairs = dict(replace)
    for old, new in pairs.items():
        if not isinstance(old, Variable):
            raise GraphError(f"Replacements replace variables, not {old!r} by {new!r}.")
        if not isinstance(new, Variable):
            pairs[old] = old.type.constant(new)
        elif checked and not old.type.accepts(new.type):
            raise GraphError(
                f"Cannot replace {old!r} of type {old.type} by {new!r} of type "
                f"{new.type}.",
                remedy="Convert it first, or use vectorize_graph to add leading axes.",
            )
    return pairs


def graph_replace(
    outputs: Any,
    replace: Mapping[Variable, Any] | Iterable[tuple[Variable, Any]],
    *,
    strict: bool = True,
    rebuild_strict: bool = True,
) -> Any:
    """The graph of `outputs` with each key of `replace` replaced by its value.

    A replacement is a variable of a type that the replaced variable's type accepts, or
    a value; without `rebuild_strict` it may have another type, if the ops above allow
    it. Raises `GraphError` otherwise, and for a key that is not in the graph, unless
    `strict` is false.

    >>> import tensorgraph as tg
    >>> x, z = tg.dscalar("x"), tg.dscalar("z")
    >>> tg.graph_replace(tg.exp(x), {x: z}).dprint()
    Exp [id A]
     └─ z [id B]
    """
    single = isinstance(outputs, Variable)
    wanted = [outputs] if single else list(outputs)
    pairs = _pairs(replace, rebuild_strict)
    if strict:
        _check_used(wanted, pairs)
    found = rebuild(wanted, pairs, copy_apply)
    return found[0] if single else found


def _check_used(outputs: Sequence[Variable], pairs: Mapping[Variable, Any]) -> None:
    used = set(ancestors(outputs))
    for old in pairs:
        if old not in used:
            raise GraphError(
                f"Cannot replace {old!r} of type {old.type}: it is not in the graph.",
                remedy="Look at the graph with dprint, or pass strict=False.",
            )


def clone(
    outputs: Sequence[Variable], inputs: Sequence[Variable] = ()
) -> tuple[list[Variable], list[Variable]]:
    """An independent copy of a graph: new inputs (those given) and new outputs.

    Other leaves (constants, shared variables, generators) are kept, so a copy of a
    random variable reads the same generator: the same noise.
    """
    fresh = [v.type(v.name) for v in inputs]
    replaced = dict(zip(inputs, fresh, strict=True))
    known: dict[Variable, Variable] = dict(replaced)
    for node in applies(outputs, stop=inputs):
        made = copy_apply(node, [known.get(v, v) for v in node.inputs])
        for old, new in zip(node.outputs, made, strict=True):
            known.setdefault(old, new)
    return fresh, [known.get(v, v) for v in outputs]
