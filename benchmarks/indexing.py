"""Time of compiled functions with and without the rules that carry indices.

    python benchmarks/indexing.py

prints microseconds for a call in the C mode and their ratio.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import tensorgraph as tg
from tensorgraph.rewrites import phases

THEMES = "indexing slices pieces gathers updates cotangents running tables".split()


@contextmanager
def without(themes: list[str]) -> Iterator[None]:
    """The phases without some themes."""
    before = dict(phases.PHASES)
    for phase, names in before.items():
        phases.PHASES[phase] = tuple(name for name in names if name not in themes)
    try:
        yield
    finally:
        phases.PHASES.update(before)


def cases() -> Iterator[tuple[str, list[Any], Any, list[np.ndarray]]]:
    """A name, the inputs, the outputs, and values."""
    rng = np.random.default_rng(0)
    a, b = tg.dmatrix("a"), tg.dmatrix("b")
    row = tg.log_softmax(tg.tanh(a @ b), axis=1)[3, 5]
    squares = [rng.normal(size=(300, 300)) for _ in "ab"]
    yield "an element of log_softmax(tanh(a @ b))", [a, b], row, squares
    gradients = tg.grad(row, [a, b])
    yield "the same with its gradient", [a, b], [row, *gradients], squares
    x, many = tg.dvector("x"), rng.normal(size=100_000)
    yield "the last of a cumsum", [x], tg.cumsum(tg.exp(x))[-1], [many]
    element = (tg.exp(tg.sin(x)) * tg.cumsum(x)[::-1])[7]
    yield "an element of a formula", [x], element, [many]
    start = tg.zeros(50)
    rows = tg.scan(lambda e, state: 0.9 * state + e, [x], [start])
    yield "the last row of a loop", [x], rows[-1], [many[:20_000]]
    v, group = tg.dvector("v", shape=20), tg.lvector("group")
    total = tg.sum(tg.log(1 + tg.exp(v[group])))
    yield (
        "a sum over groups",
        [v, group],
        total,
        [many[:20], rng.integers(0, 20, 100_000)],
    )


def seconds(function: Callable[..., Any], values: list[np.ndarray]) -> float:
    """The least time of a call."""
    function(*values)
    best = np.inf
    for _ in range(7):
        start = time.perf_counter()
        function(*values)
        best = min(best, time.perf_counter() - start)
    return float(best)


def main() -> None:
    """Print a line for each case."""
    print(f"{'':40} {'with':>10} {'without':>10} {'ratio':>8}")
    for name, inputs, outputs, values in cases():
        fast = seconds(tg.function(inputs, outputs, mode="C"), values)
        with without(THEMES):
            slow = seconds(tg.function(inputs, outputs, mode="C"), values)
        times = f"{fast * 1e6:10.1f} {slow * 1e6:10.1f}"
        print(f"{name:40} {times} {slow / fast:8.1f}")


if __name__ == "__main__":
    main()
