"""Routines of LAPACK, BLAS and our own library, for real and for complex numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tensorgraph.loops.ir import Routine

COMPLEX_NAMES = {"orglq": "unglq", "syevd": "heevd"}
"""What LAPACK calls its routines for complex numbers where the name is another one."""


def own(name: str) -> Routine:
    """A routine of our C library."""
    return Routine(f"tg_{name}", "tg")


def lapack(*names: str) -> tuple[Routine, ...]:
    """Routines of LAPACK in double precision: "potrf" is dpotrf."""
    return tuple(Routine(f"d{name}", "lapack") for name in names)


def blas(*names: str) -> tuple[Routine, ...]:
    """Routines of BLAS in double precision: "gemm" is dgemm."""
    return tuple(Routine(f"d{name}", "blas") for name in names)


def computed_in(dtypes: Iterable[str]) -> str:
    """The dtype in which routines compute with operands of these dtypes.

    >>> computed_in(["float32", "int64"]), computed_in(["complex64"])
    ('float64', 'complex128')
    """
    return "complex128" if any(d[0] == "c" for d in dtypes) else "float64"


def in_dtype(routine: Routine, dtype: str) -> Routine:
    """The routine that does in this dtype what the given one does in float64.

    >>> [in_dtype(r, "complex128").name for r in (*lapack("syevd"), own("eigh"))]
    ['zheevd', 'tg_eigh_complex']
    """
    if dtype == "float64":
        return routine
    if routine.library == "tg":
        return Routine(f"{routine.name}_complex", "tg")
    return Routine(_complex_name(routine.name[1:]), routine.library)


def scipy_routine(module: Any, name: str, *arrays: np.ndarray) -> Callable[..., Any]:
    """The same for the reference: the function in SciPy's `lapack` or `blas`.

    >>> from scipy.linalg import lapack
    >>> scipy_routine(lapack, "syevd", np.eye(2), np.eye(1) * 1j).__name__
    'function zheevd'
    """
    real = computed_in(a.dtype.name for a in arrays) == "float64"
    return getattr(module, f"d{name}" if real else _complex_name(name))  # type: ignore[no-any-return]


def _complex_name(name: str) -> str:
    return f"z{COMPLEX_NAMES.get(name, name)}"
