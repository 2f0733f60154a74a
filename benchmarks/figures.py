"""Measured figures: kept by metric, workload and who, in a file that the docs read."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("figures.json")
"""The figures that the documentation shows."""

DIGITS = 4
NOISE = 0.1
"""Figures are noisy if their two best rounds differ by more than this part."""


@dataclass
class Figures:
    """What was measured: the values of each round, and what they were taken on.

    `values` maps a metric to workloads, those to who ("tensorgraph c", "floor c"), and
    those to one value for each round. `taken` maps groups to machine, versions, load.

    >>> rows = [{"peer": "floor", "variant": "c", "workload": "gp", "metric": "time",
    ...          "value": v, "unit": "us"} for v in (1.5, 1.25)]
    >>> figures = Figures()
    >>> figures.add(rows)
    >>> figures.best("time", "gp", "floor c"), figures.noisy("time", "gp", "floor c")
    (1.25, True)
    """

    values: dict[str, dict[str, dict[str, list[float]]]] = field(default_factory=dict)
    taken: dict[str, dict[str, str]] = field(default_factory=dict)

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Take the rows of a run."""
        for row in rows:
            workloads = self.values.setdefault(row["metric"], {})
            who = f"{row['peer']} {row['variant']}"
            places = workloads.setdefault(row["workload"], {})
            places.setdefault(who, []).append(float(f"{row['value']:.{DIGITS}g}"))

    def rounds(self, metric: str, workload: str, who: str) -> list[float]:
        """The values of all rounds, least first; none if it was not measured."""
        return sorted(self.values.get(metric, {}).get(workload, {}).get(who, []))

    def best(self, metric: str, workload: str, who: str) -> float | None:
        """The least value of all rounds; None if it was not measured."""
        return next(iter(self.rounds(metric, workload, who)), None)

    def noisy(self, metric: str, workload: str, who: str) -> bool:
        """Whether the two best rounds disagree."""
        found = self.rounds(metric, workload, who)
        return len(found) > 1 and found[1] > (1 + NOISE) * found[0]

    def workloads(self, metric: str) -> list[str]:
        """The workloads for which a metric was measured, in the order they were."""
        return list(self.values.get(metric, {}))

    def only(self, metrics: set[str]) -> Figures:
        """The figures of some metrics."""
        kept = {m: found for m, found in self.values.items() if m in metrics}
        return Figures(kept, self.taken)

    def update(self, other: Figures) -> None:
        """Replace the workloads that were measured again, and what it was taken on."""
        for metric, workloads in other.values.items():
            self.values.setdefault(metric, {}).update(workloads)
        self.taken.update(other.taken)

    def conditions(self) -> dict[str, str]:
        """What the figures were taken on; where groups differ, by group.

        >>> Figures({}, {"steady": {"load": "1"}, "import": {"load": "2"}}).conditions()
        {'load': '1 (steady), 2 (import)'}
        """
        found: dict[str, dict[str, list[str]]] = {}
        for group, lines in self.taken.items():
            for name, value in lines.items():
                found.setdefault(name, {}).setdefault(value, []).append(group)
        return {
            name: ", ".join(
                value
                if len(groups) == len(self.taken)
                else f"{value} ({', '.join(groups)})"
                for value, groups in values.items()
            )
            for name, values in found.items()
        }

    def save(self, path: Path) -> None:
        """Write a file that `load` reads; a line for each workload."""
        parts = [f'"taken": {json.dumps(self.taken, indent=1, ensure_ascii=False)}']
        for metric, workloads in self.values.items():
            lines = [f"{json.dumps(w)}: {json.dumps(f)}" for w, f in workloads.items()]
            parts.append(f"{json.dumps(metric)}: {{\n" + ",\n".join(lines) + "}")
        path.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Figures:
        """Read a file that `save` wrote."""
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            if not all(isinstance(value, dict) for value in found.values()):
                raise ValueError("other things stand in it")
            return cls(taken=found.pop("taken"), values=found)
        except (OSError, ValueError, KeyError, AttributeError) as error:
            raise SystemExit(
                f"{path} holds no figures ({type(error).__name__}: {error}).\n"
                f"Make it with: python benchmarks/table.py --json {path}"
            ) from error


def exponent(smaller: float, larger: float, sizes: tuple[float, float]) -> float:
    """By which power of the size a figure grows.

    >>> exponent(1.0, 8.0, (10, 20))
    3.0
    """
    return math.log(larger / smaller) / math.log(sizes[1] / sizes[0])
