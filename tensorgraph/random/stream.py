"""Streams: random variables whose generators all come from one seed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from tensorgraph.random.constructor import CONSTRUCTORS
from tensorgraph.random.generator import SharedGenerator, as_source, spawn


class RandomStream:
    """Makes random variables whose generators are spawned, one by one, from one seed.

    It has a method for each distribution, with the parameters of the function of that
    name.

    >>> a, b = RandomStream(1), RandomStream(1)
    >>> a.normal(size=3).eval() == b.normal(size=3).eval()
    array([ True,  True,  True])
    """

    def __init__(self, seed: Any = None) -> None:
        self.generators: list[SharedGenerator] = []
        self._source = as_source(seed)

    def seed(self, seed: Any = None) -> None:
        """Start all generators anew, those that exist and those that will."""
        self._source = as_source(seed)
        fresh = spawn(self._source, len(self.generators))
        for old, new in zip(self.generators, fresh, strict=True):
            old.set_value(new.get_value())

    def generator(self) -> SharedGenerator:
        """The next generator of the stream."""
        self.generators.extend(spawn(self._source, 1))
        return self.generators[-1]

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name not in CONSTRUCTORS:
            raise AttributeError(f"There is no distribution {name!r}.")
        return partial(self._draw, CONSTRUCTORS[name])

    def _draw(self, make: Callable[..., Any], *args: Any, **keywords: Any) -> Any:
        return make(*args, rng=self.generator(), **keywords)
