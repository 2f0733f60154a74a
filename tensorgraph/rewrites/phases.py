"""The phases of rewriting, as lists on one page, and `rewrite_graph`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from tensorgraph.collector import paused
from tensorgraph.errors import RewriteError
from tensorgraph.graph.node import Variable
from tensorgraph.graph.rewriter import rewrite
from tensorgraph.graph.rules import Rule, Rules
from tensorgraph.graph.trace import Trace
from tensorgraph.rewrites.arithmetic import arithmetic
from tensorgraph.rewrites.fit import fit
from tensorgraph.rewrites.fold import fold
from tensorgraph.rewrites.indexing import indexing
from tensorgraph.rewrites.packing import packing
from tensorgraph.rewrites.products import products
from tensorgraph.rewrites.scalars import scalars
from tensorgraph.rewrites.shapes import shapes
from tensorgraph.rewrites.specialize import powers, specialize
from tensorgraph.rewrites.stable import stable

PHASES: dict[str, tuple[Rules, ...]] = {
    "canonicalize": (fold, arithmetic, powers, shapes, indexing),
    "stabilize": (stable,),
    "specialize": (specialize, scalars, packing, products),
    "prepare": (fold, arithmetic, powers, shapes, stable),
}
"""What each phase consists of; a phase runs together with those before it.

`prepare` is for densities: it leaves out the rules that widen a domain, so that
supports stay what they are, and knows nothing of indices.
"""

TOGETHER = ("stabilize",)
"""Phases that share a run with the one before; no rule of theirs undoes one of it."""
KEEPS_SUPPORT = ("prepare",)
ALL = ("canonicalize", "stabilize", "specialize")


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
    story = trace if isinstance(trace, Trace) else Trace() if trace else None
    stages = list(selected(tuple(include), tuple(exclude)))
    with paused():
        found = rewrite([graph] if single else list(graph), stages, fit, story)
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
    single = [r for r in _every_rule() if r.name in names or _theme(r) in names]
    chosen.update(dict.fromkeys(single))
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
    for phase in left_out & set(PHASES):
        left_out.update(rule.name for rule in _rules_of(phase))
    return tuple(
        r for r in rules if r.name not in left_out and _theme(r) not in left_out
    )


def _rules_of(phase: str) -> list[Rule]:
    rules = [rule for theme in PHASES[phase] for rule in theme]
    return [r for r in rules if not r.widens] if phase in KEEPS_SUPPORT else rules


def every_theme() -> list[Rules]:
    """All collections of rules, each once."""
    return list(dict.fromkeys(theme for themes in PHASES.values() for theme in themes))


def _every_rule() -> Iterator[Rule]:
    for theme in every_theme():
        yield from theme


THEMES = {rule: theme.name for theme in every_theme() for rule in theme}


def _theme(rule: Rule) -> str:
    return THEMES.get(rule, "")


def _check(words: Iterable[str]) -> None:
    known = {*PHASES, *THEMES.values(), *(rule.name for rule in THEMES)}
    for word in words:
        if word not in known:
            phases = ", ".join(PHASES)
            themes = ", ".join(dict.fromkeys(THEMES.values()))
            raise RewriteError(
                f"There is no phase, theme or rule named {word!r}.",
                remedy=f"Phases are {phases}; themes are {themes}.",
            )
