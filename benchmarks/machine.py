"""What figures are taken on: the machine, the versions, and how busy it was."""

from __future__ import annotations

import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path

KEPT = "tensorgraph Python numpy scipy numba system processor compiler".split()
PACKAGES = "numpy scipy numba pytensor jax jaxlib".split()
NEEDLESS = re.compile(r" \(/\S*\)|/\S*/| avx512(?!f\b)\w+")
"""Folders, and those of the processor's features that follow from others."""

VERSIONS = """
import importlib.metadata, json, platform, sys
found = {"Python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        pass
if "pytensor" in found:
    import pytensor
    found["BLAS"] = pytensor.config.blas__ldflags.rpartition("-l")[2] or "none"
print(json.dumps(found))
"""


def load() -> str:
    """How many processes wanted a processor in the last minute."""
    return f"{os.getloadavg()[0]:.1f} of {os.cpu_count()} processors"


def report() -> dict[str, str]:
    """The machine and our versions, as ``python -m tensorgraph`` says; no paths."""
    command = [sys.executable, "-P", "-m", "tensorgraph"]
    text = subprocess.check_output(command, text=True)
    rows = dict(line.split(maxsplit=1) for line in text.splitlines() if " " in line)
    found = {name: rows[name].strip() for name in KEPT if name in rows}
    return {name: NEEDLESS.sub("", value) for name, value in found.items()}


def commit() -> str:
    """The commit of this repository, and whether files differ from it."""
    command = "git describe --always --dirty --exclude *".split()
    here = Path(__file__).parent
    done = subprocess.run(command, cwd=here, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def peer(python: str) -> str:
    """The versions of the packages of a peer's interpreter, and PyTensor's BLAS."""
    out = subprocess.check_output([python, "-c", VERSIONS, *PACKAGES], text=True)
    return ", ".join(f"{name} {version}" for name, version in json.loads(out).items())


def conditions(peers: dict[str, str], rounds: int) -> dict[str, str]:
    """All that figures depend on but the load; peers are names and interpreters."""
    found = report() | {"commit": commit()}
    found |= {f"{name} in": peer(python) for name, python in peers.items()}
    known = os.environ.get("POSTERIORDB")
    return found | {
        "radon data": "posteriordb" if known else "simulated, of the same shape",
        "threads": "1",
        "rounds": str(rounds),
        "date": datetime.date.today().isoformat(),
    }
