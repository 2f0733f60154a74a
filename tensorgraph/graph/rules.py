"""Rules: functions with a pattern, collected under a name, and what they declare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tensorgraph.errors import RewriteError
from tensorgraph.graph.op import Op
from tensorgraph.graph.pattern import Hole, Pattern, depth

CONTEXT = ("node", "out", "graph")
"""What a rule's function may ask for beside its holes."""


@dataclass(frozen=True, eq=False)
class Rule:
    """One rewrite: what it matches, what it builds, and what it promises.

    The docstring of `function` is the reason. What a rule declares is what the law
    checks:

    - `rounding`: the result may differ by a few units in the last place, or be better;
    - `absolute`: rounding relative to the largest term of the new expression, not to a
      result in which terms cancel;
    - `widens`: where the old expression was nan the new one may be anything;
    - `moderate`: promised while no intermediate result over- or underflows;
    - `exempt`: for which values of the holes (by name), or of all inputs (``values``),
      nothing is promised;
    - `smooth`: whether the law compares gradients;
    - `proves_lengths`: that the result has the right lengths, where they are not known.
    """

    name: str
    function: Callable[..., Any]
    patterns: tuple[Pattern, ...] = ()
    ops: tuple[type[Op] | Op, ...] = ()
    when: Callable[..., bool] | None = None
    once: bool = False
    constant: bool = False
    among: tuple[type, ...] = ()
    needs: tuple[type[Op] | Op, ...] = ()
    rounding: bool = False
    absolute: bool = False
    widens: bool = False
    moderate: bool = False
    exempt: Callable[..., Any] | None = None
    smooth: bool = True
    proves_lengths: bool = False

    @cached_property
    def depth(self) -> int:
        """How many ops its matches have above one another."""
        return max(map(depth, self.patterns), default=1)

    @property
    def reason(self) -> str:
        """Why the rule exists."""
        return " ".join((self.function.__doc__ or "").split())

    def __repr__(self) -> str:
        return f"<Rule {self.name}>"


EXTENDED: set[str] = set()
"""The names of collections that got rules from another package than their first."""


class Rules:
    """An ordered collection of rules; earlier ones are tried first.

    >>> import tensorgraph as tg
    >>> from tensorgraph.ops.pattern_operators import hole
    >>> mine, x = Rules("mine"), hole("x")
    >>> @mine.rule(tg.sin(x) / tg.cos(x))
    ... def sin_over_cos_is_tan(x):
    ...     "One function in place of two."
    ...     return tg.tan(x)
    >>> mine
    Rules('mine', 1 rule)
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.home = ""
        self._rules: dict[str, Rule] = {}

    def rule(self, *patterns: Any, **declared: Any) -> Callable[..., Any]:
        """Decorate a function from the holes to the replacement of any of the patterns.

        The function's parameters are names of holes, or ``out`` (the matched variable),
        ``node`` (its apply), ``graph`` (the working graph). It returns a variable, a
        number, or None to decline. `when` is a condition with such parameters; `once`
        requires that nothing else uses the inner parts of the match. The other
        declarations are those of `Rule`.
        """
        for pattern in patterns:
            if not isinstance(pattern, Pattern):
                raise RewriteError(
                    f"A rule needs a pattern with a hole, not {pattern!r}."
                )

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            rule = Rule(function.__name__, function, patterns, **declared)
            _check_names(rule)
            return self._enter(rule)

        return decorate

    def node_rule(self, *ops: type[Op] | Op, **declared: Any) -> Callable[..., Any]:
        """Decorate a function that looks at every apply of some ops or classes of ops.

        Its parameters are among ``node``, ``out`` and ``graph``. It returns what
        `rule`'s functions return; for an op with several outputs, a list with None
        where an output stays. With `constant`, it is called only where all inputs are
        constants; with `among`, only where an input is computed by one of these classes
        of ops, or is a constant if `Constant` is one of them; with `needs`, only in
        graphs that have ops of each of these classes.
        """

        def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
            return self._enter(Rule(function.__name__, function, ops=ops, **declared))

        return decorate

    def _enter(self, rule: Rule) -> Callable[..., Any]:
        if rule.name in self._rules:
            raise RewriteError(f"{self.name} has two rules named {rule.name}.")
        if not rule.reason:
            raise RewriteError(f"{rule.name} has no docstring: it needs its reason.")
        home = rule.function.__module__.partition(".")[0]
        if home != (self.home or home):
            EXTENDED.add(self.name)
        self.home = self.home or home
        self._rules[rule.name] = rule
        return rule.function

    def __iter__(self) -> Iterator[Rule]:
        return iter(self._rules.values())

    def __len__(self) -> int:
        return len(self._rules)

    def __getitem__(self, name: str) -> Rule:
        return self._rules[name]

    def __repr__(self) -> str:
        return f"Rules({self.name!r}, {len(self)} rule{'s' * (len(self) != 1)})"


def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters that have no default."""
    code = function.__code__
    return code.co_varnames[: code.co_argcount - len(function.__defaults__ or ())]


def hole_names(operand: Any) -> set[str]:
    """The names that a match of the pattern binds."""
    if isinstance(operand, Hole):
        return {operand.name}
    if not isinstance(operand, Pattern):
        return set()
    inner: Iterable[Any] = (
        *operand.operands,
        *(wanted for _, wanted in operand.parameters),
    )
    found = set().union(*map(hole_names, inner))
    return found | {operand.rest} if operand.rest is not None else found


def _check_names(rule: Rule) -> None:
    asked: Sequence[str] = parameters(rule.function)
    if rule.when is not None:
        asked = (*asked, *parameters(rule.when))
    for pattern in rule.patterns:
        unknown = set(asked) - hole_names(pattern) - set(CONTEXT)
        if unknown:
            raise RewriteError(
                f"{rule.name} asks for {', '.join(sorted(unknown))}, "
                f"which {pattern!r} does not bind.",
                remedy=f"Parameters are names of holes, or among {', '.join(CONTEXT)}.",
            )
