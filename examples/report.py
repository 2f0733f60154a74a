"""What an example tells of its run: seconds of each stage, draws beside a reference."""

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
    """One scalar parameter: our draws (chain, draw) beside the reference.

    `mean_score` is how many Monte Carlo standard errors lie between the two means,
    `sd_score` the same for the standard deviations.
    """

    name: str
    draws: np.ndarray
    mean: float
    sd: float
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
    names = dict.fromkeys(name.partition("[")[0] for name in reference)
    posterior = as_dataset(result["posterior"])[list(names)]
    square = (posterior - posterior.mean(("chain", "draw"))) ** 2
    found = {
        "draws": posterior, "ess": arviz.ess(posterior), "rhat": arviz.rhat(posterior),
        "ess_mean": arviz.ess(posterior, method="mean"),
        "ess_square": arviz.ess(square, method="mean"),
    }  # fmt: skip
    columns = {key: scalars(values) for key, values in found.items()}
    return [
        _row(name, known, {key: column[name] for key, column in columns.items()})
        for name, known in reference.items()
    ]


def _row(name: str, known: dict[str, Any], found: dict[str, np.ndarray]) -> Row:
    draws = found["draws"]
    mean, sd = draws.mean(), draws.std(ddof=1)
    error = sd / np.sqrt(found["ess_mean"])
    sd_error = ((draws - mean) ** 2).std() / (2 * sd) / np.sqrt(found["ess_square"])
    return Row(
        name, draws, mean, sd, float(found["ess"]), float(found["rhat"]), known,
        float(abs(mean - known["mean"]) / np.hypot(error, known["mcse_mean"])),
        float(abs(sd - known["sd"]) / np.hypot(sd_error, known["mcse_sd"])),
    )  # fmt: skip


def as_dataset(group: Any) -> xarray.Dataset:
    """A group of `InferenceData` (ArviZ 0.x) or `DataTree` (ArviZ 1) as a dataset."""
    return group if isinstance(group, xarray.Dataset) else group.to_dataset()


def scalars(values: Any) -> dict[str, np.ndarray]:
    """Scalars by names such as theta[2], counted from 1 as in the reference."""
    found = {}
    for name, array in as_dataset(values).data_vars.items():
        own = [dim for dim in array.dims if dim not in ("chain", "draw")]
        grid = np.asarray(array.transpose(*own, ...))
        for index in np.ndindex(grid.shape[: len(own)]):
            place = ",".join(str(i + 1) for i in index)
            found[f"{name}[{place}]" if index else str(name)] = grid[index]
    return found


class Report:
    """The stages of a run and its verdict."""

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
        """Print table, stages and verdict; the exit status is 0 if all rows agree."""
        shown = rows if len(rows) <= most else _worst(rows, most)
        self.console.print(self._table(shown, len(rows)))
        total = sum(self.seconds.values())
        for name, seconds in {**self.seconds, "all": total}.items():
            self.console.print(f"{name:12} {seconds:6.2f} s", highlight=False)
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
        table = Table(
            title=f"{self.name}: posterior beside its reference"
            + (f", the {len(rows)} that differ most of {count}" * (len(rows) < count)),
            caption=f"reference: {self.source}\nscore: differences of means and of "
            "standard deviations in Monte Carlo standard errors",
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
    def oddness(row: Row) -> float:
        return max(row.mean_score, row.sd_score, 1000 * (row.rhat - 1))

    kept = set(map(id, sorted(rows, key=oddness, reverse=True)[:most]))
    return [row for row in rows if id(row) in kept]
