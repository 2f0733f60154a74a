"""`rewrite_graph`: the rules of phases, themes or names, applied in stages."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

from tensorgraph.collector import paused
from tensorgraph.errors import RewriteError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.rewriter import rewrite
from tensorgraph.graph.rules import Rule, Rules
from tensorgraph.graph.trace import Trace
from tensorgraph.lazy import homes, load
from tensorgraph.rewrites.contents import (
    ABOUT,
    ALL,
    CHAPTERS,
    KEEPS_SUPPORT,
    PHASES,
    TOGETHER,
)
from tensorgraph.rewrites.fit import fit

HOMES = homes("tensorgraph.rewrites", CHAPTERS)
"""The folder of each theme."""


def rewrite_graph(
    graph: Any,
    include: Iterable[Any] = ALL,
    exclude: Iterable[str] = (),
    trace: bool | Trace = False,
) -> Any:
    """A graph that computes the same as `graph`: simpler, more accurate, faster.

    `graph` is a variable or a list of them, and so is the result; its dtypes and static
    shapes are kept. `include` and `exclude` name phases (``"canonicalize"``,
    ``"stabilize"``, ``"specialize"``, ``"prepare"``), themes (such as ``"stable"``) or
    single rules; `include` also takes `Rules` of your own. `trace` prints what fired
    where if True, or collects it in a `Trace`. Raises `RewriteError` for unknown names,
    and when rules of your own break their contract.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> rewrite_graph(tg.log(1 + tg.exp(x))).dprint()
    Softplus [id A]
     └─ x [id B]
    """
    single = isinstance(graph, Variable)
    given = list(graph) if isinstance(graph, Iterable) and not single else [graph]
    if not all(isinstance(v, Variable) for v in given):
        raise RewriteError(
            f"rewrite_graph takes a variable or a list of them, not {graph!r}.",
            remedy="Make a variable of a number or an array by tg.constant.",
        )
    story = trace if isinstance(trace, Trace) else Trace() if trace else None
    stages = list(selected(tuple(include), tuple(exclude)))
    with paused():
        found = rewrite(given, stages, fit, story)
    if trace is True:
        sys.stdout.write(f"{story}\n")
    return found[0] if single else found


def selected(
    include: Sequence[Any], exclude: Sequence[str]
) -> Iterator[tuple[Rule, ...]]:
    """The rules of each stage: every phase with those of the phases before it."""
    _check(exclude)
    names = [word for word in include if isinstance(word, str)]
    _check(names)
    own = tuple(rule for word in include if not isinstance(word, str) for rule in word)
    chosen = dict.fromkeys(own)
    for name in [name for name in names if name not in PHASES]:
        found = every_theme().get(name)
        chosen.update(dict.fromkeys(found or [_rules_by_name()[name]]))
    phases = [phase for phase in PHASES if phase in names]
    if not phases:
        yield _without(chosen, exclude)
        return
    for phase, later in zip(phases, [*phases[1:], None], strict=True):
        chosen.update(dict.fromkeys(_rules_of(phase)))
        if later not in TOGETHER:
            yield _without(chosen, exclude)


def _without(rules: Iterable[Rule], exclude: Sequence[str]) -> tuple[Rule, ...]:
    left_out = set(exclude)
    for word in exclude:
        if word in PHASES:
            left_out.update(rule.name for rule in _rules_of(word))
        elif word in HOMES:
            left_out.update(rule.name for rule in theme(word))
    return tuple(rule for rule in rules if rule.name not in left_out)


def _rules_of(phase: str) -> list[Rule]:
    """The rules of a phase about ops that graphs can contain by now."""
    themes = [theme(name) for name in PHASES[phase].split() if _may_matter(name)]
    rules = [rule for one in themes for rule in one]
    return [r for r in rules if not r.widens] if phase in KEEPS_SUPPORT else rules


def _may_matter(name: str) -> bool:
    about = ABOUT.get(name, "").split()
    return not about or any(f"tensorgraph.{m}" in sys.modules for m in about)


@cache
def theme(name: str) -> Rules:
    """The rules of a theme, from the file of its name."""
    found: Rules = getattr(load(f"{HOMES[name]}.{name}"), name)
    return found


def every_theme() -> dict[str, Rules]:
    """All collections of rules by name, loaded or not before."""
    return {name: theme(name) for name in HOMES}


def _rules_by_name() -> dict[str, Rule]:
    return {rule.name: rule for rules in every_theme().values() for rule in rules}


def _check(words: Iterable[str]) -> None:
    for word in words:
        if word in PHASES or word in HOMES or word in _rules_by_name():
            continue
        raise RewriteError(
            f"There is no phase, theme or rule named {word!r}.",
            remedy=f"Phases are {', '.join(PHASES)}; themes are {', '.join(HOMES)}.",
        )
