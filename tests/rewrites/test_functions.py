"""Functions that undo or repeat each other: core, angles, rounding, bits."""

import numpy as np
import pytest

import tensorgraph as tg
from tests.rewrites.lines import canonical, n, s, t

w = tg.tensor("w", "complex128", ())


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.sqrt(tg.sqr(s)), "Abs(s)"), (tg.conj(tg.conj(w)), "w"),
        (tg.real(tg.conj(w)), "Real(w)"), (tg.imag(tg.conj(w)), "Neg(Imag(w))"),
        (tg.real(tg.complex(s, t)), "s"), (tg.imag(tg.complex(s, t)), "t"),
        (tg.complex(tg.real(w), tg.imag(w)), "w"),
    ],
)  # fmt: skip
def test_functions(graph, expected):
    assert canonical(graph) == expected


def test_the_circle_needs_finite_angles():
    assert canonical(tg.sqr(tg.sin(s)) + tg.sqr(tg.cos(s))).startswith("Add")
    a = n.astype("float64")
    assert canonical(tg.sqr(tg.sin(a)) + tg.sqr(tg.cos(a))) == "1.0"


def test_periods_are_left_alone():
    assert canonical(tg.sin(s + 2 * np.pi)) == "Sin(Add(s, 6.283185307179586))"


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.sin(tg.arcsin(s)), "s"), (tg.arcsin(tg.sin(s)), "Arcsin(Sin(s))"),
        (tg.tan(tg.arctan(s)), "s"), (tg.arccosh(tg.cosh(s)), "Abs(s)"),
        (tg.cos(tg.arcsin(s)), "Sqrt(Mul(Sub(1.0, s), Add(1.0, s)))"),
        (tg.sin(s) / tg.cos(s), "Tan(s)"), (tg.tan(-s), "Neg(Tan(s))"),
        (tg.cosh(-s), "Cosh(s)"),
    ],
)  # fmt: skip
def test_angles(graph, expected):
    assert canonical(graph) == expected


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.floor(tg.ceil(s)), "Ceil(s)"), (tg.trunc(tg.rint(s)), "Rint(s)"),
        (tg.floor(n.astype("float64")), "Cast{float64}(n)"), ((n % 5) % 7, "Mod(n, 5)"),
        (tg.floor(-s), "Neg(Ceil(s))"), ((n % 7) % 5, "Mod(Mod(n, 7), 5)"),
    ],
)  # fmt: skip
def test_rounding(graph, expected):
    assert canonical(graph) == expected


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (tg.invert(tg.invert(n)), "n"), (tg.bitwise_xor(n, n), "0"),
        (tg.bitwise_and(tg.bitwise_and(n, 7), 12), "Bitwise_and(n, 4)"),
        (tg.bitwise_or(n, 0), "n"), (tg.left_shift(n, 0), "n"),
    ],
)  # fmt: skip
def test_bits(graph, expected):
    assert canonical(graph) == expected
