"""`conditional_logp`: the terms of a joint log-density, each given the other values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tensorgraph.errors import LogProbError, RandomError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.traverse import ancestors, applies, copy_apply, rebuild
from tensorgraph.logprob.logp import as_value, prepared
from tensorgraph.logprob.measurable import JOINT_RULES, Derivation, Refusal
from tensorgraph.random.variable import RandomVariable


class Terms(Mapping[Any, Any]):
    """The terms by random variable, in topological order; a value finds its term too.

    Targets that share noise have one term together, under the first of them; the others
    have none.
    """

    def __init__(
        self, terms: Mapping[Variable, Any], values: Mapping[Variable, Any]
    ) -> None:
        self._terms = dict(terms)
        self._by_value = {id(values[v]): v for v in terms}

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Variable) and key in self._terms:
            return self._terms[key]
        return self._terms[self._by_value[id(key)]]

    def __iter__(self) -> Iterator[Variable]:
        return iter(self._terms)

    def __len__(self) -> int:
        return len(self._terms)


def conditional_logp(values: Mapping[Variable, Any]) -> Terms:
    """The log-density of each variable, conditioned on the values of the others.

    `values` maps random variables (or variables derived from them) to arrays or graphs.
    The sum of all terms is the joint log-density. Raises `LogProbError` when a term
    cannot be derived, with every rule tried, and `RandomError` when two variables read
    one state.

    >>> import tensorgraph as tg
    >>> mu = tg.random.normal(0, 1)
    >>> y = tg.random.normal(mu, 2.0)
    >>> terms = tg.conditional_logp({mu: 0.5, y: 1.0})
    >>> [float(t.eval().round(3)) for t in terms.values()]
    [-1.044, -1.643]
    """
    given = {v: as_value(v, value) for v, value in values.items()}
    order = in_order(given)
    _check_states(order)
    graphs = prepared([conditioned(v, given) for v in order])
    derivation = Derivation()
    terms: dict[Variable, Any] = {}
    for group in _groups(graphs, derivation):
        members = [order[i] for i in group]
        points = [given[v] for v in members]
        if len(group) == 1:
            density = derivation.density(graphs[group[0]])
            terms[members[0]] = density.logp(points[0])
        else:
            terms[members[0]] = _joint(derivation, [graphs[i] for i in group], points)
    ordered = {v: terms[v] for v in order if v in terms}
    return Terms(ordered, values)


def in_order(values: Mapping[Variable, Any]) -> list[Variable]:
    """The variables, parents before those that depend on them."""
    place: dict[Variable, int] = {}
    for number, node in enumerate(applies(list(values))):
        for v in node.outputs:
            place[v] = number
    return sorted(values, key=lambda v: place.get(v, -1))


def conditioned(variable: Variable, given: Mapping[Variable, Variable]) -> Variable:
    """The graph of a variable with values of the other variables in place of them."""
    others = {v: value for v, value in given.items() if v is not variable}
    return rebuild([variable], others, copy_apply)[0]


def _check_states(order: Sequence[Variable]) -> None:
    readers: dict[Variable, Any] = {}
    for node in applies(order):
        if isinstance(node.op, RandomVariable):
            other = readers.setdefault(node.inputs[0], node)
            if other is not node:
                raise RandomError(
                    f"{other.outputs[1]!r} and {node.outputs[1]!r} read the same "
                    "generator state, so they are the same noise.",
                    places=[*other.places, *node.places],
                    remedy="Give each its own generator.",
                )


def _groups(graphs: Sequence[Variable], derivation: Derivation) -> list[list[int]]:
    """The numbers of the targets, those that share unvalued noise together."""
    groups: list[tuple[set[Variable], list[int]]] = []
    for number, graph in enumerate(graphs):
        noise, members = set(derivation.noise(graph)), [number]
        for other in [g for g in groups if g[0] & noise]:
            groups.remove(other)
            noise |= other[0]
            members = [*other[1], *members]
        groups.append((noise, sorted(members)))
    return [members for _, members in groups]


def _joint(
    derivation: Derivation, targets: Sequence[Variable], values: Sequence[Any]
) -> Any:
    """The joint log-density of targets that share noise."""
    reasons = []
    for rule in JOINT_RULES:
        try:
            return rule.derive(derivation, targets)(values)
        except Refusal as refusal:
            reasons.append(f"    tried '{rule.name}': {refusal}")
    names = ", ".join(map(repr, targets))
    places = [p for t in targets if t.owner is not None for p in t.owner.places]
    raise LogProbError(
        "\n".join(
            [f"The targets {names} share noise, and no joint rule applies.", *reasons]
        ),
        places=places,
        remedy="Give the shared random variables values of their own.",
    )


def random_nodes(outputs: Sequence[Variable]) -> list[Variable]:
    """The draws among the ancestors of the outputs, in order of definition."""
    return [
        node.outputs[1]
        for node in applies(outputs)
        if isinstance(node.op, RandomVariable)
    ]


def leftover_draws(outputs: Sequence[Variable]) -> list[Variable]:
    """Draws that a log-density still depends on."""
    found = set(ancestors(outputs))
    return [v for v in random_nodes(outputs) if v in found]
