"""How long each phase of a compilation takes, from the graph to the first result."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from graphs import outputs, workload
from peers import harness

import tensorgraph as tg
from tensorgraph.graph.traverse import applies

PEER = "tensorgraph"
STEPS = {"rewrite_graph": "rewrite", "lower": "lower", "link": "link"}
"""The functions that `tg.function` calls, and the phases they are."""


def cpu_seconds() -> float:
    """CPU seconds of this process and of the compilers that it waited for.

    `harness.cpu_seconds` counts in ticks of 10 ms, longer than a warm compilation.
    """
    compilers = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + compilers.ru_utime + compilers.ru_stime


class Stopwatch:
    """Adds up the seconds, of clock and of processor, spent in some functions."""

    def __init__(self, module: Any, names: dict[str, str]) -> None:
        self.seconds = dict.fromkeys(names.values(), 0.0)
        self.seconds |= {f"{phase}_cpu": 0.0 for phase in names.values()}
        for name, phase in names.items():
            setattr(module, name, self._timed(getattr(module, name), phase))

    def _timed(self, function: Callable[..., Any], phase: str) -> Callable[..., Any]:
        def timed(*args: Any, **keywords: Any) -> Any:
            start, cpu = time.perf_counter(), cpu_seconds()
            try:
                return function(*args, **keywords)
            finally:
                self.seconds[phase] += time.perf_counter() - start
                self.seconds[f"{phase}_cpu"] += cpu_seconds() - cpu

        return timed


def compile_once(variant: str, name: str, stage: str) -> None:
    """Compile a workload in this process and print its phases, latency and error."""
    case = workload(name)
    watch = Stopwatch(sys.modules["tensorgraph.function"], STEPS)
    times = [time.perf_counter()]
    inputs, cost, wrt = case.build()
    times.append(time.perf_counter())
    wanted = outputs(cost, wrt)
    times.append(time.perf_counter())
    cpu = cpu_seconds()
    function = tg.function(inputs, wanted, mode=variant.upper())
    times.append(time.perf_counter())
    found = function(*case.arguments)
    times.append(time.perf_counter())
    cpu = cpu_seconds() - cpu
    build, grad, compiled, first = np.diff(times).tolist()
    phases = {
        "graph_build": build, "grad": grad, **watch.seconds, "function": compiled,
        "first_call": first, "latency": compiled + first, "cpu": cpu,
    }  # fmt: skip
    for metric, value in phases.items():
        harness.emit(PEER, variant, name, f"compile_{stage}_{metric}", value, "s")
    nodes = sum(1 for _ in applies(function.keepalive.graph))
    harness.emit(PEER, variant, name, f"nodes_final_{stage}", nodes, "count")
    error = float(case.error(found))
    harness.emit(PEER, variant, name, f"compile_{stage}_error", error, "ratio")
