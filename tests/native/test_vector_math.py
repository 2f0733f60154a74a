"""Vector math: each function against mpmath, special values, bits at all places."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf
from scipy import special

from tensorgraph.native import load_math
from tests.native.cases import CASES, LEAST, MAX, TINY, Case, PairCase
from tests.native.vector_math import (
    COMPILER,
    FOLDER,
    FUNCTIONS,
    bits,
    builds,
    distance,
    library,
    linked,
    object_file,
    processor_fuses,
    scalar,
)

POINTS = 1500


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vector_math")


@pytest.fixture
def digits() -> Iterator[None]:
    "Enough that huge angles and roots are exact: mpmath's functions do not adapt."
    with mp.workdps(60):
        yield


def test_every_function_is_tested() -> None:
    assert {case.name for case in CASES} == set(FUNCTIONS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_error_in_the_last_place(
    case: Case | PairCase, folder: Path, digits: None
) -> None:
    where = [list(map(float, a)) for a in zip(*case.arguments(POINTS), strict=True)]
    exact = [case.exact(*map(mpf, a)) for a in where]
    for build in builds():
        function = scalar(library(build, folder), case.name)
        errors = [
            distance(function(*a), y, case.size)
            for a, y in zip(where, exact, strict=True)
        ]
        worst = int(np.argmax(errors))
        place = [x.hex() for x in where[worst]]
        assert errors[worst] <= case.ulp, (build, place)


EDGES = [
    *[0.0, -0.0, LEAST, -LEAST, TINY, -TINY, 1.0, -1.0, 2.0, -2.0, MAX, -MAX],
    *[np.inf, -np.inf, np.nan, 709.79, -745.2, 1024.0, -1075.0, 1e22, -40.0, 40.0],
]
ORACLES = {
    "exp": np.exp, "expm1": np.expm1, "exp2": np.exp2, "log": np.log, "log1p": np.log1p,
    "log2": np.log2, "log10": np.log10, "tanh": np.tanh, "sin": np.sin, "cos": np.cos,
    "atan": np.arctan, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "sinh": np.sinh, "cosh": np.cosh, "asinh": np.arcsinh, "acosh": np.arccosh,
    "atanh": np.arctanh, "cbrt": np.cbrt, "erfcx": special.erfcx,
    "erf": special.erf, "erfc": special.erfc,
    "erfinv": lambda x: np.copysign(special.erfinv(x), x), "ndtri": special.ndtri,
    "ndtr": special.ndtr, "sigmoid": special.expit,
    "logit": special.logit,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "log1mexp": lambda x: np.where(x > -1, np.log(-np.expm1(x)), np.log1p(-np.exp(x))),
    "digamma": special.psi,
}  # fmt: skip


@pytest.mark.parametrize("name", ORACLES)
def test_special_values(name: str, folder: Path) -> None:
    "As NumPy and SciPy: signed zeros, subnormals, overflow, infinity, nan."
    edges = np.array(EDGES[:15] if name == "digamma" else EDGES)
    with np.errstate(all="ignore"):
        expected = ORACLES[name](edges)
    for build in builds():
        function = scalar(library(build, folder), name)
        _same(np.array([function(x) for x in edges.tolist()]), expected)


MORE_EDGES = [
    *[0.5, -0.5, 3.0, -3.0, 2.5, 2.0**52 + 1, 2.0**53],
    *[-(2.0**51 + 0.5), 1 - 2.0**-53],
]
ORACLES_OF_TWO = {
    "pow": np.power, "hypot": np.hypot, "atan2": np.arctan2,
    "logaddexp": np.logaddexp, "xlogy": special.xlogy, "xlog1py": special.xlog1py,
}  # fmt: skip


@pytest.mark.parametrize("name", ORACLES_OF_TWO)
def test_special_pairs(name: str, folder: Path) -> None:
    "All pairs of special values, as C99 and NumPy have them."
    edges = EDGES[:15] + MORE_EDGES
    x, y = (grid.ravel() for grid in np.meshgrid(edges, edges))
    with np.errstate(all="ignore"):
        expected = ORACLES_OF_TWO[name](x, y)
    for build in builds():
        function = scalar(library(build, folder), name)
        pairs = zip(x.tolist(), y.tolist(), strict=True)
        _same(np.array([function(*pair) for pair in pairs]), expected)


def _same(found: np.ndarray, expected: np.ndarray) -> None:
    "Equal to rounding, and in the signs of zeros."
    np.testing.assert_allclose(found, expected, rtol=1e-15, atol=1e-323)
    number = ~np.isnan(expected)
    np.testing.assert_array_equal(
        np.signbit(found[number]), np.signbit(expected[number])
    )


POLES_AND_ROOTS = {
    "lgamma": {
        np.inf: [0.0, -0.0, -1.0, -3.0, -1e17, np.inf, -np.inf, 2.6e305, MAX],
        0.0: [1.0, 2.0],
    },
    "trigamma": {np.inf: [0.0, -0.0, -1.0, 1e-200, LEAST], 0.0: [np.inf]},
}


@pytest.mark.parametrize("name", POLES_AND_ROOTS)
def test_poles_and_roots(name: str, folder: Path) -> None:
    for build in builds():
        function = scalar(library(build, folder), name)
        for value, places in POLES_AND_ROOTS[name].items():
            assert [function(x) for x in places] == [value] * len(places)
        assert np.isnan(function(np.nan))


LOOP = """
void loop_{name}(const double *restrict x, double *restrict y, long n)
{{
#pragma omp simd
    for (long i = 0; i < n; i++)
        y[i] = tg_{name}({arguments});
}}"""
TARGETS = {"sse2": [], "avx": ["-mavx"], "avx2": ["-mavx2"], "avx512f": ["-mavx512f"]}


@cache
def _loops(build: str, target: str, folder: Path) -> ctypes.CDLL:
    "Loops over each function, compiled as kernels are, and the functions themselves."
    source, output = folder / "loops.c", folder / f"loops_{build}_{target}.so"
    loops = [
        LOOP.format(
            name=name,
            arguments="x[i], x[n - 1 - i]" if FUNCTIONS[name] == 2 else "x[i]",
        )
        for name in FUNCTIONS
    ]
    source.write_text('#include "vector_math.h"\n' + "\n".join(loops))
    flags = ["-mprefer-vector-width=512"] if target == "avx512f" else []
    parts = [source, object_file(build, folder)]
    return linked(parts, output, f"-I{FOLDER}", *TARGETS[target], *flags)


def _processor_has(target: str) -> bool:
    flags = Path("/proc/cpuinfo")
    return target == "sse2" or (flags.exists() and f" {target}" in flags.read_text())


def _awkward(count: int) -> np.ndarray:
    "Values of all sizes, half of them usual ones."
    random = np.random.default_rng(count)
    usual = random.normal(size=count) * 3
    patterns = random.integers(0, 1 << 64, count, dtype=np.uint64).view(np.float64)
    return np.where(
        random.random(count) < 0.5, usual, np.where(np.isnan(patterns), 1e9, patterns)
    )


@pytest.mark.skipif(not COMPILER, reason="needs a C compiler")
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("build", ["plain", "fused"])
def test_bits_do_not_depend_on_the_position(
    build: str, target: str, folder: Path
) -> None:
    "A loop of any length, from any offset, has the bits of scalar calls."
    if not _processor_has(target) or build not in builds():
        pytest.skip("not on this processor")
    loops = _loops(build, target, folder)
    x = np.concatenate([_awkward(48), EDGES])
    for name in FUNCTIONS:
        function, loop = scalar(loops, name), loops[f"loop_{name}"]
        for offset, length in product(range(9), [*range(1, 34), len(x) - 8]):
            part = x[offset : offset + length]
            arguments = [part, part[::-1]] if FUNCTIONS[name] == 2 else [part]
            expected = np.array([function(*a) for a in zip(*arguments, strict=True)])
            found = np.empty_like(part)
            loop(_pointer(part), _pointer(found), ctypes.c_long(length))
            assert np.array_equal(bits(found), bits(expected)), (name, offset, length)


@pytest.mark.skipif(not COMPILER, reason="needs a C compiler")
def test_the_installed_library_is_the_one_tested_here(folder: Path) -> None:
    tested = library("fused" if processor_fuses() else "plain", folder)
    for name in FUNCTIONS:
        function, expected = scalar(load_math(), name), scalar(tested, name)
        x = _awkward(100).tolist()
        arguments = (
            zip(x, x[::-1], strict=True)
            if FUNCTIONS[name] == 2
            else zip(x, strict=True)
        )
        results = np.array([(function(*a), expected(*a)) for a in arguments])
        assert np.array_equal(bits(results[:, 0]), bits(results[:, 1])), name


def _pointer(values: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(values.ctypes.data)
