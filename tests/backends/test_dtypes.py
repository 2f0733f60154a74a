"""Float16 and complex numbers in both backends: every half, every bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tensorgraph.backends.c.printer import print_program
from tensorgraph.backends.numba.link import NumbaBackend
from tensorgraph.backends.numba.printer import python_source
from tensorgraph.loops import arithmetic as ar
from tensorgraph.loops.interpret import interpret
from tensorgraph.loops.ir import (
    Accumulate,
    Accumulator,
    Cast,
    Const,
    Fill,
    If,
    Let,
    Load,
    Name,
    Program,
    Select,
    Store,
    Update,
)
from tensorgraph.loops.verify import verify
from tests.backends.c_programs import BACKEND, N
from tests.backends.calling import run
from tests.loops.pieces import (
    DIVIDE,
    GREATER,
    ZERO,
    I,
    add,
    array,
    given,
    loop,
    mul,
    op,
    program,
    result,
)

BACKENDS = {"c": BACKEND, "numba": NumbaBackend()}
HALVES = np.arange(2**16, dtype="uint16").view("float16")
FINITE = np.sort(HALVES[np.isfinite(HALVES)].astype("float64"))
BETWEEN = (FINITE[1:] + FINITE[:-1]) / 2

both = pytest.mark.parametrize("backend", BACKENDS)


def outputs(backend: str, built: Program, *inputs: np.ndarray) -> list[Any]:
    """What a program gives, after the verifier has seen it."""
    verify(built)
    return run(BACKENDS[backend].link(built), built, inputs)


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal to the bit, but for the payload of nan."""
    known = ~(np.isnan(a) & np.isnan(b))
    return a.dtype == b.dtype and a[known].tobytes() == b[known].tobytes()


def casts(source: str, *targets: str) -> Program:
    x = given("x", source, 0, 1)
    outs = tuple(result(f"as_{t}", t, N) for t in targets)
    stores = [Store(o, (I,), Cast(Load(x, (I,)), o.dtype)) for o in outs]
    return program("cast", (x,), outs, loop("i", N, *stores))


# -- halves ----------------------------------------------------------------------------


@both
def test_every_half_becomes_a_float_and_comes_back(backend: str) -> None:
    wide, single, back = outputs(
        backend, casts("float16", "float64", "float32", "float16"), HALVES
    )
    assert same_bits(wide, HALVES.astype("float64"))
    assert same_bits(single, HALVES.astype("float32"))
    assert same_bits(back, HALVES)


@both
@pytest.mark.parametrize("source", ["float64", "float32"])
def test_floats_are_rounded_to_the_nearest_half(backend: str, source: str) -> None:
    """Ties go to the even one; beside ties, above the largest, below the least."""
    beside = np.concatenate([np.nextafter(BETWEEN, np.inf), np.nextafter(BETWEEN, 0)])
    rest = [65519.99, 65520.0, -65520.0, 1e300, np.inf, np.nan, 2.0**-25, -1e-300, -0.0]
    with np.errstate(over="ignore"):
        data = np.concatenate([BETWEEN, beside, rest]).astype(source)
        (got,) = outputs(backend, casts(source, "float16"), data)
        assert same_bits(got, data.astype("float16"))


@both
def test_halves_as_integers_and_bools(backend: str) -> None:
    data = HALVES[np.isfinite(HALVES)]
    targets = ("int32", "uint8", "bool", "complex64")
    found = outputs(backend, casts("float16", *targets), np.abs(data) % 200)
    for target, got in zip(targets, found, strict=True):
        np.testing.assert_array_equal(got, (np.abs(data) % 200).astype(target))
    integers = np.array([0, -7, 2049, 65519, 65520, 2**40], "int64")
    (got,) = outputs(backend, casts("int64", "float16"), integers)
    with np.errstate(over="ignore"):
        assert same_bits(got, integers.astype("float16"))


