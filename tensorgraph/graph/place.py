"""Places: where the user wrote a node, found when it is built, shown in every error."""

from __future__ import annotations

import linecache
import os
import sys
import threading
from functools import lru_cache
from types import CodeType

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
MOST = 8
"""At most so many places are carried along when nodes merge."""

_internal: dict[str, bool] = {}
_local = threading.local()


class Place:
    """A line of the user's program; the line number is computed only when shown."""

    __slots__ = ("_code", "_instruction", "_line")

    def __init__(self, code: CodeType, instruction: int) -> None:
        self._code = code
        self._instruction = instruction
        self._line: tuple[str, int, str] | None = None

    def is_in(self, code: CodeType | None) -> bool:
        """Whether this is a line of the function with that code."""
        return code is not None and getattr(self, "_code", None) is code

    @property
    def line(self) -> tuple[str, int, str]:
        """File, line number and function."""
        if self._line is None:
            self._line = _line_of(self._code, self._instruction)
        return self._line

    def __str__(self) -> str:
        file, number, function = self.line
        source = linecache.getline(file, number).strip()
        inside = "" if function == "<module>" else f", in {function}"
        return f"{os.path.basename(file)}:{number}{inside}:  {source}".rstrip(": ")

    def __repr__(self) -> str:
        return f"<Place {self}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Place) and self.line == other.line

    def __hash__(self) -> int:
        return hash(self.line)

    def __reduce__(self) -> tuple[object, ...]:
        return _restore, self.line


@lru_cache(maxsize=4096)
def _line_of(code: CodeType, instruction: int) -> tuple[str, int, str]:
    """File, line and function of an instruction; many nodes share one."""
    number = code.co_firstlineno
    for start, stop, line in code.co_lines():
        if start <= instruction < stop and line is not None:
            number = line
    return code.co_filename, number, code.co_qualname


def _restore(file: str, number: int, function: str) -> Place:
    place = Place.__new__(Place)
    place._line = (file, number, function)
    return place


def _is_internal(file: str) -> bool:
    known = file.startswith(PACKAGE) or file.startswith("<frozen")
    return _internal.setdefault(file, known)


def here() -> tuple[Place, ...]:
    """The first line outside tensorgraph that led here, or what `inherit` says."""
    inherited: tuple[Place, ...] | None = getattr(_local, "places", None)
    if inherited is not None:
        return inherited
    frame = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        internal = _internal.get(code.co_filename)
        if internal is None:
            internal = _is_internal(code.co_filename)
        if not internal:
            return (Place(code, frame.f_lasti),)
        frame = frame.f_back  # type: ignore[assignment]
    return ()


class inherit:
    """Nodes built inside get these places: what rules and transforms build."""

    __slots__ = ("before", "places")

    def __init__(self, places: tuple[Place, ...]) -> None:
        self.places = places

    def __enter__(self) -> None:
        self.before = getattr(_local, "places", None)
        _local.places = self.places

    def __exit__(self, *raised: object) -> None:
        _local.places = self.before


def merge(first: tuple[Place, ...], second: tuple[Place, ...]) -> tuple[Place, ...]:
    """Both sets of places, each once, at most `MOST`."""
    if first == second or not second:
        return first
    return tuple(dict.fromkeys((*first, *second)))[:MOST]
