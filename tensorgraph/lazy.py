"""Slow third parties and backends, imported when first asked: the one place for it."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any


class LazyModule:
    """A module that is imported at the first attribute."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._module: ModuleType | None = None

    def __getattr__(self, attribute: str) -> Any:
        if self._module is None:
            self._module = importlib.import_module(self._name)
        return getattr(self._module, attribute)


special = LazyModule("scipy.special")
scipy_linalg = LazyModule("scipy.linalg")
stats = LazyModule("scipy.stats")
arviz = LazyModule("arviz")
xarray = LazyModule("xarray")
c_backend = LazyModule("tensorgraph.backends.c.link")
numba_backend = LazyModule("tensorgraph.backends.numba.link")
numba_compile = LazyModule("tensorgraph.backends.numba.compile")
platformdirs = LazyModule("platformdirs")
graphviz = LazyModule("graphviz")
rich_progress = LazyModule("rich.progress")
rich_console = LazyModule("rich.console")
pyplot = LazyModule("matplotlib.pyplot")


def lazy_names(package: str, homes: dict[str, str], name: str) -> Any:
    """What a package's `__getattr__` gives for a name that has its home elsewhere."""
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    return getattr(importlib.import_module(homes[name]), name)


def homes(modules: dict[str, str]) -> dict[str, str]:
    """The module of each name, from the names of each module.

    >>> homes({"math": "cos sin", "re": "match"})
    {'cos': 'math', 'sin': 'math', 'match': 're'}
    """
    return {name: module for module, names in modules.items() for name in names.split()}
