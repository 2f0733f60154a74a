"""The figures as a table: lines of text, or of a page of the documentation.

    python benchmarks/shown.py [FILE] [part ...]

Without FILE, the figures of the documentation. Parts: those of `targets.PARTS`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from figures import FILE, Figures, exponent
from targets import PARTS, PEERS, Line, Part

WRONG = 1e-8
"""Results must agree with the NumPy reference to this part."""

Row = dict[str, str]


def number(value: float | None) -> str:
    """Three digits.

    >>> number(0.012345), number(1234.5), number(None)
    ('0.0123', '1234', '')
    """
    if value is None:
        return ""
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def best_of_peer(figures: Figures, line: Line, whose: Sequence[str]) -> float | None:
    """The least figure of a peer; by the clock where it counted no CPU time."""
    metrics = (line.metric, line.metric.removesuffix("_cpu"))
    for metric in metrics:
        found = [figures.best(metric, line.workload, who) for who in whose]
        if known := [value for value in found if value is not None]:
            return min(known)
    return None


def row(figures: Figures, line: Line, part: Part) -> Row:
    """The cells of a line by their heads; empty ones where nothing was measured."""
    ours = figures.best(line.metric, line.workload, line.who)
    if ours is None:
        return {}
    noisy = figures.noisy(line.metric, line.workload, line.who)
    floor = figures.best(line.metric, line.workload, line.floor)
    limit = line.limit(figures)
    cells = {"": line.what, f"ours, {part.unit}": "~" * noisy + number(ours)}
    cells["clock"] = number(figures.best(line.clock, line.workload, line.who))
    cells[part.floor] = number(floor)
    cells["ratio"] = number(floor and ours / floor)
    cells["target"] = str(line.target or "")
    cells["met"] = "" if limit is None else "yes" if ours <= limit else "no"
    for name, whose in PEERS.items() if part.peers else ():
        other = best_of_peer(figures, line, whose)
        cells[name] = (other and f"{number(other)} ({number(other / ours)}x)") or ""
    return cells


def rows_of(figures: Figures, part: Part) -> list[Row]:
    """The rows of a part that were measured, all with the same heads."""
    lines = part.lines(figures)
    found = [row(figures, line, part) for line in lines]
    growth = dict(growths(figures, lines))
    for i, cells in enumerate(found):
        if cells:
            cells["growth"] = growth.get(i, "")
    found = [cells for cells in found if cells]
    heads = [h for h in (found[0] if found else {}) if any(c[h] for c in found)]
    return [{head: cells[head] for head in heads} for cells in found]


def growths(figures: Figures, lines: Sequence[Line]) -> Iterator[tuple[int, str]]:
    """Where lines follow each other with growing sizes: the exponent of the growth."""
    for i, (a, b) in enumerate(pairwise(lines)):
        if a.size and b.size and b.size > a.size:
            small = figures.best(a.metric, a.workload, a.who)
            large = figures.best(b.metric, b.workload, b.who)
            if small and large:
                yield i + 1, f"{exponent(small, large, (a.size, b.size)):.2f}"


def text(figures: Figures, names: Sequence[str] = tuple(PARTS)) -> str:
    """The table as lines of text, a part below the other."""
    taken = figures.conditions().items()
    found = [f"{key:12} {value}" for key, value in taken]
    for name in names:
        part = PARTS[name]
        rows = rows_of(figures, part)
        if rows:
            table = [list(rows[0]), *(list(cells.values()) for cells in rows)]
            found += ["", part.title, *aligned(table)]
    return "\n".join([*found, "", *wrong(figures)]).rstrip()


def aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Columns of one width each; the first one to the left."""
    widths = [max(map(len, column)) + 2 for column in zip(*table, strict=True)]
    return [
        line[0].ljust(widths[0])
        + "".join(cell.rjust(w) for cell, w in zip(line[1:], widths[1:], strict=True))
        for line in table
    ]


def wrong(figures: Figures) -> list[str]:
    """What did not agree with NumPy."""
    return [
        f"WRONG: {who} on {workload} differs from NumPy by {max(values):.1e}"
        for metric, workloads in figures.values.items()
        if metric.endswith("error")
        for workload, found in workloads.items()
        for who, values in found.items()
        if not max(values) <= WRONG
    ]


def markdown(name: str, figures: Figures | None = None) -> list[str]:
    """A part of the table for a page; "machine" is what the figures were taken on.

    The text that `docs/refresh.py` puts between ``<!-- figures: PART -->`` and its end.
    """
    figures = figures or Figures.load(FILE)
    if name == "machine":
        found = figures.conditions()
        return ["| | |", "|---|---|", *(f"| {k} | {v} |" for k, v in found.items())]
    rows = rows_of(figures, PARTS[name])
    if not rows:
        return ["(not measured)"]
    heads = [head for head in rows[0] if head != "clock"]
    table = [heads, *([row[head] for head in heads] for row in rows)]
    lines = [f"| {' | '.join(line)} |" for line in table]
    return [lines[0], "|---" + "|---:" * (len(heads) - 1) + "|", *lines[1:]]


def main(arguments: Sequence[str]) -> None:
    """Print a file of figures."""
    given = [a for a in arguments if a not in PARTS]
    if len(given) > 1:
        raise SystemExit(f"{given[1]!r} is no part of the table: {', '.join(PARTS)}.")
    figures = Figures.load(Path(given[0]) if given else FILE)
    print(text(figures, [a for a in arguments if a in PARTS] or tuple(PARTS)))


if __name__ == "__main__":
    main(sys.argv[1:])
