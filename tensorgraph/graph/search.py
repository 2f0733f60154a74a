"""Finding things in graphs: neighbours, paths, inputs up to a border, names."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from tensorgraph.errors import GraphError
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.subgraph import equal_graphs
from tensorgraph.graph.traverse import ancestors, applies, graph_replace

T = TypeVar("T")


def walk(
    nodes: Iterable[T],
    expand: Callable[[T], Iterable[T] | None],
    bfs: bool = True,
) -> Iterator[T]:
    """`nodes` and what `expand` gives for each node found, each once.

    Level by level, or with `bfs` false each branch to its end. `expand` gives the next
    nodes, or None.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> [*walk([tg.exp(x + 1)], lambda v: v.owner and v.owner.inputs)]
    [Exp.0, Add.0, x, 1]
    """
    waiting, seen = deque(nodes), set()
    while waiting:
        node = waiting.popleft() if bfs else waiting.pop()
        if node not in seen:
            seen.add(node)
            yield node
            waiting.extend(expand(node) or ())


def toposort(
    outputs: Variable | Iterable[Variable], blockers: Iterable[Variable] = ()
) -> list[Apply]:
    """The applies that the outputs need, each after those it depends on.

    Nothing above the variables of `blockers` is needed.

    >>> import tensorgraph as tg
    >>> toposort(tg.exp(tg.sin(tg.dscalar("x"))))
    [Sin(x), Exp(Sin.0)]
    """
    return applies(_listed(outputs), stop=blockers)


def vars_between(
    inputs: Variable | Iterable[Variable], outputs: Variable | Iterable[Variable]
) -> list[Variable]:
    """Every variable that the outputs depend on, without going above the inputs."""
    return list(ancestors(_listed(outputs), stop=_listed(inputs)))


def applys_between(
    inputs: Variable | Iterable[Variable], outputs: Variable | Iterable[Variable]
) -> list[Apply]:
    """The applies between inputs and outputs, each after those it depends on."""
    return applies(_listed(outputs), stop=_listed(inputs))


def truncated_graph_inputs(
    outputs: Variable | Iterable[Variable],
    ancestors_to_include: Collection[Variable] = (),
) -> list[Variable]:
    """What must be known to compute the outputs: given ancestors, and other leaves.

    Those of `ancestors_to_include` that the outputs reach count as inputs; of these,
    ones that only lie above others are left out. Constants are not included.

    >>> import tensorgraph as tg
    >>> x, y = tg.dscalars("x y")
    >>> z = tg.exp(x)
    >>> truncated_graph_inputs(z * y + z, [z])
    [Exp.0, y]
    """
    border = set(ancestors_to_include)
    return [
        v
        for v in ancestors(_listed(outputs), stop=border)
        if v in border or (v.owner is None and not isinstance(v, Constant))
    ]


def variable_depends_on(
    variable: Variable, depends_on: Variable | Iterable[Variable]
) -> bool:
    """Whether a variable is computed from any of the others, or is one of them."""
    wanted = set(_listed(depends_on))
    return any(v in wanted for v in ancestors([variable]))


def get_var_by_name(
    graphs: Variable | Iterable[Variable], target_var_id: str
) -> tuple[Variable, ...]:
    """The variables of that name that the graphs depend on.

    >>> import tensorgraph as tg
    >>> x = tg.dscalar("x")
    >>> get_var_by_name([tg.exp(x)], "x")
    (x,)
    """
    return tuple(v for v in ancestors(_listed(graphs)) if v.name == target_var_id)


def equal_computations(
    xs: Sequence[Any], ys: Sequence[Any],
    in_xs: Sequence[Variable] | None = None, in_ys: Sequence[Variable] | None = None,
) -> bool:  # fmt: skip
    """Whether `xs` compute the same as `ys` by the same graph, up to names.

    `in_xs` and `in_ys` are inputs that stand for each other, of equal types; all other
    leaves must be the same variables, or equal constants.

    >>> import tensorgraph as tg
    >>> x, y = tg.dscalars("x y")
    >>> equal_computations([tg.exp(x)], [tg.exp(y)])
    False
    >>> equal_computations([tg.exp(x)], [tg.exp(y)], [x], [y])
    True
    """
    first, second = list(in_xs or ()), list(in_ys or ())
    if len(first) != len(second):
        raise GraphError(
            f"equal_computations: {len(first)} inputs cannot stand for {len(second)}."
        )
    if len(xs) != len(ys):
        raise GraphError(
            f"equal_computations compares {len(xs)} variables with {len(ys)}."
        )
    return equal_graphs(_listed(xs), _listed(ys), first, second)


def clone_replace(
    output: Any, replace: Any = None, *, rebuild_strict: bool = True
) -> Any:
    """A graph with replacements, as `graph_replace`, where keys need not be used."""
    return graph_replace(
        output, replace or {}, strict=False, rebuild_strict=rebuild_strict
    )


def _listed(variables: Any) -> list[Variable]:
    if isinstance(variables, Variable):
        return [variables]
    if isinstance(variables, str) or not isinstance(variables, Iterable):
        raise GraphError(f"{variables!r} is no variable and no list of them.")
    found = list(variables)
    for v in found:
        if not isinstance(v, Variable):
            raise GraphError(f"{v!r} is no variable.")
    return found
