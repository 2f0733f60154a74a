"""Compiles small pieces of C with the system's compiler, for tests to load."""

from __future__ import annotations

import ctypes
import os
import subprocess
from pathlib import Path

import tensorgraph

NATIVE = Path(tensorgraph.__file__).parent / "native"
SAMPLER = Path(__file__).parents[2] / "tensorgraph" / "native" / "sampler"
FLAGS = ["-O2", "-Wall", "-Wextra", "-Werror", "-fPIC", "-shared", "-fopenmp-simd"]


def compile_library(folder: Path, text: str, *sources: Path) -> ctypes.CDLL:
    """Loads the library made of C text, which may include abi.h, and C files."""
    source, target = folder / "text.c", folder / "text.so"
    source.write_text(text)
    includes = [f"-I{NATIVE}", f"-I{SAMPLER}"]
    command = [os.environ.get("CC", "cc"), *FLAGS, *includes]
    files = [str(source), *map(str, sources)]
    subprocess.run([*command, *files, "-o", str(target), "-lm"], check=True)
    return ctypes.CDLL(str(target))


def address(library: ctypes.CDLL, name: str) -> int:
    """The address of a function of a library."""
    found = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    assert found is not None
    return found
