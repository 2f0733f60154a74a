"""What rewriting did: each firing of a rule, before and after, with the user's line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tensorgraph.graph.node import Apply, Variable
from tensorgraph.graph.place import Place
from tensorgraph.graph.rules import Rule


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


@dataclass(frozen=True)
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


class Trace:
    """The firings of a rewriting, in order; printing it tells the story."""

    def __init__(self) -> None:
        self.firings: list[Firing] = []

    def record(self, rule: Rule, node: Apply, before: str, after: Variable) -> None:
        """Note that `rule` turned a node, shown as `before`, into `after`."""
        self.firings.append(Firing(rule, before, formula(after), node.places))

    def counts(self) -> Counter[str]:
        """How often each rule fired."""
        return Counter(firing.rule.name for firing in self.firings)

    def __iter__(self) -> Iterator[Firing]:
        return iter(self.firings)

    def __len__(self) -> int:
        return len(self.firings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.firings))
