"""Addresses of the routines that programs call."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import numpy as np
import pytest

from tensorgraph.backends.routines import resolve
from tensorgraph.errors import CompileError
from tensorgraph.loops.ir import Routine


def test_lapack_factorizes() -> None:
    matrix = np.array([[4.0, 0.0], [2.0, 3.0]]).T.copy()
    order, info = ctypes.c_int(2), ctypes.c_int()
    by_reference = [ctypes.c_void_p] * 5
    potrf = ctypes.CFUNCTYPE(None, *by_reference)(resolve(Routine("dpotrf", "lapack")))
    triangle = ctypes.c_char(b"L")
    potrf(
        ctypes.addressof(triangle), ctypes.addressof(order), matrix.ctypes.data,
        ctypes.addressof(order), ctypes.addressof(info),
    )  # fmt: skip
    assert info.value == 0
    np.testing.assert_allclose(matrix[0], [2.0, 1.0])


def test_blas_multiplies() -> None:
    dot = ctypes.CFUNCTYPE(ctypes.c_double, *[ctypes.c_void_p] * 5)(
        resolve(Routine("ddot", "blas"))
    )
    n, one, x = ctypes.c_int(3), ctypes.c_int(1), np.array([1.0, 2.0, 3.0])
    arguments = (ctypes.addressof(n), x.ctypes.data, ctypes.addressof(one))
    assert dot(*arguments, x.ctypes.data, ctypes.addressof(one)) == 14.0


def test_draws_are_those_of_numpy() -> None:
    draw = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_void_p)(
        resolve(Routine("random_standard_normal", "random"))
    )
    generator = np.random.Generator(np.random.PCG64(5))
    state = generator.bit_generator.ctypes.bit_generator
    assert [draw(state) for _ in range(5)] == list(
        np.random.default_rng(5).normal(size=5)
    )


def test_our_own_library() -> None:
    exp = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(
        resolve(Routine("tg_exp", "tg"))
    )
    assert exp(1.0) == pytest.approx(np.e)


@pytest.mark.parametrize("name, expected", [("jv", 0.11490348493190047), ("i0", 1.0)])
def test_special_functions_in_their_version_for_doubles(name, expected) -> None:
    address = resolve(Routine(name, "special"))
    arguments = (2.0, 1.0) if name == "jv" else (0.0,)
    kinds = [ctypes.c_double] * len(arguments)
    function = ctypes.CFUNCTYPE(ctypes.c_double, *kinds)(address)
    assert function(*arguments) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("library", ["lapack", "blas", "random", "special", "tg"])
def test_a_routine_that_does_not_exist(library: str) -> None:
    with pytest.raises(CompileError, match=f"'{library}' has no routine no_such"):
        resolve(Routine("no_such", library))


def test_a_library_that_does_not_exist() -> None:
    with pytest.raises(
        CompileError, match="'cuda', not one of lapack, blas, special, random, tg"
    ):
        resolve(Routine("x", "cuda"))


def test_special_functions_of_other_types_are_refused() -> None:
    for name in ("itairy", "airy", "eval_hermite", "wofz"):
        with pytest.raises(CompileError, match=f"has no routine {name}"):
            resolve(Routine(name, "special"))


def test_scipy_special_is_not_imported_and_works_afterwards() -> None:
    code = (
        "import sys; from tensorgraph.backends.routines import resolve;"
        "from tensorgraph.loops.ir import Routine;"
        "assert resolve(Routine('jv', 'special'));"
        "assert 'scipy.special' not in sys.modules;"
        "import scipy.special, scipy.stats, scipy.special.cython_special as again;"
        "assert '__pyx_capi__' in vars(again);"
        "assert scipy.special.cython_special is again;"
        "assert scipy.special.gamma(5.0) == again.gamma(5.0) == 24.0;"
        "assert scipy.stats.norm.cdf(0.0) == 0.5"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )


def test_scipy_linalg_is_not_imported_and_works_afterwards() -> None:
    code = (
        "import sys; from tensorgraph.backends.routines import resolve;"
        "from tensorgraph.loops.ir import Routine;"
        "assert resolve(Routine('dpotrf', 'lapack'));"
        "assert 'scipy.linalg' not in sys.modules;"
        "import scipy.linalg, scipy.linalg.cython_lapack as again;"
        "assert '__pyx_capi__' in vars(again);"
        "assert scipy.linalg.cholesky([[4.0]])[0, 0] == 2.0"
    )
    subprocess.run(
        [sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)}
    )
