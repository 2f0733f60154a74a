"""Pictures of a posterior: traces with densities, and a forest beside the reference."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from report import Row
from scipy.stats import gaussian_kde

COLOURS = ("#1b6ca8", "#e07a2f", "#3a9d5d", "#b04a8f")
"""One for each chain."""
GREY = "#8a8f98"
QUANTILES = (0.025, 0.25, 0.5, 0.75, 0.975)
MOST_POINTS = 800


def trace(rows: Sequence[Row], path: Path) -> None:
    """For each parameter the densities of its chains, and the draws in order.

    Long chains are thinned in the picture.
    """
    figure = Figure(figsize=(10, 0.3 + 1.1 * len(rows)), layout="constrained")
    grid = figure.subplots(len(rows), 2, squeeze=False, width_ratios=(1, 2.5))
    for (left, right), row in zip(grid, rows, strict=True):
        count = row.draws.shape[1]
        seen = np.arange(0, count, -(-count // MOST_POINTS))
        for draws, colour in zip(row.draws, COLOURS, strict=False):
            points = np.linspace(draws.min(), draws.max(), 200)
            left.plot(points, gaussian_kde(draws)(points), color=colour, lw=1)
            right.plot(seen, draws[seen], color=colour, lw=0.5, alpha=0.75)
        left.axvline(row.reference["mean"], color=GREY, lw=0.8, ls="--", zorder=0)
        left.set_ylabel(row.name, rotation=0, ha="right", va="center", fontsize=9)
        left.set_yticks([])
        right.margins(x=0)
        _bare(left, "left", "top", "right")
        _bare(right, "top", "right")
        if row is not rows[-1]:
            right.tick_params(labelbottom=False)
    grid[-1][1].set_xlabel("draw", fontsize=9)
    figure.savefig(path, dpi=130)


def forest(rows: Sequence[Row], path: Path) -> None:
    """Median, central 50 % and 95 % of each parameter, ours above the reference."""
    figure = Figure(figsize=(7, 0.9 + 0.3 * len(rows)), layout="constrained")
    axes = figure.subplots()
    places = np.arange(len(rows))[::-1]
    for place, row in zip(places, rows, strict=True):
        _interval(axes, place + 0.14, np.quantile(row.draws, QUANTILES), COLOURS[0])
        _interval(axes, place - 0.14, row.reference["quantiles"], GREY)
    axes.plot([], [], color=COLOURS[0], lw=3, label="tensorgraph")
    axes.plot([], [], color=GREY, lw=3, label="reference")
    axes.legend(
        frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9
    )
    axes.set_yticks(places, [row.name for row in rows])
    axes.set_ylim(-0.6, len(rows) - 0.4)
    axes.axvline(0, color=GREY, lw=0.6, zorder=0)
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("median, central 50 % and 95 %", fontsize=9)
    _bare(axes, "left", "top", "right")
    figure.savefig(path, dpi=130)


def _interval(axes: Any, place: float, quantiles: Sequence[float], colour: str) -> None:
    low, lower, middle, upper, high = quantiles
    style = {"color": colour, "solid_capstyle": "round"}
    axes.plot([low, high], [place, place], lw=1, **style)
    axes.plot([lower, upper], [place, place], lw=3, **style)
    axes.plot(middle, place, "o", ms=4, mfc="white", mec=colour, mew=1.2)


def _bare(axes: Any, *sides: str) -> None:
    axes.spines[list(sides)].set_visible(False)
    axes.tick_params(labelsize=8)
