"""What the tests of vector math share: builds of the library, points, and distances."""

from __future__ import annotations

import ctypes
import math
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import numpy as np
from mpmath import mpf

import tensorgraph.native
from tensorgraph.native import math_library

FOLDER = Path(tensorgraph.native.__file__).parent / "math"
COMPILER = shutil.which(os.environ.get("CC", "cc")) or ""


def compile_c(sources: Iterable[Path], output: Path, *flags: str) -> Path:
    """The library or object file made of C files."""
    command = [
        COMPILER,
        "-O2",
        "-std=gnu99",
        "-fPIC",
        "-fopenmp-simd",
        "-fno-math-errno",
    ]
    paths = [str(source) for source in sources]
    subprocess.run([*command, *flags, *paths, "-o", str(output)], check=True)
    return output


@cache
def builds() -> tuple[str, ...]:
    """Names of the builds of the library to test; without a compiler there is one."""
    if not COMPILER:
        return ("installed",)
    return ("plain", "fused") if processor_fuses() else ("plain",)


@cache
def processor_fuses() -> bool:
    """Whether this processor runs the build with fused multiply-add."""
    return bool(ctypes.CDLL(math_library()).tg_processor_fuses())


@cache
def object_file(build: str, folder: Path) -> Path:
    """All functions of one build, to be linked into a library of its own."""
    flags = {"plain": [], "fused": ["-mavx2", "-mfma"]}[build]
    output = folder / f"math_{build}.o"
    return compile_c(sorted(FOLDER.glob("*.c")), output, "-r", "-nostdlib", *flags)


@cache
def library(build: str, folder: Path) -> ctypes.CDLL:
    """One build of the library, made in `folder` unless it is the installed one."""
    if build == "installed":
        return ctypes.CDLL(math_library())
    return linked([object_file(build, folder)], folder / f"math_{build}.so")


def linked(sources: Iterable[Path], output: Path, *flags: str) -> ctypes.CDLL:
    """A loaded library that calls its own functions, whatever else is loaded."""
    path = compile_c(sources, output, "-shared", "-Wl,-Bsymbolic", *flags, "-lm")
    return ctypes.CDLL(str(path))


def scalar(library: ctypes.CDLL, name: str) -> Callable[..., float]:
    """`tg_name` of a library as a function of floats."""
    function = library[f"tg_{name}"]
    function.restype = ctypes.c_double
    function.argtypes = [ctypes.c_double] * (2 if name == "pow" else 1)
    return function


def bits(values: np.ndarray) -> np.ndarray:
    """The bits of doubles, with one pattern for all nan."""
    return np.where(np.isnan(values), np.nan, values).view(np.int64)


def distance(value: float, exact: mpf) -> float:
    """|value - exact| in units of the last place of the double nearest to `exact`."""
    nearest = float(exact)
    if value == nearest and np.isinf(value):
        return 0.0
    if not np.isfinite(value) or np.isinf(nearest):
        return float("inf")
    return float(abs(mpf(value) - exact) / mpf(math.ulp(nearest)))


def points(
    low: float, high: float, landmarks: Iterable[float] = (), count: int = 500
) -> np.ndarray:
    """Doubles in [low, high]: even, of all sizes, random bits, and around landmarks."""
    random = np.random.default_rng(20240229)
    even = random.uniform(max(low, -1e3), min(high, 1e3), count)
    sizes = np.exp(random.uniform(-40, 40, count)) * random.choice([-1, 1], count)
    patterns = random.integers(0, 1 << 64, count, dtype=np.uint64).view(np.float64)
    steps = np.concatenate([2.0 ** -np.arange(1, 53), np.arange(8) * 2.0**-52])
    near = [x + s * max(abs(x), 2.0**-20) * steps for x in landmarks for s in (-1, 1)]
    found = np.concatenate([even, sizes, patterns, *near, [low, high]])
    return np.unique(found[(found >= low) & (found <= high)])
