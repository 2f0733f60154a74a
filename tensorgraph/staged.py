"""Python callables around compiled parts: functions that run in two kernels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tensorgraph.errors import GraphError


class WithParts:
    """A callable that answers for the parts of its function, as native ones do."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled
        self.__name__ = compiled.name

    @property
    def keepalive(self) -> Any:
        """The parts of the function."""
        return self._compiled

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._compiled, name)


class Staged(WithParts):
    """A function whose first kernel computes lengths that the second one needs.

    Both take the user's arguments; the second one takes the lengths in front.
    """

    def __init__(
        self, lengths: Callable[..., Any], main: Callable[..., Any], compiled: Any
    ) -> None:
        super().__init__(compiled)
        self._lengths = lengths
        self._main = main

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The outputs for these inputs."""
        return self._main(*self._lengths(*args, **keywords), *args, **keywords)

    def pointers(self, *args: Any) -> Any:
        """Refused: there is no single kernel that others could call."""
        raise GraphError(
            f"{self.__name__} runs in two kernels, because the length of an array "
            "depends on computed values; it cannot become part of a compiled loop.",
            remedy="Compute the length outside, or select with where instead.",
        )
