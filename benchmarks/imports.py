"""CPU seconds that an import takes beyond NumPy's, for us and for the peers.

Peers are imported by the interpreters that BENCH_PYTHON_PYTENSOR and BENCH_PYTHON_JAX
name, each beside the NumPy of that interpreter. Prints JSON lines.
"""

from __future__ import annotations

import os
import subprocess
import sys

from peers import harness

PROBE = """
import sys, time
start = time.process_time()
exec(sys.argv[1])
print(time.process_time() - start)
"""
STATEMENTS = {
    "tensorgraph": "import tensorgraph",
    "numba": "import numba",
    "pytensor": "import pytensor.tensor",
    "jax": "import jax, jax.numpy",
}
REPEATS = 7


def seconds(python: str, statement: str) -> float:
    """The least CPU seconds of a statement in fresh processes."""
    command = [python, "-c", PROBE, statement]
    found = [subprocess.check_output(command, text=True) for _ in range(REPEATS + 1)]
    return min(map(float, found[1:]))  # the first one fills the disk's cache


def main() -> None:
    """Print a line for each package whose interpreter is known."""
    for peer, statement in STATEMENTS.items():
        own = sys.executable if peer in ("tensorgraph", "numba") else ""
        python = os.environ.get(f"BENCH_PYTHON_{peer.upper()}", own)
        if not python:
            continue
        try:
            above = seconds(python, statement) - seconds(python, "import numpy")
        except (OSError, subprocess.CalledProcessError) as error:
            print(f"# import of {peer}: {error}", file=sys.stderr)
            continue
        harness.emit(peer, "import", "import", "import_above_numpy_cpu", above, "s")


if __name__ == "__main__":
    main()
