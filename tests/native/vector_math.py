"""What the tests of vector math share: builds of the library, points, and distances."""

from __future__ import annotations

import ctypes
import math
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

import numpy as np
from mpmath import mpf

import tensorgraph.native
from tensorgraph.native import header, math_library

FOLDER = Path(tensorgraph.native.__file__).parent / "math"
FUNCTIONS = {
    name: arguments.count("double")
    for name, arguments in re.findall(
        r"^TG_(?:RARE_)?SIMD double tg_(\w+)\((.*?)\);",
        header("math/vector_math.h"),
        re.MULTILINE,
    )
}
"""How many arguments each vectorized function has."""

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
    function.argtypes = [ctypes.c_double] * FUNCTIONS[name]
    return function


def bits(values: np.ndarray) -> np.ndarray:
    """The bits of doubles, with one pattern for all nan."""
    return np.where(np.isnan(values), np.nan, values).view(np.int64)


def distance(value: float, exact: mpf, size: float = 0.0) -> float:
    """|value - exact| in units of the last place of the double nearest to `exact`.

    Where that is smaller than `size`, in those of `size`.
    """
    nearest = float(exact)
    if value == nearest and np.isinf(value):
        return 0.0
    if not np.isfinite(value) or np.isinf(nearest):
        return float("inf")
    unit = mpf(math.ulp(max(abs(nearest), size)))
    return float(abs(mpf(value) - exact) / unit)


def points(
    low: float, high: float, landmarks: Iterable[float] = (), count: int = 1500
) -> np.ndarray:
    """At least `count` doubles in [low, high], half of them around landmarks.

    The others are even, in the middle, of all sizes, and random bits.
    """
    random = np.random.default_rng(20240229)
    steps = np.concatenate([2.0 ** -np.arange(1, 53), np.arange(8) * 2.0**-52])
    places = np.array(list(landmarks))
    scales = np.maximum(np.abs(places), 2.0**-20)
    near = [x + s * steps for x, u in zip(places, scales, strict=True) for s in (-u, u)]
    found, have = [np.array([low, high]), *near], 0
    while have < count:
        drawn = np.concatenate([*_anywhere(random, low, high, count // 6 + 1)])
        if len(places):
            one = random.integers(len(places), size=len(drawn))
            close = random.choice([-1, 1], len(one)) * 2.0 ** -random.uniform(
                0, 53, len(one)
            )
            drawn = np.append(drawn, places[one] + scales[one] * close)
        found.append(drawn)
        everything = np.concatenate(found)
        found = [np.unique(everything[(everything >= low) & (everything <= high)])]
        have = len(found[0])
    return found[0]


def _anywhere(
    random: np.random.Generator, low: float, high: float, count: int
) -> Iterable[np.ndarray]:
    yield random.uniform(max(low, -1e3), min(high, 1e3), count)
    yield random.uniform(max(low, -5.0), min(high, 5.0), count)
    yield np.exp(random.uniform(-40, 40, count)) * random.choice([-1, 1], count)
    yield random.integers(0, 1 << 64, count, dtype=np.uint64).view(np.float64)
