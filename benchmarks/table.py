"""One table of all that is measured: ours, floors, targets, peers, ratios, growth.

    python benchmarks/table.py [--shared FOLDER] [--rounds N] [--cpu N] [--json FILE]
                               [--no-peers] [group ...]

Groups: steady overhead compile import growth vector; all by default. Each workload runs
in processes of its own, with one thread, N rounds after each other (3 by default), ours
beside the hand-written floors; the best round counts, and CPU time unless it says so.
``~`` marks a figure whose two best rounds differ by more than a tenth: measure again.

The interpreters that BENCH_PYTHON_PYTENSOR and BENCH_PYTHON_JAX name add their peers,
measured once (`--no-peers`: not at all). `--json` writes the figures to a file, where
groups that were not measured stay as they were. `shown.py` prints such a file.
"""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import machine
from figures import Figures
from peers import compare
from shown import text
from targets import ELEMENTS, LAYERS, NODES, PARTS, ROWS

HERE = Path(__file__).resolve().parent
GROUPS = tuple(dict.fromkeys(part.group for part in PARTS.values()))
PEERS = ("pytensor", "jax")
SLOW = "compile=seed_expr,intro_logreg,radon_mn,gp_200,sv_1000"
"""PyTensor's workloads: it does not end on 300 layers."""

METRICS = {
    "import_above_numpy_cpu", "rewrite_with_grad", "rewrite_with_grad_cpu", "error",
    "element_float64", "element_float32",
    *(f"{kind}_time{end}" for kind in ("eval", "call") for end in ("", "_cpu")),
    *(f"compile_{stage}_{kind}" for stage in ("cold", "warm")
      for kind in ("cpu", "latency", "error")),
    *(f"compile_cold_{phase}"
      for phase in ("rewrite_cpu", "lower_cpu", "link_cpu", "first_call")),
}  # fmt: skip
"""The metrics that the table reads."""


def interpreters() -> dict[str, str]:
    """The peers that can be measured here."""
    named = {name: os.environ.get(f"BENCH_PYTHON_{name.upper()}") for name in PEERS}
    for name, python in named.items():
        if python and not os.access(python, os.X_OK):
            raise SystemExit(
                f"BENCH_PYTHON_{name.upper()} is {python!r}, which cannot be run."
                " Name a Python interpreter, or unset it."
            )
    return {name: python for name, python in named.items() if python}


def ours(group: str) -> Iterator[str]:
    """What `run_tensorgraph.py` is asked for, one process each."""
    if group == "steady":
        steady = [line.workload for line in PARTS["steady"].lines(Figures())]
        for name in dict.fromkeys(steady):
            yield from (f"steady={name}@c", f"steady={name}@numba")
    elif group == "growth":
        yield from (f"steady=chain_{n}@c" for n in ELEMENTS)
        yield from (f"steady=logreg_{n}x10@c" for n in ROWS)
        yield from (f"compile=deep_{n}@c" for n in LAYERS)
        yield from (f"rewrite={n}" for n in NODES)
    else:
        yield group


def others(group: str, peers: Sequence[str]) -> Iterator[str]:
    """The runners of the peers in a round, with what they are asked for."""
    if group in ("steady", "overhead"):
        yield f"run_numpy.py {group}"
        yield from (f"run_{name}.py {group}" for name in peers)
    elif group == "compile":
        known = {"pytensor": SLOW}
        yield from (f"run_{name}.py {known.get(name, group)}" for name in peers)
    elif group == "growth" and "pytensor" in peers:
        yield from (f"run_pytensor.py --rewrite {n}" for n in NODES if n <= 1_000)


def commands(group: str, first: bool, peers: Sequence[str]) -> Iterator[str]:
    """The command lines of a round; floors and ours in turn, peers in the first one."""
    if group == "steady":
        yield "run_floor.py"
    for what in ours(group):
        yield f"{shlex.quote(str(HERE / 'run_tensorgraph.py'))} {what}"
    if first:
        yield from others(group, peers)


def measured(group: str, options: Any, peers: dict[str, str]) -> Figures:
    """The figures of all rounds of a group, and what they were taken on."""
    figures = Figures()
    taken, before = machine.conditions(peers, options.rounds), machine.load()
    for number in range(options.rounds):
        for command in commands(group, number == 0, list(peers)):
            print(f"# round {number + 1}: {command}", file=sys.stderr, flush=True)
            figures.add(compare.run(command, {}, options.cpu))
    figures = figures.only(METRICS)
    taken["load"] = f"{before} before, {machine.load()} after"
    figures.taken = {group: taken}
    return figures


def parsed(arguments: Sequence[str]) -> Any:
    """The options; ends with a message where they make no sense."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("groups", nargs="*", metavar="group")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cpu", type=int, help="the only processor to run on")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args(arguments)
    if options.rounds < 1:
        parser.error(f"--rounds is {options.rounds}; give at least 1")
    if options.cpu is not None and options.cpu not in os.sched_getaffinity(0):
        parser.error(f"there is no processor {options.cpu} here")
    for group in options.groups:
        if group not in GROUPS:
            parser.error(f"there is no group {group!r}: {' '.join(GROUPS)}")
    if options.json and not options.json.absolute().parent.is_dir():
        parser.error(f"the folder of {options.json} does not exist")
    return options


def main(arguments: Sequence[str]) -> None:
    """Measure, print the table, and write the figures."""
    options = parsed(arguments)
    peers = {} if options.no_peers else interpreters()
    os.environ.update({f"BENCH_PYTHON_{name.upper()}": "" for name in PEERS})
    os.environ.update({f"BENCH_PYTHON_{n.upper()}": p for n, p in peers.items()})
    known = options.json and options.json.exists()
    kept, figures = Figures.load(options.json) if known else Figures(), Figures()
    for group in options.groups or GROUPS:
        found = measured(group, options, peers)
        figures.update(found)
        kept.update(found)
        if options.json:
            kept.save(options.json)
    print(text(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
