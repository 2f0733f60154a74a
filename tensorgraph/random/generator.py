"""Generators: the type of random state, and shared generators that functions advance.

The state of a generator is a value of the graph like any other: a flat array of 64-bit words,
which compiled code copies and advances in place, and NumPy's `Generator` for the reference.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from tensorgraph.errors import RandomError
from tensorgraph.graph.node import Constant, Type, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.native._native import Cell

WORDS = 11
"""Length of the state: five words for the interface of NumPy's functions, six of PCG64."""
_MASK = (1 << 64) - 1


class RandomType(Type):
    """The state of a random generator (PCG64)."""

    __slots__ = ()
    variable_class = Variable
    constant_class = Constant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomType)

    def __hash__(self) -> int:
        return hash(RandomType)

    def __repr__(self) -> str:
        return "RNG(<Generator(PCG64)>)"

    __str__ = __repr__

    def convert(self, value: Any) -> np.ndarray:
        """Words from a NumPy generator, a bit generator, or words."""
        if isinstance(value, np.random.Generator):
            value = value.bit_generator
        if isinstance(value, np.random.BitGenerator):
            return to_words(value)
        words = np.asarray(value)
        if words.shape != (WORDS,) or words.dtype != np.uint64:
            raise RandomError(f"Expected a random generator, got {value!r}.")
        return words

    def value_key(self, value: np.ndarray) -> Hashable:
        return value.tobytes()

    def storage(self) -> tuple[str, tuple[int, ...]]:
        return "uint64", (WORDS,)

    def copy_value(self, value: np.ndarray) -> np.ndarray:
        return value.copy()

    def show_value(self, value: np.ndarray) -> str:
        return repr(self)


random_type = RandomType()
"""The type of random state."""


def to_words(bits: np.random.BitGenerator) -> np.ndarray:
    """The state of a PCG64 bit generator as words."""
    state: Any = bits.state
    if state["bit_generator"] != "PCG64":
        raise RandomError(
            f"{state['bit_generator']} generators cannot be part of a graph yet.",
            remedy="Use numpy.random.default_rng, whose bits are PCG64.",
        )
    number, step = state["state"]["state"], state["state"]["inc"]
    tail = [number & _MASK, number >> 64, step & _MASK, step >> 64,
            state["has_uint32"], state["uinteger"]]  # fmt: skip
    return np.array([0] * 5 + tail, dtype=np.uint64)


def to_generator(words: np.ndarray) -> np.random.Generator:
    """A NumPy generator in the state that the words say."""
    low, high, step_low, step_high, has, held = (int(w) for w in words[5:])
    bits = np.random.PCG64(0)
    bits.state = {
        "bit_generator": "PCG64",
        "state": {"state": low | high << 64, "inc": step_low | step_high << 64},
        "has_uint32": has,
        "uinteger": held,
    }
    return np.random.Generator(bits)


def shared_generator(seed: Any = None, name: str | None = None) -> SharedVariable:
    """A generator that lives between calls; `function` advances it by what it draws.

    `seed` is anything `numpy.random.default_rng` takes.
    """
    words = random_type.convert(np.random.default_rng(seed))
    return SharedVariable(random_type, Cell(words), name)
