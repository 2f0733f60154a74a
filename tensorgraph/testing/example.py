"""Examples of ops: small graphs with values, which the laws are tested on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tensorgraph.graph.node import Variable


@dataclass(frozen=True, eq=False)
class Example:
    """Inputs with values, outputs, and what the outputs must be.

    `expected` comes from NumPy, SciPy or mpmath, never from tensorgraph. With
    `gradient`, derivatives with respect to the float inputs are checked up to `order`,
    so the outputs must be smooth near the values; with `batch`, every input may be
    vectorized over.
    """

    inputs: Mapping[Any, Any]
    outputs: Variable | Sequence[Variable]
    expected: Any
    gradient: bool = True
    batch: bool = True
    order: int = 2
    rtol: float = 1e-12

    @property
    def output_list(self) -> list[Variable]:
        """The outputs, always as a list."""
        if isinstance(self.outputs, Variable):
            return [self.outputs]
        return list(self.outputs)

    @property
    def expected_list(self) -> list[np.ndarray]:
        """The expected values, one an output."""
        single = isinstance(self.outputs, Variable)
        return [np.asarray(v) for v in ([self.expected] if single else self.expected)]

    @property
    def sizes(self) -> dict[str, int]:
        """The lengths of the named sizes."""
        return {
            size: length
            for v, value in self.values.items()
            for size, length in zip(v.type.shape, value.shape, strict=True)
            if isinstance(size, str)
        }

    @property
    def values(self) -> dict[Any, np.ndarray]:
        """The inputs' values as arrays of their types."""
        return {v: v.type.convert(value) for v, value in self.inputs.items()}


Maker = Callable[[np.random.Generator], Example]
EXAMPLES: dict[str, Maker] = {}
"""Every example by the name of its function."""


def example(make: Maker) -> Maker:
    """Enter an example into the registry: a function of a generator that makes it."""
    if EXAMPLES.setdefault(make.__name__, make) is not make:
        raise ValueError(f"There are two examples named {make.__name__}.")
    return make


def make_example(name: str) -> Example:
    """The example of this name, the same at each call."""
    return EXAMPLES[name](np.random.default_rng(sum(map(ord, name))))
