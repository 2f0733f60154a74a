"""Batching: the same graph over more leading axes, by the `batch` rule of each op."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from tensorgraph.errors import BatchError, TensorGraphError
from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.op import as_list
from tensorgraph.graph.place import inherit
from tensorgraph.graph.traverse import applies, copy_apply

_CORE = re.compile(r"\(([^()]*)\)")
_SIDE = r"\s*(\(\s*(\w+\s*(,\s*\w+\s*)*)?\)\s*(,\s*(?=\())?)"
_SIGNATURE = re.compile(rf"({_SIDE})*->({_SIDE})+")


def vectorize_graph(
    outputs: Any,
    replace: Mapping[Variable, Variable],
    independent: bool = False,
) -> Any:
    """The graph of `outputs` over variables that have more leading axes.

    `replace` maps variables of the graph to these. The new axes stand in front of the
    outputs that depend on a replaced variable. Several replacements broadcast their new
    axes against each other, from the right; a replacement without new axes is a plain
    replacement. Random variables that do not depend on a replaced variable are shared
    by the whole batch, unless `independent` is true: then each element has its own.
    Raises `BatchError` when a replacement does not fit or an op has no batch rule.

    >>> import tensorgraph as tg
    >>> x, xs = tg.dscalar("x"), tg.dvector("xs")
    >>> tg.vectorize_graph(tg.exp(x), {x: xs}).dprint()
    Exp [id A]
     └─ xs [id B]
    """
    single = isinstance(outputs, Variable)
    wanted = (
        [outputs] if isinstance(outputs, Variable) else _list_of("outputs", outputs)
    )
    for v in wanted:
        if not isinstance(v, Variable):
            raise BatchError(f"Graphs of variables are vectorized, not {v!r}.")
    pairs = replace.items() if isinstance(replace, Mapping) else replace
    found = _vectorize(wanted, dict(_list_of("replacements", pairs)), independent)
    return found[0] if single else found


def _list_of(what: str, values: Any) -> list[Any]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise BatchError(f"The {what} are {values!r}, which is no list of variables.")
    return list(values)


def _vectorize(
    outputs: Sequence[Variable], replace: dict[Variable, Variable], independent: bool
) -> list[Variable]:
    """One axis at a time: stand-ins without the first axis take the others before."""
    axes = {old: _count_axes(old, new) for old, new in replace.items()}
    most = max(axes.values(), default=0)
    if most > 1:
        inner = {
            old: new.type.element_type(int(axes[old] == most))()
            for old, new in replace.items()
        }
        outputs = _vectorize(outputs, inner, independent)
        replace = {inner[old]: new for old, new in replace.items()}
    return _add_axis(outputs, replace, independent)


def _count_axes(old: Any, new: Any) -> int:
    """How many leading axes `new` has more than `old`."""
    if not isinstance(old, Variable) or not isinstance(new, Variable):
        raise BatchError(
            f"Replacements map variables to variables, not {old!r}: {new!r}."
        )
    axes = new.type.ndim - old.type.ndim
    if axes < 0 or not old.type.agrees(new.type.element_type(axes)):
        raise BatchError(
            f"Cannot replace {old!r} of type {old.type} by {new!r} of type {new.type}.",
            remedy="A replacement has the same dtype and the same last axes, "
            "and any number of new axes in front.",
        )
    return axes


def _add_axis(
    outputs: Sequence[Variable],
    replace: Mapping[Variable, Variable],
    independent: bool,
) -> list[Variable]:
    """The outputs with some variables replaced by ones with at most one axis more."""
    known = dict(replace)
    for node in applies(outputs, stop=replace):
        inputs = [known.get(v, v) for v in node.inputs]
        changed = [
            (new is not old, new.type.ndim > old.type.ndim)
            for new, old in zip(inputs, node.inputs, strict=True)
        ]
        batched = [more for _, more in changed]
        if any(batched):
            made = _batch(node, node.op.batch, batched, inputs)
        elif independent and node.op.random:
            made = _batch(node, node.op.repeat_draws, _length(replace), inputs)
        elif any(other for other, _ in changed):
            made = copy_apply(node, inputs)
        else:
            continue
        for old, new in zip(node.outputs, made, strict=True):
            known.setdefault(old, new)
    return [known.get(v, v) for v in outputs]


def _batch(
    node: Apply, rule: Callable[..., Any], how: Any, inputs: Sequence[Variable]
) -> list[Variable]:
    """What a batch rule makes of a node: each output with one more axis, or none."""
    try:
        with inherit(node.places):
            made = as_list(rule(how, *inputs))
        _check(node, made)
    except TensorGraphError as error:
        error.places = error.places or node.places
        raise
    return made


def _check(node: Apply, made: Sequence[Variable]) -> None:
    ranks = [v.type.ndim for v in made]
    before = [v.type.ndim for v in node.outputs]
    if len(ranks) != len(before) or not set(map(int.__sub__, ranks, before)) <= {0, 1}:
        raise BatchError(
            f"The batch rule of {node.op} returned types {[v.type for v in made]} "
            f"for outputs of types {[v.type for v in node.outputs]}.",
            remedy="This is a defect of the op: an output has at most one more axis.",
        )


def _length(replace: Mapping[Variable, Variable]) -> Any:
    """The length of the new axis: an int where it is known, else a scalar variable."""
    lengths = [
        new.shape[0]  # type: ignore[attr-defined]
        for old, new in replace.items()
        if new.type.ndim > old.type.ndim
    ]
    known = [n for n in lengths if isinstance(n, int) and n != 1]
    unknown = [n for n in lengths if not isinstance(n, int)]
    return next(iter([*known, *unknown]), 1)


def vectorize(
    function: Callable[..., Any], signature: str | None = None
) -> Callable[..., Any]:
    """A function of variables, over any leading axes of its arguments.

    `signature` says which last axes belong to one call, as in NumPy: ``"(n),(n)->()"``;
    by default each argument is a scalar. The leading axes broadcast. The function is
    called once, on variables without them. Raises `BatchError` for arguments and
    results that do not have the ranks of the signature, and where an op has no batch
    rule or an element of the batch would have another shape than the next.

    >>> import tensorgraph as tg
    >>> norm = tg.vectorize(lambda v: (v * v).sum(), "(n)->()")
    >>> norm(tg.constant([[3.0, 4.0], [0.0, 1.0]])).eval()
    array([25.,  1.])
    """
    if not callable(function):
        raise BatchError(f"vectorize takes a function of variables, not {function!r}.")
    ranks = core_ranks(signature) if signature else None

    def vectorized(*arguments: Variable) -> Any:
        wanted = ranks[0] if ranks else (0,) * len(arguments)
        cores = _cores(function, wanted, arguments)
        found = function(*cores)
        if ranks:
            _check_results(function, str(signature), ranks[1], found)
            _check_names(str(signature), cores)
        return vectorize_graph(found, dict(zip(cores, arguments, strict=True)))

    return vectorized


def _cores(
    function: Callable[..., Any], ranks: Sequence[int], arguments: Sequence[Any]
) -> list[Variable]:
    """Stand-ins for the arguments without their leading axes."""
    name = getattr(function, "__name__", "function")
    if len(arguments) != len(ranks):
        raise BatchError(
            f"{name} takes {len(ranks)} arguments by its signature, "
            f"not {len(arguments)}."
        )
    for number, (v, rank) in enumerate(zip(arguments, ranks, strict=True)):
        if not isinstance(v, Variable):
            raise BatchError(
                f"{name}: argument {number} is {v!r}, not a variable.",
                remedy="Write tg.constant(value) for a value.",
            )
        if v.type.ndim < rank:
            raise BatchError(
                f"{name}: argument {number} of type {v.type} has rank {v.type.ndim}, "
                f"but the signature asks for {rank} axes.",
                remedy="Give it the missing axis: x[:, None].",
            )
    return [
        v.type.element_type(v.type.ndim - rank)(v.name)
        for v, rank in zip(arguments, ranks, strict=True)
    ]


def _check_results(
    function: Callable[..., Any], signature: str, ranks: Sequence[int], found: Any
) -> None:
    made = [found] if isinstance(found, Variable) else _list_of("results", found)
    got = [v.type.ndim for v in made]
    if got != list(ranks):
        raise BatchError(
            f"{getattr(function, '__name__', 'function')} returned results of ranks "
            f"{got}, but its signature {signature!r} says {list(ranks)}."
        )


def _check_names(signature: str, cores: Sequence[Any]) -> None:
    """Lengths that are known and have one name in the signature are equal."""
    known: dict[str, int] = {}
    sides = _CORE.findall(signature.split("->")[0])
    for number, (core, v) in enumerate(zip(sides, cores, strict=True)):
        names = [d.strip() for d in core.split(",") if d.strip()]
        for name, length in zip(names, v.type.shape, strict=True):
            if isinstance(length, int) and known.setdefault(name, length) != length:
                raise BatchError(
                    f"By the signature {signature!r} {name} is {known[name]}, but "
                    f"argument {number} has length {length} there."
                )


def core_ranks(signature: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The ranks of the core inputs and outputs: ((2, 1), (1,)) for "(m,n),(n)->(m)"."""
    if not isinstance(signature, str) or not _SIGNATURE.fullmatch(signature):
        raise BatchError(
            f"{signature!r} is no signature.", remedy='Write "(m,n),(n)->(m)".'
        )
    sides = [_CORE.findall(side) for side in signature.split("->")]
    inputs, outputs = (
        tuple(len([d for d in core.split(",") if d.strip()]) for core in side)
        for side in sides
    )
    return inputs, outputs
