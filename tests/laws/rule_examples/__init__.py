"""Graphs on which rules without a pattern fire: one file a theme, found by itself."""

import importlib
import pkgutil

from tests.laws.rule_examples.inputs import EXAMPLES

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")

__all__ = ["EXAMPLES"]
