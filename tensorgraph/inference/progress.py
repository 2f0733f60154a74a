"""The progress display: one bar for each chain, on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tensorgraph.inference.chain import Chain
from tensorgraph.lazy import rich_console, rich_progress


class Display:
    """Bars for the chains; nothing is shown where the standard error is no terminal."""

    def __init__(self, chains: Sequence[Chain], wanted: bool) -> None:
        self.chains = chains
        self.bars: Any = None
        if wanted:
            console = rich_console.Console(stderr=True)
            if console.is_terminal:
                self._begin(console)

    def _begin(self, console: Any) -> None:
        kit = rich_progress
        self.bars = kit.Progress(
            kit.TextColumn("{task.description}"), kit.BarColumn(),
            kit.MofNCompleteColumn(), kit.TimeElapsedColumn(),
            kit.TextColumn(
                "{task.fields[steps]} steps, {task.fields[divergent]} divergent"
            ),
            console=console,
        )  # fmt: skip
        settings = self.chains[0].settings
        self.tasks = [
            self.bars.add_task(
                f"chain {c.number}",
                total=settings.tune + settings.draws,
                steps=0,
                divergent=0,
            )
            for c in self.chains
        ]
        self.bars.start()

    def show(self) -> None:
        """Bring the bars up to date."""
        if self.bars is None:
            return
        for chain, task in zip(self.chains, self.tasks, strict=True):
            done, divergent, steps, _ = map(int, chain.progress)
            self.bars.update(task, completed=done, steps=steps, divergent=divergent)

    def close(self) -> None:
        """Leave the last state on the screen."""
        self.show()
        if self.bars is not None:
            self.bars.stop()
