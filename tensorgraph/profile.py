"""Where the time of a function goes: by loop nest, and by the user's lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tensorgraph.lazy import rich_console, rich_table
from tensorgraph.loops.profile import Timed

NANOSECONDS = 1e-9


class Profile:
    """The counters of a function that was compiled with ``profile=True``.

    Calling it prints two tables: the time of each loop nest, and that time shared out
    among the lines that the nest computes, by their cost. The values of a nest are
    fused, so the second table is an estimate. The workspace is that of one call; calls
    that run at the same time have one each.

    >>> import tensorgraph as tg
    >>> x = tg.dvector("x")
    >>> f = tg.function([x], tg.exp(x).sum(), profile=True)
    >>> total = f(np.zeros(1000))
    >>> f.profile.calls, f.profile.titles
    (1, ['i in n'])
    >>> f.profile.seconds.shape
    (1,)
    """

    def __init__(self, timed: Sequence[Timed], cell: Any) -> None:
        self.timed = timed
        self.cell = cell
        self.function: Any = None
        self.workspace = ""
        self.reset()

    def watch(self, function: Any, workspace: str) -> None:
        """Say whose calls are counted, and its workspace as arithmetic on sizes."""
        self.function = function
        self.workspace = workspace

    def reset(self) -> None:
        """Start again from zero."""
        self.cell.value = np.zeros(len(self.timed) + 1, dtype="int64")

    @property
    def calls(self) -> int:
        """How often the function has run to its end."""
        return int(self.cell.value[0])

    @property
    def titles(self) -> list[str]:
        """The loops of each nest, as the loop program has them."""
        return [timed.title for timed in self.timed]

    @property
    def seconds(self) -> np.ndarray:
        """The time spent in each nest, in seconds, over all calls."""
        return self.cell.value[1:] * NANOSECONDS  # type: ignore[no-any-return]

    def lines(self) -> dict[Any, float]:
        """The estimated seconds of each of the user's lines, most first."""
        found: dict[Any, float] = {}
        for timed, seconds in zip(self.timed, self.seconds, strict=True):
            whole = sum(timed.lines.values()) or 1
            for place, cost in timed.lines.items():
                found[place] = found.get(place, 0.0) + seconds * cost / whole
        return dict(sorted(found.items(), key=lambda item: -item[1]))

    def memory(self) -> str:
        """The workspace of a call, as arithmetic on sizes, and the most so far."""
        if self.workspace == "0 bytes":
            return "none"
        return f"{self.workspace}, at most {self.function.workspace_bytes:,} so far"

    def __call__(self, file: Any = None) -> None:
        """Print the workspace and both tables, to standard output or to a file."""
        console = rich_console.Console(file=file, highlight=False)
        calls, total = self.calls, float(self.seconds.sum())
        each = f", {_shown(total / calls)} each" if calls else ""
        console.print(f"{calls} calls, {_shown(total)} in loop nests{each}")
        console.print(f"workspace: {self.memory()}", soft_wrap=True)
        console.print(_table("loop nest", self._by_nest(), total, calls))
        lines = [(str(place), seconds) for place, seconds in self.lines().items()]
        console.print(_table("line", lines, total, calls))

    def _by_nest(self) -> list[tuple[str, float]]:
        numbered = zip(self.titles, self.seconds, strict=True)
        return [
            (f"{number}  {title}", float(seconds))
            for number, (title, seconds) in enumerate(numbered, start=1)
        ]


def _table(
    what: str, rows: Sequence[tuple[str, float]], total: float, calls: int
) -> Any:
    table = rich_table.Table(box=None, pad_edge=False)
    table.add_column(what, overflow="fold")
    for heading in ("time", "share", "a call"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, seconds in rows:
        share = f"{seconds / total:.1%}" if total else ""
        each = _shown(seconds / calls) if calls else ""
        table.add_row(name.replace("[", r"\["), _shown(seconds), share, each)
    return table


def _shown(seconds: float) -> str:
    """A time with the unit that suits it.

    >>> _shown(0.0123), _shown(4.5e-6)
    ('12.3 ms', '4.5 µs')
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e9:.0f} ns"
