"""The phases of rewriting, as lists on one page, and `rewrite_graph`."""

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
from tensorgraph.lazy import load
from tensorgraph.rewrites.fit import fit

PHASES: dict[str, tuple[str, ...]] = {
    "canonicalize": (
        "fold", "arithmetic", "signs", "numbers", "quotients", "terms", "powers",
        "functions", "trigonometry", "rounding", "bits", "logic", "choices", "casts",
        "shapes", "joins", "reductions", "branches", "indexing", "slices", "pieces",
        "gathers", "updates", "cotangents", "running",
    ),
    "stabilize": (
        "stable", "logistic", "exponentials", "logarithms", "cancellation", "near_one",
        "normal", "gammas", "tails", "hyperbolic",
        "matrix_products", "diagonals", "kronecker", "blocks", "factorization",
        "solving", "determinants", "matrix_functions",
    ),
    "specialize": (
        "specialize", "scalars", "scans", "packing", "products", "tables",
        "assumptions",
    ),
    "prepare": (
        "fold", "arithmetic", "signs", "numbers", "quotients", "terms", "powers",
        "functions", "trigonometry", "rounding", "bits", "logic", "choices", "casts",
        "shapes", "reductions", "stable",
    ),
}  # fmt: skip
"""The themes of each phase; a phase runs together with those before it.

`prepare` is for densities: it leaves out the rules that widen a domain, so that
supports stay what they are, and knows nothing of indices. A theme is the `Rules` of the
file of its name, which is imported when a graph can first contain what it is about.
"""

ABOUT: dict[str, tuple[str, ...]] = {
    "trigonometry": ("ops.pointwise.trigonometry",),
    "hyperbolic": ("ops.pointwise.trigonometry",),
    "tails": ("ops.special.incomplete_gamma", "ops.special.beta"),
    "rounding": ("ops.pointwise.rounding",),
    "bits": ("ops.pointwise.bits",),
    "running": ("ops.reducing.running",),
    "diagonals": ("ops.creating.diagonal",),
    "kronecker": ("ops.linalg.products",),
    "blocks": ("ops.linalg.special_matrices", "ops.linalg.assume"),
    "factorization": ("ops.linalg.factor",),
    "solving": ("ops.linalg.lu",),
    "determinants": ("ops.linalg.determinant",),
    "matrix_functions": ("ops.linalg.functions",),
    "assumptions": ("ops.linalg.assume",),
}
"""For themes about ops that few graphs have: the modules that declare these ops.

As long as none of them is loaded, no graph can contain their ops.
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
        elif word in _theme_names():
            left_out.update(rule.name for rule in theme(word))
    return tuple(rule for rule in rules if rule.name not in left_out)


def _rules_of(phase: str) -> list[Rule]:
    """The rules of a phase about ops that graphs can contain by now."""
    themes = [theme(name) for name in PHASES[phase] if _may_matter(name)]
    rules = [rule for one in themes for rule in one]
    return [r for r in rules if not r.widens] if phase in KEEPS_SUPPORT else rules


def _may_matter(name: str) -> bool:
    about = ABOUT.get(name)
    return about is None or any(f"tensorgraph.{m}" in sys.modules for m in about)


@cache
def theme(name: str) -> Rules:
    """The rules of a theme, from the file of its name."""
    found: Rules = getattr(load(f"tensorgraph.rewrites.{name}"), name)
    return found


def _theme_names() -> list[str]:
    return list(dict.fromkeys(name for names in PHASES.values() for name in names))


def every_theme() -> dict[str, Rules]:
    """All collections of rules by name, loaded or not before."""
    return {name: theme(name) for name in _theme_names()}


def _rules_by_name() -> dict[str, Rule]:
    return {rule.name: rule for rules in every_theme().values() for rule in rules}


def _check(words: Iterable[str]) -> None:
    for word in words:
        if word in PHASES or word in _theme_names() or word in _rules_by_name():
            continue
        raise RewriteError(
            f"There is no phase, theme or rule named {word!r}.",
            remedy=f"Phases are {', '.join(PHASES)}; "
            f"themes are {', '.join(_theme_names())}.",
        )
