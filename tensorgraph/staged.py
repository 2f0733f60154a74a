"""Python callables around compiled parts: functions that run in two kernels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


Keywords = Mapping[str, Any]


def split_out(
    names: Sequence[str | None], keywords: Keywords
) -> tuple[Keywords, Keywords]:
    """The arguments by name, and ``out`` apart, unless a parameter has that name.

    >>> split_out(["x"], {"x": 1.0, "out": None})
    ({'x': 1.0}, {'out': None})
    >>> split_out(["out"], {"out": 1.0})
    ({'out': 1.0}, {})
    """
    if "out" not in keywords or "out" in names:
        return keywords, {}
    rest = {name: value for name, value in keywords.items() if name != "out"}
    return rest, {"out": keywords["out"]}


class Staged(WithParts):
    """A function whose first kernel computes lengths that the second one needs.

    Both take the user's arguments; the second one takes the lengths in front.
    """

    def __init__(self, lengths: Any, main: Any, compiled: Any) -> None:
        super().__init__(compiled)
        self._lengths = lengths
        self._main = main

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """The outputs for these inputs."""
        named, out = split_out(self._compiled.names, keywords)
        return self._main(*self._lengths(*args, **named), *args, **named, **out)

    @property
    def workspace_bytes(self) -> int:
        """The most bytes of workspace so far, of both kernels together."""
        return int(self._lengths.workspace_bytes + self._main.workspace_bytes)

    def pointers(self, *args: Any) -> Any:
        """Refused: there is no single kernel that others could call."""
        raise GraphError(
            f"{self.__name__} runs in two kernels, because the length of an array "
            "depends on computed values; it cannot become part of a compiled loop.",
            remedy="Compute the length outside, or select with where instead.",
        )
