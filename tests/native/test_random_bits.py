"""Random bits: our generators draw what NumPy's draw, through NumPy's own functions."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import _generator

from tensorgraph.native import load_math

WORDS, KINDS = 11, ["PCG64", "PCG64DXSM", "SFC64"]
MASK = (1 << 64) - 1
DRAWS = ctypes.CDLL(_generator.__file__)

REAL, WHOLE = ctypes.c_double, ctypes.c_int64
METHODS: dict[str, tuple[str, type, tuple[float, ...]]] = {
    "standard_normal": ("random_standard_normal", REAL, ()),
    "standard_exponential": ("random_standard_exponential", REAL, ()),
    "standard_gamma": ("random_standard_gamma", REAL, (0.7,)),
    "beta": ("random_beta", REAL, (0.5, 2.5)),
    "vonmises": ("random_vonmises", REAL, (0.3, 2.0)),
    "poisson": ("random_poisson", WHOLE, (4.5,)),
    "negative_binomial": ("random_negative_binomial", WHOLE, (3.0, 0.4)),
    "random": ("random_standard_uniform", REAL, ()),
}


def to_words(bits: np.random.BitGenerator) -> np.ndarray:
    state = bits.state
    kind, inner = KINDS.index(state["bit_generator"]), state["state"]
    if kind < 2:
        pair = [inner["state"], inner["inc"]]
        four = [half for whole in pair for half in (whole & MASK, whole >> 64)]
    else:
        four = [int(word) for word in inner["state"]]
    held = [state["has_uint32"] | kind << 32, state["uinteger"]]
    return np.array([0] * 5 + four + held, dtype=np.uint64)


def pointer(words: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(words.ctypes.data)


def bound(words: np.ndarray) -> ctypes.c_void_p:
    load_math().tg_bitgen_bind(pointer(words))
    return pointer(words)


def same_state(words: np.ndarray, bits: np.random.BitGenerator) -> bool:
    expected = to_words(bits)
    if not expected[9] & np.uint64(1):  # then the held bits mean nothing
        expected[10] = words[10]
    load_math().tg_bitgen_release(pointer(words))
    return np.array_equal(words, expected)


def drawer(name: str, result: type, parameters: tuple[float, ...]) -> Callable:
    function = getattr(DRAWS, name)
    function.restype = result
    function.argtypes = [ctypes.c_void_p, *[REAL] * len(parameters)]
    return lambda generator: function(generator, *parameters)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", METHODS)
def test_draws_are_those_of_numpy(kind: str, method: str) -> None:
    bits = getattr(np.random, kind)(20240229)
    words = to_words(bits)
    draw, generator = drawer(*METHODS[method]), bound(words)
    ours = [draw(generator) for _ in range(500)]
    theirs = getattr(np.random.Generator(bits), method)(*METHODS[method][2], size=500)
    np.testing.assert_array_equal(ours, theirs)
    assert same_state(words, bits)


@pytest.mark.parametrize("kind", KINDS)
def test_halves_of_64_bits_are_held(kind: str) -> None:
    "An odd number of 32-bit draws leaves 32 bits that the next one returns."
    bits = getattr(np.random, kind)(7)
    words = to_words(bits)
    next_uint32 = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_void_p)(
        int(np.frombuffer(ctypes.string_at(bound(words), 40), np.uint64)[2])
    )
    state = ctypes.c_void_p(int(words[0]))
    generator = np.random.Generator(bits)
    for count in (3, 1, 4):
        ours = [next_uint32(state) for _ in range(count)]
        theirs = generator.integers(0, 1 << 32, size=count, dtype=np.uint32)
        np.testing.assert_array_equal(ours, theirs)
    assert same_state(words, bits)


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_continues_alike(kind: str) -> None:
    words = to_words(getattr(np.random, kind)(3))
    copy = words.copy()
    normal = drawer(*METHODS["standard_normal"])
    first, second = bound(words), bound(copy)
    assert [normal(first) for _ in range(9)] == [normal(second) for _ in range(9)]
    for each in (words, copy):
        load_math().tg_bitgen_release(pointer(each))
    np.testing.assert_array_equal(words, copy)
    assert not words[:5].any()
