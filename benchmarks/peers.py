"""Finds the folder of the shared peer benchmarks and offers its modules.

The folder holds `workloads.py` (data and NumPy references), `harness.py` (timing,
output, child processes) and `sampling.py`. It is `--shared FOLDER`, or the environment
variable BENCH_SHARED, or else the folder the program was started in.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def _folder() -> str:
    if "--shared" in sys.argv:
        place = sys.argv.index("--shared")
        _, folder = sys.argv[place : place + 2]
        del sys.argv[place : place + 2]
        return folder
    return os.environ.get("BENCH_SHARED", os.getcwd())


FOLDER = Path(_folder()).resolve()
if not (FOLDER / "workloads.py").exists():
    raise SystemExit(
        f"{FOLDER} holds no workloads.py. Say where the shared benchmarks are with"
        " --shared FOLDER or BENCH_SHARED."
    )
os.environ["BENCH_SHARED"] = str(FOLDER)  # for child processes
sys.path.insert(0, str(FOLDER))

import harness  # noqa: E402
import sampling  # noqa: E402
import workloads  # noqa: E402

__all__ = ["harness", "sampling", "workloads"]
