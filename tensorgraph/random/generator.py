"""Generators: the type of random state, and shared generators that functions advance.

The state of a generator is a value of the graph like any other: a flat array of 64-bit
words, which compiled code copies and advances in place, and NumPy's `Generator` for the
reference.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np

from tensorgraph.errors import RandomError
from tensorgraph.graph.node import Constant, Type, Variable
from tensorgraph.graph.shared import SharedVariable
from tensorgraph.native._native import Cell

INTERFACE = 5
"""The first words: pointers that NumPy's C functions follow, zero outside a draw."""
WORDS = INTERFACE + 6
"""Length of the state: four words follow, then whether a half word is held, and it."""
KINDS = ("PCG64", "PCG64DXSM", "SFC64")
"""NumPy's bit generators, in the order of their numbers in compiled code."""
_MASK = (1 << 64) - 1


class RandomType(Type):
    """The state of a random generator, of any of the `KINDS`."""

    __slots__ = ()
    variable_class = Variable
    constant_class = Constant

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RandomType)

    def __hash__(self) -> int:
        return hash(RandomType)

    def __repr__(self) -> str:
        return "RandomGeneratorType"

    __str__ = __repr__

    def convert(self, value: Any) -> np.ndarray:
        """Words from a NumPy generator, a bit generator, or words."""
        if isinstance(value, np.random.Generator):
            value = value.bit_generator
        if isinstance(value, np.random.BitGenerator):
            return to_words(value)
        if (
            not isinstance(value, np.ndarray)
            or value.shape != (WORDS,)
            or (value.dtype != np.uint64)
        ):
            raise RandomError(
                f"Expected a random generator, got {value!r}.",
                remedy="Use numpy.random.default_rng(seed).",
            )
        return value

    def value_key(self, value: np.ndarray) -> Hashable:
        return value.tobytes()

    def storage(self) -> tuple[str, tuple[int, ...]]:
        return "uint64", (WORDS,)

    def copy_value(self, value: np.ndarray) -> np.ndarray:
        return value.copy()

    def show_value(self, value: np.ndarray) -> str:
        return f"RNG({_shown(value)})"


random_type = RandomType()
"""The type of random state."""


# -- words and NumPy's generators ------------------------------------------------------


def to_words(bits: np.random.BitGenerator) -> np.ndarray:
    """The state of a bit generator as words; raises `RandomError` for other kinds."""
    state: Any = bits.state
    kind = state["bit_generator"]
    if kind not in KINDS:
        raise RandomError(
            f"A {kind} generator cannot be part of a graph.",
            remedy=f"Use {', '.join(KINDS)}; numpy.random.default_rng gives PCG64.",
        )
    inner = state["state"]
    if kind == "SFC64":
        own = inner["state"].tolist()
    else:
        pair = inner["state"], inner["inc"]
        own = [word for n in pair for word in (n & _MASK, n >> 64)]
    held = state["has_uint32"] | KINDS.index(kind) << 32
    return np.array([0] * INTERFACE + own + [held, state["uinteger"]], dtype=np.uint64)


def to_generator(words: np.ndarray) -> np.random.Generator:
    """A NumPy generator in the state that the words say."""
    *own, held, half = words[INTERFACE:].tolist()
    bits = getattr(np.random, KINDS[held >> 32])(0)
    inner: dict[str, Any] = {"state": np.array(own, dtype=np.uint64)}
    if KINDS[held >> 32] != "SFC64":
        inner = {"state": own[0] | own[1] << 64, "inc": own[2] | own[3] << 64}
    bits.state = {
        "bit_generator": KINDS[held >> 32],
        "state": inner,
        "has_uint32": held & 1,
        "uinteger": half,
    }
    return np.random.Generator(bits)


def _shown(words: np.ndarray) -> str:
    return f"<Generator({KINDS[int(words[-2]) >> 32]})>"


# -- shared generators -----------------------------------------------------------------


class SharedGenerator(SharedVariable):
    """A generator that lives between calls; `function` advances it by what it draws."""

    __slots__ = ()

    def get_value(self, borrow: bool = False) -> np.random.Generator:
        """A NumPy generator in the present state; its draws do not advance this one."""
        return to_generator(self.cell.value)

    def __repr__(self) -> str:
        return self.name or self.type.show_value(self.cell.value)


def default_rng(seed: Any = None, name: str | None = None) -> SharedGenerator:
    """A shared generator: a state that lives between calls, advanced by functions.

    `seed` is anything `numpy.random.default_rng` takes; raises `RandomError` for the
    rest.

    >>> import tensorgraph as tg
    >>> rng = default_rng(1)
    >>> tg.random.normal(rng=rng).eval() == np.random.default_rng(1).normal()
    np.True_
    """
    try:
        words = random_type.convert(np.random.default_rng(seed))
    except (TypeError, ValueError) as error:
        raise _bad_seed(seed, error) from None
    return SharedGenerator(random_type, Cell(words), name)


def spawn(source: Any, count: int) -> list[SharedGenerator]:
    """So many shared generators with independent streams, all from one source.

    From a seed, stream k depends on the seed and on k alone, not on `count`; a
    `SeedSequence` or a NumPy generator remembers what was spawned and goes on from
    there.
    """
    return [default_rng(child) for child in as_source(source).spawn(count)]


def as_source(seed: Any) -> np.random.SeedSequence | np.random.Generator:
    """What streams can be spawned from, for a seed; `RandomError` for bad ones."""
    if isinstance(seed, np.random.SeedSequence | np.random.Generator):
        return seed
    try:
        return np.random.SeedSequence(seed)
    except (TypeError, ValueError) as error:
        raise _bad_seed(seed, error) from None


def _bad_seed(seed: Any, error: Exception) -> RandomError:
    return RandomError(
        f"{seed!r} cannot seed a random generator: {error}.",
        remedy="Use a non-negative integer, or numpy.random.default_rng(seed).",
    )


def next_state(draw: Variable) -> Variable:
    """The state of the generator after a draw, for a next draw from the same stream.

    Raises `RandomError` for a variable that is no draw.

    >>> import tensorgraph as tg
    >>> x = tg.random.normal(rng=default_rng(1))
    >>> y = tg.random.normal(rng=next_state(x))
    """
    node = draw.owner
    if node is None or not node.op.successors:
        raise RandomError(
            f"{draw!r} is not a draw, so no generator state comes after it.",
            remedy="Pass what a function such as tg.random.normal returned.",
        )
    return node.outputs[next(iter(node.op.successors.values()))]
