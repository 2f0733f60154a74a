"""Pictures of a posterior: traces with their densities, and a forest beside the reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from report import Row, as_dataset
from scipy.stats import gaussian_kde

COLOURS = ("#1b6ca8", "#e07a2f", "#3a9d5d", "#b04a8f")
"""One for each chain."""
GREY = "#8a8f98"


def trace(result: Any, names: Sequence[str], path: Path) -> None:
    """For each variable the density of its draws, chain by chain, and the draws in order."""
    posterior = as_dataset(result["posterior"])
    figure = Figure(figsize=(11, 1.7 * len(names)), layout="constrained")
    grid = figure.subplots(len(names), 2, squeeze=False, width_ratios=(1, 2))
    for (left, right), name in zip(grid, names, strict=True):
        array = posterior[name]
        values = np.asarray(array.transpose("chain", "draw", ...))
        values = values.reshape(*values.shape[:2], -1)
        faint = 1.0 if values.shape[2] == 1 else 0.35
        for chain, colour in zip(values, COLOURS, strict=False):
            for column in chain.T:
                grid_points = np.linspace(column.min(), column.max(), 200)
                density = gaussian_kde(column)(grid_points)
                left.plot(grid_points, density, color=colour, lw=1, alpha=max(faint, 0.5))
            right.plot(chain[:, 0], color=colour, lw=0.4, alpha=0.8)
        many = f" ({values.shape[2]} curves a chain)" if values.shape[2] > 1 else ""
        left.set_title(f"{name}{many}", loc="left", fontsize=10)
        first = name if values.shape[2] == 1 else f"{name}[1]"
        right.set_title(first, loc="left", fontsize=10)
        left.set_yticks([])
        right.margins(x=0)
        _bare(left), _bare(right)
    grid[-1][1].set_xlabel("draw")
    figure.savefig(path, dpi=130)


def forest(rows: Sequence[Row], path: Path, labels: Sequence[str] | None = None) -> None:
    """Median, central 50 % and central 95 % of each parameter, ours above the reference."""
    figure = Figure(figsize=(8, 0.9 + 0.34 * len(rows)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        _interval(axes, place + 0.13, row.quantiles, COLOURS[0])
        _interval(axes, place - 0.17, np.array(row.reference["quantiles"]), GREY)
    axes.plot([], [], color=COLOURS[0], lw=3, label="tensorgraph")
    axes.plot([], [], color=GREY, lw=3, label="reference")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)
    axes.set_yticks(places, labels or [row.name for row in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.axvline(0, color=GREY, lw=0.6, zorder=0)
    axes.tick_params(axis="y", length=0)
    _bare(axes)
    axes.spines["left"].set_visible(False)
    figure.savefig(path, dpi=130)


def _interval(axes: Any, place: float, quantiles: np.ndarray, colour: str) -> None:
    low, lower, middle, upper, high = quantiles
    axes.plot([low, high], [place, place], color=colour, lw=1, solid_capstyle="round")
    axes.plot([lower, upper], [place, place], color=colour, lw=3, solid_capstyle="round")
    axes.plot(middle, place, "o", ms=4, mfc="white", mec=colour, mew=1.2)


def _bare(axes: Any) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
