"""What every example tells about its run: seconds a stage took, and draws beside a reference."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

_started = time.perf_counter()

import tensorgraph  # noqa: E402, F401  (timed, NumPy aside)

IMPORT_SECONDS = time.perf_counter() - _started

import arviz  # noqa: E402
import xarray  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

FOLDER = Path(__file__).parent
LARGEST_SCORE = 4.0
LARGEST_RHAT = 1.01


@dataclass(frozen=True)
class Row:
    """One scalar parameter: our draws beside the reference.

    `mean_score` is how many Monte Carlo standard errors lie between the two means, `sd_score`
    the same for the standard deviations. `quantiles` are at 2.5, 25, 50, 75 and 97.5 %.
    """

    name: str
    mean: float
    sd: float
    quantiles: np.ndarray
    ess: float
    rhat: float
    reference: dict[str, Any]
    mean_score: float
    sd_score: float

    @property
    def agrees(self) -> bool:
        """Whether means, standard deviations and chains agree."""
        scores = self.mean_score < LARGEST_SCORE and self.sd_score < LARGEST_SCORE
        return scores and self.rhat < LARGEST_RHAT


def load(name: str) -> dict[str, Any]:
    """The file of an example: its data as arrays, and the reference posterior."""
    found = json.loads((FOLDER / "data" / f"{name}.json").read_text())
    found["data"] = {
        key: np.array(value) if isinstance(value, list) else value
        for key, value in found["data"].items()
    }
    return found


def compare(result: Any, reference: dict[str, Any]) -> list[Row]:
    """A row for each parameter that the reference knows, in its order."""
    posterior = as_dataset(result["posterior"])
    centred = posterior - posterior.mean(("chain", "draw"))
    ess = _flat(arviz.ess(posterior))
    ess_mean, rhat = _flat(arviz.ess(posterior, method="mean")), _flat(arviz.rhat(posterior))
    ess_square = _flat(arviz.ess(centred**2, method="mean"))
    draws = _flat(posterior.stack(sample=("chain", "draw"), create_index=False))
    rows = []
    for name, known in reference.items():
        x = draws[name]
        mean, sd = x.mean(), x.std(ddof=1)
        error = sd / np.sqrt(ess_mean[name])
        sd_error = ((x - mean) ** 2).std() / (2 * sd) / np.sqrt(ess_square[name])
        rows.append(
            Row(
                name, mean, sd, np.quantile(x, [0.025, 0.25, 0.5, 0.75, 0.975]),
                float(ess[name]), float(rhat[name]), known,
                abs(mean - known["mean"]) / np.hypot(error, known["mcse_mean"]),
                abs(sd - known["sd"]) / np.hypot(sd_error, known["mcse_sd"]),
            )
        )  # fmt: skip
    return rows


def as_dataset(group: Any) -> xarray.Dataset:
    """A group of `InferenceData` (ArviZ 0.x) or `DataTree` (ArviZ 1) as a dataset."""
    return group if isinstance(group, xarray.Dataset) else group.to_dataset()


def _flat(values: Any) -> dict[str, np.ndarray]:
    """Scalars by names such as theta[2], counted from 1, as the reference names them."""
    found = {}
    for name, array in as_dataset(values).data_vars.items():
        kept = [d for d in array.dims if d not in ("chain", "draw", "sample")]
        grid = np.asarray(array.transpose(*kept, ...))
        for index in np.ndindex(grid.shape[: len(kept)]):
            place = ",".join(str(i + 1) for i in index)
            found[f"{name}[{place}]" if index else str(name)] = grid[index]
    return found


class Report:
    """The stages of a run and its verdict.

    >>> report = Report("eight_schools")
    >>> with report.stage("nothing"):
    ...     pass
    >>> list(report.seconds)
    ['import', 'nothing']
    """

    def __init__(self, name: str) -> None:
        file = load(name)
        self.name = name
        self.data: dict[str, Any] = file["data"]
        self.reference: dict[str, Any] = file["reference"]
        self.source: str = file["source"]
        self.seconds = {"import": IMPORT_SECONDS}
        self.output = FOLDER / "output"
        self.output.mkdir(exist_ok=True)
        self.console = Console(width=None if Console().is_terminal else 100)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times what is done inside."""
        start = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - start

    def path(self, picture: str) -> Path:
        """Where a picture is saved."""
        return self.output / f"{self.name}_{picture}.png"

    def finish(self, rows: list[Row], most: int = 24) -> int:
        """Print table, stages and verdict; the exit status says whether all rows agree."""
        shown = rows if len(rows) <= most else _worst(rows, most)
        self.console.print(self._table(shown, len(rows)))
        total = sum(self.seconds.values())
        stages = "   ".join(f"{name} {s:.2f} s" for name, s in self.seconds.items())
        self.console.print(f"\n{stages}   total {total:.2f} s", highlight=False)
        wrong = [row.name for row in rows if not row.agrees]
        if wrong:
            self.console.print(f"[bold red]These disagree: {', '.join(wrong)}")
            return 1
        self.console.print(
            f"All {len(rows)} parameters agree with the reference: scores below "
            f"{LARGEST_SCORE:g}, R-hat below {LARGEST_RHAT}.",
            highlight=False,
        )
        return 0

    def _table(self, rows: list[Row], count: int) -> Table:
        some = f", the {len(rows)} that differ most of {count}" if len(rows) < count else ""
        table = Table(
            title=f"{self.name}: posterior beside its reference{some}",
            caption=f"reference: {self.source}\nscore: differences of means and of standard "
            "deviations in Monte Carlo standard errors",
        )
        table.add_column("")
        for column in (
            "mean", "reference", "score", "sd", "reference", "score", "ESS", "R-hat"
        ):  # fmt: skip
            table.add_column(column, justify="right")
        for row in rows:
            known = row.reference
            table.add_row(
                row.name,
                f"{row.mean:.3f}", f"{known['mean']:.3f}", f"{row.mean_score:.1f}",
                f"{row.sd:.3f}", f"{known['sd']:.3f}", f"{row.sd_score:.1f}",
                f"{row.ess:.0f}", f"{row.rhat:.4f}",
                style=None if row.agrees else "bold red",
            )  # fmt: skip
        return table


def _worst(rows: list[Row], most: int) -> list[Row]:
    order = sorted(rows, key=lambda r: -max(r.mean_score, r.sd_score, 1000 * (r.rhat - 1)))
    kept = set(map(id, order[:most]))
    return [row for row in rows if id(row) in kept]
