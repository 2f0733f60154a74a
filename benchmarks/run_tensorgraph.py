"""Benchmarks of tensorgraph, as JSON lines beside those of its peers.

    run_tensorgraph.py [--shared FOLDER] [group ...]

Groups: import overhead compile steady rewrite random sample vector; all by default.
``compile=radon_mn,gp_200`` restricts a group to some workloads, ``steady=radon_mn@c``
to a mode as well. FOLDER is that of the shared peer benchmarks (`peers.py` says where
else it is looked for), so that their `compare.py` runs this file beside the others.
"""

from __future__ import annotations

import functools
import operator
import shutil
import sys
import tempfile
import time
import timeit
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from graphs import outputs, workload
from peers import harness
from peers import workloads as W
from phases import compile_once
from raw_calls import loop_in_c

import tensorgraph as tg
from tensorgraph.graph.traverse import applies

PEER = "tensorgraph"
MODES = ("c", "numba")
COMPILED = ("c", "fast_compile", "numba")
HERE = Path(__file__).parent


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


def chosen(names: Sequence[str], modes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Workloads and modes; a name ``radon_mn@c`` says which mode."""
    for name in names:
        workload, _, mode = name.partition("@")
        if mode and mode not in modes:
            raise SystemExit(f"{name}: the modes here are {', '.join(modes)}.")
        for each in [mode] if mode else modes:
            yield workload, each


def imports() -> None:
    """Import time, beside that of NumPy, which is part of it."""
    statements = {"numpy": "import numpy", "tensorgraph": "import tensorgraph"}
    harness.import_time(PEER, statements)
    harness.child([str(HERE / "imports.py")])


def overhead(names: Sequence[str] = ("scalar_plus_1", "vec3_plus_1")) -> None:
    """Calls of x + 1."""
    cases: dict[str, tuple[Any, dict[str, Any]]] = {
        "scalar_plus_1": (tg.dscalar("x"), {"": np.array(1.0), "_float": 1.0}),
        "vec3_plus_1": (tg.dvector("x"), {"": np.ones(3)}),
    }
    for name, mode in chosen(names, MODES):
        if name not in cases:
            raise SystemExit(f"There is no call {name!r}: {' '.join(cases)}.")
        x, arguments = cases[name]
        function = tg.function([x], x + 1, mode=mode)
        for suffix, value in arguments.items():
            call = functools.partial(function, value)
            time_of(mode + suffix, name, "call_time", call, 1e9, "ns")
            bare = _bare(function, value)
            harness.emit(
                PEER, mode + suffix, f"{name}_bare", "call_time_cpu", bare, "ns"
            )


def _bare(function: Any, value: Any, count: int = 1_000_000) -> float:
    """Nanoseconds of a call that stands in the loop itself, not in a function of it."""
    names = {"function": function, "value": value}
    timer = timeit.Timer("function(value)", timer=time.process_time, globals=names)
    return min(timer.repeat(7, count)) / count * 1e9


def compilation(names: Sequence[str] = W.COMPILE) -> None:
    """Cold and warm compilation, each in a process of its own."""
    for name, variant in chosen(names, COMPILED):
        folder = tempfile.mkdtemp(prefix="tgbench")
        for stage in ("cold", "warm"):
            again = [__file__, "--compile", variant, name, stage]
            if not harness.child(again, cache(folder), 300):
                break
        shutil.rmtree(folder, ignore_errors=True)


def steady(names: Sequence[str] = W.STEADY) -> None:
    """Value and gradient, through the Python call and from a loop in C."""
    for name, mode in chosen(names, MODES):
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


def rewriting(sizes: Sequence[Any] = W.GRAPH_SIZES) -> None:
    """Building, differentiating and rewriting programs of 100 to 10,000 nodes."""
    for size in sizes:
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
    harness.child([str(HERE / "sampling_models.py"), *names], timeout=1200)


def vector_math(names: Sequence[str] = ()) -> None:
    """The elementary functions, in nanoseconds for an element, beside NumPy and C."""
    harness.child([str(HERE / "vector_rows.py"), *names], timeout=1200)


GROUPS: dict[str, Callable[..., None]] = {
    "import": imports, "overhead": overhead, "compile": compilation, "steady": steady,
    "rewrite": rewriting, "random": drawing, "sample": samplers, "vector": vector_math,
}  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    """Run groups, or one measurement in this process for a parent that asked for it."""
    if arguments and arguments[0] == "--compile":
        compile_once(*arguments[1:])
    elif arguments and arguments[0] == "--rewrite":
        _rewrite_once(int(arguments[1]))
    else:
        for group in arguments or GROUPS:
            name, _, names = group.partition("=")
            if name not in GROUPS:
                raise SystemExit(f"There is no group {name!r}: {' '.join(GROUPS)}.")
            if names and name in ("import", "random"):
                raise SystemExit(f"The group {name!r} has no workloads to choose.")
            GROUPS[name](*([names.split(",")] if names else []))


if __name__ == "__main__":
    main(sys.argv[1:])