@both
def test_halves_live_in_names_memory_and_choices(backend: str) -> None:
    x, out = given("x", "float16", 0, 1), result("out", "float16", N)
    kept = array("kept", "float16", N)
    name = Name("half", "float16")
    positive = op(GREATER, Cast(name, "float32"), Const(0, "float32"), dtype="bool")
    body = (
        Fill(kept, Const(1.5, "float16")),
        loop(
            "i", N, Let("half", Load(x, (I,))),
            If(positive, (Store(kept, (I,), name),)),
            Store(out, (I,), Select(positive, Load(kept, (I,)), Const(0.1, "float16"))),
        ),
    )  # fmt: skip
    built = program("choose", (x,), (out,), *body, workspace=(kept,))
    data = np.array([1.0, -2.0, 0.3, np.nan], "float16")
    (got,) = outputs(backend, built, data)
    np.testing.assert_array_equal(got, np.where(data > 0, data, np.float16(0.1)))
    assert same_bits(got, interpret(built, (data,))[0])


# -- complex numbers -------------------------------------------------------------------


def arithmetic(dtype: str) -> Program:
    x, y = given("x", dtype, 0, 1), array("y", dtype, N, role="input")
    a, b = Load(x, (I,)), Load(y, (I,))
    terms = {"sum": add(a, b), "product": mul(a, b), "quotient": op(DIVIDE, a, b)}
    outs = tuple(result(name, dtype, N) for name in terms)
    stores = [Store(o, (I,), e) for o, e in zip(outs, terms.values(), strict=True)]
    return program("arithmetic", (x, y), outs, loop("i", N, *stores))


def plane(count: int, dtype: str = "complex128", seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=count) + 1j * rng.normal(size=count)).astype(dtype)


def exact_products(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Products in which each part is rounded, not fused."""
    found = np.empty_like(x)
    found.real = x.real * y.real - x.imag * y.imag
    found.imag = x.real * y.imag + x.imag * y.real
    return found


@both
@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_products_and_quotients_have_the_same_bits_everywhere(
    backend: str, dtype: str
) -> None:
    """At every place of an array, whatever the compiler makes of pairs in vectors."""
    x, y = plane(67, dtype), plane(67, dtype, 1)
    built = arithmetic(dtype)
    total, product, quotient = outputs(backend, built, x, y)
    assert same_bits(total, x + y) and same_bits(product, exact_products(x, y))
    np.testing.assert_allclose(quotient, x / y, 4 * np.finfo(dtype).eps)
    for start in (1, 3, 64):
        again = outputs(backend, built, x[start:], y[start:])
        assert same_bits(again[1], product[start:])
        assert same_bits(again[2], quotient[start:])


@both
def test_combinations_of_complex_numbers(backend: str) -> None:
    """A product over a loop, and sums and products in memory."""
    x, out = given("x", "complex128", 0, 1), result("out", "complex128", Const(3))
    body = (
        Fill(out, Const(1 - 1j, "complex128")),
        Accumulator("p", "mul", "complex128"),
        loop(
            "i", N, Accumulate("p", "mul", Load(x, (I,))),
            Update(out, (ZERO,), "add", Load(x, (I,))),
            Update(out, (ar.ONE,), "mul", Load(x, (I,))), order="in_order",
        ),
        Store(out, (Const(2),), Name("p", "complex128")),
    )  # fmt: skip
    built = program("combine", (x,), (out,), *body)
    data = plane(11)
    (got,) = outputs(backend, built, data)
    expected = [1 - 1j + data.sum(), (1 - 1j) * data.prod(), data.prod()]
    np.testing.assert_allclose(got, expected, 1e-14)


def test_the_text_of_complex_arithmetic() -> None:
    built = arithmetic("complex128")
    c = print_program(built).source
    assert "quotient[i] = tg_div_c128(x[i], y[i]);" in c
    assert "product[i] = tg_mul_c128(x[i], y[i]);" in c
    assert "sum[i] = x[i] + y[i];" in c
    python = python_source(built)
    assert "quotient_2[i] = complex128(quotient(x[i], y[i]))" in python
    assert "product[i] = x[i] * y[i]" in python
