"""Vector math: each function against mpmath, special values, bits at all places."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf
from scipy import special

from tensorgraph.native import header, load_math
from tests.native.vector_math import (
    COMPILER,
    FOLDER,
    bits,
    builds,
    distance,
    library,
    linked,
    object_file,
    points,
    processor_fuses,
    scalar,
)

MAX, TINY, LEAST = 1.7976931348623157e308, 2.2250738585072014e-308, 5e-324
LN2, PI, ROOT_HALF = 0.6931471805599453, 3.141592653589793, 0.7071067811865476
ROOT = 1.4616321449683622  # of digamma


@dataclass(frozen=True)
class Case:
    """A function, what mpmath says it is, and where to look."""

    name: str
    exact: Callable[[mpf], mpf]
    low: float
    high: float
    landmarks: tuple[float, ...] = ()
    ulp: float = 2.0


def _log_gamma(x: mpf) -> mpf:
    if x <= 0:
        return mp.inf if mp.isint(x) else mp.log(abs(mp.gamma(x)))
    return mp.loggamma(x)


def _log1mexp(x: mpf) -> mpf:
    return mp.log(-mp.expm1(x)) if x > -1 else mp.log1p(-mp.exp(x))


def _normal_quantile(p: mpf) -> mpf:
    "Newton's iteration on the logarithm of the tail, from SciPy's value."
    if p == 0.5:
        return mpf(0)
    tail, x = min(p, 1 - p), mpf(abs(special.ndtri(float(min(p, 1 - p)))))
    for _ in range(4):
        found = mp.erfc(x / mp.sqrt(2)) / 2
        x += mp.log(found / tail) * found * mp.sqrt(2 * mp.pi) * mp.exp(x * x / 2)
    return x if p > 0.5 else -x


def _erfcx(x: mpf) -> mpf:
    "The product, or beyond 9 its asymptotic series."
    if x < 9:
        return mp.exp(x * x) * mp.erfc(x)
    total, term = mpf(1), mpf(1)
    for n in range(1, 80):
        term *= -(2 * n - 1) / (2 * x * x)
        total += term
        if abs(term) < mpf("1e-30"):
            break
    return total / (x * mp.sqrt(mp.pi))


def _ndtr(x: mpf) -> mpf:
    return mp.erfc(-x / mp.sqrt(2)) / 2


def _log_ndtr(x: mpf) -> mpf:
    if x > 0:
        return mp.log1p(-_ndtr(-x))
    return mp.log(_erfcx(-x / mp.sqrt(2)) / 2) - x * x / 2


def _log2(x: mpf) -> mpf:
    return mp.log(x) / mp.ln2


def _trigamma(x: mpf) -> mpf:
    return mp.psi(1, x)


def _sigmoid(x: mpf) -> mpf:
    return 1 / (1 + mp.exp(-x))


def _softplus(x: mpf) -> mpf:
    return max(x, mpf(0)) + mp.log1p(mp.exp(-abs(x)))


CASES = [
    Case("exp", mp.exp, -746.0, 709.78, (0.0, LN2 / 2, -708.4, -745.1)),
    Case("expm1", mp.expm1, -60.0, 709.78, (0.0, LN2 / 2, -LN2 / 2, 1.5 * LN2)),
    Case("exp2", lambda x: mpf(2) ** x, -1075.0, 1023.99, (0.0, 0.5, -0.5, -1022.0)),
    Case("log", mp.log, LEAST, MAX, (1.0, ROOT_HALF, 2 * ROOT_HALF, TINY)),
    Case("log1p", mp.log1p, -1 + 2.0**-53, MAX, (0.0, -0.29289, 0.41421, 2.0**53)),
    Case("log2", _log2, LEAST, MAX, (1.0, ROOT_HALF, 2 * ROOT_HALF, 8.0)),
    Case("log10", mp.log10, LEAST, MAX, (1.0, ROOT_HALF, 2 * ROOT_HALF, 1000.0)),
    Case("log1mexp", _log1mexp, -745.0, -LEAST, (-LN2, -1.2279, -37.0)),
    Case("sigmoid", _sigmoid, -745.0, 745.0, (0.0, -LN2, -36.0, 36.0)),
    Case("softplus", _softplus, -745.0, MAX, (0.0, -LN2, -0.8814, 0.8814, 36.0)),
    Case("tanh", mp.tanh, -40.0, 40.0, (0.0, 0.6, -0.6, 19.0, 22.0)),
    Case("sin", mp.sin, -MAX, MAX, (0.0, PI / 4, PI, 63661 * PI / 2, 1e5)),
    Case("cos", mp.cos, -MAX, MAX, (0.0, PI / 4, PI / 2, 63662 * PI / 2, 1e5)),
    Case("atan", mp.atan, -MAX, MAX, (0.0, 0.41421, 1.0, 2.41421)),
    Case("erf", mp.erf, -7.0, 7.0, (0.0, 1.0, -1.0, 6.0)),
    Case("erfc", mp.erfc, -7.0, 27.3, (0.0, 0.8, 1.0625, 1.3, 26.5)),
    Case("erfcx", _erfcx, -26.6, 1e9, (0.0, -1.0, 4.0), 4.5),
    Case("ndtr", _ndtr, -37.5, 9.0, (0.0, -1.0), 4.5),
    Case("log_ndtr", _log_ndtr, -1e5, 37.5, (0.0, -1.0, 1.0), 4.5),
    Case("erfinv", mp.erfinv, -1 + 2.0**-53, 1 - 2.0**-53, (0.0, 0.76, -0.76)),
    Case("ndtri", _normal_quantile, 1e-310, 1 - 2.0**-53, (0.5, 0.12, 0.88, 1e-16)),
    Case("lgamma", _log_gamma, 1e-320, 2.5e305, (1.0, 2.0, ROOT, 2.3, 3.3)),
    Case("lgamma", _log_gamma, -200.5, -0.01, (-0.5, -1.0, -3.0, -25.5)),
    Case(
        "lgamma", _log_gamma, -5.0, -2.0, (-2.4570247382208006, -2.7476826467274), 4.0
    ),
    Case("digamma", mp.digamma, 1e-300, 1e300, (ROOT, 1.0, 2.3, 3.3)),
    Case("digamma", mp.digamma, -1000.5, -0.01, (-0.5, -1.1, -1.5734984731623904)),
    Case("digamma", mp.digamma, -0.505, -0.504, (-0.5040830082644554,), 32.0),
    Case("trigamma", _trigamma, 1e-150, 1e150, (1.0, 2.3, 3.0)),
    Case("trigamma", _trigamma, -1000.3, -0.01, (-0.5, -1.1)),
]
FUNCTIONS = re.findall(
    r"^TG_(?:RARE_)?SIMD double tg_(\w+)\(", header("math/vector_math.h"), re.M
)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vector_math")


@pytest.fixture
def digits() -> Iterator[None]:
    "Enough that huge angles and roots are exact: mpmath's functions do not adapt."
    with mp.workdps(60):
        yield


def test_every_function_is_tested() -> None:
    assert {case.name for case in CASES} | {"pow"} == set(FUNCTIONS)


@pytest.mark.parametrize(
    "case", CASES, ids=lambda case: f"{case.name}[{case.low},{case.high}]"
)
def test_error_in_the_last_place(case: Case, folder: Path, digits: None) -> None:
    where = points(case.low, case.high, case.landmarks)
    exact = [case.exact(mpf(x)) for x in where.tolist()]
    for build in builds():
        function = scalar(library(build, folder), case.name)
        errors = [
            distance(function(x), y) for x, y in zip(where.tolist(), exact, strict=True)
        ]
        worst = int(np.argmax(errors))
        assert errors[worst] <= case.ulp, (build, float(where[worst]).hex())


def test_powers(folder: Path, digits: None) -> None:
    random = np.random.default_rng(8)
    x = np.concatenate(
        [np.exp(random.uniform(-300, 300, 600)), 1 + random.normal(size=600) / 1e4]
    )
    y = np.concatenate([random.uniform(-2, 2, 600), random.uniform(-7e5, 7e5, 600)])
    pairs = [
        *zip(x.tolist(), y.tolist(), strict=True),
        (10.0, 22.0),
        (0.5, 1074.0),
        (-3.0, 5.0),
    ]
    pairs = [(a, b) for a, b in pairs if -745 < b * np.log(abs(a)) < 709]
    assert len(pairs) > 1000
    for build in builds():
        power = scalar(library(build, folder), "pow")
        for a, b in pairs:
            assert distance(power(a, b), mp.re(mpf(a) ** mpf(b))) <= 2, (build, a, b)


EDGES = [
    *[0.0, -0.0, LEAST, -LEAST, TINY, -TINY, 1.0, -1.0, 2.0, -2.0, MAX, -MAX],
    *[np.inf, -np.inf, np.nan, 709.79, -745.2, 1024.0, -1075.0, 1e22, -40.0, 40.0],
]
ORACLES = {
    "exp": np.exp, "expm1": np.expm1, "exp2": np.exp2, "log": np.log, "log1p": np.log1p,
    "log2": np.log2, "log10": np.log10, "tanh": np.tanh, "sin": np.sin, "cos": np.cos,
    "atan": np.arctan, "erf": special.erf, "erfc": special.erfc,
    "erfinv": lambda x: np.copysign(special.erfinv(x), x), "ndtri": special.ndtri,
    "ndtr": special.ndtr, "sigmoid": special.expit,
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


def test_special_powers(folder: Path) -> None:
    "All pairs of special values, as C99 has them."
    more = [
        0.5,
        -0.5,
        3.0,
        -3.0,
        2.5,
        2.0**52 + 1,
        2.0**53,
        -(2.0**51 + 0.5),
        1 - 2.0**-53,
    ]
    x, y = (grid.ravel() for grid in np.meshgrid(EDGES[:15] + more, EDGES[:15] + more))
    with np.errstate(all="ignore"):
        expected = x**y
    for build in builds():
        power = scalar(library(build, folder), "pow")
        pairs = zip(x.tolist(), y.tolist(), strict=True)
        _same(np.array([power(*pair) for pair in pairs]), expected)


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
            name=name, arguments="x[i], x[n - 1 - i]" if name == "pow" else "x[i]"
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
            arguments = [part, part[::-1]] if name == "pow" else [part]
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
            zip(x, x[::-1], strict=True) if name == "pow" else zip(x, strict=True)
        )
        results = np.array([(function(*a), expected(*a)) for a in arguments])
        assert np.array_equal(bits(results[:, 0]), bits(results[:, 1])), name


def _pointer(values: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(values.ctypes.data)
