"""Slow third parties and backends, imported when first asked: the one place for it."""

from __future__ import annotations

import importlib
import pkgutil
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
axes = LazyModule("tensorgraph.ops.shaping.axes")
beta = LazyModule("tensorgraph.ops.special.beta")
bits = LazyModule("tensorgraph.ops.pointwise.bits")
comparison = LazyModule("tensorgraph.ops.pointwise.comparison")
cumulative = LazyModule("tensorgraph.ops.reducing.cumulative")
exponential = LazyModule("tensorgraph.ops.pointwise.exponential")
fold = LazyModule("tensorgraph.ops.shaping.fold")
lengths = LazyModule("tensorgraph.ops.shaping.lengths")
repetition = LazyModule("tensorgraph.ops.shaping.repeat")
ordering = LazyModule("tensorgraph.ops.sorting.sort")
rounding = LazyModule("tensorgraph.ops.pointwise.rounding")
taking = LazyModule("tensorgraph.ops.indexing.take")
trigonometry = LazyModule("tensorgraph.ops.pointwise.trigonometry")
c_pieces = LazyModule("tensorgraph.backends.c.pieces")
c_backend = LazyModule("tensorgraph.backends.c.link")
c_printer = LazyModule("tensorgraph.backends.c.printer")
c_export = LazyModule("tensorgraph.backends.c.export")
numba_backend = LazyModule("tensorgraph.backends.numba.link")
numba_compile = LazyModule("tensorgraph.backends.numba.compile")
platformdirs = LazyModule("platformdirs")
graphviz = LazyModule("graphviz")
rich_progress = LazyModule("rich.progress")
rich_console = LazyModule("rich.console")
rich_table = LazyModule("rich.table")
pyplot = LazyModule("matplotlib.pyplot")
opt_einsum = LazyModule("opt_einsum")


def load(name: str) -> ModuleType:
    """The module of that name, imported now."""
    return importlib.import_module(name)


def load_all(package: ModuleType) -> None:
    """Import every module of a package, so that what they declare is known."""
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        load(found.name)


def lazy_names(package: str, homes: dict[str, str], name: str) -> Any:
    """What a package's `__getattr__` gives for a name that has its home elsewhere."""
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    module = load(homes[name])
    return module if homes[name] == f"{package}.{name}" else getattr(module, name)


def homes(package: str, modules: dict[str, str]) -> dict[str, str]:
    """The module of each name, from the names of each module of a package.

    >>> homes("os", {"path": "join split"})
    {'join': 'os.path', 'split': 'os.path'}
    """
    return {
        name: f"{package}.{module}"
        for module, names in modules.items()
        for name in names.split()
    }
