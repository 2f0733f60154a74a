"""Benchmarks of tensorgraph, as JSON lines beside those of its peers.

    run_tensorgraph.py [--shared FOLDER] [group ...]

Groups: import overhead compile steady rewrite random sample; all by default.
``compile=radon_mn,gp_200`` restricts a group to some workloads. FOLDER is that of the
shared peer benchmarks (`peers.py` says where else it is looked for), so that their
`compare.py` runs this file beside the others.
"""

from __future__ import annotations

import functools
import operator
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from graphs import outputs, workload
from peers import harness, sampling
from peers import workloads as W
from phases import compile_once
from raw_calls import loop_in_c
from sampling_models import leapfrog_rate, sample_once

import tensorgraph as tg
from tensorgraph.graph.traverse import applies

PEER = "tensorgraph"
MODES = ("c", "numba")


def cache(folder: str) -> dict[str, str]:
    """The environment that puts everything tensorgraph stores under a folder."""
    return {"TENSORGRAPH_CACHE_DIR": folder, "NUMBA_CACHE_DIR": f"{folder}/numba"}


def time_of(
    variant: str, name: str, metric: str, call: Callable[[], Any], scale: float = 1e6,
    unit: str = "us", repeats: int = 7,
) -> None:  # fmt: skip
    """Time a call and print the metric in units of `scale` a second."""
    harness.emit_time(
        PEER, variant, name, metric, call, scale=scale, unit=unit, repeats=repeats
    )


def complain(mode: str, name: str, error: Exception) -> None:
    """Say which workload failed; the others go on."""
    print(f"# {mode} {name}: {type(error).__name__}: {error}", file=sys.stderr)


def imports() -> None:
    """Import time, beside that of NumPy, which is part of it."""
    statements = {"numpy": "import numpy", "tensorgraph": "import tensorgraph"}
    harness.import_time(PEER, statements)


def overhead() -> None:
    """Calls of x + 1."""
    cases = (
        ("scalar_plus_1", tg.dscalar("x"), {"": np.array(1.0), "_float": 1.0}),
        ("vec3_plus_1", tg.dvector("x"), {"": np.ones(3)}),
    )
    for mode in MODES:
        for name, x, arguments in cases:
            function = tg.function([x], x + 1, mode=mode)
            for suffix, value in arguments.items():
                call = functools.partial(function, value)
                time_of(mode + suffix, name, "call_time", call, 1e9, "ns")


def compilation(names: Sequence[str] = W.COMPILE) -> None:
    """Cold and warm compilation, each in a process of its own."""
    for name in names:
        for variant in ("c", "fast_compile", "numba"):
            folder = tempfile.mkdtemp(prefix="tgbench")
            for stage in ("cold", "warm"):
                again = [__file__, "--compile", variant, name, stage]
                if not harness.child(again, cache(folder), 300):
                    break
            shutil.rmtree(folder, ignore_errors=True)


def steady(names: Sequence[str] = W.STEADY) -> None:
    """Value and gradient, through the Python call and from a loop in C."""
    for name in names:
        for mode in MODES:
            try:
                _steady(name, mode)
            except Exception as error:
                complain(mode, name, error)


def _steady(name: str, mode: str) -> None:
    case = workload(name)
    inputs, cost, wrt = case.build()
    function = tg.function(inputs, outputs(cost, wrt), mode=mode)
    repeat = loop_in_c(function, case.arguments)
    calls: dict[str, Callable[[], Any]] = {
        mode: lambda: function(*case.arguments), f"{mode}_loop": lambda: repeat(1)
    }  # fmt: skip
    for variant, call in calls.items():
        harness.emit(PEER, variant, name, "error", float(case.error(call())), "ratio")
    time_of(mode, name, "eval_time", calls[mode])
    start = time.perf_counter()
    repeat(10)
    many = max(1, int(0.01 / (time.perf_counter() - start)))  # about a millisecond
    time_of(f"{mode}_loop", name, "eval_time", lambda: repeat(many), 1e6 / many)


def rewriting() -> None:
    """Building, differentiating and rewriting programs of 100 to 10,000 nodes."""
    for size in W.GRAPH_SIZES:
        harness.child([__file__, "--rewrite", str(size)], timeout=400)


def _rewrite_once(size: int) -> None:
    x, y = tg.dvector("x"), tg.dvector("y")
    workload = f"program_{size}"

    def total(slots: list[Any]) -> Any:
        return functools.reduce(operator.add, slots).sum()

    def build() -> Any:
        return W.run_program(size, x, y, tg, total)

    def timed(metric: str, run: Callable[[], Any], repeats: int = 1) -> Any:
        best = cpu = float("inf")
        for _ in range(repeats):
            start, before = time.perf_counter(), time.process_time()
            found = run()
            best = min(best, time.perf_counter() - start)
            cpu = min(cpu, time.process_time() - before)
        harness.emit(PEER, "python", workload, metric, best, "s")
        harness.emit(PEER, "python", workload, f"{metric}_cpu", cpu, "s")
        return found

    build()
    value = timed("graph_build", build, 3)
    gradients = timed("grad_build", lambda: tg.grad(value, [x, y]))
    for label, graph in {"forward": [value], "with_grad": [value, *gradients]}.items():
        nodes = sum(1 for _ in applies(graph))
        harness.emit(PEER, "python", workload, f"nodes_{label}", nodes, "count")
        timed(f"rewrite_{label}", functools.partial(tg.rewrite_graph, graph))


def drawing() -> None:
    """A million draws of three families."""
    count, p = 1_000_000, np.arange(1.0, 11) / 55
    families = {
        "normal": lambda: tg.random.normal(0, 1, size=count),
        "gamma": lambda: tg.random.gamma(2.5, 1.0, size=count),
        "categorical": lambda: tg.random.categorical(p, size=count),
    }
    for mode in MODES:
        for name, draw in families.items():
            try:
                function = tg.function([], draw(), mode=mode)
                time_of(mode, f"random_{name}", "draw_1e6", function, 1e3, "ms", 3)
            except Exception as error:
                complain(mode, name, error)


def samplers(names: Sequence[str] = W.SAMPLE) -> None:
    """From the model to draws; and leapfrog steps per second on a Gaussian."""
    sampling.drive(__file__, ["c"], cache, models=names)
    leapfrog_rate()


GROUPS: dict[str, Callable[..., None]] = {
    "import": imports, "overhead": overhead, "compile": compilation, "steady": steady,
    "rewrite": rewriting, "random": drawing, "sample": samplers,
}  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Run groups, or one measurement in this process for a parent that asked for it."""
    alone = {"--compile": compile_once, "--one": sample_once}
    if arguments and arguments[0] in alone:
        alone[arguments[0]](*arguments[1:])
    elif arguments and arguments[0] == "--rewrite":
        _rewrite_once(int(arguments[1]))
    else:
        for group in arguments or GROUPS:
            name, _, chosen = group.partition("=")
            GROUPS[name](*([chosen.split(",")] if chosen else []))


if __name__ == "__main__":
    main(sys.argv[1:])
