"""Addresses of the C functions that programs call: LAPACK, BLAS, draws, our own."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import re
import sys
import threading
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader
from types import ModuleType

from tensorgraph.errors import CompileError
from tensorgraph.lazy import load
from tensorgraph.loops.ir import Routine
from tensorgraph.native import load_math

EXTENSIONS = {
    "lapack": "scipy/linalg/cython_lapack",
    "blas": "scipy/linalg/cython_blas",
    "special": "scipy/special/cython_special",
}
DOUBLES = re.compile(r"double \((double, )+int __pyx_skip_dispatch\)")
"""A function of doubles; its last argument is for Cython alone, and is never read."""


def resolve(routine: Routine) -> int:
    """The address of a routine.

    Raises CompileError when the installed libraries lack it.

    >>> resolve(Routine("dpotrf", "lapack")) != 0
    True
    """
    if routine.address is not None:
        return routine.address()
    return _address(routine.library, routine.name)


@cache
def _address(library: str, name: str) -> int:
    if library == "special":
        return _capsule_address(library, name, _function_of_doubles(library, name))
    if library in EXTENSIONS:
        return _capsule_address(library, name, name)
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


def _capsule_address(library: str, name: str, exported: str) -> int:
    capsule = _extension(library).__pyx_capi__.get(exported)
    if capsule is None:
        raise _missing(library, name)
    pointer = _capsule_function(
        "PyCapsule_GetPointer", ctypes.c_void_p, ctypes.c_char_p
    )
    return int(pointer(capsule, _signature(capsule)))


def _signature(capsule: object) -> bytes:
    return bytes(_capsule_function("PyCapsule_GetName", ctypes.c_char_p)(capsule))


def _function_of_doubles(library: str, name: str) -> str:
    """The name under which that version of a special function is exported, or none.

    Cython writes ``__pyx_fuse_1jv`` for the second of the types that `jv` takes.
    """
    versions = re.compile(rf"(__pyx_fuse_[\d_]+)?{name}")
    for exported, capsule in _extension(library).__pyx_capi__.items():
        known = versions.fullmatch(exported)
        if known and DOUBLES.fullmatch(_signature(capsule).decode()):
            return str(exported)
    return ""


def _capsule_function(name: str, result: type, *more: type) -> ctypes._FuncPointer:
    prototype = ctypes.PYFUNCTYPE(result, ctypes.py_object, *more)
    return prototype((name, ctypes.pythonapi))  # type: ignore[return-value]


@cache
def _extension(library: str) -> ModuleType:
    """One extension file of SciPy; `scipy.linalg` would take ten times as long."""
    path = _file_of_package(EXTENSIONS[library])
    name = EXTENSIONS[library].replace("/", ".")
    if library == "special":
        return _without_package(name, os.path.dirname(path))
    loader = ExtensionFileLoader(name, path)
    spec = importlib.util.spec_from_file_location(name, path, loader=loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def _without_package(name: str, folder: str) -> ModuleType:
    """A module that imports others of its package, without what the package imports.

    `scipy.special` takes 0.25 s, its extension files 0.03 s. Meanwhile the package is
    an empty one, which no other thread may see; then all of it is forgotten, so that
    an import by others is a whole one.
    """
    package = name.rpartition(".")[0]
    if package in sys.modules or threading.active_count() > 1:
        return load(name)
    load(package.partition(".")[0])
    empty = ModuleType(package)
    empty.__path__ = [folder]
    sys.modules[package] = empty
    try:
        return load(name)
    finally:
        for found in [m for m in sys.modules if f"{m}.".startswith(f"{package}.")]:
            del sys.modules[found]


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
