"""Requests to compile: the key of all that decides what comes out.

Two requests with one key get the same function, but for the values of their inputs and
shared variables, and for the user's lines.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from types import FunctionType
from typing import Any

import numpy as np

from tensorgraph.backends.digest import digest
from tensorgraph.graph.node import Apply, Constant, Variable
from tensorgraph.graph.op import Op
from tensorgraph.graph.place import PACKAGE, Place
from tensorgraph.graph.rules import EXTENDED
from tensorgraph.graph.traverse import applies
from tensorgraph.ops.elementwise import Elementwise
from tensorgraph.ops.tensor import TensorType

OURS = ("builtins", "functools", "math", "numpy", "operator", "tensorgraph")
"""Whose functions and classes are known by the version of the library."""
SMALL = 64
"""Constants of more bytes enter a key as their checksum."""
MOST_BYTES = 1 << 26
"""A request with more bytes of constants has no key: it would take too long."""

Reference = tuple[str, int]


class Unnamed(Exception):
    """A request depends on what no key can name, such as code outside the library."""


class Request:
    """A graph to be compiled, as text: its structure, ops, types, names and constants.

    Inputs, shared variables and constants are `leaves`, which a record of the result
    refers to by their numbers; so it does to the user's lines, the `places`, which do
    not enter the key. Raises `Unnamed` where there can be no key.
    """

    def __init__(
        self, inputs: Sequence[Variable], outputs: Sequence[Variable], *words: Any
    ) -> None:
        self.leaves: list[Variable] = []
        self.places: list[Place] = []
        self._leaf_numbers: dict[int, int] = {}
        self._place_numbers: dict[int, int] = {}
        self._variables: dict[int, int] = {}
        self._ops: dict[int, int] = {}
        self._texts: dict[bytes, int] = {}
        self._bytes = 0
        self.key = ""
        if EXTENDED:
            raise Unnamed(f"rules from elsewhere among {', '.join(EXTENDED)}")
        if any(v.owner is not None for v in inputs):
            raise Unnamed("an input that is computed")
        lines: list[Any] = [version(), words, [self._variable(v) for v in inputs]]
        lines += map(self._node, applies(outputs))
        lines.append([self._variable(v) for v in outputs])
        content = [repr(lines).encode(), *self._texts]
        self.key = digest(b"\0".join(content)).hex()[:32]

    # -- what enters the key ----------------------------------------------------------

    def _node(self, node: Apply) -> tuple[Any, ...]:
        op = self._ops.get(id(node.op))
        if op is None:
            op = self._ops[id(node.op)] = self._text(node.op)
        inputs = [self._variable(v) for v in node.inputs]
        places = [self._place(place) for place in node.places]
        for v in node.outputs:
            self._variables[id(v)] = len(self._variables)
        made = [(self._type(v), v.name) for v in node.outputs]
        return op, inputs, places, made

    def _variable(self, v: Variable) -> Any:
        """The number of a variable; of a leaf that is new, what it is."""
        number = self._variables.get(id(v))
        if number is not None:
            return number
        self._variables[id(v)] = len(self._variables)
        self._leaf_numbers[id(v)] = len(self.leaves)
        self.leaves.append(v)
        value = self._value(v) if isinstance(v, Constant) else None
        return type(v).__qualname__, self._type(v), v.name, value

    def _value(self, v: Constant) -> bytes | int:
        if not isinstance(v.value, np.ndarray) or v.value.dtype.hasobject:
            return self._text(v.value)
        self._bytes += v.value.nbytes
        if self._bytes > MOST_BYTES:
            raise Unnamed("many constants")
        content = v.value.tobytes()
        return content if len(content) <= SMALL else digest(content)

    def _type(self, v: Variable) -> Any:
        if isinstance(v.type, TensorType):
            return v.type.dtype, v.type.shape
        return self._text(v.type)

    def _text(self, thing: Any) -> int:
        """The number of what a thing pickles as; equal texts have one number."""
        return self._texts.setdefault(self.dumps(thing), len(self._texts))

    def _place(self, place: Place) -> int:
        """The number of a line, which is new or was met before."""
        number = self._place_numbers.get(id(place))
        if number is None:
            number = self._place_numbers[id(place)] = len(self.places)
            self.places.append(place)
        return number

    # -- pickles that refer to leaves and places --------------------------------------

    def dumps(self, thing: Any) -> bytes:
        """A pickle; raises `Unnamed` for code outside the library, and for what cannot
        be pickled.
        """
        file = BytesIO()
        try:
            Pickler(file, self).dump(thing)
        except Exception as error:
            raise Unnamed(str(error)) from error
        return file.getvalue()

    def loads(self, text: bytes) -> Any:
        """What such a pickle of an equal request stands for in this one."""
        return Unpickler(BytesIO(text), self).load()

    def refer(self, thing: Any) -> Reference | None:
        """A reference to a leaf or a place; None for anything else.

        Places that ops know are numbered with those of nodes, as long as there is no
        key; later ones are known by their lines.
        """
        if type(thing) is Place:
            if self.key and id(thing) not in self._place_numbers:
                equal = thing in self.places
                return ("place", self.places.index(thing)) if equal else None
            return "place", self._place(thing)
        number = self._leaf_numbers.get(id(thing))
        return None if number is None else ("leaf", number)

    def resolve(self, reference: Reference) -> Any:
        """The leaf or the place that a reference stands for."""
        kind, number = reference
        return self.leaves[number] if kind == "leaf" else self.places[number]


class Pickler(pickle.Pickler):
    """Writes references for leaves and places, and refuses what others may change."""

    def __init__(self, file: BytesIO, request: Request) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.persistent_id = request.refer

    def reducer_override(self, thing: Any) -> Any:
        """Nothing is pickled in another way, but code is looked at."""
        if isinstance(thing, type | FunctionType):
            _check_home(thing, thing.__module__)
        elif isinstance(thing, Elementwise):
            _check_home(thing, thing.home)
        elif isinstance(thing, Op):
            for value in vars(thing).values():
                if isinstance(value, FunctionType):
                    _check_home(value, value.__module__)
        return NotImplemented


def _check_home(thing: Any, module: str) -> None:
    if module.partition(".")[0] not in OURS:
        raise Unnamed(f"{thing!r} of {module}")


class Unpickler(pickle.Unpickler):
    """Reads what a `Pickler` wrote."""

    def __init__(self, file: BytesIO, request: Request) -> None:
        super().__init__(file)
        self.persistent_load = request.resolve


@cache
def version() -> tuple[str, ...]:
    """What names the code of this library and of what it stands on."""
    files = sorted(_files(PACKAGE))
    return digest(repr(files).encode()).hex(), np.__version__, sys.version


def _files(folder: str) -> list[tuple[str, int, int]]:
    """Every file of a folder: its path, size and time of change."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                found += _files(entry.path) if entry.name != "__pycache__" else []
            else:
                status = entry.stat()
                found.append((entry.path, status.st_size, status.st_mtime_ns))
    return found
