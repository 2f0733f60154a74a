"""Vector math at very many points against quadruple precision, which mpmath checks.

    POINTS=1000000 python -m pytest -n 2 tests/native/test_quadruple.py

tries a million points of each function instead of some thousand.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from mpmath import mp, mpf

from tests.native.cases import CASES, Arrays, Case, PairCase
from tests.native.vector_math import COMPILER, FOLDER, compile_c, object_file
from tests.native.vector_math import builds as found_builds

pytestmark = pytest.mark.slow
POINTS = int(os.environ.get("POINTS", "4000"))
SOURCE = Path(__file__).with_name("quadruple.c")
EXACT = 1e-3
"""What quadruple precision may be off, in units of the last place of a double."""
LOST = {"digamma": 2.0**-107}
"""What is lost because the value is a difference of numbers about 4."""


def _has_quadruple(folder: Path) -> bool:
    source = folder / "has.c"
    source.write_text("#include <quadmath.h>\n__float128 f(void) { return expq(1); }\n")
    try:
        compile_c([source], folder / "has.so", "-shared", "-w", "-lquadmath")
    except (OSError, subprocess.CalledProcessError):
        return False
    return True


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("quadruple")
    if not COMPILER or not _has_quadruple(place):
        pytest.skip("needs gcc with libquadmath")
    return place


@pytest.fixture
def digits() -> Iterator[None]:
    with mp.workdps(60):
        yield


@cache
def compared(build: str, folder: Path) -> ctypes.CDLL:
    """One build of the library beside its functions in quadruple precision."""
    output = folder / f"quadruple_{build}.so"
    linking = ["-Wl,-Bsymbolic,--no-as-needed", "-lquadmath", "-lm"]
    flags = ["-shared", f"-I{FOLDER}", *linking]
    compile_c([SOURCE, object_file(build, folder)], output, *flags)
    return ctypes.CDLL(str(output))


def errors(case: Case | PairCase, build: str, folder: Path, places: Arrays) -> Arrays:
    """How far a function is off at each place, in units of the last place."""
    found = np.empty(len(places[0]))
    arrays = [_pointer(a) for a in (places[0], places[-1], found)]
    function = compared(build, folder)[f"errors_{case.name}"]
    function(*arrays, ctypes.c_long(len(found)), ctypes.c_double(case.size))
    return np.where(np.isnan(found), np.inf, found)


def _pointer(values: np.ndarray) -> ctypes.c_void_p:
    assert values.flags.c_contiguous and values.dtype == np.float64
    return ctypes.c_void_p(values.ctypes.data)


@pytest.mark.parametrize("build", found_builds())
@pytest.mark.parametrize("case", CASES, ids=str)
def test_error_in_the_last_place(
    case: Case | PairCase, build: str, folder: Path
) -> None:
    places = case.arguments(POINTS)
    assert len(places[0]) >= POINTS
    found = errors(case, build, folder, places)
    worst = int(np.argmax(found))
    assert found[worst] <= case.ulp, [float(a[worst]).hex() for a in places]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_quadruple_precision(case: Case | PairCase, folder: Path, digits: None) -> None:
    places = case.arguments(max(POINTS // 100, 50))
    high, low = np.empty((2, len(places[0])))
    arrays = [_pointer(a) for a in (places[0], places[-1], high, low)]
    library = compared(found_builds()[0], folder)
    library[f"exact_{case.name}"](*arrays, ctypes.c_long(len(high)))
    for *place, first, second in zip(*places, high, low, strict=True):
        expected = case.exact(*map(mpf, map(float, place)))
        rest = float(expected - mpf(float(first))) if np.isfinite(first) else 0.0
        size = min(max(abs(first), case.size, 2.0**-1022), 2.0**1022)
        allowed = EXACT * np.spacing(size) + LOST.get(case.name, 0.0)
        where = [float(x).hex() for x in place]
        assert abs(second - rest) <= allowed or first == expected, where
