"""Slow third parties, imported when first asked: the one place that does so."""

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
arviz = LazyModule("arviz")
xarray = LazyModule("xarray")
numba_backend = LazyModule("tensorgraph.backends.numba.link")
platformdirs = LazyModule("platformdirs")
graphviz = LazyModule("graphviz")
rich_progress = LazyModule("rich.progress")
rich_console = LazyModule("rich.console")
pyplot = LazyModule("matplotlib.pyplot")
