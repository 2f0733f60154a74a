"""Nanoseconds for an element of elementary functions: ours and others'.

    BENCH_PYTHON_JAX=<venv>/bin/python python benchmarks/vector_math.py

prints, for arrays that stay in the cache, float64 and float32: compiled functions of
tensorgraph; NumPy's and SciPy's; loops in C that call glibc's libmvec (less accurate:
4 ULP, and -ffast-math), where a compiler and it are there; and JAX's, where the
variable names an interpreter that has it. Names of functions as arguments choose.
"""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from elementary import FUNCTIONS, Function, nanoseconds
from scipy import special

import tensorgraph as tg

HERE = Path(__file__).parent
HEADS = ("ours", "NumPy", "libmvec", "JAX")
DTYPES = ("float64", "float32")
LOOP = """
void loop_{name}({type} *restrict y, const {type} *restrict a,
                 const {type} *restrict b, long n)
{{
    (void)b;
#pragma omp simd
    for (long i = 0; i < n; i++)
        y[i] = {call}({arguments});
}}"""
FLAGS = "-O2 -ffast-math -fopenmp-simd -march=native -fPIC -shared".split()


def ours(function: Function, dtype: str) -> float:
    """A compiled function of tensorgraph, called from Python."""
    places = function.places(dtype)
    inputs = [tg.vector(name, dtype=dtype) for name in "ab"[: len(places)]]
    compiled = tg.function(inputs, getattr(tg, function.name)(*inputs))
    return nanoseconds(lambda: compiled(*places))


def numpys(function: Function, dtype: str) -> float:
    """NumPy's or SciPy's function into an array that is there."""
    home, _, name = function.numpy.rpartition(".")
    found = getattr(special if home else np, name)
    places = function.places(dtype)
    result = np.empty_like(places[0])
    return nanoseconds(lambda: found(*places, out=result))


def libmvec(dtype: str) -> Callable[[Function], float] | None:
    """Times loops of C; None where they cannot be compiled."""
    number, end = ("double", "") if dtype == "float64" else ("float", "f")
    loops = [
        LOOP.format(
            name=f.name, type=number, call=f.c + end,
            arguments=", ".join(("a[i]", "b[i]")[: f.arguments]),
        )
        for f in FUNCTIONS if f.c
    ]  # fmt: skip
    folder = Path(tempfile.mkdtemp(prefix="vector_math"))
    source, output = folder / "loops.c", folder / "loops.so"
    source.write_text("#include <math.h>\n" + "\n".join(loops) + "\n")
    command = [os.environ.get("CC", "cc"), *FLAGS, str(source), "-o", str(output)]
    try:
        subprocess.run([*command, "-lmvec", "-lm"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    library = ctypes.CDLL(str(output))

    def timed(function: Function) -> float:
        places = function.places(dtype)
        arrays = [np.empty_like(places[0]), places[0], places[-1]]
        pointers = [ctypes.c_void_p(a.ctypes.data) for a in arrays]
        loop, count = library[f"loop_{function.name}"], ctypes.c_long(len(places[0]))
        return nanoseconds(lambda: loop(*pointers, count))

    return timed


def jax() -> dict[str, dict[str, float]]:
    """JAX's times by dtype and function; none without an interpreter for it."""
    python = os.environ.get("BENCH_PYTHON_JAX")
    if not python:
        return {dtype: {} for dtype in DTYPES}
    command = [python, str(HERE / "elementary_jax.py")]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = map(json.loads, printed.splitlines())
    return dict(zip(DTYPES, found, strict=True))


def row(function: Function, dtype: str, floor: Any, others: dict[str, float]) -> str:
    """One line of the table."""
    found = [
        ours(function, dtype),
        numpys(function, dtype) if function.numpy else None,
        floor(function) if floor and function.c else None,
        others.get(function.name),
    ]
    cells = ["" if value is None else f"{value:.2f}" for value in found]
    return f"{function.name:10}" + "".join(f"{cell:>10}" for cell in cells)


def main() -> None:
    chosen = sys.argv[1:]
    others = jax()
    for dtype in DTYPES:
        floor = libmvec(dtype)
        print(f"\n{dtype:10}" + "".join(f"{head:>10}" for head in HEADS))
        for function in FUNCTIONS:
            if not chosen or function.name in chosen:
                print(row(function, dtype, floor, others[dtype]), flush=True)


if __name__ == "__main__":
    main()
