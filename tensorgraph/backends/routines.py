"""Addresses of the C functions that programs call: LAPACK, BLAS, draws, our own."""

from __future__ import annotations

import ctypes
import importlib.util
import os
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from types import ModuleType

from tensorgraph.errors import CompileError
from tensorgraph.loops.ir import Routine
from tensorgraph.native import load_math

EXTENSIONS = {
    "lapack": "scipy/linalg/cython_lapack",
    "blas": "scipy/linalg/cython_blas",
}


def resolve(routine: Routine) -> int:
    """The address of a routine.

    Raises CompileError when the installed libraries lack it.

    >>> resolve(Routine("dpotrf", "lapack")) != 0
    True
    """
    return _address(routine.library, routine.name)


@cache
def _address(library: str, name: str) -> int:
    if library in EXTENSIONS:
        return _capsule_address(library, name)
    if library == "random":
        return _symbol(_random_library(), library, name)
    if library == "tg":
        return _symbol(load_math(), library, name)
    known = ", ".join([*EXTENSIONS, "random", "tg"])
    raise CompileError(
        f"The routine {name} names the library {library!r}, not one of {known}."
    )


def _symbol(opened: ctypes.CDLL, library: str, name: str) -> int:
    function = getattr(opened, name, None)
    if function is None:
        raise _missing(library, name)
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _missing(library: str, name: str) -> CompileError:
    return CompileError(
        f"The library {library!r} has no routine {name}.",
        remedy="Install versions of NumPy and SciPy that tensorgraph supports.",
    )


# -- LAPACK and BLAS: what SciPy exports to Cython -------------------------------------


def _capsule_address(library: str, name: str) -> int:
    capsule = _extension(library).__pyx_capi__.get(name)
    if capsule is None:
        raise _missing(library, name)
    signature = _capsule_function("PyCapsule_GetName", ctypes.c_char_p)(capsule)
    pointer = _capsule_function(
        "PyCapsule_GetPointer", ctypes.c_void_p, ctypes.c_char_p
    )
    return int(pointer(capsule, signature))


def _capsule_function(name: str, result: type, *more: type) -> ctypes._FuncPointer:
    prototype = ctypes.PYFUNCTYPE(result, ctypes.py_object, *more)
    return prototype((name, ctypes.pythonapi))  # type: ignore[return-value]


@cache
def _extension(library: str) -> ModuleType:
    """One extension file of SciPy; `scipy.linalg` would take ten times as long."""
    path = _file_of_package(EXTENSIONS[library])
    name = EXTENSIONS[library].replace("/", ".")
    loader = ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


# -- draws: what NumPy's generator exports ---------------------------------------------


@cache
def _random_library() -> ctypes.CDLL:
    return ctypes.CDLL(_file_of_package("numpy/random/_generator"))


def _file_of_package(stem: str) -> str:
    """The extension file of a package, found without importing the package."""
    package, _, rest = stem.partition("/")
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec is not None else None
    for folder in folders or ():
        for suffix in EXTENSION_SUFFIXES:
            path = os.path.join(folder, rest + suffix)
            if os.path.exists(path):
                return path
    raise CompileError(
        f"{package} is installed without the file {rest}{EXTENSION_SUFFIXES[0]}.",
        remedy=f"Reinstall {package}.",
    )
