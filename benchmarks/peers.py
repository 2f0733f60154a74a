"""Finds the folder of the shared peer benchmarks and offers its modules.

The folder holds `workloads.py` (data and NumPy references), `harness.py` (timing,
output, child processes), `compare.py` (runs the runners) and `sampling.py`. It is
`--shared FOLDER`, or the environment variable BENCH_SHARED, or else the folder the
program was started in, or `shared/bench` beside the repository.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

BESIDE = Path(__file__).resolve().parents[2] / "shared" / "bench"


def _folder() -> str | Path:
    if "--shared" in sys.argv:
        place = sys.argv.index("--shared")
        given = sys.argv[place + 1 : place + 2]
        if not given:
            raise SystemExit("--shared needs the folder of the peer benchmarks.")
        del sys.argv[place : place + 2]
        return given[0]
    if folder := os.environ.get("BENCH_SHARED"):
        return folder
    return os.getcwd() if Path("workloads.py").exists() else BESIDE


FOLDER = Path(_folder()).resolve()
if not (FOLDER / "workloads.py").exists():
    raise SystemExit(
        f"{FOLDER} holds no workloads.py. Say where the shared benchmarks are with"
        " --shared FOLDER or BENCH_SHARED."
    )
os.environ["BENCH_SHARED"] = str(FOLDER)  # for child processes
sys.path.insert(0, str(FOLDER))

import compare  # noqa: E402
import harness  # noqa: E402
import sampling  # noqa: E402
import workloads  # noqa: E402

__all__ = ["compare", "harness", "sampling", "workloads"]
