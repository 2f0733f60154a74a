"""Measurable variables: typed densities, the rules that derive them, and why they
refuse.

A rule answers for a *set* of targets, since joint maps such as {x + y, x - y} have no
density one by one; the rules for a single target are the common case. Densities stand
in the table of the derivation, never on variables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tensorgraph.errors import LogProbError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.op import Op
from tensorgraph.graph.traverse import ancestors
from tensorgraph.random.constraint import Constraint
from tensorgraph.random.variable import RandomVariable

COUNTING = "counting"
LEBESGUE = "Lebesgue"

Function = Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Density:
    """The law of one target: functions of its value, over its batch axes.

    The last `event_ndim` axes of a value are one event. `base` is the measure the
    density refers to: counting, or Lebesgue on the event axes (for a simplex on its
    first K - 1 coordinates). `noise` are the generator states that the derivation
    consumed: two targets that share noise are not independent. `logcdf`, `logccdf` and
    `icdf` are None where they are not known in closed form.
    """

    support: Constraint
    base: str
    event_ndim: int
    noise: frozenset[Variable]
    logp: Function
    logcdf: Function | None = None
    logccdf: Function | None = None
    icdf: Function | None = None


class Refusal(Exception):
    """A rule does not apply; the text says which condition failed."""


@dataclass(frozen=True)
class Rule:
    """A measurable idea: `derive(derivation, variable)` gives a density or refuses."""

    name: str
    reason: str
    derive: Callable[[Derivation, Variable], Density]


@dataclass(frozen=True)
class JointRule:
    """The same for a set of targets that share noise: a joint log-density of all
    values.
    """

    name: str
    reason: str
    derive: Callable[[Derivation, Sequence[Variable]], Callable[[Sequence[Any]], Any]]


RULES: dict[Any, list[Rule]] = {}
"""The rules by op, or by class of op."""
JOINT_RULES: list[JointRule] = []
"""The rules for sets of targets that share noise, in the order in which they are tried.
"""


def rule(*ops: Any) -> Callable[[Callable[..., Density]], Callable[..., Density]]:
    """Declare how the output of these ops (or classes of ops) is measurable."""

    def declare(derive: Callable[..., Density]) -> Callable[..., Density]:
        name = derive.__name__.replace("_", " ")
        made = Rule(name, (derive.__doc__ or "").strip(), derive)
        for op in ops:
            RULES.setdefault(op, []).append(made)
        return derive

    return declare


def joint_rule(derive: Callable[..., Any]) -> Callable[..., Any]:
    """Declare how a set of targets that share noise has a joint density."""
    name = derive.__name__.replace("_", " ")
    JOINT_RULES.append(JointRule(name, (derive.__doc__ or "").strip(), derive))
    return derive


@dataclass
class Derivation:
    """One derivation: its table of densities and of what was tried in vain."""

    table: dict[Variable, Density] = field(default_factory=dict)
    tried: list[tuple[Variable, str, str]] = field(default_factory=list)
    _noise: dict[Variable, frozenset[Variable]] = field(default_factory=dict)

    def density(self, variable: Variable) -> Density:
        """The density of a variable; raises `LogProbError` with every rule that
        refused.
        """
        try:
            return self.attempt(variable)
        except Refusal as refusal:
            raise self.error(variable, str(refusal)) from None

    def attempt(self, variable: Variable) -> Density:
        """The density of a variable; raises `Refusal` for the rule that asked."""
        if variable not in self.table:
            self.table[variable] = self._derive(variable)
        return self.table[variable]

    def _derive(self, variable: Variable) -> Density:
        node = variable.owner
        if node is None:
            raise Refusal(f"{variable!r} is not random")
        rules = (
            [*RULES.get(node.op, ()), *RULES.get(type(node.op), ())]
            if _hashable(node.op)
            else []
        )
        reasons = []
        for candidate in rules:
            try:
                return candidate.derive(self, variable)
            except Refusal as refusal:
                self.tried.append((variable, candidate.name, str(refusal)))
                reasons.append(str(refusal))
        if not rules:
            reason = f"no rule derives a density through {node.op}"
            self.tried.append((variable, f"{node.op}", reason))
            reasons.append(reason)
        raise Refusal("; ".join(reasons))

    def noise(self, variable: Variable) -> frozenset[Variable]:
        """The generator states that a variable's value depends on."""
        if variable not in self._noise:
            self._noise[variable] = frozenset(
                v.owner.inputs[0]
                for v in ancestors([variable])
                if v.owner is not None and isinstance(v.owner.op, RandomVariable)
            )
        return self._noise[variable]

    def random(self, variable: Variable) -> bool:
        """Whether a variable depends on any noise."""
        return bool(self.noise(variable))

    def error(self, variable: Variable, reason: str) -> LogProbError:
        """The refusal as an error with the user's lines and every rule tried."""
        places = variable.owner.places if variable.owner is not None else ()
        lines = [f"No density of {variable!r} can be derived: {reason}."]
        for target, name, why in self.tried:
            where = target.owner.places[:1] if target.owner is not None else ()
            at = f" ({where[0]})" if where else ""
            lines.append(f"    tried '{name}' on {target!r}{at}: {why}")
        return LogProbError(
            "\n".join(dict.fromkeys(lines)),
            places=places,
            remedy="Give the hidden random variables values too, or write the "
            "log-density as a graph and pass it among potentials.",
        )


def _hashable(op: Op) -> bool:
    try:
        hash(op)
    except TypeError:
        return False
    return True


def one_random_operand(
    derivation: Derivation, variable: Variable
) -> tuple[int, Density]:
    """The number and density of the only random operand of an elementwise op.

    Refuses when several operands are random, or when broadcasting would repeat the
    noise.
    """
    node = variable.owner
    assert node is not None
    random = [i for i, v in enumerate(node.inputs) if derivation.random(v)]
    if not random:
        raise Refusal(f"no operand of {node.op} is random")
    if len(random) != 1:
        raise Refusal(
            f"{len(random)} operands of {node.op} are random, "
            "so the distribution of the result is a convolution"
        )
    place = random[0]
    operand = node.inputs[place]
    density = derivation.attempt(operand)
    for i, other in enumerate(node.inputs):
        if i != place and density.noise & derivation.noise(other):
            raise Refusal(f"two operands of {node.op} depend on the same noise")
    for axis, (have, want) in enumerate(
        zip(operand.type.shape, variable.type.shape, strict=True)  # type: ignore[attr-defined]
    ):
        if have == 1 and want != 1:
            raise Refusal(
                f"axis {axis} repeats one draw {want} times, so the elements are "
                "equal noise"
            )
    return place, density
