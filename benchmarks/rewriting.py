"""How the cost of rewriting grows with the graph, beside PyTensor's.

    rewriting.py [--shared FOLDER] [size ...]

For random programs of 100, 1,000, 10,000 and 100,000 nodes with their gradients (or
the sizes given): microseconds of CPU time a node for building, differentiating,
interning, matching where nothing fires, and rewriting; and the growth exponent. Then
the residual chain x <- x + 0.05 (tanh(a x + b) + c sin x) with its gradient, of 8 to
1,000 layers. With BENCH_PYTHON_PYTENSOR, an interpreter that has PyTensor, its nodes
per second are measured between ours, by the clock, as ours are.
"""

from __future__ import annotations

import functools
import json
import math
import operator
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from peers import FOLDER
from peers import workloads as W

import tensorgraph as tg
from tensorgraph.collector import paused
from tensorgraph.graph.traverse import applies
from tensorgraph.graph.working import Working

SIZES = (100, 1_000, 10_000, 100_000)
LAYERS = (8, 32, 125, 250, 500, 1_000)
LARGEST_OF_PEER = 1_000
Times = dict[str, float]


def program(size: int) -> tuple[Any, list[Any]]:
    """A random elementwise program, its sum, and what it is differentiated by."""
    x, y = tg.dvector("x"), tg.dvector("y")

    def total(slots: list[Any]) -> Any:
        return functools.reduce(operator.add, slots).sum()

    return W.run_program(size, x, y, tg, total), [x, y]


def residual(layers: int) -> tuple[Any, list[Any]]:
    """A chain of residual layers over a vector, and what it is differentiated by."""
    x, a, b, c = tg.dvector("x"), *tg.dscalars("a b c")
    y = x
    for _ in range(layers):
        y = y + 0.05 * (tg.tanh(a * y + b) + c * tg.sin(y))
    return y.sum(), [x, a, b, c]


def measured(build: Callable[[int], tuple[Any, list[Any]]], size: int) -> Times:
    """The CPU seconds of each step, and the number of nodes with the gradient.

    As the peer's runner does, rewrites the value alone first; that loads the rules.
    """
    tg.rewrite_graph(build(size)[0])
    times: Times = {}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        start, cpu = time.perf_counter(), time.process_time()
        found = step()
        times[name] = time.process_time() - cpu
        times[f"{name}_clock"] = time.perf_counter() - start
        return found

    value, wrt = timed("build", lambda: build(size))
    gradient = timed("grad", lambda: tg.grad(value, wrt))
    graph = [value, *gradient]
    times["nodes"] = sum(1 for _ in applies(graph))
    with paused():
        timed("intern", lambda: Working(graph))
    better = timed("rewrite", lambda: tg.rewrite_graph(graph))
    times["left"] = sum(1 for _ in applies(better))
    timed("again", lambda: tg.rewrite_graph(better))
    return times


def child(*arguments: Any) -> Times:
    """`measured` in a fresh process."""
    command = [sys.executable, __file__, "--one", *map(str, arguments)]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: Times = json.loads(out)
    return found


def pytensor(size: int) -> float | None:
    """PyTensor's nodes per second on the same program, if it can be measured."""
    python = os.environ.get("BENCH_PYTHON_PYTENSOR")
    if not python or size > LARGEST_OF_PEER:
        return None
    command = [python, str(FOLDER / "run_pytensor.py"), "--rewrite", str(size)]
    out = subprocess.run(command, capture_output=True, text=True).stdout
    rows = [json.loads(line) for line in out.splitlines() if line.startswith("{")]
    found = {row["metric"]: row["value"] for row in rows}
    return float(found["nodes_with_grad"] / found["rewrite_with_grad"])


def table(kind: str, sizes: Sequence[int]) -> None:
    """Print a row for each size, and how the time to rewrite grows."""
    heads = "nodes build grad intern match rewrite nodes/s pytensor ratio".split()
    print(f"\n{kind:>9}", *(f"{head:>9}" for head in heads))
    rows = []
    for size in sizes:
        t = child(kind, size)
        rows.append(t)
        speed, peer = t["nodes"] / t["rewrite_clock"], None
        if kind == "program":
            peer = pytensor(size)
        cells = [t[name] / t["nodes"] * 1e6 for name in ("build", "grad", "intern")]
        cells += [t["again"] / t["left"] * 1e6, t["rewrite"] / t["nodes"] * 1e6, speed]
        cells += [peer, speed / peer] if peer else []
        numbers = [f"{cell:9.1f}" for cell in cells]
        print(f"{size:9d} {int(t['nodes']):9d}", *numbers, flush=True)
    for a, b in pairwise(rows):
        slower, larger = b["rewrite"] / a["rewrite"], b["nodes"] / a["nodes"]
        growth = math.log(slower) / math.log(larger)
        print(f"growth from {int(a['nodes'])} to {int(b['nodes'])}: {growth:.2f}")


def main(arguments: Sequence[str]) -> None:
    """Print both tables, or measure one graph for a parent."""
    if arguments[:1] == ["--one"]:
        build = {"program": program, "residual": residual}[arguments[1]]
        print(json.dumps(measured(build, int(arguments[2]))))
        return
    table("program", [int(size) for size in arguments] or SIZES)
    table("residual", LAYERS)


if __name__ == "__main__":
    main(sys.argv[1:])
