"""What rewriting did: each firing of a rule, before and after, with the user's line."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.place import Place
from tensorgraph.graph.rules import Rule
from tensorgraph.record import record


def formula(variable: Variable, depth: int = 4) -> str:
    """A graph on one line, ``Log(Add(1, x))``; what is deeper than `depth` is ``…``.

    >>> import tensorgraph as tg
    >>> formula(tg.log(1 + tg.dscalar("x")))
    'Log(Add(1, x))'
    """
    node = variable.owner
    if node is None:
        return repr(variable)
    head = f"{node.op}.{variable.index}" if len(node.outputs) > 1 else str(node.op)
    if not depth:
        return variable.name or "…"
    return f"{head}({', '.join(formula(v, depth - 1) for v in node.inputs)})"


@record
class Firing:
    """One application of a rule."""

    rule: Rule
    before: str
    after: str
    places: tuple[Place, ...]

    def __str__(self) -> str:
        lines = [self.rule.name, f"  {self.before}", f"  → {self.after}"]
        lines.append(f"  because: {self.rule.reason}")
        return "\n".join([*lines, *(f"  at {place}" for place in self.places)])


class Tally:
    """What a rule cost: how often it was tried, how often it fired, and the seconds."""

    def __init__(self) -> None:
        self.tried = 0
        self.fired = 0
        self.seconds = 0.0


class Trace:
    """The firings of a rewriting, in order; printing it tells the story.

    With a `limit`, rewriting stops after so many firings. `tallies` says by the name of
    a rule how often it was tried and fired, and how long that took; `table()` shows it.

    >>> import tensorgraph as tg
    >>> trace, x = Trace(), tg.dscalar("x")
    >>> y = tg.rewrite_graph(tg.log(1 + x), trace=trace)
    >>> print(trace.firings[-1].before, "→", trace.firings[-1].after)
    Log(Add(1.0, x)) → Log1p(x)
    """

    def __init__(self, limit: int | None = None) -> None:
        self.limit = limit
        self.firings: list[Firing] = []
        self.tallies: dict[str, Tally] = {}

    @property
    def is_full(self) -> bool:
        """Whether no more rules may fire."""
        return self.limit is not None and len(self.firings) >= self.limit

    def record(self, rule: Rule, node: Apply, before: str, after: Variable) -> None:
        """Note that `rule` turned a node, shown as `before`, into `after`."""
        self.firings.append(Firing(rule, before, formula(after), node.places))

    def count(self, rule: Rule, fired: bool, start: float) -> None:
        """Note that a rule was tried since `start`, a time of `time.perf_counter`."""
        tally = self.tallies.setdefault(rule.name, Tally())
        tally.tried += 1
        tally.fired += fired
        tally.seconds += time.perf_counter() - start

    def counts(self) -> Counter[str]:
        """How often each rule fired."""
        return Counter(firing.rule.name for firing in self.firings)

    def table(self) -> str:
        """The rules by the time that they took, as text."""
        rows = sorted(self.tallies.items(), key=lambda row: -row[1].seconds)
        width = max((len(name) for name in self.tallies), default=4)
        lines = [f"{'rule':<{width}}  fired   tried        ms"]
        for name, t in rows:
            line = f"{name:<{width}} {t.fired:6d} {t.tried:7d} {1e3 * t.seconds:9.3f}"
            lines.append(line)
        return "\n".join(lines)

    def __iter__(self) -> Iterator[Firing]:
        return iter(self.firings)

    def __len__(self) -> int:
        return len(self.firings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.firings))
